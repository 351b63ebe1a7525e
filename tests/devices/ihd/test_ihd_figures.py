"""What a display makes of the answers that it reads."""

from home_parts import ESME, GSME

from ppmid_devices.ihd.contract import ShownFigures
from ppmid_devices.ihd.figures import Figures
from ppmid_devices.meter.contract import Supply
from ppmid_devices.ports import SECOND
from ppmid_protocols.zigbee import metering, prepayment
from ppmid_protocols.zigbee.prepayment import Attribute
from ppmid_protocols.zigbee.values import Typed, ZclType
from ppmid_protocols.zigbee.zcl import AttributeRead, ReadAttributesResponse

_EMPTY = Figures(frozenset({GSME}))
_2000 = 946_684_800
_NOW = 1_800_000_000 * SECOND


def told(**values: int | None) -> ReadAttributesResponse:
    return ReadAttributesResponse(
        tuple(
            AttributeRead(Attribute[name], 0, Typed(prepayment.TYPES[Attribute[name]], value))
            for name, value in values.items()
        )
    )


def supply(status: int) -> ReadAttributesResponse:
    return ReadAttributesResponse((AttributeRead(metering.SUPPLY_STATUS, 0, Typed(ZclType.ENUM8, status)),))


def test_a_meters_own_answer_is_of_the_moment_and_a_mirrors_of_when_it_says() -> None:
    own = _EMPTY.taken(ESME, prepayment.CLUSTER, told(CREDIT_REMAINING=-5, ACCUMULATED_DEBT=70), _NOW)
    assert own.shown[ESME] == ShownFigures(meter=ESME, balance=-5, debt=70, as_of=_NOW)
    stamped = told(CREDIT_REMAINING=120_000, CREDIT_REMAINING_TIMESTAMP=100)
    mirrored = _EMPTY.taken(GSME, prepayment.CLUSTER, stamped, _NOW)
    assert mirrored.shown[GSME] == ShownFigures(meter=GSME, balance=120_000, as_of=(100 + _2000) * SECOND)


def test_a_mirror_that_tells_no_time_leaves_none() -> None:
    figures = _EMPTY.taken(GSME, prepayment.CLUSTER, told(CREDIT_REMAINING=1), _NOW)
    assert figures.shown[GSME].as_of is None


def test_emergency_credit_is_shown_while_it_is_selected() -> None:
    for status, shown in ((0x10, 9), (0x18, 9), (0x08, None), (None, None)):
        values = {"EMERGENCY_CREDIT_REMAINING": 9} | ({} if status is None else {"CREDIT_STATUS": status})
        figures = _EMPTY.taken(ESME, prepayment.CLUSTER, told(**values), _NOW)
        assert figures.shown[ESME].emergency_credit == shown


def test_the_supply_is_read_beside_the_credit_and_an_unknown_state_is_none() -> None:
    figures = _EMPTY.taken(ESME, prepayment.CLUSTER, told(CREDIT_REMAINING=3), _NOW)
    for status, state in ((0, Supply.DISABLED), (1, Supply.ARMED), (2, Supply.ENABLED), (7, None)):
        shown = figures.taken(ESME, metering.CLUSTER, supply(status), _NOW).shown[ESME]
        assert (shown.supply, shown.balance, shown.as_of) == (state, 3, _NOW)


def test_no_value_is_shown_as_none() -> None:
    figures = _EMPTY.taken(ESME, prepayment.CLUSTER, told(CREDIT_REMAINING=None), _NOW)
    assert figures.shown[ESME].balance is None


def test_a_meter_that_has_answered_stands_on_the_screen_whatever_it_said() -> None:
    figures = _EMPTY.taken(ESME, metering.CLUSTER, supply(7), _NOW)
    assert figures.shown == {ESME: ShownFigures(meter=ESME)}
    assert figures.taken(ESME, metering.CLUSTER, supply(7), _NOW) is figures
