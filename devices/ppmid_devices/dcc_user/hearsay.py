"""What the PPMID says of a request, in words that may stand in a record: unverified, and without digits of codes."""

from ppmid_devices.dcc_user.outcomes import Event, News
from ppmid_protocols.local_interface import State, Status, UtrnOutcome, UtrnResult
from ppmid_protocols.utrn import PART_IN_TEXT

WHAT_REMAINS = "what remains is the meter's own keypad, or an engineer with a Hand-Held Terminal"
WORTH_NOTING = frozenset({State.REFUSED, State.UNKNOWN})
"""States of a request that say more than that it goes on."""


def words_of(said: UtrnResult | Status) -> str:
    """The outcome or state and the PPMID's own text, such as ``refused: already used``."""
    what = said.outcome if isinstance(said, UtrnResult) else said.state
    text = PART_IN_TEXT.sub("<secret>", said.text)
    return f"{what.name.lower().replace('_', ' ')}: {text}"


def news_of(result: UtrnResult, at: int, by: str) -> News | None:
    """The PPMID's word of a UTRN, which nobody else can verify; None when it knows nothing, which settles nothing."""
    if result.outcome is UtrnOutcome.UNKNOWN:
        return None
    booked = int(result.outcome is UtrnOutcome.ACCEPTED)
    return News(event=Event.REPORTED, at=at, by=by, credits=booked, detail=words_of(result))
