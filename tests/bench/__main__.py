"""``python -m tests.bench [NAME …]``: every figure beside what it is compared with, measured in one run."""

import importlib
import sys

NAMES = ("web", "engine", "epochs", "recorder", "arithmetic", "orders", "million")


def main(chosen: list[str]) -> None:
    print(f"| {'what':48} | {'figure':28} | {'compared with':36} |")
    print(f"| {'-' * 48} | {'-' * 28} | {'-' * 36} |")
    for name in chosen or NAMES:
        for what, figure, compared in importlib.import_module(f"tests.bench.{name}").rows():
            print(f"| {what:48} | {figure:28} | {compared:36} |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
