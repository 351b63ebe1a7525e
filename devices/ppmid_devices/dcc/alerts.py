"""What an Alert of a device says: its code; and of a Command kept for later, which of its instructions it is about."""

from collections.abc import Sequence
from dataclasses import dataclass

from ppmid_protocols.duis.answers import CARRIED_OUT, NOT_CARRIED_OUT
from ppmid_protocols.errors import Malformed
from ppmid_protocols.gbcs import asn1, gbz
from ppmid_protocols.gbcs.axdr import LONG_UNSIGNED, Bits, Group, Number, Octets
from ppmid_protocols.gbcs.dlms import ACCESS_REQUEST, DATA_NOTIFICATION, AccessRequest, DataNotification, decode
from ppmid_protocols.gbcs.message import CommandKey, Cra, Message
from ppmid_protocols.zigbee.sub_ghz import Channels

DATED = frozenset({CARRIED_OUT, NOT_CARRIED_OUT})
"""Codes of Alerts that tell what became of a Command which the device kept for later."""

_NOTIFICATION, _SEQUENCE = bytes((DATA_NOTIFICATION,)), b"\x30"
_CHANNEL_CHANGED, _SCAN_ASSESSED = 0x0111, 0x0112  # DBCH07, DBCH08
_COUNTERS = ("originatorCounter", "authorisingCounter")
_CODE_AND_COUNTER = 10  # octets: Message Code and Originator Counter of the Command
_GBZ_LENGTH = 1  # octets, before them


def alert_code(message: Message) -> int:
    """The code of an Alert: the first item of a structure, in DLMS or ASN.1, or the head of a GBZ payload.

    Raises Malformed for anything else.
    """
    if message.cra is not Cra.ALERT:
        raise Malformed("CRA flag", f"expected an Alert, found a {message.cra.name.title()}")
    if message.payload.startswith(_NOTIFICATION):
        return _notified(message)[0]
    if message.payload.startswith(_SEQUENCE):
        return _number(message, ("alertCode",))
    return gbz.decode_alert(message.payload).code


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of which Command an Alert 8F66 or 8F67 tells, and of what in it: empty where that is the whole Command.

    ``what``: class, object and attribute, or cluster, frame control and command.
    """

    command: CommandKey
    what: bytes

    def instruction(self, payload: bytes) -> tuple[int, int]:
        """The place of the instruction in the Command's payload, from 1, and how many it has; (1, 1) for a whole one.

        That these are what DUIS numbers is assumed. Raises Malformed where the Command has no such instruction.
        """
        if not self.what:
            return 1, 1
        named = _instructions(payload)
        for exactly in (True, False):  # the RTDS has alerts whose frame control is not the Command's
            for place, one in enumerate(named, 1):
                if _same(one, self.what, exactly):
                    return place, len(named)
        raise Malformed("Alert", "expected an instruction of the Command that it names")


def outcome_of(alert: Message) -> Outcome:
    """Read an Alert 8F66 or 8F67 (forms: RTDS 4.5.0). Raises Malformed."""
    if alert.payload.startswith(_SEQUENCE):
        return Outcome(CommandKey(alert.target, alert.originator, _number(alert, _COUNTERS)), b"")
    if alert.payload.startswith(_NOTIFICATION):
        extra = _notified(alert)[1]
    else:
        extra = gbz.decode_alert(alert.payload).extra[_GBZ_LENGTH:]
    if len(extra) <= _CODE_AND_COUNTER:
        raise Malformed("Alert", f"expected the Command and what is in it, found {len(extra)} octets")
    counter = int.from_bytes(extra[2:_CODE_AND_COUNTER], "big")
    return Outcome(CommandKey(alert.target, alert.originator, counter), extra[_CODE_AND_COUNTER:])


def scan_assessment(alert: Message) -> int | None:
    """The status in a DBCH08, whether a hub takes a scan up; None of any other Alert. Form: RTDS 4.5.0."""
    if alert.message_code != _SCAN_ASSESSED or not alert.payload.startswith(_NOTIFICATION):
        return None
    match decode(alert.payload):
        case DataNotification(body=Group(items=(_, _, Group(items=(Octets(), Octets(value=status)))))) if status:
            return status[0]
    return None


def channel_told(alert: Message) -> Channels | None:
    """The channel in a DBCH07, where a hub has gone; None of any other Alert. Form: ``hub.channel_desk``."""
    if alert.message_code != _CHANNEL_CHANGED or not alert.payload.startswith(_NOTIFICATION):
        return None
    match decode(alert.payload):
        case DataNotification(body=Group(items=(_, _, Group(items=(Bits(count=32, octets=octets), Octets()))))):
            return Channels.of_octets(octets)
    return None


def _notified(alert: Message) -> tuple[int, bytes]:
    """Code and last octets of a Data-Notification."""
    match decode(alert.payload):
        case DataNotification(body=Group(items=(Number(tag=tag, value=code), *rest))) if tag == LONG_UNSIGNED:
            return code, next((one.value for one in reversed(rest) if isinstance(one, Octets)), b"")
    raise Malformed("Alert", "expected a structure that begins with a long-unsigned code")


def _number(alert: Message, names: Sequence[str]) -> int:
    structure = asn1.structure_of(alert.message_code, alert.cra)
    if structure is not None:
        found = asn1.read(structure, alert.payload)
        for name in names:
            element = found.find(name)
            if element is not None and element.number is not None:
                return element.number
    raise Malformed(
        "Alert", f"expected one of ASN.1 with {' or '.join(names)}, found Message Code {alert.message_code:04X}"
    )


def _instructions(payload: bytes) -> list[bytes]:
    if payload[:1] == bytes((ACCESS_REQUEST,)):
        request = decode(payload)
        assert isinstance(request, AccessRequest)  # by its first octet
        return [one.class_id.to_bytes(2, "big") + one.obis + bytes((one.member,)) for one in request.specifications]
    components = gbz.decode(payload)
    return [one.cluster.to_bytes(2, "big") + bytes((one.frame_control, one.command)) for one in components]


def _same(one: bytes, what: bytes, exactly: bool) -> bool:
    if exactly or len(what) != 4:
        return one == what
    return (one[:2], one[3:]) == (what[:2], what[3:])
