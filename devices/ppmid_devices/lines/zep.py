"""A HAN of which some members are in the bench and some elsewhere: MAC frames in ZEP over UDP (``adapter = "zep"``).

The bench runs the medium. What one node sends reaches all others and the tap: nodes elsewhere by a datagram, since a
radio cannot be chosen by its hearers, members in the bench if they are meant. A node elsewhere is known from its first
datagram on, a hello included, or by the bench file. Losses, delays and turned bits are the bench's for all of them; a
node elsewhere notices a loss by the MAC acknowledgement that stays out, and repeats its frame itself.

Nobody can tell by radio who holds an address. So a sender has the name of the home's device with its MAC address; the
address itself stands for it where there is none, or where that device is in the bench and so did not send it.
"""

import contextlib
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from ppmid_devices.lines.datagrams import Address, Datagrams, parse_address
from ppmid_devices.lines.zep_benches import Benches
from ppmid_devices.links.bands import Bands
from ppmid_devices.links.han import NO_PLACES, OTHER_BAND, Han, Place
from ppmid_devices.links.link import Conditions
from ppmid_devices.ports import Clock, Nature, Random, Tap
from ppmid_protocols.errors import ProtocolError
from ppmid_protocols.eui import Eui
from ppmid_protocols.zigbee import zep
from ppmid_protocols.zigbee.frames import BROADCAST, acknowledged, acknowledgement_for
from ppmid_protocols.zigbee.outside import (
    AssociationResponse,
    AssociationStatus,
    decode,
    destination_of,
    is_outside,
    source_of,
)

MOST_STATIONS = 64
"""Nodes elsewhere that are remembered; a HAN has far fewer."""


@dataclass(frozen=True, slots=True)
class ZepSettings:
    """``host``, ``port``: where the medium listens; port 0 is any free one. ``nodes``: HOST:PORT of nodes elsewhere
    that hear from the beginning; others make themselves known by any datagram. ``acknowledge``: whether the medium
    sends MAC acknowledgements for members in the bench. ``channel``: written into the datagrams.
    """

    host: str = "127.0.0.1"
    port: int = zep.PORT
    nodes: tuple[str, ...] = ()
    acknowledge: bool = True
    channel: int = 11

    def __post_init__(self) -> None:
        """Raises ValueError for a node that is no address."""
        for node in self.nodes:
            parse_address(node)


class ZepHan(Han):
    """The medium. ``address``: where nodes elsewhere send to."""

    nature: ClassVar[Nature] = Nature(real=True, wall_clock_only=True)

    def __init__(
        self,
        name: str,
        clock: Clock,
        tap: Tap,
        random: Random,
        conditions: Conditions,
        *,
        settings: ZepSettings,
        bands: Bands = Bands(),  # noqa: B008 (it is frozen)
        places: Mapping[str, Place] = NO_PLACES,
    ) -> None:
        """Raises LineFault when the port cannot be had."""
        super().__init__(name, clock, tap, random, conditions, bands=bands, places=places)
        self._settings = settings
        self._names = {int.from_bytes(place.eui): device for device, place in places.items()}
        self._names |= {place.short: device for device, place in places.items()}
        self._stations = dict.fromkeys(map(parse_address, settings.nodes), 0)
        self._sequence = 0
        self._garbage: Counter[Address] = Counter()
        self._unknown: Counter[str] = Counter()
        self._too_long = 0
        self._greetings: deque[bytes] = deque(maxlen=MOST_STATIONS)
        self._benches = Benches("")
        self._air = Datagrams(clock, settings.host, settings.port, self._hear, f"the {name} link")

    @property
    def address(self) -> Address:
        """Where nodes elsewhere send to."""
        return self._air.address

    @property
    def channel(self) -> int:
        """The radio channel that datagrams name."""
        return self._settings.channel

    def belong_to(self, bench: str) -> None:
        """Greet with the id of this bench from now on, and hear nobody who greets with another."""
        self._benches = Benches(bench)

    def greeted_by(self, about: bytes) -> bool:
        """Whether a node elsewhere has said this of itself lately."""
        return about in self._greetings

    def close(self) -> None:
        """Give the port back."""
        self._air.close()

    @property
    def findings(self) -> tuple[str, ...]:
        """What came that is no ZEP, and whose frames came that is no device of the home."""
        rubbish = {f"datagrams from {host}:{port} that are no ZEP": n for (host, port), n in self._garbage.items()}
        strange = {f"frames of {who}, no device of this home elsewhere": n for who, n in self._unknown.items()}
        ours = {
            "frames too long for ZEP, not sent": self._too_long,
            "datagrams that came too fast and were dropped": self._air.dropped,
        }
        return tuple(f"{what}: {count}" for what, count in {**rubbish, **strange, **ours}.items() if count)

    # What members in the bench send.

    def _absence(self, short: int) -> str:
        """Of a device that is not in the bench nobody here can tell, once there are nodes elsewhere."""
        return "" if short not in self._members and self._stations else super()._absence(short)

    def _named(self, short: int) -> str:
        return self._names.get(short, super()._named(short)) if short not in self._members else super()._named(short)

    def _arrive(self, short: int, frame: bytes) -> None:
        self._learn(frame)
        self._radiate(frame)
        super()._arrive(short, frame)

    def _radiate(self, frame: bytes, but: Address | None = None) -> None:
        """Send a frame to all nodes elsewhere, except the one that it came from."""
        self._sequence = (self._sequence + 1) & 0xFFFFFFFF
        datagram = zep.Data(
            frame=frame, channel=self._settings.channel, time=self._clock.now(), sequence=self._sequence
        )
        try:
            octets = zep.encode(datagram)
        except ProtocolError:
            self._too_long += 1
            return
        for station in self._stations:
            if station != but:
                self._air.send(station, octets)

    # What comes from nodes elsewhere.

    def _hear(self, station: Address, octets: bytes) -> None:
        try:
            datagram = zep.decode(octets)
        except ProtocolError:
            if station in self._garbage or len(self._garbage) < MOST_STATIONS:
                self._garbage[station] += 1
            return
        if isinstance(datagram, zep.Hello) and datagram.about:
            self._greet(station, datagram.about)
        if station in self._benches.others:
            self._stations.pop(station, None)
            return
        if station in self._stations or len(self._stations) < MOST_STATIONS:
            self._stations.setdefault(station, 0)
        match datagram:
            case zep.Data(frame=frame) if acknowledged(frame) is not None:
                self._radiate(frame, but=station)
            case zep.Data(frame=frame):
                self._relay(station, frame)

    def _greet(self, station: Address, about: bytes) -> None:
        """Answer a hello. Raises LineFault for one who goes on greeting for another bench."""
        if about not in self._greetings:
            self._greetings.append(about)
        own = self._benches.says("the medium") if self._benches.own else b""
        self._air.send(station, zep.encode(zep.Hello(about=own)))
        self._benches.hear(f"the {self.name} link", station, about)

    def _relay(self, station: Address, frame: bytes) -> None:
        self._learn(frame)
        short = destination_of(frame)
        sender, receiver = self._sender(frame), self._named(short)
        elsewhere = short not in self._members and (len(self._stations) > 1 or short >= BROADCAST)
        band = self._bands.common(sender, receiver)
        lost = self._why_lost(("" if elsewhere else self._absence_here(short)) or ("" if band else OTHER_BAND))
        self._tap.crossed(self.name, sender, receiver, frame, lost)
        if lost:
            return
        arriving = self._as_it_arrives(sender, receiver, frame)
        self._clock.call_later(self._delay(), partial(self._arrive_from, station, short, arriving))
        acknowledgement = acknowledgement_for(frame)
        if acknowledgement and arriving is frame and short in self._members and self._settings.acknowledge:
            self._radiate(acknowledgement)

    def _absence_here(self, short: int) -> str:
        return super()._absence(short)

    def _arrive_from(self, station: Address, short: int, frame: bytes) -> None:
        self._radiate(frame, but=station)
        super()._arrive(short, frame)

    def _learn(self, frame: bytes) -> None:
        """Who is let in and which short address is given to it, anybody can hear: that part is in clear."""
        if is_outside(frame):
            with contextlib.suppress(ProtocolError):  # what else is said outside the network names nobody
                said = decode(frame)
                if isinstance(said, AssociationResponse) and said.status == AssociationStatus.SUCCESS:
                    known = self._names.get(int.from_bytes(said.destination))
                    if known is not None:
                        self._names[said.short] = known

    def _sender(self, frame: bytes) -> str:
        source = source_of(frame)
        if isinstance(source, Eui):
            return self._names.get(int.from_bytes(source), str(source))
        name = self._names.get(source) if source is not None and source not in self._members else None
        if name is not None:
            return name
        stranger = "nobody" if source is None else f"0x{source:04X}"
        if stranger in self._unknown or len(self._unknown) < MOST_STATIONS:
            self._unknown[stranger] += 1
        return stranger
