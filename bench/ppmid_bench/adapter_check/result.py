"""``adapter-check.json``: the result of a check, which the next run with the same adapters takes along.

It holds for the adapters and settings that were checked, and for nothing else: a run on a bench that names others says
that there is no check, never that there is one.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import msgspec

from ppmid_bench import input_files
from ppmid_bench.bench_file import OURS, BenchFile
from ppmid_bench.errors import BadInput
from ppmid_bench.typed import convert

NAME = "adapter-check.json"
Word = Literal["pass", "fail", "inconclusive", "error"]


class _Clause(msgspec.Struct):
    id: str
    expects: str
    verdict: Word
    cause: str


class _Party(msgspec.Struct):
    role: str
    adapter: str
    verdict: Word
    clauses: list[_Clause]


class _Result(msgspec.Struct):
    schema: Literal[1]
    of: dict[str, str]
    parties: list[_Party]


@dataclass(frozen=True, slots=True)
class Checked:
    """What a run takes along: the file as it is, and what the record says of it."""

    content: bytes
    summary: Mapping[str, Any]


def place_of(bench: Path) -> Path:
    """Where the result of a bench file's check lies: beside it."""
    return bench.with_name(f"{bench.stem}.{NAME}")


def write_result(path: Path, result: Mapping[str, Any], bench: BenchFile, made: str) -> None:
    """Write a result, with what it holds for and when it was ``made`` (ISO 8601). Raises BadInput."""
    checked = {party["role"] for party in result["parties"]}
    whole = {**result, "of": fingerprints(bench, checked), "made": made}
    try:
        path.write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")
    except OSError as problem:
        raise BadInput(str(path), "", "a file that can be written", problem.strerror or str(problem)) from problem


def read_result(bench: BenchFile, path: Path | None) -> Checked | None:
    """The result beside the bench file at ``path``, if there is one that holds for it. Raises BadInput."""
    place = None if path is None else place_of(path)
    if place is None or not place.is_file():
        return None
    return checked(input_files.octets(place), place, bench)


def checked(content: bytes, place: Path, bench: BenchFile) -> Checked:
    """The result in these octets, which were read at ``place``, for this bench. Raises BadInput."""
    result = convert(input_files.document_in(content, place), _Result, str(place), "")
    foreign = {role for role, entry in bench.parties.items() if entry.adapter not in OURS}
    now = fingerprints(bench, set(result.of) | foreign)
    changed = sorted(role for role, print_ in now.items() if result.of.get(role) != print_)
    return Checked(
        content,
        {
            "sha256": hashlib.sha256(content).hexdigest(),
            "parties": [{"role": one.role, "verdict": one.verdict} for one in result.parties],
            "changed_since": changed,
        },
    )


def fingerprints(bench: BenchFile, wanted: set[str]) -> dict[str, str]:
    """By role a hash of its adapter and of the settings that the bench file gives to it."""
    return {role: _fingerprint(bench, role) for role in sorted(wanted)}


def _fingerprint(bench: BenchFile, role: str) -> str:
    entry = bench.party(role)
    text = json.dumps([bench.time, entry.adapter, entry.settings], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
