"""``ppmid-harness rtds``: the simulated devices against the Reference Test Data Set."""

from pathlib import Path
from typing import Annotated, Any

import typer

from ppmid_harness.cli.keys import KEYS_HELP, read_keys, read_messages
from ppmid_harness.cli.output import emit, emit_json

app = typer.Typer(help="Play published Commands at the simulated devices.", rich_markup_mode=None)


@app.callback()
def _rtds() -> None:
    """Play published Commands at the simulated devices."""


_REPLAY_HELP = """Play every Command in FILE at a simulated device, and compare the Response with the one in FILE.

Each Command keeps payload, parties and counter, and is secured anew with keys of our own; a UTRN in it too. Responses
are compared by structure: how many results, of which types, with which codes; not by values. KEYS tell the parties'
roles and open what is sealed in FILE. Exit code 1 when a Command has no answer, or the Response to what
the set's own device did differs.

\b
Examples:
  ppmid-harness rtds replay messages.json --keys keys.json
  ppmid-harness rtds replay RTDS/ --keys keys/ --json
"""


@app.command("replay", help=_REPLAY_HELP)
def replay(
    file: Annotated[Path, typer.Argument(help="A JSON file of messages, or a folder tree of .HEX files.")],
    keys: Annotated[Path, typer.Option(help=KEYS_HELP)],
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> int:
    """Play Commands."""
    from ppmid_harness.rtds.replay import replay as play_all

    ring = read_keys(keys)
    assert ring is not None  # a path was given
    report: dict[str, Any] = play_all(read_messages(file), ring).as_json()
    if json:
        emit_json(report)
    else:
        emit(
            f"{report['commands']} Commands: {report['executed']} executed, {report['refused']} refused, "
            f"{report['unanswered']} unanswered"
        )
        emit(f"{report['structure_equal']} of {report['success_cases']} success cases have an equal structure")
        for title in ("different", "refusals"):
            for one in report[title]:
                emit(f"{one['name']}: {title}: {one['why']}")
    return 1 if report["unanswered"] or report["different"] else 0
