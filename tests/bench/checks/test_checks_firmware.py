"""What the checks of firmware come to."""

import pytest
from check_cases import Case, Cases, Line, MakeLog, gbcs, on_wan, said

CASES = Cases("firmware")


def image(version: int) -> Line:
    return "wan", "dcc>hub", "firmware-image", 0, {"device": "P", "version": version}


def runs(firmware: str, can_relay: bool = True) -> Line:
    return said("capabilities", firmware=firmware, can_relay=can_relay)


TOLD = on_wan(gbcs("alert", code="012B", tag="gbcs:12b"), way="hub>dcc")

unchanged = CASES.of("firmware-unchanged")
unchanged.passes(runs("2"), image(1), runs("2"))
unchanged.fails("image-taken", runs("2"), image(1), runs("1"))
unchanged.cannot_tell("not-told", runs("2"), image(1))
unchanged.cannot_tell("not-told", runs("2"))

updated = CASES.of("firmware-updated")
updated.passes(image(2), runs("2"))
updated.fails("not-updated", image(2), runs("1", False))
updated.fails("cannot-relay", image(2), runs("2", False))
updated.cannot_tell("not-told", image(2))

activation = CASES.of("activation-told")
activation.passes(runs("1"), image(2), runs("2"), TOLD)
activation.fails("not-told", runs("1"), TOLD, image(2), runs("2"))
activation.cannot_tell("not-activated", runs("1"), image(2), runs("1"))


def configured(firmware: str, meter: str = "esme") -> Line:
    objects = {"firmware": firmware} if firmware else {}
    return "meter-configuration", f"{meter}>harness", "configuration", 0, {"meter": meter, "objects": objects}


activated = CASES.of("image-activated", meter="esme", device="P")
activated.passes(configured("1"), image(2), configured("2"))
activated.passes(configured("1"), image(2), configured("2"), image(3), configured("3"))
activated.fails("not-activated", configured("1"), image(2), configured("2"), image(3), configured("2"))
activated.fails("not-activated", configured("1"), configured("0"), image(2), configured("0"))
activated.cannot_tell("no-image", configured("1"), configured("2"))
activated.cannot_tell("no-reading", configured("1"), image(2))
activated.cannot_tell("no-reading", configured("1", "gsme"), image(2), configured("2"))
activated.cannot_tell("no-reading", configured(""), image(2), configured("2"))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_case_comes_to_its_verdict(case: Case, make_log: MakeLog) -> None:
    case.holds(make_log)


def test_the_cases_are_complete() -> None:
    CASES.are_complete()
