"""What the checks of the PPMID's screen come to."""

from typing import Any

import pytest
from check_cases import HOME, SECOND, Case, Cases, Line, MakeLog, balance, display, pcs01, tunnel

CASES = Cases("display")
_NOON = 43_200
_ZIGBEE_EPOCH = 946_684_800


def report(millipence: int, seconds: int) -> Line:
    return "han", "gsme>hub", "figures-reported", seconds, {"cluster": "0705", "values": {"0001": millipence}}


def told(millipence: int, seconds: int, stamp: int | None = 7) -> Line:
    values = {"0001": millipence} | ({} if stamp is None else {"0004": stamp})
    return "han", "hub>ppmid", "figures-told", seconds, {"cluster": "0705", "values": values}


def screen(millipence: int | None, as_of: int | None, meter: str = "gsme", **more: Any) -> Line:
    figures: dict[str, Any] = {
        "meter": meter,
        "balance": millipence,
        "as_of": None if as_of is None else as_of * SECOND,
        **more,
    }
    return "ppmid-display", "ppmid>harness", "screen", _NOON + 1_500, {"lines": [], "figures": [figures]}


# C10: reported at noon, topped up at 12:20, read at 12:25 and at 12:31.
dated = CASES.of("gas-figures-dated")
dated.passes(report(120_000, _NOON), told(120_000, _NOON + 1_500), screen(120_000, _NOON))
dated.passes(
    *(report(120_000, _NOON), report(1_370_000, _NOON + 1_800)),
    *(told(1_370_000, _NOON + 1_860), screen(1_370_000, _NOON + 1_800)),
)
dated.fails("stale-as-fresh", report(120_000, _NOON), told(120_000, _NOON), screen(120_000, _NOON + 1_500))
dated.fails("undated", report(120_000, _NOON), told(120_000, _NOON), screen(120_000, None))
dated.fails("other-balance", report(120_000, _NOON), told(120_000, _NOON), screen(1_370_000, _NOON))
dated.passes(report(120_999, _NOON), told(120_999, _NOON), screen(120_000, _NOON))
dated.fails("other-balance", report(121_000, _NOON), told(121_000, _NOON), screen(120_000, _NOON))
dated.cannot_tell("mirror-without-time", report(1, _NOON), told(1, _NOON, None), screen(1, None))
LOOKED = _NOON + 1_500  # the mirror's word for when the meter reported
dated.cannot_tell(
    "mirror-misdated",
    *(report(120_000, _NOON), told(120_000, LOOKED, LOOKED - _ZIGBEE_EPOCH), screen(120_000, LOOKED)),
)
dated.cannot_tell("no-reading")
dated.cannot_tell("nothing-told", report(1, _NOON), screen(1, _NOON))
dated.cannot_tell("not-shown", report(1, _NOON), told(1, _NOON), screen(None, None))

electricity = CASES.of("figures-of-the-meter", meter="esme")
electricity.passes(balance(500), screen(500, 0, "esme"))
electricity.passes(balance(123_456), screen(123_000, 0, "esme"))  # pounds and pence
electricity.passes(balance(-40_700), screen(-40_000, 0, "esme"))
electricity.fails("other-balance", balance(124_000), screen(123_000, 0, "esme"))
electricity.fails("other-balance", balance(-40_000), screen(40_000, 0, "esme"))
electricity.passes(display(supply="armed"), screen(0, 0, "esme", supply="armed"))
electricity.passes(display(supply="armed"), screen(0, 0, "esme", supply=None))
electricity.fails("other-supply", display(supply="disabled"), screen(0, 0, "esme", supply="enabled"))
electricity.cannot_tell("no-reading", balance(500), screen(500, 0, "gsme"))


def texts(*lines: str) -> Line:
    return "ppmid-display", "ppmid>harness", "screen", 0, {"lines": list(lines), "figures": []}


def result(code: int, way: str = "esme>ppmid") -> Line:
    return "han", way, "consumer-top-up-response", 0, {"result": code, "accepted": code == 0}


LARGE, FULL = "Refused: too large", "Refused: the meter is full"
apart = CASES.of("outcomes-told-apart")
apart.passes(result(6), texts(LARGE), result(4), texts(LARGE, FULL))
apart.passes(result(6), texts("sent", LARGE), result(4), texts(LARGE, "sent", FULL))  # the oldest has gone
apart.passes(texts("Hello"), result(6), texts("Hello", LARGE), result(6), texts("Hello", LARGE), result(4), texts(FULL))
apart.passes(
    *(tunnel(HOME, pcs01("response", tag="a", top_up={"result": 6, "value": None})), texts(LARGE)),
    *(tunnel(HOME, pcs01("response", tag="b", top_up={"result": 4, "value": None})), texts(LARGE, FULL)),
)
apart.fails("told-alike", result(6), texts(LARGE), result(4), texts(LARGE, LARGE))
apart.fails("told-alike", result(16), texts("£5.00 credited"), result(17), texts("£5.00 credited", "£6.50 credited"))
apart.fails("not-told", result(6), texts(LARGE), result(4), texts(LARGE))
apart.fails("not-told", texts("Hello"), result(6), texts("Hello"), result(4), texts("Hello", FULL))
apart.cannot_tell("one-outcome")
apart.cannot_tell("one-outcome", result(6), texts(LARGE), result(6), texts(LARGE, LARGE))
apart.cannot_tell("one-outcome", result(6), result(4), texts(LARGE, FULL))
apart.cannot_tell("one-outcome", result(6, "esme>ihd"), texts(LARGE), result(4), texts(LARGE, FULL))

forgotten = CASES.of("nothing-of-before")
forgotten.passes(texts("a", "b"), texts("c"))
forgotten.passes(texts("a"), texts())
forgotten.fails("old-texts", texts("a", "b"), texts("b"))
forgotten.cannot_tell("nothing-to-forget", texts(), texts("a"))
forgotten.cannot_tell("nothing-to-forget", texts("a"))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_case_comes_to_its_verdict(case: Case, make_log: MakeLog) -> None:
    case.holds(make_log)


def test_the_cases_are_complete() -> None:
    CASES.are_complete()
