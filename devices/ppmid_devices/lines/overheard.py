"""A HAN that the bench cannot send on: its frames come from a capture, live or from a file, and become evidence.

No party of the bench is on it. Who sends and who is meant is told by the NWK layer, whose addresses are in clear: the
EUI-64 that seals a frame belongs to its short address, and the home's device with that EUI-64 has its name.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NoReturn, Self

from ppmid_devices.lines.ends import NotUsable
from ppmid_devices.links.bands import Bands
from ppmid_devices.links.han import NO_PLACES, Han, Place
from ppmid_devices.links.link import Conditions
from ppmid_devices.ports import CannotArrange, Clock, Ear, Random
from ppmid_protocols.captures.captured import Frame, mac_frame
from ppmid_protocols.errors import Malformed, ProtocolError
from ppmid_protocols.eui import Eui
from ppmid_protocols.zigbee.frames import BROADCAST, decode_mac, decode_nwk, fcs
from ppmid_protocols.zigbee.outside import destination_of, is_outside, source_of
from ppmid_protocols.zigbee.security import decode_aux
from ppmid_protocols.zigbee.sniffer import LabelledKey, read_keys

_DATA = 1
HUB_SHORT = 0x0000


@dataclass(frozen=True, slots=True)
class Overhearing:
    """What a listener has to know: ``keys``, a file as Wireshark keeps ``zigbee_pc_keys``, none if empty; ``pan``: of
    the home, all that is heard if None; ``addresses``: the short addresses of devices by their role, else a device has
    its name from the first frame on that it sends itself. A path is taken from beside the bench file.
    """

    keys: str = ""
    pan: int | None = None
    addresses: dict[str, int] = field(default_factory=dict)

    @property
    def paths(self) -> tuple[str, ...]:
        """The settings that name files."""
        return ("keys",)

    @property
    def hides(self) -> frozenset[str]:
        """The observation points that a bench loses by these settings."""
        return frozenset() if self.keys else frozenset({"han"})

    def beside(self, folder: Path) -> Self:
        """The same settings, with relative paths taken from ``folder``."""
        found: dict[str, Any] = {name: str(folder / path) for name in self.paths if (path := getattr(self, name))}
        return replace(self, **found)

    def require(self) -> None:
        """Raise NotUsable when nothing can come of these settings."""
        self.held()

    def held(self) -> tuple[LabelledKey, ...]:
        """The keys of the HAN. Raises NotUsable."""
        try:
            return read_keys(Path(self.keys).read_text(encoding="utf-8")) if self.keys else ()
        except (OSError, UnicodeDecodeError, Malformed) as problem:
            raise NotUsable("keys", "a file as Wireshark keeps zigbee_pc_keys", f"{self.keys} ({problem})") from problem


class OverheardHan(Han):
    """``keys``: for whoever reads the frames. ``ended``: whether nothing more will be heard."""

    keys: tuple[LabelledKey, ...] = ()
    ended = False

    def __init__(
        self,
        name: str,
        clock: Clock,
        tap: Ear,
        random: Random,
        conditions: Conditions,
        *,
        settings: Overhearing,
        bands: Bands = Bands(),  # noqa: B008 (it is frozen)
        places: Mapping[str, Place] = NO_PLACES,
    ) -> None:
        """As every HAN; the tap hears what was overheard, too. Raises NotUsable for keys that are none."""
        super().__init__(name, clock, tap, random, conditions, bands=bands, places=places)
        self.keys = settings.held()
        self._ear, self._pan = tap, settings.pan
        self._names = _Names(self._places, settings.addresses)
        self._passed_over: Counter[str] = Counter()

    def join(self, short: int, name: str, receive: Callable[[bytes], None]) -> None:  # noqa: ARG002 (the face of Han)
        """Raises CannotArrange: a simulation would be deaf and dumb here."""
        raise CannotArrange(f"{name} is in the bench, and the HAN of this bench is only listened to")

    def transmit(self, sender_name: str, frame: bytes) -> None:  # noqa: ARG002 (the face of Han)
        """Raises CannotArrange."""
        raise CannotArrange(f"{sender_name} cannot send: the HAN of this bench is only listened to")

    def set_up(self, up: bool) -> NoReturn:  # noqa: ARG002 (the face of Han)
        """Raises CannotArrange."""
        raise CannotArrange("the HAN of this bench is only listened to: nobody can take it down or bring it back")

    @property
    def findings(self) -> tuple[str, ...]:
        """What was passed over."""
        return tuple(f"passed over on the HAN: {count} of {what}" for what, count in sorted(self._passed_over.items()))

    def _overhear(self, frame: Frame, at: int) -> None:
        """Take a captured frame. One of which a part is missing takes the bench's sight of the HAN."""
        if frame.cut:
            self._lose_sight(f"the capture kept only a part of frame {frame.number}")
            return
        octets, why = self._on_the_air(frame)
        if why:
            self._passed_over[why] += 1
            return
        sender, receiver = self._names.ends(octets)
        self._ear.overheard(self.name, sender, receiver, octets, at)

    def _learn_names(self, frame: Frame) -> None:
        """Hear who is where, before the frame is told."""
        octets, why = self._on_the_air(frame)
        if not why:
            self._names.ends(octets)

    def _on_the_air(self, frame: Frame) -> tuple[bytes, str]:
        """The MAC frame with its check sequence, and why it is passed over; empty: it is not."""
        try:
            found = mac_frame(frame)
        except ProtocolError as problem:
            return b"", f"what is no frame of a radio ({problem})"
        if found is None:
            return b"", f"link type {frame.link_type}"
        octets, with_fcs = found
        whole = octets if with_fcs else octets + fcs(octets)
        return whole, self._why_passed_over(whole)

    def _lose_sight(self, why: str) -> None:
        self._ear.lost_sight(self.name, why)

    def _why_passed_over(self, frame: bytes) -> str:
        if len(frame) < 5 or (frame[0] & 7 != _DATA and not is_outside(frame)):
            return "MAC beacons, acknowledgements and commands"
        pan = int.from_bytes(frame[3:5], "little")
        return "other PANs" if self._pan is not None and pan not in (self._pan, 0xFFFF) else ""


class _Names:
    """Who is at which short address, as the frames tell."""

    def __init__(self, places: Mapping[str, Place], addresses: Mapping[str, int]) -> None:
        self._devices = {place.eui: device for device, place in places.items()}
        self._at = {place.short: device for device, place in places.items() if place.short == HUB_SHORT}
        self._at |= {short: device for device, short in addresses.items()}

    def ends(self, frame: bytes) -> tuple[str, str]:
        """Sender and receiver of a frame; by their addresses where nobody is known there."""
        source, destination = source_of(frame), destination_of(frame)
        if isinstance(source, Eui):
            return self._devices.get(source, str(source)), self._named(destination)
        try:
            mac = decode_mac(frame)
            nwk, size = decode_nwk(mac.payload)
            sealer = decode_aux(mac.payload, size)[0].source if nwk.secured else None
        except ProtocolError:
            return "nobody" if source is None else self._named(source), self._named(destination)
        if sealer is not None and nwk.source == mac.source and sealer in self._devices:
            self._at[nwk.source] = self._devices[sealer]
        return self._named(nwk.source), self._named(nwk.destination)

    def _named(self, address: int) -> str:
        if address > 0xFFFF:
            eui = Eui(address.to_bytes(8, "big"))
            return self._devices.get(eui, str(eui))
        return "all" if address >= BROADCAST else self._at.get(address, f"0x{address:04X}")
