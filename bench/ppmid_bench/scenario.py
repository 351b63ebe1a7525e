"""One scenario as it runs: the ``world`` that steps are given.

Givens shape ``home``; the first use of ``bed`` wires it and switches it on. Every step is written into the evidence.
A check is judged from what has been written so far, and by nothing else.
"""

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ppmid_bench.avenue_keys import read_avenue_keys
from ppmid_bench.bed import Bed
from ppmid_bench.bench_file import BenchFile
from ppmid_bench.came_to import CRASH, UNARRANGED, came_to
from ppmid_bench.capture import CaptureFile, write_keys
from ppmid_bench.checks import CHECKS, evaluate, unreached
from ppmid_bench.clock import VirtualClock
from ppmid_bench.control import ControlPort
from ppmid_bench.declared import observed
from ppmid_bench.derivation import Derivation
from ppmid_bench.errors import HarnessFault, NotPassed
from ppmid_bench.evidence import CHECK, HARNESS, SCHEMA, EvidenceLog, Log, Redactor, digest
from ppmid_bench.home import HomePlan
from ppmid_bench.home_keys import NEW_HUB_EUIS, OTHER_USERS, make_home_keys
from ppmid_bench.inside import BedClock
from ppmid_bench.limits import with_overrides
from ppmid_bench.link_adapters import disturbed
from ppmid_bench.recorder import Recorder
from ppmid_bench.verdict import Verdict
from ppmid_bench.wall_clock import WallClock
from ppmid_devices.ports import SECOND, CannotArrange
from ppmid_protocols.secret import Secret


def file_stem(scenario_id: str) -> str:
    """The name of a scenario's files."""
    return scenario_id.replace("/", "__")


def standing_arguments(check_id: str, meter: str, but: Iterable[str]) -> dict[str, Any]:
    """The arguments of a standing check; ``but``: what may be configured otherwise at the meter."""
    return {"meter": meter} | ({"but": sorted(but)} if check_id == "configuration-kept" else {})


def tells(entry: Mapping[str, Any]) -> bool:
    """Whether a standing check could tell something of its meter, and so stands in the record."""
    return entry["reason_code"] in ("holds", *CHECKS[entry["id"]].reasons)


def bench_clock(bench: BenchFile, derivation: Derivation) -> BedClock:
    """The clock of a bench: virtual time begins at the derivation's epoch."""
    if bench.time == "virtual":
        return VirtualClock(derivation.epoch())
    return WallClock(round(with_overrides(bench.limits)["clock-uncertainty-wall"].value * SECOND))


class ScenarioRun:
    """A scenario, from its first Given to its entry in ``record.json``."""

    def __init__(
        self,
        scenario_id: str,
        name: str,
        tags: tuple[str, ...],
        bench: BenchFile,
        seed: int,
        folder: Path,
        control: ControlPort | None = None,
    ) -> None:
        """``control``: where parties in processes call the run; a scenario that is given none has one for itself."""
        self.id, self.name, self.tags = scenario_id, name, tags
        self._bench, self._folder = bench, folder
        self._control, self._own_control = control or ControlPort(bench), control is None
        self._seed, self._derivation = seed, Derivation(seed, scenario_id)
        self._clock = bench_clock(bench, self._derivation)
        self._plan = HomePlan()
        self._bed: Bed | None = None
        self._recorder: Recorder | None = None
        self._steps: list[tuple[str, str]] = []
        self._checks: list[dict[str, Any]] = []
        self._crash = ""
        self._observed: list[dict[str, Any]] = []
        self.requests: list[str] = []
        """The names of the requests that the scenario has made, oldest first."""
        self.notes: dict[str, Any] = {}
        """What one step leaves for a later one."""
        self.may_change: dict[str, set[str]] = {}
        """What may be configured otherwise at a device, since it was asked for: how the names of those things begin."""

    @property
    def home(self) -> HomePlan:
        """The home, while it can still be shaped. Raises HarnessFault once it is switched on."""
        if self._bed is not None:
            raise HarnessFault(
                "the home is switched on already: this Given must stand before the first that lets time pass"
            )
        return self._plan

    @property
    def bed(self) -> Bed:
        """The home, wired and switched on."""
        if self._bed is None:
            self._open()
        assert self._bed is not None  # opened just now
        return self._bed

    @property
    def request(self) -> str:
        """The name of the last request. Raises HarnessFault when none was made."""
        if not self.requests:
            raise HarnessFault("this step speaks of a request, and none has been made")
        return self.requests[-1]

    def step(self, keyword: str, text: str) -> None:
        """A step begins."""
        if self._recorder is None:
            self._steps.append((keyword, text))
        else:
            self._mark(keyword, text)

    def judge(self, check_id: str, arguments: Mapping[str, Any]) -> None:
        """Judge the evidence so far by a check. Raises NotPassed unless it passes."""
        check = CHECKS[check_id]
        _ = self.bed  # a Then of a home that nobody has used yet still has its first readings
        log = self._clock.perform(partial(self._asked, check_id, arguments))
        entry = evaluate(check, log, arguments)
        self._checks.append(entry)
        verdict = Verdict(entry["verdict"])
        if verdict is not Verdict.PASS:
            raise NotPassed(check_id, verdict, entry["reason_code"], entry["reason"])

    def _asked(self, check_id: str, arguments: Mapping[str, Any]) -> Log:
        """The evidence so far; which check judges it and by which arguments stands behind it from now on."""
        assert self._recorder is not None
        log = self._recorder.log.log()
        self._append(CHECK, {"check": check_id, "args": dict(arguments)})
        return log

    def crashed(self, problem: BaseException) -> None:
        """A step or a party broke: whatever was gathered stays, and the scenario ends in error.

        An adapter that cannot bring its device into the scenario's situation has broken nothing: inconclusive.
        """
        self._crash = f"{type(problem).__name__}: {problem}"
        if isinstance(problem, CannotArrange):
            self._crash = f"{UNARRANGED}{problem}"
        if self._recorder is not None:
            text = self._recorder.redactor.text(self._crash)
            self._crash = text
            self._clock.perform(partial(self._append, CRASH, {"text": text}))

    def not_reached(self, check_ids: Iterable[str]) -> None:
        """The checks that the scenario's end left unasked."""
        self._checks += [unreached(CHECKS[check_id]) for check_id in check_ids]

    def close(self) -> dict[str, Any]:
        """End the scenario; gives its entry of ``record.json``."""
        self._judge_what_always_holds()
        self._switch_off()
        if self._bed is not None and self._bed.learned_keys:
            self._write_keys(self._bed.learned_keys)
        log = None if self._recorder is None else self._recorder.log.log()
        verdict, because = came_to(self._checks, log, self._crash)
        if self._recorder is not None and log is not None:
            self._observed = observed(log)
            self._recorder.log.close()
            self._capture.close()
        measurements = [dict(one) for check in self._checks for one in check.pop("measurements")]
        return {
            "id": self.id,
            "name": self.name,
            "tags": list(self.tags),
            "home": self._plan.facts(),
            "verdict": str(verdict),
            "because": because,
            "evidence_sha256": self._evidence_digest(),
            "checks": self._checks,
            "measurements": measurements,
            "observed": self._observed,
        }

    def _judge_what_always_holds(self) -> None:
        """Judge what no scenario has to ask for, of each meter as it now stands; what cannot be told of it is nothing.

        Nothing is judged of a scenario that broke.
        """
        if self._bed is None or self._crash:
            return
        said = [(entry["id"], entry["reason"]) for entry in self._checks]
        try:
            for meter in self._plan.meters:
                self._judge_standing(self._bed, meter, said)
        except Exception as problem:  # noqa: BLE001 (it becomes the verdict)
            self.crashed(problem)

    def _judge_standing(self, bed: Bed, meter: str, said: Collection[tuple[str, str]]) -> None:
        """Judge what always holds of one meter, but for what has been ``said`` of it."""
        assert self._recorder is not None
        for read in (bed.read_meter, bed.read_configuration):
            with suppress(CannotArrange):  # what cannot be read is not judged
                read(meter)
        but = self.may_change.get(meter, ())
        for check in (one for one in CHECKS.values() if one.standing):
            log = self._clock.perform(self._recorder.log.log)
            entry = evaluate(check, log, standing_arguments(check.id, meter, but))
            if tells(entry) and (entry["id"], entry["reason"]) not in said:
                self._clock.perform(partial(self._asked, entry["id"], entry["args"]))
                self._checks.append(entry)

    def _switch_off(self) -> None:
        """Stop the clock, and give everything back. What a party broke by since the last wait counts still."""
        bed = () if self._bed is None else (self._bed.close,)
        control = (self._control.close,) if self._own_control else ()
        for end in (self._clock.stop, *bed, *control):
            try:
                end()
            except Exception as problem:  # noqa: BLE001 (it becomes the verdict)
                if not self._crash:
                    self.crashed(problem)

    def _evidence_digest(self) -> str:
        """Ties the record to the evidence as it was written; empty when the scenario broke before there was any."""
        return digest(self._recorder.log.path) if self._recorder is not None else ""

    def _open(self) -> None:
        stem = file_stem(self.id)
        others = {name: OTHER_USERS[name] for name in self._plan.other_users}
        if self._plan.hub_exchange:
            others |= NEW_HUB_EUIS
        identities = {**self._bench.identities, **others}
        avenue_keys = read_avenue_keys(self._bench.avenue_keys)
        keys = make_home_keys(self._derivation, identities, self._bench.keys, avenue_keys, self._plan.absent)
        log = EvidenceLog(self._folder / "evidence" / f"{stem}.jsonl")
        self._capture = CaptureFile(self._folder / "captures" / f"{stem}.pcapng")
        redactor = Redactor(self._derivation.octets("redaction"))
        self._recorder = Recorder(log, self._capture, redactor, self._clock.now)
        self._append("home", self._first_line())
        for step in self._steps:
            self._mark(*step)
        self._bed = self._clock.perform(
            partial(Bed, self._plan, self._bench, keys, self._clock, self._recorder, self._control)
        )
        self._han_keys = self._bed.han_keys
        self._write_keys()
        self._bed.start()

    def _write_keys(self, learned: Mapping[str, Secret] = MappingProxyType({})) -> None:
        """Write the keys that open the capture of the HAN: those that the home had, and those handed out there."""
        path = self._folder / "captures" / f"keys.{file_stem(self.id)}.zigbee_pc_keys"
        write_keys(path, {**self._han_keys, **learned})

    def _first_line(self) -> dict[str, Any]:
        parties = {
            role: self._plan.adapters.get(role, self._bench.party(role).adapter) for role in self._plan.parties()
        }
        return {
            "schema": SCHEMA,
            "scenario": self.id,
            "seed": self._seed,
            "tags": list(self.tags),
            "points": sorted(self._bench.points),
            "iut": self._bench.iut,
            "parties": parties,
            "replaced": sorted(self._plan.adapters),
            "disturbed": sorted({*disturbed(self._bench), *self._plan.links}),
            "limits": self._bench.limits,
            "declared": dict(self._bench.declared),
            "uncertainty": self._clock.uncertainty,
            "home": self._plan.facts(),
        }

    def _mark(self, keyword: str, text: str) -> None:
        assert self._recorder is not None
        self._clock.perform(partial(self._recorder.step, keyword, text, " ".join(self.tags)))

    def _append(self, what: str, fields: dict[str, Any]) -> None:
        assert self._recorder is not None
        self._recorder.log.append(self._clock.now(), HARNESS, HARNESS, HARNESS, what, fields)
