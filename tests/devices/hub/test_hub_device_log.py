"""Whom a hub serves follows its device log: who is struck off is sent away, and comes back when it is listed again."""

from typing import Any

import pytest
from asking import access, number
from home_parts import ADDRESSES, BROKER, ESME, GSME, HUB, KEYS, OTHER_PPMID, PPMID, check_mac_as, membership
from hub_home import PPMIDS_TOP_UP, TOP_UP, AskedHome

from ppmid_devices import roles
from ppmid_devices.hub.relay import Refusal
from ppmid_devices.links.han_node import HanNode
from ppmid_devices.links.rejoining import RETRY, Rejoining
from ppmid_devices.ports import SECOND
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import axdr, dlms
from ppmid_protocols.gbcs.axdr import Group, Octets
from ppmid_protocols.gbcs.message import Cra, Message, decode
from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee import joining, mmo, nwk_commands, zcl
from ppmid_protocols.zigbee.nwk_commands import RejoinResponse
from ppmid_protocols.zigbee.outside import destination_of

CCS01, CCS02, CCS03, CCS07, CS14 = 0x0001, 0x0002, 0x0003, 0x00FE, 0x0018
LOG = "104/0-0:30.3.0.255"
CODE = KEYS.install_code(roles.PPMID)
JOIN_S = 300
START = 1_700_000_000 * SECOND


class LoggedHome(AskedHome):
    """A home whose PPMID comes back when it is sent away, and a broker that changes the hub's device log."""

    def __init__(self, **more: Any) -> None:
        self.moves = 0
        super().__init__(relay="commands", start=START, **more)
        self.ppmid = self.nodes[PPMID]
        self.rejoining = Rejoining(self.clock, self.han, membership(PPMID), self.ppmid, self._moved)

    def _moved(self) -> None:
        self.moves += 1
        self.servers[PPMID].lose()

    def strike_off(self, device: Eui) -> None:
        assert self.results(CCS02, access(f"action {LOG}/2", axdr.octet_string(device))) == [0]

    def enter(self, device: Eui, key: bytes = bytes(CODE.link_key)) -> None:
        entry = axdr.structure(
            axdr.octet_string(device), number(axdr.ENUM, 1), axdr.octet_string(key), number(axdr.ENUM, 0)
        )
        joining = (
            access(f"set {LOG}/3", number(axdr.LONG_UNSIGNED, JOIN_S)),
            access(f"set {LOG}/2", number(axdr.BOOLEAN, 255)),
        )
        assert self.results(CCS01, access(f"action {LOG}/1", entry), *joining) == [0, 0, 0]

    def backed_up(self) -> list[dict[bytes, bytes]]:
        apdu = self.ask(CCS07, access(f"action {LOG}/4"), access("action 104/0-0:30.3.1.255/4"))
        return [dict(map(_entry, data.items[2].items)) for data in apdu.data if isinstance(data, Group)]  # type: ignore[union-attr]

    def alerts(self, code: int) -> list[Message]:
        found = [one for one in map(decode, self.to_dcc) if (one.cra, one.message_code) == (Cra.ALERT, code)]
        for one in found:
            check_mac_as(one, BROKER, HUB)
        return found

    def rejoin_answers(self) -> list[int]:
        found = [nwk_commands.read_in_clear(one.frame) for one in self.tap.carried("han", roles.HUB)]
        return [one.command.status for one in found if one and isinstance(one.command, RejoinResponse)]


def _entry(data: Any) -> tuple[bytes, bytes]:
    device, key = data.items
    assert isinstance(device, Octets)
    return device.value, key.value


def test_who_is_struck_off_is_told_to_leave_and_asks_in_vain_to_be_let_in() -> None:
    home = LoggedHome()
    home.strike_off(PPMID)
    assert not home.ppmid.on_network
    home.run(3 * RETRY)
    assert home.rejoin_answers() == [nwk_commands.REFUSED] * 4
    assert set(home.reasons) == {Refusal.NOT_JOINED}


def test_one_that_stays_is_heard_no_more_and_nothing_is_passed_on_to_it() -> None:
    home = LoggedHome()
    stubborn = home.nodes[OTHER_PPMID]
    home.strike_off(OTHER_PPMID)
    assert stubborn.on_network
    home.send(OTHER_PPMID, TOP_UP, PPMIDS_TOP_UP)
    assert home.heard[ESME] == []
    assert not home.get().message
    assert home.hub._node.dropped["no link key"] == 4  # each in two blocks
    home.from_wan(Message(**{**_fields(TOP_UP), "target": OTHER_PPMID}))
    assert home.reasons[-1] is Refusal.TARGET_UNKNOWN
    assert home.heard[OTHER_PPMID] == []


def _fields(message: Message) -> dict[str, Any]:
    return {name: getattr(message, name) for name in message.__dataclass_fields__}


def test_one_that_is_listed_again_comes_back_under_its_former_link_key_and_gets_a_new_one() -> None:
    home = LoggedHome()
    before = home.ppmid.link_keys[HUB]
    home.strike_off(PPMID)
    home.enter(PPMID, bytes(16))  # an install code that is none of its own: in the first half it needs none
    home.run(RETRY + 5 * SECOND)
    assert home.ppmid.on_network
    after = home.ppmid.link_keys[HUB]
    assert after not in (before, CODE.link_key)
    assert home.hub._node.link_keys[PPMID] == after
    home.send(PPMID, TOP_UP)
    assert home.heard[ESME] == [TOP_UP.encode()]
    assert home.moves == 2


def test_in_the_second_half_it_comes_back_under_its_install_code_and_later_not_at_all() -> None:
    for wait, code, back in (
        (JOIN_S + 10, CODE, True),
        (JOIN_S + 10, None, False),
        (2 * JOIN_S + 10, CODE, False),
    ):
        home = LoggedHome()
        home.rejoining._membership = _with_code(code)
        home.strike_off(PPMID)
        home.ppmid.switch_off()
        home.enter(PPMID)
        home.run(wait * SECOND)
        home.ppmid.switch_on()
        home.run(RETRY + 5 * SECOND)
        assert home.ppmid.on_network is back


def _with_code(code: Any) -> Any:
    held = membership(PPMID)
    return type(held)(**{**{name: getattr(held, name) for name in held.__dataclass_fields__}, "install_code": code})


def test_one_that_nobody_struck_off_and_that_comes_from_nowhere_is_let_in_under_its_own_key() -> None:
    home = LoggedHome()
    home.rejoining.seek()
    home.run(5 * SECOND)
    assert home.rejoin_answers() == [nwk_commands.SUCCESS]
    home.send(PPMID, TOP_UP)
    assert home.heard[ESME] == [TOP_UP.encode()]


def test_who_bears_another_devices_name_gets_the_network_key_and_cannot_open_it() -> None:
    home = LoggedHome()
    thief = HanNode(home.clock, home.han, membership(PPMID))
    rejoining = Rejoining(home.clock, home.han, membership(PPMID), thief, lambda: None)
    rejoining._hub_key = Secret(bytes(16))
    rejoining.seek()
    home.run(5 * SECOND)
    assert not thief.on_network


def test_a_gas_meter_that_is_struck_off_has_no_mailbox_and_no_tunnel() -> None:
    home = LoggedHome()
    home.strike_off(GSME)
    home.send(PPMID, PPMIDS_TOP_UP)
    assert home.reasons == [Refusal.TARGET_UNKNOWN]
    home.gas.send(b"\x01")
    home.run()
    assert home.heard[GSME] == []


def test_the_log_is_backed_up_with_the_hashes_of_link_keys_and_those_struck_off_are_told_apart() -> None:
    home = LoggedHome()
    key = home.hub._node.link_keys[PPMID]
    home.strike_off(PPMID)
    present, former = home.backed_up()
    assert former == {bytes(PPMID): mmo.hash_of(key)}
    assert bytes(PPMID) not in present
    assert present[bytes(ESME)] == mmo.hash_of(home.hub._node.link_keys[ESME])


def test_the_dcc_is_told_of_each_change_as_rtds_has_it() -> None:
    home = LoggedHome()
    home.strike_off(PPMID)
    home.enter(PPMID)
    off, on = home.alerts(CS14)
    for alert, counter in ((off, 2000), (on, 2001)):
        head = f"0f20{counter:06x}00020312" + "8f12" + "090c"  # RTDS 4.5.0, CS14: up to the time
        assert alert.payload.hex().startswith(head)
        assert f"0908{bytes(ESME).hex()}0910{mmo.hash_of(home.hub._node.link_keys[ESME]).hex()}" in alert.payload.hex()
    listed = f"0908{bytes(PPMID).hex()}0910{bytes(16).hex()}"  # without a link key of its own yet
    assert bytes(PPMID) not in off.payload
    assert listed in on.payload.hex()


def test_the_dcc_is_told_again_once_a_device_has_a_link_key_of_its_own() -> None:
    home = LoggedHome()
    home.strike_off(PPMID)
    home.enter(PPMID)
    home.run(RETRY + 5 * SECOND)
    last = home.alerts(CS14)[-1].payload.hex()
    assert f"0908{bytes(PPMID).hex()}0910{mmo.hash_of(home.hub._node.link_keys[PPMID]).hex()}" in last


@pytest.mark.parametrize("off", [PPMID, ESME])
def test_a_report_of_the_hubs_own_goes_to_those_that_are_there(off: Eui) -> None:
    home = LoggedHome(own_frame_s=2)
    home.strike_off(off)
    home.run(60 * SECOND)
    assert home.hub._tunnels.awake == tuple(one for one in (ESME, PPMID, OTHER_PPMID) if one != off)


@pytest.mark.parametrize("lost", range(4), ids=["request", "key", "proof", "confirmation"])
def test_a_device_whose_own_link_key_is_lost_on_the_way_is_in_at_its_next_question(
    lost: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half in, it says nothing to anybody; then it works as before."""
    home = LoggedHome()
    after: list[bytes] = []
    transmit = home.han.transmit

    def losing(sender: str, frame: bytes) -> None:
        begun = bool(after) or joining.is_admission(frame)
        if begun and roles.PPMID in (sender, _receiver(frame)):
            after.append(frame)
        if not begun or len(after) != 2 + lost:
            transmit(sender, frame)

    monkeypatch.setattr(home.han, "transmit", losing)
    home.strike_off(PPMID)
    home.enter(PPMID)
    home.run(RETRY)
    assert not home.ppmid.on_network
    sent = len(after)
    home.ppmid.send_frame(HUB, 0x0705, zcl.general_frame(zcl.ReadAttributes((0,)), zcl.Direction.TO_SERVER, 1))
    assert len(after) == sent
    home.run(RETRY + 5 * SECOND)
    assert home.ppmid.on_network
    home.send(PPMID, PPMIDS_TOP_UP)
    assert home.get().message == PPMIDS_TOP_UP.encode()


def _receiver(frame: bytes) -> str:
    return roles.PPMID if destination_of(frame) in (ADDRESSES[PPMID], int.from_bytes(bytes(PPMID))) else ""


SCAN = "1/0-0:94.44.10.1/2"


def scan_statuses(home: LoggedHome) -> list[str]:
    assert home.results(0x010E, access(f"set {SCAN}", number(axdr.UNSIGNED, 0))) == [0]
    return [alert.payload.hex()[-16:] for alert in home.alerts(0x0112)]


def test_a_scan_is_taken_up_as_rtds_has_it_and_not_while_devices_may_join() -> None:
    home = LoggedHome()
    assert scan_statuses(home) == ["0202090100090100"]  # RTDS 4.5.0, DBCH08
    (alert,) = home.alerts(0x0112)
    assert alert.payload.hex().startswith("0f20" + f"{alert.counter:06x}" + "000203128f28090c")
    home.strike_off(PPMID)
    home.enter(PPMID)
    assert scan_statuses(home)[-1] == "0202090100090103"
    home.run(2 * JOIN_S * SECOND)
    assert scan_statuses(home)[-1] == "0202090100090100"


def test_a_scan_is_refused_where_the_duty_cycle_is_limited() -> None:
    home = LoggedHome(sub_ghz=frozenset({ESME}), duty_limited_ms=1)
    assert scan_statuses(home) == ["0202090100090102"]


def test_a_new_configuration_of_the_radio_is_told_with_what_it_is_now() -> None:
    home = LoggedHome()
    masks = (axdr.Bits(32, bytes(4)),) * 4
    kinds = (*["u16", "u16", "u8", "u16", "u8", "u8", "u16", "u8", "u16", "u16", "u16"],)
    tags = {"u8": axdr.UNSIGNED, "u16": axdr.LONG_UNSIGNED}
    numbers = (number(tags[kind], at + 1) for at, kind in enumerate(kinds))
    settings = axdr.structure(*masks, *numbers)
    assert home.results(0x010D, access("set 1/0-0:94.44.10.0/2", settings)) == [0]
    (alert,) = home.alerts(0x0113)
    body = dlms.decode(alert.payload)
    assert isinstance(body, dlms.DataNotification)
    assert isinstance(body.body, Group)
    assert body.body.items[0] == number(axdr.LONG_UNSIGNED, 0x8F2A)
    assert body.body.items[2] == settings
