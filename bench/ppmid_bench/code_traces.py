"""Where a text gives a UTRN away that is known: whole or in part, in groups, backwards, as hex, as Base64, as a number.

Pure. Twelve digits in a row are most of a code, since the first and the last of its twenty are not free; whoever has
fewer has too many left to try (assumed).
"""

import base64
import binascii
import re
from collections.abc import Callable, Collection, Iterator

MOST = 12
"""Digits in a row of a code that give it away."""
_NUMBER_OCTETS = 16
"""A code as a number is 9 octets; the decimal digits of longer ones say nothing of what is in them."""

_GROUPED = re.compile(r"[0-9](?:[^0-9A-Za-z]{0,2}[0-9]){11,}")  # MOST digits at least
_WORD = re.compile(r"[0-9A-Za-z+/_-]{12,}={0,2}")


def without_traces(text: str, codes: Collection[str], tag: Callable[[str], str]) -> str:
    """``text`` with ``tag`` of the code in place of each stretch that gives one of ``codes`` (digits) away."""
    if not codes:
        return text
    for pattern, readings in ((_GROUPED, _as_digits), (_WORD, _as_notation)):

        def without(found: re.Match[str], readings: Callable[[str], Iterator[str]] = readings) -> str:
            told = (one for reading in readings(found.group()) for one in codes if _tells(reading, one))
            code = next(told, None)
            return found.group() if code is None else tag(code)

        text = pattern.sub(without, text)
    return text


def _as_digits(run: str) -> Iterator[str]:
    digits = re.sub("[^0-9]", "", run)
    yield from (digits, digits[::-1])


def _as_notation(run: str) -> Iterator[str]:
    """What a run of letters and digits stands for, as text and as a number."""
    bare = run.removeprefix("0x").rstrip("=")
    for octets in (_of_hex(bare), _of_base64(bare)):
        yield octets.decode("latin-1")
        if len(octets) <= _NUMBER_OCTETS:
            yield str(int.from_bytes(octets, "big"))


def _of_hex(run: str) -> bytes:
    try:
        return bytes.fromhex(run if len(run) % 2 == 0 else "0" + run)
    except ValueError:
        return b""


def _of_base64(run: str) -> bytes:
    standard = run.translate(str.maketrans("-_", "+/"))
    try:
        return base64.b64decode(standard + "=" * (-len(run) % 4), validate=True)
    except binascii.Error:
        return b""


def _tells(reading: str, code: str) -> bool:
    return any(code[at : at + MOST] in reading for at in range(len(code) - MOST + 1))
