"""What the tests of the bench share: small logs made by hand, and one home that is wired but not switched on."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ppmid_bench.bench_file import POINTS, BenchFile
from ppmid_bench.capture import CaptureFile
from ppmid_bench.clock import VirtualClock
from ppmid_bench.derivation import Derivation
from ppmid_bench.evidence import Entry, EvidenceLog, Log, Redactor
from ppmid_bench.home import HomePlan
from ppmid_bench.home_keys import make_home_keys
from ppmid_bench.recorder import Recorder
from ppmid_bench.wiring import wire_links, wire_parties
from ppmid_devices import roles

Line = tuple[str, str, str, int, Mapping[str, Any]]
"""Link, ``sender>receiver``, what, seconds, fields."""


@pytest.fixture(scope="session")
def make_log() -> Callable[..., Log]:
    """Makes a log from lines; its line 0 describes a bench on which every party is from outside."""

    def make(lines: Iterable[Line], **home: Any) -> Log:
        about = {
            "tags": [],
            "points": list(POINTS),
            "iut": roles.PPMID,
            "parties": dict.fromkeys(roles.PARTIES, "lab:Device"),
            "limits": {},
            "uncertainty": 0,
        }
        entries = [Entry(0, 0, "harness", "harness", "harness", "home", None, about | home)]
        for number, (link, way, what, seconds, fields) in enumerate(lines, 1):
            sender, _, receiver = way.partition(">")
            entries.append(Entry(number, seconds * 10**9, link, sender, receiver, what, None, fields))
        return Log(tuple(entries))

    return make


@pytest.fixture
def wired(tmp_path: Path) -> Callable[..., SimpleNamespace]:
    """Wires a home with both meters: its plan, keys, clock, links, recorder, parties; nothing is switched on."""

    def wire(**party_entries: Any) -> SimpleNamespace:
        plan = HomePlan(meters=[roles.ESME, roles.GSME])
        bench = BenchFile(parties=party_entries)
        derivation = Derivation(1, "a/home")
        keys = make_home_keys(derivation)
        clock = VirtualClock(derivation.epoch())
        log = EvidenceLog(tmp_path / "log.jsonl")
        capture = CaptureFile(tmp_path / "log.pcapng")
        recorder = Recorder(log, capture, Redactor(b"key"), clock.now)
        links = wire_links(plan, bench, keys, clock, recorder)
        parties = wire_parties(plan, bench, keys, clock, links)
        made.append((log, capture))
        return SimpleNamespace(
            plan=plan, bench=bench, keys=keys, clock=clock, links=links, recorder=recorder, parties=parties
        )

    made: list[tuple[EvidenceLog, CaptureFile]] = []
    yield wire
    for log, capture in made:
        log.close()
        capture.close()
