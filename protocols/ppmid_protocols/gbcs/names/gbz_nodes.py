"""A GBZ payload as named nodes (GBCS 7.2.8-7.2.10)."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ppmid_protocols.gbcs import gbz
from ppmid_protocols.gbcs.names.alert_parts import GBZ_PARTS, part_nodes, parts_of
from ppmid_protocols.gbcs.names.data_nodes import sealed_leaves
from ppmid_protocols.gbcs.names.kinds import SECRET_KINDS, typed, words
from ppmid_protocols.gbcs.names.tables import cluster_name, zcl_command
from ppmid_protocols.gbcs.names.zcl_fields import LIST, REST, Field, field_octets, read_fields
from ppmid_protocols.gbcs.names.zcl_general import CLUSTER_SPECIFIC, TO_CLIENT, command_name, general_fields
from ppmid_protocols.gbcs.tree import Node, Walk


class GbzNodes:
    """Cuts one GBZ payload. ``plain``: the opened sealed parts in their order, None for one that was not opened."""

    def __init__(self, walk: Walk, plain: Iterator[bytes | None]) -> None:
        self._walk, self._plain = walk, plain

    def nodes(self, components: Sequence[gbz.Component], alert: gbz.Alert | None) -> list[Node]:
        """The nodes of the payload that the walk stands at."""
        count = len(components) if alert is None else alert.count
        nodes = [self._walk.leaf(2, "profile", "ZigBee Smart Energy"), self._walk.leaf(1, "components", value=count)]
        if alert is not None:
            nodes.append(self._walk.leaf(2, "alert code", words("alert", alert.code), f"{alert.code:04X}"))
            nodes.append(self._walk.leaf(4, "alert time", words("utc", alert.time), alert.time))
        nodes += [self._component(number, one) for number, one in enumerate(components)]
        if alert is not None and not components and alert.extra:
            nodes.append(self._further(alert))
        return nodes

    def _further(self, alert: gbz.Alert) -> Node:
        parts = parts_of(GBZ_PARTS, alert.code, len(alert.extra))
        if not parts:
            return self._walk.leaf(len(alert.extra), "further octets")
        return self._walk.branch("further", list(part_nodes(self._walk, parts)))

    def _component(self, number: int, one: gbz.Component) -> Node:
        walk = self._walk
        control = walk.octets[walk.at]
        name = command_name(one.cluster, one.frame_control, one.command)
        length = int.from_bytes(walk.octets[walk.at + 3 : walk.at + 5], "big")
        children = [
            walk.leaf(1, "control", _controlled(control)),
            walk.leaf(2, "cluster", cluster_name(one.cluster), f"{one.cluster:04X}"),
            walk.leaf(2, "length", value=length),
        ]
        if one.from_date_time is not None:
            children.append(walk.leaf(4, "from date-time", words("utc", one.from_date_time), one.from_date_time))
        if one.frame_counter is not None:
            children.append(walk.leaf(1, "additional header control"))
            children.append(walk.leaf(1, "frame counter", value=one.frame_counter))
        children.append(walk.leaf(1, "frame control", _directed(one.frame_control)))
        children.append(walk.leaf(1, "sequence", value=one.sequence))
        children.append(walk.leaf(1, "command", name, f"{one.command:02X}"))
        children += self._sealed(one) if one.encrypted else body_nodes(walk, one, one.body)
        meaning = ": ".join(filter(None, (cluster_name(one.cluster), name)))
        return walk.branch(f"component {number}", children, meaning)

    def _sealed(self, one: gbz.Component) -> list[Node]:
        walk, plain = self._walk, next(self._plain, None)
        length = walk.leaf(2, "sealed length", value=len(one.body))
        sealed = walk.branch("sealed", sealed_leaves(walk, len(one.body)), "ZCL payload")
        if plain is None:
            return [length, sealed]
        inside = tuple(body_nodes(Walk(bytes(plain)), one, bytes(plain)))
        return [length, replace(sealed, check="opened", plain=inside)]


def body_nodes(walk: Walk, one: gbz.Component, body: bytes) -> list[Node]:
    """The nodes of a command's payload ``body``, at which the walk stands."""
    if one.frame_control & CLUSTER_SPECIFIC:
        command = zcl_command(one.cluster, one.frame_control, one.command)
        fields = read_fields(command.fields if command else (), body)
    else:
        fields = general_fields(one.cluster, one.frame_control, one.command, body)
    return [_node(walk, field) for field in fields]


def _node(walk: Walk, one: Field) -> Node:
    secret = one.kind in SECRET_KINDS
    match one.value:
        case int(number):
            meaning = typed(one.type, words(one.kind, number))
            return walk.leaf(field_octets(one), one.name, meaning, number, secret=secret)
        case bytes(octets):
            if one.type == REST:
                return walk.leaf(len(octets), one.name)
            text = words(one.kind or "text" * (one.type == "chars"), octets[1:])
            digits = octets[1:].decode("latin-1") if one.kind == "utrn" else None
            return walk.leaf(len(octets), one.name, typed(one.type, text), digits, secret=secret)
        case elements:
            children = [
                walk.branch(f"[{number}]", [_node(walk, field) for field in element])
                for number, element in enumerate(elements)
            ]
            return walk.branch(one.name, children, LIST, len(elements))


def _directed(frame_control: int) -> str:
    scope = "cluster command" if frame_control & CLUSTER_SPECIFIC else "general command"
    return f"{scope}, to the {'client' if frame_control & TO_CLIENT else 'server'}"


def _controlled(control: int) -> str:
    names = ((0x01, "last"), (0x02, "sealed"), (0x10, "with from date-time"))
    return ", ".join(name for bit, name in names if control & bit) or "none set"
