"""The two devices inside a hub that execute Commands: its Communications Hub Function and its Gas Proxy Function.

Each has an identifier, keys and trust anchors of its own (GBCS 12), and no account. A gas proxy has what Commands
publish to it and what its gas meter reports; of the rest of the GSME it knows nothing.
"""

from abc import abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ppmid_devices import roles
from ppmid_devices.credentials import Credentials, Directory, Held
from ppmid_devices.hub.channel_choice import ChannelBook
from ppmid_devices.hub.log_book import LogBook
from ppmid_devices.meter import functions
from ppmid_devices.meter.commanded import CommandedDevice
from ppmid_devices.meter.cosem.chf import ChfObjects
from ppmid_devices.meter.documents import Documents
from ppmid_devices.meter.firmware import Firmware
from ppmid_devices.meter.functions import Functions
from ppmid_devices.meter.log_codes import LogCode
from ppmid_devices.meter.settings import MeterSettings
from ppmid_devices.meter.trust import Parties, parties_of
from ppmid_devices.meter.zcl.attributes import AttributeId, attributes
from ppmid_devices.meter.zcl.dating import Dating
from ppmid_devices.ports import Clock
from ppmid_protocols.eui import Eui
from ppmid_protocols.zigbee.zcl import ReportAttributes

Send = Callable[[Eui, bytes], None]
"""Takes what a function has to say: whose message it is, and its octets."""


class HubFunction(CommandedDevice):
    """A function of a hub. It loses power with the hub."""

    def __init__(
        self, clock: Clock, credentials: Credentials, directory: Directory, parties: Parties, settings: MeterSettings
    ) -> None:
        super().__init__(clock, credentials, directory, parties, settings)
        self.noted: list[LogCode] = []
        firmware = Firmware(settings.firmware)
        self._become(self._made_functions(Documents(self._keys, self._anchors, firmware, self, None)))

    @abstractmethod
    def _made_functions(self, documents: Documents) -> Functions:
        """What it can be asked."""

    def note(self, code: LogCode) -> None:
        """Write a code to its log, which Commands do not read here."""
        self.noted.append(code)

    def power(self, on: bool) -> None:
        """Lose power, or have it back: what it was about to say is lost."""
        self._powered, self._life = on, self._life + 1


class Chf(HubFunction):
    """The Communications Hub Function."""

    kind = "chf"

    def _made_functions(self, documents: Documents) -> Functions:
        self.log_book = LogBook(self._parties.devices)
        self.channels = ChannelBook()
        objects = ChfObjects(self.eui, self.log_book, self.channels)
        views, methods = objects.views, objects.methods
        store = functions.object_store("chf", views, methods, self._clock, self._announce)
        return Functions(functions.codes(self.kind), documents, objects=store)


class Gpf(HubFunction):
    """The Gas Proxy Function."""

    kind = "gpf"

    def _made_functions(self, documents: Documents) -> Functions:
        self._clusters = functions.mirror(Dating(self._clock, self._announce))
        return Functions(functions.codes(self.kind), documents, clusters=self._clusters)

    def mirror(self, cluster: int, report: ReportAttributes) -> None:
        """Hold what the gas meter has reported of itself on the HAN, where there is a place for it.

        What was not reported is answered as a register is before anything is written to it (assumed).
        """
        for attribute, typed in report.reports:
            where = AttributeId(cluster, attribute)
            if where in attributes() and isinstance(typed.value, int):
                self._clusters.put(where, typed.value)


class _SendingChf(Chf):
    send: Send

    def transmit(self, message: bytes) -> None:
        self.send(self.eui, message)


class _SendingGpf(Gpf):
    send: Send

    def transmit(self, message: bytes) -> None:
        self.send(self.eui, message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Others:
    """Those outside the hub that its functions know. ``devices``: of the home, by their roles."""

    supplier: Eui
    broker: Eui
    devices: Mapping[Eui, str]


class HubFunctions:
    """Both functions of one hub; of ``settings`` they heed those about Commands, as a meter of ours does (assumed).

    ``send`` takes their Responses and Alerts, as those of any device.
    """

    def __init__(self, clock: Clock, chf: Held, gpf: Held, others: Others, settings: MeterSettings, send: Send) -> None:
        inside = {chf.credentials.eui: roles.HUB, gpf.credentials.eui: roles.GPF}

        def parties(eui: Eui) -> Parties:
            return parties_of(eui, others.supplier, others.broker, {**others.devices, **inside})

        self.chf = _SendingChf(clock, chf.credentials, chf.directory, parties(chf.credentials.eui), settings)
        self.gpf = _SendingGpf(clock, gpf.credentials, gpf.directory, parties(gpf.credentials.eui), settings)
        self.chf.send = self.gpf.send = send
        self._by_eui: Mapping[Eui, HubFunction] = {one.eui: one for one in (self.chf, self.gpf)}

    @property
    def euis(self) -> frozenset[Eui]:
        """Who they are."""
        return frozenset(self._by_eui)

    def power(self, on: bool) -> None:
        """Lose power, or have it back."""
        for one in self._by_eui.values():
            one.power(on)

    def take(self, target: Eui, octets: bytes) -> bool:
        """Let the function that a message is for hear it; false when it is for neither."""
        function = self._by_eui.get(target)
        if function is None:
            return False
        function.hear(octets)
        return True
