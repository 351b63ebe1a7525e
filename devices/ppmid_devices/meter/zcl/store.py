"""The clusters of a device as a store: every component of a GBZ payload is done or refused, one after the other.

What a cluster means is not known here. Attributes that a model of the device has are ``View``s on it; commands that
only set attributes are rows of ``data/cluster_commands.csv``; the rest has a handler.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from ppmid_devices.meter import tables
from ppmid_devices.meter.asked import Asked
from ppmid_devices.meter.use_case_rules import is_sealed, read_attributes
from ppmid_devices.meter.zcl.attributes import AttributeId, Value, attribute_id, attributes
from ppmid_devices.meter.zcl.dating import Dating
from ppmid_devices.meter.zcl.refusals import (
    FAILURE,
    MALFORMED,
    SUCCESS,
    UNSUPPORTED_ATTRIBUTE,
    UNSUPPORTED_CLUSTER_COMMAND,
    ComponentRefused,
)
from ppmid_protocols.errors import ProtocolError
from ppmid_protocols.gbcs import gbz
from ppmid_protocols.gbcs.gbz import Component
from ppmid_protocols.gbcs.names.tables import zcl_command
from ppmid_protocols.gbcs.names.zcl_fields import REST, read_fields
from ppmid_protocols.gbcs.names.zcl_general import CLUSTER_SPECIFIC, TO_CLIENT


class CommandId(NamedTuple):
    """A cluster, the direction and the number of one of its commands."""

    cluster: int
    to_client: bool
    command: int

    @classmethod
    def of(cls, component: Component) -> "CommandId":
        """What a component of a cluster's own is."""
        return cls(component.cluster, bool(component.frame_control & TO_CLIENT), component.command)

    @property
    def octets(self) -> bytes:
        """As the Alert of a future-dated command names it (RTDS 4.5.0)."""
        direction = CLUSTER_SPECIFIC | (TO_CLIENT if self.to_client else 0)
        return self.cluster.to_bytes(2, "big") + bytes((direction, self.command))


class View(NamedTuple):
    """An attribute of a model: how it is read and, where it can change, how it is set. ``write`` may refuse."""

    read: Callable[[], Value]
    write: Callable[[int], None] | None = None


class Reply(NamedTuple):
    """A cluster's command to the client."""

    command: int
    body: bytes


Fields = Mapping[str, Value]
"""A command's fields by their names in the table; strings without their length. Lists are left out."""


@dataclass(frozen=True, slots=True)
class Given:
    """A component that a handler does: its fields by name."""

    component: Component
    fields: Fields
    asked: Asked

    def number(self, name: str) -> int:
        """A numeric field. Raises ComponentRefused when the body ended before it."""
        value = self.fields.get(name)
        if not isinstance(value, int):
            raise ComponentRefused(MALFORMED)
        return value


Handler = Callable[[Given], Iterable[Reply]]
"""Does a command; no replies mean a Default Response of success. May refuse."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What a command sets: the attribute for each field. ``start``: the field that dates it, if any."""

    start: str
    becomes: tuple[tuple[str, AttributeId], ...]


class ClusterStore:
    """``handlers`` go before the table of effects."""

    def __init__(
        self, views: Mapping[AttributeId, View], handlers: Mapping[CommandId, Handler], dating: Dating
    ) -> None:
        self._views, self._handlers, self._dating = views, handlers, dating
        self._values: dict[AttributeId, Value] = {}
        self._latest: dict[CommandId, bytes] = {}

    @property
    def values(self) -> Mapping[AttributeId, Value]:
        """What has been set of the attributes that have no model of their own."""
        return dict(self._values)

    @property
    def latest(self) -> Mapping[CommandId, bytes]:
        """The body of the latest of each command that is kept as it came: messages, tariffs, names."""
        return dict(self._latest)

    def answer(self, components: tuple[Component, ...], asked: Asked) -> bytes:
        """Do every component; gives the payload of the Response."""
        answered: list[Component] = []
        for one in components:
            for reply in self._replies(one, asked):
                sealed = reply.command != gbz.DEFAULT_RESPONSE or reply.frame_control & CLUSTER_SPECIFIC
                if sealed and is_sealed(asked.message.message_code, one):
                    number = sum(done.encrypted for done in answered)
                    reply = _sealed(reply, number, one, asked)
                answered.append(reply)
        return gbz.encode(tuple(answered))

    def _replies(self, component: Component, asked: Asked) -> Iterable[Component]:
        wanted = read_attributes(component)
        if wanted is not None:
            body = b"".join(self._read(AttributeId(component.cluster, one)) for one in wanted)
            return [_reply(component, TO_CLIENT, gbz.READ_ATTRIBUTES_RESPONSE, body)]
        try:
            own = [
                _reply(component, CLUSTER_SPECIFIC | TO_CLIENT, one.command, one.body)
                for one in self._do(component, asked)
            ]
        except ComponentRefused as refused:
            return [default_response(component, refused.status)]
        return own or [default_response(component, SUCCESS)]

    def _read(self, one: AttributeId) -> bytes:
        name = one.attribute.to_bytes(2, "little")
        if one not in attributes():
            return name + bytes((UNSUPPORTED_ATTRIBUTE,))
        known = attributes()[one]
        return name + bytes((SUCCESS, known.type)) + known.encode(self.value(one))

    def _do(self, component: Component, asked: Asked) -> Iterable[Reply]:
        own = CommandId.of(component)
        known = zcl_command(component.cluster, component.frame_control, component.command)
        if known is None or (own not in self._handlers and own not in effects()):
            raise ComponentRefused(UNSUPPORTED_CLUSTER_COMMAND)
        read = read_fields(known.fields, component.body)
        if any(one.type == REST for one in read):
            raise ComponentRefused(MALFORMED)
        fields = {
            one.name: one.value if isinstance(one.value, int) else one.value[1:]
            for one in read
            if isinstance(one.value, int | bytes)
        }
        given = Given(component, fields, asked)
        if own in self._handlers:
            return self._handlers[own](given)
        self._take(own, effects()[own], given)
        return ()

    def _take(self, own: CommandId, effect: Effect, given: Given) -> None:
        """Set what a command sets, at once or when it says."""
        changes = [(where, given.fields.get(name)) for name, where in effect.becomes]
        if any(value is None for _, value in changes):
            raise ComponentRefused(MALFORMED)

        def act() -> None:
            for where, value in changes:
                assert value is not None
                self.put(where, value)
            self._latest[own] = given.component.body

        start = given.component.from_date_time if effect.start == "prefix" else 0
        if effect.start and effect.start != "prefix":
            start = given.number(effect.start)
        self._dating.at(own.octets, start or 0, act, given.asked.message)

    def value(self, one: AttributeId) -> Value:
        """What an attribute has."""
        view = self._views.get(one)
        return view.read() if view else self._values.get(one, attributes()[one].value)

    def put(self, one: AttributeId, value: Value) -> None:
        """Let an attribute have a value. Raises ComponentRefused when its model does not take it."""
        view = self._views.get(one)
        if view is None:
            self._values[one] = value
        elif view.write is None or not isinstance(value, int):  # an attribute that its model alone changes
            raise ComponentRefused(FAILURE)
        else:
            view.write(value)


def default_response(component: Component, status: int) -> Component:
    """What answers a command without an answer of its own, from the other side; a read too that failed as a whole."""
    body = bytes((component.command, status))
    return _reply(component, ~component.frame_control & TO_CLIENT, gbz.DEFAULT_RESPONSE, body)


def refusal(components: tuple[Component, ...], status: int) -> bytes:
    """The payload of a Response that refuses every component."""
    return gbz.encode(tuple(default_response(one, status) for one in components))


def _reply(asked: Component, frame_control: int, command: int, body: bytes) -> Component:
    return Component(
        cluster=asked.cluster, frame_control=frame_control, sequence=asked.sequence, command=command, body=body
    )


def _sealed(reply: Component, frame_counter: int, component: Component, asked: Asked) -> Component:
    """The reply encrypted for its reader; a refusal where no certificate of the reader is held here."""
    try:
        body = asked.seal(reply.body)
    except ProtocolError:
        return default_response(component, FAILURE)
    return Component(
        cluster=reply.cluster,
        frame_control=reply.frame_control,
        sequence=reply.sequence,
        command=reply.command,
        body=body,
        frame_counter=frame_counter,
    )


@cache
def effects() -> Mapping[CommandId, Effect]:
    """What commands set that need no handler."""
    found = {}
    for row in tables.rows("cluster_commands.csv"):
        pairs = (one.split(">") for one in row["becomes"].split(";") if one)
        becomes = tuple((name, attribute_id(where)) for name, where in pairs)
        own = CommandId(int(row["cluster"], 16), row["to"] == "client", int(row["command"], 16))
        found[own] = Effect(row["start"], becomes)
    return found
