"""What the PPMID says of a request, in words that may stand in a record: unverified, and without digits of codes."""

import re

from ppmid_protocols.local_interface import State, Status, UtrnResult

_DIGITS_OF_A_CODE = re.compile(r"\d(?:[ -]?\d){11,}")
"""So many digits in a row are part of a UTRN, as a PPMID should never write it."""

WORTH_NOTING = frozenset({State.REFUSED, State.UNKNOWN})
"""States of a request that say more than that it goes on."""


def words_of(said: UtrnResult | Status) -> str:
    """The outcome or state and the PPMID's own text, such as ``refused: already used``."""
    what = said.outcome if isinstance(said, UtrnResult) else said.state
    text = _DIGITS_OF_A_CODE.sub("<secret>", said.text)
    return f"{what.name.lower().replace('_', ' ')}: {text}"
