"""What a PPMID forgets, and what it must not."""

from datetime import UTC, datetime

from home_parts import ESME, GSME, UTRN, command
from ppmid_home import Home

from ppmid_devices.meter.times import zigbee_time
from ppmid_devices.ports import MINUTE, SECOND
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs.message import decode
from ppmid_protocols.zigbee import tenancy
from ppmid_protocols.zigbee.han import AppMessage
from ppmid_protocols.zigbee.tenancy import PublishChangeOfTenancy

NOW = int(datetime(2026, 5, 1, 12, tzinfo=UTC).timestamp()) * SECOND


def tells(home: Home, since: int) -> None:
    """Let the ESME say since when the present tenant lives there."""

    def hear(sender: Eui, message: AppMessage) -> None:
        answer = tenancy.frame(PublishChangeOfTenancy(zigbee_time(since)), message.zcl.header.sequence)
        home.esme.node.send_frame(sender, tenancy.CLUSTER, answer)

    home.esme.node.on(tenancy.CLUSTER, hear)


def test_a_change_of_tenancy_wipes_once_and_leaves_the_sender_trusted() -> None:
    home = Home(start=NOW)
    home.ppmid.enter_utrn(ESME, UTRN)
    home.run()
    assert home.lines
    tells(home, home.clock.now() - 10 * SECOND)
    home.ppmid.touch()
    home.run()
    assert home.lines == ()
    home.submit_utrn(ESME)
    home.run()
    shown = home.lines
    assert shown
    home.run(5 * MINUTE)
    home.ppmid.touch()  # the same change is told again
    home.run()
    assert home.lines[: len(shown)] == shown


def test_a_change_that_is_still_to_come_wipes_nothing() -> None:
    home = Home(start=NOW)
    home.ppmid.enter_utrn(ESME, UTRN)
    tells(home, home.clock.now() + 60 * MINUTE)
    home.ppmid.touch()
    home.run()
    assert home.lines


def test_another_device_cannot_make_it_forget() -> None:
    home = Home(start=NOW)
    home.ppmid.enter_utrn(ESME, UTRN)
    home.run()
    told = tenancy.frame(PublishChangeOfTenancy(zigbee_time(NOW)), 1)
    home.hub._node.send_frame(home.ppmid.eui, tenancy.CLUSTER, told)
    home.run()
    assert home.lines


def test_after_a_factory_reset_it_hears_no_sender_and_uses_no_counter_twice() -> None:
    home = Home(start=NOW)
    home.ppmid.enter_utrn(GSME, UTRN)
    home.gas_wakes()
    home.ppmid.factory_reset()
    home.run(2 * MINUTE)
    assert home.lines == ()
    home.sealed.clear()
    home.submit_utrn(ESME)
    home.submit_command(command(ESME))
    assert home.sealed == []
    assert home.esme.top_ups == []
    assert home.esme.commands == []
    home.ppmid.enter_utrn(GSME, UTRN)
    home.gas_wakes()
    counters = [one.counter for one in map(decode, home.gsme.commands)]
    assert len(set(counters)) == len(counters) == 2


def test_what_waited_its_turn_is_never_sent_after_a_reset() -> None:
    home = Home(start=NOW)
    for _ in range(2):
        home.ppmid.enter_utrn(ESME, UTRN)  # the second waits for the answer to the first, which does not come
    home.run()
    assert len(home.esme.top_ups) == 1
    home.ppmid.factory_reset()
    home.run(10 * MINUTE)
    assert len(home.esme.top_ups) == 1
