"""The list of keys: whatever key a script or a button of the app answers to stands in it, under its heading."""

import re
from pathlib import Path

import pytest

from app.widgets.keys import GROUPS

APP = Path(__file__).parents[2] / "app"
EVERYWHERE, BROWSE, CARD, SOUND, FILM, MOUSE, TOUR = GROUPS
HEADINGS = {  # whose keys each script handles
    "gallery_keys.js": (BROWSE, CARD),
    "keys.js": (EVERYWHERE,),
    "own_keys.js": (SOUND,),
    "player.js": (SOUND,),
    "tour.js": (TOUR,),
}
NAMES = {
    "←": "ArrowLeft", "→": "ArrowRight", "↑": "ArrowUp", "↓": "ArrowDown", "Esc": "Escape", "Space": " ",
    "Page Up": "PageUp", "Page Down": "PageDown",
}  # fmt: skip
_LONG = re.compile(r"\b(Arrow(?:Left|Right|Up|Down)|Page(?:Up|Down)|Home|End|Escape|Enter|Tab|Delete|Insert|F\d+)\b")
_COMPARED = re.compile(r"""\bkey(?:\.toLowerCase\(\))? [!=]== "(.)\"""")
_LOOKED_UP = re.compile(r"\{([^{}]*)\}\[(?:event\.)?key")
_QUOTED = re.compile(r'"( |\w+)"')


def listed(*headings: str) -> set[str]:
    """The keys under some headings, as the browser names them."""
    names = {name for heading in headings for names, _ in GROUPS[heading] for name in names}
    return {NAMES.get(name, name.lower() if len(name) == 1 else name) for name in names}


def handled(script: str) -> set[str]:
    """The keys that a script names: long ones anywhere, short ones where the event's key is looked at."""
    code = re.sub(r"//.*", "", script)
    looked_up = re.findall(r"(\w+):", " ".join(_LOOKED_UP.findall(code)))
    return {*_LONG.findall(code), *_COMPARED.findall(code), *looked_up}


def scripts() -> dict[str, str]:
    """Those of the app that look at an event's key."""
    texts = {path.name: path.read_text(encoding="utf-8") for path in sorted((APP / "widgets").glob("*.js"))}
    return {name: text for name, text in texts.items() if re.search(r"\bevent\.key\b", text)}


def test_every_key_says_what_it_does():
    assert all(GROUPS.values())
    for names, does in (line for found in GROUPS.values() for line in found):
        assert all(names)
        assert names
        assert does


def test_no_heading_names_a_key_twice():
    for found in GROUPS.values():
        names = [name for names, _ in found for name in names]
        assert len(names) == len(set(names)), names


@pytest.mark.parametrize("name", sorted(scripts()))
def test_every_key_that_a_script_handles_is_listed(name):
    keys = handled(scripts()[name])
    assert keys, "no key was found in the script"
    assert keys <= listed(*HEADINGS[name])


def test_the_keys_are_read_from_scripts_as_they_are_written():
    code = """if (key === "p" || (key === " " && x)) go({ j: 1, k: -1 }[event.key.toLowerCase()]) // key === "q"
    const moves = { ArrowLeft: -1, "PageUp": 2 }; event.key.toLowerCase() === "m"; event.key !== "?" """
    assert handled(code) == {"p", " ", "j", "k", "ArrowLeft", "PageUp", "m", "?"}


def test_every_shortcut_of_a_button_is_listed():
    words = "".join(path.read_text(encoding="utf-8") for path in sorted(APP.rglob("*.py")))
    shortcuts = re.findall(r'\bshortcut="(\w+)"', words)
    assert {"Left", "Right"} <= set(shortcuts)
    arrows = {name: f"Arrow{name}" for name in ("Left", "Right", "Up", "Down")}
    assert {arrows.get(name, name) for name in shortcuts} <= listed(BROWSE)


def test_what_a_player_takes_for_itself_its_browser_s_controls_do_not_hand_on():
    kept = set(_QUOTED.findall(scripts()["own_keys.js"].split("[")[1].split("]")[0]))
    assert {name for name in handled(scripts()["player.js"]) if len(name) > 1} <= kept
