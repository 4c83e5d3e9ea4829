"""Where the app looks for runs: folders named on the command line, handed to the script through the environment.

Streamlit runs ``app/main.py`` afresh for every session; an environment variable reaches it however the server was
started (``python -m app``, ``streamlit run``, a test), and reaches the training processes too.
"""

import os
from pathlib import Path

from bss_core.errors import ConfigError
from bss_core.runs import FILE

__all__ = ["DEFAULT", "VARIABLE", "checked_roots", "publish", "roots"]

VARIABLE = "BSS_LENS_RUNS"
DEFAULT = "runs"


def checked_roots(words: list[str]) -> tuple[Path, ...]:
    """Absolute folders, each once, in the order given; the default folder is made if missing.

    Raises:
        ConfigError: a folder that does not exist, is not a folder, or whose name cannot stand in a list of paths.
    """
    return tuple(dict.fromkeys(_checked(word) for word in words))


def _checked(word: str) -> Path:
    path = Path(word).absolute()
    if os.pathsep in str(path) or "\0" in word:
        raise ConfigError(f"--runs {word!r} holds {os.pathsep!r}, which separates folders; rename the folder.")
    if word == DEFAULT and not path.exists():
        try:
            path.mkdir()
        except OSError as error:
            raise ConfigError(f"The folder {path} for new runs cannot be made ({error.strerror}).") from None
    if not path.is_dir():
        found = "is a file" if path.exists() else "does not exist"
        raise ConfigError(f"--runs {word} {found}; name a run folder (with {FILE}) or a folder of run folders.")
    return path


def publish(folders: tuple[Path, ...]) -> None:
    """Make :func:`roots` return these folders, in this process and its children."""
    os.environ[VARIABLE] = os.pathsep.join(map(str, folders))


def roots() -> tuple[Path, ...]:
    """The folders published, or ``runs`` in the working folder."""
    named = [word for word in os.environ.get(VARIABLE, "").split(os.pathsep) if word]
    return tuple(Path(word) for word in named) or (Path(DEFAULT).absolute(),)
