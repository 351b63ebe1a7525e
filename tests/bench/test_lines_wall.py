"""A scenario on a bench whose avenue is a real line: what it comes to when the PPMID is there, and when it is not."""

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any, Unpack

import pytest

from ppmid_bench.bench_file import BenchFile, LinkTable, PartyEntry
from ppmid_bench.evidence import read_log
from ppmid_bench.home_keys import EUIS
from ppmid_bench.scenario import ScenarioRun
from ppmid_devices import roles
from ppmid_devices.lines.certificates import TestPki
from ppmid_devices.lines.ends import LineFault, LineSettings
from ppmid_devices.lines.table import LINES, home_end
from ppmid_devices.needs import PpmidNeeds
from ppmid_devices.ports import SECOND, CannotArrange
from ppmid_devices.ppmid.contract import PpmidSituation
from ppmid_devices.ppmid.settings import PpmidSettings
from ppmid_devices.ppmid.simulated import SimulatedPpmid

PPMID = EUIS[roles.PPMID]


@dataclass(frozen=True, slots=True)
class CallerSettings(PpmidSettings):
    """Where it calls, with which files, as which bench."""

    connect: str = ""
    folder: str = ""
    bench: str = "bench-1"


class Calls(SimulatedPpmid):
    """Our PPMID, with an end of its own of the line in the place of the bench's."""

    def __init__(self, *, settings: CallerSettings, **needs: Unpack[PpmidNeeds]) -> None:
        files = {"certificate": "ppmid.pem", "key": "ppmid.key", "trust": "trust.pem"}
        given = {**files, "connect": settings.connect, "bench": settings.bench, "first_wait_ms": 50}
        own: LineSettings = LINES["tls"].home_settings(**given).beside(Path(settings.folder))
        self._line = home_end("tls", own, device=PPMID, clock=needs["clock"], random=Random(1))
        needs["avenue"] = self._line
        super().__init__(settings=settings, **needs)

    def close(self) -> None:
        self._line.close()


class Mute(SimulatedPpmid):
    """A PPMID that never calls."""

    def start(self) -> None:
        """It has no power."""


@pytest.fixture(autouse=True)
def lab(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("lab")
    module.__dict__.update(Calls=Calls, Mute=Mute)
    monkeypatch.setitem(sys.modules, "lab", module)


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@contextmanager
def _world(folder: Path, port: int, adapter: str, patience_s: int = 20, **settings: Any) -> Iterator[ScenarioRun]:
    """A home with a meter on a bench that listens; files of its own PKI beside its bench file."""
    TestPki(b"seed", "bench-1", datetime.now(UTC) - timedelta(hours=1)).write(folder, PPMID)
    table = {"certificate": "harness.pem", "key": "harness.key", "trust": "trust.pem", "bench": "bench-1"}
    own = {"connect": f"127.0.0.1:{port}", "folder": str(folder), **settings} if adapter == "lab:Calls" else {}
    bench = BenchFile(
        source=str(folder / "bench.toml"),
        time="wall",
        settling_ms=1_000,
        links={"avenue": LinkTable("tls", settings={**table, "listen": f"127.0.0.1:{port}", "patience_s": patience_s})},
        parties={roles.PPMID: PartyEntry(adapter, own)},
    )
    world = ScenarioRun("top-up/by-tls", "By TLS", ("UTRN-INTERNET", "REQ-026"), bench, 1, folder)
    world.home.meters = [roles.ESME]
    monkeypatch = pytest.MonkeyPatch()
    monkeypatch.setattr(world, "close", cache(world.close))  # whoever fails closes it too
    try:
        yield world
    finally:
        world.close()


def test_a_top_up_passes_over_tls_and_leaves_the_evidence_of_a_simulated_avenue(tmp_path: Path, port: int) -> None:
    with _world(tmp_path, port, "lab:Calls") as world:
        user, meter = world.bed.dcc_user, world.bed.eui(roles.ESME)
        user.send_utrn(meter, user.vend(meter, 1_000_000))
        assert world.bed.wait(60 * SECOND, lambda: world.bed.seen("avenue", "utrn-result", result="accepted"))
        world.bed.read_meter(roles.ESME)
        world.judge("credited-once", {"meter": roles.ESME, "amount": 1_000_000})
        world.judge("no-success-before-the-meter", {})
        entry = world.close()
    assert entry["verdict"] == "pass", entry["because"]
    log = read_log(tmp_path / "evidence" / "top-up__by-tls.jsonl")
    assert [one.sender for one in log.of("avenue", "capabilities")] == [roles.PPMID]
    assert [(one.sender, one.receiver) for one in log.of("avenue", "submit-utrn")] == [
        (roles.DELIVERY_SERVICE, roles.PPMID)
    ]
    assert any("listens on 127.0.0.1" in one.fields["text"] for one in log.of("harness", "finding"))


@pytest.mark.parametrize(
    ("adapter", "settings", "because"),
    [
        ("lab:Mute", {}, r"no ppmid within 2 s\. Look whether it has power and calls 127\.0\.0\.1"),
        ("lab:Calls", {"bench": "bench-2"}, r"of bench 'bench-1', found PPMID \S+ of bench 'bench-2'"),
    ],
)
def test_a_ppmid_that_does_not_come_is_an_error_that_says_why(
    tmp_path: Path, port: int, adapter: str, settings: dict[str, Any], because: str
) -> None:
    with _world(tmp_path, port, adapter, patience_s=2, **settings) as world:
        with pytest.raises(LineFault, match=because) as caught:
            world.bed.wait(60 * SECOND)
        world.crashed(caught.value)
        entry = world.close()
    assert entry["verdict"] == "error"
    assert entry["because"].startswith("LineFault: avenue: no ppmid within 2 s")


def test_a_port_that_another_bench_holds_is_an_error_that_says_so(tmp_path: Path, port: int) -> None:
    with socket.create_server(("127.0.0.1", port)), _world(tmp_path, port, "lab:Mute") as world:
        with pytest.raises(LineFault, match="Another program may hold the port") as caught:
            _ = world.bed
        world.crashed(caught.value)
        assert world.close()["verdict"] == "error"


def test_a_party_that_cannot_be_made_leaves_no_port_taken(tmp_path: Path, port: int) -> None:
    """The simulated PPMID cannot be at both ends: nobody is blamed, and the next scenario can listen."""
    with _world(tmp_path, port, "simulated") as world:
        with pytest.raises(CannotArrange, match="ppmid is at the other end of a real line") as caught:
            _ = world.bed
        world.crashed(caught.value)
        assert world.close()["verdict"] == "inconclusive"
    with socket.create_server(("127.0.0.1", port)):
        pass


def test_a_scenario_about_another_avenue_is_inconclusive(tmp_path: Path, port: int) -> None:
    with _world(tmp_path, port, "lab:Mute") as world:
        world.home.ppmid, world.home.carrier = PpmidSituation(port="nfc"), True
        with pytest.raises(CannotArrange, match="the avenue of this bench is tls, and the scenario is about nfc"):
            _ = world.bed
