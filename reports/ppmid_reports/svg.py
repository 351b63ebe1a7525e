"""The elements of drawings as text, to stand in a page or alone: texts and values are escaped here."""

from collections.abc import Mapping
from functools import lru_cache, partial
from html import escape

as_value = lru_cache(maxsize=4096)(escape)
as_text = lru_cache(maxsize=4096)(partial(escape, quote=False))
"""A text as it stands between quotes, and between tags. Most of drawings are alike: classes, places, parties' names."""


def element(tag: str, attributes: Mapping[str, str], inside: str = "") -> str:
    """An element; ``inside`` are those that stand in it, written already."""
    begin = f"<{tag}" + "".join([f' {name}="{as_value(value)}"' for name, value in attributes.items()])
    return f"{begin}>{inside}</{tag}>" if inside else f"{begin}/>"


def said(tag: str, attributes: Mapping[str, str], text: str) -> str:
    """An element with nothing but a text in it."""
    return element(tag, attributes, as_text(text))
