"""The parties that bad frames are thrown at, each in the smallest home in which it serves.

``unmoved`` is what nothing bad may change; ``noted`` counts what it says of what it refused; ``serves`` has it do what
it is there for, once, and asserts that it did.
"""

from abc import ABC, abstractmethod
from dataclasses import replace
from typing import Any

import dcc_bench
import hub_home
import ppmid_home
import user_parts
from bad_frames import Forger
from home_parts import (
    ADDRESSES,
    CREDENTIALS,
    ESME,
    GSME,
    HAN_KEYS,
    HUB,
    OTHER_PPMID,
    POUND,
    PPMID,
    REPOSITORY,
    SUPPLIER,
    Ground,
    MeterHome,
    answer_to,
    command,
    genuine_command,
)

from ppmid_devices import roles
from ppmid_devices.dcc_user.contract import Outcome, Way
from ppmid_devices.delivery_service.settings import DeliveryServiceSettings
from ppmid_devices.delivery_service.simulated import SimulatedDeliveryService
from ppmid_devices.hub.simulated import SimulatedHub
from ppmid_devices.links.han_node import HanNode
from ppmid_devices.links.tunnel import TunnelClient, TunnelServer
from ppmid_devices.meter.esme import SimulatedEsme
from ppmid_devices.meter.gsme import SimulatedGsme
from ppmid_devices.ports import MINUTE, SECOND
from ppmid_protocols import utrn
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import prepayment
from ppmid_protocols.gbcs.message import decode
from ppmid_protocols.gbcs.prepayment.requests import CS01A, CS01B
from ppmid_protocols.local_interface import CommandResponse, UtrnOutcome, seal
from ppmid_protocols.local_interface import Message as AvenueMessage
from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee import gb_hrgp
from ppmid_protocols.zigbee.gb_hrgp import Get, GetResponse, Put
from ppmid_protocols.zigbee.han import HanKeys
from ppmid_protocols.zigbee.zcl import ZclFrame

NEW_YEAR = 1_767_225_600 * SECOND


def vend(meter: Eui, counter: int, pounds: int = 10) -> Secret:
    """The digits of a UTRN that the meter would take."""
    private = CREDENTIALS[SUPPLIER].own("prepayment").private
    peer = REPOSITORY.public_key(meter, "agreement")
    return utrn.make(SUPPLIER, meter, counter << 32, pounds, utrn.ValueClass.POUNDS, private, peer).digits


class OnHan:
    """A device of the HAN: frames come from the radio of its peer, or from the air."""

    ground: Ground
    eui: Eui
    peer: HanNode

    @property
    def short(self) -> int:
        return ADDRESSES[self.eui]

    @property
    def keys(self) -> HanKeys:
        """What the device shares with its peer."""
        return HAN_KEYS

    @property
    def forger(self) -> Forger:
        return Forger(self.peer, self.eui, self.short, self.keys)

    def hears(self, frames: list[bytes]) -> None:
        """Octets come out of the air, whoever sent them."""
        for frame in frames:
            self.ground.han._members[self.short].receive(frame)
        self.ground.run(15 * SECOND)

    def peer_sends(self, cluster: int, frame: ZclFrame) -> None:
        self.peer.send_frame(self.eui, cluster, frame)
        self.ground.run(2 * SECOND)


class Meter(OnHan, ABC):
    """A meter in the tunnel of a bare hub."""

    meter: SimulatedEsme | SimulatedGsme
    kind: prepayment.Kind

    def genuine(self, counter: int = 2) -> bytes:
        """A top-up that the meter would take."""
        return genuine_command(prepayment.TopUp(vend(self.eui, counter)), counter << 32, self.kind)

    @property
    def unmoved(self) -> Any:
        return replace(self.meter.display(), consumption=None)  # the home uses energy whatever comes

    @property
    def noted(self) -> int:
        return len(self.meter.security_log) + len(self.meter.event_log)

    @abstractmethod
    def answers(self) -> list[bytes]: ...

    @abstractmethod
    def deliver(self, octets: bytes) -> None: ...

    def serves(self) -> None:
        before = self.meter.display().balance
        self.deliver(self.genuine(5))
        assert self.meter.display().balance == before + 10 * POUND
        assert prepayment.outcome_of(decode(self.answers()[-1])).success


class EsmeVictim(Meter):
    kind = "esme"

    def __init__(self, kind: type[SimulatedEsme] = SimulatedEsme) -> None:
        self.ground = home = MeterHome(NEW_YEAR)
        self.eui, self.peer = ESME, home.hub
        self.heard: list[bytes] = []
        self.tunnel = TunnelClient(home.hub, ESME, home.clock, self.heard.append)
        self.meter = home.meter(kind, ESME)
        self.meter.start()
        self.tunnel.open()
        home.run(2 * SECOND)

    def answers(self) -> list[bytes]:
        return self.heard

    def deliver(self, octets: bytes) -> None:
        self.tunnel.send(octets)
        self.ground.run(3 * SECOND)


class GsmeVictim(Meter):
    """It is awake for a moment at each half hour; frames are thrown at it then."""

    kind = "gsme"

    def __init__(self) -> None:
        self.ground = home = MeterHome(NEW_YEAR)
        self.eui, self.peer = GSME, home.hub
        self.waiting: list[bytes] = []
        self.put: list[bytes] = []
        self.tunnel = TunnelServer(home.hub, GSME, self._heard)
        self.meter = home.meter(SimulatedGsme, GSME)
        self.meter.start()
        home.run(31 * SECOND)

    def _heard(self, data: bytes) -> None:
        match gb_hrgp.decode(data):
            case Get():
                message = self.waiting.pop(0) if self.waiting else b""
                self.tunnel.send(GetResponse(len(self.waiting) if message else 0, message).encode())
            case Put(message):
                self.put.append(message)

    def answers(self) -> list[bytes]:
        return self.put

    def deliver(self, octets: bytes) -> None:
        self.waiting.append(octets)
        self.ground.run(31 * MINUTE)


class HubVictim(OnHan):
    """A hub between bare devices and a DCC; its peer on the HAN is a PPMID, and it relays."""

    def __init__(self, kind: type[SimulatedHub] = SimulatedHub) -> None:
        self.ground = self.home = hub_home.Home(kind, relay="commands")
        self.eui, self.peer = HUB, self.home.servers[PPMID]._node

    def genuine(self, counter: int = 2) -> bytes:
        return command(ESME, counter, CS01A).encode()

    @property
    def unmoved(self) -> Any:
        return [list(self.home.heard[device]) for device in (ESME, OTHER_PPMID)], list(self.home.to_dcc)

    @property
    def noted(self) -> int:
        return len(self.home.hub.refusals)

    def deliver(self, octets: bytes) -> None:
        self.home.servers[PPMID].send(octets)
        self.ground.run(2 * SECOND)

    def from_wan(self, octets: bytes) -> None:
        self.home.wan.send(roles.DCC, roles.HUB, octets)
        self.ground.run(2 * SECOND)

    def from_gas_meter(self, data: bytes) -> None:
        self.home.gas.send(data)
        self.ground.run(2 * SECOND)

    def serves(self) -> None:
        """Over the SM WAN to both meters, and for the PPMID, with its way back."""
        top_up, relayed, gas = command(ESME, 900), command(ESME, 901), command(GSME, 902, CS01B)
        self.home.from_wan(top_up, gas)
        self.home.send(PPMID, relayed)
        assert self.home.heard[ESME][-2:] == [top_up.encode(), relayed.encode()]
        assert self.home.get().message == gas.encode()
        self.home.send(ESME, answer_to(relayed))
        assert self.home.heard[PPMID][-1] == answer_to(relayed).encode()
        assert self.home.to_dcc[-1] == answer_to(relayed).encode()


class PpmidVictim(OnHan):
    """A PPMID between our hub, a stub meter and a sender on the avenue."""

    def __init__(self) -> None:
        self.ground = self.home = ppmid_home.Home()
        self.eui, self.peer = PPMID, self.home.hub._node

    def genuine(self, counter: int = 2) -> bytes:
        """What the hub would bring it: a Response to a Command that nobody has asked it to carry."""
        return answer_to(command(ESME, counter)).encode()

    @property
    def unmoved(self) -> Any:
        return list(self.home.esme.commands), list(self.home.esme.top_ups), list(self.home.gsme.commands)

    def deliver(self, octets: bytes) -> None:
        self.home.hub._tunnels.send(PPMID, octets)
        self.ground.run(2 * SECOND)

    def serves(self) -> None:
        self.home.esme.answers.append(ppmid_home.ACCEPTED)
        self.home.submit_utrn(ESME, request_id=b"last")
        self.ground.run(2 * SECOND)
        assert self.home.results[-1].outcome is UtrnOutcome.ACCEPTED
        self.home.submit_command(command(ESME, 900), request_id=b"carried")
        self.ground.run(2 * SECOND)
        assert self.home.esme.commands[-1] == command(ESME, 900).encode()


class DccVictim:
    """A DCC between a User and a hub, both played."""

    def __init__(self) -> None:
        self.bench = dcc_bench.Bench()

    def genuine(self) -> bytes:
        return dcc_bench.response_of(ESME)

    @property
    def unmoved(self) -> Any:
        return len(self.bench.answers), len(self.bench.commands)

    @property
    def noted(self) -> int:
        return len(self.bench.dcc.refused)

    def deliver(self, octets: bytes) -> None:
        self.bench.from_hub(octets)

    def from_user(self, octets: bytes) -> None:
        self.bench.send(octets)

    def serves(self) -> None:
        """A top-up, from the Request to the device's Response."""
        self.bench.ask(dcc_bench.top_up(1))
        assert [decode(one).counter for one in self.bench.commands] == [dcc_bench.TOP_UP_COUNTER]
        self.bench.from_hub(dcc_bench.response_of(ESME))
        answered = [one.code for one in self.bench.answers]
        assert answered[-1] == "I0"


class UserVictim:
    """A User before a real DCC."""

    def __init__(self) -> None:
        self.bench = user_parts.Bench()
        self.name = self.bench.top_up(Way.WAN)

    @property
    def unmoved(self) -> Any:
        return self.bench.user.record(self.name)

    @property
    def noted(self) -> int:
        return len(self.bench.user.dropped)

    def from_dcc(self, octets: bytes) -> None:
        self.bench.duis.send(roles.DCC, roles.DCC_USER, octets)
        self.bench.run()

    def serves(self) -> None:
        self.bench.over_wan(user_parts.credited(self.bench.sent_over_wan[-1]))
        self.bench.run(5 * SECOND)
        assert self.bench.user.record(self.name).outcome is Outcome.DELIVERED_VERIFIED


class DeliveryVictim:
    """A delivery service at one end of the avenue; the PPMID at the other is played."""

    def __init__(self) -> None:
        self.ground = Ground()
        self.avenue = self.ground.line("avenue")
        self.frames: list[bytes] = []
        self.heard: list[AvenueMessage] = []
        self.avenue.attach(roles.PPMID, lambda _, frame: self.frames.append(frame))
        self.service = SimulatedDeliveryService(
            clock=self.ground.clock,
            key=ppmid_home.SENDER_KEY,
            ppmid_key=ppmid_home.PPMID_KEY.public_key(),
            homes={ppmid_home.HOME: (ESME,)},
            home=ppmid_home.HOME,
            ppmid=PPMID,
            avenue=self.avenue,
            settings=DeliveryServiceSettings(),
        )
        self.service.listen(self.heard.append)
        self.service.start()

    def genuine(self, **changes: Any) -> bytes:
        """What the service would pass on to its User, but for the changes."""
        how: dict[str, Any] = {"key": ppmid_home.PPMID_KEY, "sender": roles.PPMID.encode(), "replay": 1}
        how |= {"home": ppmid_home.HOME, "ppmid": PPMID} | changes
        return seal(CommandResponse(b"r", answer_to(command(ESME)).encode()), **how)

    def from_ppmid(self, frame: bytes) -> None:
        self.avenue.send(roles.PPMID, roles.DELIVERY_SERVICE, frame)
        self.ground.run(2 * SECOND)

    def serves(self) -> None:
        self.service.submit_command(ESME, command(ESME).encode())
        self.from_ppmid(self.genuine(replay=2))
        assert len(self.frames) == 1
        assert [one.response for one in self.heard if isinstance(one, CommandResponse)] == [
            answer_to(command(ESME)).encode()
        ]
