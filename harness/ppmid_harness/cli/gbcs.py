"""``ppmid-harness gbcs``: GBCS messages as they are on the wire."""

from pathlib import Path
from typing import Annotated, Any

import typer

from ppmid_harness.cli.keys import KEYS_HELP, read_keys, read_message, read_messages
from ppmid_harness.cli.output import emit, emit_json

app = typer.Typer(help="Verify and read GBCS messages.", rich_markup_mode=None)

_VERIFY_HELP = """Check every message: structure, signature, MAC and encrypted parts, as far as the keys go.

Exit code 1 when anything does not hold.

\b
Examples:
  ppmid-harness gbcs verify messages.json --keys keys.json
  ppmid-harness gbcs verify RTDS/ --keys keys/ --json
"""

_DECODE_HELP = """Show one message: header, use case, payload and checks. UTRNs in it are hidden unless asked for.

MESSAGE is hex digits, a file of hex digits or octets, or - for standard input. Exit code 2 when it is no GBCS message.

\b
Examples:
  ppmid-harness gbcs decode DD0000…
  ppmid-harness gbcs decode command.hex --keys keys.json --json
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
    message: Annotated[str, typer.Argument(help="Hex digits, a file, or -.", metavar="MESSAGE")],
    keys: Annotated[Path | None, typer.Option(help=KEYS_HELP)] = None,
    show_secrets: Annotated[bool, typer.Option("--show-secrets", help="Show UTRN digits.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> int:
    """Read one message."""
    from ppmid_protocols.gbcs import message as messages
    from ppmid_protocols.gbcs.explain import explain, explain_text
    from ppmid_protocols.gbcs.verify import State, examine

    read, ring = messages.decode(read_message(message)), read_keys(keys)
    if json:
        emit_json(explain(read, ring, show_secrets=show_secrets))
    else:
        emit("\n".join(explain_text(read, ring, show_secrets=show_secrets)))
    if ring is None:
        return 0
    found = examine(read, ring)
    states = [found.signature.state, found.mac.state, *(part.check.state for part in found.sealed)]
    return 1 if State.FAILS in states else 0
