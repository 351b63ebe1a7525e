"""The gas mirror: what the gas meter last reported, and what displays are told of it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from home_parts import ESME, GSME, HUB, PPMID
from hub_home import Home

from ppmid_devices.hub.mirror import Mirror
from ppmid_devices.links.han_node import HanNode
from ppmid_devices.ports import SECOND
from ppmid_protocols.eui import Eui
from ppmid_protocols.zigbee import metering, prepayment, zcl
from ppmid_protocols.zigbee.han import AppMessage
from ppmid_protocols.zigbee.prepayment import Attribute
from ppmid_protocols.zigbee.values import Typed, ZclType
from ppmid_protocols.zigbee.zcl import Direction, ReadAttributes, ReadAttributesResponse, ReportAttributes

_NOON = int(datetime(2026, 5, 1, 12, tzinfo=UTC).timestamp())
_NOON_2000 = _NOON - int(datetime(2000, 1, 1, tzinfo=UTC).timestamp())
BALANCE, STAMP = Attribute.CREDIT_REMAINING, Attribute.CREDIT_REMAINING_TIMESTAMP


def credit(millipence: int) -> Typed:
    return Typed(ZclType.INT32, millipence)


def report(**values: Typed) -> ReportAttributes:
    return ReportAttributes(tuple((Attribute[name], value) for name, value in values.items()))


def test_a_report_is_kept_with_the_second_of_its_coming() -> None:
    mirror = Mirror(dated=True).reported(
        prepayment.CLUSTER, report(CREDIT_REMAINING=credit(120_000)), _NOON * SECOND + 9
    )
    assert mirror.of(prepayment.CLUSTER) == {BALANCE: credit(120_000), STAMP: Typed(ZclType.UTC_TIME, _NOON_2000)}
    assert mirror.of(metering.CLUSTER) == {}


def test_what_a_later_report_leaves_out_stays_and_what_it_tells_is_replaced() -> None:
    debt = Typed(ZclType.INT32, 7)
    first = report(CREDIT_REMAINING=credit(1), ACCUMULATED_DEBT=debt)
    mirror = Mirror(dated=False).reported(prepayment.CLUSTER, first, 0)
    mirror = mirror.reported(prepayment.CLUSTER, report(CREDIT_REMAINING=credit(2)), 1)
    assert mirror.of(prepayment.CLUSTER) == {BALANCE: credit(2), Attribute.ACCUMULATED_DEBT: debt}


class Reader:
    """A device of the home that reads the mirror."""

    def __init__(self, node: HanNode) -> None:
        self.node = node
        self.answers: list[Any] = []
        node.on(prepayment.CLUSTER, self._hear)

    def _hear(self, sender: Eui, message: AppMessage) -> None:
        assert sender == HUB
        self.answers.append(zcl.read_general(message.zcl))

    def say(self, command: Any, direction: Direction) -> None:
        self.node.send_frame(HUB, prepayment.CLUSTER, zcl.general_frame(command, direction, 5))


@pytest.mark.parametrize("dated", [True, False])
def test_displays_read_what_the_gas_meter_reported_and_not_what_others_say(dated: bool) -> None:
    home = Home(start=_NOON * SECOND, mirror_dated=dated)
    gas, ppmid, esme = (Reader(home.nodes[device]) for device in (GSME, PPMID, ESME))
    gas.say(report(CREDIT_REMAINING=credit(120_000)), Direction.TO_CLIENT)
    esme.say(report(CREDIT_REMAINING=credit(9)), Direction.TO_CLIENT)
    home.run()
    ppmid.say(ReadAttributes((BALANCE, STAMP)), Direction.TO_SERVER)
    home.run()
    (answer,) = ppmid.answers
    assert isinstance(answer, ReadAttributesResponse)
    assert answer.value(BALANCE) == credit(120_000)
    assert (answer.value(STAMP) is not None) is dated


def test_an_empty_mirror_says_that_it_has_nothing() -> None:
    home = Home()
    ppmid = Reader(home.nodes[PPMID])
    ppmid.say(ReadAttributes((BALANCE,)), Direction.TO_SERVER)
    home.run()
    (record,) = ppmid.answers[0].records
    assert (record.attribute, record.status, record.value) == (BALANCE, zcl.Status.UNSUPPORTED_ATTRIBUTE, None)


def test_what_is_no_reading_has_no_answer() -> None:
    home = Home()
    ppmid = Reader(home.nodes[PPMID])
    ppmid.say(zcl.DefaultResponse(0, 0), Direction.TO_SERVER)
    ppmid.say(ReadAttributes((BALANCE,)), Direction.TO_CLIENT)
    home.run()
    assert ppmid.answers == []
