"""``ppmid-harness certificates``: what the two ends of a TLS line need, of a test PKI made for one bench."""

from pathlib import Path
from typing import Annotated

import typer

from ppmid_harness.cli.new_folder import require_empty, writing
from ppmid_harness.cli.output import emit

HELP = """Make certificates and keys for a TLS line: of a test PKI of one bench, which is not SMKI's. Valid for a year.

harness.pem, harness.key and trust.pem are for the bench file; ppmid.pem, ppmid.key and trust.pem for the PPMID.
Files named avenue are keys of the messages themselves ([bench] avenue_keys), for a device that is told none by a sheet.

\b
Example:
  ppmid-harness certificates tls/ --bench-id lab-3 --ppmid 00-DB-12-34-56-78-90-A4
"""


def certificates(
    folder: Annotated[Path, typer.Argument(help="A folder that is not there yet, or is empty.")],
    bench_id: Annotated[str, typer.Option(help="The id that both ends greet with.")],
    ppmid: Annotated[str, typer.Option(help="EUI-64 of the PPMID; else that of our simulated one.")] = "",
) -> int:
    """Make certificates and keys."""
    import os
    from datetime import UTC, datetime

    from ppmid_bench.avenue_keys import write_avenue_keys
    from ppmid_bench.home_keys import EUIS
    from ppmid_devices import roles
    from ppmid_devices.lines.certificates import TestPki
    from ppmid_protocols.eui import Eui
    from ppmid_protocols.local_interface.greeting import Greeting

    eui = Eui.parse(ppmid) if ppmid else EUIS[roles.PPMID]
    Greeting(eui, bench_id).encode()  # an id that cannot be said is refused before anything is written
    require_empty(folder)
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        TestPki(os.urandom(32), bench_id, datetime.now(UTC).replace(microsecond=0)).write(folder, eui)
        write_avenue_keys(folder, os.urandom(32))
    emit(f"{folder}: certificates and keys for PPMID {eui} on bench {bench_id}")
    return 0
