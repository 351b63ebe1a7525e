"""What the tests of the bench share: small logs made by hand, and one home that is wired but not switched on."""

from collections.abc import Callable, Iterable, Iterator, Mapping
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
from ppmid_bench.scenario import ScenarioRun
from ppmid_bench.wiring import wire_links, wire_parties
from ppmid_devices import roles
from ppmid_devices.neighbour_hub.contract import NeighbourSituation
from ppmid_devices.ports import MINUTE
from ppmid_devices.ppmid.contract import PpmidSituation

Line = tuple[str, str, str, float, Mapping[str, Any]]
"""Link, ``sender>receiver``, what, seconds, fields."""


@pytest.fixture(scope="session")
def make_log() -> Callable[..., Log]:
    """Makes a log from lines; its line 0 describes a bench on which every party is from outside.

    What stands as ``bytes`` among the fields of a line are the entry's octets, in hex.
    """

    def make(lines: Iterable[Line], **home: Any) -> Log:
        about = {
            "tags": [],
            "points": list(POINTS),
            "iut": roles.PPMID,
            "parties": dict.fromkeys(roles.PARTIES, "lab:Device"),
            "disturbed": [],
            "limits": {},
            "uncertainty": 0,
        }
        entries = [Entry(0, 0, "harness", "harness", "harness", "home", None, about | home)]
        for number, (link, way, what, seconds, fields) in enumerate(lines, 1):
            sender, _, receiver = way.partition(">")
            kept = {name: value for name, value in fields.items() if name != "bytes"}
            octets = bytes.fromhex(fields["bytes"]) if "bytes" in fields else None
            entries.append(Entry(number, int(seconds * 10**9), link, sender, receiver, what, octets, kept))
        return Log(tuple(entries))

    return make


@pytest.fixture
def wired(tmp_path: Path) -> Iterator[Callable[..., SimpleNamespace]]:
    """Wires a home with both meters and a carrier: its plan, keys, clock, links, parties; nothing is switched on."""
    files: list[EvidenceLog | CaptureFile] = []

    def wire(bench: BenchFile | None = None) -> SimpleNamespace:
        plan, bench = HomePlan(meters=[roles.ESME, roles.GSME], engineer=True, hcalcs=True), bench or BenchFile()
        plan.ppmid, plan.carrier = PpmidSituation(port="usb-stick"), True
        plan.neighbour_hub, plan.coverage_desk = NeighbourSituation(lends="mesh"), True
        derivation = Derivation(1, "a/home")
        keys, clock = make_home_keys(derivation), VirtualClock(derivation.epoch())
        log, capture = EvidenceLog(tmp_path / "log.jsonl"), CaptureFile(tmp_path / "log.pcapng")
        files.extend((log, capture))
        recorder = Recorder(log, capture, Redactor(b"key"), clock.now)
        links = wire_links(plan, bench, keys, clock, recorder)
        parties = wire_parties(plan, bench, keys, clock, links)
        return SimpleNamespace(plan=plan, keys=keys, clock=clock, links=links, recorder=recorder, parties=parties)

    yield wire
    for file in files:
        file.close()


@pytest.fixture(scope="session")
def top_up() -> Callable[..., ScenarioRun]:
    """Runs a scenario up to its first judgement: a UTRN of £10.00 by the Internet in a home with a hub of today.

    ``world.notes["digits"]`` are those of the UTRN.
    """

    def run(folder: Path, scenario_id: str = "top-up/by-utrn", seed: int = 1, **bench: Any) -> ScenarioRun:
        tags = ("UTRN-INTERNET", "REQ-026", "PP-003")
        world = ScenarioRun(scenario_id, "By UTRN", tags, BenchFile(**bench), seed, folder)
        world.step("Given", "a prepayment home with an electricity meter")
        world.home.meters = [roles.ESME]
        world.step("When", "the Supplier sends a UTRN of £10.00")
        user, meter = world.bed.dcc_user, world.bed.eui(roles.ESME)
        utrn = user.vend(meter, 1_000_000)
        world.notes["digits"] = utrn.digits.decode()
        world.requests.append(user.send_utrn(meter, utrn))
        world.bed.wait(3 * MINUTE)
        world.step("Then", "the balance has risen")
        world.bed.read_meter(roles.ESME)
        return world

    return run
