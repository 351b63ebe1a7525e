"""What the checks of a hub that leaves its channel come to."""

import pytest
from check_cases import Case, Cases, Line, MakeLog, gbcs

CASES = Cases("channels")

BOTH = {"sub_ghz": ["gsme", "ppmid"]}


def assessed(status: int = 0, seconds: float = 1) -> Line:
    return "wan", "hub>dcc", "gbcs", seconds, gbcs(code="0112", cra="alert", alert="8F28", scan=status)


def went(to: str | None = "upper 4", seconds: float = 3) -> Line:
    return "wan", "hub>dcc", "gbcs", seconds, gbcs(code="0111", cra="alert", alert="8F26", channel=to)


def said(device: str, to: str = "upper 4", seconds: float = 2, **more: str) -> Line:
    return "han", f"hub>{device}", "channel-announced", seconds, {"channel": to, **more}


def spoke(way: str, seconds: float = 4, **more: str) -> Line:
    return "han", way, "tunnel", seconds, more


left = CASES.of("noisy-channel-left")
left.passes(assessed(), said("gsme"), said("ppmid"), went(), home=BOTH)
left.passes(assessed(), said("gsme"), said("ppmid"), went(None), home=BOTH)
left.passes(assessed(), said("gsme", lost="asleep"), said("ppmid"), went(), home=BOTH)
left.fails("stayed", assessed(), home=BOTH)
left.fails("stayed", went(seconds=0), assessed(), said("gsme"), home=BOTH)
left.fails("unannounced", assessed(), went(), home=BOTH)
left.fails("unannounced", assessed(), said("gsme"), went(), home=BOTH)
left.fails("unannounced", assessed(), said("gsme"), said("ppmid", to="upper 5"), went(), home=BOTH)
left.fails("unannounced", assessed(), said("gsme"), went(), said("ppmid", seconds=4), home=BOTH)
left.cannot_tell("no-scan", assessed(1), went(), home=BOTH)

found = CASES.of("hub-found-on-its-new-channel", meter="gsme")
found.passes(went(), spoke("gsme>hub"), spoke("hub>gsme"))
found.fails("lost", went(), spoke("gsme>hub", lost="other channel"), spoke("hub>gsme", lost="asleep"))
found.fails("lost", went(), spoke("gsme>hub"))
found.fails("lost", went(), spoke("hub>gsme"), spoke("gsme>hub"))
found.fails("lost", spoke("gsme>hub", 0), spoke("hub>gsme", 1), went())
found.cannot_tell("never-left", spoke("gsme>hub"), spoke("hub>gsme"))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_check_comes_to(case: Case, make_log: MakeLog) -> None:
    case.holds(make_log)


def test_every_reason_of_every_check_is_proved() -> None:
    CASES.are_complete()
