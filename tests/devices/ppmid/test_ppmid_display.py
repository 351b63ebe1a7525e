"""What the PPMID reads for its screen, and how often."""

import pytest
from home_parts import ESME, GSME, HUB
from ppmid_home import Home

from ppmid_devices.ports import MINUTE, SECOND
from ppmid_protocols.zigbee import metering, prepayment, zcl
from ppmid_protocols.zigbee.han import AppMessage
from ppmid_protocols.zigbee.prepayment import Attribute
from ppmid_protocols.zigbee.values import Typed, ZclType
from ppmid_protocols.zigbee.zcl import Scope


def readings(home: Home) -> list[AppMessage]:
    return [one for one in home.from_ppmid if one.zcl.header.scope is Scope.GENERAL]


@pytest.fixture
def home() -> Home:
    return Home(start=1_800_000_000 * SECOND, readings_every_s=30, screen_on_s=120)


def test_it_reads_each_meter_at_its_rate_while_its_screen_is_on(home: Home) -> None:
    home.run(10 * MINUTE)
    assert readings(home) == []
    home.ppmid.touch()
    home.run(10 * MINUTE)
    asked = [(one.destination, one.cluster) for one in readings(home)]
    once = [(where, cluster) for where in (ESME, HUB) for cluster in (prepayment.CLUSTER, metering.CLUSTER)]
    assert asked == 4 * once  # at 0, 30, 60 and 90 s


def test_a_second_touch_keeps_the_screen_on_and_does_not_hasten_the_reading(home: Home) -> None:
    home.ppmid.touch()
    home.run(SECOND)
    home.ppmid.touch()
    home.run(SECOND)
    assert len(readings(home)) == 4


def test_the_mirrors_figures_stand_on_the_screen_until_power_is_lost(home: Home) -> None:
    report = zcl.ReportAttributes(((Attribute.CREDIT_REMAINING, Typed(ZclType.INT32, 120_000)),))
    home.gas_node.send_frame(HUB, prepayment.CLUSTER, zcl.general_frame(report, zcl.Direction.TO_CLIENT, 1))
    home.run(25 * MINUTE)
    reported = home.clock.now() - 25 * MINUTE
    home.ppmid.touch()
    home.run(10 * MINUTE)
    shown = {one.meter: one for one in home.ppmid.screen().figures}
    assert shown[GSME].balance == 120_000
    assert shown[GSME].as_of is not None
    assert abs(shown[GSME].as_of - reported) <= SECOND
    home.ppmid.restart()
    home.ppmid.touch()
    home.run(MINUTE)
    assert home.ppmid.screen().figures == ()


def test_an_answer_that_comes_too_late_is_not_taken() -> None:
    home = Home(readings_every_s=30, screen_on_s=1)
    home.ppmid.touch()
    question = prepayment.CLUSTER
    answer = zcl.ReadAttributesResponse((zcl.AttributeRead(1, 0, Typed(ZclType.INT32, 5)),))
    home.esme.node.send_frame(home.ppmid.eui, question, zcl.general_frame(answer, zcl.Direction.TO_CLIENT, 99))
    home.run()
    assert ESME not in {one.meter for one in home.ppmid.screen().figures}
