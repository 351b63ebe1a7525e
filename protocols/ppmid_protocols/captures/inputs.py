"""What somebody gives to be decoded: recognised by its octets alone, and the GBCS messages in it.

Hex digits, base64, octets, a capture (pcap or pcapng: GBCS messages and DUIS documents as a run of this project writes
them, HAN frames of any sniffer with the keys to open them), a DUIS document.
"""

import base64
import binascii
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from ppmid_protocols.captures.captured import Capture, Frame, mac_frame
from ppmid_protocols.captures.pcapng import LinkType
from ppmid_protocols.duis import documents, safe_xml
from ppmid_protocols.duis.shapes import BASE64
from ppmid_protocols.errors import Malformed, ProtocolError
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs.listing import from_hex
from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee import gb_hrgp, tunneling
from ppmid_protocols.zigbee.han import Dissector, HanKeys, KeyNotHeld
from ppmid_protocols.zigbee.sniffer import LabelledKey, Sniffer

_CAPTURE_MAGICS = tuple(
    bytes.fromhex(digits) for digits in ("0a0d0d0a", "d4c3b2a1", "a1b2c3d4", "4d3cb2a1", "a1b23c4d")
)
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_MESSAGE_STARTS = (0xDD, 0xDF)
_HEX_JOINTS = re.compile(r"0[xX](?=[0-9a-fA-F])|[\s:,-]")
_HEX = re.compile(r"[0-9a-fA-F]+")
_NO_KEYS = HanKeys(Secret(bytes(16)), Eui(bytes(8)))  # the dissector is given opened frames only
_TRIED = "hex digits, base64, octets that begin DD or DF, a pcap or pcapng capture, a DUIS document"


class Located(NamedTuple):
    """A GBCS message and where in the input it stands; empty where it is all of it."""

    place: str
    octets: bytes

    def __repr__(self) -> str:
        return f"Located({self.place!r}, {len(self.octets)} octets)"


@dataclass(frozen=True, slots=True)
class Found:
    """``what`` the input is, and the messages in it, in order: at least one. They are not read here."""

    what: str
    messages: tuple[Located, ...]


def recognise(data: bytes, keys: Iterable[LabelledKey] = ()) -> Found:
    """Tell what ``data`` is. ``keys``: of the HAN, network and link keys, for captures of it.

    Raises Malformed: for what is none of the forms, saying which were tried; for one of them that is damaged or has no
    GBCS message in it.
    """
    if data.startswith(_CAPTURE_MAGICS):
        return _found("a capture", _from_capture(data, tuple(keys)))
    text = data.removeprefix(_BYTE_ORDER_MARK).lstrip()
    if text.startswith(b"<"):
        return _found("a DUIS document", _from_xml(text))
    if data[:1] and data[0] in _MESSAGE_STARTS:
        return Found("octets", (Located("", data),))
    if not text:
        raise Malformed("input", f"expected {_TRIED}, found nothing", 0)
    if not text.isascii():
        raise Malformed("input", f"expected {_TRIED}, found octets that begin {data[:4].hex().upper()}", 0)
    return _from_text(text.decode("ascii"))


def _found(what: str, messages: Iterator[Located]) -> Found:
    located = tuple(messages)
    if not located:
        raise Malformed(what.removeprefix("a "), "expected a GBCS message in it, found none")
    return Found(what, located)


def _from_text(text: str) -> Found:
    digits = _HEX_JOINTS.sub("", text)
    if _HEX.fullmatch(digits):
        return Found("hex digits", (Located("", from_hex(digits, "input")),))
    try:
        octets = base64.b64decode("".join(text.split()), validate=True)
    except binascii.Error:
        octets = b""
    if octets[:1] and octets[0] in _MESSAGE_STARTS:
        return Found("base64", (Located("", octets),))
    raise Malformed("input", f"expected {_TRIED}, found text of {len(text.strip())} characters", 0)


def _from_xml(data: bytes) -> Iterator[Located]:
    root = safe_xml.parse(data)
    for element in documents.gbcs_elements(root):
        yield Located(safe_xml.path(element), BASE64.read(element))


def _from_capture(data: bytes, keys: tuple[LabelledKey, ...]) -> Iterator[Located]:
    capture, han, given = Capture(), _Han(keys), 0
    for frame in capture.feed(data):
        for located in _from_frame(frame, han):
            given += 1
            yield located
    capture.end()
    if han.sealed and not given:
        problem = f"expected GBCS messages, found {han.sealed} HAN frames that none of {len(keys)} keys opens"
        raise Malformed("capture", problem)


def _from_frame(frame: Frame, han: "_Han") -> Iterator[Located]:
    place = f"frame {frame.number}"
    if frame.link_type == LinkType.GBCS:
        yield Located(place, frame.octets)
    elif frame.link_type == LinkType.DUIS:
        yield from (Located(f"{place}, {inner}", octets) for inner, octets in _from_xml(frame.octets))
    else:
        on_the_air = mac_frame(frame)
        octets = None if on_the_air is None else han.hear(*on_the_air, frame.number)
        if octets:
            yield Located(place, octets)


class _Han:
    """A sniffer's ear for what the tunnels of a HAN carry. ``sealed`` counts the frames that no key opened."""

    def __init__(self, keys: tuple[LabelledKey, ...]) -> None:
        self._sniffer, self._dissector = Sniffer(keys), Dissector(_NO_KEYS, {})
        self.sealed = 0

    def hear(self, octets: bytes, with_fcs: bool, number: int) -> bytes | None:
        """The GBCS message that a frame completes; None for other frames, those that cannot be read among them."""
        try:
            message = self._dissector.take(self._sniffer.open(octets, with_fcs).frame, number)
            command = tunneling.read(message.zcl) if message and message.cluster == tunneling.CLUSTER else None
            return _tunnelled(command.data) if isinstance(command, tunneling.TransferData) else None
        except KeyNotHeld:
            self.sealed += 1
        except ProtocolError:
            return None  # not for this reader to judge: the conversation of a capture tells what was wrong with it
        return None


def _tunnelled(data: bytes) -> bytes:
    """The message in a tunnel's data, which on a gas meter's tunnel stands behind a header."""
    if data[:1] not in gb_hrgp.HEADERS:
        return data
    exchange = gb_hrgp.decode(data)
    return b"" if isinstance(exchange, gb_hrgp.Get) else exchange.message
