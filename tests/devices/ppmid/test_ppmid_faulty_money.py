"""PPMIDs that mistell what became of a top-up: each beside a right one."""

from dataclasses import replace

import pytest
from home_parts import ESME
from ppmid_home import Home

from ppmid_devices.ihd.contract import ShownFigures
from ppmid_devices.meter.contract import Supply
from ppmid_devices.ppmid import faulty_answers, faulty_display, faulty_texts
from ppmid_devices.ppmid.contract import Screen
from ppmid_devices.ppmid.simulated import SimulatedPpmid
from ppmid_protocols.zigbee.prepayment import ConsumerTopUpResponse, TopUpResult

TOO_LARGE, FULL = ConsumerTopUpResponse(TopUpResult.VALUE_TOO_LARGE), ConsumerTopUpResponse(TopUpResult.MAXIMUM_CREDIT)
STILL_OFF = ConsumerTopUpResponse(TopUpResult.ACCEPTED_SUPPLY_DISABLED, 500_000, credit_remaining=70)


def told(kind: type[SimulatedPpmid], *answers: ConsumerTopUpResponse) -> Home:
    home = Home(kind)
    home.esme.answers = list(answers)
    for number in range(len(answers)):
        home.submit_utrn(ESME, request_id=bytes([number]))
    return home


@pytest.mark.parametrize(
    ("kind", "results", "lines"),
    [
        (SimulatedPpmid, [6, 4], 2),
        (faulty_texts.GivesNoReason, [6, 4], 1),
        (faulty_answers.CallsEveryRefusalAnError, [3, 3], 1),
    ],
)
def test_two_refusals_are_told_apart(kind: type[SimulatedPpmid], results: list[int], lines: int) -> None:
    home = told(kind, TOO_LARGE, FULL)
    assert [one.meter_result for one in home.results] == results
    assert len({home.lines[1], home.lines[3]}) == lines


@pytest.mark.parametrize(("kind", "value"), [(SimulatedPpmid, 500_000), (faulty_answers.TellsWhatIsOnTheMeter, 70)])
def test_the_value_is_what_the_top_up_was_worth(kind: type[SimulatedPpmid], value: int) -> None:
    assert [one.value for one in told(kind, STILL_OFF).results] == [value]


@pytest.mark.parametrize(
    ("kind", "balance", "supply"),
    [
        (SimulatedPpmid, 70, Supply.DISABLED),
        (faulty_display.ShowsItsOwnReckoning, 500_000, Supply.DISABLED),
        (faulty_display.TakesCreditForSupply, 70, Supply.ENABLED),
    ],
)
def test_figures_are_the_meters(
    kind: type[SimulatedPpmid], balance: int, supply: Supply, monkeypatch: pytest.MonkeyPatch
) -> None:
    """£5.00 went to emergency credit but for 70 millipence, and the supply is off still."""
    read = ShownFigures(meter=ESME, balance=0, supply=Supply.DISABLED)
    monkeypatch.setattr(SimulatedPpmid, "screen", lambda _: Screen((), (read,)))
    home = told(kind)
    assert home.ppmid.screen().figures == (read,)
    home.esme.answers = [STILL_OFF]
    home.submit_utrn(ESME)
    read = replace(read, balance=70)
    assert home.ppmid.screen().figures == (replace(read, balance=balance, supply=supply),)
