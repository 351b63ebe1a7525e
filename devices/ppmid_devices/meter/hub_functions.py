"""The devices beside meters that execute GBCS Commands: the CHF and GPF of a hub, and a PPMID, without an account."""

from ppmid_devices.credentials import Credentials, Directory
from ppmid_devices.meter import functions
from ppmid_devices.meter.commanded import CommandedDevice
from ppmid_devices.meter.cosem.chf import ChfObjects
from ppmid_devices.meter.documents import Documents
from ppmid_devices.meter.functions import Functions
from ppmid_devices.meter.log_codes import LogCode
from ppmid_devices.meter.settings import MeterSettings
from ppmid_devices.meter.trust import Parties
from ppmid_devices.meter.zcl.dating import Dating
from ppmid_devices.ports import Clock


class HubFunction(CommandedDevice):
    """``kind``: ``chf``, ``gpf`` or ``ppmid``. A GPF has what Commands publish to it, and nothing of the GSME's own."""

    def __init__(
        self, clock: Clock, credentials: Credentials, directory: Directory, parties: Parties, settings: MeterSettings
    ) -> None:
        super().__init__(clock, credentials, directory, parties, settings)
        self.noted: list[LogCode] = []
        self._become(self._made_functions())

    def _made_functions(self) -> Functions:
        firmware = self._settings.firmware.to_bytes(4, "big")
        documents = Documents(self._keys, self._anchors, firmware, self, None)
        codes = functions.codes(self.kind)
        if self.kind == "chf":
            own = ChfObjects(self.eui, self._parties.devices)
            objects = functions.object_store("chf", own.views, own.methods, self._clock, self._announce)
            return Functions(codes, documents, objects=objects)
        if self.kind == "gpf":
            return Functions(codes, documents, clusters=functions.mirror(Dating(self._clock, self._announce)))
        return Functions(codes, documents)

    def note(self, code: LogCode) -> None:
        """Write a code to its log, which Commands do not read here."""
        self.noted.append(code)
