"""The tables of names, read from ``gbcs/data``: own names for what RTDS 4.5.0 and public tables show.

A Message Code, object or code that is not in them has no name. ``transforms`` makes Commands by ``dlms_requests``, too.

``alerts``: alert or event code in hex · its name. ``dlms_objects``: class · OBIS code, ``a..b`` for a range · name, in
which ``#`` is the place in the range · shape of its main value (``notation``). ``dlms_members``: class · attribute or
method · its number · name · shape, ``*`` for that of the object. ``dlms_requests``: Message Code · the accesses of its
Command, ``choice@class/obis/member`` (a get without choice), ``?`` where some send it, in brackets and joined by ``+``
what a protected read asks for. ``zcl_commands``: cluster · the side it goes to · command · name · fields.
``zcl_attributes``: cluster · attribute · name · kind of its value (``kinds``). Numbers of ZCL are in hex.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, partial

from ppmid_protocols.gbcs.dlms import Choice, Specification
from ppmid_protocols.gbcs.gbz import Cluster
from ppmid_protocols.gbcs.names.notation import Item, read_item, read_items
from ppmid_protocols.tables import rows

DATA_RESULTS: Mapping[int, str] = {
    0: "success",
    1: "hardware fault",
    2: "temporary failure",
    3: "read or write denied",
    4: "object undefined",
    9: "object class inconsistent",
    11: "object unavailable",
    12: "type unmatched",
    13: "scope of access violated",
    14: "data block unavailable",
    15: "long access aborted",
    16: "no long access in progress",
    17: "long set aborted",
    18: "no long set in progress",
    19: "data block number invalid",
    250: "other reason",
}
"""Data-access and action results (IEC 62056-5-3)."""

ZCL_STATUSES: Mapping[int, str] = {
    0x00: "success",
    0x01: "failure",
    0x7E: "not authorised",
    0x7F: "reserved field not zero",
    0x80: "malformed command",
    0x81: "unsupported cluster command",
    0x82: "unsupported general command",
    0x83: "unsupported manufacturer cluster command",
    0x84: "unsupported manufacturer general command",
    0x85: "invalid field",
    0x86: "unsupported attribute",
    0x87: "invalid value",
    0x88: "read only",
    0x89: "insufficient space",
    0x8A: "duplicate exists",
    0x8B: "not found",
    0x8C: "unreportable attribute",
    0x8D: "invalid data type",
    0x8E: "invalid selector",
    0x8F: "write only",
    0x90: "inconsistent start-up state",
    0x91: "defined out of band",
    0x92: "inconsistent",
    0x93: "action denied",
    0x94: "timeout",
    0x95: "abort",
    0x96: "invalid image",
    0x97: "wait for data",
    0x98: "no image available",
    0x99: "require more image",
    0xC0: "hardware failure",
    0xC1: "software failure",
    0xC2: "calibration error",
}
"""ZCL status codes (ZCL 2.6.3)."""

_SERVER_TO_CLIENT = 0x08
_SPECIFICATION = re.compile(r"(?:(\w+)@)?(\d+)/([0-9.:-]+)/(\d+)(\?)?(?:\[(.*)\])?")
_RANGE = re.compile(r"(\d+)\.\.(\d+)")


_rows = partial(rows, "ppmid_protocols.gbcs")

ALERTS: Mapping[int, str] = {int(row["code"], 16): row["name"] for row in _rows("alerts.csv")}
"""Alert and event codes."""


@dataclass(frozen=True, slots=True)
class Access:
    """One access of a use case's request; ``protected`` are the attributes that a protected read asks for."""

    specification: Specification
    optional: bool = False
    protected: tuple[Specification, ...] = ()


@dataclass(frozen=True, slots=True)
class Command:
    """A cluster's command: its name and fields."""

    name: str
    fields: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Attribute:
    """A cluster's attribute: its name and the kind of its value."""

    name: str
    kind: str


def obis(text: str) -> bytes:
    """``0-0:19.40.0.255`` as six octets."""
    return bytes(map(int, re.split("[-:.]", text)))


def describe(specification: Specification) -> str:
    """``meter balance: change amount``; empty for an object that is not in the tables."""
    named, member = _object(specification), _member(specification)
    return f"{named[0]}: {member[0]}" if named and member else (named or member or ("",))[0]


def value_item(specification: Specification) -> Item:
    """The item of an access's data, named as ``describe`` does."""
    named, member = _object(specification), _member(specification)
    shape = member[1] if member else ""
    if shape == "*":
        shape = named[1] if named else ""
    item = read_item(shape)
    return replace(item, name=describe(specification))


def requests(message_code: int) -> tuple[Access, ...]:
    """The accesses of a use case's Command, or what its Alert reports, in order; none for an unknown use case."""
    return _requests().get(message_code, ())


def cluster_name(cluster: int) -> str:
    """The name of a cluster, or empty."""
    return _CLUSTERS.get(cluster, "")


def zcl_command(cluster: int, frame_control: int, command: int) -> Command | None:
    """A cluster's own command by its direction; None for what the tables lack."""
    return _commands().get((cluster, bool(frame_control & _SERVER_TO_CLIENT), command))


def zcl_attribute(cluster: int, attribute: int) -> Attribute:
    """An attribute; without name and kind where the tables lack it."""
    return _attributes().get((cluster, attribute), Attribute("", ""))


_CLUSTERS = {int(one): one.name.replace("_", " ").title() for one in Cluster}


def _object(specification: Specification) -> tuple[str, str] | None:
    return _objects().get((specification.class_id, specification.obis))


def _member(specification: Specification) -> tuple[str, str] | None:
    kind = "method" if specification.choice is Choice.ACTION else "attribute"
    return _members().get((specification.class_id, kind, specification.member))


@cache
def _objects() -> dict[tuple[int, bytes], tuple[str, str]]:
    """Name and main value of each object, by class and OBIS code; a row with a range ``a..b`` stands for several."""
    found = {}
    for row in _rows("dlms_objects.csv"):
        span = _RANGE.search(row["obis"])
        numbers = range(int(span[1]), int(span[2]) + 1) if span else (0,)
        for number, place in enumerate(numbers, 1):
            code = _RANGE.sub(str(place), row["obis"])
            found[int(row["class"]), obis(code)] = row["name"].replace("#", str(number)), row["value"]
    return found


@cache
def _members() -> dict[tuple[int, str, int], tuple[str, str]]:
    """Name and value of each attribute and method; the value ``*`` is that of the object."""
    rows = _rows("dlms_members.csv")
    return {(int(row["class"]), row["kind"], int(row["member"])): (row["name"], row["value"]) for row in rows}


@cache
def _requests() -> dict[int, tuple[Access, ...]]:
    rows = _rows("dlms_requests.csv")
    return {int(row["code"], 16): tuple(map(_access, row["accesses"].split())) for row in rows}


def _access(text: str) -> Access:
    parts = _SPECIFICATION.fullmatch(text)
    if parts is None:
        raise ValueError(f"expected an access such as get@8/0-0:1.0.0.255/2, found {text!r}")
    choice = Choice[(parts[1] or "get").upper()]
    protected = tuple(_access(one).specification for one in (parts[6] or "").split("+") if one)
    return Access(Specification(choice, int(parts[2]), obis(parts[3]), int(parts[4])), parts[5] == "?", protected)


@cache
def _commands() -> dict[tuple[int, bool, int], Command]:
    return {
        (int(row["cluster"], 16), row["to"] == "client", int(row["command"], 16)): Command(
            row["name"], read_items(row["fields"])
        )
        for row in _rows("zcl_commands.csv")
    }


@cache
def _attributes() -> dict[tuple[int, int], Attribute]:
    return {
        (int(row["cluster"], 16), int(row["attribute"], 16)): Attribute(row["name"], row["kind"])
        for row in _rows("zcl_attributes.csv")
    }
