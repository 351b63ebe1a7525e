"""Real lines of a bench: whether what the file says of one can be used, and the harness's end of it."""

from collections.abc import Mapping
from pathlib import Path

from ppmid_bench.adapter_classes import settings_of
from ppmid_bench.bench_file import BenchFile, LinkTable
from ppmid_bench.errors import BadInput
from ppmid_bench.home import HomePlan
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
    return name == AVENUE and AVENUE in links and links[AVENUE].adapter in LINES


def require(bench: BenchFile) -> None:
    """Raise BadInput unless the bench's real line, if it has one, can be made; asked before anything runs."""
    if not is_real(bench.links, AVENUE):
        return
    table, line, place = bench.links[AVENUE], _line(bench), f"[links.{AVENUE}]"
    if bench.time != "wall":
        raise BadInput(bench.source, f"{place} adapter", f'time = "wall" with {table.adapter}', bench.time)
    if line.missing:
        expected = f"what {table.adapter} needs: pip install 'ppmid-harness[{line.extra}]'"
        raise BadInput(bench.source, f"{place} adapter", expected, f"no module {line.module}")
    if table.conditions(Conditions()) != Conditions():
        expected = "no delay_ms, jitter_ms, lost, reordered, altered: a real line behaves as it does"
        raise BadInput(bench.source, place, expected, "at least one of them")
    try:
        _settings(bench).require()
    except NotUsable as problem:
        raise BadInput(bench.source, f"{place}.{problem.setting}", problem.expected, problem.found) from problem


def harness_end(plan: HomePlan, bench: BenchFile, *, ppmid: Eui, clock: Clock, tap: Tap, random: Random) -> RealLine:
    """The end of the avenue that the bench holds. Raises CannotArrange, LineFault."""
    line, adapter = _line(bench), bench.links[AVENUE].adapter
    if plan.port != line.port:
        raise CannotArrange(f"the avenue of this bench is {adapter}, and the scenario is about {plan.port}")
    if AVENUE in plan.links:
        raise CannotArrange(f"the avenue of this bench is {adapter}, which nobody can tell to lose or to alter")
    here = roles.CARRIER if plan.carrier else roles.DELIVERY_SERVICE
    end = End(name=AVENUE, here=here, there=plan.avenue_end, ppmid=ppmid, clock=clock, tap=tap, random=random)
    return line.harness(end, _settings(bench))


def _line(bench: BenchFile) -> Line:
    return LINES[bench.links[AVENUE].adapter]


def _settings(bench: BenchFile) -> LineSettings:
    """The settings of the real line; relative paths are taken from beside the bench file. Raises BadInput."""
    shape = _line(bench).harness_settings
    made: LineSettings = settings_of(shape, bench.links[AVENUE].settings, bench.source, f"[links.{AVENUE}]")
    return made.beside(Path(bench.source).parent)
