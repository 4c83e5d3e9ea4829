"""What the commands of ``python -m bss_core`` that bring data in do; each returns what it prints."""

import inspect
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bss_core import registry
from bss_core.errors import ConfigError, RunError
from bss_core.manifest import FILE, write_manifest

__all__ = ["import_run", "prepare"]


def prepare(name: str, root: Path | None, out: Path, options: Mapping[str, Any]) -> str:
    """Build a data set from its raw folder; one that is there already is never replaced.

    Args:
        root: the raw folder; None is that of ``options["file"]``.
        options: of the data set's ``prepare``.
    """
    member = registry.find("datasets", name)
    known = list(inspect.signature(member).parameters)[1:]
    for option in options:
        if option not in known:
            raise ConfigError(f"The data set {name!r} has no option {option!r}; it has {', '.join(known) or 'none'}.")
    if root is None:
        if "file" not in options:
            raise ConfigError(f"The data set {name!r} needs its raw folder; name it with --root.")
        root = Path(options["file"]).parent
    if not options.get("copy", True) and out.resolve() != root.resolve():
        raise ConfigError(f"Media that stay in place belong to a manifest in {root}; --out is {out}.")
    if (out / FILE).exists():
        raise RunError(f"{out} holds a data set already; choose another folder, or remove its {FILE} first.")
    info = write_manifest(out, member(root, **options))
    return f"{out}: {info.name}, {len(info.classes)} classes, modalities {', '.join(info.modalities)}"


def import_run(
    path: Path,
    folder: Path,
    data: Path | None,
    classes: Sequence[str] | None,
    measure: Mapping[str, Any],
    scheduler: str,
    options: Mapping[str, Any],
) -> str:
    """Make a run of a file of predictions."""
    from bss_core.recording.importing import import_predictions

    run = import_predictions(path, folder, data, classes, measure, scheduler, options)
    found = run.evaluations()
    return f"{run.folder}: {len(found)} evaluations, {', '.join(run.classes)}; scored as {scheduler} would use them"
