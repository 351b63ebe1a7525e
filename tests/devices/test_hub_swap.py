"""A home's hub is replaced: the new one has a network of its own, is given the old log (CCS03), and devices rejoin."""

from dataclasses import replace
from typing import Any

from asking import access
from home_parts import (
    AGREED,
    BROKER,
    CREDENTIALS,
    ESME,
    GPF,
    GSME,
    HHT,
    HUB,
    HUB_HOLDS,
    KEYS,
    PPMID,
    PPMID_HOLDS,
    REPOSITORY,
    SUPPLIER,
    Ground,
    genuine_command,
    membership,
)

from ppmid_bench import home_keys
from ppmid_bench.derivation import Derivation
from ppmid_devices import roles
from ppmid_devices.credentials import Held
from ppmid_devices.hht.contract import HhtState
from ppmid_devices.hht.settings import HhtSettings
from ppmid_devices.hht.simulated import SimulatedHht
from ppmid_devices.hub.contract import HubSituation
from ppmid_devices.hub.faulty import LetsNobodyBackIn, LosesOneInRestore
from ppmid_devices.hub.settings import HubSettings
from ppmid_devices.hub.simulated import SimulatedHub
from ppmid_devices.links.han import HanMembership
from ppmid_devices.links.rejoining import RETRY
from ppmid_devices.meter.esme import SimulatedEsme
from ppmid_devices.meter.gsme import SimulatedGsme
from ppmid_devices.meter.settings import MeterSettings
from ppmid_devices.ports import HOUR, MINUTE, SECOND
from ppmid_devices.ppmid.faulty_joining import NeverComesBack
from ppmid_devices.ppmid.settings import PpmidSettings
from ppmid_devices.ppmid.simulated import SimulatedPpmid
from ppmid_protocols import utrn
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import axdr, crypto, dlms, prepayment
from ppmid_protocols.gbcs.message import Cra, Message, decode
from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee.aps_commands import TransportTrustCentreKey
from ppmid_protocols.zigbee.security import KeyId

NEW_HUB, NEW_GPF = Eui.parse("00-DB-12-34-56-78-90-B2"), Eui.parse("00-DB-12-34-56-78-90-B3")
NEW = home_keys.make_home_keys(Derivation(2, "a new hub"), {**home_keys.EUIS, roles.HUB: NEW_HUB, roles.GPF: NEW_GPF})
CCS03 = 0x0003
POUND = 100_000
LONGEST = 50 * MINUTE
"""Three silences of ten minutes, one more question, and a rejoin."""


def watching(eui: Eui) -> HanMembership:
    return replace(membership(eui), watches=True)


class SwapHome(Ground):
    """An ESME, a PPMID and their hub, whose place another one takes."""

    def __init__(
        self, ppmid: type[SimulatedPpmid] = SimulatedPpmid, new_hub: type[SimulatedHub] = SimulatedHub
    ) -> None:
        super().__init__(1_700_000_000 * SECOND)
        self.wan = self.line("wan")
        self.heard: list[Message] = []
        self.wan.attach(roles.DCC, lambda _, octets: self.heard.append(decode(octets)))
        devices = {ESME: roles.ESME, PPMID: roles.PPMID, GSME: roles.GSME}
        shared: dict[str, Any] = {
            "clock": self.clock,
            "han": self.han,
            "wan": self.wan,
            "devices": devices,
            "hhts": {HHT: AGREED},
            "settings": HubSettings(),
        }
        self.old = SimulatedHub(**HUB_HOLDS, **shared, membership=membership(HUB))
        self.esme = SimulatedEsme(
            clock=self.clock,
            credentials=CREDENTIALS[ESME],
            directory=KEYS.directory_of(roles.ESME),
            han=self.han,
            membership=watching(ESME),
            hub=HUB,
            supplier=SUPPLIER,
            access_control_broker=BROKER,
            ppmid=PPMID,
            settings=MeterSettings(),
            situation=None,
        )
        self.gsme = SimulatedGsme(
            clock=self.clock,
            credentials=CREDENTIALS[GSME],
            directory=KEYS.directory_of(roles.GSME),
            han=self.han,
            membership=watching(GSME),
            hub=HUB,
            supplier=SUPPLIER,
            access_control_broker=BROKER,
            ppmid=PPMID,
            settings=MeterSettings(),
            situation=None,
        )
        self.ppmid = ppmid(
            clock=self.clock,
            **PPMID_HOLDS,
            key=KEYS.avenue_key(roles.PPMID),
            senders={},
            home="home",
            avenue=self.line("avenue"),
            han=self.han,
            membership=watching(PPMID),
            meters={ESME: roles.ESME},
            settings=PpmidSettings(),
        )
        new_place = HanMembership(
            name=roles.HUB,
            eui=NEW_HUB,
            short=0,
            network_key=Secret(bytes(range(16))),
            link_keys={},
            addresses={NEW_HUB: 0},
        )
        self.new = new_hub(
            **HUB_HOLDS
            | {"credentials": NEW.credentials_of(roles.HUB)}
            | {"gas_proxy": Held(credentials=NEW.credentials_of(roles.GPF), directory=KEYS.directory_of(roles.GPF))},
            **shared,
            membership=new_place,
            situation=HubSituation(can_relay=False, new=True),
        )
        for party in (self.old, self.esme, self.gsme, self.ppmid):
            party.start()
        self.run(MINUTE)

    def swap(self) -> None:
        """Take the old hub away, put the new one in its place, and give it the old one's log."""
        backed_up = self.old._functions.chf.log_book.present()
        self.old._power(False)
        self.old._node.switch_off()
        self.new.start()
        self.run(MINUTE)
        entries = axdr.array(
            *(
                axdr.structure(axdr.octet_string(device), axdr.octet_string(key))
                for device, key in backed_up.items()
                if device != GPF
            )
        )
        wanted = axdr.structure(axdr.octet_string(bytes(8)), entries)
        plain = Message(
            cra=Cra.COMMAND,
            counter=1_000,
            originator=BROKER,
            target=NEW_HUB,
            message_code=CCS03,
            payload=dlms.request(1_000, access("action 104/0-0:30.3.0.255/5", wanted)).encode(),
        )
        private = CREDENTIALS[BROKER].own("agreement").private
        peer = NEW.credentials_of(roles.HUB).own("agreement").private.public_key()
        self.from_wan(crypto.with_mac(plain, private, peer).encode())
        answer = next(one for one in self.heard if one.message_code == CCS03)
        apdu = dlms.decode(answer.payload)
        assert isinstance(apdu, dlms.AccessResponse)
        assert [one.result for one in apdu.results] == [0]
        self.run(LONGEST)

    def from_wan(self, octets: bytes) -> None:
        self.wan.send(roles.DCC, roles.HUB, octets)
        self.run(5 * SECOND)

    def top_up(self, counter: int) -> int:
        """Have £10.00 typed into the PPMID; gives what the balance has moved by."""
        private, peer = CREDENTIALS[SUPPLIER].own("prepayment").private, REPOSITORY.public_key(ESME, "agreement")
        code = utrn.make(SUPPLIER, ESME, counter << 32, 10, utrn.ValueClass.POUNDS, private, peer)
        before = self.esme.display().balance
        self.ppmid.enter_utrn(ESME, code.digits.decode())
        self.run(90 * SECOND)
        return self.esme.display().balance - before

    def read_balance(self, counter: int) -> int:
        """Have the ESME asked over the SM WAN; gives how many Responses of it came."""
        before = len(self.heard)
        self.from_wan(genuine_command(prepayment.ReadBalance(), counter))
        return sum(one.originator == ESME for one in self.heard[before:])


def test_ppmid_and_meter_rejoin_under_the_restored_log_and_top_ups_and_commands_go_on() -> None:
    home = SwapHome()
    assert home.top_up(1) == 10 * POUND
    assert home.read_balance(1_000) == 1
    before = home.ppmid._node.link_keys[HUB]
    home.swap()
    for device in (home.ppmid._node, home.esme._node):
        assert device.on_network
        assert device.hub == NEW_HUB
        assert HUB not in device.link_keys
    assert home.ppmid._node.link_keys[NEW_HUB] not in (before, Secret(bytes(16)))
    assert home.ppmid._tunnel.is_open
    assert home.top_up(2) == 10 * POUND
    assert home.read_balance(1_001) == 1


def test_a_gas_meter_notices_at_its_wakes_rejoins_and_sleeps_again() -> None:
    home = SwapHome()
    home.swap()
    node = home.gsme._node
    assert node.on_network  # it has woken once or twice since, and three silences are needed
    assert node.hub == HUB
    home.run(2 * HOUR)
    assert node.on_network
    assert node.hub == NEW_HUB
    assert HUB not in node.link_keys
    assert home.gsme._tunnel.is_open
    assert not node.awake
    answers = len(home.heard)
    command = genuine_command(prepayment.ReadBalance(), 1_000, "gsme")
    home.from_wan(command)
    home.run(40 * MINUTE)
    assert [one.originator for one in home.heard[answers:] if one.originator == GSME] == [GSME]


def test_a_gas_meter_that_is_not_let_in_asks_on_and_sleeps_between() -> None:
    home = SwapHome(new_hub=LetsNobodyBackIn)
    home.swap()
    home.run(2 * HOUR)
    assert not home.gsme._node.on_network
    asked = [one for one in home.tap.crossings if one.sender == roles.GSME and one.link == "han"][-2:]
    assert asked[1].at - asked[0].at == RETRY
    home.run(MINUTE)
    assert not home.gsme._node.awake


def test_utrn_and_command_counters_are_the_devices_own_and_outlive_the_hub() -> None:
    home = SwapHome()
    home.top_up(1)
    top_up = genuine_command(prepayment.ActivateEmergencyCredit(), 2_000)
    home.from_wan(top_up)
    counters = home.esme._counters
    home.swap()
    assert home.top_up(1) == 0  # used already
    home.from_wan(top_up)  # a copy is refused
    assert home.esme._counters == counters


def test_the_old_hubs_keys_open_nothing_and_nobody_heeds_them() -> None:
    home = SwapHome()
    network, link = KEYS.symmetric("network"), dict(home.old._node.link_keys)
    home.swap()
    assert home.ppmid._node._keys.network_key != network
    assert set(home.ppmid._node.link_keys.values()).isdisjoint({link[PPMID], link[ESME]})
    dropped = home.ppmid._node.dropped["MIC"]
    home.old._node.switch_on()
    home.old._node.send_leave(PPMID, requested=True)
    stolen = TransportTrustCentreKey(Secret(bytes(16)), PPMID, HUB)
    home.old._node.send_command(PPMID, stolen, KeyId.KEY_LOAD)
    home.run(5 * SECOND)
    assert home.ppmid._node.on_network
    assert home.ppmid._node.dropped["MIC"] == dropped + 2


def test_a_hub_that_loses_a_device_in_the_restore_keeps_that_one_out() -> None:
    home = SwapHome(new_hub=LosesOneInRestore)
    home.swap()
    away = [device for device in (home.esme._node, home.ppmid._node) if not device.on_network]
    assert away == [home.esme._node]  # the first of the log
    assert home.read_balance(1_001) == 0


def test_a_ppmid_that_never_comes_back_tops_nothing_up_after_the_swap() -> None:
    home = SwapHome(ppmid=NeverComesBack)
    assert home.top_up(1) == 10 * POUND
    home.swap()
    assert not home.ppmid._node.on_network
    assert home.esme._node.on_network
    assert home.top_up(2) == 0


def test_a_device_that_is_answered_never_looks_for_another_network() -> None:
    home = SwapHome()
    home.run(6 * LONGEST)
    assert home.ppmid._node.hub == HUB
    assert home.ppmid._node.on_network
    assert home.top_up(1) == 10 * POUND


def test_the_ppmid_carries_commands_for_the_new_hub_once_it_is_on_its_han() -> None:
    home = SwapHome()
    carried = home.ppmid._home.takes_commands
    assert carried(HUB)
    assert not carried(NEW_HUB)
    home.swap()
    assert carried(NEW_HUB)
    assert not carried(NEW_GPF)  # it has not been joined with it


def test_a_hand_held_terminal_comes_into_the_han_of_the_new_hub() -> None:
    home = SwapHome()
    hht = SimulatedHht(
        clock=home.clock,
        eui=HHT,
        install_code=KEYS.install_code(roles.HHT),
        agreed=AGREED,
        han=home.han,
        settings=HhtSettings(),
    )
    hht.start()
    hht.connect(GPF)
    home.run(20 * SECOND)
    assert hht.state is HhtState.CONNECTED
    hht.disconnect()
    home.swap()
    hht.connect(GPF)
    home.run(20 * SECOND)
    assert hht.state is HhtState.UNANSWERED
    hht.connect(NEW_GPF)
    home.run(20 * SECOND)
    assert hht.state is HhtState.CONNECTED
    assert hht._node is not None
    assert hht._node.hub == NEW_HUB
