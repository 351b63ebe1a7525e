"""Vending: which counter and which value a UTRN has."""

import pytest
from home_parts import (
    CREDENTIALS,
    ESME,
    GSME,
    POUND,
    REPOSITORY,
    SUPPLIER,
)
from user_parts import EPOCH, Bench, credited

from ppmid_devices.dcc_user.contract import UserSituation, Way
from ppmid_devices.dcc_user.settings import DccUserSettings
from ppmid_devices.dcc_user.vending import face_value
from ppmid_devices.ports import SECOND
from ppmid_protocols.duis.request_id import RequestId
from ppmid_protocols.errors import Malformed, NotAuthentic, Unsupported
from ppmid_protocols.utrn import ValueClass, check_mac


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        (1_000, (1, ValueClass.PENCE)),
        (10 * POUND, (1000, ValueClass.PENCE)),
        (8_191_000, (8191, ValueClass.PENCE)),
        (82 * POUND, (82, ValueClass.POUNDS)),
        (8_191 * POUND, (8191, ValueClass.POUNDS)),
    ],
)
def test_amounts_become_pence_while_they_fit_and_then_pounds(amount: int, expected: tuple[int, ValueClass]) -> None:
    assert face_value(amount) == expected


@pytest.mark.parametrize("amount", [0, -1_000, 500, 8_192_000, 100 * POUND + 1_000, 8_192 * POUND])
def test_amounts_that_no_utrn_can_carry_are_refused(amount: int) -> None:
    user = Bench().user
    with pytest.raises(Malformed, match=f"1 to 8191 whole pence or whole pounds, found {amount} millipence"):
        user.vend(ESME, amount)
    assert user.vend(ESME, POUND).truncated_counter == 1  # a refusal uses up no counter


def test_each_meter_has_its_own_rising_utrn_counter_and_its_own_mac() -> None:
    user = Bench().user
    codes = [user.vend(ESME, 10 * POUND), user.vend(ESME, 10 * POUND), user.vend(GSME, 10 * POUND)]
    assert [code.truncated_counter for code in codes] == [1, 2, 1]
    assert [code.amount for code in codes] == [10 * POUND] * 3
    private = CREDENTIALS[ESME].own("agreement").private
    prepayment_key = REPOSITORY.public_key(SUPPLIER, "prepayment")
    check_mac(codes[1], SUPPLIER, ESME, 2, private, prepayment_key)
    with pytest.raises(NotAuthentic, match="mac"):
        check_mac(codes[1], SUPPLIER, ESME, 2, private, REPOSITORY.public_key(SUPPLIER, "agreement"))


def test_no_code_is_printed_that_jumps_further_than_511() -> None:
    """After V = 2000, counter 2511 is rebuilt rightly and 2512 is not."""
    at_edge = Bench(settings=DccUserSettings(utrn_counter_start=2_511, utrn_counter_used=2_000))
    assert at_edge.user.vend(ESME, POUND).truncated_counter == 2_511 % 1024
    with pytest.raises(Unsupported, match="counter out of window"):
        at_edge.user.vend(ESME, POUND)
    name = at_edge.top_up(Way.WAN)  # the whole counter travels with the Command
    at_edge.over_wan(credited(at_edge.sent_over_wan[0]))
    assert at_edge.user.record(name).credits == 1
    assert at_edge.user.vend(ESME, POUND).truncated_counter == 2_513 % 1024
    liberal = Bench(settings=DccUserSettings(utrn_counter_start=2_512, refuse_unreadable_codes=False))
    assert liberal.user.vend(ESME, POUND).truncated_counter == 2_512 % 1024


def test_one_that_counts_by_the_clock_vends_the_seconds_since_1970_and_never_one_twice() -> None:
    bench = Bench(settings=DccUserSettings(utrn_counters="epoch", refuse_unreadable_codes=False))
    second = EPOCH // SECOND
    vended = [bench.user.vend(ESME, POUND) for _ in range(2)]
    assert [code.truncated_counter for code in vended] == [second % 1024, (second + 1) % 1024]
    bench.run(600 * SECOND)
    name = bench.user.top_up(ESME, POUND, Way.WAN)
    assert name == str(RequestId(SUPPLIER, ESME, (second + 600) << 32))
    assert bench.user.vend(GSME, POUND).truncated_counter == (second + 600) % 1024


def test_by_the_clock_no_code_for_a_new_meter_is_readable_until_a_command_has_brought_a_whole_counter() -> None:
    bench = Bench(settings=DccUserSettings(utrn_counters="epoch"))
    with pytest.raises(Unsupported, match=r"counter out of window; a top-up by SRV 2\.2 carries the whole counter"):
        bench.user.vend(ESME, POUND)
    bench.top_up(Way.WAN)
    bench.over_wan(credited(bench.sent_over_wan[0]))
    bench.run(500 * SECOND)
    assert bench.user.vend(ESME, POUND)
    bench.run(20 * SECOND)
    with pytest.raises(Unsupported, match="counter out of window"):
        bench.user.vend(ESME, POUND)


@pytest.mark.parametrize(("by_clock", "expected"), [(True, ("epoch", False)), (False, ("step", True))])
def test_a_scenario_may_ask_for_a_supplier_that_counts_by_the_clock(by_clock: bool, expected: tuple[str, bool]) -> None:
    settings = DccUserSettings().under(UserSituation(counts_by_clock=by_clock))
    assert (settings.utrn_counters, settings.refuse_unreadable_codes) == expected
    assert DccUserSettings().under(None) == DccUserSettings()


def test_a_supplier_is_warned_long_before_the_last_utrn_counter_and_has_none_beyond_it() -> None:
    """Field case: in another country token numbers ran out in 2024, and meters took every new token for an old one."""
    early = Bench(settings=DccUserSettings(utrn_counter_start=(1 << 32) - (1 << 24) - 1, refuse_unreadable_codes=False))
    early.user.vend(ESME, POUND)
    assert early.user.findings == ()
    early.user.vend(ESME, POUND)
    early.user.vend(ESME, POUND)
    (warning,) = early.user.findings  # once, however many codes follow
    assert warning.startswith("16777216 UTRN counters were left for 00-DB-12-34-56-78-90-A0")

    last = Bench(settings=DccUserSettings(utrn_counter_start=(1 << 32) - 1, utrn_counter_used=(1 << 32) - 2))
    assert last.user.vend(ESME, POUND).truncated_counter == 1023
    for _ in range(2):
        with pytest.raises(Malformed, match="UTRN counter"):
            last.top_up(Way.WAN)
    assert len(last.user.findings) == 1
