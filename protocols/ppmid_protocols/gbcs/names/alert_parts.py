"""What Alerts add to their code and time as plain octets, big endian (RTDS 4.5.0).

Alerts that are not here, or whose octets have another length, keep them as they came.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ppmid_protocols.gbcs.names.kinds import OCTET_KINDS, words
from ppmid_protocols.gbcs.names.tables import cluster_name
from ppmid_protocols.gbcs.names.zcl_general import command_name
from ppmid_protocols.gbcs.tree import Node, Walk


class Part(NamedTuple):
    """Octets of an Alert: how many, their name, and the kind of what they say."""

    size: int
    name: str
    kind: str = ""


_COMMAND = (Part(2, "Message Code", "message code"), Part(8, "Originator Counter"))
_ATTRIBUTE = (Part(2, "class"), Part(6, "object", "obis"), Part(1, "attribute"))
_CLUSTER_COMMAND = (Part(2, "cluster"), Part(1, "frame control", "hex"), Part(1, "command", "hex"))
_IMAGE_HASH = Part(32, "image hash", "octets")

DLMS_PARTS: Mapping[int, tuple[Part, ...]] = {
    0x8F66: (*_COMMAND, *_ATTRIBUTE),
    0x8F67: (*_COMMAND, *_ATTRIBUTE),
    0x8F85: _COMMAND,
    0x8F2C: (
        Part(8, "originator", "eui"),
        Part(8, "target", "eui"),
        Part(1, "CRA flag"),
        Part(8, "Originator Counter"),
    ),
    0x8F72: (_IMAGE_HASH,),
}
"""What an octet-string in the body of a Data-Notification holds, by alert code."""

GBZ_PARTS: Mapping[int, tuple[Part, ...]] = {
    0x8F66: (Part(1, "length"), *_COMMAND, *_CLUSTER_COMMAND),
    0x8F67: (Part(1, "length"), *_COMMAND, *_CLUSTER_COMMAND),
    0x8F72: (Part(2, "tag and length", "octets"), _IMAGE_HASH),
}
"""What follows the time of a GBZ Alert, by alert code."""


def parts_of(table: Mapping[int, tuple[Part, ...]], code: int, size: int) -> tuple[Part, ...]:
    """The parts that an Alert adds; none where they are not known or are not ``size`` octets."""
    parts = table.get(code, ())
    return parts if sum(part.size for part in parts) == size else ()


def part_nodes(walk: Walk, parts: tuple[Part, ...]) -> Iterator[Node]:
    """A leaf for each part, from where the walk stands."""
    cluster = frame_control = 0
    for size, name, kind in parts:
        octets = walk.octets[walk.at : walk.at + size]
        number = int.from_bytes(octets, "big")
        if kind == "octets" or kind in OCTET_KINDS:
            yield walk.leaf(size, name, words(kind, octets))
            continue
        meaning = words(kind, number)
        if name == "cluster":
            cluster, meaning = number, cluster_name(number)
        elif name == "frame control":
            frame_control = number
        elif name == "command":
            meaning = command_name(cluster, frame_control, number)
        yield walk.leaf(size, name, meaning, number)
