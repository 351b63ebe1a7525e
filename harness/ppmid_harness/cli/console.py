"""``ppmid-harness console``: runs in a browser."""

from pathlib import Path
from typing import Annotated

import typer

from ppmid_harness.cli.output import emit

HELP = """Show runs in a browser, while they go on and after: browse, compare, begin, answer operators, decide, sign.

Nothing leaves this machine, unless --host is another than loopback: then --token-file has the token that whoever
comes must give. Needs the extra: pip install 'ppmid-harness[web]'.

\b
Examples:
  ppmid-harness console --open
  ppmid-harness console ppmid-runs --port 8080 --sign lab.pem --db lab.db
  ppmid-harness console --host 192.168.1.10 --port 8080 --token-file token
"""


def console(
    runs: Annotated[Path | None, typer.Argument(help="The folder of runs; ppmid-runs/ without it.")] = None,
    host: Annotated[str, typer.Option(help="Address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0: one that is free.")] = 0,
    token_file: Annotated[Path | None, typer.Option(help="File with the token that others must give.")] = None,
    sign: Annotated[Path | None, typer.Option(help="Private key that signs decisions.")] = None,
    db: Annotated[
        str | None, typer.Option(help="The history of runs to be browsed: a file, or a URL.", metavar="URL")
    ] = None,
    open_browser: Annotated[bool, typer.Option("--open", help="Open a browser.")] = False,
) -> int:
    """Serve the console."""
    from importlib.util import find_spec

    from ppmid_bench.errors import BadInput
    from ppmid_harness.run_folder import RUNS
    from ppmid_harness.signing_keys import read_private_key

    missing = next((name for name in ("starlette", "uvicorn") if find_spec(name) is None), "")
    if missing:
        raise BadInput("console", "", "what it needs: pip install 'ppmid-harness[web]'", f"no {missing}")
    from ppmid_harness.console.access import read_token
    from ppmid_harness.console.serving import serve

    token = read_token(token_file) if token_file else None
    key = read_private_key(sign) if sign else None
    serve(runs or RUNS, Path.cwd(), host, port, token, key, history=db, show=open_browser, tell=emit, fault=_fault)
    return 0


def _fault(problem: Exception) -> None:
    import sys

    from ppmid_harness.cli import explained

    emit(f"ppmid-harness: {explained(problem)[0]}", sys.stderr)
