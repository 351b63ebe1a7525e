"""When a hub lets devices join, and which: the window and the device log, whatever happens."""

from home_parts import ESME, HHT
from hypothesis import given
from hypothesis import strategies as st

from ppmid_devices.hub.device_log import DeviceLog
from ppmid_devices.hub.joining import JoinWindow
from ppmid_protocols.eui import Eui
from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee.joining import LinkKeyEvent, LinkKeyState

HOUR = 3_600
KEY, OTHER = Secret(bytes(range(16))), Secret(bytes(16))
TIMES = st.integers(0, 10 * HOUR)


@given(TIMES, TIMES)
def test_the_window_is_open_for_its_length_from_power_on(on: int, later: int) -> None:
    window = JoinWindow(HOUR)
    assert not window.is_open(on)
    assert window.powered(on).is_open(on + later) == (later <= HOUR)
    assert not window.powered(on).unpowered().is_open(on + later)
    assert window.powered(on).unpowered().powered(on + later).is_open(on + later + HOUR)


def test_a_device_is_listed_addressed_and_joins() -> None:
    log = DeviceLog(frozenset({0, 1, 9})).list(HHT, KEY)
    assert log.may_join(HHT)
    assert not log.authorised(HHT)
    log = log.address(HHT)
    assert log.entries[HHT].short == 10
    assert log.address(HHT) is log
    log = log.after(HHT, LinkKeyEvent.NETWORK_KEY_TAKEN).after(HHT, LinkKeyEvent.KEY_SHARED)
    assert log.authorised(HHT)
    assert log.list(HHT, OTHER) is log  # a new install code changes nothing for who has joined
    gone = log.after(HHT, LinkKeyEvent.REMOVED)
    assert not gone.may_join(HHT)


def test_two_devices_have_two_addresses() -> None:
    log = DeviceLog(frozenset({0})).list(HHT, KEY).list(ESME, OTHER).address(HHT).address(ESME)
    assert [entry.short for entry in log.entries.values()] == [1, 2]


def test_an_install_code_that_is_corrected_takes_the_place_of_the_first() -> None:
    log = DeviceLog(frozenset()).list(HHT, KEY).list(HHT, OTHER)
    assert log.entries[HHT].first_key == OTHER


@given(st.lists(st.tuples(st.sampled_from([HHT, ESME]), st.sampled_from([*LinkKeyEvent, "listed"]))))
def test_nobody_takes_part_who_was_not_listed_and_given_the_key(steps: list[tuple[Eui, LinkKeyEvent | str]]) -> None:
    log = DeviceLog(frozenset({0}))
    listed: set[Eui] = set()
    for device, step in steps:
        if isinstance(step, LinkKeyEvent):
            log = log.after(device, step)
        else:
            log = log.list(device, KEY)
            listed.add(device)
        assert set(log.entries) <= listed
        assert all(entry.state is not LinkKeyState.UNKNOWN for entry in log.entries.values())
    for device in (HHT, ESME):
        if log.authorised(device):
            rest = iter([step for one, step in steps if one == device])
            assert "listed" in rest
            assert LinkKeyEvent.NETWORK_KEY_TAKEN in rest
            assert any(step in (LinkKeyEvent.KEY_AGREED, LinkKeyEvent.KEY_SHARED) for step in rest)


def test_of_the_struck_off_the_last_fifteen_are_remembered_and_no_terminal() -> None:
    log = DeviceLog()
    for number in range(17):
        device = Eui(number.to_bytes(8, "big"))
        log = log.list(device, KEY).after(device, LinkKeyEvent.NETWORK_KEY_TAKEN)
        log = log.after(device, LinkKeyEvent.KEY_SHARED, OTHER).after(device, LinkKeyEvent.REMOVED)
    assert [int.from_bytes(one, "big") for one in log.former] == list(range(2, 17))
    assert set(log.former.values()) == {OTHER}
    visited = log.list(HHT, KEY, visitor=True).after(HHT, LinkKeyEvent.REMOVED)
    assert visited.former == log.former


def test_who_takes_part_again_is_no_former_device() -> None:
    log = DeviceLog.of([ESME]).settle(ESME, KEY, 7).after(ESME, LinkKeyEvent.REMOVED)
    assert log.former == {ESME: KEY}
    log = log.list(ESME, OTHER).after(ESME, LinkKeyEvent.NETWORK_KEY_TAKEN)
    assert log.former == {ESME: KEY}
    assert log.after(ESME, LinkKeyEvent.KEY_SHARED, OTHER).former == {}


def test_a_full_log_takes_nobody_in() -> None:
    log = DeviceLog.of(Eui(number.to_bytes(8, "big")) for number in range(16))
    assert log.full
    assert log.list(HHT, KEY) is log
