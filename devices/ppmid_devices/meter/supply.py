"""The supply of a prepayment meter: what opens and closes the load switch or valve, as a table.

Disabled is two states here, because a Supplier's disablement is not undone by credit (SMETS2 4.6.5.18 and 5.7.5.32 name
one; that the cause must be kept is inferred). Nothing but a person or the Supplier leads to ENABLED.
"""

from collections.abc import Mapping
from enum import Enum

from ppmid_devices.meter.contract import Supply


class SupplyState(Enum):
    """The state of the supply with the cause of its disablement; the value is what the meter shows."""

    ENABLED = (Supply.ENABLED, "")
    ARMED = (Supply.ARMED, "")
    OUT_OF_CREDIT = (Supply.DISABLED, "credit")
    DISABLED_BY_SUPPLIER = (Supply.DISABLED, "Supplier")

    @property
    def shown(self) -> Supply:
        """The Supply State without its cause."""
        return self.value[0]


class SupplyEvent(Enum):
    """What can happen to a supply."""

    CREDIT_EXHAUSTED = "the Disablement Threshold is reached and no selected emergency credit is left"
    CREDIT_RESTORED = "a top-up or emergency credit lifts the credit above the Disablement Threshold"
    SUPPLIER_DISABLES = "SRV 7.2"
    SUPPLIER_ARMS = "SRV 7.3, with credit"
    SUPPLIER_ENABLES = "SRV 7.1, with credit"
    PERSON_ENABLES = "the meter's button, or for electricity the PPMID's Local Change Supply"


_S, _E = SupplyState, SupplyEvent

TRANSITIONS: Mapping[tuple[SupplyState, SupplyEvent], SupplyState] = {
    (_S.ENABLED, _E.CREDIT_EXHAUSTED): _S.OUT_OF_CREDIT,
    (_S.ARMED, _E.CREDIT_EXHAUSTED): _S.OUT_OF_CREDIT,
    (_S.OUT_OF_CREDIT, _E.CREDIT_RESTORED): _S.ARMED,
    (_S.ENABLED, _E.SUPPLIER_DISABLES): _S.DISABLED_BY_SUPPLIER,
    (_S.ARMED, _E.SUPPLIER_DISABLES): _S.DISABLED_BY_SUPPLIER,
    (_S.OUT_OF_CREDIT, _E.SUPPLIER_DISABLES): _S.DISABLED_BY_SUPPLIER,
    (_S.OUT_OF_CREDIT, _E.SUPPLIER_ARMS): _S.ARMED,
    (_S.DISABLED_BY_SUPPLIER, _E.SUPPLIER_ARMS): _S.ARMED,
    (_S.ARMED, _E.SUPPLIER_ENABLES): _S.ENABLED,
    (_S.OUT_OF_CREDIT, _E.SUPPLIER_ENABLES): _S.ENABLED,
    (_S.DISABLED_BY_SUPPLIER, _E.SUPPLIER_ENABLES): _S.ENABLED,
    (_S.ARMED, _E.PERSON_ENABLES): _S.ENABLED,
}
"""Every change of state there is; what is not here changes nothing.

SUPPLIER_ARMS and SUPPLIER_ENABLES happen only "if the conditions required in SMETS are met"; taken to mean that there
is credit (assumed), which the account checks before it lets the event happen.
"""

NEEDS_CREDIT = frozenset({_E.SUPPLIER_ARMS, _E.SUPPLIER_ENABLES})


def after(state: SupplyState, event: SupplyEvent) -> SupplyState:
    """The state that follows ``state`` when ``event`` happens."""
    return TRANSITIONS.get((state, event), state)
