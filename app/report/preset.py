"""How a run's options differ from the preset that it names, in words."""

from typing import Any

from bss_core.errors import ConfigError
from bss_core.presets import preset_options

__all__ = ["preset_words"]


def preset_words(options: dict[str, Any]) -> str:
    """Such as ``preset paper, except beta 0.9 (preset 0.5)``."""
    name = options.get("preset")
    if not name:
        return "no preset" if options else "not trained by this program"
    try:
        preset = _flat(preset_options(name, str(options.get("scheduler"))))
    except ConfigError:
        return f"preset {name}, which this version does not have"
    own = _flat(options)
    other = [key for key, value in preset.items() if key in own and own[key] != value]
    said = "; ".join(f"{_words(key)} {_shown(own[key])} (preset {_shown(preset[key])})" for key in other)
    return f"preset {name}, except {said}" if other else f"preset {name}, with all that it sets"


def _flat(options: dict[str, Any]) -> dict[str, Any]:
    """``group.name`` → value, for the options of the scheduler and of the measurer too."""
    found: dict[str, Any] = {}
    for key, value in options.items():
        found |= {f"{key}.{name}": item for name, item in value.items()} if isinstance(value, dict) else {key: value}
    return found


def _words(key: str) -> str:
    return key.rpartition(".")[2].replace("_", " ")


def _shown(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else "none" if value in (None, "") else str(value)
