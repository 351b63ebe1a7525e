"""A Hand-Held Terminal and a hub: into the HAN and out, Commands there and Responses back, and who is kept out."""

from typing import Any

import pytest
from home_parts import ADDRESSES, AGREED, ESME, GPF, HHT, HUB, KEYS, PPMID, SUPPLIER, answer_to, command
from hub_home import TOP_UP, Home

from ppmid_bench.han_ear import HanEar
from ppmid_devices import roles
from ppmid_devices.hht import faulty
from ppmid_devices.hht.contract import HhtState
from ppmid_devices.hht.settings import HhtSettings
from ppmid_devices.hht.simulated import SimulatedHht
from ppmid_devices.hub.faulty import CarriesForTheUnjoined, LeavesJoiningOpen, NeverOpensJoining, TakesUnsealedFrames
from ppmid_devices.hub.relay import Refusal
from ppmid_devices.hub.simulated import SimulatedHub
from ppmid_devices.meter.cosem.objects import place
from ppmid_devices.ports import MINUTE, SECOND
from ppmid_protocols.gbcs.axdr import Group, octet_string
from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee import joining, outside
from ppmid_protocols.zigbee.aps_commands import ConfirmKey, RequestKey, TransportTrustCentreKey, VerifyKey
from ppmid_protocols.zigbee.frames import decode_mac, decode_nwk
from ppmid_protocols.zigbee.han import HanKeys
from ppmid_protocols.zigbee.outside import AssociationRequest, AssociationResponse


class Visit(Home):
    """A home with a hub, and an engineer's Hand-Held Terminal beside it."""

    def __init__(self, terminal: type[SimulatedHht] = SimulatedHht, **hub: Any) -> None:
        super().__init__(wan_up=False, **hub)
        self.hht = terminal(
            clock=self.clock,
            eui=HHT,
            install_code=KEYS.install_code(roles.HHT),
            agreed=AGREED,
            han=self.han,
            settings=HhtSettings(),
        )
        self.hht.start()

    def connect(self) -> HhtState:
        self.hht.connect(GPF)
        self.run(20 * SECOND)
        return self.hht.state

    def associations(self) -> list[AssociationResponse]:
        found = [outside.decode(one.frame) for one in self.tap.crossings if outside.is_outside(one.frame)]
        return [one for one in found if isinstance(one, AssociationResponse)]


def test_the_hub_lets_it_in_and_opens_its_tunnel() -> None:
    home = Visit()
    assert home.hht.state is HhtState.IDLE
    assert home.connect() is HhtState.CONNECTED
    (answer,) = home.associations()
    assert (answer.destination, answer.status, answer.short) == (HHT, 0, 5)  # five others have 0 to 4
    (key,) = [one.frame for one in home.tap.crossings if joining.is_admission(one.frame)]
    given = joining.accept(key, KEYS.install_code(roles.HHT).link_key)
    assert (given.destination, given.source, given.key) == (HHT, HUB, KEYS.symmetric("network"))
    ear = HanEar(HanKeys(given.key, HUB), {0: HUB, 5: HHT}, {HHT: KEYS.install_code(roles.HHT)})
    commands = []
    for one in home.tap.crossings:
        if joining.is_admission(one.frame):
            assert ear.admitted(one.frame) == HHT
        elif ear.learned and not outside.is_outside(one.frame) and "hht" in (one.sender, one.receiver):
            opened = ear.open(one.frame)
            assert {opened.source, opened.destination} == {HUB, HHT}
            commands += [] if opened.command is None else [type(opened.command)]
    assert commands == [RequestKey, TransportTrustCentreKey, VerifyKey, ConfirmKey]
    own = home.hht._node
    assert own is not None
    assert own.link_keys[HUB] not in (KEYS.install_code(roles.HHT).link_key, AGREED)
    assert own.link_keys[HUB] == home.hub._node.link_keys[HHT]


def test_commands_go_to_the_meter_and_answers_come_back_and_to_nobody_else() -> None:
    home = Visit(also_over_wan=False, alerts=False)
    home.connect()
    home.hht.load(TOP_UP.encode())
    home.run()
    assert home.heard[ESME] == [TOP_UP.encode()]
    home.send(ESME, answer_to(TOP_UP))
    assert home.hht.responses == (answer_to(TOP_UP).encode(),)
    home.wan.set_up(True)
    home.run(5 * SECOND)
    assert home.to_dcc == []


def test_todays_hub_carries_for_it_whatever_it_relays_for_a_ppmid() -> None:
    home = Visit(relay="none")
    home.connect()
    home.hht.load(command(ESME, code=0x0069).encode())
    home.run()
    assert len(home.heard[ESME]) == 1


def test_what_it_brings_for_no_device_of_the_home_is_refused() -> None:
    home = Visit()
    home.connect()
    home.hht.load(command(SUPPLIER).encode())
    home.run()
    assert home.reasons == [Refusal.TARGET_UNKNOWN]
    assert home.heard[ESME] == []


def test_what_is_loaded_before_it_is_connected_goes_then() -> None:
    home = Visit()
    home.hht.load(TOP_UP.encode())
    home.run()
    assert home.heard[ESME] == []
    home.connect()
    assert home.heard[ESME] == [TOP_UP.encode()]


@pytest.mark.parametrize("size", [0, 1501])
def test_what_no_tunnel_carries_is_not_loaded(size: int) -> None:
    home = Visit()
    assert not home.hht.load(bytes(size))
    home.connect()
    assert home.heard[ESME] == []
    assert home.hht.load(TOP_UP.encode())


def test_after_an_hour_nobody_is_let_in_and_a_power_cycle_opens_it_again() -> None:
    home = Visit()
    home.run(60 * MINUTE)
    assert home.connect() is HhtState.UNANSWERED
    assert home.reasons == [Refusal.JOINING_CLOSED]
    assert home.associations() == []
    home.hub.power_cycle()
    home.run(40 * SECOND)
    assert home.connect() is HhtState.CONNECTED


def test_who_is_in_before_the_hour_ends_stays() -> None:
    home = Visit()
    home.connect()
    home.run(2 * 60 * MINUTE)
    home.hht.load(TOP_UP.encode())
    home.run()
    assert home.heard[ESME] == [TOP_UP.encode()]


def test_a_loss_of_power_puts_it_out_and_it_comes_in_again() -> None:
    home = Visit()
    home.connect()
    home.hub.power_cycle()
    home.run(40 * SECOND)
    home.hht.load(TOP_UP.encode())
    home.run(10 * SECOND)
    assert home.heard[ESME] == []
    assert home.connect() is HhtState.CONNECTED
    home.hht.load(command(ESME, 2).encode())
    home.run()
    assert home.heard[ESME] == [command(ESME, 2).encode()]


def test_it_can_leave_and_come_again() -> None:
    home = Visit()
    home.connect()
    home.hht.disconnect()
    assert home.hht.state is HhtState.IDLE
    home.run(MINUTE)
    assert home.connect() is HhtState.CONNECTED
    home.hht.load(TOP_UP.encode())
    home.run()
    assert home.heard[ESME] == [TOP_UP.encode()]


def test_another_hub_than_the_one_that_is_named_does_not_answer() -> None:
    home = Visit()
    home.hht.connect(HUB)
    home.run(20 * SECOND)
    assert home.hht.state is HhtState.UNANSWERED


def listed(home: Visit) -> bool:
    """Whether the CHF's own device log, as CCS06 reads it, has the terminal."""
    objects = home.hub._functions.chf.functions.objects
    assert objects is not None
    log = objects.value(place("104/0-0:30.3.0.255/4"))
    assert isinstance(log, Group)
    return any(entry.items[0] == octet_string(HHT) for entry in log.items if isinstance(entry, Group))


def test_it_stands_in_the_chfs_device_log_while_it_may_join_and_a_stranger_never_does() -> None:
    home, other = Visit(), Visit(faulty.Stranger)
    assert not listed(home)
    home.connect()
    assert listed(home)
    home.hub.power_cycle()
    assert not listed(home)
    other.connect()
    assert not listed(other)


def test_who_asks_for_an_address_without_being_listed_is_denied() -> None:
    home = Visit()
    home.han.transmit("hht", outside.encode(AssociationRequest(source=HHT, pan=0x1A62, sequence=1)))
    home.run()
    (answer,) = home.associations()
    assert (answer.status, answer.short) == (2, 0xFFFF)
    assert home.reasons == [Refusal.NOT_JOINED]
    assert not any(joining.is_admission(one.frame) for one in home.tap.crossings)


def test_a_hello_that_is_heard_again_is_not_answered_again() -> None:
    home = Visit()
    home.connect()
    hello = next(one.frame for one in home.tap.carried("han", "hht") if outside.is_outside(one.frame))
    before = len(home.tap.carried("han", "hub"))
    home.han.transmit("hht", hello)
    home.run()
    assert len(home.tap.carried("han", "hub")) == before


def test_a_stranger_gets_nothing_in() -> None:
    home = Visit(faulty.Stranger)
    home.hht.load(TOP_UP.encode())
    assert home.connect() is HhtState.UNANSWERED
    home.run(MINUTE)
    assert home.heard[ESME] == []
    assert Refusal.NOT_JOINED in home.reasons
    frames = [one.frame for one in home.tap.carried("han", "hht")]
    assert len(frames) == 3  # its hello, and its Command in clear: over Inter-PAN, and in another's name
    assert all(TOP_UP.encode()[:20] in frame for frame in frames[1:])


@pytest.mark.parametrize(
    ("terminal", "there", "back"),
    [(faulty.AltersCommands, 1, 0), (faulty.AltersResponses, 0, 1), (faulty.SitsOnCommands, None, None)],
)
def test_each_fault_of_a_terminal_shows(terminal: type[SimulatedHht], there: int | None, back: int | None) -> None:
    home = Visit(terminal)
    home.connect()
    home.hht.load(TOP_UP.encode())
    home.run()
    home.send(ESME, answer_to(TOP_UP))

    def turned(octets: bytes, last: int) -> bytes:
        return octets[:-1] + bytes((octets[-1] ^ last,))

    assert home.heard[ESME] == ([] if there is None else [turned(TOP_UP.encode(), there)])
    expected = () if back is None else (turned(answer_to(TOP_UP).encode(), back),)
    assert home.hht.responses == expected


def test_a_terminal_that_cuts_long_commands_sends_the_first_part() -> None:
    home = Visit(faulty.CutsLongCommands)
    home.connect()
    long = command(ESME, payload=bytes(1_600)).encode()
    assert home.hht.load(long)
    home.run()
    assert home.heard[ESME] == []
    assert home.reasons == [Refusal.NOT_GBCS]
    assert not Visit().hht.load(long)


def test_each_fault_of_a_hub_shows() -> None:
    open_for_ever = Visit(kind=LeavesJoiningOpen)
    open_for_ever.run(100 * MINUTE)
    assert open_for_ever.connect() is HhtState.CONNECTED
    assert Visit(kind=NeverOpensJoining).connect() is HhtState.UNANSWERED
    carried = Visit(faulty.Stranger, kind=CarriesForTheUnjoined)
    carried.hht.load(TOP_UP.encode())
    carried.connect()
    assert carried.heard[ESME] == [TOP_UP.encode()]


def test_a_hub_that_takes_unsealed_frames_takes_a_stranger_for_the_ppmid() -> None:
    """The bench of these tests has the PPMID elsewhere: its address is the stranger's guess."""
    for kind, heard in ((SimulatedHub, []), (TakesUnsealedFrames, [TOP_UP.encode()])):
        home = Visit(faulty.Stranger, kind=kind, relay="commands")
        home.hht.load(TOP_UP.encode())
        home.hht.connect(GPF)
        home.run(MINUTE)
        guess = home.tap.carried("han", "hht")[-1].frame
        as_ppmid = decode_mac(guess)
        nwk, size = decode_nwk(as_ppmid.payload)
        payload = nwk._replace(source=ADDRESSES[PPMID]).encode() + as_ppmid.payload[size:]
        home.han.transmit("hht", as_ppmid._replace(source=ADDRESSES[PPMID], payload=payload).encode())
        home.run()
        assert home.heard[ESME] == heard


def test_a_stranger_holds_no_key_that_the_hub_does() -> None:
    home = Visit(faulty.Stranger)
    own = home.hht._agreed
    assert own != AGREED
    assert isinstance(own, Secret)
