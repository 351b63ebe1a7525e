"""Each electricity meter with a fault in its memory does what its docstring says, and a right one does not."""

from collections.abc import Callable

import pytest
from home_parts import CREDENTIALS, ESME, GSME, OTHER_SUPPLIER, REPOSITORY, MeterHome, Vend

from ppmid_bench.clock import VirtualClock
from ppmid_devices.meter import faulty_memory
from ppmid_devices.meter.esme import SimulatedEsme
from ppmid_devices.meter.top_ups import Entry, Path
from ppmid_devices.ports import HOUR, MILLISECOND, MINUTE
from ppmid_protocols import utrn
from ppmid_protocols.secret import Secret
from ppmid_protocols.utrn import ValueClass

Make = Callable[[type[SimulatedEsme]], SimulatedEsme]


@pytest.fixture
def make(home: MeterHome) -> Make:
    """Makes a started meter with £5.00 whose messages go nowhere."""

    def made(kind: type[SimulatedEsme]) -> SimulatedEsme:
        meter = home.meter(kind, ESME, local_credit_alert=False)
        meter.start()
        return meter

    return made


@pytest.mark.parametrize(
    ("kind", "at_once", "later"),
    [
        (SimulatedEsme, "Code entry is locked", "Top up successful: £10.00"),
        (faulty_memory.NeverLocks, "Top up successful: £10.00", "Credit already used"),
        (faulty_memory.BurnsLockedCodes, "Code entry is locked", "Credit already used"),
    ],
)
def test_after_five_foreign_codes(
    make: Make, clock: VirtualClock, vend: Vend, kind: type[SimulatedEsme], at_once: str, later: str
) -> None:
    meter, good = make(kind), vend(9)
    for counter in range(1, 6):
        assert meter.enter_utrn(vend(counter, meter=GSME)) == "Invalid code"
    assert meter.enter_utrn(good) == at_once
    clock.advance(HOUR + MINUTE)
    assert meter.enter_utrn(good) == later


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [
        (SimulatedEsme, "Invalid code", "Top up successful: £1.00"),
        (faulty_memory.KeepsTheOldSupplier, "Top up successful: £10.00", "Credit already used"),
        (faulty_memory.BurnsRefusedCodes, "Credit already used", "Credit already used"),
    ],
)
def test_around_a_change_of_supplier(make: Make, vend: Vend, kind: type[SimulatedEsme], old: str, new: str) -> None:
    """Both codes have counter 3, and the new Supplier's is typed before the change and after it."""
    meter, key = make(kind), CREDENTIALS[OTHER_SUPPLIER].own("agreement").private  # as good as one for prepayment
    made = utrn.make(OTHER_SUPPLIER, ESME, 3 << 32, 1, ValueClass.POUNDS, key, REPOSITORY.public_key(ESME, "agreement"))
    early = made.digits.decode()
    assert meter.enter_utrn(early) == "Invalid code"
    meter._registers.trust(OTHER_SUPPLIER, key.public_key())
    assert meter.enter_utrn(vend(3)) == old
    assert meter.enter_utrn(early) == new


@pytest.mark.parametrize(("kind", "credited"), [(SimulatedEsme, True), (faulty_memory.LocksTheSupplierOut, False)])
def test_a_locked_meter_takes_the_suppliers_command(
    make: Make, vend: Vend, kind: type[SimulatedEsme], credited: bool
) -> None:
    meter = make(kind)
    for counter in range(1, 6):
        meter.enter_utrn(vend(counter, meter=GSME))
    command = Entry(digits=Secret(vend(9).encode()), path=Path.REMOTE, counter=9 << 32)
    assert (meter._registers.enter(command).credited is not None) is credited


@pytest.mark.parametrize(
    ("kind", "delay", "after_the_cut", "again"),
    [
        (SimulatedEsme, 0, 1_500_000, "Credit already used"),
        (SimulatedEsme, 200, 1_500_000, "Credit already used"),
        (faulty_memory.ForgetsCodesWithPower, 200, 1_500_000, "Top up successful: £10.00"),
        (faulty_memory.ForgetsCodesWithPower, 2_000, 1_500_000, "Credit already used"),
        (faulty_memory.LosesCreditWithPower, 200, 500_000, "Credit already used"),
        (faulty_memory.LosesCreditWithPower, 2_000, 1_500_000, "Credit already used"),
    ],
)
def test_a_cut_of_power_soon_after_a_credit(
    make: Make, clock: VirtualClock, vend: Vend, kind: type[SimulatedEsme], delay: int, after_the_cut: int, again: str
) -> None:
    meter, code = make(kind), vend(1)
    meter.enter_utrn(code)
    clock.advance(delay * MILLISECOND)
    meter.power_cycle()
    clock.advance(MINUTE)
    assert meter.display().balance == after_the_cut
    assert meter.enter_utrn(code) == again


@pytest.mark.parametrize(
    ("kind", "changed"),
    [
        (SimulatedEsme, set()),
        (faulty_memory.MeddlesWithItself, {"112/0-0:19.10.1.255/9"}),
        (faulty_memory.UpgradesItself, {"firmware"}),
    ],
)
def test_what_a_top_up_changes_of_the_configuration(
    make: Make, vend: Vend, kind: type[SimulatedEsme], changed: set[str]
) -> None:
    meter = make(kind)
    before = meter.configuration()
    meter.enter_utrn(vend(1))
    after = meter.configuration()
    assert {name for name in before if before[name] != after[name]} == changed
