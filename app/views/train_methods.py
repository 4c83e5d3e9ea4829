"""Methods as the Train page lists them: method cards and accepted kinds, read from the source without importing it.

Encoders and fusions are torch modules, and the app loads no torch.
"""

import ast
from functools import cache
from pathlib import Path

import bss_core
from bss_core.registry import FAMILIES, members

__all__ = ["card", "encoders_for", "first_sentence", "title", "what_it_does"]


@cache
def _source(family: str, name: str) -> ast.Module:
    folder = Path(bss_core.__file__).parent.joinpath(*FAMILIES[family].split(".")[1:])
    return ast.parse((folder / f"{name}.py").read_text(encoding="utf-8"))


def card(family: str, name: str) -> str:
    """The method card of a member: its module's docstring."""
    return ast.get_docstring(_source(family, name)) or ""


def first_sentence(family: str, name: str) -> str:
    """The first sentence of the method card, on one line."""
    return " ".join(card(family, name).partition("\n\n")[0].split())


def title(family: str, name: str) -> str:
    """What the method card calls the member, such as ``Learned scheduler (BSS-L)``."""
    found, colon, _ = first_sentence(family, name).partition(":")
    return found if colon else name.replace("_", " ").capitalize()


def what_it_does(family: str, name: str) -> str:
    """The first sentence of the method card without the member's title."""
    sentence = first_sentence(family, name).removeprefix(f"{title(family, name)}:").strip()
    return sentence[:1].upper() + sentence[1:]


def encoders_for(kind: str) -> list[str]:
    """Names of the encoders whose class attribute ``kinds`` names this kind of modality."""
    return [name for name in members("encoders") if kind in _kinds(name)]


def _kinds(name: str) -> tuple[str, ...]:
    for node in ast.walk(_source("encoders", name)):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == "kinds":
            return tuple(ast.literal_eval(node.value)) if node.value else ()
    return ()
