"""What crossed a link, layer by layer, octet by octet: the lines that a page shows of an entry that a check rests on.

It reads the octets that stand in the evidence, which are those without a secret, and holds no key: of a HAN frame it
shows the layers that travel in clear and what is sealed, and what the observer has read in it. A GBCS message is shown
in full where it crossed any link in clear, for the octets are the same on all of them.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import cbor2

from ppmid_bench.evidence import Entry, Log
from ppmid_protocols.captures.sayings import fields_of, words
from ppmid_protocols.duis import documents
from ppmid_protocols.errors import Malformed, ProtocolError
from ppmid_protocols.gbcs import gbt
from ppmid_protocols.gbcs.explain import explain_text
from ppmid_protocols.gbcs.message import decode as decode_gbcs
from ppmid_protocols.local_interface import cbor, messages
from ppmid_protocols.zigbee.frames import decode_mac, decode_nwk
from ppmid_protocols.zigbee.security import MIC_OCTETS, decode_aux
from ppmid_reports.text import cut
from ppmid_reports.words import details

MOST_TRACED = 24
"""How many entries a page shows so; a check that rests on hundreds shows its first ones."""

_IN_LINE, _HALF, _NAME = 16, 8, 44
_OCTETS = re.compile(f"^(.{{8}})([0-9a-f]{{{2 * _HALF + 2},{2 * _IN_LINE}}})( *)")
"""More than half a line of octets, as ``gbcs decode`` writes them."""
_MOST_XML = 6000
_FCS_OCTETS = 2


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer of what crossed: what it is, and its octets with their meaning, a line each."""

    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Traced:
    """An entry of the evidence by its layers, the outermost first. ``note``: what is not shown, and why."""

    entry: Entry
    layers: tuple[Layer, ...]
    note: str


def trace(log: Log, numbers: Iterable[int]) -> tuple[list[Traced], int]:
    """The entries of these numbers that crossed a link, by their layers; and how many there are besides."""
    known = {entry.n: entry for entry in log}
    chosen = [known[number] for number in dict.fromkeys(numbers) if number in known and _crossed(known[number])]
    shown, in_clear = chosen[:MOST_TRACED], _InClear(log)
    return [_traced(entry, in_clear) for entry in shown], len(chosen) - len(shown)


def _crossed(entry: Entry) -> bool:
    return entry.octets is not None or isinstance(entry.fields.get("frame"), int) or "gbcs" in entry.fields


class _InClear:
    """The octets of the GBCS messages that crossed a link in clear, by their tags; each is told in full once."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._found: Mapping[str, bytes] | None = None
        self._told: dict[str, int] = {}

    def layer(self, entry: Entry) -> Layer | None:
        """The GBCS message that an entry carries; None where it carries none, or none in clear."""
        tag = _tag(entry)
        if not tag:
            return None
        if tag in self._told:
            return Layer("GBCS message", (f"the same octets as in entry {self._told[tag]}, which shows them",))
        octets = self._by_tag().get(tag)
        if octets is None:
            return None
        self._told[tag] = entry.n
        return Layer(f"GBCS message, {len(octets)} octets", tuple(_of_gbcs(octets)))

    def _by_tag(self) -> Mapping[str, bytes]:
        if self._found is None:
            found: dict[str, bytes] = {}
            for entry in self._log:
                tag = _tag(entry)
                if tag and tag not in found and entry.octets is not None and entry.link in _CARRIED:
                    octets = _carried(entry.link, entry.octets)
                    if octets:
                        found[tag] = octets
            self._found = found
        return self._found


def _tag(entry: Entry) -> str:
    gbcs = entry.fields.get("gbcs")
    return str(gbcs.get("tag", "")) if isinstance(gbcs, Mapping) else ""


def _carried(link: str, octets: bytes) -> bytes:
    try:
        return _CARRIED[link](octets)
    except ProtocolError:
        return b""


def _in_document(octets: bytes) -> bytes:
    body = documents.from_xml(octets).body
    found = getattr(body, "gbcs", None) or getattr(body, "device_gbcs", None)
    return found if isinstance(found, bytes) else b""


def _in_local(octets: bytes) -> bytes:
    message = messages.decode(_sealed_parts(octets)[1])
    found = getattr(message, "command", None) or getattr(message, "response", None)
    return bytes(found) if isinstance(found, bytes) else b""


_CARRIED: Mapping[str, Callable[[bytes], bytes]] = {
    "wan": lambda octets: octets,
    "duis": _in_document,
    "avenue": _in_local,
}
"""The GBCS message in what crosses a link where it is not sealed."""


def _traced(entry: Entry, in_clear: _InClear) -> Traced:
    layers: list[Layer] = []
    note = ""
    if entry.octets is None:
        note = "The octets are not shown: they hold, or may hold, a secret. They stand in the capture."
    elif entry.link in _READERS:
        try:
            layers += _READERS[entry.link](entry.octets)
        except ProtocolError as problem:
            layers.append(Layer(f"{len(entry.octets)} octets", tuple(_hex(entry.octets))))
            note = f"They could not be read by their layers: {problem}."
    elif entry.link != "wan":
        layers.append(Layer(f"{len(entry.octets)} octets", tuple(_hex(entry.octets))))
    if entry.link == "han":
        layers.append(
            Layer("Opened, as the observer read it", tuple(f"{name}: {value}" for name, value in details(entry)))
        )
    message = in_clear.layer(entry)
    if message is not None:
        layers.append(message)
    elif _tag(entry) and not note:
        note = "The GBCS message in it stands nowhere in the evidence in clear; the keys beside the capture open it."
    return Traced(entry, tuple(layers), note)


def _of_gbcs(octets: bytes) -> Iterator[str]:
    if gbt.is_block(octets):
        yield "a block of a message, General Block Transfer"
        yield from _hex(octets)
        return
    try:
        yield from map(_in_halves, explain_text(decode_gbcs(octets)))
    except ProtocolError as problem:
        yield f"not readable: {problem}"
        yield from _hex(octets)


def _of_frame(octets: bytes) -> Iterator[Layer]:
    """MAC (IEEE 802.15.4 7.2), NWK and its security (ZigBee R22 3.3.1, 4.5.1): what travels in clear, then the rest."""
    mac = decode_mac(octets)
    begin = len(octets) - _FCS_OCTETS - len(mac.payload)
    asks = "asks for an acknowledgement" if mac.ack_request else "asks for none"
    ends = f"PAN {mac.pan:04X}, {mac.source:04X} to {mac.destination:04X}, sequence {mac.sequence}, {asks}"
    yield Layer("MAC", (*_named(octets, 0, begin, "header", ends), *_named(octets, -_FCS_OCTETS, None, "FCS")))
    nwk, length = decode_nwk(mac.payload)
    said = f"{nwk.type.name.lower()}, {nwk.source:04X} to {nwk.destination:04X}, radius {nwk.radius}"
    yield Layer("NWK", tuple(_named(octets, begin, begin + length, "header", f"{said}, sequence {nwk.sequence}")))
    if not nwk.secured:
        yield Layer("In clear", tuple(_hex(octets[begin + length : -_FCS_OCTETS], begin + length)))
        return
    aux, end = decode_aux(octets, begin + length)
    by = f"{aux.key_id} key, counter {aux.counter}, by {aux.source or 'the sender'}"
    mic = len(octets) - _FCS_OCTETS - MIC_OCTETS
    yield Layer("NWK security", tuple(_named(octets, begin + length, end, "auxiliary header", by)))
    sealed = [*_named(octets, end, mic, "APS and above, sealed"), *_named(octets, mic, mic + MIC_OCTETS, "MIC")]
    yield Layer("Sealed: the keys beside the capture open it", tuple(sealed))


def _of_local(octets: bytes) -> Iterator[Layer]:
    """COSE_Sign1 (RFC 9052 4.2), and the message of the local command interface in it."""
    protected, payload, signature = _sealed_parts(octets)
    parts = (("protected header", protected), ("payload", payload), ("signature, Ed25519", signature))
    places = [(name, octets.find(part), len(part)) for name, part in parts]
    lines = [line for name, at, size in places for line in _named(octets, at, at + size, name)]
    yield Layer("COSE_Sign1", tuple(lines))
    message = messages.decode(payload)
    told = fields_of(message, show_secrets=False)
    fields = [f"{words(name)}: {value}" for name, value in told.items() if name not in ("command", "response")]
    yield Layer(f"Local command interface: {words(type(message).__name__)}", tuple(fields))


def _sealed_parts(octets: bytes) -> tuple[bytes, bytes, bytes]:
    item = cbor.decode("COSE_Sign1", octets)
    parts = item.value if isinstance(item, cbor2.CBORTag) else None
    if not isinstance(parts, Sequence) or len(parts) != 4:
        raise Malformed("COSE_Sign1", "expected a tag around four elements")
    protected, payload, signature = parts[0], parts[2], parts[3]
    if not (isinstance(protected, bytes) and isinstance(payload, bytes) and isinstance(signature, bytes)):
        raise Malformed("COSE_Sign1", "expected header, payload and signature as octets")
    return protected, payload, signature


def _of_document(octets: bytes) -> Iterator[Layer]:
    text = octets.decode("utf-8", "backslashreplace")
    lines = cut(text.replace("><", ">\n<"), _MOST_XML, "the evidence file").splitlines()
    yield Layer(f"DUIS document, {len(octets)} octets", tuple(lines))


_READERS: Mapping[str, Callable[[bytes], Iterator[Layer]]] = {
    "han": _of_frame,
    "avenue": _of_local,
    "duis": _of_document,
}


def _named(octets: bytes, begin: int, end: int | None, name: str, meaning: str = "") -> Iterator[str]:
    """A stretch of octets under a name, in the columns of ``gbcs decode``: offset, octets, name, meaning."""
    begin = begin if begin >= 0 else len(octets) + begin
    first, *rest = _hex(octets[begin:end], begin) or [f"{begin:6}"]
    yield f"{first:<{10 + 2 * _IN_LINE}}  {name:<{_NAME}}  {meaning}".rstrip()
    yield from rest


def _hex(octets: bytes, begin: int = 0) -> list[str]:
    lines = (f"{begin + at:6}  {octets[at : at + _IN_LINE].hex()}" for at in range(0, len(octets), _IN_LINE))
    return [_in_halves(line).rstrip() for line in lines]


def _in_halves(line: str) -> str:
    """A line with its octets in two halves: so no twenty of their digits stand together, as those of a UTRN would."""
    found = _OCTETS.match(line)
    if found is None:
        of_a_row = len(line) > 40 and (line.startswith("offset") or line[:6].strip().isdigit())
        return f"{line[:8]}{line[8:40]:<34}{line[40:]}" if of_a_row else line
    offset, digits, spaces = found.groups()
    return f"{offset}{digits[: 2 * _HALF]}  {digits[2 * _HALF :]}{spaces}{line[found.end() :]}"
