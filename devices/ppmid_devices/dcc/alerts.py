"""The alert code that an Alert of a device carries."""

from ppmid_protocols.errors import Malformed
from ppmid_protocols.gbcs import gbz
from ppmid_protocols.gbcs.axdr import LONG_UNSIGNED, Group, Number
from ppmid_protocols.gbcs.dlms import DATA_NOTIFICATION, DataNotification, decode
from ppmid_protocols.gbcs.message import Cra, Message


def alert_code(message: Message) -> int:
    """The code of an Alert: the first item of a Data-Notification's structure, or the head of a GBZ payload.

    Raises Malformed for anything else.
    """
    if message.cra is not Cra.ALERT:
        raise Malformed("CRA flag", f"expected an Alert, found a {message.cra.name.title()}")
    if message.payload[:1] != bytes((DATA_NOTIFICATION,)):
        return gbz.decode_alert(message.payload).code
    match decode(message.payload):
        case DataNotification(body=Group(items=(Number(tag=tag, value=code), *_))) if tag == LONG_UNSIGNED:
            return code
    raise Malformed("Alert", "expected a structure that begins with a long-unsigned code")
