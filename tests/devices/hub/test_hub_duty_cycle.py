"""A hub's duty cycle at 868 MHz: the levels by themselves, and what a hub does at each."""

from typing import Any

import pytest
from home_parts import BROKER, ESME, GSME, HUB, check_mac_as, command, heard_on_the_han
from hub_home import Home
from hypothesis import given
from hypothesis import strategies as st

from ppmid_devices.dcc.alerts import alert_code
from ppmid_devices.hub import faulty
from ppmid_devices.hub.duty_cycle import DutyCycle, Level
from ppmid_devices.hub.relay import Refusal
from ppmid_devices.hub.simulated import SimulatedHub
from ppmid_devices.links.bands import Band, airtime
from ppmid_devices.ports import HOUR, MILLISECOND, MINUTE, SECOND
from ppmid_protocols.gbcs import dlms
from ppmid_protocols.gbcs.message import Message, decode
from ppmid_protocols.gbcs.prepayment.requests import CS01B
from ppmid_protocols.zigbee import sub_ghz

SPELLS = st.lists(st.tuples(st.integers(0, 20 * MINUTE), st.integers(1, 5 * SECOND)), max_size=30)


def test_the_levels_begin_at_their_thresholds_and_end_when_the_hour_has_passed() -> None:
    duty = DutyCycle(limited=10, critical=20)
    assert [duty.after(GSME, used, 5).level(5) for used in (9, 10, 19, 20)] == [
        Level.NORMAL,
        Level.LIMITED,
        Level.LIMITED,
        Level.CRITICAL,
    ]
    used = duty.after(GSME, 20, 5)
    assert used.level(5 + HOUR - 1) is Level.CRITICAL
    assert used.level(5 + HOUR) is Level.NORMAL
    assert used.next_change(5) == 5 + HOUR
    assert used.next_change(5 + HOUR) is None


def test_the_busiest_device_is_the_one_that_most_of_the_airtime_was_for() -> None:
    duty = DutyCycle(1, 2).after(GSME, 5, 0).after(ESME, 3, 1).after(ESME, 3, 2)
    assert duty.busiest(3) == ESME
    assert duty.busiest(HOUR + 1) == ESME
    assert duty.busiest(2 * HOUR) is None


@given(SPELLS, st.integers(1, 60))
def test_who_asks_before_each_frame_never_goes_beyond_the_critical_level_in_any_hour(
    spells: list[tuple[int, int]], critical_s: int
) -> None:
    duty, now = DutyCycle(critical_s * SECOND // 2, critical_s * SECOND), 0
    sent: list[tuple[int, int]] = []
    for pause, spell in spells:
        now += pause
        if duty.admits(spell, now):
            duty = duty.after(GSME, spell, now)
            sent.append((now, spell))
    for end, _ in sent:
        assert sum(spell for at, spell in sent if end - HOUR < at <= end) <= critical_s * SECOND


def gas(counter: int, octets: int = 0) -> Message:
    return command(GSME, counter, CS01B, payload=b"\xd9" + bytes(octets))


def dual(kind: type[SimulatedHub] = SimulatedHub, device: Any = GSME, **settings: Any) -> Home:
    return Home(kind, sub_ghz=frozenset({device}), **settings)


def told(home: Home) -> list[tuple[int, int]]:
    """Alert code and Message Code of what the hub has told the DCC of its own."""
    alerts = [decode(octets) for octets in home.to_dcc]
    return [(alert_code(one), one.message_code) for one in alerts if one.originator == HUB]


def further(octets: bytes) -> bytes:
    """What an Alert adds to its code and time."""
    notification = dlms.decode(decode(octets).payload)
    assert isinstance(notification, dlms.DataNotification)
    last = notification.body.items[-1]  # type: ignore[union-attr]
    return bytes(last.value)  # type: ignore[union-attr]


def airtime_ms(home: Home) -> float:
    """What the hub has sent to the gas meter, as the tap heard it."""
    sent = [one for one in home.tap.crossings if (one.sender, one.receiver) == ("hub", "gsme")]
    return sum(airtime(len(one.frame), Band.MHZ_868) for one in sent) / MILLISECOND


def fetch_all(home: Home) -> list[bytes]:
    got = []
    while message := home.get().message:
        got.append(message)
    return got


def test_what_fits_into_the_hour_goes_and_what_does_not_is_dropped_and_told() -> None:
    home = dual(duty_limited_ms=300, duty_critical_ms=700)
    home.from_wan(*(gas(counter, 1000) for counter in (1, 2, 3, 4)))
    got = fetch_all(home)
    assert got == [gas(1, 1000).encode(), gas(2, 1000).encode(), gas(3, 1000).encode()][: len(got)]
    assert 0 < len(got) < 4
    assert home.reasons == [Refusal.DUTY_CYCLE] * (4 - len(got))
    assert airtime_ms(home) <= 700
    codes = told(home)
    assert codes[0] == (0x8F20, 0x0110)
    assert codes[1:] == [(0x8F2C, 0x0114)] * (4 - len(got))
    first, *drops = [octets for octets in home.to_dcc if decode(octets).originator == HUB]
    assert further(first) == GSME
    dropped = gas(4, 1000)
    assert further(drops[-1]) == bytes(dropped.originator) + bytes(GSME) + b"\x01" + (4).to_bytes(8, "big")
    check_mac_as(decode(drops[-1]), BROKER, HUB)


def test_an_hour_later_everything_goes_again_and_the_levels_are_told_on_the_way_down() -> None:
    home = dual(duty_limited_ms=100, duty_critical_ms=350)
    home.from_wan(gas(1, 1000))
    fetch_all(home)
    home.from_wan(gas(2, 1000))
    assert fetch_all(home) == []
    home.run(HOUR)
    home.from_wan(gas(3, 1000))
    assert fetch_all(home) == [gas(3, 1000).encode()]
    codes = [code for code, _ in told(home)]
    assert codes[:4] == [0x8F20, 0x8F2C, 0x8F21, 0x8F20]


def test_the_critical_level_is_told_and_left() -> None:
    home = dual(duty_limited_ms=1, duty_critical_ms=2)
    home.get()
    assert [code for code, _ in told(home)] == [0x8F20, 0x8F22]
    home.run(HOUR + MINUTE)
    assert [code for code, _ in told(home)][2:] == [0x8F23, 0x8F21]


def silences(home: Home) -> list[tuple[Any, int]]:
    """Whom the hub told to be silent, and for how many minutes."""
    said = [one for one in heard_on_the_han(home.tap.crossings) if one.cluster == sub_ghz.CLUSTER]
    commands = [(one.destination, sub_ghz.COMMANDS.read(one.zcl)) for one in said]
    return [(to, command.period) for to, command in commands if isinstance(command, sub_ghz.SuspendZclMessages)]


def test_where_the_cycle_is_limited_the_busiest_device_is_silenced_and_what_is_for_it_dropped() -> None:
    home = Home(sub_ghz=frozenset({ESME, GSME}), duty_limited_ms=200, duty_critical_ms=5_000)
    home.from_wan(gas(1, 1000))
    assert fetch_all(home) == [gas(1, 1000).encode()]
    assert silences(home) == [(GSME, 60)]
    home.from_wan(gas(2, 1000), command(ESME, 1))
    home.run(5 * SECOND)
    assert fetch_all(home) == []
    assert home.heard[ESME] == [command(ESME, 1).encode()]
    assert [code for code, _ in told(home)] == [0x8F20, 0x8F2C]
    home.run(HOUR)
    assert silences(home) == [(GSME, 60)]
    home.from_wan(gas(3, 100))
    assert fetch_all(home) == [gas(3, 100).encode()]


def test_how_long_it_wants_silence_is_its_setting() -> None:
    home = dual(duty_limited_ms=1, suspend_minutes=15)
    home.get()
    assert silences(home) == [(GSME, 15)]


def test_a_device_that_is_awake_in_the_band_is_dropped_for_too_and_others_are_not() -> None:
    home = dual(device=ESME, duty_limited_ms=100, duty_critical_ms=300)
    for counter in range(3):
        home.from_wan(command(ESME, counter, payload=b"\xd9" + bytes(1000)), gas(counter, 1000))
        home.run(5 * SECOND)
    assert len(home.heard[ESME]) == 1
    assert home.reasons == [Refusal.DUTY_CYCLE] * 2
    assert len(fetch_all(home)) == 3


def test_in_the_other_band_nothing_is_counted() -> None:
    home = Home(duty_limited_ms=1, duty_critical_ms=2)
    home.from_wan(gas(1, 1000))
    assert fetch_all(home) == [gas(1, 1000).encode()]
    assert told(home) == []


@pytest.mark.parametrize(("kind", "keeps"), [(SimulatedHub, True), (faulty.IgnoresDutyCycle, False)])
def test_a_hub_that_ignores_its_duty_cycle_shows(kind: type[SimulatedHub], keeps: bool) -> None:
    home = dual(kind, duty_limited_ms=300, duty_critical_ms=500)
    home.from_wan(*(gas(counter, 1000) for counter in range(6)))
    fetch_all(home)
    assert (airtime_ms(home) <= 500) is keeps
