"""Texts that are shown as they are: names and captions come from data sets, words from addresses."""

__all__ = ["plain"]


def plain(text: str) -> str:
    """The text with every sign that Markdown would read escaped."""
    return "".join(f"\\{sign}" if sign in r"\`*_{}[]()<>#+-.!|:$~" else sign for sign in text)
