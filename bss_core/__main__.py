"""``python -m bss_core``: arguments in, one call, one line of result or one sentence of error out."""

import argparse
import sys
from pathlib import Path
from typing import Any

from bss_core import commands
from bss_core.config import Option, describe, parse_assignments
from bss_core.errors import BSSError, Cancelled
from bss_core.registry import FAMILIES, members
from bss_core.training_options import TrainingOptions

__all__ = ["main"]

_ASSIGNED = {"scheduler_options": "--set", "encoders": "--encoders"}


def main(words: list[str] | None = None) -> int:
    """Run one command; returns the exit status: 0, 1 for an error of the input, 130 for a cancelled job."""
    arguments = parser().parse_args(words)
    try:
        print(arguments.call(arguments))
    except BSSError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except Cancelled:
        print("cancelled; what was written stays", file=sys.stderr)
        return 130
    return 0


def parser() -> argparse.ArgumentParser:
    """The command line's grammar."""
    top = argparse.ArgumentParser(prog="python -m bss_core", description="Train, score and list runs of BSS Lens.")
    chosen = top.add_subparsers(required=True, metavar="COMMAND")
    _add_train(chosen.add_parser("train", help="train a run"))
    _add_score(chosen.add_parser("score", help="score a split with a checkpoint of a run"))
    _add_prepare(chosen.add_parser("prepare", help="build a data set from its raw folder"))
    _add_list(chosen.add_parser("list", help="list runs, or the members of a family"))
    return top


def _add_train(command: argparse.ArgumentParser) -> None:
    command.description = "Train a run; ctrl-C stops it, --resume continues it."
    command.add_argument("--run", type=Path, help="folder of the run; by default runs/<data>-<scheduler>-<number>")
    command.add_argument("--resume", action="store_true", help="continue the run after its last complete epoch")
    command.add_argument("--queue", action="store_true", help="wait until no other queued job of the runs folder works")
    for item in describe(TrainingOptions):
        _add_option(command, item)
    command.set_defaults(call=_train)


def _add_option(command: argparse.ArgumentParser, item: Option) -> None:
    details: dict[str, Any] = {"dest": item.name, "default": argparse.SUPPRESS, "help": _help(item)}
    if item.name in _ASSIGNED:
        command.add_argument(_ASSIGNED[item.name], nargs="+", metavar="NAME=VALUE", **details)
    else:
        command.add_argument("--" + item.name.replace("_", "-"), metavar=item.type.__name__.upper(), **details)


def _help(item: Option) -> str:
    default = "" if item.type is dict else f" · default: {item.default}"
    return (item.text + default).replace("%", "%%")


def _train(arguments: argparse.Namespace) -> str:
    given = {item.name: getattr(arguments, item.name) for item in describe(TrainingOptions) if item.name in arguments}
    for name in set(_ASSIGNED) & set(given):
        given[name] = parse_assignments(given[name])
    return commands.train(arguments.run, given, arguments.resume, arguments.queue)


def _add_score(command: argparse.ArgumentParser) -> None:
    command.add_argument("--run", type=Path, required=True, help="folder of the run")
    command.add_argument("--checkpoint", default="last", help="name of the checkpoint: last (default), best")
    command.add_argument("--split", default="train", help="train (default), validation, test or all")
    command.add_argument("--device", default="auto", help="auto (default: a GPU if there is one), cpu or cuda")
    command.add_argument("--queue", action="store_true", help="wait until no other queued job of the runs folder works")
    command.add_argument("--job", help=argparse.SUPPRESS)
    command.set_defaults(call=lambda a: commands.score(a.run, a.checkpoint, a.split, a.device, a.job, a.queue))


def _add_prepare(command: argparse.ArgumentParser) -> None:
    command.add_argument("dataset", help=f"one of {', '.join(members('datasets'))}")
    command.add_argument("--root", type=Path, required=True, help="the raw folder")
    command.add_argument("--out", type=Path, required=True, help="where the manifest is written")
    command.set_defaults(call=lambda a: commands.prepare(a.dataset, a.root, a.out))


def _add_list(command: argparse.ArgumentParser) -> None:
    command.add_argument("family", nargs="?", help=f"one of {', '.join(FAMILIES)}; without it, runs are listed")
    command.add_argument("--runs", type=Path, nargs="+", default=[Path("runs")], help="folders of runs (default: runs)")
    command.set_defaults(call=lambda a: commands.list_things(a.family, a.runs))


if __name__ == "__main__":
    sys.exit(main())
