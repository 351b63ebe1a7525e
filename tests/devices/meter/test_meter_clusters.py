"""A GSME's clusters: what Commands set and do is what the account and the supply then are, and nothing else."""

import pytest
from asking import Asker, component, read
from home_parts import CREDENTIALS, GSME, SUPPLIER, BareMeter, MakeMeter, Vend

from ppmid_bench.clock import VirtualClock
from ppmid_devices.meter import tables
from ppmid_devices.meter.asked import Asked
from ppmid_devices.meter.contract import Supply
from ppmid_devices.meter.log_codes import LogCode
from ppmid_devices.meter.zcl.attributes import attributes
from ppmid_devices.meter.zcl.store import ClusterStore, effects
from ppmid_devices.ports import DAY, HOUR
from ppmid_protocols.gbcs import crypto, gbz
from ppmid_protocols.gbcs.gbz import Component
from ppmid_protocols.gbcs.message import decode
from ppmid_protocols.gbcs.names.tables import zcl_command
from ppmid_protocols.gbcs.names.zcl_fields import REST, read_fields
from ppmid_protocols.gbcs.payload import GbzPayload

GCS02, GCS03, GCS04, GCS05, GCS15E, GCS21B, GCS21F, GCS21J = 0x6C, 0x6D, 0x6E, 0x6F, 0xC5, 0xB5, 0x9F, 0xBF
GCS16B = 0x96
GCS32, GCS39, GCS40A, GCS40B, GCS40C, GCS40D, GCS60, CS11 = 0x81, 0x85, 0x86, 0xB4, 0xC0, 0xC2, 0x8D, 0x15
PREPAYMENT, METERING, CALENDAR = 0x0705, 0x0702, 0x0707
EVENT, NOW = "804a371c", "00000000"
YEAR_LATER = 504_921_600  # 2016-01-01, in seconds since 2000


@pytest.fixture
def meter(bare: MakeMeter) -> BareMeter:
    """A GSME with £5.00."""
    return bare(GSME)


@pytest.fixture
def ask(meter: BareMeter, clock: VirtualClock) -> Asker:
    """Its Supplier."""
    return Asker(meter, clock)


def status(found: list[Component] | None) -> int:
    """The status of the one Default Response."""
    assert found is not None
    (one,) = found
    assert one.command == gbz.DEFAULT_RESPONSE
    return one.body[1]


def i32(amount: int) -> str:
    return amount.to_bytes(4, "little", signed=True).hex()


def attribute(ask: Asker, code: int, cluster: int, which: int) -> int:
    found = ask.clusters(code, read(cluster, which))
    assert found is not None
    body = found[0].body
    assert body[2] == 0, f"status {body[2]:02X}"
    return int.from_bytes(body[4:], "little", signed=body[3] == 0x2B)


def mode(control: str, cut_off: int = -1, start: str = NOW) -> Component:
    return component(PREPAYMENT, 0x06, f"00000000{EVENT}{start}{control}{i32(cut_off)}")


def test_payment_mode_and_cut_off_change_the_account(ask: Asker, meter: BareMeter) -> None:
    found = ask.clusters(GCS03, mode("970c", 600_000))
    assert found is not None
    (reply,) = found
    assert (reply.frame_control, reply.command) == (0x09, 0x02)
    assert reply.body.hex() == "01" + "02000000" + i32(1_000_000) + i32(100_000)
    assert attribute(ask, GCS21J, PREPAYMENT, 0x0000) == 0x0C97
    assert meter.display().supply is Supply.DISABLED  # £5.00 are below £6.00
    ask.clusters(GCS02, mode("940c"))
    assert attribute(ask, GCS21J, PREPAYMENT, 0x0000) == 0x0C94
    assert meter.display().supply is Supply.ARMED  # never on by itself
    assert status(ask.clusters(GCS03, mode("ffff"))) == 0x87
    assert attribute(ask, GCS21J, PREPAYMENT, 0x0000) == 0x0C94


def test_a_dated_change_comes_then_with_the_alert_of_the_rtds(
    ask: Asker, meter: BareMeter, clock: VirtualClock
) -> None:
    start = YEAR_LATER.to_bytes(4, "little").hex()
    ask.clusters(GCS02, mode("940c", start=start))
    asked = ask.counter
    clock.advance(365 * DAY - HOUR)
    assert attribute(ask, GCS21J, PREPAYMENT, 0x0000) == 0x0497
    meter.sent.clear()
    clock.advance(HOUR)
    (message,) = map(decode, meter.sent)
    alert = gbz.decode_alert(message.payload)
    assert (message.message_code, alert.code, alert.count, alert.time) == (0x00CD, 0x8F66, 1, YEAR_LATER)
    assert alert.extra.hex() == "0e" + "006c" + f"{asked:016x}" + "07050106"
    assert attribute(ask, GCS21J, PREPAYMENT, 0x0000) == 0x0C94


def test_a_cancelled_change_never_comes(ask: Asker, clock: VirtualClock) -> None:
    ask.clusters(GCS02, mode("940c", start=YEAR_LATER.to_bytes(4, "little").hex()))
    ask.clusters(GCS02, mode("940c", start="ffffffff"))
    clock.advance(400 * DAY)
    assert attribute(ask, GCS21J, PREPAYMENT, 0x0000) == 0x0497


def test_limits_are_terms_of_the_account(ask: Asker, meter: BareMeter, vend: Vend) -> None:
    found = ask.clusters(
        GCS05,
        component(PREPAYMENT, 0x03, f"{EVENT}{NOW}{i32(300_000)}{i32(550_000)}"),
        component(PREPAYMENT, 0x0C, f"00000000{EVENT}{NOW}{i32(100_000)}", sequence=1),
        component(PREPAYMENT, 0x09, i32(123_000), sequence=2, from_date_time=0),
        component(PREPAYMENT, 0x0B, f"00000000{EVENT}{NOW}{i32(2_000_000)}{i32(400_000)}", sequence=3),
    )
    assert found is not None
    assert [(one.sequence, one.body.hex()) for one in found] == [(0, "0300"), (1, "0c00"), (2, "0900"), (3, "0b00")]
    for which, amount in ((0x0010, 300_000), (0x0011, 550_000), (0x0006, 100_000), (0x0031, 123_000)):
        assert attribute(ask, GCS21B, PREPAYMENT, which) == amount
    assert (attribute(ask, GCS21B, PREPAYMENT, 0x21), attribute(ask, GCS21B, PREPAYMENT, 0x22)) == (2_000_000, 400_000)
    assert meter.enter_utrn(vend(1, pounds=5, meter=GSME)) == "Exceeds the largest top up"
    assert meter.enter_utrn(vend(2, pounds=4, meter=GSME)).endswith("£4.00")


def test_no_limit_lets_a_balance_outgrow_its_register(bare: MakeMeter, clock: VirtualClock, vend: Vend) -> None:
    meter = bare(GSME, balance_mp=2_000_000_000, maximum_credit_mp=1_000_000_000)
    most = (2**32 - 1).to_bytes(4, "little").hex()
    limits = component(PREPAYMENT, 0x0B, f"00000000{EVENT}{NOW}{most}{most}")
    assert status(Asker(meter, clock).clusters(GCS05, limits)) == 0
    assert meter.enter_utrn(vend(1, pounds=1_474, meter=GSME)).startswith("Top up successful")
    assert meter.enter_utrn(vend(2, pounds=1, meter=GSME)) == "Exceeds the largest balance"
    assert meter.display().balance == 2_147_400_000


def test_debts_change_by_increments_and_a_top_up_pays(ask: Asker, meter: BareMeter, vend: Vend) -> None:
    def debt(amount: int, kind: int, recovery: int = 0, share: int = 0, frequency: int = 1) -> Component:
        fixed = f"{EVENT}00{i32(amount)}00{kind:02x}{NOW}0000{frequency:02x}"
        return component(PREPAYMENT, 0x02, fixed + i32(recovery) + share.to_bytes(2, "little").hex())

    assert status(ask.clusters(GCS04, debt(70_000, 1, recovery=5_000))) == 0
    assert status(ask.clusters(GCS04, debt(300_000, 5, share=5_000))) == 0
    assert status(ask.clusters(GCS04, debt(-300_001, 5, share=5_000))) == 1
    assert status(ask.clusters(GCS04, debt(1, 9))) == 0x87
    assert attribute(ask, GCS21B, PREPAYMENT, 0x0217) == 5_000
    assert attribute(ask, GCS21B, PREPAYMENT, 0x0239) == 5_000
    meter.enter_utrn(vend(1, pounds=4, meter=GSME))
    assert meter.display().balance == 500_000 + 400_000 - 200_000


def test_balances_of_both_modes_are_adjusted_and_reset(ask: Asker, meter: BareMeter) -> None:
    def adjust(kind: int, amount: int) -> Component:
        return component(PREPAYMENT, 0x05, f"{EVENT}{NOW}{kind:02x}{i32(amount)}")

    assert status(ask.clusters(GCS40A, adjust(0, 23_130))) == 0
    assert meter.display().balance == 523_130
    assert status(ask.clusters(GCS40A, adjust(0, 2**31 - 1))) == 1
    assert meter.display().balance == 523_130
    assert status(ask.clusters(GCS40B, adjust(1, 0))) == 0
    assert meter.display().balance == 0
    assert status(ask.clusters(GCS40C, adjust(3, 5_000_000))) == 0
    assert attribute(ask, GCS60, METERING, 0x0A00) == 5_000_000
    assert status(ask.clusters(GCS40C, adjust(3, -5_000_001))) == 1
    assert status(ask.clusters(GCS40D, adjust(2, 0))) == 0
    assert attribute(ask, GCS60, METERING, 0x0A00) == 0
    assert meter.display().balance == 0
    assert ask.clusters(GCS40A, adjust(1, 0)) is None  # another use case's type
    assert meter.security_log[-1].code is LogCode.COMMAND_FORMAT


def test_the_valve_closes_arms_and_says_so(ask: Asker, meter: BareMeter) -> None:
    def switch(status: str) -> Component:
        return component(METERING, 0x0B, f"00000000{EVENT}{NOW}{NOW}{status}01")

    found = ask.clusters(GCS32, switch("00"))
    assert found is not None
    assert (found[0].command, found[0].body.hex()) == (0x0C, f"00000000{EVENT}{NOW}00")
    assert meter.display().supply is Supply.DISABLED
    found = ask.clusters(GCS39, switch("01"))
    assert found is not None
    assert found[0].body[-1] == 1
    assert meter.display().supply is Supply.ARMED
    meter.press_enable()
    assert status(ask.clusters(GCS39, switch("01"))) == 1
    assert meter.display().supply is Supply.ENABLED
    assert ask.clusters(GCS39, switch("00")) is None


def test_calendars_are_published_back_each_by_itself(ask: Asker) -> None:
    def days(code: int, calendar: str) -> list[str]:
        found = ask.clusters(code, component(CALENDAR, 0x01, f"00000000{calendar}0100"))
        assert found is not None
        return [one.body.hex() for one in found]

    tariff = days(GCS21F, NOW)
    head = f"00000000{EVENT}{EVENT}"
    published = [f"{head}01010001030000{state}" for state in ("01",)] + [f"{head}02020001030000014001" + "02"]
    found = ask.clusters(
        GCS05,
        component(CALENDAR, 0x00, f"{head}{NOW}030000020203", to_client=True),
        *(component(CALENDAR, 0x01, body, to_client=True, sequence=at) for at, body in enumerate(published, 1)),
    )
    assert found is not None
    assert [one.body.hex() for one in found] == ["0000", "0100", "0100"]
    assert [one.frame_control for one in found] == [0, 0, 0]
    assert days(GCS21B, "feffffff") == published
    assert days(GCS21F, NOW) == tariff


def test_top_ups_are_logged_the_latest_first(ask: Asker, meter: BareMeter, vend: Vend) -> None:
    wanted = component(PREPAYMENT, 0x08, "feffffff" + "05")
    assert status(ask.clusters(GCS15E, wanted)) == 0x8B
    codes = [vend(number, pounds=number, meter=GSME) for number in range(1, 8)]
    for digits in codes:
        meter.enter_utrn(digits)
    found = ask.clusters(GCS15E, wanted)
    assert found is not None
    entries = found[0].body[2:]
    assert [entries[at + 1 : at + 21].decode() for at in range(0, len(entries), 29)] == codes[:1:-1]


def test_daily_reads_are_snapshots_of_the_general_cause_sealed_for_the_supplier(
    ask: Asker, clock: VirtualClock
) -> None:
    clock.advance(2 * DAY + HOUR)

    def snapshot(at: int, cause: str = "01000000") -> list[Component]:
        asked = component(PREPAYMENT, 0x07, f"{NOW}ffffffff{at:02x}{cause}")
        found = ask.clusters(GCS16B, asked)
        assert found is not None
        return found

    (one,) = snapshot(1)
    z = crypto.shared_secret(
        CREDENTIALS[SUPPLIER].own("agreement").private, CREDENTIALS[GSME].own("agreement").private.public_key()
    )
    plain = crypto.unseal(one.body, crypto.encryption_key(z, GSME, SUPPLIER, ask.counter), GSME)
    assert (one.command, one.frame_counter) == (0x01, 0)
    assert plain[8:11].hex() == "020001"
    assert plain[-8:].hex() == i32(1_000_000) + i32(500_000)
    assert status(snapshot(2)) == 0x8B
    assert status(snapshot(0, "08600000")) == 0x8B


def test_the_event_log_is_cleared_and_no_other(ask: Asker, meter: BareMeter, vend: Vend) -> None:
    meter.enter_utrn(vend(1, meter=GSME))
    for log, cleared in (("04", "00"), ("03", "08")):
        found = ask.clusters(CS11, component(0x0709, 0x01, log))
        assert found is not None
        assert found[0].body.hex() == cleared
    assert (meter.event_log, meter.security_log[-1].code) == ((), LogCode.EVENT_LOG_CLEARED)


def test_a_body_that_does_not_fit_is_malformed_and_changes_nothing(ask: Asker, meter: BareMeter) -> None:
    store = meter.functions.clusters
    assert store is not None
    before = (meter.display(), store.values, store.latest)
    short = component(PREPAYMENT, 0x03, f"{EVENT}{NOW}{i32(300_000)}")
    long = component(PREPAYMENT, 0x03, f"{EVENT}{NOW}{i32(300_000)}{i32(1)}00")
    assert [status(ask.clusters(GCS05, one)) for one in (short, long)] == [0x80, 0x80]
    assert (meter.display(), store.values, store.latest) == before


def test_a_use_case_asks_for_its_own_attributes_only(ask: Asker, meter: BareMeter) -> None:
    assert ask.clusters(GCS21J, read(PREPAYMENT, 0x0001)) is None
    assert meter.security_log[-1].code is LogCode.COMMAND_FORMAT


def test_an_attribute_or_command_that_the_store_lacks_is_refused_by_its_status(meter: BareMeter, ask: Asker) -> None:
    store = meter.functions.clusters
    assert isinstance(store, ClusterStore)
    components = (read(PREPAYMENT, 0x7777), component(PREPAYMENT, 0x77, ""), component(0x0709, 0x00, ""))
    asked = Asked(
        message=ask.message(GCS60, gbz.encode(components)),
        payload=GbzPayload(components),
        now=0,
        reader=GSME,
        reader_counter=0,
        seal=bytes,
    )
    answers = gbz.decode(store.answer(components, asked))
    assert [one.body.hex() for one in answers] == ["777786", "7781", "0081"]


# The tables.


def test_every_published_body_and_effect_fits_the_layout_of_its_command() -> None:
    for row in tables.rows("publications.csv"):
        known = zcl_command(int(row["cluster"], 16), 0x09, int(row["command"], 16))
        assert known is not None
        fields = read_fields(known.fields, bytes.fromhex(row["body"]))
        assert [one.name for one in fields] == [one.name for one in known.fields], row
        assert all(one.type != REST for one in fields)
    for own, effect in effects().items():
        known = zcl_command(own.cluster, 0x09 if own.to_client else 0x01, own.command)
        assert known is not None
        names = {one.name for one in known.fields}
        assert effect.start in ("", "prefix") or effect.start in names
        for name, where in effect.becomes:
            assert name in names
            assert where in attributes()
