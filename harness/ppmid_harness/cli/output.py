"""Writing for people and for programs, to a reader who may leave early."""

import json
import os
import sys
from collections.abc import Iterable, Sequence
from typing import Any, TextIO


def emit(text: str, stream: TextIO | None = None) -> None:
    """One line (or more) to ``stream``, by default standard output. A reader that has gone is no error.

    What the stream's encoding lacks is written as its escape. Raises HarnessFault when the stream takes no more.
    """
    out = stream or sys.stdout
    if out is None:  # closed before we began
        return
    encoding = out.encoding or "utf-8"
    try:
        print(text.encode(encoding, "backslashreplace").decode(encoding), file=out, flush=True)
    except BrokenPipeError:
        # What is still to come goes nowhere, the flush at exit included.
        os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())
    except OSError as problem:
        from ppmid_bench.errors import HarnessFault

        raise HarnessFault(f"the output cannot be written: {problem.strerror or problem}") from problem


def emit_table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Rows under their heads, in columns as wide as their widest cell: nothing is cut, as a pipe would have it."""
    from rich.cells import cell_len

    from ppmid_reports.text import shown

    lines = [list(heads), *([" ".join(shown(str(cell)).split()) or "-" for cell in row] for row in rows)]
    widths = [max(map(cell_len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = [cell + " " * (width - cell_len(cell)) for cell, width in zip(line, widths, strict=True)]
        emit("  ".join(cells).rstrip())


def emit_json(document: Any) -> None:
    """One JSON document to standard output, in ASCII, so that no encoding of the terminal can spoil it."""
    emit(json.dumps(document, indent=1))
