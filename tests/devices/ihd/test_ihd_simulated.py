"""An In-Home Display: it shows figures, and does nothing else."""

from typing import Any

import pytest
from home_parts import ESME, HUB, PPMID, Ground, heard_on_the_han, membership

from ppmid_devices import roles
from ppmid_devices.ihd.faulty import BorrowsEmergencyCredit
from ppmid_devices.ihd.simulated import SimulatedIhd
from ppmid_devices.links.han_node import HanNode
from ppmid_devices.ports import MINUTE, CannotArrange
from ppmid_devices.ppmid.contract import Image
from ppmid_devices.ppmid.settings import PpmidSettings
from ppmid_protocols.eui import Eui
from ppmid_protocols.zigbee import metering, prepayment, zcl
from ppmid_protocols.zigbee.han import AppMessage
from ppmid_protocols.zigbee.values import Typed, ZclType
from ppmid_protocols.zigbee.zcl import Scope


class Home(Ground):
    def __init__(self, kind: type[SimulatedIhd] = SimulatedIhd) -> None:
        super().__init__()
        self.meter = HanNode(self.clock, self.han, membership(ESME))
        for cluster in (prepayment.CLUSTER, metering.CLUSTER):
            self.meter.on(cluster, self._tell)
        self.ihd = kind(
            clock=self.clock,
            han=self.han,
            membership=membership(PPMID),
            hub=HUB,
            meters={ESME: roles.ESME},
            settings=PpmidSettings(),
        )
        self.ihd.start()

    def _tell(self, sender: Eui, message: AppMessage) -> None:
        if message.zcl.header.scope is Scope.GENERAL:
            values = {1: Typed(ZclType.INT32, 120_000), 0x14: Typed(ZclType.ENUM8, 2)}
            self.meter.send_frame(sender, message.cluster, zcl.answer_read(message.zcl, values))

    @property
    def commands(self) -> list[AppMessage]:
        heard = heard_on_the_han(self.tap.crossings)
        return [one for one in heard if one.source == PPMID and one.zcl.header.scope is Scope.CLUSTER]


def test_it_shows_the_balance_of_the_meter_and_sends_no_command() -> None:
    home = Home()
    home.ihd.touch()
    home.run(10 * MINUTE)
    (shown,) = home.ihd.screen().figures
    assert (shown.meter, shown.balance, shown.supply) == (ESME, 120_000, "enabled")
    assert home.ihd.screen().lines == ()
    assert home.commands == []


def test_one_that_sends_a_command_is_no_display() -> None:
    home = Home(BorrowsEmergencyCredit)
    home.ihd.touch()
    home.run()
    assert [one.cluster for one in home.commands] == [prepayment.CLUSTER]


@pytest.mark.parametrize(
    "ask",
    [
        lambda ihd: ihd.enter_utrn(ESME, "1"),
        lambda ihd: ihd.select_emergency_credit(ESME),
        lambda ihd: ihd.enable_supply(ESME),
        lambda ihd: ihd.image(Image.NEWER),
    ],
)
def test_what_only_a_ppmid_has_it_has_not(ask: Any) -> None:
    with pytest.raises(CannotArrange, match="In-Home Display"):
        ask(Home().ihd)


@pytest.mark.parametrize("end", ["restart", "factory_reset"])
def test_without_power_its_screen_is_empty(end: str) -> None:
    home = Home()
    home.ihd.touch()
    home.run()
    getattr(home.ihd, end)()
    assert home.ihd.figures() == ()
