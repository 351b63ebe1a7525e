"""``ppmid-harness init``: a folder to begin with."""

from pathlib import Path
from typing import Annotated

import typer

from ppmid_harness.cli.output import emit

HELP = """Begin an adapter of your own: a package with tests that pass right away, a bench file, and a declaration.

\b
Examples:
  ppmid-harness init my-ppmid
  ppmid-harness init my-hub --role hub --name acme
"""


def init(
    folder: Annotated[Path, typer.Argument(help="A folder that is not there yet, or is empty.", metavar="DIR")],
    role: Annotated[str, typer.Option(help="Whose adapter: ppmid, hub, esme, gsme, dcc, dcc-user, …")] = "ppmid",
    name: Annotated[str, typer.Option(help="How bench files will call it.")] = "acme",
) -> int:
    """Write the folder."""
    from ppmid_bench.errors import BadInput
    from ppmid_harness.init_folder import skeleton

    files = skeleton(role, name)
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise BadInput(str(folder), "", "a folder that is not there yet, or is empty", "something in its place")
        for path, text in files.items():
            place = folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8")
    except OSError as problem:
        raise BadInput(str(folder), "", "a folder that can be written", problem.strerror or str(problem)) from problem
    emit("\n".join(sorted(str(folder / path) for path in files)))
    emit(f"next: cd {folder} && pip install -e '.[test]' && pytest")
    return 0
