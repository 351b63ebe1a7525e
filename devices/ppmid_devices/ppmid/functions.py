"""A PPMID as a device that executes Commands: it joins and parts, shows its credentials, tells its firmware."""

from collections.abc import Callable, Container

from cryptography.hazmat.primitives.asymmetric import ec

from ppmid_devices import firmware_alerts
from ppmid_devices.credentials import Credentials, Directory, Held
from ppmid_devices.meter import functions
from ppmid_devices.meter.commanded import CommandedDevice
from ppmid_devices.meter.documents import DeviceLog, Documents
from ppmid_devices.meter.firmware import Firmware
from ppmid_devices.meter.functions import Functions
from ppmid_devices.meter.log_codes import LogCode
from ppmid_devices.meter.settings import MeterSettings
from ppmid_devices.meter.trust import Parties
from ppmid_devices.ports import Clock
from ppmid_protocols.eui import Eui


class PpmidFunction(CommandedDevice):
    """It is commanded by the Access Control Broker alone: a PPMID holds no Supplier's certificate."""

    kind = "ppmid"

    def __init__(
        self, clock: Clock, credentials: Credentials, directory: Directory, parties: Parties, settings: MeterSettings
    ) -> None:
        super().__init__(clock, credentials, directory, parties, settings)
        self.noted: list[LogCode] = []
        self._log: DeviceLog | None = None
        self.run(settings.firmware)

    def run(self, firmware: int) -> None:
        """Tell this version when asked (CS08). What it is joined with outlives a change of firmware."""
        documents = Documents(self._keys, self._anchors, Firmware(firmware), self, None)
        documents.log = self._log = self._log or documents.log
        self._become(Functions(functions.codes(self.kind), documents))

    def tell_activation(self, firmware: int) -> None:
        """Send CS09 to the Access Control Broker: this version is active now."""
        payload, counter = firmware_alerts.activation(firmware, self._clock.now()), self.next_counter()
        self.transmit(self._sealer.alert_of(firmware_alerts.ACTIVATED, self._parties.broker, payload, counter))

    @property
    def joined(self) -> Container[Eui]:
        """The devices that it is joined with (CS03), and has not been parted from since (CS04)."""
        return self.functions.documents.log.devices

    def peer_key(self, device: Eui) -> ec.EllipticCurvePublicKey:
        """The key agreement key of a device that it was joined with. Raises NotAuthentic."""
        return self._anchors.agreement_key(device)

    def note(self, code: LogCode) -> None:
        """Write a code to its log, which Commands do not read here."""
        self.noted.append(code)

    def power(self, on: bool) -> None:
        """Lose power, or have it back: what it was about to say is lost."""
        self._powered, self._life = on, self._life + 1


class OwnFunction(PpmidFunction):
    """That of one PPMID, which takes its messages by ``send``."""

    def __init__(
        self, clock: Clock, held: Held, parties: Parties, firmware: int, send: Callable[[bytes], None]
    ) -> None:
        super().__init__(clock, held.credentials, held.directory, parties, MeterSettings(firmware=firmware))
        self._send = send

    def transmit(self, message: bytes) -> None:
        self._send(message)
