"""The contract kit: for each clause an adapter that breaks it alone is caught by it, for that reason."""

import re
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from waiting_wall import LONG_S

from ppmid_bench.adapter_check import check, probes, stopwatch
from ppmid_bench.adapter_check.check import check_bench, check_role, exit_code_of, roles_of
from ppmid_bench.adapter_check.clauses import CLAUSES, clauses_of
from ppmid_bench.adapter_check.exchanges import AMOUNT
from ppmid_bench.adapter_check.probes import PROBES
from ppmid_bench.adapter_check.result import place_of, read_result, write_result
from ppmid_bench.bench_file import BenchFile, LinkTable, PartyEntry
from ppmid_bench.errors import BadInput
from ppmid_devices import roles
from ppmid_devices.dcc_user.contract import Outcome
from ppmid_devices.dcc_user.simulated import SimulatedDccUser
from ppmid_devices.delivery_service.simulated import SimulatedDeliveryService
from ppmid_devices.hht.simulated import SimulatedHht
from ppmid_devices.hub.settings import HubSettings
from ppmid_devices.hub.simulated import SimulatedHub
from ppmid_devices.meter.esme import SimulatedEsme
from ppmid_devices.ports import HOUR, SECOND, CannotArrange
from ppmid_devices.ppmid.simulated import SimulatedPpmid
from ppmid_protocols.eui import Eui
from ppmid_protocols.local_interface import Message, SubmitUtrn, UtrnOutcome, UtrnResult

HERE = "lab"
SETTLES_TWICE = "ppmid_devices.dcc_user.faulty:SettlesTwice"
RELEASED = threading.Event()
"""A test is over: whoever hung goes on."""


@dataclass(frozen=True, slots=True)
class Untyped:
    key_id: Any = "ppmid"


class TakesAnySetting(SimulatedHub):
    def __init__(self, *, settings: Untyped, **needs: Any) -> None:
        super().__init__(settings=HubSettings(), **needs)


class SpeaksUnasked(SimulatedHub):
    def __init__(self, *, settings: HubSettings, wan: Any, **needs: Any) -> None:
        super().__init__(settings=settings, wan=wan, **needs)
        wan.send(roles.HUB, roles.DCC, b"here I am")


class OtherName(SimulatedHub):
    @property
    def eui(self) -> Eui:
        return Eui(bytes(8))


class ShowsText(SimulatedPpmid):
    def screen(self) -> Any:
        return "nothing"


class KeepsResponses(SimulatedPpmid):
    def _from_hub(self, octets: bytes) -> None:
        """It is never seen again."""


class SaysAccepted(SimulatedPpmid):
    """It takes UTRNs alone, and credits nobody."""

    def _from_avenue(self, sender: str, message: Message) -> None:
        if isinstance(message, SubmitUtrn):
            said = UtrnResult(message.request_id, UtrnOutcome.ACCEPTED, AMOUNT, 0, "Topped up")
            self._avenue.tell(sender, said)


class TakesAnyLength(SimulatedHht):
    def load(self, command: bytes) -> bool:
        return super().load(command) or len(command) > 1500


class IsSlow(SimulatedHub):
    now = 0.0
    """What the stopwatch is shown of it, whatever the machine does meanwhile."""

    @property
    def eui(self) -> Eui:
        IsSlow.now += 6
        return super().eui


class BelievesOctets(SimulatedDeliveryService):
    def _from_avenue(self, sender: str, frame: bytes) -> None:
        assert frame[0] in range(256)  # there is no first octet of none
        super()._from_avenue(sender, frame)


class NeverConnectsAgain(SimulatedDeliveryService):
    lost = False

    def _avenue_changed(self, up: bool) -> None:
        self.lost = True

    def _send(self, message: Any) -> None:
        if not self.lost:
            super()._send(message)


class ForgetsItsRequests(SimulatedDeliveryService):
    def submit_command(self, target: Eui, command: bytes) -> str:
        request = super().submit_command(target, command)
        self.asked = {**getattr(self, "asked", {}), request: self._clock.now()}
        self._clock.call_later(HOUR, lambda: self.asked.pop(request))
        return request

    def _pass_on(self, message: Any) -> None:
        if message.request_id != b"capabilities":
            assert self.asked[message.request_id.hex()]
        super()._pass_on(message)


class HearsOnce(SimulatedDeliveryService):
    heard: tuple[bytes, ...] = ()

    def _from_avenue(self, sender: str, frame: bytes) -> None:
        assert frame not in self.heard, "this has come before"
        self.heard += (frame,)
        super()._from_avenue(sender, frame)


class WaitsForEver(SimulatedDccUser):
    def record(self, request: str) -> Any:
        held = super().record(request)
        return replace(held, outcome=Outcome.PENDING) if held.outcome is Outcome.UNKNOWN else held


class ClosesOnce(SimulatedHub):
    open = True

    def close(self) -> None:
        assert self.open, "it is closed already"
        self.open = False


class SpeaksOn(SimulatedHub):
    def __init__(self, *, settings: HubSettings, clock: Any, wan: Any, **needs: Any) -> None:
        super().__init__(settings=settings, clock=clock, wan=wan, **needs)
        self.in_a_second = lambda say: clock.call_later(SECOND, say)
        self.line = wan

    def close(self) -> None:
        self.in_a_second(lambda: self.line.send(roles.HUB, roles.DCC, b"one more thing"))


class LeavesAThread(SimulatedHub):
    def close(self) -> None:
        threading.Thread(target=RELEASED.wait, name="radio of acme", daemon=True).start()


class NeverComesBack(SimulatedHub):
    @property
    def eui(self) -> Eui:
        RELEASED.wait()
        return super().eui


class CannotBeRead(SimulatedEsme):
    def configuration(self) -> dict[str, str]:
        raise CannotArrange("nobody can read this meter")


BREAKERS = (
    (roles.HUB, TakesAnySetting, "settings-typed", "the setting key_id to refuse a table of lists, and it took it"),
    (roles.HUB, SpeaksUnasked, "quiet-until-started", "expected nothing on its lines before start, found 1 frame"),
    (roles.HUB, OtherName, "own-identity", "expected 00-DB-12-34-56-78-90-A2, found 00-00-00-00-00-00-00-00"),
    (roles.PPMID, ShowsText, "readings-typed", "screen: expected Screen, found 'nothing'"),
    (roles.HHT, TakesAnyLength, "refuses-wrong-arguments", "expected load to refuse a Command of 1501 octets"),
    (roles.HUB, IsSlow, "returns-soon", "expected 5 s at most, found 6.0 s for eui"),
    (roles.DELIVERY_SERVICE, BelievesOctets, "bad-bytes", "handover: 0 octets broke it: IndexError"),
    (roles.DELIVERY_SERVICE, NeverConnectsAgain, "line-lost", "after handover was lost: expected a top-up"),
    (roles.DELIVERY_SERVICE, HearsOnce, "duplicates", "AssertionError: this has come before"),
    (roles.DELIVERY_SERVICE, ForgetsItsRequests, "late-answers", "KeyError: '0000000"),
    (roles.DCC_USER, WaitsForEver, "time-out", "in a day it has said nothing"),
    (roles.HUB, ClosesOnce, "closes", "AssertionError: it is closed already"),
    (roles.HUB, SpeaksOn, "closes", "expected nothing on its lines after close, found 1 frame"),
    (roles.HUB, LeavesAThread, "nothing-left", "expected no thread of it, found radio of acme"),
)


@pytest.fixture(autouse=True)
def lab(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A module from outside, with all that is above. A machine that stands still for a while makes nobody slow."""
    module = ModuleType(HERE)
    module.__dict__.update({name: one for name, one in globals().items() if isinstance(one, type)})
    monkeypatch.setitem(sys.modules, HERE, module)
    monkeypatch.setattr(probes, "SOON_S", LONG_S)
    monkeypatch.setattr(check, "PATIENCE_S", {"virtual": LONG_S, "wall": LONG_S})
    before = set(threading.enumerate())
    yield
    RELEASED.set()
    for thread in set(threading.enumerate()) - before:  # a virtual clock refuses threads for as long as it runs
        thread.join(LONG_S)
    RELEASED.clear()


def bench(role: str, adapter: type, **more: Any) -> BenchFile:
    return BenchFile(parties={role: PartyEntry(f"{HERE}:{adapter.__name__}")}, **more)


def not_kept(role: str, bench: BenchFile, **more: Any) -> dict[str, tuple[str, str]]:
    return {
        one.clause.id: (str(one.verdict), one.cause) for one in check_role(role, bench, **more) if one.verdict != "pass"
    }


@pytest.mark.parametrize("role", roles.PARTIES)
def test_our_own_simulations_keep_every_clause(role: str) -> None:
    outcomes = check_role(role, BenchFile())
    assert [one.clause for one in outcomes] == clauses_of(role)
    assert [(one.clause.id, one.cause) for one in outcomes if one.verdict != "pass"] == []


def test_a_ppmid_that_says_it_carries_no_commands_is_given_utrns_and_keeps_every_clause() -> None:
    alone = BenchFile(parties={roles.PPMID: PartyEntry("simulated", {"can_relay": False})})
    outcomes = check_role(roles.PPMID, alone)
    assert [(one.clause.id, one.cause) for one in outcomes if one.verdict != "pass"] == []
    causes = {one.clause.id: one.cause for one in outcomes}
    assert (causes["answers"], causes["time-out"]) == ("the meter is credited, and it says so", "unknown")


def test_its_word_is_not_enough_where_no_meter_is_credited() -> None:
    alone = BenchFile(parties={roles.PPMID: PartyEntry(f"{HERE}:SaysAccepted", {"can_relay": False})})
    verdict, why = not_kept(roles.PPMID, alone)["answers"]
    assert verdict == "fail"
    assert why.startswith("expected the meter to be credited, and it was not; found reported-unverified (accepted: ")


@pytest.mark.parametrize(("role", "adapter", "clause", "cause"), BREAKERS, ids=[one[1].__name__ for one in BREAKERS])
def test_an_adapter_that_breaks_one_clause_is_caught_by_it_and_by_no_other(
    role: str, adapter: type, clause: str, cause: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if adapter is IsSlow:
        monkeypatch.setattr(probes, "SOON_S", 5.0)
        monkeypatch.setattr(stopwatch, "time", SimpleNamespace(monotonic=lambda: IsSlow.now))
    found = not_kept(role, bench(role, adapter))
    assert set(found) == {clause}
    verdict, why = found[clause]
    assert verdict == "fail"
    assert cause in why


def test_who_answers_nothing_fails_whatever_needs_an_answer() -> None:
    found = not_kept(roles.PPMID, bench(roles.PPMID, KeepsResponses))
    verdict, why = found["answers"]
    assert verdict == "fail"
    assert why.startswith("expected a top-up to be delivered-verified, found unknown (unknown: No answer from the m")
    assert {"settings-typed", "own-identity", "closes", "nothing-left"}.isdisjoint(found)


def test_one_top_up_that_is_booked_twice_is_found() -> None:
    found = not_kept(roles.DCC_USER, BenchFile(parties={roles.DCC_USER: PartyEntry(SETTLES_TWICE)}))
    assert found["duplicates"] == ("fail", "expected one booking of the User, found 1, settled 2 time(s)")


def test_every_clause_has_a_probe_and_an_adapter_that_breaks_it() -> None:
    assert {clause.id for clause in CLAUSES} == set(PROBES)
    assert {clause.id for clause in CLAUSES} == {clause for _, _, clause, _ in BREAKERS} | {"answers"}


def test_one_that_never_comes_back_is_said_to_and_nothing_more_is_tried() -> None:
    found = not_kept(roles.HUB, bench(roles.HUB, NeverComesBack), patience_s=8)
    assert found["quiet-until-started"] == ("fail", "it has not come back within 8 s")
    assert found["nothing-left"] == ("inconclusive", "not tried: quiet-until-started has not come back")


def test_a_person_is_not_put_to_the_proof() -> None:
    outcomes = check_role(roles.PPMID, BenchFile(parties={roles.PPMID: PartyEntry("operator", {"name": "A. Tester"})}))
    assert {(str(one.verdict), one.cause) for one in outcomes} == {
        ("inconclusive", "a person stands for it, whom no clause binds")
    }


def test_what_the_adapter_cannot_do_is_inconclusive() -> None:
    found = not_kept(roles.ESME, bench(roles.ESME, CannotBeRead))
    assert found == {"readings-typed": ("inconclusive", "it cannot be read: configuration: nobody can read this meter")}


def test_a_bench_on_which_nothing_gets_through_blames_nobody() -> None:
    dark = bench(roles.HUB, OtherName, links={"avenue": LinkTable(lost=1.0)})
    found = not_kept(roles.HUB, dark)
    assert {verdict for verdict, _ in found.values()} == {"inconclusive"}
    assert found["own-identity"][1].startswith("not even our own simulation gets a top-up through on this bench: ")


def test_a_fault_of_our_own_simulation_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SimulatedHub, "eui", property(lambda _: Eui(bytes(8))))
    assert not_kept(roles.HUB, BenchFile())["own-identity"][0] == "error"


def test_the_result_names_adapters_and_clauses_and_gives_the_exit_code() -> None:
    heard: list[tuple[str, str]] = []
    good, bad = (check_bench(bench(roles.HUB, one), [roles.HUB]) for one in (SimulatedHub, OtherName))
    check_bench(bench(roles.HUB, SimulatedHub), [roles.HUB], lambda role, one: heard.append((role, one.clause.id)))
    assert (good["verdict"], exit_code_of(good)) == ("pass", 0)
    assert (bad["verdict"], exit_code_of(bad)) == ("fail", 1)
    assert heard == [(roles.HUB, clause.id) for clause in clauses_of(roles.HUB)]
    (party,) = bad["parties"]
    assert (party["role"], party["adapter"], party["kind"]) == (roles.HUB, "lab:OtherName", "real")
    assert party["clauses"][2] == {
        "id": "own-identity",
        "expects": "it says the identifier that it was given",
        "verdict": "fail",
        "cause": "expected 00-DB-12-34-56-78-90-A2, found 00-00-00-00-00-00-00-00",
    }


def test_the_roles_of_a_bench_are_those_that_its_file_names() -> None:
    assert roles_of(bench(roles.HUB, OtherName)) == [roles.HUB]
    assert roles_of(BenchFile()) == list(roles.PARTIES)


def test_a_result_holds_for_what_was_checked_only(tmp_path: Path) -> None:
    path, checked = tmp_path / "b.toml", bench(roles.HUB, OtherName)
    assert read_result(checked, path) is None
    assert read_result(checked, None) is None
    write_result(place_of(path), check_bench(checked, [roles.HUB]), checked, "2026-01-01T00:00:00+00:00")
    found = read_result(checked, path)
    assert found is not None
    assert found.summary["parties"] == [{"role": roles.HUB, "verdict": "fail"}]
    assert found.summary["changed_since"] == []
    other = read_result(bench(roles.HUB, ClosesOnce), path)
    assert other is not None
    assert other.summary["changed_since"] == [roles.HUB]


@pytest.mark.parametrize("text", ["", "[]", '{"schema": 2}', '{"schema": 1, "of": {}, "parties": [{}]}'])
def test_a_result_that_nobody_can_read_is_one_line(text: str, tmp_path: Path) -> None:
    place_of(tmp_path / "b.toml").write_text(text)
    with pytest.raises(BadInput, match=r"b\.adapter-check\.json"):
        read_result(BenchFile(), tmp_path / "b.toml")


def test_the_page_for_vendors_has_every_clause_as_the_table_has_it() -> None:
    page = (Path(__file__).parents[2] / "docs" / "vendor.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z-]+)` \| (.*) \|$", page, re.MULTILINE)
    assert [(id, text.replace("`", "")) for id, text in rows][: len(CLAUSES)] == [
        (clause.id, clause.expects) for clause in CLAUSES
    ]
