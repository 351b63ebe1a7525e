"""The ZigBee Cluster Library frame: its header, and the general commands that prepayment devices use.

Frame (little endian): frame control u8 | manufacturer u16 (if flagged) | sequence u8 | command u8 | payload.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from ppmid_protocols.errors import Malformed, Unsupported
from ppmid_protocols.zigbee.octets import Cursor, pack
from ppmid_protocols.zigbee.values import Typed, read_typed


class Direction(IntEnum):
    """Who sends a command: the client to the server, or back."""

    TO_SERVER = 0
    TO_CLIENT = 1


class Scope(IntEnum):
    """Whether a command number is the library's own (general) or the cluster's."""

    GENERAL = 0
    CLUSTER = 1


_DIRECTIONS, _SCOPES = tuple(Direction), tuple(Scope)
_TO_SERVER, _TO_CLIENT = Direction
_GENERAL_SCOPE = Scope.GENERAL


class Status(IntEnum):
    """ZCL status codes by name (ZCL 2.6.3; from general knowledge). Others may come: fields hold plain ints."""

    SUCCESS = 0x00
    FAILURE = 0x01
    NOT_AUTHORISED = 0x7E
    MALFORMED_COMMAND = 0x80
    UNSUPPORTED_CLUSTER_COMMAND = 0x81
    UNSUPPORTED_GENERAL_COMMAND = 0x82
    INVALID_FIELD = 0x85
    UNSUPPORTED_ATTRIBUTE = 0x86
    INVALID_VALUE = 0x87
    READ_ONLY = 0x88
    INSUFFICIENT_SPACE = 0x89
    DUPLICATE_EXISTS = 0x8A
    NOT_FOUND = 0x8B
    INVALID_DATA_TYPE = 0x8D
    TIMEOUT = 0x94


_SUCCESS = Status.SUCCESS


@dataclass(frozen=True, slots=True, kw_only=True)
class ZclHeader:
    """The header of a ZCL frame."""

    scope: Scope
    direction: Direction
    command: int
    sequence: int
    disable_default_response: bool = True
    manufacturer: int | None = None

    def encode(self) -> bytes:
        """The octets of the header. Raises Malformed."""
        control = (
            self.scope | (self.manufacturer is not None) << 2 | self.direction << 3 | self.disable_default_response << 4
        )
        if self.manufacturer is None and 0 <= self.sequence < 0x100 and 0 <= self.command < 0x100:
            return bytes((control, self.sequence, self.command))
        code = b"" if self.manufacturer is None else pack(self.manufacturer, 2, "manufacturer code")
        return bytes((control,)) + code + pack(self.sequence, 1, "ZCL sequence") + pack(self.command, 1, "ZCL command")


class ZclFrame(NamedTuple):
    """A whole ZCL frame. The payload is left out of ``repr``: it may hold a UTRN."""

    header: ZclHeader
    payload: bytes

    def __repr__(self) -> str:
        return f"ZclFrame(header={self.header}, {len(self.payload)} octets)"

    def encode(self) -> bytes:
        """The octets of the frame. Raises Malformed."""
        return self.header.encode() + self.payload


def decode_frame(data: bytes) -> ZclFrame:
    """Read a ZCL frame; its payload may be empty. Raises Malformed."""
    if len(data) < 3:
        raise Malformed("ZCL header", f"expected at least 3 octets, found {len(data)}", 0)
    control, start = data[0], 1
    if control & 0xE2:
        raise Malformed("ZCL frame control", f"expected scope 0 or 1 and reserved bits 0, found 0x{control:02X}", 0)
    manufacturer = None
    if control & 4:
        if len(data) < 5:
            raise Malformed("ZCL header", f"expected 5 octets with a manufacturer code, found {len(data)}", 0)
        manufacturer, start = data[1] | data[2] << 8, 3
    fields = _header(control, manufacturer, data[start], data[start + 1]), data[start + 2 :]
    return tuple.__new__(ZclFrame, fields)


@lru_cache(maxsize=4096)
def _header(control: int, manufacturer: int | None, sequence: int, command: int) -> ZclHeader:
    """Sequences are an octet, and commands few: the same headers come again and again."""
    return ZclHeader(
        scope=_SCOPES[control & 1],
        direction=_DIRECTIONS[control >> 3 & 1],
        command=command,
        sequence=sequence,
        disable_default_response=bool(control & 0x10),
        manufacturer=manufacturer,
    )


@dataclass(frozen=True, slots=True)
class ReadAttributes:
    """General command 0x00: attribute ids u16, one after the other."""

    attributes: tuple[int, ...]

    def encode(self) -> bytes:
        return _ids(self.attributes)

    @classmethod
    def decode(cls, payload: bytes) -> "ReadAttributes":
        cursor, attributes = Cursor(payload), []
        while cursor.more:
            attributes.append(cursor.unsigned(2, "attribute id"))
        return cls(tuple(attributes))


@lru_cache(maxsize=256)
def _ids(attributes: tuple[int, ...]) -> bytes:
    """Whoever reads attributes reads the same ones again and again."""
    return b"".join(pack(attribute, 2, "attribute id") for attribute in attributes)


class AttributeRead(NamedTuple):
    """One record of a Read Attributes Response: ``value`` stands exactly where ``status`` is 0 (success)."""

    attribute: int
    status: int
    value: Typed | None = None

    def encode(self) -> bytes:
        if (self.value is None) is (self.status == _SUCCESS):
            raise Malformed("attribute record", f"a value stands exactly on success, and status is 0x{self.status:02X}")
        head = _record_head(self.attribute, self.status)
        return head if self.value is None else head + self.value.encode()


@lru_cache(maxsize=256)
def _record_head(attribute: int, status: int) -> bytes:
    """As ``_ids``."""
    return pack(attribute, 2, "attribute id") + pack(status, 1, "attribute status")


@dataclass(frozen=True, slots=True)
class ReadAttributesResponse:
    """General command 0x01: for each attribute id u16 | status u8, and on success type u8 | value."""

    records: tuple[AttributeRead, ...]

    def encode(self) -> bytes:
        return b"".join([record.encode() for record in self.records])

    @classmethod
    def decode(cls, payload: bytes) -> "ReadAttributesResponse":
        cursor, records = Cursor(payload), []
        while cursor.more:
            attribute = cursor.unsigned(2, "attribute id")
            status = cursor.unsigned(1, "attribute status")
            value = read_typed(cursor) if status == Status.SUCCESS else None
            records.append(AttributeRead(attribute, status, value))
        return cls(tuple(records))

    def value(self, attribute: int) -> Typed | None:
        """The value of ``attribute``; None when it was not answered or not with success."""
        for record in self.records:
            if record.attribute == attribute:
                return record.value
        return None


@dataclass(frozen=True, slots=True)
class ReportAttributes:
    """General command 0x0A: for each attribute id u16 | type u8 | value."""

    reports: tuple[tuple[int, Typed], ...]

    def encode(self) -> bytes:
        return b"".join(pack(attribute, 2, "attribute id") + value.encode() for attribute, value in self.reports)

    @classmethod
    def decode(cls, payload: bytes) -> "ReportAttributes":
        cursor, reports = Cursor(payload), []
        while cursor.more:
            reports.append((cursor.unsigned(2, "attribute id"), read_typed(cursor)))
        return cls(tuple(reports))


@dataclass(frozen=True, slots=True)
class DefaultResponse:
    """General command 0x0B: command answered u8 | status u8."""

    command: int
    status: int

    def encode(self) -> bytes:
        return pack(self.command, 1, "command answered") + pack(self.status, 1, "status")

    @classmethod
    def decode(cls, payload: bytes) -> "DefaultResponse":
        cursor = Cursor(payload)
        command, status = cursor.take(2, "Default Response")
        cursor.end("Default Response")
        return cls(command, status)


General: TypeAlias = ReadAttributes | ReadAttributesResponse | ReportAttributes | DefaultResponse

_GENERAL: dict[int, type[General]] = {
    0x00: ReadAttributes,
    0x01: ReadAttributesResponse,
    0x0A: ReportAttributes,
    0x0B: DefaultResponse,
}
_GENERAL_CONTROL = Scope.GENERAL | 0x10
"""A Default Response is not asked for."""
_GENERAL_ID = {kind: number for number, kind in _GENERAL.items()}


def general_frame(command: General, direction: Direction, sequence: int) -> ZclFrame:
    """The ZCL frame of a general command. ``direction``: TO_SERVER from the cluster's client, else TO_CLIENT."""
    return _general(type(command), direction, sequence, command.encode())


def _general(kind: type[General], direction: Direction, sequence: int, payload: bytes) -> ZclFrame:
    fields = _header(_GENERAL_CONTROL | direction << 3, None, sequence, _GENERAL_ID[kind]), payload
    return tuple.__new__(ZclFrame, fields)


def answer_read(asked: ZclFrame, values: Mapping[int, Typed]) -> ZclFrame:
    """What a cluster's server answers to Read Attributes that it was asked; ``values`` are those that it has, by id.

    Raises Malformed; Unsupported for any other command.
    """
    command = read_general(asked)
    if not isinstance(command, ReadAttributes) or asked.header.direction is not _TO_SERVER:
        raise Unsupported(f"general command 0x{asked.header.command:02X} is no Read Attributes of a client")
    payload = _records(command.attributes, tuple(map(values.get, command.attributes)))
    return _general(ReadAttributesResponse, _TO_CLIENT, asked.header.sequence, payload)


@lru_cache(maxsize=256)
def _records(attributes: tuple[int, ...], values: tuple[Typed | None, ...]) -> bytes:
    """What an answer says; None: there is no such attribute. Where nothing happens it is the same again and again."""
    records = [
        AttributeRead(one, Status.UNSUPPORTED_ATTRIBUTE) if value is None else AttributeRead(one, _SUCCESS, value)
        for one, value in zip(attributes, values, strict=True)
    ]
    return ReadAttributesResponse(tuple(records)).encode()


def read_general(frame: ZclFrame) -> General:
    """The general command of a frame. Raises Malformed; Unsupported for other commands and cluster-specific frames."""
    scope, command = frame.header.scope, frame.header.command
    if scope is not _GENERAL_SCOPE or command not in _GENERAL:
        raise Unsupported(f"{scope.name.lower()} command 0x{command:02X} is none of the general commands read here")
    return _content(command, frame.payload)


@lru_cache(maxsize=256)
def _content(command: int, payload: bytes) -> General:
    """What stands in a payload; a display that looks on asks for, and hears, the same again and again."""
    return _GENERAL[command].decode(payload)


def cluster_frame(
    command: int, direction: Direction, sequence: int, payload: bytes, disable_default_response: bool = True
) -> ZclFrame:
    """A frame with one of a cluster's own commands."""
    header = ZclHeader(
        scope=Scope.CLUSTER,
        direction=direction,
        command=command,
        sequence=sequence,
        disable_default_response=disable_default_response,
    )
    return ZclFrame(header, payload)
