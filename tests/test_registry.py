"""The registry: names are files, members are imported only on request, wrong names are answered with the right ones."""

import subprocess
import sys
from pathlib import Path

import pytest

from bss_core import registry
from bss_core.errors import ConfigError
from bss_core.registry import FAMILIES, build, card, find, members

MEMBERS = [(family, name) for family in FAMILIES for name in members(family)]

PLUGIN = '''"""A method card."""

from dataclasses import dataclass

from bss_core.config import option

__all__ = ["Plugin"]


@dataclass
class Plugin:
    needed: str
    strength: float = option(0.5, "how much", min=0.0, max=1.0)
'''


@pytest.fixture
def plugins(tmp_path, monkeypatch):
    """A family made of files in a temporary folder, beside files that are no members."""
    folder = tmp_path / "plugins"
    folder.mkdir()
    for name in ("__init__", "_shared"):
        (folder / f"{name}.py").write_text("")
    (folder / "notes.txt").write_text("not a module")
    (folder / "plugin.py").write_text(PLUGIN)
    (folder / "function.py").write_text('__all__ = ["prepare"]\n\n\ndef prepare(root):\n    return root\n')
    monkeypatch.setattr(registry, "__file__", str(tmp_path / "registry.py"))
    monkeypatch.setitem(FAMILIES, "plugins", "bss_core.plugins")
    monkeypatch.setattr("bss_core.__path__", [*sys.modules["bss_core"].__path__, str(tmp_path)])
    yield folder
    for name in [name for name in sys.modules if name.startswith("bss_core.plugins")]:
        del sys.modules[name]


def test_members_are_the_public_modules_of_the_folder_sorted(plugins):
    assert members("plugins") == ["function", "plugin"]


def test_a_new_file_is_a_new_member(plugins):
    (plugins / "another.py").write_text('"""Card."""\n\n__all__ = ["Another"]\n\n\nclass Another:\n    pass\n')

    assert members("plugins") == ["another", "function", "plugin"]
    assert card("plugins", "another") == "Card."
    assert type(build("plugins", "another")).__name__ == "Another"


def test_listing_imports_nothing(plugins):
    (plugins / "broken.py").write_text("raise RuntimeError('imported')\n")

    assert "broken" in members("plugins")
    assert not [name for name in sys.modules if name.startswith("bss_core.plugins")]


def test_build_checks_and_converts_the_options(plugins):
    built = build("plugins", "plugin", needed="x", strength="0.25")

    assert (built.needed, built.strength) == ("x", 0.25)


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        (
            "plugin",
            {"needed": "x", "power": 1},
            "plugins 'plugin' has no option 'power'; its options are needed, strength",
        ),
        ("plugin", {"needed": "x", "strength": 2}, "strength = 2.* is out of range"),
        ("plugin", {}, "plugins 'plugin' cannot be built: .*'needed'; its options are needed, strength"),
        ("function", {"folder": "x"}, "plugins 'function' cannot be built: .*; its options are root"),
    ],
)
def test_wrong_options_are_config_errors(plugins, name, options, message):
    with pytest.raises(ConfigError, match=message):
        build("plugins", name, **options)


def test_a_member_may_be_a_function(plugins):
    assert find("plugins", "function")("here") == build("plugins", "function", root="here") == "here"


def test_an_unknown_family_is_answered_with_the_families():
    with pytest.raises(ConfigError, match="no family .samplers.; there are criteria, schedulers, normalisers"):
        members("samplers")


@pytest.mark.parametrize("name", ["bss_h", "_pacing", "__init__", "..errors", "heuristic.Heuristic", ""])
def test_an_unknown_member_is_answered_with_the_members(name):
    with pytest.raises(ConfigError, match="among the schedulers; there are anti_curriculum, anti_learned, heuristic"):
        find("schedulers", name)


def test_an_empty_family_says_so(plugins):
    for file in plugins.glob("[!_]*.py"):
        file.unlink()

    with pytest.raises(ConfigError, match="no 'plugin' among the plugins; there are none yet"):
        find("plugins", "plugin")


@pytest.mark.parametrize(("family", "name"), MEMBERS)
def test_every_member_names_one_thing_and_has_a_card(family, name):
    find(family, name)

    assert len(sys.modules[f"{FAMILIES[family]}.{name}"].__all__) == 1
    assert len(card(family, name).splitlines()) >= 3


def test_listing_every_family_needs_no_torch():
    code = (
        "import sys; from bss_core.registry import *; [members(f) for f in FAMILIES]; sys.exit('torch' in sys.modules)"
    )

    subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[1], check=True, timeout=60)
