"""What the Supplier configures of charges, debts and non-disablement is what falls due; at both meters by Commands."""

import pytest
from asking import AT_ONCE, Asker, access, component, money, number, read
from home_parts import GSME, MakeMeter

from ppmid_bench.clock import VirtualClock
from ppmid_devices.meter.contract import Supply
from ppmid_devices.ports import DAY, HOUR, MINUTE
from ppmid_protocols.gbcs import axdr, gbz

ECS03, ECS07, ECS08A, ECS26A = 0x001B, 0x001E, 0x00DE, 0x003B
GCS03, GCS04, GCS05, GCS21B = 0x6D, 0x6E, 0x6F, 0xB5
POUND = 100_000
EVENT, NOW = "804a371c", "00000000"
PREPAYMENT, CALENDAR = 0x0705, 0x0707


@pytest.fixture
def ask(bare: MakeMeter, clock: VirtualClock) -> Asker:
    """The Supplier of an ESME with £5.00."""
    return Asker(bare(), clock)


@pytest.fixture
def ask_gas(bare: MakeMeter, clock: VirtualClock) -> Asker:
    """The Supplier of a GSME with £5.00."""
    return Asker(bare(GSME), clock)


def to_next_midnight(clock: VirtualClock, days: int = 0) -> None:
    clock.advance(DAY - clock.now() % DAY + days * DAY)


def charge(amount: int, scale: int) -> axdr.Data:
    unit = axdr.structure(number(axdr.INTEGER, 0), number(axdr.INTEGER, scale))
    nothing = axdr.structure(number(axdr.LONG_UNSIGNED, 0), axdr.octet_string(bytes(6)), number(axdr.INTEGER, 0))
    return axdr.structure(unit, nothing, axdr.array(axdr.structure(axdr.octet_string(b""), number(axdr.LONG, amount))))


def debt_command(ask: Asker, rate: axdr.Data, period: int, owed: int) -> list[int] | None:
    return ask.results(
        ECS07,
        access("set 113/0-0:19.20.1.255/6", rate),
        access("set 113/0-0:19.20.1.255/8", number(axdr.DOUBLE_LONG_UNSIGNED, period)),
        access("action 113/0-0:19.20.1.255/2", number(axdr.INTEGER, 0)),
        access("action 113/0-0:19.20.1.255/4", money(owed)),
    )


@pytest.mark.parametrize(
    ("amount", "scale", "period", "taken"),
    [(2, -2, 3600, 24 * 2_000), (7, -1, 86_400, 70_000), (1_234, -5, 86_400, 1_234), (15, -6, 86_400, 1)],
)
def test_an_electricity_debt_is_recovered_at_its_rate(
    ask: Asker, clock: VirtualClock, amount: int, scale: int, period: int, taken: int
) -> None:
    """£0.02 an hour, £0.70 a day, 1.234 p a day; 0.0015 p of a day are one whole millipenny."""
    to_next_midnight(clock)
    rate = charge(amount, scale)
    assert debt_command(ask, rate, period, POUND) == [0, 0, 0, 0]
    assert ask.objects(ECS26A, access("get 113/0-0:19.20.1.255/5")) == [(0, rate)]
    clock.advance(DAY)
    assert ask.meter.display().balance == 5 * POUND - taken


@pytest.mark.parametrize(
    ("rate", "period", "result"), [(charge(-1, -5), 3600, [0, 0, 250, 0]), (charge(1, -5), 60, [0, 250, 0, 0])]
)
def test_a_rate_below_zero_and_a_period_that_is_none_are_refused(
    ask: Asker, clock: VirtualClock, rate: axdr.Data, period: int, result: list[int]
) -> None:
    assert debt_command(ask, rate, period, 0) == result
    clock.advance(2 * DAY)
    assert ask.meter.display().balance == 5 * POUND


def links(*triples: tuple[str, str, str]) -> axdr.Data:
    return axdr.array(
        *(
            axdr.structure(
                axdr.octet_string(bytes.fromhex(f"000013{credit}ff")),
                axdr.octet_string(bytes.fromhex(f"000013{of}ff")),
                axdr.Bits(3, bytes.fromhex(when)),
            )
            for credit, of, when in triples
        )
    )


ALWAYS, SPARED = "e0", "c0"


def prepaid(debts: str, *further: tuple[str, str, str]) -> axdr.Data:
    """As RTDS ECS03 has it: which credit pays which charge; 0a is a credit, 14 a charge."""
    own = [("0a00", of, debts if of in ("1401", "1402") else ALWAYS) for of in ("1400", "1404", "1401", "1402", "1403")]
    lent = [
        ("0a01", of, debts if of in ("1401", "1402") else ALWAYS) for of in ("1403", "1400", "1404", "1401", "1402")
    ]
    return links(*own, *lent, *further)


@pytest.mark.parametrize(
    ("data", "settings"),
    [
        (prepaid(ALWAYS), (False, False)),
        (prepaid(SPARED), (False, True)),
        (prepaid(ALWAYS, *(("0a02", of, ALWAYS) for of in ("1404", "1401", "1402"))), (True, False)),
        (prepaid(SPARED, *(("0a02", of, ALWAYS) for of in ("1404", "1401", "1402"))), (True, True)),
    ],
)
def test_the_list_of_what_pays_what_has_the_suspend_debt_settings(
    ask: Asker, bare: MakeMeter, clock: VirtualClock, data: axdr.Data, settings: tuple[bool, bool]
) -> None:
    mode = axdr.structure(number(axdr.ENUM, 2), number(axdr.ENUM, 1))
    assert ask.results(
        ECS03,
        access("set 111/0-1:19.0.0.255/2", mode),
        access("set 111/0-1:19.0.0.255/11", data),
        access("set 111/0-1:19.0.0.255/13", AT_ONCE),
    ) == [0, 0, 0]
    assert ask.objects(ECS26A, access("get 111/0-0:19.0.0.255/11")) == [(0, data)]
    emergency, disabled = settings
    other = bare(suspend_debt_emergency=emergency, suspend_debt_disabled=disabled)
    assert Asker(other, clock).objects(ECS26A, access("get 111/0-0:19.0.0.255/11")) == [(0, data)]
    debt_command(ask, charge(1, -1), 86_400, POUND)
    assert ask.results(0x001C, access("action 112/0-0:19.10.0.255/1", money(-5 * POUND))) == [0]
    assert ask.meter.display().supply is Supply.DISABLED
    to_next_midnight(clock)
    assert ask.meter.display().balance == (0 if disabled else -10_000)


def schedule(*entries: tuple[int, str, str, str]) -> axdr.Data:
    """Script, time, weekdays and special days of each entry."""
    return axdr.array(
        *(
            axdr.structure(
                number(axdr.LONG_UNSIGNED, index),
                number(axdr.BOOLEAN, 255),
                axdr.octet_string(bytes.fromhex("00000a006aff")),
                number(axdr.LONG_UNSIGNED, script),
                axdr.octet_string(bytes.fromhex(time)),
                number(axdr.LONG_UNSIGNED, 0xFFFF),
                axdr.Bits(7, bytes.fromhex(days)),
                axdr.Bits(1, bytes.fromhex(special)),
                axdr.octet_string(bytes.fromhex("ffffffffff")),
                axdr.octet_string(bytes.fromhex("ffffffffff")),
            )
            for index, (script, time, days, special) in enumerate(entries, 1)
        )
    )


EVENINGS = schedule((32, "12000000", "fe", "80"), (33, "17000000", "fe", "00"))
"""From 18:00 to 23:00 each day; on the special day from 18:00 on, with no end that evening."""


def test_a_schedule_suspends_disablement_till_it_ends(ask: Asker, clock: VirtualClock) -> None:
    """2015-01-01 is made the special day: the period of that evening ends on the second only, at 23:00."""
    days = axdr.array(
        axdr.structure(
            number(axdr.LONG_UNSIGNED, 1), axdr.octet_string(bytes.fromhex("07df0101ff")), number(axdr.UNSIGNED, 1)
        )
    )
    assert ask.results(
        ECS08A,
        access("set 11/0-1:11.0.2.255/2", days),
        access("set 10/0-1:12.0.1.255/2", EVENINGS),
        access("set 9000/0-0:94.44.128.31/6", AT_ONCE),
        access("set 9000/0-0:94.44.128.28/6", AT_ONCE),
    ) == [0, 0, 0, 0]
    assert ask.objects(ECS26A, access("get 10/0-0:12.0.1.255/2")) == [(0, EVENINGS)]
    clock.advance(18 * HOUR)
    ask.results(0x001C, access("action 112/0-0:19.10.0.255/1", money(-8 * POUND)))
    assert ask.meter.display().supply is Supply.ENABLED
    clock.advance(DAY + 4 * HOUR + 59 * MINUTE)
    assert ask.meter.display().supply is Supply.ENABLED
    clock.advance(MINUTE)
    assert ask.meter.display().supply is Supply.DISABLED


@pytest.mark.parametrize("entry", [(34, "12000000", "fe", "80"), (32, "18000000", "fe", "80"), (32, "12", "fe", "80")])
def test_a_schedule_with_another_script_or_no_time_of_day_is_refused(
    ask: Asker, entry: tuple[int, str, str, str]
) -> None:
    before = ask.objects(ECS26A, access("get 10/0-0:12.0.1.255/2"))
    set_, at_once = access("set 10/0-1:12.0.1.255/2", schedule(entry)), access("set 9000/0-0:94.44.128.28/6", AT_ONCE)
    assert ask.results(ECS08A, set_, at_once) == [0, 250]
    assert ask.objects(ECS26A, access("get 10/0-0:12.0.1.255/2")) == before


# Gas.


def i32(amount: int) -> str:
    return amount.to_bytes(4, "little", signed=True).hex()


def change_debt(kind: int, amount: int, frequency: int, rate: int, share: int = 0) -> gbz.Component:
    body = f"{EVENT}00{i32(amount)}00{kind:02x}{NOW}0000{frequency:02x}{i32(rate)}{share.to_bytes(2, 'little').hex()}"
    return component(PREPAYMENT, 0x02, body)


def status(found: list[gbz.Component] | None) -> int:
    assert found is not None
    return found[0].body[1]


@pytest.mark.parametrize(("kind", "frequency", "taken"), [(1, 0, 24 * 700), (3, 1, 700)])
def test_a_gas_debt_is_recovered_at_its_rate(
    ask_gas: Asker, clock: VirtualClock, kind: int, frequency: int, taken: int
) -> None:
    to_next_midnight(clock)
    assert status(ask_gas.clusters(GCS04, change_debt(kind, POUND, frequency, 700))) == 0
    clock.advance(DAY)
    assert ask_gas.meter.display().balance == 5 * POUND - taken


@pytest.mark.parametrize(
    "wrong", [change_debt(1, POUND, 2, 700), change_debt(1, POUND, 0, -1), change_debt(5, POUND, 0, 0, share=10_001)]
)
def test_a_period_rate_or_share_that_is_none_changes_no_debt_either(
    ask_gas: Asker, clock: VirtualClock, wrong: gbz.Component
) -> None:
    assert status(ask_gas.clusters(GCS04, wrong)) == 0x87
    clock.advance(2 * DAY)
    assert ask_gas.meter.display().balance == 5 * POUND
    found = ask_gas.clusters(GCS21B, read(PREPAYMENT, 0x0239))
    assert found is not None
    assert found[0].body[4:] == (1_000).to_bytes(2, "little")


def mode(control: str) -> gbz.Component:
    return component(PREPAYMENT, 0x06, f"00000000{EVENT}{NOW}{control}ffffffff")


@pytest.mark.parametrize(("control", "balance"), [("9708", -700), ("970c", 0), ("9700", -700), ("9704", 0)])
def test_the_payment_mode_of_gas_has_the_suspend_debt_settings(
    ask_gas: Asker, clock: VirtualClock, control: str, balance: int
) -> None:
    """Bit 10 of the Payment Control Configuration is Suspend Debt Disabled."""
    ask_gas.clusters(GCS03, mode(control))
    ask_gas.clusters(GCS04, change_debt(3, POUND, 1, 700))
    ask_gas.clusters(0x86, component(PREPAYMENT, 0x05, f"{EVENT}{NOW}00{i32(-5 * POUND)}"))
    assert ask_gas.meter.display().supply is Supply.DISABLED
    to_next_midnight(clock)
    assert ask_gas.meter.display().balance == balance


def test_a_published_calendar_suspends_disablement_till_it_ends(ask_gas: Asker, clock: VirtualClock) -> None:
    ids = f"00000000{EVENT}{EVENT}"
    parts = (
        component(CALENDAR, 0x00, f"{ids}{NOW}030000010101", to_client=True, sequence=0),
        component(CALENDAR, 0x01, f"{ids}01020001030000003804" + "01", to_client=True, sequence=1),
        component(CALENDAR, 0x02, f"{ids}0101010101010101", to_client=True, sequence=2),
        component(CALENDAR, 0x03, f"{ids}0001ff0101ff01", to_client=True, sequence=3),
    )
    found = ask_gas.clusters(GCS05, *parts)
    assert found is not None
    assert [one.body[1] for one in found] == [0, 0, 0, 0]
    clock.advance(18 * HOUR)
    ask_gas.clusters(0x86, component(PREPAYMENT, 0x05, f"{EVENT}{NOW}00{i32(-8 * POUND)}"))
    assert ask_gas.meter.display().supply is Supply.ENABLED
    clock.advance(6 * HOUR - MINUTE)
    assert ask_gas.meter.display().supply is Supply.ENABLED
    clock.advance(MINUTE)
    assert ask_gas.meter.display().supply is Supply.DISABLED
