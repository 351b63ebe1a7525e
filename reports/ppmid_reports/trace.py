"""What crossed a link, layer by layer, octet by octet: the lines that a page shows of an entry that a check rests on.

It reads the octets that stand in the evidence, which are those without a secret. Of a HAN frame it shows the layers
that travel in clear, and what the keys of the home open (module ``opened``). A GBCS message is shown in full where it
crossed any link in clear, for the octets are the same on all of them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from ppmid_bench.evidence import Entry, Log
from ppmid_protocols.captures.sayings import fields_of, words
from ppmid_protocols.duis import documents
from ppmid_protocols.errors import Malformed, ProtocolError
from ppmid_protocols.gbcs import gbt
from ppmid_protocols.gbcs.explain import explain_text
from ppmid_protocols.gbcs.message import decode as decode_gbcs
from ppmid_protocols.local_interface import messages, sealing
from ppmid_protocols.zigbee.frames import decode_mac, decode_nwk
from ppmid_protocols.zigbee.security import MIC_OCTETS, decode_aux
from ppmid_reports.octets import Layer, in_halves, in_lines, named
from ppmid_reports.opened import HomeKeys, Opener
from ppmid_reports.text import cut
from ppmid_reports.words import details

MOST_TRACED = 24
"""How many entries a page shows so; a check that rests on hundreds shows its first ones."""

_MOST_XML = 6000
_FCS_OCTETS = 2


@dataclass(frozen=True, slots=True)
class Traced:
    """An entry of the evidence by its layers, the outermost first. ``note``: what is not shown, and why."""

    entry: Entry
    layers: tuple[Layer, ...]
    note: str


def trace(log: Log, numbers: Iterable[int], home: HomeKeys) -> tuple[list[Traced], int]:
    """The entries of these numbers that crossed a link, by their layers; and how many there are besides."""
    known = {entry.n: entry for entry in log}
    chosen = [known[number] for number in dict.fromkeys(numbers) if number in known and _crossed(known[number])]
    shown, in_clear, opener = chosen[:MOST_TRACED], _InClear(log), Opener(log, home)
    return [_traced(entry, in_clear, opener) for entry in shown], len(chosen) - len(shown)


def _crossed(entry: Entry) -> bool:
    return entry.octets is not None or isinstance(entry.fields.get("frame"), int) or "gbcs" in entry.fields


class _InClear:
    """The octets of the GBCS messages that crossed a link in clear, by their tags; each is told in full once."""

    def __init__(self, log: Log) -> None:
        self._carriers: dict[str, list[Entry]] = {}
        for entry in log:
            tag = _tag(entry) if entry.link in _CARRIED and entry.octets is not None else ""
            if tag:
                self._carriers.setdefault(tag, []).append(entry)
        self._told: dict[str, int] = {}

    def layer(self, entry: Entry, opened: bytes) -> Layer | None:
        """The GBCS message that an entry carries; None where it carries none, or none in clear.

        ``opened``: its octets, where the keys of the home have opened them.
        """
        tag = _tag(entry)
        if not tag:
            return None
        if tag in self._told:
            return Layer("GBCS message", (f"the same octets as in entry {self._told[tag]}, which shows them",))
        octets = opened or self._first(tag)
        if not octets:
            return None
        self._told[tag] = entry.n
        return Layer(f"GBCS message, {len(octets)} octets", tuple(_of_gbcs(octets)))

    def _first(self, tag: str) -> bytes:
        """The octets from the first of the entries with a tag in which they can be read."""
        found = (_carried(one.link, one.octets) for one in self._carriers.get(tag, ()) if one.octets is not None)
        return next(filter(None, found), b"")


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


def _traced(entry: Entry, in_clear: _InClear, opener: Opener) -> Traced:
    layers: list[Layer] = []
    notes: list[str] = []
    opened = b""
    if entry.octets is None:
        notes.append("The octets are not shown: they hold, or may hold, a secret. They stand in the capture.")
    elif entry.link in _READERS:
        try:
            layers += _READERS[entry.link](entry.octets)
        except ProtocolError as problem:
            layers.append(Layer(f"{len(entry.octets)} octets", tuple(in_lines(entry.octets))))
            notes.append(f"They could not be read by their layers: {problem}.")
        else:
            if entry.link == "han":
                found = opener.open(entry)
                opened = found.gbcs
                layers += found.layers
                notes += [found.note] if found.note else []
    elif entry.link != "wan":
        layers.append(Layer(f"{len(entry.octets)} octets", tuple(in_lines(entry.octets))))
    if entry.link == "han":
        layers.append(Layer("As the observer read it", tuple(f"{name}: {value}" for name, value in details(entry))))
    message = in_clear.layer(entry, opened)
    if message is not None:
        layers.append(message)
    elif _tag(entry) and not notes:
        notes.append("The GBCS message in it stands nowhere in the evidence in clear.")
    return Traced(entry, tuple(layers), " ".join(notes))


def _of_gbcs(octets: bytes) -> Iterator[str]:
    if gbt.is_block(octets):
        yield "a block of a message, General Block Transfer"
        yield from in_lines(octets)
        return
    try:
        yield from map(in_halves, explain_text(decode_gbcs(octets)))
    except ProtocolError as problem:
        yield f"not readable: {problem}"
        yield from in_lines(octets)


def _of_frame(octets: bytes) -> Iterator[Layer]:
    """MAC (IEEE 802.15.4 7.2), NWK and its security (ZigBee R22 3.3.1, 4.5.1): what travels in clear, then the rest."""
    mac = decode_mac(octets)
    begin = len(octets) - _FCS_OCTETS - len(mac.payload)
    asks = "asks for an acknowledgement" if mac.ack_request else "asks for none"
    ends = f"PAN {mac.pan:04X}, {mac.source:04X} to {mac.destination:04X}, sequence {mac.sequence}, {asks}"
    yield Layer("MAC", (*named(octets, 0, begin, "header", ends), *named(octets, -_FCS_OCTETS, None, "FCS")))
    nwk, length = decode_nwk(mac.payload)
    said = f"{nwk.type.name.lower()}, {nwk.source:04X} to {nwk.destination:04X}, radius {nwk.radius}"
    yield Layer("NWK", tuple(named(octets, begin, begin + length, "header", f"{said}, sequence {nwk.sequence}")))
    if not nwk.secured:
        yield Layer("In clear", tuple(in_lines(octets[begin + length : -_FCS_OCTETS], begin + length)))
        return
    aux, end = decode_aux(octets, begin + length)
    by = f"{aux.key_id} key, counter {aux.counter}, by {aux.source or 'the sender'}"
    mic = len(octets) - _FCS_OCTETS - MIC_OCTETS
    yield Layer("NWK security", tuple(named(octets, begin + length, end, "auxiliary header", by)))
    sealed = [*named(octets, end, mic, "APS and above, sealed"), *named(octets, mic, mic + MIC_OCTETS, "MIC")]
    yield Layer("Sealed", tuple(sealed))


def _of_local(octets: bytes) -> Iterator[Layer]:
    """COSE_Sign1 (RFC 9052 4.2), and the message of the local command interface in it."""
    protected, payload, signature = _sealed_parts(octets)
    parts = (("protected header", protected), ("payload", payload), ("signature, Ed25519", signature))
    places = [(name, octets.find(part), len(part)) for name, part in parts]
    lines = [line for name, at, size in places for line in named(octets, at, at + size, name)]
    yield Layer("COSE_Sign1", tuple(lines))
    message = messages.decode(payload)
    told = fields_of(message, show_secrets=False)
    fields = [
        f"{words(name).replace('_', ' ')}: {value}"
        for name, value in told.items()
        if name not in ("command", "response")
    ]
    yield Layer(f"Local command interface: {words(type(message).__name__)}", tuple(fields))


def _sealed_parts(octets: bytes) -> tuple[bytes, bytes, bytes]:
    protected, _, payload, signature = sealing.elements(octets)
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
