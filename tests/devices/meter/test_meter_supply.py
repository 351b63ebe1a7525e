"""The supply state machine: every state with every event."""

import pytest

from ppmid_devices.meter.contract import Supply
from ppmid_devices.meter.supply import SupplyEvent, SupplyState, after

ON, ARMED, OUT, BARRED = (
    SupplyState.ENABLED,
    SupplyState.ARMED,
    SupplyState.OUT_OF_CREDIT,
    SupplyState.DISABLED_BY_SUPPLIER,
)
STATES = (ON, ARMED, OUT, BARRED)
EXPECTED = {  # what follows ON, ARMED, OUT and BARRED
    SupplyEvent.CREDIT_EXHAUSTED: (OUT, OUT, OUT, BARRED),
    SupplyEvent.CREDIT_RESTORED: (ON, ARMED, ARMED, BARRED),
    SupplyEvent.SUPPLIER_DISABLES: (BARRED, BARRED, BARRED, BARRED),
    SupplyEvent.SUPPLIER_ARMS: (ON, ARMED, ARMED, ARMED),
    SupplyEvent.SUPPLIER_ENABLES: (ON, ON, ON, ON),
    SupplyEvent.PERSON_ENABLES: (ON, ON, OUT, BARRED),
}


@pytest.mark.parametrize("event", SupplyEvent)
def test_every_state_has_its_successor(event: SupplyEvent) -> None:
    assert tuple(after(state, event) for state in STATES) == EXPECTED[event]


def test_both_kinds_of_disablement_show_as_disabled() -> None:
    assert [state.shown for state in STATES] == [Supply.ENABLED, Supply.ARMED, Supply.DISABLED, Supply.DISABLED]
