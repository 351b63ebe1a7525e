"""What the tests of the devices are built from: keys of the parties, Commands, a tap that remembers, time and lines.

Every party has the identity, the keys and the trust anchors that the bench gives to it (``ppmid_bench.home_keys``).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from random import Random
from typing import Any, TypeVar

from ppmid_bench import home_keys
from ppmid_bench.clock import VirtualClock
from ppmid_bench.derivation import Derivation
from ppmid_devices import roles
from ppmid_devices.credentials import Credentials, Directory, KeyPair
from ppmid_devices.links.bands import Bands
from ppmid_devices.links.han import QUIET, Han, HanMembership
from ppmid_devices.links.han_node import HanNode
from ppmid_devices.links.link import Conditions, Link
from ppmid_devices.meter.meter import SimulatedMeter
from ppmid_devices.meter.settings import MeterSettings
from ppmid_devices.ports import SECOND
from ppmid_protocols import smki
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import crypto, prepayment
from ppmid_protocols.gbcs.message import Cra, Message
from ppmid_protocols.gbcs.prepayment.requests import CS01A
from ppmid_protocols.secret import Secret
from ppmid_protocols.smki import Role, Usage
from ppmid_protocols.zigbee.han import AppMessage, Dissector, HanKeys
from ppmid_protocols.zigbee.zcl import Direction, Scope, ZclFrame, ZclHeader

M = TypeVar("M", bound=SimulatedMeter)

POUND = 100_000
UTRN = "73946144332040217315"  # RTDS 4.5.0, CS01a: £10.00, UTRN counter 3

KEYS = home_keys.make_home_keys(Derivation(1, "tests of the devices"))
SUPPLIER, BROKER = KEYS.eui(home_keys.SUPPLIER), KEYS.eui(home_keys.ACCESS_CONTROL_BROKER)
HUB, PPMID, ESME, GSME = (KEYS.eui(role) for role in (roles.HUB, roles.PPMID, roles.ESME, roles.GSME))
HHT, GPF = KEYS.eui(roles.HHT), KEYS.eui(roles.GPF)
AGREED = KEYS.agreed(roles.HHT)
"""What the hub and the Hand-Held Terminal hold in the place of what CBKE gives."""
OTHER_SUPPLIER = Eui.parse("90-B3-D5-1F-30-03-00-00")
OTHER_PPMID = Eui.parse("00-DB-12-34-56-78-90-A5")
FOREIGN = Eui.parse("00-DB-12-34-56-78-90-FF")
"""A device of no home here."""
METERS = {ESME: roles.ESME, GSME: roles.GSME}


def _other_supplier() -> Credentials:
    start = datetime(2025, 1, 1, tzinfo=UTC)
    issuer = smki.mint_issuer("T3", smki.derive_private_key(b"other supplier", "issuer"), not_before=start)

    def pair(role: Role, usage: Usage) -> KeyPair:
        private = smki.derive_private_key(b"other supplier", f"{role} {usage}")
        public = private.public_key()
        return KeyPair.of(
            private, smki.mint_organisation(OTHER_SUPPLIER, role, usage, public, issuer, not_before=start)
        )

    return Credentials(
        eui=OTHER_SUPPLIER,
        signing=pair(Role.SUPPLIER, Usage.DIGITAL_SIGNATURE),
        agreement=pair(Role.SUPPLIER, Usage.KEY_AGREEMENT),
        xml_signing=pair(Role.XML_SIGN, Usage.DIGITAL_SIGNATURE),
    )


HUB_HOLDS: dict[str, Any] = {
    "credentials": KEYS.credentials_of(roles.HUB),
    "directory": KEYS.directory_of(roles.HUB),
    "gas_proxy": KEYS.held(roles.GPF),
    "supplier": SUPPLIER,
    "access_control_broker": BROKER,
}
"""What a hub is made with of keys and names, for its two functions."""
PPMID_HOLDS: dict[str, Any] = {
    "credentials": KEYS.credentials_of(roles.PPMID),
    "directory": KEYS.directory_of(roles.PPMID),
    "hub": HUB,
    "gpf": GPF,
    "supplier": SUPPLIER,
    "access_control_broker": BROKER,
}
"""The same of a PPMID."""


CREDENTIALS = {one.eui: one for one in (*KEYS.credentials.values(), _other_supplier())}
REPOSITORY = Directory()
"""The certificates of all, as the DCC and its Users find them; devices hold ``KEYS.directory_of(role)``."""
for _one in CREDENTIALS.values():
    REPOSITORY.add(_one)


def signed_by(message: Message, signer: Eui) -> Message:
    """The message with the signature of ``signer``."""
    return crypto.sign(message, CREDENTIALS[signer].own("signing").private)


def with_mac_of(message: Message, sender: Eui, receiver: Eui) -> Message:
    """The message with the MAC that ``sender`` makes for ``receiver``."""
    private = CREDENTIALS[sender].own("agreement").private
    return crypto.with_mac(message, private, REPOSITORY.public_key(receiver, "agreement"))


def check_mac_as(message: Message, receiver: Eui, sender: Eui) -> None:
    """Check the MAC as ``receiver`` does. Raises NotAuthentic."""
    private = CREDENTIALS[receiver].own("agreement").private
    crypto.verify_mac(message, private, REPOSITORY.public_key(sender, "agreement"))


def command(target: Eui, counter: int = 1, code: int = CS01A, **changes: Any) -> Message:
    """A Command as those see it who only carry it: the payload is not theirs to read, nor the MAC theirs to check."""
    plain = Message(
        cra=Cra.COMMAND,
        counter=counter,
        originator=SUPPLIER,
        target=target,
        message_code=code,
        payload=b"\xd9payload",
        mac=bytes(12),
    )
    return replace(plain, **changes)


def answer_to(asked: Message) -> Message:
    """The Response to such a Command, in the same eyes."""
    return replace(asked, cra=Cra.RESPONSE, originator=asked.target, target=asked.originator, payload=b"\xdaanswer")


def genuine_command(
    request: prepayment.Request,
    counter: int = 1000,
    kind: prepayment.Kind = "esme",
    *,
    with_signature: bool | None = None,
    **changes: Any,
) -> bytes:
    """A Command that its meter accepts: signed where it is critical, and with its MAC.

    ``changes`` are made to the fields of the message before either; ``with_signature`` overrides the use case.
    """
    from_ppmid = kind == "ppmid-gsme"
    content = prepayment.command(kind, counter, request)
    message = Message(
        cra=Cra.COMMAND,
        counter=counter,
        originator=PPMID if from_ppmid else SUPPLIER,
        target=ESME if kind == "esme" else GSME,
        message_code=content.message_code,
        payload=content.payload,
    )
    peer, message = message.target, replace(message, **changes)
    if with_signature is None:
        with_signature = not from_ppmid and isinstance(request, _CRITICAL)
    if with_signature:
        message = signed_by(message, SUPPLIER)
    return with_mac_of(message, PPMID if from_ppmid else BROKER, peer).encode()


_CRITICAL = (prepayment.ArmSupply, prepayment.EnableSupply, prepayment.ActivateEmergencyCredit)


@dataclass(frozen=True, slots=True)
class Crossing:
    """One frame that entered a link; ``lost`` says why it did not arrive."""

    at: int
    link: str
    sender: str
    receiver: str
    frame: bytes
    lost: str


class RecordingTap:
    """Remembers all that crosses the links, in order."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self.crossings: list[Crossing] = []

    def crossed(self, link: str, sender: str, receiver: str, frame: bytes, lost: str = "") -> None:
        """See ``ports.Tap``."""
        self.crossings.append(Crossing(self._clock.now(), link, sender, receiver, frame, lost))

    def carried(self, link: str, sender: str) -> list[Crossing]:
        """What ``sender`` put on ``link`` and was not lost."""
        return [one for one in self.crossings if (one.link, one.sender, one.lost) == (link, sender, "")]


_NAMES = {HUB: roles.HUB, ESME: roles.ESME, PPMID: roles.PPMID, GSME: roles.GSME, OTHER_PPMID: "other-ppmid"}
ADDRESSES = {eui: short for short, eui in enumerate(_NAMES)}
EUIS = dict(enumerate(_NAMES))
HAN_KEYS = HanKeys(
    KEYS.symmetric("network"),
    trust_centre=HUB,
    device_keys={eui: KEYS.symmetric(f"hub {name}") for eui, name in _NAMES.items() if eui != HUB},
    pair_keys={(ESME, PPMID): KEYS.symmetric("esme ppmid")},
)


def membership(eui: Eui) -> HanMembership:
    """A device's place on the HAN. It shares a key with the hub, and PPMID and ESME share one of their own."""
    return HanMembership(
        name=_NAMES[eui],
        eui=eui,
        short=ADDRESSES[eui],
        network_key=HAN_KEYS.network_key,
        link_keys=_link_keys(eui),
        addresses=ADDRESSES,
    )


def _link_keys(eui: Eui) -> dict[Eui, Secret]:
    if eui == HUB:
        return dict(HAN_KEYS.device_keys)
    pairs = {other: key for pair, key in HAN_KEYS.pair_keys.items() if eui in pair for other in pair if other != eui}
    return {HUB: HAN_KEYS.device_keys[eui], **pairs}


def send_zcl(node: HanNode, to: Eui, cluster: int, command: int, payload: bytes, direction: Direction) -> int:
    """Have ``node`` send a command of a cluster; gives its transaction sequence."""
    header = ZclHeader(scope=Scope.CLUSTER, direction=direction, command=command, sequence=node.next_sequence())
    node.send_frame(to, cluster, ZclFrame(header, payload))
    return header.sequence


def heard_on_the_han(crossings: Iterable[Crossing]) -> list[AppMessage]:
    """The messages that a sniffer with all keys of the HAN finds in what crossed it."""
    eye, messages = Dissector(HAN_KEYS, EUIS), []
    for number, one in enumerate(crossings):
        if one.link == "han" and not one.lost:
            message = eye.feed(one.frame, number)
            messages += [] if message is None else [message]
    return messages


class Ground:
    """What a home stands on in a test: its own time, a tap, a HAN, and whatever lines it asks for."""

    def __init__(self, start: int = 0, han: Conditions = QUIET, bands: Bands = Bands()) -> None:  # noqa: B008 (frozen)
        self.clock = VirtualClock(start)
        self.tap = RecordingTap(self.clock)
        self.han = Han("han", self.clock, self.tap, Random("han"), han, bands=bands)

    def line(self, name: str) -> Link:
        """A line between named parties that loses nothing."""
        return Link(name, self.clock, self.tap, Random(name), Conditions())

    def node(self, eui: Eui) -> HanNode:
        """The radio of a device, with nothing behind it."""
        return HanNode(self.clock, self.han, membership(eui))

    def run(self, delay: int = SECOND) -> None:
        """Let time pass, in nanoseconds."""
        self.clock.advance(delay)


class MeterHome(Ground):
    """A HAN with the bare radios of a hub and a PPMID, and what makes a meter in it."""

    def __init__(self, start: int) -> None:
        super().__init__(start)
        self.hub, self.ppmid = self.node(HUB), self.node(PPMID)

    def meter(self, kind: Callable[..., M], eui: Eui, **settings: Any) -> M:
        """A meter that is still to be started."""
        return kind(
            clock=self.clock,
            credentials=CREDENTIALS[eui],
            directory=KEYS.directory_of(METERS[eui]),
            han=self.han,
            membership=membership(eui),
            hub=HUB,
            supplier=SUPPLIER,
            access_control_broker=BROKER,
            ppmid=PPMID,
            settings=MeterSettings(**settings),
        )


class BareMeter(SimulatedMeter):
    """A meter whose messages go into a list."""

    def __init__(self, *args: Any) -> None:
        self.sent: list[bytes] = []
        super().__init__(*args)

    def start(self) -> None:
        self._power_on()

    def transmit(self, message: bytes) -> None:
        self.sent.append(message)


class BareEsme(BareMeter):
    kind = "esme"


class BareGsme(BareMeter):
    kind = "gsme"


MakeMeter = Callable[..., BareMeter]
Vend = Callable[..., str]
