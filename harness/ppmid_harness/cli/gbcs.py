"""``ppmid-harness gbcs``: GBCS messages as they are on the wire."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ppmid_harness.cli.keys import KEYS_HELP, read_han_keys, read_input, read_keys, read_messages
from ppmid_harness.cli.output import emit, emit_json

if TYPE_CHECKING:
    from ppmid_protocols.gbcs.keyring import KeyRing
    from ppmid_protocols.gbcs.message import Message

app = typer.Typer(help="Verify and read GBCS messages.", rich_markup_mode=None)

_VERIFY_HELP = """Check every message: structure, signature, MAC and encrypted parts, as far as the keys go.

Exit code 1 when anything does not hold.

\b
Examples:
  ppmid-harness gbcs verify messages.json --keys keys.json
  ppmid-harness gbcs verify RTDS/ --keys keys/ --json
"""

_DECODE_HELP = """Show the GBCS messages in INPUT, octet by octet, with what was checked. UTRNs in them are hidden.

INPUT is hex digits, base64, a file, or - for standard input; a file may hold those, octets, a capture (pcap, pcapng) or
a DUIS document. Exit code 2 when there is no GBCS message in it, 1 when a check fails.

\b
Examples:
  ppmid-harness gbcs decode DD0000…
  ppmid-harness gbcs decode command.hex --keys keys.json --json
  ppmid-harness gbcs decode captures/one.pcapng --han-keys captures/keys.one.zigbee_pc_keys
"""

_NAMES = {"signatures": "verified", "macs": "verified", "encrypted": "decrypted"}


@app.command("verify", help=_VERIFY_HELP)
def verify(
    path: Annotated[Path, typer.Argument(help="A JSON file of messages, or a folder tree of .HEX files.")],
    keys: Annotated[Path, typer.Option(help=KEYS_HELP)],
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> int:
    """Verify messages."""
    from ppmid_protocols.gbcs import verify as engine

    ring = read_keys(keys)
    assert ring is not None  # a path was given
    report: dict[str, Any] = engine.verify(read_messages(path), ring).as_json()
    if json:
        emit_json(report)
    else:
        emit(f"{report['parsed']} of {report['messages']} messages parse")
        for kind, good in _NAMES.items():
            counts = report[kind]
            emit(f"{kind}: {counts['present']} present, {counts[good]} {good}, {counts['no_key']} without a key")
        for one in report["failures"]:
            emit(f"{one['name']}: {one['what']}: {one['reason']}")
    return 1 if report["failures"] else 0


@app.command("decode", help=_DECODE_HELP)
def decode(
    given: Annotated[str, typer.Argument(help="Hex digits, base64, a file, or -.", metavar="INPUT")],
    keys: Annotated[Path | None, typer.Option(help=KEYS_HELP)] = None,
    han_keys: Annotated[list[Path] | None, typer.Option(help="For captures: a table zigbee_pc_keys.")] = None,
    show_secrets: Annotated[bool, typer.Option("--show-secrets", help="Show UTRN digits.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> int:
    """Read the messages in some input."""
    from ppmid_protocols.captures.inputs import recognise
    from ppmid_protocols.gbcs import message as messages
    from ppmid_protocols.gbcs.explain import explain, explain_text

    found, ring = recognise(read_input(given), list(read_han_keys(han_keys or []))), read_keys(keys)
    read = [(located.place, messages.decode(located.octets)) for located in found.messages]
    if json:
        explained = [{"place": place, **explain(one, ring, show_secrets=show_secrets)} for place, one in read]
        emit_json({"input": found.what} | (explained[0] if len(read) == 1 else {"messages": explained}))
    else:
        emit(f"input: {found.what}")
        for place, one in read:
            emit("\n".join([*([f"\n{place}"] if place else []), *explain_text(one, ring, show_secrets=show_secrets)]))
    return 1 if ring is not None and any(_fails(one, ring) for _, one in read) else 0


def _fails(message: "Message", ring: "KeyRing") -> bool:
    """Whether a signature, MAC or sealed part of the message does not hold, as far as the keys go."""
    from ppmid_protocols.gbcs.verify import State, examine

    found = examine(message, ring)
    return State.FAILS in (found.signature.state, found.mac.state, *(part.check.state for part in found.sealed))
