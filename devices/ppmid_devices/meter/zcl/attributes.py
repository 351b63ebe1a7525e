"""The attributes of a GSME's clusters, read from ``data/attributes.csv``, and how their values are coded."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from ppmid_devices.meter import tables
from ppmid_protocols.gbcs.names.zcl_fields import ATTRIBUTE_TYPES

Value = int | bytes
"""A number, or the octets of a string."""


class AttributeId(NamedTuple):
    """A cluster and one of its attributes."""

    cluster: int
    attribute: int


def attribute_id(text: str) -> AttributeId:
    """``0705/0001``."""
    cluster, attribute = text.split("/")
    return AttributeId(int(cluster, 16), int(attribute, 16))


@dataclass(frozen=True, slots=True)
class Attribute:
    """``type``: the ZCL number of its type. ``value``: at first."""

    type: int
    value: Value

    def encode(self, value: Value) -> bytes:
        """The value as a Read Attributes Response has it, after its type; a number beyond the type is its nearest."""
        if isinstance(value, bytes):
            return bytes((len(value),)) + value
        name = ATTRIBUTE_TYPES[self.type]
        octets = {"utc": 4}.get(name) or int(name[1:]) // 8
        signed = name[0] == "i"
        lowest, highest = (-(1 << 8 * octets - 1), (1 << 8 * octets - 1) - 1) if signed else (0, (1 << 8 * octets) - 1)
        return min(max(value, lowest), highest).to_bytes(octets, "little", signed=signed)


@cache
def attributes() -> Mapping[AttributeId, Attribute]:
    """Every attribute that a use case reads or that a command sets."""
    return {
        attribute_id(f"{row['cluster']}/{row['attribute']}"): _attribute(int(row["type"], 16), row["value"])
        for row in tables.rows("attributes.csv")
    }


def _attribute(type_: int, text: str) -> Attribute:
    is_string = ATTRIBUTE_TYPES[type_] in ("octets", "chars")
    return Attribute(type_, bytes.fromhex(text) if is_string else int(text or "0"))
