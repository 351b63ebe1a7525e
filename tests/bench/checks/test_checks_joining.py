"""What the checks of a PPMID's joins come to."""

from typing import Any

import pytest
from check_cases import Case, Cases, Line, MakeLog, gbcs, said, tunnel, utrn_submitted

CASES = Cases("joining")

JOINED = tunnel("ppmid>hub", gbcs("response", code="00AF"))
REFUSED = tunnel("ppmid>hub", gbcs("response", code="00AF", success=False))
BY_METER = tunnel("gsme>hub", gbcs("response", code="00AF"))
SENT = tunnel("ppmid>hub", gbcs(code="009B"))

used = CASES.of("join-put-to-use")
used.passes(JOINED, utrn_submitted(), SENT)
used.fails("not-sent", JOINED, utrn_submitted())
used.fails("not-sent", SENT, JOINED, utrn_submitted())
used.cannot_tell("not-joined", utrn_submitted(), SENT)
used.cannot_tell("not-joined", REFUSED, BY_METER, utrn_submitted(), SENT)
used.cannot_tell("nothing-asked", utrn_submitted(), JOINED)


ELECTRICITY, GAS = ["E", "electricity"], ["G", "gas"]


def lists(*meters: list[str]) -> Line:
    return said("capabilities", meters=[*meters])


def done(code: str, peer: str, counter: int = 9, success: bool = True) -> tuple[Line, Line]:
    """A join or unjoin Command for the PPMID P, and its Response."""
    fields: dict[str, Any] = {"code": code, "counter": counter, "tag": f"{code} {counter}"}
    command = gbcs(originator="S", target="P", peer=peer, **fields)
    response = gbcs("response", originator="P", target="S", success=success, **fields)
    return tunnel("hub>ppmid", command), tunnel("ppmid>hub", response)


DUAL = {"home": {"meters": ["esme", "gsme"], "joined": True}}
UNJOINED = {"home": {"meters": ["esme", "gsme"], "joined": False}}
JOIN_E, JOIN_G, PART_G = done("00AB", "E"), done("00AF", "G", 10), done("000F", "G", 11)

listed = CASES.of("meters-listed", meters={"esme": ELECTRICITY, "gsme": GAS})
listed.passes(lists(GAS, ELECTRICITY), **DUAL)
listed.passes(lists(ELECTRICITY), home={"meters": ["esme"], "joined": True})
listed.passes(lists(), *JOIN_G, lists(GAS), *JOIN_E, lists(ELECTRICITY, GAS), **UNJOINED)
listed.passes(lists(), *done("00AF", "G", success=False), lists(), *done("00AB", "E of another home"), **UNJOINED)
listed.passes(*PART_G, lists(ELECTRICITY), **DUAL)
listed.fails("lists-another", lists(ELECTRICITY), **UNJOINED)
listed.fails("lists-another", lists(), *JOIN_G, lists(GAS, ELECTRICITY), **UNJOINED)
listed.fails("lists-another", lists(ELECTRICITY, GAS), *PART_G, lists(ELECTRICITY, GAS), **DUAL)
listed.fails("lists-another", lists(ELECTRICITY, ["G", "electricity"]), **DUAL)
listed.fails("lists-another", lists(ELECTRICITY, GAS, GAS), **DUAL)
listed.fails("leaves-one-out", lists(ELECTRICITY), **DUAL)
listed.fails("leaves-one-out", lists(), *JOIN_G, lists(), **UNJOINED)
listed.cannot_tell("nothing-said", *JOIN_G, **UNJOINED)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_check_comes_to(case: Case, make_log: MakeLog) -> None:
    case.holds(make_log)


def test_every_reason_of_every_check_is_proved() -> None:
    CASES.are_complete()
