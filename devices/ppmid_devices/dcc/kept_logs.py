"""The device logs that the DCC keeps of hubs and their gas proxies, for the hub that takes another's place (SRV 8.12).

A hub backs its log up whenever it changes (CS14), and when it is asked to (CCS07). That either goes to the Access
Control Broker, and holds the whole log, is as RTDS 4.5.0 has it; that what came last is kept is assumed.
"""

from collections.abc import Mapping
from types import MappingProxyType

from ppmid_devices import roles
from ppmid_devices.meter.trust import DEVICE_TYPES
from ppmid_protocols.errors import Malformed
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import dlms
from ppmid_protocols.gbcs.axdr import Data, Group, Octets
from ppmid_protocols.gbcs.message import Cra, Message
from ppmid_protocols.transforms import HubBackUp

CHANGED = 0x0018
"""Message Code of CS14: the log has changed."""
_READ = 0x00FE  # CCS07


class KeptLogs:
    """``devices``: the home's by their roles. Of a gas proxy the DCC keeps what the home was commissioned with
    (assumed): its gas meter.
    """

    def __init__(self, devices: Mapping[Eui, str]) -> None:
        meters = {eui: DEVICE_TYPES[role] for eui, role in devices.items() if role == roles.GSME}
        self.gas_proxies: Mapping[Eui, Mapping[Eui, int]] = MappingProxyType(
            {eui: meters for eui, role in devices.items() if role == roles.GPF}
        )
        self._hubs: dict[Eui, HubBackUp] = {}

    @property
    def hubs(self) -> Mapping[Eui, HubBackUp]:
        """The last back up of each hub, by its CHF."""
        return dict(self._hubs)

    def take(self, message: Message) -> None:
        """Keep the back up in a message of a hub whose MAC has been verified; nothing of any other.

        Raises Malformed where it holds none.
        """
        if (message.message_code, message.cra) not in ((CHANGED, Cra.ALERT), (_READ, Cra.RESPONSE)):
            return
        match dlms.decode(message.payload):
            case dlms.DataNotification(body=Group(items=(_, _, data))):
                self._hubs[message.originator] = _back_up(data)
            case dlms.AccessResponse(data=(data, *_), results=(dlms.AccessResult(result=0), *_)):
                self._hubs[message.originator] = _back_up(data)
            case dlms.AccessResponse():
                return  # it was refused
            case _:
                raise Malformed("back up", "expected a Data-Notification or an Access-Response")


def _back_up(data: Data) -> HubBackUp:
    match data:
        case Group(items=(_, Octets(value=pan), Group(items=entries))):
            return HubBackUp(pan, dict(map(_entry, entries)))
    raise Malformed("back up", "expected a time, a PAN identifier and the devices")


def _entry(data: Data) -> tuple[Eui, bytes]:
    match data:
        case Group(items=(Octets(value=device), Octets(value=key))):
            return Eui(device), key
    raise Malformed("back up", "expected a device and the hash of its link key")
