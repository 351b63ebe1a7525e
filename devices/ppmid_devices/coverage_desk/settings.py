"""What can be set about the simulated work on coverage."""

from dataclasses import dataclass
from typing import Annotated

from ppmid_devices.assumption import Assumed
from ppmid_devices.links.contract import Variant


@dataclass(frozen=True, slots=True)
class CoverageDeskSettings:
    """The times of the work. ``proposal_days``: by when the DCC owes a proposal."""

    advice_days: Annotated[
        int,
        Assumed("from a report to the advice to exchange the hub; no text splits the 30 days"),
    ] = 5
    advised_variant: Annotated[
        Variant, Assumed("the hub that is advised for every home; which one helps where is the planners' matter")
    ] = "cellular+mesh"
    visit_days: Annotated[int, Assumed("an engineer has one visit to spare in so many; a Supplier's own matter")] = 7
    proposal_days: int = 90
