"""The elements of drawings as text, to stand in a page or alone: texts and values are escaped here."""

from collections.abc import Mapping
from functools import lru_cache, partial
from html import escape

_value = lru_cache(maxsize=4096)(escape)
_text = lru_cache(maxsize=4096)(partial(escape, quote=False))
"""Most values and texts of drawings are alike: classes, places, names of parties."""


def element(tag: str, attributes: Mapping[str, str], inside: str = "") -> str:
    """An element; ``inside`` are those that stand in it, written already."""
    begin = f"<{tag}" + "".join([f' {name}="{_value(value)}"' for name, value in attributes.items()])
    return f"{begin}>{inside}</{tag}>" if inside else f"{begin}/>"


def said(tag: str, attributes: Mapping[str, str], text: str) -> str:
    """An element with nothing but a text in it."""
    return element(tag, attributes, _text(text))
