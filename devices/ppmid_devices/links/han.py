"""The radio of the home area network: short addresses, MAC retries, devices that sleep; channels at 868 MHz alone.

A member's frames leave it one after the other. A frame that got no MAC acknowledgement (it was lost, or it arrived with
a turned bit) is sent again up to three times (macMaxFrameRetries, IEEE 802.15.4 6.7.4.3) after a short backoff; the tap
hears every attempt. MAC acknowledgements themselves and collisions are not modelled.

What is sent to a sleeping device is lost, unless that device asks its parent for it (IEEE 802.15.4 7.3.4): then frames
are kept until it does, for the time that the standard gives. The parent's own hop is not modelled: a frame that is kept
crosses the air once, when it is fetched; one that is not, never does, and the tap hears of it as lost.
"""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType

from ppmid_devices.links.bands import Band, Bands, airtime
from ppmid_devices.links.channels import FIRST
from ppmid_devices.links.link import LOST, NOBODY, Conditions, Medium
from ppmid_devices.ports import MILLISECOND, Clock, Random, Tap
from ppmid_protocols.eui import Eui
from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee import mac_poll
from ppmid_protocols.zigbee.joining import InstallCode
from ppmid_protocols.zigbee.outside import destination_of
from ppmid_protocols.zigbee.sub_ghz import Channels

QUIET = Conditions(delay=4 * MILLISECOND)
"""What lies between sending and handling in a quiet home, beside the time on the air (assumed)."""
MAC_RETRIES = 3
_BACKOFF = 1 * MILLISECOND, 5 * MILLISECOND
"""The pause before the radio sends again lies between these (assumed)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HanMembership:
    """What one device holds of the HAN that it has joined.

    ``name``: its party name. ``link_keys``: the key shared with each peer. ``addresses``: every member's short address
    by its EUI-64, the own one included. ``sub_ghz``: the members in the 868 MHz band. ``install_code``: the one that is
    printed on the device. ``watches``: whether the device asks its hub now and again whether it is still there.
    """

    name: str
    eui: Eui
    short: int
    network_key: Secret
    link_keys: Mapping[Eui, Secret]
    addresses: Mapping[Eui, int]
    sub_ghz: frozenset[Eui] = frozenset()
    install_code: InstallCode | None = None
    watches: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where a device of the home is on its HAN: its EUI-64, and the short address that the bench gives it."""

    eui: Eui
    short: int


NO_PLACES: Mapping[str, Place] = MappingProxyType({})


@dataclass(slots=True)
class _Member:
    name: str
    receive: Callable[[bytes], None]
    awake: bool = True


@dataclass(slots=True)
class _Outbox:
    """One sender's frames that are still to go; the radio has sent the last one by ``free_at``."""

    waiting: deque[bytes] = field(default_factory=deque)
    sending: bool = False
    free_at: int = 0


KEPT_FRAMES = 32
"""Frames that a parent keeps for each device that asks for them: those of one message of 1500 octets (assumed)."""
NOT_FETCHED, PARENT_FULL = "not fetched in time", "no room at its parent"
"""Reasons for a loss on the way to a device that sleeps."""
_PERSISTENCE = mac_poll.PERSISTENCE_MS * MILLISECOND

ASLEEP, OTHER_BAND = "asleep", "other band"
"""Reasons for a loss: its receiver is switched off, or has no radio for the sender's band."""
OTHER_CHANNEL = "other channel"
"""Reason for a loss: its receiver is on another channel at 868 MHz, or measures the noise on one."""
_MHZ_868 = Band.MHZ_868
_ALL_2_4 = Bands()


class Han(Medium):
    """The air between the devices of one home."""

    def __init__(
        self,
        name: str,
        clock: Clock,
        tap: Tap,
        random: Random,
        conditions: Conditions = QUIET,
        *,
        bands: Bands = _ALL_2_4,
        places: Mapping[str, Place] = NO_PLACES,
    ) -> None:
        """``places``: of the home's devices, by their names, for media on which not all of them join."""
        super().__init__(name, clock, tap, random, conditions)
        self._bands, self._places = bands, places
        self._members: dict[int, _Member] = {}
        self._outboxes: dict[str, _Outbox] = {}
        self._kept: dict[int, list[tuple[str, bytes]]] = {}
        self._tuned: dict[str, Channels | None] = {}

    def tune(self, name: str, channel: Channels | None) -> None:
        """From now on a member's radio for 868 MHz is on this channel; None: it measures, and neither sends nor hears.

        A member that says nothing of it is where every hub begins.
        """
        self._tuned[name] = channel

    def noise(self, channel: Channels) -> int:
        """What an energy scan reads on a channel at 868 MHz, in dBm."""
        return self._bands.noise.level(channel)

    def join(self, short: int, name: str, receive: Callable[[bytes], None]) -> None:
        """From now on frames for the address are given to ``receive``, while the device is awake.

        A device that has no short address yet is reached at its EUI-64, as a number.
        """
        self._members[short] = _Member(name, receive)

    def leave(self, short: int) -> None:
        """The device is switched off: nobody answers at its address any more."""
        self._members.pop(short, None)

    def set_awake(self, short: int, awake: bool) -> None:
        """Whether the device's receiver is on; frames to a sleeping device are lost. One that is off stays off."""
        if short in self._members:
            self._members[short].awake = awake

    def transmit(self, sender_name: str, frame: bytes) -> None:
        """Send a MAC data frame with its FCS to the device that its MAC destination names."""
        outbox = self._outboxes.get(sender_name)
        if outbox is None:
            outbox = self._outboxes[sender_name] = _Outbox()
        if not outbox.sending and outbox.free_at <= self._clock.now():
            outbox.sending = True
            self._attempt(sender_name, outbox, frame, MAC_RETRIES)
            return
        outbox.waiting.append(frame)
        if not outbox.sending:
            self._await_radio(sender_name, outbox)

    def _sent(self, sender: str, outbox: _Outbox, on_air: int) -> None:
        """A frame is done with once it has been on the air so long; only where another waits is that worth a call."""
        outbox.sending, outbox.free_at = False, self._clock.now() + on_air
        if outbox.waiting:
            self._await_radio(sender, outbox)

    def _await_radio(self, sender: str, outbox: _Outbox) -> None:
        outbox.sending = True
        self._clock.call_at(outbox.free_at, partial(self._send_next, sender, outbox))

    def _send_next(self, sender: str, outbox: _Outbox) -> None:
        self._attempt(sender, outbox, outbox.waiting.popleft(), MAC_RETRIES)

    def _attempt(self, sender: str, outbox: _Outbox, frame: bytes, retries: int) -> None:
        short = destination_of(frame)  # the only field of a frame that the air looks at
        member = self._members.get(short)
        if member is None:
            receiver, absent = self._named(short), self._absence(short)
        else:
            receiver, absent = member.name, "" if member.awake else ASLEEP
        if absent == ASLEEP and short in self._kept and self._up:
            self._keep(short, receiver, sender, frame)
            self._sent(sender, outbox, airtime(len(frame), Band.GHZ_2_4))
            return
        band = self._bands.common(sender, receiver)
        unheard = self._unheard_at_868(sender, receiver) if band is _MHZ_868 else "" if band else OTHER_BAND
        lost = self._why_lost(absent or unheard)
        self._tap.crossed(self.name, sender, receiver, frame, lost)
        arriving = frame if lost else self._as_it_arrives(sender, receiver, frame)
        on_air = airtime(len(frame), band)
        if not lost:
            self._clock.call_later(on_air + self._delay(), partial(self._arrive, short, arriving))
        if retries and (lost == LOST or arriving is not frame):
            pause = on_air + self._random.randrange(*_BACKOFF)
            self._clock.call_later(pause, partial(self._attempt, sender, outbox, frame, retries - 1))
        else:
            self._sent(sender, outbox, on_air)

    def _unheard_at_868(self, sender: str, receiver: str) -> str:
        channel = self._tuned.get(sender, FIRST)
        if channel is None or channel != self._tuned.get(receiver, FIRST):
            return OTHER_CHANNEL
        share = self._bands.noise.lost(channel)
        return LOST if share and self._random.random() < share else ""

    def _arrive(self, short: int, frame: bytes) -> None:
        """A device that went to sleep or was switched off while the frame was on its way does not hear it."""
        member = self._members.get(short)
        if member is not None and member.awake:
            asking = mac_poll.asked_by(frame)
            if asking is not None:
                self._hand_out(asking)
            member.receive(frame)

    # What a parent keeps

    def _keep(self, short: int, receiver: str, sender: str, frame: bytes) -> None:
        kept = self._kept[short]
        if len(kept) >= KEPT_FRAMES:
            self._tap.crossed(self.name, sender, receiver, frame, PARENT_FULL)
            return
        one = sender, frame
        kept.append(one)

        def expire() -> None:
            if any(other is one for other in self._kept[short]):
                self._kept[short] = [other for other in self._kept[short] if other is not one]
                self._tap.crossed(self.name, sender, receiver, frame, NOT_FETCHED)

        self._clock.call_later(_PERSISTENCE, expire)

    def _hand_out(self, short: int) -> None:
        """A device asks: all that is kept for it goes out, and from now on what comes is kept while it sleeps."""
        waiting, self._kept[short] = self._kept.get(short, []), []
        for sender, frame in waiting:
            self.transmit(sender, frame)

    def _named(self, short: int) -> str:
        member = self._members.get(short)
        return f"0x{short:04X}" if member is None else member.name

    def _absence(self, short: int) -> str:
        """What keeps the device at this address from hearing; empty: nothing."""
        member = self._members.get(short)
        if member is None:
            return NOBODY
        return "" if member.awake else ASLEEP
