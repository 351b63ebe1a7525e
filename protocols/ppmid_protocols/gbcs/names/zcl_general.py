"""The general ZCL commands of GBZ payloads as named fields: Read Attributes, its Response, Default Response."""

from collections.abc import Callable, Iterator, Mapping

from ppmid_protocols.errors import Malformed
from ppmid_protocols.gbcs import gbz
from ppmid_protocols.gbcs.ber import take
from ppmid_protocols.gbcs.names.notation import Item
from ppmid_protocols.gbcs.names.tables import zcl_attribute, zcl_command
from ppmid_protocols.gbcs.names.zcl_fields import ATTRIBUTE_TYPES, Field, read_value, with_rest

CLUSTER_SPECIFIC, TO_CLIENT = 0x01, 0x08
"""Bits of a frame control: a command of the cluster's own, and its direction."""

GENERAL_NAMES: Mapping[int, str] = {
    gbz.READ_ATTRIBUTES: "read attributes",
    gbz.READ_ATTRIBUTES_RESPONSE: "read attributes response",
    gbz.DEFAULT_RESPONSE: "default response",
}
_SUCCESS = 0


def command_name(cluster: int, frame_control: int, command: int) -> str:
    """The name of a command, general or the cluster's own; empty where the tables lack it."""
    if not frame_control & CLUSTER_SPECIFIC:
        return GENERAL_NAMES.get(command, "")
    known = zcl_command(cluster, frame_control, command)
    return known.name if known else ""


def general_fields(cluster: int, frame_control: int, command: int, body: bytes) -> tuple[Field, ...]:
    """The fields of a general command's payload. What cannot be read is one last field of the type ``rest``."""
    fields: list[Field] = []
    read = _READERS.get(command)
    try:
        for group in read(cluster, frame_control, body) if read else ():
            fields += group
    except Malformed:
        pass  # what is left does not have the layout: it is kept as it came
    return with_rest(fields, body)


def _read_attributes(cluster: int, _: int, body: bytes) -> Iterator[tuple[Field, ...]]:
    for at in range(0, len(body), 2):
        yield (_attribute(cluster, body, at),)


def _attribute(cluster: int, body: bytes, at: int) -> Field:
    number = int.from_bytes(take(body, at, 2, "attribute"), "little")
    return Field(zcl_attribute(cluster, number).name or "attribute", "u16", number, "hex")


def _read_response(cluster: int, _: int, body: bytes) -> Iterator[tuple[Field, ...]]:
    """Records of attribute, status and, on success, type and value."""
    at = 0
    while at < len(body):
        attribute, status = _attribute(cluster, body, at), take(body, at + 2, 1, "status")[0]
        head = (attribute, Field("status", "e8", status, "status"))
        at += 3
        if status != _SUCCESS:
            yield head
            continue
        number = take(body, at, 1, "type")[0]
        if number not in ATTRIBUTE_TYPES:
            raise Malformed("attribute type", f"expected a type of this project's attributes, found {number:02X}", at)
        kind = zcl_attribute(cluster, int.from_bytes(body[at - 3 : at - 1], "little")).kind
        value, at = read_value(Item(f"value of {attribute.name}", ATTRIBUTE_TYPES[number], kind), body, at + 1)
        yield (*head, Field("type", "e8", number, "hex"), value)


def _default_response(cluster: int, frame_control: int, body: bytes) -> Iterator[tuple[Field, ...]]:
    """The command answered, which came the other way, and its status."""
    answered, status = take(body, 0, 2, "default response")
    name = command_name(cluster, frame_control ^ TO_CLIENT | CLUSTER_SPECIFIC, answered)
    title = f"command answered: {name}" if name else "command answered"
    yield Field(title, "u8", answered), Field("status", "e8", status, "status")


_READERS: Mapping[int, Callable[[int, int, bytes], Iterator[tuple[Field, ...]]]] = {
    gbz.READ_ATTRIBUTES: _read_attributes,
    gbz.READ_ATTRIBUTES_RESPONSE: _read_response,
    gbz.DEFAULT_RESPONSE: _default_response,
}
