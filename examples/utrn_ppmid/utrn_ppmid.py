"""A first adapter that is no simulation of ours: a PPMID that takes UTRNs for electricity meters, and nothing else.

It stands for software of your own. What it says on the avenue and on the HAN it says by what the harness has for that:
``AvenueEnd`` seals and opens messages, ``HanNode`` secures ZigBee frames. Every call comes in one thread, by the
bench's clock; so nothing here waits. A device that is reached from outside needs threads, and wall-clock time.
"""

from dataclasses import dataclass
from typing import Unpack

from ppmid_devices import roles
from ppmid_devices.links.avenue_end import AvenueEnd
from ppmid_devices.links.avenues import Avenue
from ppmid_devices.links.han_node import HanNode
from ppmid_devices.needs import PpmidNeeds
from ppmid_devices.ports import SECOND, CannotArrange, Nature
from ppmid_devices.ppmid.contract import Image, PpmidSituation, Screen
from ppmid_protocols.errors import ProtocolError
from ppmid_protocols.eui import Eui
from ppmid_protocols.local_interface import (
    Capabilities,
    Fuel,
    Message,
    Meter,
    Reason,
    State,
    Status,
    SubmitCommand,
    SubmitUtrn,
    UtrnOutcome,
    UtrnResult,
)
from ppmid_protocols.secret import Secret
from ppmid_protocols.utrn import Utrn
from ppmid_protocols.zigbee.han import AppMessage
from ppmid_protocols.zigbee.zcl import Direction, Scope, ZclFrame, ZclHeader

PREPAYMENT, CONSUMER_TOP_UP, CONSUMER_TOP_UP_RESPONSE, IN_HOME_DEVICE = 0x0705, 0x04, 0x03, 2
ACCEPTED = (0x00, 0x10, 0x11, 0x12)


@dataclass(frozen=True, slots=True, kw_only=True)
class UtrnPpmidSettings:
    """What a bench file may set under [parties.ppmid]. ``wait_s``: for a meter's answer."""

    wait_s: int = 60
    firmware: str = "Acme 1"


class UtrnPpmid:
    """The PPMID (``ppmid_devices.ppmid.contract.Ppmid``)."""

    nature = Nature(real=False)  # real=True once a device stands behind it

    def __init__(self, *, settings: UtrnPpmidSettings, **needs: Unpack[PpmidNeeds]) -> None:
        """Nothing is said before ``start``. Raises CannotArrange for a situation that it cannot be in."""
        _require(needs["situation"])
        self._settings, self._needs, self._clock = settings, needs, needs["clock"]
        self._meters = [eui for eui, role in needs["meters"].items() if role == roles.ESME]
        self._lines: list[str] = []
        self._asked: dict[int, tuple[str, SubmitUtrn]] = {}
        self._node: HanNode | None = None
        self._end = AvenueEnd(
            name=roles.PPMID,
            key=needs["key"],
            key_id="ppmid",
            senders=needs["senders"],
            home=needs["home"],
            ppmid=self.eui,
            avenue=Avenue(self._clock, needs["avenue"], self.eui),
            heard=self._heard,
            connected=self._connected,
        )

    # The contract.

    @property
    def eui(self) -> Eui:
        return self._needs["membership"].eui

    def start(self) -> None:
        self._node = HanNode(self._clock, self._needs["han"], self._needs["membership"])
        self._node.on(PREPAYMENT, self._answered)
        self._end.attach()
        self._end.power(True)

    def close(self) -> None:
        """May come before ``start``, and twice."""
        if self._node is not None:
            self._end.power(False)
            self._node.switch_off()

    def restart(self) -> None:
        assert self._node is not None  # it is on
        self.close()
        self._lines.clear()
        self._node.switch_on()
        self._end.power(True)

    def screen(self) -> Screen:
        return Screen(tuple(self._lines))

    def touch(self) -> None:
        """Its screen is always on."""

    def factory_reset(self) -> None:
        raise CannotArrange("it has no reset button")

    def image(self, kind: Image) -> bytes:
        raise CannotArrange(f"there is no image of it that is {kind}")

    def enter_utrn(self, meter: Eui, digits: str) -> None:  # noqa: ARG002 (nobody can)
        raise CannotArrange("it has no keypad")

    def select_emergency_credit(self, meter: Eui) -> None:  # noqa: ARG002 (nobody can)
        raise CannotArrange("it has no menu")

    def enable_supply(self, meter: Eui) -> None:  # noqa: ARG002 (nobody can)
        raise CannotArrange("it has no menu")

    # The avenue.

    def _connected(self) -> None:
        meters = tuple(Meter(meter, Fuel.ELECTRICITY) for meter in self._meters)
        self._end.tell_all(Capabilities(b"capabilities", self._settings.firmware, False, meters))

    def _heard(self, sender: str, message: Message) -> None:
        match message:
            case SubmitCommand():
                self._refuse(sender, message.request_id, Reason.CANNOT_RELAY)
            case SubmitUtrn() if message.meter not in self._meters:
                self._refuse(sender, message.request_id, Reason.UNKNOWN_METER)
            case SubmitUtrn() if not _is_utrn(message.utrn):
                self._refuse(sender, message.request_id, Reason.UTRN_NOT_WELL_FORMED)
            case SubmitUtrn():
                self._top_up(sender, message)

    def _refuse(self, sender: str, request: bytes, reason: Reason) -> None:
        self._end.tell(sender, Status(request, State.REFUSED, reason, "Not possible"))

    # The HAN.

    def _top_up(self, sender: str, asked: SubmitUtrn) -> None:
        assert self._node is not None  # it is on, or nothing is heard
        sequence = self._node.next_sequence()
        self._asked[sequence] = sender, asked
        header = ZclHeader(
            scope=Scope.CLUSTER, direction=Direction.TO_SERVER, sequence=sequence, command=CONSUMER_TOP_UP
        )
        digits = bytes(asked.utrn)
        self._node.send_frame(asked.meter, PREPAYMENT, ZclFrame(header, bytes((IN_HOME_DEVICE, len(digits))) + digits))
        self._end.tell(sender, Status(asked.request_id, State.FORWARDED, None, "Sent to the meter"))
        self._clock.call_later(self._settings.wait_s * SECOND, lambda: self._settle(sequence, UtrnOutcome.UNKNOWN))

    def _answered(self, meter: Eui, message: AppMessage) -> None:
        header, payload = message.zcl.header, message.zcl.payload
        asked = self._asked.get(header.sequence)
        if header.scope is not Scope.CLUSTER or header.command != CONSUMER_TOP_UP_RESPONSE or len(payload) < 5:
            return
        if asked is not None and asked[1].meter == meter:
            outcome = UtrnOutcome.ACCEPTED if payload[0] in ACCEPTED else UtrnOutcome.REFUSED
            self._settle(header.sequence, outcome, payload[0], int.from_bytes(payload[1:5], "little", signed=True))

    def _settle(self, sequence: int, outcome: UtrnOutcome, result: int | None = None, value: int | None = None) -> None:
        """The end of a request, once: an answer that comes later than that is for nobody."""
        if sequence in self._asked:
            sender, asked = self._asked.pop(sequence)
            self._lines.append(TEXTS[outcome])
            booked = value if outcome is UtrnOutcome.ACCEPTED else None
            self._end.tell(sender, UtrnResult(asked.request_id, outcome, booked, result, TEXTS[outcome]))


TEXTS = {
    UtrnOutcome.ACCEPTED: "Topped up",
    UtrnOutcome.REFUSED: "The meter refused it",
    UtrnOutcome.UNKNOWN: "No answer from the meter",
}


def _require(asked: PpmidSituation | None) -> None:
    if asked is not None and (asked.can_relay or asked.sleepy or asked.port != "internet"):
        raise CannotArrange("this PPMID carries no Commands, never sleeps, and is on the Internet alone")


def _is_utrn(digits: Secret) -> bool:
    """Whether the digits can be a UTRN at all: a slip goes no further."""
    try:
        Utrn.parse(digits)
    except ProtocolError:
        return False
    return True
