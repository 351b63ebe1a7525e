"""The SM WAN: what waits for it, what comes back over it, and what does not."""

import pytest
from dcc_bench import Bench, alert, local_command, response_of, top_up
from home_parts import ESME, GSME

from ppmid_devices.dcc.alerts import alert_code
from ppmid_devices.dcc.settings import DccSettings
from ppmid_devices.ports import SECOND
from ppmid_protocols.duis import bodies
from ppmid_protocols.errors import Malformed
from ppmid_protocols.gbcs import axdr, dlms
from ppmid_protocols.gbcs.message import decode


def test_the_wan_copy_waits_for_the_wan() -> None:
    bench = Bench()
    bench.wan.set_up(False)
    local = local_command(bench.ask(top_up(3)))
    bench.ask(top_up(1, GSME, 4 << 32))
    assert [record.waiting for record in bench.dcc.services()] == [True, True]
    bench.run(7_200 * SECOND)
    assert bench.commands == []
    bench.wan.set_up(True)
    bench.run()
    assert bench.commands[0] == local
    assert [decode(octets).target for octets in bench.commands] == [ESME, GSME]
    assert [record.waiting for record in bench.dcc.services()] == [False, False]
    bench.wan.set_up(False)
    bench.wan.set_up(True)
    bench.run()
    assert len(bench.commands) == 2


def test_no_wan_in_time_is_e20_and_the_command_never_goes() -> None:
    bench = Bench(settings=DccSettings(wan_wait_s=600))
    bench.wan.set_up(False)
    bench.ask(top_up(1))
    bench.run(590 * SECOND)
    assert [answer.code for answer in bench.answers] == ["I99"]
    bench.run(20 * SECOND)
    assert [answer.code for answer in bench.answers] == ["I99", "E20"]
    bench.wan.set_up(True)
    bench.run(10_000 * SECOND)
    assert bench.commands == []
    assert len(bench.answers) == 2


def test_no_response_in_time_is_e21_and_a_late_one_is_still_passed_on() -> None:
    bench = Bench(settings=DccSettings(response_wait_s=30))
    bench.ask(top_up(1))
    bench.run(60 * SECOND)
    assert [answer.code for answer in bench.answers] == ["I99", "E21"]
    bench.from_hub(response_of(ESME))
    assert bench.answers[-1].code == "I0"


def test_a_response_over_the_wan_goes_to_the_user_by_its_request_id() -> None:
    bench = Bench(settings=DccSettings(response_wait_s=30))
    bench.ask(top_up(1))
    bench.from_hub(response_of(ESME))
    answer = bench.answers[-1]
    assert (answer.code, answer.request_id, answer.srv) == ("I0", top_up(1).request_id, "2.2")
    assert answer.body == bodies.GbcsPayload(response_of(ESME))
    assert bench.dcc.services()[0].delivered_over_wan
    bench.run(60 * SECOND)
    assert len(bench.answers) == 2  # no E21 afterwards


def test_what_answers_no_request_is_dropped() -> None:
    bench = Bench()
    bench.ask(top_up(1))
    for frame in (response_of(GSME), response_of(ESME, 4 << 32), bench.commands[0], b"\xdf\x09"):
        bench.from_hub(frame)
    assert len(bench.answers) == 1
    assert len(bench.dcc.refused) == 4
    assert not bench.dcc.services()[0].delivered_over_wan


def test_alerts_of_either_kind_reach_the_user_with_their_code() -> None:
    bench = Bench()
    of_esme = alert(bytes.fromhex("0F200007D000020212810E090C07DF0101FF000000008000FF"))  # RTDS GNCA, DLMS
    of_gsme = alert(bytes.fromhex("0109008F301C374A80"))  # RTDS GCA, ZigBee
    for message in (of_esme, of_gsme):
        bench.from_hub(message.encode())
    assert [answer.body for answer in bench.answers] == [
        bodies.DeviceAlert(0x810E, of_esme.encode()),
        bodies.DeviceAlert(0x8F30, of_gsme.encode()),
    ]
    assert [(answer.request_id, answer.srv) for answer in bench.answers] == [(None, None)] * 2


def test_an_alert_without_a_code_is_malformed() -> None:
    empty = dlms.DataNotification(dlms.invoke_id(9), axdr.structure()).encode()
    with pytest.raises(Malformed, match="long-unsigned code"):
        alert_code(alert(empty))
    with pytest.raises(Malformed, match="expected an Alert"):
        alert_code(decode(response_of(ESME)))
