"""``python -m tests.bench [NAME …]``: every figure beside what it is compared with, measured in one run.

Ends with status 1 if a ratio is worse than the file ``BASELINE`` says; ``--write-baseline`` renews that file.
"""

import argparse
import importlib
import sys

from tests.bench.rows import Row, read_baseline, slower, write_baseline

NAMES = ("web", "inspector", "engine", "epochs", "recorder", "arithmetic", "orders", "million")


def main(chosen: list[str], is_baseline: bool) -> int:
    print(f"| {'what':48} | {'figure':28} | {'compared with':36} |")
    print(f"| {'-' * 48} | {'-' * 28} | {'-' * 36} |")
    found = []
    for name in chosen or NAMES:
        for row in (Row(*row) for row in importlib.import_module(f"tests.bench.{name}").rows()):
            print(f"| {row.what:48} | {row.figure:28} | {row.compared:36} |", flush=True)
            found.append(row)
    if is_baseline:
        write_baseline(found)
        return 0
    worse = slower(found, read_baseline())
    print(*(f"Slower than the baseline: {sentence}." for sentence in worse), sep="\n", file=sys.stderr)
    return 1 if worse else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *NAMES], metavar="NAME", help=", ".join(NAMES))
    parser.add_argument("--write-baseline", action="store_true", help="keep the ratios of this run as the baseline")
    options = parser.parse_args()
    sys.exit(main(options.names, options.write_baseline))
