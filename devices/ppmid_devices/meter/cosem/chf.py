"""The objects of a Communications Hub Function that are views on its models: who it is, device log, radio channel."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from ppmid_devices.meter.asked import Asked
from ppmid_devices.meter.cosem import logs, objects
from ppmid_devices.meter.cosem.objects import Place, place
from ppmid_devices.meter.cosem.refusals import OTHER_REASON, AccessRefused
from ppmid_devices.meter.cosem.shapes import element_shape
from ppmid_devices.meter.cosem.store import Method, View
from ppmid_devices.meter.times import cosem_date_time, zigbee_time
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import axdr
from ppmid_protocols.gbcs.axdr import Bits, Data, Group, Number, Octets
from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee.sub_ghz import Channels

_CHANNEL_LOG = "7/0-0:94.44.10.3/2"
_JOINED = Bits(8, b"\xc8")  # the status of both devices in RTDS 4.5.0 CCS06
_PAN = bytes(range(8))
"""The extended PAN identifier, that of RTDS 4.5.0."""
_KEY_OCTETS = 16


class Listed(Protocol):
    """A hub's device log, as Commands reach it."""

    join_s: int

    def present(self) -> Mapping[Eui, bytes]:
        """The devices that are in it, each with the hash of its link key."""

    def former(self) -> Mapping[Eui, bytes]:
        """Those that were, likewise."""

    def add(self, device: Eui, first_key: Secret, *, restored: bool = False) -> bool:
        """Enter a device with the key under which it may join; false where there is no room."""

    def remove(self, device: Eui) -> bool:
        """Strike a device off; false where it was not there."""

    def permit_joining(self) -> None:
        """Let those that are listed join, for ``join_s`` seconds."""


class ChannelEvent(Protocol):
    """An entry of a hub's channel log."""

    @property
    def at(self) -> int:
        """When it was, nanoseconds since 1970."""

    @property
    def code(self) -> int:
        """Its alert code."""

    @property
    def further(self) -> bytes:
        """What else it says, eight octets."""


class Tuned(Protocol):
    """A hub's radio for 868 MHz, as Commands read it."""

    @property
    def channel(self) -> Channels:
        """The channel that it is on."""

    @property
    def log(self) -> Sequence[ChannelEvent]:
        """What came of its scans, oldest first."""


class ChfObjects:
    """Views and methods of a hub. Devices are listed as they were registered; none has been measured on the radio."""

    def __init__(self, eui: Eui, log: Listed, radio: Tuned) -> None:
        self._eui, self._log, self._radio = eui, log, radio
        self.views: Mapping[Place, View] = {
            place("1/0-0:96.1.1.255/2"): View(lambda: axdr.octet_string(eui)),
            place("104/0-0:30.3.0.255/4"): View(self._listed),
            place("104/0-0:30.3.0.255/3"): View(lambda: Number(axdr.LONG_UNSIGNED, log.join_s), self._set_join_time),
            place("104/0-0:30.3.0.255/2"): View(lambda: Number(axdr.BOOLEAN, 0), self._permit),
            place("1/0-0:94.44.10.2/2"): View(lambda: Bits(32, radio.channel.octets)),
            place(_CHANNEL_LOG): View(self._channel_log),
        }
        self.methods: Mapping[Place, Method] = {
            place("104/0-0:30.3.0.255/1()"): self._register,
            place("104/0-0:30.3.0.255/2()"): self._unregister,
            place("104/0-0:30.3.0.255/4()"): lambda _, asked: back_up(self._log.present(), asked.now),
            place("104/0-0:30.3.1.255/4()"): lambda _, asked: back_up(self._log.former(), asked.now),
            place("104/0-0:30.3.0.255/5()"): self._restore,
        }

    def _channel_log(self) -> Data:
        shape = objects.members("chf")[place(_CHANNEL_LOG)].shape
        assert shape is not None  # a log has one
        events = ((zigbee_time(one.at), one.code, one.further) for one in self._radio.log)
        return logs.log(element_shape(shape.items[0]), events)

    def _listed(self) -> Data:
        return axdr.array(*map(_device, self._log.present()))

    def _set_join_time(self, data: Data) -> None:
        assert isinstance(data, Number)  # its shape was looked at
        self._log.join_s = data.value

    def _permit(self, data: Data) -> None:
        if isinstance(data, Number) and data.value:
            self._log.permit_joining()

    def _register(self, data: Data, _asked: Asked) -> None:
        """A device that is listed already is left as it is, which counts as done (use-case tables).

        That the 16 octets are the link key of the install code, and not the code itself, is assumed.
        """
        match data:
            case Group(_, (Octets(_, eui), _, Octets(_, key), _)) if len(eui) == len(self._eui):
                self._enter(Eui(eui), key)
            case _:
                raise AccessRefused(OTHER_REASON)

    def _enter(self, device: Eui, key: bytes, *, restored: bool = False) -> None:
        if len(key) != _KEY_OCTETS or not self._log.add(device, Secret(key), restored=restored):
            raise AccessRefused(OTHER_REASON)

    def _unregister(self, data: Data, _asked: Asked) -> None:
        match data:
            case Octets(_, eui) if len(eui) == len(self._eui) and self._log.remove(Eui(eui)):
                return
            case _:
                raise AccessRefused(OTHER_REASON)

    def _restore(self, data: Data, _asked: Asked) -> None:
        match data:
            case Group(_, (_, Group(_, entries))):
                for entry in entries:
                    match entry:
                        case Group(_, (Octets(_, eui), Octets(_, key))) if len(eui) == len(self._eui):
                            self._enter(Eui(eui), key, restored=True)


def back_up(devices: Mapping[Eui, bytes], now: int) -> Data:
    """A back up of a device log at ``now`` (nanoseconds): each device with the hash of its link key (CCS07, CS14)."""
    entries = (axdr.structure(axdr.octet_string(one), axdr.octet_string(key)) for one, key in devices.items())
    time = axdr.octet_string(cosem_date_time(now))
    return axdr.structure(time, axdr.octet_string(_PAN), axdr.array(*entries))


def _device(eui: Eui) -> Data:
    """An entry: signal strengths and qualities, the last communication, hops and counts are not measured here."""
    strengths = (Number(axdr.INTEGER, 0),) * 3
    qualities = (Number(axdr.UNSIGNED, 0),) * 3
    counts = (Number(axdr.UNSIGNED, 0),) * 5
    return axdr.structure(
        axdr.octet_string(eui), _JOINED, *strengths, *qualities, axdr.octet_string(b"\xff" * 12), *counts
    )
