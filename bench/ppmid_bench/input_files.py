"""Reading whole files that a user names: up to a limit, and whatever is wrong with one as BadInput that names it."""

import json
import sys
from pathlib import Path
from typing import BinaryIO

from ppmid_bench.errors import BadInput

LARGEST = 1 << 26
"""Octets (64 MiB), a hundred times the largest file that there is reason to give."""


def octets(path: Path, what: str = "a readable file") -> bytes:
    """The octets of a file, which is expected to be ``what``. Raises BadInput."""
    try:
        with path.open("rb") as file:
            return _whole(file, str(path))
    except OSError as problem:
        raise BadInput(str(path), "", what, problem.strerror or str(problem)) from problem
    except ValueError as problem:  # a zero in its name
        raise BadInput(repr(str(path)), "", what, str(problem)) from problem


def text(path: Path, what: str = "a readable file") -> str:
    """The text of a file in UTF-8. Raises BadInput."""
    return _decoded(octets(path, what), path)


def _decoded(content: bytes, path: Path) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as problem:
        raise BadInput(str(path), f"byte {problem.start}", "UTF-8 text", "something else") from problem


def document(path: Path, what: str = "a readable file", form: str = "JSON") -> object:
    """The JSON document in a file; ``form`` is what it is expected to hold. Raises BadInput."""
    return document_in(octets(path, what), path, form)


def document_in(content: bytes, path: Path, form: str = "JSON") -> object:
    """The JSON document in the octets that were read at ``path``. Raises BadInput."""
    try:
        return json.loads(_decoded(content, path), parse_constant=_no_number)
    except ValueError as problem:
        raise BadInput(str(path), "", form, str(problem)) from problem
    except RecursionError as problem:
        raise BadInput(str(path), "", form, "too many levels of it") from problem


def _no_number(constant: str) -> object:
    """NaN and Infinity, which are no JSON (RFC 8259 section 6), and compare with no limit."""
    raise ValueError(f"{constant} is no number")


def standard_input() -> bytes:
    """What comes in by standard input. Raises BadInput."""
    if sys.stdin is None:
        raise BadInput("standard input", "", "something to read", "it closed")
    return _whole(sys.stdin.buffer, "standard input")


def _whole(file: BinaryIO, name: str) -> bytes:
    content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise BadInput(name, "", f"at most {LARGEST >> 20} MiB", "more")
    return content
