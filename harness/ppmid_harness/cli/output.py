"""Writing for people and for programs, to a reader who may leave early."""

import json
import os
import sys
from typing import Any, TextIO


def emit(text: str, stream: TextIO | None = None) -> None:
    """One line (or more) to ``stream``, by default standard output. A reader that has gone is no error."""
    out = stream or sys.stdout
    try:
        print(text, file=out, flush=True)
    except BrokenPipeError:
        # What is still to come goes nowhere, the flush at exit included.
        os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())


def emit_json(document: Any) -> None:
    """One JSON document to standard output."""
    emit(json.dumps(document, indent=1, ensure_ascii=False))
