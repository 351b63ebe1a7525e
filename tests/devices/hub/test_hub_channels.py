"""How a hub leaves a noisy channel at 868 MHz: what it chooses, what it says and to whom, and what stops it."""

from typing import Any

import pytest
from asking import access, number
from home_parts import ESME, GSME, HUB, heard_on_the_han
from hub_home import AskedHome

from ppmid_devices.dcc.alerts import alert_code, channel_told
from ppmid_devices.hub.channel_choice import LOG_ENTRIES, WEEK, Agility, ChannelBook, Trigger
from ppmid_devices.hub.channel_desk import MISSING
from ppmid_devices.hub.faulty_channel import LeavesWithoutAWord, StaysInTheNoise
from ppmid_devices.hub.settings import HubSettings
from ppmid_devices.hub.simulated import SimulatedHub
from ppmid_devices.links.bands import Bands
from ppmid_devices.links.channels import DROWNED, FIRST, FLOOR, Noise
from ppmid_devices.ports import HOUR, MILLISECOND, SECOND
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import axdr, dlms
from ppmid_protocols.gbcs.axdr import Bits, CompactArray, Group, Number, Octets
from ppmid_protocols.gbcs.message import Message, decode
from ppmid_protocols.zigbee import sub_ghz
from ppmid_protocols.zigbee.sub_ghz import ALL_CHANNELS, Channels, channel

QUIETER, SECOND_BEST = channel(31, 4), channel(30, 40)
NOISY = Noise({FIRST: -85, QUIETER: FLOOR, SECOND_BEST: -98}, others=-92)
SETTINGS = HubSettings()
SCAN = len(ALL_CHANNELS) * SETTINGS.scan_channel_ms * MILLISECOND
CHANGE = SCAN + SETTINGS.channel_notice_s * SECOND + SECOND
PRESENT, BUFFER = "1/0-0:94.44.10.2/2", "7/0-0:94.44.10.3/2"
CHANGED, BEGUN, ASSESSED, KEPT = 0x8F26, 0x8F27, 0x8F28, 0x8F2B
START = 1_700_000_000 * SECOND


class Band(AskedHome):
    """A hub with both bands, a GSME and an ESME at 868 MHz, all others at 2.4 GHz."""

    def __init__(self, kind: type[SimulatedHub] = SimulatedHub, noise: Noise = NOISY, **more: Any) -> None:
        bands = Bands(frozenset({"esme", "gsme"}), frozenset({"hub"}), noise)
        super().__init__(kind=kind, start=START, sub_ghz=frozenset({ESME, GSME}), bands=bands, **more)

    def scan(self) -> None:
        """A Command to look for a quieter channel (DBCH05)."""
        assert self.results(0x010E, access("set 1/0-0:94.44.10.1/2", number(axdr.UNSIGNED, 0))) == [0]

    def configure(self, *masks: Channels, per_week: int = 5, quieter: int = 7) -> None:
        """DBCH04, with the samples of public templates for all else."""
        bits = (Bits(32, one.pack().to_bytes(4, "big")) for one in masks)
        wide, narrow = axdr.LONG_UNSIGNED, axdr.UNSIGNED
        first = [number(wide, 13), number(wide, 22), number(narrow, per_week), number(wide, 7), number(narrow, quieter)]
        rest = [(narrow, 12), (wide, 6000), (narrow, 130), (wide, 100), (wide, 4000), (wide, 3000)]
        numbers = [*first, *(number(tag, value) for tag, value in rest)]
        assert self.results(0x010D, access("set 1/0-0:94.44.10.0/2", axdr.structure(*bits, *numbers))) == [0]

    @property
    def told(self) -> list[Message]:
        """The hub's Alerts about its channel, oldest first."""
        said = [decode(octets) for octets in self.to_dcc]
        own = [one for one in said if one.originator == HUB and one.payload[:1] == b"\x0f"]
        return [one for one in own if 0x8F26 <= alert_code(one) <= 0x8F2B]

    @property
    def codes(self) -> list[int]:
        return [alert_code(one) for one in self.told]

    @property
    def announced(self) -> list[tuple[Eui | None, Channels | None]]:
        said = heard_on_the_han(self.tap.crossings)
        return [(one.destination, sub_ghz.announced(one.zcl)) for one in said if one.cluster == sub_ghz.CLUSTER]

    @property
    def channel(self) -> Channels:
        """What the hub says that its channel is (DBCH01)."""
        (said,) = self.ask(0x010A, access(f"get {PRESENT}")).data
        assert isinstance(said, Bits)
        assert said.count == 32
        return Channels.unpack(int.from_bytes(said.octets, "big"))


def test_it_measures_says_where_it_goes_goes_and_tells_the_dcc() -> None:
    home = Band()
    assert home.channel == FIRST
    home.scan()
    home.run(SCAN)
    assert home.codes == [ASSESSED, BEGUN]
    assert home.announced == [(ESME, QUIETER), (GSME, QUIETER)]
    home.run(CHANGE)
    assert home.codes == [ASSESSED, BEGUN, CHANGED]
    change = home.told[-1]
    assert change.message_code == 0x0111  # DBCH07
    assert channel_told(change) == QUIETER
    assert home.channel == QUIETER
    body = dlms.decode(change.payload)
    assert isinstance(body, dlms.DataNotification)
    assert isinstance(body.body, Group)
    assert body.body.items[2] == axdr.structure(Bits(32, bytes.fromhex("f8000010")), axdr.octet_string(b"\0"))


def test_no_other_alert_tells_of_a_channel() -> None:
    home = Band()
    home.scan()
    home.run(CHANGE)
    assert [channel_told(one) for one in home.told] == [None, None, QUIETER]


def test_what_came_of_scans_is_in_the_log() -> None:
    home = Band()
    home.scan()
    home.run(CHANGE)
    (log,) = home.ask(0x010B, access(f"get {BUFFER}")).data
    assert isinstance(log, CompactArray)
    entries = [entry.items for entry in log.items if isinstance(entry, Group)]
    codes = [one.value for _, one, _ in entries if isinstance(one, Number)]
    assert codes == [BEGUN, CHANGED]
    further = [one.value for _, _, one in entries if isinstance(one, Octets)]
    assert further == [bytes.fromhex("e000000100000000"), bytes.fromhex("f800001000000000")]
    times = [one.value for one, _, _ in entries if isinstance(one, Number)]
    assert times[1] - times[0] == (SCAN + SETTINGS.channel_notice_s * SECOND) // SECOND


def test_in_a_quiet_home_it_stays_and_says_so() -> None:
    home = Band(noise=Noise())
    home.scan()
    home.run(CHANGE)
    assert home.codes == [ASSESSED, BEGUN, KEPT]
    assert (home.channel, home.announced) == (FIRST, [])


def test_it_goes_only_where_dbch04_lets_it_and_only_for_so_many_decibels() -> None:
    home = Band()
    home.configure(Channels(28, 1), Channels(29, 0), SECOND_BEST, Channels(31, 0), quieter=14)
    home.scan()
    home.run(CHANGE)
    assert home.codes[-1] == KEPT
    home.configure(Channels(28, 1), Channels(29, 0), SECOND_BEST, Channels(31, 0), quieter=13)
    home.scan()
    home.run(CHANGE)
    assert (home.codes[-1], home.channel) == (CHANGED, SECOND_BEST)


def test_it_changes_no_more_often_in_a_week_than_it_may() -> None:
    home = Band()
    home.configure(Channels(28, 1), Channels(29, 0), SECOND_BEST, Channels(31, 0), per_week=1)
    home.scan()
    home.run(CHANGE)
    home.configure(Channels(28, 0), Channels(29, 0), Channels(30, 0), QUIETER, per_week=1, quieter=1)
    home.scan()
    home.run(CHANGE)
    assert (home.codes[-1], home.channel) == (KEPT, SECOND_BEST)
    home.run(WEEK)
    home.scan()
    home.run(CHANGE)
    assert (home.codes[-1], home.channel) == (CHANGED, QUIETER)


def test_it_hears_nobody_at_868_mhz_while_it_measures_and_all_at_2_4_ghz() -> None:
    home = Band(noise=Noise())
    home.scan()
    home.tap.crossings.clear()
    home.gas.send(b"\x01")
    home.run()
    assert [one.lost for one in home.tap.crossings if one.sender == "gsme"] == ["other channel"]
    home.run(CHANGE)
    home.gas.send(b"\x01")
    home.run()
    assert home.tap.carried("han", "gsme")


def test_a_second_scan_while_it_measures_is_no_second_change() -> None:
    home = Band()
    home.scan()
    home.scan()
    home.run(2 * CHANGE)
    assert home.codes == [ASSESSED, BEGUN, ASSESSED, CHANGED]


@pytest.mark.parametrize("after", [0, SCAN - SECOND])
def test_a_loss_of_power_on_the_way_leaves_it_where_it_was(after: int) -> None:
    home = Band()
    home.scan()
    home.run(after)
    home.hub.power_cycle()
    home.run(SETTINGS.power_off_s * SECOND + CHANGE)
    assert CHANGED not in home.codes
    assert home.channel == FIRST
    assert home.han._tuned["hub"] == FIRST
    home.scan()
    home.run(CHANGE)
    assert home.channel == QUIETER
    home.hub.power_cycle()
    home.run(SETTINGS.power_off_s * SECOND + SECOND)
    assert (home.channel, home.han._tuned["hub"]) == (QUIETER, QUIETER)


def test_a_hub_whose_duty_cycle_is_limited_does_not_scan() -> None:
    home = Band(duty_limited_ms=1)
    home.scan()
    home.run(CHANGE)
    assert (home.codes, home.channel) == ([ASSESSED], FIRST)


def test_a_gas_meter_that_is_missing_for_a_day_makes_it_scan() -> None:
    home = Band(noise=Noise({FIRST: DROWNED}))
    home.run(MISSING)
    assert home.codes == []
    home.run(2 * HOUR)
    assert home.codes == [ASSESSED, BEGUN, CHANGED]
    assert home.channel != FIRST


def test_a_gas_meter_that_speaks_makes_it_not() -> None:
    home = Band()
    for _ in range(27):
        home.run(HOUR)
        home.get()
    assert home.codes == []


def test_the_choice_is_the_quietest_channel_that_is_allowed() -> None:
    readings = dict.fromkeys(ALL_CHANNELS, -90) | {QUIETER: -97, SECOND_BEST: -99}
    assert Agility(ALL_CHANNELS, 5, 9).choose(readings, FIRST) == SECOND_BEST
    assert Agility(ALL_CHANNELS, 5, 10).choose(readings, FIRST) is None
    assert Agility((FIRST, QUIETER), 5, 7).choose(readings, FIRST) == QUIETER
    assert Agility(ALL_CHANNELS, 5, 1).choose(readings, SECOND_BEST) is None
    assert Agility((FIRST,), 5, 1).choose(readings, FIRST) is None


def test_the_log_keeps_its_latest_entries() -> None:
    book = ChannelBook()
    for at in range(LOG_ENTRIES + 3):
        book.note(at, BEGUN, Trigger.COMMAND)
    assert [one.at for one in book.log] == list(range(3, LOG_ENTRIES + 3))


@pytest.mark.parametrize(
    ("kind", "codes", "said"),
    [(StaysInTheNoise, [ASSESSED], 0), (LeavesWithoutAWord, [ASSESSED, BEGUN, CHANGED], 0)],
)
def test_faulty_hubs_show(kind: type[SimulatedHub], codes: list[int], said: int) -> None:
    home = Band(kind)
    home.scan()
    home.run(CHANGE)
    assert (home.codes, len(home.announced)) == (codes, said)
