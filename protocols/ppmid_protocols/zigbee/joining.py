"""How a device comes into the HAN: its install code, the keys that follow from it, and the life of its link key.

A device's install code is printed on it; the Supplier has it sent to the hub (GBCS CCS01). Both make the first link key
from it, under which the hub sends the network key. In the field CBKE then replaces that key (frames in module
``key_establishment``); here a link key that the hub hands out takes its place (Request Key to Confirm Key, R22 4.4.7),
since CBKE cannot be computed.
"""

from dataclasses import dataclass
from enum import Enum

from ppmid_protocols.errors import Malformed, NotAuthentic, Unsupported
from ppmid_protocols.eui import Eui
from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee import aps_commands, key_establishment, mmo
from ppmid_protocols.zigbee.aps_commands import CommandHeader, TransportNetworkKey
from ppmid_protocols.zigbee.frames import MacFrame, NwkHeader, decode_mac, decode_nwk, is_nwk_secured
from ppmid_protocols.zigbee.octets import reflected_crc
from ppmid_protocols.zigbee.security import KeyId, decode_aux, open_aps_command, secure_aps

CODE_OCTETS = (6, 8, 12, 16)
"""Lengths of an install code without its check (ZigBee Smart Energy 5.4.8.1)."""
_CHECK_OCTETS = 2


def check_of(code: bytes) -> bytes:
    """The check of an install code: CRC-16/X-25, the lower octet first."""
    return bytes(0xFF - octet for octet in reflected_crc(code, 0xFFFF))


@dataclass(frozen=True, slots=True)
class InstallCode:
    """An install code whose check holds. ``octets``: the code and its check, 8, 10, 14 or 18 octets."""

    octets: Secret

    @classmethod
    def of(cls, code: bytes) -> "InstallCode":
        """A code of 6, 8, 12 or 16 octets, with the check that belongs to it. Raises Malformed."""
        return cls(Secret(code + check_of(code)))

    @classmethod
    def parse(cls, text: str) -> "InstallCode":
        """Read hex digits as they are printed, in groups or not. Raises Malformed, NotAuthentic("check digit")."""
        try:
            octets = bytes.fromhex(text.replace("-", " "))
        except ValueError:
            raise Malformed("install code", "expected hex digits, two for each octet") from None
        return cls(Secret(octets))

    def __post_init__(self) -> None:
        code, check = self.octets[:-_CHECK_OCTETS], self.octets[-_CHECK_OCTETS:]
        if len(code) not in CODE_OCTETS:
            sizes = ", ".join(str(size + _CHECK_OCTETS) for size in CODE_OCTETS)
            raise Malformed("install code", f"expected {sizes} octets with its check, found {len(self.octets)}")
        if check_of(code) != check:
            raise NotAuthentic("check digit", "the check of the install code does not hold")

    @property
    def link_key(self) -> Secret:
        """The link key that device and hub both make of it: the hash of code and check."""
        return Secret(mmo.hash_of(self.octets))


def admit(
    network_key: Secret,
    link_key: Secret,
    *,
    device: Eui,
    device_short: int,
    hub: Eui,
    pan: int,
    aps_counter: int = 0,
    frame_counter: int = 0,
    key_sequence: int = 0,
) -> bytes:
    """The frame by which the hub gives the network key to a device beside it: MAC frame with its check sequence.

    The NWK layer is open, since the device has no network key yet; the command is sealed under the key-transport key of
    ``link_key``. The hub's short address is 0; its MAC, NWK and APS numbering are ``aps_counter``. Raises Malformed.
    """
    command = aps_commands.encode(TransportNetworkKey(network_key, device, hub, key_sequence))
    header = CommandHeader(aps_counter).encode()
    sealed = secure_aps(header, command, link_key, hub, frame_counter, key_id=KeyId.KEY_TRANSPORT)
    nwk = NwkHeader(destination=device_short, source=0, sequence=aps_counter, radius=1, secured=False, discover_route=0)
    return MacFrame(
        sequence=aps_counter, pan=pan, destination=device_short, source=0, payload=nwk.encode() + sealed
    ).encode()


def accept(frame: bytes, link_key: Secret) -> TransportNetworkKey:
    """What the hub's frame gives to the device that holds ``link_key``: the other side of ``admit``.

    Raises Malformed, Unsupported where it is another frame, and NotAuthentic("mac") where it is not for this key.
    """
    mac = decode_mac(frame)
    nwk, size = decode_nwk(mac.payload)
    inside = mac.payload[size:]
    if nwk.secured or not aps_commands.is_command(inside) or not aps_commands.decode_header(inside).secured:
        raise Unsupported("a frame that carries no network key to a device beside the hub")
    aux, _ = decode_aux(inside, aps_commands.HEADER_OCTETS)
    if aux.source is None or aux.key_id is not KeyId.KEY_TRANSPORT:
        raise Unsupported("APS command whose sealer is not named, or not under the key-transport key")
    _, plain = open_aps_command(inside, aps_commands.HEADER_OCTETS, link_key, aux.source)
    command = aps_commands.decode(plain)
    if not isinstance(command, TransportNetworkKey):
        raise Unsupported(f"{type(command).__name__}: expected the network key")
    return command


def is_admission(frame: bytes) -> bool:
    """Whether a MAC frame is like those of ``admit``: a sealed APS command to a device that has no network key."""
    if is_nwk_secured(frame):
        return False
    try:
        mac = decode_mac(frame)
        nwk, size = decode_nwk(mac.payload)
    except (Malformed, Unsupported):
        return False
    return not nwk.secured and aps_commands.is_command(mac.payload[size:])


class LinkKeyState(Enum):
    """What the hub holds of one device."""

    UNKNOWN = "unknown"
    """Nothing: the device may not join."""
    ADMITTED = "admitted"
    """Its install code, and the link key made of it; the device has not joined yet."""
    JOINED = "joined"
    """It has the network key; under the install code's link key it may do nothing but agree another one."""
    AUTHORISED = "authorised"
    """A link key of its own, from CBKE or shared beforehand: it may take part in Smart Energy."""


class LinkKeyEvent(Enum):
    """What happens to a device's link key."""

    INSTALL_CODE_GIVEN = "install code given"
    NETWORK_KEY_TAKEN = "network key taken"
    KEY_AGREED = "key agreed"
    """CBKE has ended with both confirmations."""
    AGREEMENT_ENDED = "agreement ended"
    """CBKE was terminated, or ran out of time."""
    KEY_SHARED = "key shared"
    """The hub has handed out a link key of the device's own, and the device has shown it: in the place of CBKE."""
    LEFT = "left"
    """The device left or was sent away; the hub keeps its link key, so that it may rejoin."""
    REMOVED = "removed"
    """The device is taken off the hub's list (GBCS CCS02): its keys are forgotten."""


_S, _E = LinkKeyState, LinkKeyEvent
TRANSITIONS: dict[tuple[LinkKeyState, LinkKeyEvent], LinkKeyState] = {
    (_S.UNKNOWN, _E.INSTALL_CODE_GIVEN): _S.ADMITTED,
    (_S.ADMITTED, _E.INSTALL_CODE_GIVEN): _S.ADMITTED,  # corrected, or given again
    (_S.ADMITTED, _E.NETWORK_KEY_TAKEN): _S.JOINED,
    (_S.ADMITTED, _E.REMOVED): _S.UNKNOWN,
    (_S.JOINED, _E.NETWORK_KEY_TAKEN): _S.JOINED,  # it lost its memory before a key was agreed
    (_S.JOINED, _E.KEY_AGREED): _S.AUTHORISED,
    (_S.JOINED, _E.AGREEMENT_ENDED): _S.JOINED,  # it may try again
    (_S.JOINED, _E.KEY_SHARED): _S.AUTHORISED,
    (_S.JOINED, _E.LEFT): _S.ADMITTED,
    (_S.JOINED, _E.REMOVED): _S.UNKNOWN,
    (_S.AUTHORISED, _E.KEY_AGREED): _S.AUTHORISED,  # a new key in the place of the old one
    (_S.AUTHORISED, _E.KEY_SHARED): _S.AUTHORISED,
    (_S.AUTHORISED, _E.AGREEMENT_ENDED): _S.AUTHORISED,  # the old key stays
    (_S.AUTHORISED, _E.NETWORK_KEY_TAKEN): _S.AUTHORISED,  # a rejoin, under the link key of its own
    (_S.AUTHORISED, _E.LEFT): _S.AUTHORISED,
    (_S.AUTHORISED, _E.REMOVED): _S.UNKNOWN,
}
"""The life of a link key, as the hub sees it (after ZigBee Smart Energy 5.4; the order of its details is assumed)."""

_OPEN_CLUSTERS = frozenset({key_establishment.CLUSTER})


def after(state: LinkKeyState, event: LinkKeyEvent) -> LinkKeyState | None:
    """The state after an event; None when the event cannot be in this state, and so changes nothing."""
    return TRANSITIONS.get((state, event))


def permits(state: LinkKeyState, cluster: int) -> bool:
    """Whether the hub handles a device's message to this cluster: before its own link key, key establishment only."""
    return state is _S.AUTHORISED or (state is _S.JOINED and cluster in _OPEN_CLUSTERS)
