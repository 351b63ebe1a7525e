"""Real lines of a bench: whether what the file says of one can be used, and the harness's end of it."""

from collections.abc import Mapping
from pathlib import Path

from ppmid_bench.adapter_classes import settings_of
from ppmid_bench.avenue_keys import read_avenue_keys
from ppmid_bench.bench_file import PROCESS, BenchFile, LinkTable
from ppmid_bench.control import ControlPort
from ppmid_bench.derivation import Derivation
from ppmid_bench.errors import BadInput
from ppmid_bench.home import HomePlan
from ppmid_bench.lab import serial_of_place
from ppmid_bench.rehearsal import ADAPTER, Rehearsal, RehearsalSettings
from ppmid_devices import roles
from ppmid_devices.lines.ends import End, LineSettings, NotUsable
from ppmid_devices.lines.real_line import RealLine
from ppmid_devices.lines.table import LINES, Line
from ppmid_devices.links.link import Conditions
from ppmid_devices.ports import CannotArrange, Clock, Random, Tap
from ppmid_protocols.eui import Eui

AVENUE = "avenue"
"""The one link for which there are real lines."""


def is_real(links: Mapping[str, LinkTable], name: str) -> bool:
    """Whether the link ``name`` of a bench is one of our real lines."""
    return name == AVENUE and AVENUE in links and links[AVENUE].adapter in (*LINES, ADAPTER)


def require(bench: BenchFile, *, files: bool = True) -> None:
    """Raise BadInput unless the bench's real line, if it has one, can be made; asked before anything runs.

    ``files``: the files that it names must be there too, and good.
    """
    if files:
        read_avenue_keys(bench.avenue_keys)
    if not is_real(bench.links, AVENUE):
        return
    table, place = bench.links[AVENUE], f"[links.{AVENUE}]"
    if bench.time != "wall":
        raise BadInput(bench.source, f"{place} adapter", f'time = "wall" with {table.adapter}', bench.time)
    if table.conditions(Conditions()) != Conditions():
        expected = "no delay_ms, jitter_ms, lost, reordered, altered: a real line behaves as it does"
        raise BadInput(bench.source, place, expected, "at least one of them")
    if table.adapter == ADAPTER:
        if bench.party(roles.PPMID).adapter != PROCESS:
            raise BadInput(bench.source, f"{place} adapter", f'[parties.ppmid] adapter = "{PROCESS}" with it', ADAPTER)
        _rehearsal_settings(bench)
        return
    line = _line(bench)
    if line.missing:
        expected = f"what {table.adapter} needs: pip install 'ppmid-harness[{line.extra}]'"
        raise BadInput(bench.source, f"{place} adapter", expected, f"no module {line.module}")
    settings = _settings(bench)
    try:
        if files and not serial_of_place(bench):
            settings.require()
    except NotUsable as problem:
        raise BadInput(bench.source, f"{place}.{problem.setting}", problem.expected, problem.found) from problem


def is_rehearsed(bench: BenchFile) -> bool:
    """Whether the avenue is a real line of which both ends are ours."""
    return is_real(bench.links, AVENUE) and bench.links[AVENUE].adapter == ADAPTER


def rehearse(
    plan: HomePlan,
    bench: BenchFile,
    control: ControlPort,
    derivation: Derivation,
    *,
    device: Eui,
    clock: Clock,
    tap: Tap,
) -> Rehearsal:
    """Both ends of the avenue, for a scenario's port. Raises CannotArrange, LineFault."""
    _require_plain(plan, ADAPTER)
    end = _end(plan, device, clock, tap, derivation.random(AVENUE))
    return Rehearsal(plan.port, end, bench=control.bench, settings=_rehearsal_settings(bench))


def harness_end(plan: HomePlan, bench: BenchFile, *, device: Eui, clock: Clock, tap: Tap, random: Random) -> RealLine:
    """The end of the avenue that the bench holds. Raises CannotArrange, LineFault."""
    line, adapter = _line(bench), bench.links[AVENUE].adapter
    if plan.port not in line.ports:
        raise CannotArrange(f"the avenue of this bench is {adapter}, and the scenario is about {plan.port}")
    _require_plain(plan, adapter)
    return line.harness(_end(plan, device, clock, tap, random), _settings(bench))


def _require_plain(plan: HomePlan, adapter: str) -> None:
    if AVENUE in plan.links:
        raise CannotArrange(f"the avenue of this bench is {adapter}, which nobody can tell to lose or to alter")


def _end(plan: HomePlan, device: Eui, clock: Clock, tap: Tap, random: Random) -> End:
    here = roles.CARRIER if plan.carrier else roles.DELIVERY_SERVICE
    return End(name=AVENUE, here=here, there=plan.avenue_end, ppmid=device, clock=clock, tap=tap, random=random)


def _rehearsal_settings(bench: BenchFile) -> RehearsalSettings:
    """Raises BadInput."""
    given = bench.links[AVENUE].settings
    made: RehearsalSettings = settings_of(RehearsalSettings, given, bench.source, f"[links.{AVENUE}]")
    return made


def _line(bench: BenchFile) -> Line:
    return LINES[bench.links[AVENUE].adapter]


def _settings(bench: BenchFile) -> LineSettings:
    """The settings of the real line; relative paths are taken from beside the bench file. Raises BadInput."""
    shape = _line(bench).harness_settings
    made: LineSettings = settings_of(shape, bench.links[AVENUE].settings, bench.source, f"[links.{AVENUE}]")
    return made.beside(Path(bench.source).parent)
