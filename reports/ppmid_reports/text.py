"""Text that came from elsewhere, made fit to be shown: no octet of it can break a file or mislead its reader."""

import re

from ppmid_protocols.utrn import IN_TEXT

_UNFIT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
"""What XML 1.0 forbids or discourages, and what turns the direction of writing."""

_DIGITS = 20

WITHHELD = "[20 digits withheld]"


def shown(text: str) -> str:
    """``text`` with characters that no report can hold written as ``\\x1b`` or ``\\ufffe``.

    Evidence is redacted when it is written. Should twenty digits that could be a UTRN stand in a text all the same,
    such as the message of a crash, they are withheld.
    """
    if not text.isprintable():  # what is unfit never is, and most texts are
        text = _UNFIT.sub(_escape, text)
    return IN_TEXT.sub(WITHHELD, text) if len(text) >= _DIGITS else text


_MARKUP = re.compile(r"[\\`*_\[\]<>|~&#]")
"""What begins something in Markdown wherever it stands in a line."""


def in_markdown(text: str) -> str:
    """``text`` as one line of Markdown in which nothing is markup: no link, no element, no heading, no cell."""
    return _MARKUP.sub(r"\\\g<0>", " ".join(shown(text).split()))


def cut(text: str, most: int, whole: str) -> str:
    """``text``, or its first ``most`` characters and where the ``whole`` of it stands."""
    if len(text) <= most:
        return text
    return f"{text[:most]} … (cut: {len(text)} characters, all of them in {whole})"


def _escape(found: re.Match[str]) -> str:
    number = ord(found.group())
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}"
