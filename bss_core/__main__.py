"""``python -m bss_core``: arguments in, one call, one line of result or one sentence of error out."""

import argparse
import sys
from pathlib import Path
from typing import Any

from bss_core import commands, commands_data, commands_maps
from bss_core.config import Option, describe, parse_assignments
from bss_core.errors import BSSError, Cancelled
from bss_core.manifest_checks import KINDS
from bss_core.maps.requests import METHODS, PROBABILITIES
from bss_core.registry import FAMILIES, members
from bss_core.training_options import TrainingOptions

__all__ = ["main"]

_ASSIGNED = {"scheduler_options": "--set", "encoders": "--encoders", "measure": "--measure"}


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
    top = argparse.ArgumentParser(prog="python -m bss_core", description="Data sets, runs and studies of BSS Lens.")
    chosen = top.add_subparsers(required=True, metavar="COMMAND")
    _add_train(chosen.add_parser("train", help="train a run"))
    _add_score(chosen.add_parser("score", help="score a split with a checkpoint of a run"))
    _add_embed(chosen.add_parser("embed", help="compute a map of a run's samples by PCA or UMAP"))
    _add_study(chosen.add_parser("study", help="run a grid of runs and write its table and figures"))
    _add_import(chosen.add_parser("import", help="make a run of predictions that were made elsewhere"))
    _add_prepare(chosen.add_parser("prepare", help="build a data set from its raw folder, or from your own table"))
    _add_list(chosen.add_parser("list", help="list runs, presets, or the members of a family"))
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


def _add_embed(command: argparse.ArgumentParser) -> None:
    command.description = "Lay the samples of a split out in the plane; a map that is there and holds is kept."
    add, absent = command.add_argument, argparse.SUPPRESS
    add("--run", type=Path, required=True, help="folder of the run")
    add(
        "--of", default=absent, metavar="HEAD",
        help=f"features of: multimodal (default) or a modality; or {PROBABILITIES}: those of all heads, as stored",
    )  # fmt: skip
    add("--method", default=absent, help=f"{' or '.join(METHODS)} (default: pca; umap needs umap-learn)")
    add("--split", default=absent, help="train (default), validation, test or all; of an evaluation its own")
    add("--checkpoint", default=absent, help="for features: whose (default: best)")
    add("--evaluation", type=int, default=absent, help="for probabilities: whose (default: the split's latest)")
    add("--seed", type=int, default=absent, help="of UMAP and of large PCAs (default: 0)")
    add("--neighbours", type=int, default=absent, help="of UMAP: how many neighbours are near (default: 15)")
    add("--min-dist", type=float, default=absent, help="of UMAP: least distance of points (default: 0.1)")
    add("--device", default="auto", help="auto (default: a GPU if there is one), cpu or cuda")
    add("--queue", action="store_true", help="wait until no other queued job of the runs folder works")
    add("--job", help=argparse.SUPPRESS)
    command.set_defaults(call=_embed)


def _embed(arguments: argparse.Namespace) -> str:
    names = ("of", "method", "split", "checkpoint", "evaluation", "seed", "neighbours", "min_dist")
    given = {name: getattr(arguments, name) for name in names if name in arguments}
    return commands_maps.embed(arguments.run, given, arguments.device, arguments.job, arguments.queue)


def _add_study(command: argparse.ArgumentParser) -> None:
    command.description = "Run a grid of runs; called again, it goes on with what is not finished."
    command.add_argument("file", type=Path, help="the study file")
    command.add_argument("--out", type=Path, help="folder of the runs and results; by default the study names it")
    command.add_argument("--workers", type=int, default=1, help="runs at the same time (default: 1)")
    command.set_defaults(call=lambda a: commands.study(a.file, a.out, a.workers))


def _add_import(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--predictions", type=Path, required=True,
        help="Parquet file: sample_id, label, logits_<head> or probabilities_<head>; optional evaluation, epoch, split",
    )  # fmt: skip
    command.add_argument("--run", type=Path, required=True, help="folder of the new run")
    command.add_argument("--data", type=Path, help="folder of a data set with these samples, to show their media")
    command.add_argument("--classes", nargs="+", metavar="NAME", help="class names in the order of the columns")
    command.add_argument("--measure", nargs="+", default=[], metavar="NAME=VALUE", help="options of the measurer")
    command.add_argument("--scheduler", default="learned", help="smooths the scores (default: learned)")
    command.add_argument("--set", nargs="+", default=[], metavar="NAME=VALUE", help="options of the scheduler")
    command.set_defaults(call=_import)


def _import(arguments: argparse.Namespace) -> str:
    a, measure, chosen = arguments, parse_assignments(arguments.measure), parse_assignments(arguments.set)
    return commands_data.import_run(a.predictions, a.run, a.data, a.classes, measure, a.scheduler, chosen)


def _add_prepare(command: argparse.ArgumentParser) -> None:
    command.add_argument("dataset", help=f"one of {', '.join(members('datasets'))}")
    command.add_argument("--root", type=Path, help="the raw folder; with --file by default that file's folder")
    command.add_argument("--out", type=Path, required=True, help="where the manifest is written")
    command.add_argument("--set", nargs="+", default=[], metavar="NAME=VALUE", help="options of the data set")
    own = command.add_argument_group("your own table").add_argument
    own("--file", type=Path, help="CSV, TSV or Parquet file with one row per sample")
    own("--label", help="column of the classes (default: label)")
    for kind in KINDS:
        own(
            f"--{kind}", action="append", metavar="COLUMN", help=f"column of a modality of kind {kind}; may be repeated"
        )
    own("--id", help="column of the sample ids (default: rows are numbered)")
    own("--split", help="column of the splits (default: 60/20/20 per class; near-duplicates need a column)")
    own("--sample-rate", type=int, help="to which sounds are brought for training, in Hz (default: 16000)")
    own("--seconds", type=float, help="length of sound to train on, in s (default: 4)")
    own("--no-copy", dest="copy", action="store_false", default=None, help="leave media in place; --out is then --root")
    command.set_defaults(call=_prepare)


def _prepare(arguments: argparse.Namespace) -> str:
    names = ("file", "label", *KINDS, "id", "split", "sample_rate", "seconds", "copy")
    given = {name: getattr(arguments, name) for name in names if getattr(arguments, name) is not None}
    chosen = {**parse_assignments(arguments.set), **given}
    return commands_data.prepare(arguments.dataset, arguments.root, arguments.out, chosen)


def _add_list(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "family", nargs="?", help=f"presets, or one of {', '.join(FAMILIES)}; without it, runs are listed"
    )
    command.add_argument("--runs", type=Path, nargs="+", default=[Path("runs")], help="folders of runs (default: runs)")
    command.set_defaults(call=lambda a: commands.list_things(a.family, a.runs))


if __name__ == "__main__":
    sys.exit(main())
