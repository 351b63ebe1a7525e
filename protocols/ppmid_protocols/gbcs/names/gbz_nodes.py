"""A GBZ payload as named nodes (GBCS 7.2.8-7.2.10)."""

from collections.abc import Iterator, Sequence

from ppmid_protocols.errors import Malformed
from ppmid_protocols.gbcs import gbz
from ppmid_protocols.gbcs.names.data_nodes import sealed_leaves
from ppmid_protocols.gbcs.names.kinds import SECRET_KINDS, words
from ppmid_protocols.gbcs.names.tables import cluster_name, zcl_attribute, zcl_command
from ppmid_protocols.gbcs.names.zcl_fields import (
    ATTRIBUTE_TYPES,
    LIST,
    REST,
    Field,
    encode_fields,
    field_octets,
    read_fields,
    read_value,
)
from ppmid_protocols.gbcs.tree import Node, Walk

_CLUSTER_SPECIFIC, _TO_CLIENT = 0x01, 0x08
_GENERAL = {
    gbz.READ_ATTRIBUTES: "read attributes",
    gbz.READ_ATTRIBUTES_RESPONSE: "read attributes response",
    gbz.DEFAULT_RESPONSE: "default response",
}
_FUTURE_DATED = (0x8F66, 0x8F67)
_COMMAND_DONE_OCTETS = 15
_SUCCESS = 0


class GbzNodes:
    """Cuts one GBZ payload. ``plain``: the opened sealed parts in their order, None for one that was not opened."""

    def __init__(self, walk: Walk, plain: Iterator[bytes | None]) -> None:
        self._walk, self._plain = walk, plain

    def nodes(self, components: Sequence[gbz.Component], alert: gbz.Alert | None) -> list[Node]:
        """The nodes of the payload that the walk stands at."""
        count = len(components) if alert is None else alert.count
        nodes = [self._walk.leaf(2, "profile", "ZigBee Smart Energy"), self._walk.leaf(1, "components", "number", count)]
        if alert is not None:
            nodes.append(self._walk.leaf(2, "alert code", words("alert", alert.code), f"{alert.code:04X}"))
            nodes.append(self._walk.leaf(4, "alert time", words("utc", alert.time), alert.time))
        nodes += [self._component(number, one) for number, one in enumerate(components)]
        if alert is not None and not components and alert.extra:
            nodes.append(self._further(alert))
        return nodes

    def _further(self, alert: gbz.Alert) -> Node:
        """What an Alert adds; after a future-dated Command, which command of it was carried out or not."""
        size = len(alert.extra)
        if alert.code not in _FUTURE_DATED or size != _COMMAND_DONE_OCTETS:
            return self._walk.leaf(size, "further octets")
        code, cluster = (int.from_bytes(alert.extra[at : at + 2], "big") for at in (1, 11))
        children = [
            self._walk.leaf(1, "length", "octets", alert.extra[0]),
            self._walk.leaf(2, "Message Code", words("message code", code), code),
            self._walk.leaf(8, "Originator Counter", "", int.from_bytes(alert.extra[3:11], "big")),
            self._walk.leaf(2, "cluster", cluster_name(cluster), f"{cluster:04X}"),
            self._walk.leaf(1, "frame control", _directed(alert.extra[13])),
            self._walk.leaf(1, "command", _command_name(cluster, alert.extra[13], alert.extra[14]), alert.extra[14]),
        ]
        return self._walk.branch("Command", children)

    def _component(self, number: int, one: gbz.Component) -> Node:
        walk = self._walk
        control = walk.octets[walk.at]
        name = _command_name(one.cluster, one.frame_control, one.command)
        length = int.from_bytes(walk.octets[walk.at + 3 : walk.at + 5], "big")
        children = [
            walk.leaf(1, "control", _controlled(control)),
            walk.leaf(2, "cluster", cluster_name(one.cluster), f"{one.cluster:04X}"),
            walk.leaf(2, "length", "octets", length),
        ]
        if one.from_date_time is not None:
            children.append(walk.leaf(4, "from date-time", words("utc", one.from_date_time), one.from_date_time))
        if one.frame_counter is not None:
            children.append(walk.leaf(1, "additional header control"))
            children.append(walk.leaf(1, "frame counter", "", one.frame_counter))
        children.append(walk.leaf(1, "frame control", _directed(one.frame_control)))
        children.append(walk.leaf(1, "sequence", "", one.sequence))
        children.append(walk.leaf(1, "command", name, f"{one.command:02X}"))
        children += self._sealed(one) if one.encrypted else body_nodes(walk, one, one.body)
        return walk.branch(f"component {number}", children, f"{cluster_name(one.cluster)}: {name}")

    def _sealed(self, one: gbz.Component) -> list[Node]:
        walk, plain = self._walk, next(self._plain, None)
        length = walk.leaf(2, "sealed length", "octets", len(one.body))
        children = sealed_leaves(walk, len(one.body))
        sealed = walk.branch("sealed", children, "ZCL payload")
        if plain is None:
            return [length, sealed]
        inside = tuple(body_nodes(Walk(bytes(plain)), one, bytes(plain)))
        return [length, Node("sealed", sealed.offset, sealed.octets, sealed.meaning, None, "opened", False,
                             sealed.children, inside)]  # fmt: skip


def body_nodes(walk: Walk, one: gbz.Component, body: bytes) -> list[Node]:
    """The nodes of a command's payload ``body``, at which the walk stands."""
    if one.frame_control & _CLUSTER_SPECIFIC:
        command = zcl_command(one.cluster, one.frame_control, one.command)
        fields = read_fields(command.fields if command else (), body)
    else:
        fields = general_fields(one.cluster, one.frame_control, one.command, body)
    return [_node(walk, field) for field in fields]


def general_fields(cluster: int, frame_control: int, command: int, body: bytes) -> tuple[Field, ...]:
    """The fields of a general command's payload: attributes by their names. What cannot be read is kept as ``rest``."""
    fields: list[Field] = []
    at = 0
    try:
        while at < len(body):
            if command == gbz.READ_ATTRIBUTES:
                one, at = _attribute_id(cluster, body, at)
                fields.append(one)
            elif command == gbz.READ_ATTRIBUTES_RESPONSE:
                record, at = _record(cluster, body, at)
                fields += record
            elif command == gbz.DEFAULT_RESPONSE and at == 0:
                answered, at = read_value("u8", body, at, "command answered", "")
                status, at = read_value("e8", body, at, "status", "status")
                # A Default Response goes the way back: the command that it answers went the other way.
                name = _command_name(cluster, frame_control ^ _TO_CLIENT | _CLUSTER_SPECIFIC, int(answered.value))  # type: ignore[arg-type]
                fields += [Field(f"command answered: {name}" if name else answered.name, "u8", answered.value), status]
            else:
                break
    except Malformed:
        pass  # the rest of the body is kept as it came
    done = len(encode_fields(fields))
    return tuple(fields) if done == len(body) else (*fields, Field("further octets", REST, body[done:]))


def _attribute_id(cluster: int, body: bytes, at: int) -> tuple[Field, int]:
    one, after = read_value("u16", body, at, "attribute", "hex")
    name = zcl_attribute(cluster, one.value).name if isinstance(one.value, int) else ""
    return Field(name or "attribute", one.type, one.value, one.kind), after


def _record(cluster: int, body: bytes, at: int) -> tuple[list[Field], int]:
    """One record of a Read Attributes Response: attribute, status and, on success, type and value."""
    identifier, at = _attribute_id(cluster, body, at)
    status, at = read_value("e8", body, at, "status", "status")
    if status.value != _SUCCESS:
        return [identifier, status], at
    type_, at = read_value("e8", body, at, "type", "hex")
    known = ATTRIBUTE_TYPES.get(type_.value) if isinstance(type_.value, int) else None
    if known is None:
        raise Malformed("attribute type", f"expected a type of this project's attributes, found {body[at - 1]:02X}", at - 1)
    kind = zcl_attribute(cluster, identifier.value).kind if isinstance(identifier.value, int) else ""
    value, at = read_value(known, body, at, f"value of {identifier.name}", kind)
    return [identifier, status, type_, value], at


def _node(walk: Walk, one: Field) -> Node:
    secret = one.kind in SECRET_KINDS
    match one.value:
        case int(number):
            return walk.leaf(field_octets(one), one.name, _join(one.type, words(one.kind, number)), number, secret=secret)
        case bytes(octets):
            if one.type == REST:
                return walk.leaf(len(octets), one.name)
            text = words(one.kind or "text" * (one.type == "chars"), octets[1:])
            digits = octets[1:].decode("latin-1") if one.kind == "utrn" else None
            return walk.leaf(len(octets), one.name, _join(one.type, text), digits, secret=secret)
        case elements:
            children = [
                walk.branch(f"[{number}]", [_node(walk, field) for field in element])
                for number, element in enumerate(elements)
            ]
            return walk.branch(one.name, children, LIST, len(elements))


def _command_name(cluster: int, frame_control: int, command: int) -> str:
    if not frame_control & _CLUSTER_SPECIFIC:
        return _GENERAL.get(command, "")
    known = zcl_command(cluster, frame_control, command)
    return known.name if known else ""


def _directed(frame_control: int) -> str:
    scope = "cluster command" if frame_control & _CLUSTER_SPECIFIC else "general command"
    return f"{scope}, to the {'client' if frame_control & _TO_CLIENT else 'server'}"


def _controlled(control: int) -> str:
    names = ((0x01, "last"), (0x02, "sealed"), (0x10, "with from date-time"))
    return ", ".join(name for bit, name in names if control & bit) or "none set"


def _join(type_: str, text: str) -> str:
    return f"{type_}, {text}" if text else type_
