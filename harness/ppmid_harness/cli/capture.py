"""``ppmid-harness capture``: what crossed the links, from a file, a sniffer's pipe or a radio."""

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ppmid_harness.cli.keys import read_han_keys
from ppmid_harness.cli.output import emit, emit_json

if TYPE_CHECKING:
    from ppmid_protocols.captures.captured import Frame
    from ppmid_protocols.captures.conversation import Conversation, Entry
    from ppmid_protocols.zigbee.sniffer import LabelledKey

app = typer.Typer(help="Read captures of the HAN and the other links.", rich_markup_mode=None)


@app.callback()
def _captures() -> None:
    """Keeps ``show`` a command of its own while it is the only one."""


_SHOW_HELP = """Print a capture as a conversation: who said what to whom, when; what no key opens is said too.

FILE is a pcap or pcapng of a run or of a sniffer, a sniffer's FIFO, or - for standard input. UTRNs and keys in it are
hidden unless asked for.

\b
Examples:
  ppmid-harness capture show captures/one.pcapng --keys captures/keys.one.zigbee_pc_keys
  whsniff -c 15 | ppmid-harness capture show - --key 00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff
  ppmid-harness capture show --interface wpan0 --keys lab.zigbee_pc_keys
"""

_STANDARD_INPUT = "-"
_CHUNK = 1 << 16
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@app.command("show", help=_SHOW_HELP)
def show(
    file: Annotated[Path | None, typer.Argument(help="A capture, a FIFO, or -.", metavar="FILE")] = None,
    keys: Annotated[
        list[Path] | None,
        typer.Option("--keys", "--han-keys", help="HAN keys: a table zigbee_pc_keys; may be repeated."),
    ] = None,
    key: Annotated[list[str] | None, typer.Option(help="A HAN key of 32 hex digits; may be repeated.")] = None,
    interface: Annotated[str | None, typer.Option(help="Listen to a radio of this machine; needs root.")] = None,
    show_secrets: Annotated[bool, typer.Option("--show-secrets", help="Show UTRN digits and keys.")] = False,
    scapy: Annotated[bool, typer.Option("--scapy", help="Show each HAN frame as scapy reads it, too.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document, at the end.")] = False,
) -> int:
    """Show a capture."""
    from ppmid_bench.errors import BadInput
    from ppmid_protocols.captures.conversation import Conversation

    if (file is None) == (interface is None):
        raise BadInput("capture show", "", "FILE or --interface, one of the two")
    if scapy and (json or not show_secrets):
        raise BadInput("--scapy", "", "--show-secrets beside it and no --json: scapy shows every octet, as text")
    held = [*read_han_keys(keys or []), *_read_digits(key or [])]
    conversation = Conversation(held, show_secrets=show_secrets)
    frames = _from_file(file) if file is not None else _from_radio(interface or "")
    second = _scapy_view(held) if scapy else None
    entries: list[dict[str, Any]] = []

    def tell(entry: "Entry") -> None:
        entries.append(_as_json(entry)) if json else emit(_as_line(entry))

    heard = 0
    with contextlib.suppress(KeyboardInterrupt):  # how a person ends a live capture
        for heard, frame in enumerate(frames, 1):  # noqa: B007 (the count is told at the end)
            entry = conversation.hear(frame)
            if entry is not None:
                tell(entry)
            if second is not None:
                emit(second(frame))
    for entry in conversation.end():
        tell(entry)
    if json:
        emit_json(
            {
                "frames": heard,
                "entries": entries,
                "parties": conversation.parties,
                "passed_over": dict(conversation.passed_over),
                "sealed": conversation.sealed,
            }
        )
    else:
        emit("\n".join(_summary(conversation, heard)))
    return 0


def _read_digits(keys: list[str]) -> Iterator["LabelledKey"]:
    from ppmid_bench.errors import BadInput
    from ppmid_protocols.errors import Malformed
    from ppmid_protocols.zigbee.sniffer import LabelledKey

    for key in keys:
        try:
            yield LabelledKey.parse(key)
        except Malformed as problem:
            raise BadInput("--key", "", problem.problem.removeprefix("expected ")) from None


def _from_file(path: Path) -> Iterator["Frame"]:
    """The frames of a capture, as soon as they are there. Raises BadInput, naming the file."""
    from ppmid_bench.errors import BadInput
    from ppmid_protocols.captures.captured import Capture
    from ppmid_protocols.errors import ProtocolError

    name = "standard input" if str(path) == _STANDARD_INPUT else str(path)
    capture = Capture()
    try:
        for chunk in _chunks(path):
            yield from capture.feed(chunk)
        capture.end()
    except ProtocolError as problem:
        raise BadInput(name, "", "a pcap or pcapng capture", str(problem)) from None
    except OSError as problem:
        raise BadInput(name, "", "a readable capture", _why(problem)) from None


def _chunks(path: Path) -> Iterator[bytes]:
    """What is there to read, as soon as it is there: a sniffer's pipe never ends."""
    standard = str(path) == _STANDARD_INPUT
    with open(0 if standard else path, "rb", buffering=0, closefd=not standard) as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk


def _from_radio(name: str) -> Iterator["Frame"]:
    from ppmid_harness.radio import listen

    return listen(name)


def _why(problem: OSError | UnicodeDecodeError) -> str:
    return (problem.strerror if isinstance(problem, OSError) else None) or str(problem)


def _scapy_view(keys: "list[LabelledKey]") -> Any:
    from ppmid_protocols.captures.scapy_view import View

    return View([held.key for held in keys]).show


def _time(nanoseconds: int) -> str:
    moment = _EPOCH + timedelta(microseconds=nanoseconds // 1000)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _as_json(entry: "Entry") -> dict[str, Any]:
    return {
        "frames": list(entry.frames),
        "time": entry.time,
        "link": entry.link,
        "from": entry.sender,
        "to": entry.receiver,
        "what": entry.what,
        "fields": entry.fields,
        "notes": list(entry.notes),
        "problem": entry.problem,
    }


def _as_line(entry: "Entry") -> str:
    first, last = (entry.frames[0], entry.frames[-1]) if entry.frames else ("", "")
    number = f"{first}-{last}" if len(entry.frames) > 1 else f"{first}"
    ends = f"{entry.sender} → {entry.receiver}" if entry.sender or entry.receiver else "?"
    told = [f"{name.replace('_', ' ')} {_word(value)}" for name, value in entry.fields.items() if value is not None]
    said = f"{entry.what}; {', '.join(told)}" if told else entry.what
    ending = "".join(f" [{note}]" for note in entry.notes) + (f" ({entry.problem})" if entry.problem else "")
    return f"{number:>9}  {_time(entry.time)}  {entry.link:6}  {ends}: {said}{ending}"


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return f"({'; '.join(map(_word, value))})"
    if isinstance(value, dict):
        return " ".join(f"{name.replace('_', ' ')} {_word(one)}" for name, one in value.items() if one is not None)
    return str(value)


def _summary(conversation: "Conversation", heard: int) -> Iterator[str]:
    yield f"{heard} frame(s), {conversation.sealed} of them sealed by keys not given"
    for kind, count in conversation.passed_over.most_common():
        yield f"passed over: {count} × {kind}"
    for name, party in conversation.parties.items():
        yield f"{name}: 0x{party['short']}, {party['eui']}"
