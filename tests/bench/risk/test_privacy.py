"""Who reads what along, from logs made by hand."""

from collections.abc import Callable
from typing import Any

import pytest

from ppmid_bench.evidence import Log
from ppmid_bench.risk.privacy import SIGHTS, Told, read_by

GBCS = {"code": "0023", "cra": "command"}
MADE = ("duis", "dcc>dcc-user", "response", 1, {"kind": "local-command", "gbcs": GBCS})
GIVEN = ("avenue", "delivery-service>ppmid", "submit-command", 2, {"gbcs": GBCS})
IN = ("han", "ppmid>hub", "tunnel", 3, {"gbcs": GBCS})
OUT = ("han", "hub>esme", "tunnel", 3, {"gbcs": GBCS})


def answer(encrypted: int | None, link: str = "avenue", way: str = "ppmid>delivery-service") -> Any:
    fields = {"gbcs": {"code": "0023", "cra": "response", "encrypted": encrypted}}
    return link, way, "command-response", 4, fields


def told(
    make_log: Callable[..., Log], *lines: Any, avenue: str = "internet", kind: str = "read"
) -> dict[str, set[Told]]:
    return {reader: set(found) for reader, found in read_by(make_log(lines), 0, avenue, kind).items()}


def test_an_observer_of_the_line_learns_that_something_is_under_way_and_its_end_everything(
    make_log: Callable[..., Log],
) -> None:
    found = told(make_log, MADE, GIVEN, answer(0))
    assert found["network"] == {Told.EVENT}
    assert found["delivery service"] == {Told.EVENT, Told.METER, Told.KIND, Told.OUTCOME, Told.VALUES}


@pytest.mark.parametrize("encrypted", [1, None])
def test_values_that_are_encrypted_or_cannot_be_read_are_not_learnt(
    encrypted: int | None, make_log: Callable[..., Log]
) -> None:
    assert Told.VALUES not in told(make_log, MADE, GIVEN, answer(encrypted))["delivery service"]


def test_only_a_read_has_values(make_log: Callable[..., Log]) -> None:
    assert Told.VALUES not in told(make_log, MADE, GIVEN, answer(0), kind="supply off")["delivery service"]


def test_code_on_the_ppmid_hears_its_own_frames_and_the_neighbourhood_addresses(make_log: Callable[..., Log]) -> None:
    found = told(make_log, MADE, OUT)
    assert found["code on the PPMID"] == set()
    assert found["HAN"] == {Told.EVENT, Told.METER}
    assert told(make_log, MADE, IN)["code on the PPMID"] == {Told.EVENT, Told.METER, Told.KIND}


def test_a_code_is_read_by_who_carries_it_and_not_by_who_listens(make_log: Callable[..., Log]) -> None:
    submitted = ("avenue", "carrier>ppmid", "submit-utrn", 2, {"utrn": "utrn:1"})
    typed = ("han", "ppmid>esme", "consumer-top-up", 3, {"utrn": "utrn:1"})
    found = told(make_log, submitted, typed, avenue="usb-stick", kind="credit")
    assert Told.CODE in found["carrier"]
    assert Told.CODE in found["code on the PPMID"]
    assert found["delivery service"] == set()
    assert found["HAN"] == {Told.EVENT, Told.METER}


def test_what_was_before_and_what_others_ask_is_left_out(make_log: Callable[..., Log]) -> None:
    other = ("avenue", "delivery-service>ppmid", "submit-command", 5, {"gbcs": GBCS | {"code": "0050"}})
    log = make_log([MADE, GIVEN, ("duis", "dcc>dcc-user", "response", 4, MADE[4]), other])
    assert read_by(log, 3 * 10**9, "internet", "read")["delivery service"] == ()


def test_every_reader_of_the_table_says_why() -> None:
    assert all(one.why for one in SIGHTS)
    assert {one.reader for one in SIGHTS} == {"network", "delivery service", "carrier", "code on the PPMID", "HAN"}
