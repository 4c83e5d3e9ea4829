"""``python -m tests.bench [NAME …]``: every figure beside what it is compared with, measured in one run.

Ends with status 1 if a ratio is worse than the file ``BASELINE`` says, if one of its rows is gone, or if a limit of
memory is exceeded; ``--write-baseline`` renews that file. The large runs of ``inspector`` and ``million`` are made
anew, unless the variable ``BENCH_RUNS`` names a folder to keep them in.
"""

import argparse
import importlib
import sys

from tests.bench.rows import Row, read_baseline, slower, write_baseline

NAMES = ("web", "inspector", "engine", "epochs", "recorder", "arithmetic", "orders", "million")


def main(chosen: list[str], is_baseline: bool, is_larger: bool) -> int:
    print(f"| {'what':48} | {'figure':28} | {'compared with':36} |")
    print(f"| {'-' * 48} | {'-' * 28} | {'-' * 36} |")
    found = {name: _printed(name) for name in chosen or NAMES}
    if is_baseline:
        write_baseline(found, is_larger=is_larger)
    baseline = read_baseline()
    worse = [sentence for name, rows in found.items() for sentence in slower(rows, baseline.get(name, {}))]
    print(*(f"Worse than it may be: {sentence}." for sentence in worse), sep="\n", file=sys.stderr)
    return 1 if worse else 0


def _printed(name: str) -> list[Row]:
    """The rows of one benchmark, each printed as soon as it is there."""
    found = []
    for row in (Row(*row) for row in importlib.import_module(f"tests.bench.{name}").rows()):
        print(f"| {row.what:48} | {row.figure:28} | {row.compared:36} |", flush=True)
        found.append(row)
    return found


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *NAMES], metavar="NAME", help=", ".join(NAMES))
    parser.add_argument("--write-baseline", action="store_true", help="keep the ratios of this run as the baseline")
    parser.add_argument("--larger", action="store_true", help="with it: keep a ratio of the baseline that is larger")
    options = parser.parse_args()
    sys.exit(main(options.names, options.write_baseline, options.larger))
