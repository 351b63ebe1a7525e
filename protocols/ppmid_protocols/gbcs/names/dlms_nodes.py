"""A DLMS payload as named nodes (GBCS 7.2.3).

A Response names nothing itself: its answers get the names of the accesses that its use case's Command has, as far as
their number and kinds leave one way to pair them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations

from ppmid_protocols.gbcs import axdr, dlms
from ppmid_protocols.gbcs.ber import length_octets
from ppmid_protocols.gbcs.dlms import Choice, Specification
from ppmid_protocols.gbcs.names.alert_parts import DLMS_PARTS, Part, part_nodes, parts_of
from ppmid_protocols.gbcs.names.data_nodes import DataNodes
from ppmid_protocols.gbcs.names.kinds import words
from ppmid_protocols.gbcs.names.notation import UNNAMED, Item, read_item
from ppmid_protocols.gbcs.names.tables import Access, describe, requests, value_item
from ppmid_protocols.gbcs.tree import Node, Walk

_INVOKE_ID = 4
_PROTECTED_RESULT = read_item(
    "{protection [{type, parameters {transaction, originator(eui), recipient(eui), further,"
    " key {kind, options {cipher, key}}}}], protected data}"
)
_RANGE = read_item("{column {class, object(obis), attribute, data index}, from(utc), to(utc), columns}")


class DlmsNodes:
    """Cuts one DLMS payload. ``plain``: the opened sealed parts in their order, None for one that was not opened."""

    def __init__(self, walk: Walk, message_code: int, invoke_id: int, plain: Iterator[bytes | None]) -> None:
        self._walk, self._invoke_id = walk, invoke_id
        self._accesses = requests(message_code)
        self._data = DataNodes(walk, plain)

    def nodes(self, apdu: dlms.Apdu) -> list[Node]:
        """The nodes of the payload that the walk stands at."""
        match apdu:
            case dlms.AccessRequest(_, specifications, data, date_time):
                return [*self._opening("Access-Request", date_time), *self._request(specifications, data)]
            case dlms.AccessResponse(_, data, results, date_time):
                return [*self._opening("Access-Response", date_time), *self._response(data, results)]
            case dlms.DataNotification(_, body, date_time):
                return [*self._opening("Data-Notification", date_time), self._notification(body)]

    def _opening(self, name: str, date_time: bytes) -> Iterator[Node]:
        walk = self._walk
        yield walk.leaf(1, "APDU", f"DLMS {name}")
        found = int.from_bytes(walk.octets[walk.at : walk.at + _INVOKE_ID], "big")
        check = "repeats" if found == self._invoke_id else "does not repeat"
        yield walk.leaf(_INVOKE_ID, "long-invoke-id", value=f"{found:08X}", check=f"{check} the Originator Counter")
        size = length_octets(len(date_time)) + len(date_time)
        yield walk.leaf(size, "date-time", words("time", date_time) or "none")

    def _count(self, name: str, count: int) -> Node:
        return self._walk.leaf(length_octets(count), name, value=count)

    def _request(self, specifications: Sequence[Specification], data: Sequence[axdr.Data]) -> Iterator[Node]:
        yield self._count("access specifications", len(specifications))
        for number, one in enumerate(specifications):
            yield self._specification(number, one)
        yield self._count("access data", len(data))
        for number, (one, item) in enumerate(zip(specifications, data, strict=True)):
            yield self._data.node(item, value_item(one), f"data {number}")

    def _specification(self, number: int, one: Specification) -> Node:
        name = f"access {number}"
        if one.selector is None or one.selection is None:
            return self._walk.leaf(10, name, describe(one), str(one))
        children = [
            self._walk.leaf(10, "specification", describe(one), str(one)),
            self._walk.leaf(1, "selector", value=one.selector),
            self._data.node(one.selection, _RANGE if one.selector == 1 else UNNAMED, "selection"),
        ]
        return self._walk.branch(name, children, describe(one), str(one))

    def _response(self, data: Sequence[axdr.Data], results: Sequence[dlms.AccessResult]) -> Iterator[Node]:
        accesses = pair(self._accesses, results)
        yield self._walk.leaf(1, "access request specification", "left out")
        yield self._count("access data", len(data))
        for number, (item, access, result) in enumerate(zip(data, accesses, results, strict=True)):
            shape = UNNAMED if access is None else _answer(access, result)
            self._data.protected = () if access is None else access.protected
            yield self._data.node(item, shape, f"data {number}")
        yield self._count("access results", len(results))
        for number, (access, result) in enumerate(zip(accesses, results, strict=True)):
            what = describe(access.specification) if access else ""
            outcome = words("result", result.result) or "unknown result"
            meaning = ": ".join(filter(None, (result.choice.name.lower(), what, outcome)))
            yield self._walk.leaf(2, f"result {number}", meaning, result.result)

    def _notification(self, body: axdr.Data) -> Node:
        """GBCS makes the body a structure of alert code, date-time and what the Alert adds."""
        if not isinstance(body, axdr.Group) or len(body.items) < 2:
            return self._data.node(body, UNNAMED, "body")
        code, at, *further = body.items
        children = [
            self._walk.leaf(1 + length_octets(len(body.items)), "structure", value=len(body.items)),
            self._data.node(code, Item(kind="alert"), "alert code"),
            self._data.node(at, Item(kind="time"), "alert time"),
        ]
        number = code.value if isinstance(code, axdr.Number) else 0
        for place, item in enumerate(further):
            shape = value_item(self._accesses[place].specification) if place < len(self._accesses) else UNNAMED
            parts = _parts(number, item)
            children.append(self._part_nodes(parts) if parts else self._data.node(item, shape, f"further {place}"))
        return self._walk.branch("body", children)

    def _part_nodes(self, parts: tuple[Part, ...]) -> Node:
        size = sum(part.size for part in parts)
        head = self._walk.leaf(1 + length_octets(size), "octet-string", value=size)
        return self._walk.branch("further", [head, *part_nodes(self._walk, parts)])


def _parts(alert_code: int, item: axdr.Data) -> tuple[Part, ...]:
    if not isinstance(item, axdr.Octets) or item.tag != axdr.OCTET_STRING:
        return ()
    return parts_of(DLMS_PARTS, alert_code, len(item.value))


def pair(accesses: Sequence[Access], results: Sequence[dlms.AccessResult]) -> list[Access | None]:
    """The access that each result answers; None where that is not certain."""
    choices = [result.choice for result in results]
    missing = len(accesses) - len(results)
    if missing < 0 or not accesses:
        return [None] * len(results)
    left_out = combinations([at for at, one in enumerate(accesses) if one.optional], missing)  # of ten at most
    found: list[list[Access | None]] = []
    for places in left_out:
        kept = [one for at, one in enumerate(accesses) if at not in places]
        if [_asked(one.specification.choice) for one in kept] == choices:
            found.append([*kept])
    if not found:
        return [None] * len(results)
    return [one if all(other[at] is one for other in found) else None for at, one in enumerate(found[0])]


def _asked(choice: Choice) -> Choice:
    return Choice.GET if choice is Choice.GET_WITH_SELECTION else choice


def _answer(access: Access, result: dlms.AccessResult) -> Item:
    """The shape of an answer's data: the access's own (null-data for a set), or the result of a protected read."""
    item = value_item(access.specification)
    if access.protected and not result.result:
        return replace(_PROTECTED_RESULT, name=item.name)
    return item
