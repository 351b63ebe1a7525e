"""DER payloads by the structures of ``data/gbcs.asn`` (CS02, CS03, CS04, CS06 to CS09, CCS08, GCS28, GCS59, GCS62).

An ``Element`` keeps the octets of its identifier and length, so that it encodes to just what it was read from: RTDS
4.5.0 writes lengths such as ``82 009F``, which a DER encoder would not. That, an offset for every element and the time
to start (asn1tools 0.169: some 250 ms to import and compile, here some 2) are why this module reads the text itself;
the tests compare it with asn1tools on the same text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from ppmid_protocols.errors import Malformed
from ppmid_protocols.gbcs.asn1_notation import Member, Type, read_module
from ppmid_protocols.gbcs.ber import encode_length, read_length
from ppmid_protocols.gbcs.message import Cra
from ppmid_protocols.tables import text

DEEPEST = 32
"""Levels of constructed elements that are read (assumed; certificates have at most 9)."""

_STRUCTURES = {
    0x0008: "ProvideSecurityCredentialDetails",
    0x000A: "IssueSecurityCredentials",
    0x000B: "UpdateDeviceCertificate",
    0x000C: "ProvideDeviceCertificate",
    0x000D: "JoinDevice",
    0x000E: "JoinDevice",
    0x000F: "UnjoinDevice",
    0x0010: "UnjoinDevice",
    0x0012: "ActivateFirmware",
    0x0013: "ReadDeviceJoinDetails",
    0x007F: "SetTime",
    0x008C: "GpfDeviceLogRestore",
    0x00AB: "JoinDevice",
    0x00AF: "JoinDevice",
    0x00B2: "GpfDeviceLogBackup",
    0x00CA: "ActivateFirmware",
    0x00CB: "UpdateSecurityCredentials",
    **dict.fromkeys(range(0x0100, 0x010A), "UpdateSecurityCredentials"),
    0x011B: "ProvideSecurityCredentialDetails",
    **dict.fromkeys(range(0x0124, 0x0127), "UpdateSecurityCredentials"),
    0x0128: "FirmwareTransfer",
    0x0129: "ReadFirmwareVersion",
    0x012B: "FirmwareActivation",
}
"""By Message Code; ``Command``, ``Response`` or ``Alert`` follows."""

_CONSTRUCTED, _LONG_TAG = 0x20, 0x1F
_TIME = re.compile(rb"[0-9]{14}Z")
_ANY = Type("ANY")
_TYPE_NAMES = {
    0x01: "BOOLEAN",
    0x02: "INTEGER",
    0x03: "BIT STRING",
    0x04: "OCTET STRING",
    0x05: "NULL",
    0x06: "OBJECT IDENTIFIER",
    0x0A: "ENUMERATED",
    0x0C: "UTF8String",
    0x13: "PrintableString",
    0x16: "IA5String",
    0x17: "UTCTime",
    0x18: "GeneralizedTime",
    0x30: "SEQUENCE",
    0x31: "SET",
}


@dataclass(frozen=True, slots=True)
class Element:
    """One element: ``header`` is its identifier and length as they came, ``contents`` empty where it has children.

    ``name``: its member's name, empty within what the module leaves to other standards. ``type``: what it was read as.
    """

    name: str
    type: Type
    header: bytes
    contents: bytes = field(default=b"", repr=False)
    children: "tuple[Element, ...]" = ()

    def encode(self) -> bytes:
        """The octets that it was read from."""
        return self.header + self.contents + b"".join(child.encode() for child in self.children)

    @property
    def kind(self) -> str:
        """The name of the type, after its tag where the module leaves it open."""
        if self.type.kind != "ANY":
            return self.type.kind
        return _TYPE_NAMES.get(self.header[0], f"tag {self.header[0]:02X}")

    @property
    def number(self) -> int | None:
        """The value of an INTEGER or ENUMERATED; None for another type."""
        return int.from_bytes(self.contents, "big", signed=True) if self.kind in ("INTEGER", "ENUMERATED") else None

    @property
    def named(self) -> str:
        """The names that the module gives to the number or the bits that are set; empty without any."""
        number = self.number
        if number is not None:
            return self.type.names.get(number, "")
        if self.kind != "BIT STRING":
            return ""
        bits = (8 * at + bit for at, octet in enumerate(self.contents[1:]) for bit in range(8) if octet << bit & 0x80)
        return ", ".join(self.type.names[bit] for bit in bits if bit in self.type.names)

    def find(self, name: str) -> "Element | None":
        """The first element of this name, this one included."""
        if self.name == name:
            return self
        return next((found for child in self.children if (found := child.find(name)) is not None), None)


def structure_of(message_code: int, cra: Cra) -> str | None:
    """The structure of a message's payload; None where the module has none for it."""
    name = _STRUCTURES.get(message_code)
    full = f"{name}{cra.name.title()}"
    return full if name is not None and full in types() else None


@cache
def types() -> dict[str, Type]:
    """The types of the module, read once."""
    return read_module(text("ppmid_protocols.gbcs", "gbcs.asn"))


def read(structure: str | None, octets: bytes) -> Element:
    """Read one element that fills ``octets``, as this structure of the module (None: any).

    ``read(…, octets).encode() == octets``. Raises Malformed with field and offset.
    """
    type_ = _ANY if structure is None else types()[structure]
    element, at = _read(octets, 0, len(octets), Member(structure or "", type_), 0)
    if at != len(octets):
        raise Malformed("DER payload", f"expected its end, found {len(octets) - at} more octets", at)
    return element


def _read(octets: bytes, at: int, end: int, member: Member, depth: int) -> tuple[Element, int]:
    """Read the element at ``at``, which ends at ``end`` or before."""
    name, type_ = member.name or "element", member.type
    if at >= end:
        raise Malformed(name, "expected an element, found the end of what it is part of", at)
    tag = octets[at]
    if tag & _LONG_TAG == _LONG_TAG or not type_.accepts(tag):
        wanted = "an element with a tag below 31" if type_.tag is None else f"the tag {type_.tag:02X}"
        raise Malformed(name, f"expected {wanted}, found {tag:02X}", at)
    if type_.kind == "CHOICE":
        return _read(octets, at, end, next(one for one in type_.members if one.type.accepts(tag)), depth)
    length, start = read_length(octets, at + 1, name, minimal=False)
    stop = start + length
    if stop > end:
        raise Malformed(name, f"expected {length} octets of contents, found {end - start}", start)
    header = octets[at:start]
    if tag & _CONSTRUCTED:
        if depth == DEEPEST:
            raise Malformed(name, f"expected at most {DEEPEST} levels of elements", at)
        children = tuple(_read_children(octets, start, stop, type_, depth + 1))
        return Element(member.name, type_, header, b"", children), stop
    contents = octets[start:stop]
    problem = _problem(type_, contents)
    if problem:
        raise Malformed(name, problem, start)
    return Element(member.name, type_, header, contents), stop


def _read_children(octets: bytes, at: int, end: int, type_: Type, depth: int) -> Iterator[Element]:
    if type_.kind != "SEQUENCE":
        repeated = type_.members[0] if type_.members else Member("", _ANY)
        while at < end:
            element, at = _read(octets, at, end, repeated, depth)
            yield element
        return
    for member in type_.members:
        if member.optional and (at == end or not member.type.accepts(octets[at])):
            continue
        element, at = _read(octets, at, end, member, depth)
        yield element
    if at != end:
        raise Malformed("SEQUENCE", f"expected its end, found {end - at} more octets", at)


def _problem(type_: Type, contents: bytes) -> str:
    """What is wrong with the contents of a primitive element, or empty."""
    if type_.size is not None and len(contents) != type_.size:
        return f"expected {type_.size} octets, found {len(contents)}"
    match type_.kind:
        case "INTEGER" | "ENUMERATED" if not contents:
            return "expected a number of at least one octet, found none"
        case "BIT STRING" if not contents or contents[0] > 7 or (contents[0] and len(contents) == 1):
            return f"expected a number of unused bits and the bits, found {contents[:2].hex().upper() or 'nothing'}"
        case "NULL" if contents:
            return f"expected no contents, found {len(contents)} octets"
        case "GeneralizedTime" if not _TIME.fullmatch(contents):
            return "expected YYYYMMDDhhmmssZ"
    return ""


Plain = int | bytes | str | None | list["Plain"] | dict[str, "Plain"]
"""What a structure is made of: SEQUENCE a dict by member names, SEQUENCE OF a list, INTEGER and ENUMERATED an int or
a name, BIT STRING names joined by ``, ``, OCTET STRING bytes, GeneralizedTime text, NULL None, ANY its octets; CHOICE
a dict of the one member chosen. A SEQUENCE that is whole already, as a certificate, may be its octets too."""


def make(structure: str, value: Plain) -> Element:
    """The element in DER of a structure's value. Raises Malformed, naming the member, for what does not fit."""
    octets = _encode(Member(structure, types()[structure]), value)
    return read(structure, octets)


def _encode(member: Member, value: Plain) -> bytes:
    name, type_ = member.name, member.type
    if type_.kind == "CHOICE" and isinstance(value, dict) and len(value) == 1:
        ((chosen, inner),) = value.items()
        for one in type_.members:
            if one.name == chosen:
                return _encode(one, inner)
    if type_.kind in ("ANY", "SEQUENCE") and isinstance(value, bytes):
        return value
    contents = _contents(type_, value)
    if contents is None or type_.tag is None:
        raise Malformed(name, f"expected a value of the type {type_.kind}, found {type(value).__name__}")
    return bytes((type_.tag,)) + encode_length(len(contents)) + contents


def _contents(type_: Type, value: Plain) -> bytes | None:
    """The contents of a value of any type with a tag; None when it is of another Python type or unknown name."""
    match type_.kind, value:
        case "SEQUENCE", dict(parts) if parts.keys() <= {one.name for one in type_.members}:
            present = [one for one in type_.members if one.name in parts or not one.optional]
            return b"".join(_encode(one, parts.get(one.name)) for one in present)
        case "SEQUENCE OF", list(items):
            return b"".join(_encode(type_.members[0], item) for item in items)
        case "INTEGER" | "ENUMERATED", int(number):
            return number.to_bytes(number.bit_length() // 8 + 1, "big", signed=True)
        case "INTEGER" | "ENUMERATED", str(named):
            return next((_contents(type_, number) for number, name in type_.names.items() if name == named), None)
        case "BIT STRING", str(named):
            return _bits(type_, named)
        case "OCTET STRING", bytes(octets):
            return octets
        case "GeneralizedTime", str(time):
            return time.encode()
        case "NULL", None:
            return b""
    return None


def _bits(type_: Type, named: str) -> bytes | None:
    """Named bits without trailing zeros, as DER wants them (X.690 11.2.2)."""
    wanted = [name for name in named.split(", ") if name]
    places = {name: bit for bit, name in type_.names.items()}
    if not set(wanted) <= set(places):
        return None
    count = max((places[name] + 1 for name in wanted), default=0)
    unused = -count % 8
    number = sum(1 << (count - 1 - places[name]) for name in wanted) << unused
    return bytes((unused,)) + number.to_bytes((count + 7) // 8, "big")
