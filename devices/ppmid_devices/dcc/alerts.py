"""The alert code that an Alert of a device carries."""

from ppmid_protocols.errors import Malformed
from ppmid_protocols.gbcs import gbz
from ppmid_protocols.gbcs.axdr import Group, Octets
from ppmid_protocols.gbcs.dlms import DATA_NOTIFICATION, DataNotification, decode
from ppmid_protocols.gbcs.message import Cra, Message

CODE_OCTETS = 2


def alert_code(message: Message) -> int:
    """The code of an Alert: the first item of a Data-Notification's structure, or the head of a GBZ payload.

    Raises Malformed for anything else.
    """
    if message.cra is not Cra.ALERT:
        raise Malformed("CRA flag", f"expected an Alert, found a {message.cra.name.title()}")
    if message.payload[:1] != bytes((DATA_NOTIFICATION,)):
        return gbz.decode_alert(message.payload).code
    match decode(message.payload):
        case DataNotification(body=Group(items=(Octets(value=code), *_))) if len(code) == CODE_OCTETS:
            return int.from_bytes(code, "big")
    raise Malformed("Alert", "expected a structure that begins with a code of two octets")
