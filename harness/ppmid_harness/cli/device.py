"""``ppmid-harness device``: one simulated party alone, for a bench that has it started by hand."""

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ppmid_harness.cli.output import emit

if TYPE_CHECKING:
    from ppmid_devices.remote.host import Caller

HELP = """Run one simulated party alone, over the lines that a bench file gives it, until Ctrl-C.

ROLE is ppmid, hub, esme, gsme, hcalcs, dcc, dcc-user, hht, carrier or delivery-service; the bench file has it under
[parties] with adapter = "process" and start = "by hand". It waits for a run on that bench, serves its scenarios one
after the other, and says what it does. Exit codes: 0 stopped, 2 bad input, 3 it broke in a scenario, or another bench
answered.

\b
Examples:
  ppmid-harness device ppmid --bench lab.toml
  ppmid-harness device hub --bench lab.toml --connect 127.0.0.1:7466
"""

_PAUSE_S = 0.5


def device(
    role: Annotated[str, typer.Argument(help="The party.")],
    bench: Annotated[Path, typer.Option(help="Bench file.")],
    connect: Annotated[
        str | None, typer.Option(metavar="HOST:PORT", help="Where the run listens, in place of the file's control.")
    ] = None,
) -> int:
    """Run one simulated party alone."""
    from ppmid_bench.bench_file import read_address, read_bench
    from ppmid_bench.errors import BadInput
    from ppmid_devices import roles
    from ppmid_devices.remote.host import Caller
    from ppmid_harness.stopping import until_told_to_end

    if role not in roles.PARTIES:
        raise BadInput("device", "ROLE", f"one of {', '.join(roles.PARTIES)}", role)
    file = read_bench(bench)
    if not file.party(role).by_hand:
        raise BadInput(file.source, f"[parties.{role}]", 'adapter = "process" and start = "by hand"', "neither or one")
    address = file.control if connect is None else read_address("--connect", "", connect)
    if address is None:
        raise BadInput(file.source, "[bench] control", "HOST:PORT", "none")

    def say(what: str) -> None:
        emit(f"{role}: {what}", sys.stderr)

    broken = False
    with until_told_to_end():
        say(f"waits for a run on bench {file.id} at {address[0]}:{address[1]}; Ctrl-C ends it")
        while True:
            broken |= not _served(Caller(role, address, file.id, say))
    say("stopped")
    return 3 if broken else 0


def _served(caller: "Caller") -> bool:
    """Wait for the bench, and serve one scenario; gives whether the party held.

    Raises HarnessFault for another bench, or one that has such a party.
    """
    from ppmid_bench.errors import HarnessFault
    from ppmid_devices.remote.peer import PeerFault

    while not caller.called():
        time.sleep(_PAUSE_S)
    try:
        caller.serve()
    except PeerFault as problem:
        raise HarnessFault(str(problem)) from problem
    except Exception as problem:  # noqa: BLE001 (the bench has been told, and this party serves the next scenario)
        emit(f"it broke: {type(problem).__name__}: {problem}", sys.stderr)
        return False
    return True
