"""GBCS messages on the wire: MAC header, grouping header, payload, signature, MAC (GBCS 7.2; RTDS 4.5.0).

All numbers are big endian. A Pre-Command carries neither signature nor MAC and is seen in two forms: DUIS ends it with
the signature length ``00``, RTDS with the payload. ``pre_command=True`` is the second form; the first is a message
with an empty ``signature`` and no ``mac``. Both decode, and each encodes to the octets it came from.
"""

import struct
from dataclasses import dataclass, field, fields
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple, NoReturn

from ppmid_protocols.errors import Malformed, Unsupported
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs.ber import LONGEST, encode_length, read_length
from ppmid_protocols.p256 import SIGNATURE_OCTETS

MAC_OCTETS = 12
DATE_TIME_OCTETS = 12

_MAC_HEADER = bytes.fromhex("DD000000000000")  # general-ciphering with six fields of zero length
_SECURITY_HEADER = bytes.fromhex("1100000000")  # authentication only, suite 1; invocation counter 0
_FIXED_OCTETS = 30  # of the grouping header, up to and including the length of its date-time
_HIGHEST_COUNTER = 2**64 - 1
_GROUPING = 0xDF
_OPENING = struct.Struct(">BBBQB8sB8sB")  # of the grouping header: its fixed octets
_LENGTHS = (9, 8, 8)  # of transaction-id, originator and target
_NO_SUPPLEMENT = (None, None, None, b"")
_OI_CODE, _OI_PARTY, _OI_COUNTER, _OI_ORIGINATOR_COUNTER = 2, 10, 18, 26  # lengths of other-information


class Cra(IntEnum):
    """What a message is: the first octet of its transaction-id."""

    COMMAND = 1
    RESPONSE = 2
    ALERT = 3


class CommandKey(NamedTuple):
    """What makes a Command unique (GBCS 4.3.1): who asks whom, by which Originator Counter. Its Response shares it."""

    originator: Eui
    target: Eui
    counter: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One GBCS message.

    ``counter``: the Originator Counter, 0 to 2**64-1; a Response repeats that of its Command.
    ``date_time``: empty or a 12-octet COSEM date-time. ``signature``: empty or 64 octets r||s.
    ``mac``: 12 octets, or None for a message without MAC header.
    ``supplementary_certificate``: DER of the Remote Party's key agreement certificate; stands in the place of
    ``supplementary_originator_counter``, so that a message has at most one of the two.
    Raises Malformed when the fields cannot be put on the wire.
    """

    cra: Cra
    counter: int
    originator: Eui
    target: Eui
    message_code: int
    payload: bytes = field(repr=False)  # may hold UTRN digits
    date_time: bytes = b""
    supplementary_party: Eui | None = None
    supplementary_party_counter: int | None = None
    supplementary_originator_counter: int | None = None
    supplementary_certificate: bytes = b""
    signature: bytes = b""
    mac: bytes | None = None
    pre_command: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.counter <= _HIGHEST_COUNTER:
            raise Malformed("Originator Counter", f"expected 0 to 2**64-1, found {self.counter}")
        if not 0 <= self.message_code <= 0xFFFF:
            raise Malformed("Message Code", f"expected 0 to FFFF, found {self.message_code:X}")
        if len(self.date_time) not in (0, DATE_TIME_OCTETS):
            raise Malformed("date-time", f"expected 0 or {DATE_TIME_OCTETS} octets, found {len(self.date_time)}")
        if len(self.signature) not in (0, SIGNATURE_OCTETS):
            raise Malformed("signature", f"expected 0 or {SIGNATURE_OCTETS} octets r||s, found {len(self.signature)}")
        if self.mac is not None and len(self.mac) != MAC_OCTETS:
            raise Malformed("MAC", f"expected {MAC_OCTETS} octets, found {len(self.mac)}")
        if self.pre_command and (self.cra is not Cra.COMMAND or self.signature or self.mac is not None):
            raise Malformed("Pre-Command", "expected a Command with neither signature nor MAC")
        if self.supplementary_party is not None or self.supplementary_party_counter is not None:
            self._check_supplementary_counters()
        elif self.supplementary_originator_counter is not None or self.supplementary_certificate:
            raise Malformed("other-information", "expected a Supplementary Remote Party before what follows it")

    def _check_supplementary_counters(self) -> None:
        party_counter, originator_counter = self.supplementary_party_counter, self.supplementary_originator_counter
        certificate = self.supplementary_certificate
        if self.supplementary_party is None:
            raise Malformed("other-information", "expected a Supplementary Remote Party with its counter")
        for counter in (party_counter, originator_counter):
            if counter is not None and not 0 <= counter <= _HIGHEST_COUNTER:
                raise Malformed("Supplementary Counter", f"expected 0 to 2**64-1, found {counter}")
        if party_counter is None and (originator_counter is not None or certificate):
            raise Malformed("other-information", "expected a Supplementary Remote Party Counter before what follows it")
        if originator_counter is not None and certificate:
            raise Malformed("other-information", "expected an Originator Counter or a certificate, found both")
        if certificate:
            _check_certificate(certificate, None)

    @property
    def other_information(self) -> bytes:
        """Message Code and supplementary elements, without length: 2, 10, 18, 26 octets, or 18 and a certificate."""
        code = self.message_code.to_bytes(2, "big")
        if self.supplementary_party is None:
            return code
        numbers = (self.supplementary_party_counter, self.supplementary_originator_counter)
        counters = b"".join(number.to_bytes(8, "big") for number in numbers if number is not None)
        return code + self.supplementary_party + counters + self.supplementary_certificate

    def signed_part(self) -> bytes:
        """What a signature covers: the grouping APDU after its tag ``DF``, up to the end of the payload (GBCS 4.3)."""
        other, payload, date_time = self.other_information, self.payload, self.date_time
        octets = len(date_time)
        opening = _OPENING.pack(_GROUPING, 9, self.cra, self.counter, 8, self.originator, 8, self.target, octets)
        lengths = encode_length(len(other)), encode_length(len(payload))
        return b"".join((opening[1:], date_time, lengths[0], other, lengths[1], payload))

    def grouping(self) -> bytes:
        """The APDU ``DF…`` with signature length and signature (the RTDS form of a Pre-Command: without either)."""
        ending = b"" if self.pre_command else bytes((len(self.signature),)) + self.signature
        return b"\xdf" + self.signed_part() + ending

    @property
    def command_key(self) -> CommandKey:
        """The key of the Command that this is, or that it answers."""
        if self.cra is Cra.RESPONSE:
            return CommandKey(self.target, self.originator, self.counter)
        return CommandKey(self.originator, self.target, self.counter)

    def encode(self) -> bytes:
        """The octets on the wire. Raises Malformed above 65,535 octets."""
        grouping = self.grouping()
        if self.mac is None:
            encoded = grouping
        else:
            length = encode_length(len(_SECURITY_HEADER) + len(grouping) + MAC_OCTETS)
            encoded = b"".join((_MAC_HEADER, length, _SECURITY_HEADER, grouping, self.mac))
        if len(encoded) > LONGEST:
            raise Malformed("message", f"expected at most {LONGEST} octets, found {len(encoded)}")
        return encoded


_CRAS = (None, *Cra)
_SET_FIELDS = tuple(getattr(Message, one.name).__set__ for one in fields(Message))
_eui = lru_cache(maxsize=4096)(Eui)  # the same parties come again and again


@lru_cache(maxsize=64)
def decode(data: bytes) -> Message:
    """Read one message; ``decode(data).encode() == data``.

    Who looks on and each that carries it take the same message apart, one soon after the other: the last are kept.

    Raises Malformed, with field and offset, for anything else than exactly one well-formed message of at most 65,535
    octets, and Unsupported for a block of a general-block-transfer (``gbt.decode`` reads both).
    """
    if len(data) > LONGEST:
        raise Malformed("message", f"expected at most {LONGEST} octets, found {len(data)}", 0)
    if data[:1] != b"\xdd":
        return _grouping(data, 0, len(data), None)
    if data[1:2] == b"\x09":
        raise Unsupported(
            "one block of a general-block-transfer (DD 09): expected the whole message, joined from its blocks"
        )
    if data[:7] != _MAC_HEADER:
        wrong = next(at for at in range(1, 7) if data[at : at + 1] != b"\0")
        raise Malformed("MAC header", f"expected DD and six octets 00, found {data[:7].hex().upper()}", wrong)
    length, at = read_length(data, 7, "ciphered-service length")
    if at + length != len(data):
        raise Malformed("ciphered-service length", f"expected {len(data) - at}, found {length}", 7)
    start = at + len(_SECURITY_HEADER)
    if data[at:start] != _SECURITY_HEADER:
        raise Malformed("security header", f"expected 1100000000, found {data[at:start].hex().upper()}", at)
    end = len(data) - MAC_OCTETS
    if end < start:
        raise Malformed("MAC", f"expected {MAC_OCTETS} octets, found {len(data) - start}", start)
    return _grouping(data, start, end, data[end:])


def _grouping(data: bytes, start: int, end: int, mac: bytes | None) -> Message:
    """Read the grouping APDU that fills ``data[start:end]``; offsets in errors count from the start of ``data``."""
    at = start + _FIXED_OCTETS
    if at > end or data[start] != _GROUPING:
        _refuse_opening(data, start, end)
    opening = _OPENING.unpack_from(data, start)
    _, transaction, cra, counter, originator_octets, originator, target_octets, target, date_time_octets = opening
    if (transaction, originator_octets, target_octets) != _LENGTHS or not 1 <= cra <= 3:
        _refuse_header(data, start)
    if date_time_octets not in (0, DATE_TIME_OCTETS):
        raise Malformed("date-time", f"expected the length 00 or 0C, found {date_time_octets:02X}", at - 1)
    if at + date_time_octets > end:
        raise _too_short("date-time", at, date_time_octets, end)
    date_time = data[at : at + date_time_octets]
    length, at = read_length(data, at + date_time_octets, "other-information")
    if at + length > end:
        raise _too_short("other-information", at, length, end)
    supplementary = _NO_SUPPLEMENT if length == _OI_CODE else _supplementary(data, at, length)
    message_code = int.from_bytes(data[at : at + 2], "big")
    length, at = read_length(data, at + length, "payload")
    if at + length > end:
        raise _too_short("payload", at, length, end)
    payload = data[at : at + length]
    at += length
    pre_command = mac is None and cra == 1 and at == end
    signature = _signature(data, at, end, may_end=pre_command)
    return _message(
        (
            _CRAS[cra],
            counter,
            _eui(originator),
            _eui(target),
            message_code,
            payload,
            date_time,
            *supplementary,
            signature,
            mac,
            pre_command,
        )
    )


def _message(values: tuple[object, ...]) -> Message:
    """A Message of all its fields, in their order, which ``decode`` has checked: half of the constructor's time."""
    message: Message = object.__new__(Message)
    for set_field, value in zip(_SET_FIELDS, values, strict=True):
        set_field(message, value)
    return message


def _refuse_opening(data: bytes, start: int, end: int) -> NoReturn:
    if start == end:
        found = "nothing" if end == len(data) else "the MAC at once"
        raise Malformed("grouping header", f"expected DF, found {found}", start)
    if data[start] != _GROUPING:
        raise Malformed("grouping header", f"expected DF, found {data[start]:02X}", start)
    raise Malformed("grouping header", f"expected at least {_FIXED_OCTETS} octets, found {end - start}", start)


def _refuse_header(data: bytes, start: int) -> NoReturn:
    for name, offset, wanted in (("transaction-id", 1, 9), ("originator", 11, 8), ("target", 20, 8)):
        if data[start + offset] != wanted:
            problem = f"expected the length {wanted:02X}, found {data[start + offset]:02X}"
            raise Malformed(name, problem, start + offset)
    raise Malformed("CRA flag", f"expected 01, 02 or 03, found {data[start + 2]:02X}", start + 2)


def _too_short(field: str, at: int, length: int, end: int) -> Malformed:
    return Malformed(field, f"expected {length} octets, found {max(end - at, 0)}", at)


def _supplementary(data: bytes, at: int, length: int) -> tuple[Eui | None, int | None, int | None, bytes]:
    """Party, its counter, Originator Counter and certificate in ``length`` octets of other-information at ``at``."""
    if length not in (_OI_PARTY, _OI_COUNTER) and length < _OI_ORIGINATOR_COUNTER:
        raise Malformed("other-information", f"expected 2, 10, 18, 26 or more octets, found {length}", at)
    party = Eui(data[at + 2 : at + 10])
    if length == _OI_PARTY:
        return party, None, None, b""
    counter = int.from_bytes(data[at + 10 : at + 18], "big")
    rest = data[at + 18 : at + length]
    if length <= _OI_ORIGINATOR_COUNTER:
        return party, counter, int.from_bytes(rest, "big") if rest else None, b""
    _check_certificate(rest, at + 18)
    return party, counter, None, rest


def _check_certificate(certificate: bytes, at: int | None) -> None:
    """A certificate must be one DER SEQUENCE, longer than the 8 octets that could be taken for a counter."""
    field, problem = "Supplementary certificate", "expected one DER SEQUENCE longer than 8 octets"
    if certificate[:1] != b"\x30" or len(certificate) <= _OI_ORIGINATOR_COUNTER - _OI_COUNTER:
        raise Malformed(field, f"{problem}, found {certificate[:4].hex().upper()}…", at)
    length, start = read_length(certificate, 1, field)
    if start + length != len(certificate):
        raise Malformed(field, f"{problem}, found {len(certificate)} octets with the length {length}", at)


def _signature(data: bytes, at: int, end: int, may_end: bool) -> bytes:
    if at == end:
        if not may_end:
            found = "the end" if end == len(data) else "the MAC"
            raise Malformed("signature", f"expected the length 00 or 40, found {found}", at)
        return b""
    length = data[at]
    if length not in (0, SIGNATURE_OCTETS):
        raise Malformed("signature", f"expected the length 00 or 40, found {length:02X}", at)
    if at + 1 + length != end:
        raise Malformed(
            "signature", f"expected {length} octets to the end of the message, found {end - at - 1}", at + 1
        )
    return data[at + 1 : end]
