"""What is sealed in a HAN frame, opened with the keys of the home that stand beside the capture; no secret is shown.

Octets of a message stand here only where the whole of it was read and holds no secret. A block of a message is never
shown by itself: a UTRN may begin in one and end in the next.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ppmid_bench import input_files
from ppmid_bench.errors import BadInput
from ppmid_bench.evidence import Entry, Log
from ppmid_devices.ports import SECOND
from ppmid_protocols.captures import sayings
from ppmid_protocols.errors import Malformed, ProtocolError
from ppmid_protocols.utrn import IN_OCTETS
from ppmid_protocols.zigbee import aps_commands, gb_hrgp, nwk_commands, tunneling, zcl
from ppmid_protocols.zigbee.fragments import Reassembled, Reassembly
from ppmid_protocols.zigbee.frames import SMART_ENERGY, ApsHeader, ApsType, Fragment, NwkType
from ppmid_protocols.zigbee.security import MIC_OCTETS, Aux, decode_aux
from ppmid_protocols.zigbee.sniffer import LabelledKey, Overheard, Sniffer, read_keys
from ppmid_reports.octets import Layer, in_lines, named
from ppmid_reports.run import Run

_ONE_MESSAGE = 10 * SECOND
"""Blocks further away than this are not of one message, as in the diagram (``rows``)."""
_LEFT_OUT = "The octets of the message are left out: they hold, or may hold, a secret."


@dataclass(frozen=True, slots=True)
class HomeKeys:
    """The keys of a home; ``why`` says in a sentence why there are none to open its frames with."""

    keys: tuple[LabelledKey, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Opened:
    """What the keys opened of a frame, the outermost layer first. ``note``: what is not shown, and why.

    ``gbcs``: the GBCS message that a tunnel carries in it, where its octets may be shown.
    """

    layers: tuple[Layer, ...] = ()
    note: str = ""
    gbcs: bytes = field(default=b"", repr=False)


def keys_of(run: Run, name: str) -> HomeKeys:
    """The keys in the file of this name in a run folder, unless they are a lab's that a bundle would withhold."""
    path = run.folder / name
    if not run.record.are_parties_ours:
        return HomeKeys(why="What is sealed stays so here: captures of real devices and their keys are the lab's own.")
    if not path.is_file():
        return HomeKeys(why=f"What is sealed stays so here: this run folder has no {name}.")
    return _read(path, name)


def _read(path: Path, name: str) -> HomeKeys:
    try:
        return HomeKeys(read_keys(input_files.text(path)))
    except (BadInput, Malformed) as problem:
        said = str(problem).removeprefix(f"{path}: ")
        return HomeKeys(why=f"What is sealed stays so here: {name} is not to be read: {said}.")


class Opener:
    """Opens HAN frames of one scenario's evidence."""

    def __init__(self, log: Log, home: HomeKeys) -> None:
        self._log, self._home = log, home
        self._sniffer = Sniffer(home.keys)
        self._heard: dict[int, Overheard | None] = {}
        self._told: dict[tuple[int, ...], int] = {}
        self._by_way: dict[tuple[str, str], list[Entry]] = {}

    def open(self, entry: Entry) -> Opened:
        """What the keys open of the frame in an entry; nothing of one that is not sealed, or cannot be read."""
        if self._home.why or entry.octets is None:
            return Opened()
        try:
            heard = self._heard[entry.n] = self._sniffer.open(entry.octets, with_fcs=True)
            if heard.frame.nwk_aux is None and heard.frame.aps_aux is None:
                return Opened()
            return self._opened(entry, heard)
        except ProtocolError as problem:
            return Opened(note=f"It is not opened: {problem}.")

    def _opened(self, entry: Entry, heard: Overheard) -> Opened:
        frame = heard.frame
        if heard.command is not None:
            return Opened((_aps_command(heard),), "The octets of the command are left out: it may hold a key.")
        if frame.nwk.type is NwkType.COMMAND:
            return Opened((_nwk_command(heard.inside),))
        assert frame.aps is not None  # what is no command has an APS header
        aps = Layer("APS, opened with the network key", tuple(_aps(heard.inside, frame.aps, heard.label)))
        if frame.aps.type is ApsType.ACK:
            return Opened((aps,))
        whole = self._whole(entry, heard)
        if whole is None:
            return Opened((aps,), f"Other blocks of the message were not heard. {_LEFT_OUT}")
        if whole.frames in self._told:
            same = f"the same message as in entry {self._told[whole.frames]}, which shows it"
            return Opened((aps, Layer("ZCL", (same,))))
        self._told[whole.frames] = entry.n
        message = _message(frame.aps, whole, heard.label)
        return Opened((aps, *message.layers), message.note, message.gbcs)

    def _whole(self, entry: Entry, heard: Overheard) -> Reassembled | None:
        """The whole message that a frame is of; None where blocks of it are missing."""
        aps = heard.frame.aps
        if aps is None or aps.block is None:
            return Reassembled(heard.frame.octets, (entry.n,))
        blocks: Reassembly[int] = Reassembly()
        for other in self._frames(entry.sender, entry.receiver):
            if abs(other.t - entry.t) > _ONE_MESSAGE:
                continue
            near = self._hear(other)
            part = None if near is None else near.frame.aps
            if near is None or part is None or part.block is None or part.type is not ApsType.DATA:
                continue
            if part.counter == aps.counter:
                whole = blocks.add(part.counter, part.block, near.frame.octets, other.n)
                if whole is not None and entry.n in whole.frames:
                    return whole
        return None

    def _frames(self, sender: str, receiver: str) -> list[Entry]:
        """The frames that went one way."""
        if not self._by_way:
            for one in self._log:
                if one.link == "han" and one.octets is not None:
                    self._by_way.setdefault((one.sender, one.receiver), []).append(one)
        return self._by_way.get((sender, receiver), [])

    def _hear(self, entry: Entry) -> Overheard | None:
        """A frame beside the one that is opened; None where it cannot be."""
        if entry.n not in self._heard:
            assert entry.octets is not None  # else it is no frame
            try:
                self._heard[entry.n] = self._sniffer.open(entry.octets, with_fcs=True)
            except ProtocolError:
                self._heard[entry.n] = None  # it is none of the message's
        return self._heard[entry.n]


def _aps(inside: bytes, aps: ApsHeader, label: str) -> Iterator[str]:
    """APS header and its security (ZigBee R22 2.2.5, 4.4.1), in the offsets of what the NWK frame carries."""
    begin = len(aps.encode())
    name = sayings.CLUSTERS.get(aps.cluster, "")
    ends = f"endpoint {aps.source_endpoint} to {aps.destination_endpoint}"
    said = f"{aps.type.name.lower()}, {ends}, profile {aps.profile:04X}, cluster {aps.cluster:04X} {name}".rstrip()
    yield from named(inside, 0, begin, "header", f"{said}, counter {aps.counter}{_block(aps)}")
    if aps.secured:
        aux, end = decode_aux(inside, begin)
        yield from named(inside, begin, end, "auxiliary header", _sealed_by(aux, label))
        mic = len(inside) - MIC_OCTETS
        yield from named(inside, end, mic, "sealed")
        yield from named(inside, mic, None, "MIC")


def _sealed_by(aux: Aux, label: str) -> str:
    named_so = f" ({label})" if label else ""
    return f"{aux.key_id} key{named_so}, counter {aux.counter}, by {aux.source or 'the sender'}"


def _block(aps: ApsHeader) -> str:
    if aps.block is None:
        return ""
    first = aps.block.fragment is Fragment.FIRST
    return f", the first of {aps.block.number} blocks" if first else f", block {aps.block.number} after the first"


def _message(aps: ApsHeader, whole: Reassembled, label: str) -> Opened:
    """A ZCL message: its octets where it was read and holds no secret, else what it says without it."""
    octets, key = whole.octets, f"the key of {label}" if label else "a link key"
    if aps.profile != SMART_ENERGY:
        return Opened(note=f"Messages of profile {aps.profile:04X} are not read here. {_LEFT_OUT}")
    opened = f", opened with {key}" if aps.secured else ""
    size = f", {len(whole.frames)} blocks" if len(whole.frames) > 1 else ""
    frame = zcl.decode_frame(octets)
    said = sayings.of_zcl(aps.cluster, frame)
    header, begin = frame.header, len(octets) - len(frame.payload)
    way = "to the server" if header.direction is zcl.Direction.TO_SERVER else "to the client"
    meaning = f"{header.scope.name.lower()}, {way}, sequence {header.sequence}, command {header.command:02X}"
    lines = [*named(octets, 0, begin, "header", meaning)]
    is_secret = bool(said.problem) or sayings.HIDDEN in repr(said.fields) or IN_OCTETS.search(octets) is not None
    if is_secret:
        lines.append(f"{begin:6}  {f'{len(frame.payload)} octets, left out':<34}  {said.what}")
    else:
        lines += named(octets, begin, None, "payload", said.what)
    lines += [f"        {sayings.words(name).replace('_', ' ')}: {value}" for name, value in said.fields.items()]
    layer = Layer(f"ZCL, {len(octets)} octets{size}{opened}", tuple(lines))
    note = f"{f'{said.problem}. ' if said.problem else ''}{_LEFT_OUT}" if is_secret else ""
    return Opened((layer,), note, b"" if is_secret else _in_tunnel(aps.cluster, frame))


def _in_tunnel(cluster: int, frame: zcl.ZclFrame) -> bytes:
    if cluster != tunneling.CLUSTER or frame.header.scope is not zcl.Scope.CLUSTER:
        return b""
    command = tunneling.read(frame)
    if not isinstance(command, tunneling.TransferData):
        return b""
    if command.data[:1] not in gb_hrgp.HEADERS:
        return command.data
    return bytes(getattr(gb_hrgp.decode(command.data), "message", b""))


def _aps_command(heard: Overheard) -> Layer:
    """An APS command (ZigBee R22 4.4.11) in words alone."""
    assert heard.command is not None
    said = sayings.of_command(heard.command)
    aux = heard.frame.aps_aux
    sealed = () if aux is None else (_sealed_by(aux, heard.label),)
    size = aps_commands.HEADER_OCTETS
    header = named(heard.inside, 0, size, "header", f"command, counter {heard.inside[1]}")
    fields = (f"        {name.replace('_', ' ')}: {value}" for name, value in said.fields.items())
    return Layer(said.what, (*header, *(f"        {one}" for one in sealed), *fields))


def _nwk_command(inside: bytes) -> Layer:
    """A NWK command (ZigBee R22 3.4): it holds no key."""
    if not nwk_commands.is_known(inside):
        return Layer("NWK command, opened with the network key", tuple(in_lines(inside)))
    said = nwk_commands.decode(inside)
    fields = (f"        {name}: {value}" for name, value in sayings.fields_of(said, show_secrets=False).items())
    name = f"NWK command, opened with the network key: {sayings.words(type(said).__name__)}"
    return Layer(name, (*in_lines(inside), *fields))
