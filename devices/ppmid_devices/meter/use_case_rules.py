"""What the use case of a Command allows: who may send it, and what it may ask (``data/commands.csv``; GBCS 20).

The accesses of a DLMS request are those of the tables of names. A Command asks nothing but what its use case lists; in
which order and how much of it is not judged (assumed).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

from ppmid_devices.meter import tables
from ppmid_protocols.gbcs import axdr, gbz
from ppmid_protocols.gbcs.axdr import Data, Group, Number, Octets
from ppmid_protocols.gbcs.dlms import AccessRequest, Choice, Specification
from ppmid_protocols.gbcs.gbz import Component
from ppmid_protocols.gbcs.names.tables import requests
from ppmid_protocols.gbcs.names.zcl_general import TO_CLIENT
from ppmid_protocols.gbcs.payload import DerPayload, GbzPayload, Payload

_COMPONENT = re.compile(r"([0-9A-F]{4})(?:([<>])([0-9A-F]{2})|:([0-9A-F+]+))(!?)")
_DATA_PROTECTION = 30  # the class whose method reads other objects
PPMID = "ppmid"

_Place: TypeAlias = tuple[str, int, bytes, int]
"""How an object's member is asked for: the choice, class, OBIS and attribute or method."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """A component of a GBZ request: a cluster's command by its direction, or a read of ``attributes``."""

    cluster: int
    to_client: bool
    command: int
    attributes: frozenset[int] = frozenset()
    sealed: bool = False

    def allows(self, component: Component) -> bool:
        """Whether this is such a component."""
        if self.attributes:
            asked = read_attributes(component)
            return component.cluster == self.cluster and asked is not None and set(asked) <= self.attributes
        own = (component.cluster, component.frame_control & 0x03, component.command)
        direction = bool(component.frame_control & TO_CLIENT)
        return own == (self.cluster, 1, self.command) and direction == self.to_client


@dataclass(frozen=True, slots=True)
class Rules:
    """``parties``: names of ``smki.Role``, or ``ppmid``. ``value``: what the hex digits of each argument must be."""

    parties: frozenset[str]
    components: tuple[Allowed, ...]
    value: re.Pattern[str] | None


@cache
def rules() -> Mapping[int, Rules]:
    """The rules of every Command that a public text tells of, by Message Code."""
    return {
        int(row["code"], 16): Rules(
            frozenset(row["parties"].split()),
            tuple(map(_allowed, row["components"].split())),
            re.compile(row["value"]) if row["value"] else None,
        )
        for row in tables.rows("commands.csv")
    }


def allows(code: int, payload: Payload) -> bool:
    """Whether a Command with this Message Code may ask this."""
    own = rules().get(code)
    if own is None:
        return False
    match payload:
        case AccessRequest(_, specifications, data):
            listed = _listed(code)
            return bool(specifications) and all(
                _place(one) in listed
                and _is_right(own, axdr.encode_data(argument))
                and (one.class_id != _DATA_PROTECTION or _reads_only(argument, listed[_place(one)]))
                for one, argument in zip(specifications, data, strict=True)
            )
        case GbzPayload(components, None):
            return all(
                any(one.allows(component) for one in own.components) and _is_right(own, component.body)
                for component in components
            )
        case DerPayload():
            return True  # its structure is that of its use case, or it would not have been read
    return False


@cache
def _listed(code: int) -> Mapping[_Place, tuple[Specification, ...]]:
    """By the place that a Command of this Message Code may ask for: the attributes that it may have protected."""
    return {_place(access.specification): access.protected for access in requests(code)}


def is_sealed(code: int, component: Component) -> bool:
    """Whether what answers a component of this use case is sensitive, and sealed."""
    own = rules().get(code)
    return own is not None and any(one.sealed and one.allows(component) for one in own.components)


def read_attributes(component: Component) -> tuple[int, ...] | None:
    """The attributes that a Read Attributes asks for; None for another command."""
    if (component.frame_control, component.command) != (0, gbz.READ_ATTRIBUTES) or len(component.body) % 2:
        return None
    body = component.body
    return tuple(int.from_bytes(body[at : at + 2], "little") for at in range(0, len(body), 2))


def _reads_only(argument: Data, listed: tuple[Specification, ...]) -> bool:
    """Whether a protected read asks for some of these attributes and nothing else."""
    wanted = {(one.class_id, one.obis, one.member) for one in listed}
    match argument:
        case Group(_, (Group(axdr.ARRAY, objects), _)):
            return all(_attribute(one) in wanted for one in objects)
    return False


def _attribute(data: Data) -> tuple[int, bytes, int] | None:
    match data:
        case Group(_, (Number(_, class_id), Octets(_, obis), Number(_, attribute), *_)):
            return class_id, obis, attribute
    return None


def _is_right(own: Rules, octets: bytes) -> bool:
    return own.value is None or own.value.fullmatch(octets.hex()) is not None


def _place(one: Specification) -> _Place:
    choice = Choice.GET if one.choice is Choice.GET_WITH_SELECTION else one.choice
    return choice.name, one.class_id, one.obis, one.member


def _allowed(text: str) -> Allowed:
    parts = _COMPONENT.fullmatch(text)
    if parts is None:
        raise ValueError(f"expected a component such as 0705>06 or 0702:0205+0014!, found {text!r}")
    cluster, sealed = int(parts[1], 16), bool(parts[5])
    if parts[4]:
        attributes = frozenset(int(one, 16) for one in parts[4].split("+"))
        return Allowed(cluster, False, gbz.READ_ATTRIBUTES, attributes, sealed)
    return Allowed(cluster, parts[2] == "<", int(parts[3], 16), sealed=sealed)
