"""What an ESME tells displays: its figures, and since when the present tenant lives there."""

from collections.abc import Callable
from typing import Any

import pytest
from home_parts import ESME, MeterHome

from ppmid_bench.clock import VirtualClock
from ppmid_devices.meter.cosem.objects import Place
from ppmid_devices.meter.esme import SimulatedEsme
from ppmid_devices.ports import SECOND
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import axdr
from ppmid_protocols.zigbee import metering, prepayment, tenancy, zcl
from ppmid_protocols.zigbee.han import AppMessage
from ppmid_protocols.zigbee.tenancy import GetChangeOfTenancy, PublishChangeOfTenancy
from ppmid_protocols.zigbee.zcl import Direction, ReadAttributes, Scope, ZclFrame

Ask = Callable[[int, ZclFrame], Any]


@pytest.fixture
def esme(home: MeterHome) -> SimulatedEsme:
    meter: SimulatedEsme = home.meter(SimulatedEsme, ESME, balance_mp=-120_000, accumulated_debt_mp=70)
    meter.start()
    return meter


@pytest.fixture
def ask(home: MeterHome, clock: VirtualClock, esme: SimulatedEsme) -> Ask:
    """Sends a frame as the PPMID; gives the one answer."""
    assert esme.eui == ESME
    answers: list[Any] = []

    def heard(_: Eui, message: AppMessage) -> None:
        general = message.zcl.header.scope is Scope.GENERAL
        answers.append(zcl.read_general(message.zcl) if general else tenancy.read(message.zcl))

    for cluster in (prepayment.CLUSTER, metering.CLUSTER, tenancy.CLUSTER):
        home.ppmid.on(cluster, heard)

    def send(cluster: int, frame: ZclFrame) -> Any:
        home.ppmid.send_frame(ESME, cluster, frame)
        clock.advance(2 * SECOND)
        return answers.pop()

    return send


def reading(*attributes: int) -> ZclFrame:
    return zcl.general_frame(ReadAttributes(attributes), Direction.TO_SERVER, 9)


def test_its_figures_are_read_by_attribute(ask: Ask) -> None:
    """A balance of -£1.20 is a signed number, never a huge positive one."""
    answer = ask(prepayment.CLUSTER, reading(0x0001, 0x0005, 0x0004))
    values = {one.attribute: one.value.value for one in answer.records if one.value is not None}
    assert values == {0x0001: -120_000, 0x0005: 70}
    assert [one.status for one in answer.records] == [0, 0, zcl.Status.UNSUPPORTED_ATTRIBUTE]


def test_what_is_no_reading_is_refused(ask: Ask) -> None:
    frame = zcl.general_frame(zcl.DefaultResponse(4, 0), Direction.TO_SERVER, 9)
    assert ask(prepayment.CLUSTER, frame).status == zcl.Status.UNSUPPORTED_GENERAL_COMMAND


def test_without_a_change_of_tenancy_there_is_none_to_tell(ask: Ask) -> None:
    assert ask(tenancy.CLUSTER, tenancy.frame(GetChangeOfTenancy(), 9)).status == zcl.Status.NOT_FOUND


def test_the_time_that_ecs12_set_is_told(ask: Ask, esme: SimulatedEsme) -> None:
    """2026-05-01 12:00 UTC is 830 952 000 seconds after 2000-01-01, by hand: 9617 days and a half."""
    objects = esme.functions.objects
    assert objects is not None
    moment = bytes.fromhex("07ea 05 01 ff 0c 00 00 00 8000 ff")
    objects._values[Place(1, bytes.fromhex("00005e2c0302"), 2)] = axdr.octet_string(moment)
    told = ask(tenancy.CLUSTER, tenancy.frame(GetChangeOfTenancy(), 9))
    assert told == PublishChangeOfTenancy((9617 * 24 + 12) * 3600)


def test_what_is_no_question_about_tenancy_is_refused(ask: Ask) -> None:
    frame = zcl.cluster_frame(0x05, Direction.TO_SERVER, 9, b"")
    assert ask(tenancy.CLUSTER, frame).status == zcl.Status.UNSUPPORTED_CLUSTER_COMMAND
