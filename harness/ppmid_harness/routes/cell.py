"""One cell on the simulated bench."""

from dataclasses import dataclass

from ppmid_bench.bench_file import BenchFile
from ppmid_bench.came_of_it import CameOfIt, came_of_it
from ppmid_devices import roles
from ppmid_harness.risk.trial import evidence
from ppmid_harness.routes.plan import Cell
from ppmid_steps.registry import Registry

_ROLES = {
    "electricity meter": roles.ESME,
    "gas meter": roles.GSME,
    "gas proxy": roles.GPF,
    "hub": roles.HUB,
    "HCALCS": roles.HCALCS,
    "PPMID": roles.PPMID,
}
_LOOKS = ("then", "the Supplier's record shows one outcome")
"""What has the Supplier's record read."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A cell and what came of it. ``problem``: why that is not what must; empty where it is."""

    cell: Cell
    came: CameOfIt

    @property
    def problem(self) -> str:
        """In words."""
        came, expected = self.came, self.cell.expected
        if came.acted != expected.acts:
            return "it acted" if came.acted else f"it did not act; it came to {', '.join(came.reached) or 'nobody'}"
        if came.outcome != expected.outcome:
            return f"the Supplier holds {came.outcome or 'nothing'}, not {expected.outcome or 'nothing'}"
        if not came.genuine:
            return "what reached it is not what the DCC made"
        if came.times > 1:
            return f"it acted {came.times} times"
        return ""


def tried(cell: Cell, registry: Registry, bench: BenchFile, seed: int) -> Tried:
    """Run a cell. Raises HarnessFault where the bench itself broke."""
    before = [*(("given", one) for one in cell.given), *(("when", one) for one in cell.prepare)]
    when = [("when", one) for one in cell.when]
    looks = [_LOOKS] if cell.expected.outcome else []
    log, asked = evidence(cell.id, before, [*when, *looks], registry, bench, seed)
    return Tried(cell, came_of_it(log, asked, _ROLES[cell.target.words]))
