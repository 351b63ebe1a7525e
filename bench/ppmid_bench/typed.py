"""Turning what users and earlier runs wrote into typed tables, with errors that say which file, where and what."""

import re
import tomllib
from pathlib import Path
from typing import TypeVar

import msgspec

from ppmid_bench import input_files
from ppmid_bench.errors import BadInput

Shape = TypeVar("Shape")


def read_toml(path: Path, shape: type[Shape]) -> Shape:
    """The content of ``path`` as ``shape`` (a msgspec Struct). Raises BadInput."""
    text = input_files.text(path, "a readable TOML file")
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise BadInput(str(path), "", "TOML", str(problem)) from problem
    except RecursionError as problem:
        raise BadInput(str(path), "", "TOML", "too many levels of it") from problem
    return convert(content, shape, str(path), "")


def convert(content: object, shape: type[Shape], source: str, place: str) -> Shape:
    """``content`` as ``shape``, strictly. Raises BadInput with msgspec's own path to the faulty field."""
    try:
        return msgspec.convert(content, shape)
    except msgspec.ValidationError as problem:
        sentence, _, path = str(problem).partition(" - at ")
        where = ".".join(part for part in (place, path.strip("`").removeprefix("$").strip(".")) if part)
        raise BadInput(source, where, *_expected_and_found(sentence)) from problem


_SENTENCES = (
    (re.compile("Expected (.*), got (.*)"), r"\1", r"\2"),
    (re.compile("Expected (.*)"), r"\1", ""),
    (re.compile("Invalid enum value (.*)"), "one of the documented values", r"\1"),
    (re.compile("Object contains unknown field (.*)"), "only the documented fields", r"\1"),
    (re.compile("Object missing required field (.*)"), r"a field \1", "none"),
)
"""How msgspec says what is wrong, with what it expected and what it found there."""


def _expected_and_found(sentence: str) -> tuple[str, str]:
    for pattern, expected, found in _SENTENCES:
        match = pattern.fullmatch(sentence)
        if match:
            return match.expand(expected), match.expand(found)
    return "another value", sentence
