"""The log of the last top-ups in a meter's Response: ECS20d and GCS15e (SRV 4.4.5; checked against RTDS 4.5.0)."""

from collections.abc import Iterator
from dataclasses import dataclass

from ppmid_protocols.errors import Malformed, Unsupported
from ppmid_protocols.gbcs import axdr, dlms
from ppmid_protocols.gbcs.message import Cra, Message
from ppmid_protocols.gbcs.names.tables import zcl_command
from ppmid_protocols.gbcs.names.zcl_fields import Field, read_fields
from ppmid_protocols.gbcs.names.zcl_general import CLUSTER_SPECIFIC
from ppmid_protocols.gbcs.payload import GbzPayload, read_payload
from ppmid_protocols.secret import Secret

ECS20D, GCS15E = 0x00C9, 0x00C5

_PUBLISH_TOP_UP_LOG = (0x0705, 0x05)


@dataclass(frozen=True, slots=True)
class Credit:
    """One entry: when (UTC seconds since 2000-01-01), how much (millipence), and by which UTRN.

    The electricity meter's log does not tell the UTRN: None.
    """

    at: int
    amount: int
    digits: Secret | None = None


def read_credit_log(response: Message) -> tuple[Credit, ...]:
    """The entries in a Response, in its order; none where the meter has none, or has refused.

    Raises Malformed, and Unsupported for another use case.
    """
    if response.cra is not Cra.RESPONSE or response.message_code not in (ECS20D, GCS15E):
        raise Unsupported(f"Message Code {response.message_code:04X}: no Response with a log of top-ups")
    match read_payload(response):
        case dlms.AccessResponse(data=(data,)):
            return tuple(_entries(data))
        case GbzPayload(components=components):
            published = (one for one in components if one.frame_control & CLUSTER_SPECIFIC)
            return tuple(credit for one in published for credit in _published(one.cluster, one.command, one.body))
    raise Malformed("Response", "expected one item of data, or ZCL components")


def _entries(data: axdr.Data) -> Iterator[Credit]:
    """The rows of a profile's buffer: date-time and amount."""
    if data == dlms.NULL:
        return
    if not isinstance(data, axdr.CompactArray | axdr.Group):
        raise Malformed("log of top-ups", f"expected an array, found {type(data).__name__}")
    for item in data.items:
        match item:
            case axdr.Group(items=(axdr.Number(value=at), axdr.Number(value=amount))):
                yield Credit(at, amount)
            case _:
                raise Malformed("log of top-ups", "expected rows of two numbers")


def _published(cluster: int, command: int, body: bytes) -> Iterator[Credit]:
    known = zcl_command(cluster, 0x09, command)
    if (cluster, command) != _PUBLISH_TOP_UP_LOG or known is None:
        raise Malformed("log of top-ups", f"expected Publish Top Up Log, found {cluster:04X} command {command:02X}")
    for field in read_fields(known.fields, body):
        if isinstance(field.value, tuple):
            yield from (_credit(entry) for entry in field.value)


def _credit(entry: tuple[Field, ...]) -> Credit:
    match [one.value for one in entry]:
        case [bytes(code), int(amount), int(at)]:
            return Credit(at, amount, Secret(code[1:]))  # after its length
    raise Malformed("log of top-ups", "expected entries of code, amount and time")
