"""The objects of a Communications Hub Function that are views on its models: who it is, and its device log."""

from collections.abc import Mapping

from ppmid_devices.meter.asked import Asked
from ppmid_devices.meter.cosem.objects import Place, place
from ppmid_devices.meter.cosem.refusals import OTHER_REASON, AccessRefused
from ppmid_devices.meter.cosem.store import Method, View
from ppmid_devices.meter.times import cosem_date_time
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import axdr
from ppmid_protocols.gbcs.axdr import Bits, Data, Group, Number, Octets

_JOINED = Bits(8, b"\xc8")  # the status of both devices in RTDS 4.5.0 CCS06
_PAN = bytes(range(8))
"""The extended PAN identifier, that of RTDS 4.5.0."""
_LOG_ENTRIES = 16
"""Devices that the log holds (use-case tables)."""
_NO_TYPE = 0
_NO_KEY_YET = bytes(16)
"""In a back up, for a device that has agreed no link key yet."""


class ChfObjects:
    """Views and methods of a hub. Devices are listed as they were registered; none has been measured on the radio."""

    def __init__(self, eui: Eui, devices: Mapping[Eui, int]) -> None:
        self._eui = eui
        self._devices = dict(devices)
        self._former: dict[Eui, int] = {}
        self.views: Mapping[Place, View] = {
            place("1/0-0:96.1.1.255/2"): View(lambda: axdr.octet_string(eui)),
            place("104/0-0:30.3.0.255/4"): View(self._listed),
        }
        self.methods: Mapping[Place, Method] = {
            place("104/0-0:30.3.0.255/1()"): self._register,
            place("104/0-0:30.3.0.255/2()"): self._unregister,
            place("104/0-0:30.3.0.255/4()"): lambda _, asked: self._back_up(self._devices, asked),
            place("104/0-0:30.3.1.255/4()"): lambda _, asked: self._back_up(self._former, asked),
            place("104/0-0:30.3.0.255/5()"): self._restore,
        }

    def visit(self, terminal: Eui, there: bool) -> None:
        """A Hand-Held Terminal is in the log, or is no more; the log of former devices never has one (use case CCS02).

        A log that is full has no room for it.
        """
        if not there:
            self._devices.pop(terminal, None)
        elif len(self._devices) < _LOG_ENTRIES:
            self._devices.setdefault(terminal, _NO_TYPE)

    def _listed(self) -> Data:
        return axdr.array(*map(_device, self._devices))

    def _register(self, data: Data, _asked: Asked) -> None:
        """A device that is listed already is left as it is, which counts as done (use-case tables)."""
        match data:
            case Group(_, (Octets(_, eui), _, _, Number(_, kind))) if len(eui) == len(self._eui):
                self._enter(Eui(eui), kind)
            case _:
                raise AccessRefused(OTHER_REASON)

    def _enter(self, device: Eui, kind: int) -> None:
        if device not in self._devices and len(self._devices) >= _LOG_ENTRIES:
            raise AccessRefused(OTHER_REASON)
        self._devices.setdefault(device, kind)

    def _unregister(self, data: Data, _asked: Asked) -> None:
        match data:
            case Octets(_, eui) if len(eui) == len(self._eui) and Eui(eui) in self._devices:
                self._former[Eui(eui)] = self._devices.pop(Eui(eui))
            case _:
                raise AccessRefused(OTHER_REASON)

    def _back_up(self, devices: Mapping[Eui, int], asked: Asked) -> Data:
        entries = (axdr.structure(axdr.octet_string(one), axdr.octet_string(_NO_KEY_YET)) for one in devices)
        now = axdr.octet_string(cosem_date_time(asked.now))
        return axdr.structure(now, axdr.octet_string(_PAN), axdr.array(*entries))

    def _restore(self, data: Data, _asked: Asked) -> None:
        match data:
            case Group(_, (_, Group(_, entries))):
                for entry in entries:
                    match entry:
                        case Group(_, (Octets(_, eui), _)) if len(eui) == len(self._eui):
                            self._enter(Eui(eui), 0)


def _device(eui: Eui) -> Data:
    """An entry: signal strengths and qualities, the last communication, hops and counts are not measured here."""
    strengths = (Number(axdr.INTEGER, 0),) * 3
    qualities = (Number(axdr.UNSIGNED, 0),) * 3
    counts = (Number(axdr.UNSIGNED, 0),) * 5
    return axdr.structure(
        axdr.octet_string(eui), _JOINED, *strengths, *qualities, axdr.octet_string(b"\xff" * 12), *counts
    )
