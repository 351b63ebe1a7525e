"""A scenario end to end, with the simulated parties: its evidence, its verdicts, and what is left when it breaks."""

import hashlib
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from ppmid_bench.bench_file import POINTS, BenchFile, LinkTable, PartyEntry
from ppmid_bench.errors import HarnessFault, NotPassed
from ppmid_bench.evidence import read_log
from ppmid_bench.scenario import ScenarioRun
from ppmid_bench.verdict import Verdict
from ppmid_devices import roles
from ppmid_devices.hub.contract import HubSituation
from ppmid_devices.links.contract import HubPort
from ppmid_devices.meter.esme import SimulatedEsme
from ppmid_devices.ports import MINUTE, CannotArrange
from ppmid_devices.ppmid.contract import PpmidSituation
from ppmid_devices.ppmid.settings import PpmidSettings
from ppmid_devices.ppmid.simulated import SimulatedPpmid
from ppmid_protocols.captures import pcapng

TopUp = Callable[..., ScenarioRun]
RISEN = {"meter": roles.ESME, "amount": 1_000_000}


def _run(folder: Path) -> ScenarioRun:
    """One that nothing has been done in yet."""
    return ScenarioRun("f/s", "S", ("SECMP0038",), BenchFile(), 1, folder)


def _evidence(folder: Path, stem: str = "top-up__by-utrn") -> Path:
    return folder / "evidence" / f"{stem}.jsonl"


def test_a_top_up_passes_and_its_entry_says_by_what(top_up: TopUp, tmp_path: Path) -> None:
    world = top_up(tmp_path)
    world.judge("credited-once", RISEN)
    world.judge("no-success-before-the-meter", {})
    entry = world.close()
    assert (entry["id"], entry["name"], entry["tags"][0]) == ("top-up/by-utrn", "By UTRN", "UTRN-INTERNET")
    assert (entry["verdict"], entry["because"]) == ("pass", "4 checks passed")
    assert entry["home"] == {
        "meters": ["esme"],
        "ppmid_asked_to_be": None,
        "wan": "intermittent",
        "wan_variant": "cellular",
        "hub": "today's",
        "avenue": "internet",
        "avenue_end": "ppmid",
        "carrier": False,
        "engineer": False,
        "hcalcs": False,
        "neighbour_hub": None,
        "coverage_desk": False,
        "sub_ghz": [],
        "noise": {},
        "joined": True,
        "commissioned": "over the SM WAN",
        "clocks": {"esme": "reliable"},
    }
    assert [(check["id"], check["verdict"], check["requirements"]) for check in entry["checks"]] == [
        ("credited-once", "pass", ["REQ-026"]),
        ("no-success-before-the-meter", "pass", ["REQ-026"]),
        ("configuration-kept", "pass", []),
        ("register-never-falls", "pass", []),
    ]
    assert "measurements" not in entry["checks"][0]


def test_the_evidence_tells_the_story_in_order_and_the_record_holds_its_digest(top_up: TopUp, tmp_path: Path) -> None:
    world = top_up(tmp_path)
    entry = world.close()
    assert entry["evidence_sha256"] == hashlib.sha256(_evidence(tmp_path).read_bytes()).hexdigest()
    log = read_log(_evidence(tmp_path))
    assert log.home["scenario"] == "top-up/by-utrn"
    assert [one.fields["text"].split()[0] for one in log.of("harness", "step")] == ["Given", "When", "Then"]
    story = [
        log.of("avenue", "submit-utrn")[0].n,
        log.of("han", "consumer-top-up")[0].n,
        log.of("han", "consumer-top-up-response", accepted=True)[0].n,
        log.of("avenue", "utrn-result", result="accepted")[0].n,
        log.of("meter-display", "reading")[-1].n,
    ]
    assert story == sorted(story)
    assert [one.t for one in log] == sorted(one.t for one in log)


def test_no_utrn_stands_in_the_evidence_and_the_capture_has_it(top_up: TopUp, tmp_path: Path) -> None:
    world = top_up(tmp_path)
    world.close()
    digits = world.notes["digits"]
    text = _evidence(tmp_path).read_text(encoding="utf-8")
    assert digits not in text
    assert digits.encode().hex() not in text
    captured = pcapng.read((tmp_path / "captures" / "top-up__by-utrn.pcapng").read_bytes())
    assert any(digits.encode() in frame.octets for frame in captured.frames)
    for path in (tmp_path / "captures").iterdir():
        assert path.stat().st_mode & 0o077 == 0, path


def _files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_one_seed_gives_the_same_octets_anywhere_and_another_seed_or_scenario_gives_others(
    top_up: TopUp, tmp_path: Path
) -> None:
    lossy = {"links": {"han": LinkTable(lost=0.1, jitter_ms=3)}}
    for name, options in {
        "one": {},
        "again": {},
        "seed": {"seed": 2},
        "other": {"scenario_id": "top-up/other"},
    }.items():
        top_up(tmp_path / name, **options, **lossy).close()
    one = _files(tmp_path / "one")
    assert len(one) == 3
    assert one == _files(tmp_path / "again")
    assert not set(one.values()) & set(_files(tmp_path / "seed").values())
    assert not set(one.values()) & set(_files(tmp_path / "other").values())


def test_a_check_that_does_not_pass_ends_the_scenario_with_its_verdict(top_up: TopUp, tmp_path: Path) -> None:
    world = top_up(tmp_path)
    world.judge("credited-once", RISEN)
    with pytest.raises(NotPassed) as caught:
        world.judge("forwarded-unaltered", {})
    assert (caught.value.check, caught.value.verdict) == ("forwarded-unaltered", Verdict.INCONCLUSIVE)
    world.not_reached(["one-outcome"])
    entry = world.close()
    assert (entry["verdict"], entry["because"]) == (
        "inconclusive",
        "forwarded-unaltered: no Command has reached the PPMID",
    )
    assert [check["verdict"] for check in entry["checks"]] == ["pass", "inconclusive", "not_reached", "pass", "pass"]


class Unreadable(SimulatedEsme):
    """An adapter of a meter whose configuration nobody can read."""

    def configuration(self) -> dict[str, str]:
        raise CannotArrange("there is no way to read it")


def test_what_always_holds_is_judged_of_every_meter_at_the_end_asked_for_or_not(top_up: TopUp, tmp_path: Path) -> None:
    """Field case: a register that goes down between two readings raises a finding by itself."""
    adapter = "ppmid_devices.meter.faulty_memory:CountsFromZeroAgain"
    world = top_up(tmp_path / "cut", parties={roles.ESME: PartyEntry(adapter)})
    world.judge("credited-once", RISEN)
    world.bed.meter(roles.ESME).power_cycle()
    world.bed.wait(MINUTE)
    entry = world.close()
    assert (entry["verdict"], entry["because"].split(":")[0]) == ("fail", "register-never-falls")

    meddling = "ppmid_devices.meter.faulty_memory:MeddlesWithItself"
    world = top_up(tmp_path / "meddled", parties={roles.ESME: PartyEntry(meddling)})
    world.judge("credited-once", RISEN)
    world.may_change[roles.GSME] = {"112/"}  # what may change in another meter may not in this one
    assert world.close()["because"].startswith("configuration-kept: 1 thing changed: 112/0-0:19.10.1.255/9")

    world = top_up(tmp_path / "allowed", parties={roles.ESME: PartyEntry(meddling)})
    world.judge("credited-once", RISEN)
    world.may_change[roles.ESME] = {"112/0-0:19.10.1.255/"}
    assert world.close()["verdict"] == "pass"


def test_what_cannot_be_told_of_a_meter_is_not_judged(top_up: TopUp, tmp_path: Path) -> None:
    benches: dict[str, dict[str, Any]] = {
        "unreadable": {"parties": {roles.ESME: PartyEntry(f"{__name__}:Unreadable")}},
        "blind": {"points": frozenset(POINTS) - {"meter-display", "meter-configuration"}},
    }
    told = {
        "unreadable": ["no-success-before-the-meter", "register-never-falls"],
        "blind": ["no-success-before-the-meter"],
    }
    for name, bench in benches.items():
        world = top_up(tmp_path / name, **bench)
        world.judge("no-success-before-the-meter", {})
        entry = world.close()
        assert (entry["verdict"], [one["id"] for one in entry["checks"]]) == ("pass", told[name])


def test_a_simulated_meters_fault_is_an_error_of_ours(top_up: TopUp, tmp_path: Path) -> None:
    world = top_up(tmp_path)
    with pytest.raises(NotPassed) as caught:
        world.judge("credited-once", RISEN | {"amount": 999})
    assert caught.value.verdict is Verdict.ERROR
    assert world.close()["verdict"] == "error"


def test_a_point_that_the_bench_lacks_is_not_observed(top_up: TopUp, tmp_path: Path) -> None:
    world = top_up(tmp_path, points=frozenset(POINTS) - {"meter-display", "han"})
    with pytest.raises(NotPassed, match="not observable on this bench: meter-display"):
        world.judge("credited-once", RISEN)
    world.close()
    links = {entry.link for entry in read_log(_evidence(tmp_path))}
    assert "avenue" in links
    assert not links & {"meter-display", "han"}


def test_a_crash_keeps_what_was_gathered_and_ends_in_error(top_up: TopUp, tmp_path: Path) -> None:
    world = top_up(tmp_path)
    world.judge("credited-once", RISEN)
    world.crashed(RuntimeError(f"choked on {world.notes['digits']}"))
    entry = world.close()
    assert (entry["verdict"], [check["verdict"] for check in entry["checks"]]) == ("error", ["pass"])
    assert entry["because"].startswith("RuntimeError: choked on [utrn:")
    last = read_log(_evidence(tmp_path)).entries[-1]
    assert (last.what, last.fields["text"]) == ("crash", entry["because"])


def test_a_crash_of_a_party_comes_out_of_the_wait(top_up: TopUp, tmp_path: Path) -> None:
    world = top_up(tmp_path)
    world.bed.clock.call_later(1, lambda: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        world.bed.wait(MINUTE)
    world.close()


def test_a_scenario_that_breaks_before_its_home_stands_has_no_evidence(tmp_path: Path) -> None:
    world = _run(tmp_path)
    world.crashed(KeyError("no such step"))
    entry = world.close()
    assert (entry["verdict"], entry["evidence_sha256"], entry["checks"]) == ("error", "", [])
    assert list(tmp_path.iterdir()) == []


def test_a_scenario_that_judged_nothing_is_an_error(tmp_path: Path) -> None:
    assert _run(tmp_path).close()["because"] == "nothing was judged"


def test_a_home_that_is_switched_on_can_no_longer_be_shaped(top_up: TopUp, tmp_path: Path) -> None:
    world = top_up(tmp_path)
    with pytest.raises(HarnessFault, match="switched on already"):
        _ = world.home
    world.close()


def test_a_step_cannot_speak_of_a_request_that_was_never_made(tmp_path: Path) -> None:
    with pytest.raises(HarnessFault, match="none has been made"):
        _ = _run(tmp_path).request


class _Unarrangeable(SimulatedPpmid):
    def __init__(self, *, settings: PpmidSettings, **needs: Any) -> None:
        raise CannotArrange("this PPMID cannot be without its relay")


def test_a_step_cannot_speak_of_a_party_that_no_given_has_put_there(tmp_path: Path) -> None:
    world = _run(tmp_path)
    world.home.meters.append(roles.GSME)
    with pytest.raises(HarnessFault, match="this home has no esme: no Given of the scenario"):
        world.bed.meter(roles.ESME)
    world.close()


def test_an_adapter_that_cannot_bring_a_situation_about_makes_it_inconclusive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = ModuleType("lab")
    module.Ppmid = _Unarrangeable  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "lab", module)
    bench = BenchFile(parties={roles.PPMID: PartyEntry("lab:Ppmid")})
    world = ScenarioRun("f/s", "S", (), bench, 1, tmp_path)
    with pytest.raises(CannotArrange) as caught:
        _ = world.bed
    world.crashed(caught.value)
    entry = world.close()
    assert (entry["verdict"], entry["because"]) == (
        "inconclusive",
        "the bench cannot bring it about: this PPMID cannot be without its relay",
    )


class _Silent(SimulatedPpmid):
    def start(self) -> None:
        """It says nothing, as one that nobody has connected."""


@pytest.mark.parametrize(("port", "verdict"), [(None, "error"), ("serial", "inconclusive")])
def test_a_ppmid_that_says_nothing_is_no_fault_of_the_bench_where_the_hub_takes_commands_itself(
    port: HubPort | None, verdict: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = ModuleType("lab")
    module.Ppmid = _Silent  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "lab", module)
    bench = BenchFile(parties={roles.PPMID: PartyEntry("lab:Ppmid")})
    world = ScenarioRun("f/s", "S", ("SEC0009",), bench, 1, tmp_path)
    world.home.meters, world.home.carrier = [roles.ESME], True
    world.home.hub = HubSituation(can_relay=True, port=port)
    world.home.ppmid = None if port else PpmidSituation(port="usb-serial")
    world.bed.wait(MINUTE)
    entry = world.close()
    assert entry["verdict"] == verdict
    more = ", and nothing here asks it to say anything" if port else ""
    assert entry["because"] == f"nothing that was observed comes from the ppmid{more}"
