"""The SM WAN: what waits for it, what comes back over it, and what does not."""

from dataclasses import replace

import pytest
from dcc_bench import Bench, alert, local_command, response_of, top_up
from home_parts import BROKER, CREDENTIALS, ESME, GSME, OTHER_SUPPLIER, SUPPLIER

from ppmid_devices import roles
from ppmid_devices.dcc.alerts import Outcome, alert_code, outcome_of
from ppmid_devices.dcc.settings import DccSettings
from ppmid_devices.ports import SECOND
from ppmid_devices.signed_documents import sign_document
from ppmid_protocols.duis import bodies
from ppmid_protocols.duis.documents import Request
from ppmid_protocols.duis.request_id import RequestId
from ppmid_protocols.errors import Malformed
from ppmid_protocols.gbcs import axdr, dlms
from ppmid_protocols.gbcs.message import CommandKey, decode


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


def test_an_alert_reaches_the_user_that_it_is_for_on_the_line_that_the_user_asks_by() -> None:
    bench = Bench()
    elsewhere: list[bytes] = []
    bench.duis.attach("another-user", lambda _, frame: elsewhere.append(frame))
    request = Request(RequestId(OTHER_SUPPLIER, ESME, 5), 1, "4.18", bodies.ReadMeterBalance())
    signed = sign_document(request, CREDENTIALS[OTHER_SUPPLIER].own("xml_signing"))
    bench.duis.send("another-user", roles.DCC, signed)
    bench.run(2 * SECOND)
    assert len(elsewhere) == 1
    told = alert(bytes.fromhex("0109008F301C374A80"))
    bench.from_hub(replace(told, target=OTHER_SUPPLIER).encode())
    assert (len(elsewhere), bench.answers) == (2, [])
    bench.from_hub(told.encode())
    assert (len(elsewhere), len(bench.answers)) == (2, 1)


def test_an_alert_to_the_broker_is_no_users() -> None:
    bench = Bench()
    bench.from_hub(replace(alert(bytes.fromhex("0109008F301C374A80")), target=BROKER).encode())
    assert bench.sent_on == []
    assert "Alert 8F30 to the Access Control Broker" in bench.dcc.refused[-1]


def test_the_code_of_an_alert_in_asn1_is_read() -> None:
    """RTDS 4.5.0, CS06: firmware activated at the time asked for."""
    told = bytes.fromhex("30250203008F66180F32303330303131353039303030305A020203E9300902010004040123ABCF")
    message = replace(alert(told), message_code=0x00CA)
    assert alert_code(message) == 0x8F66
    assert outcome_of(message) == Outcome(CommandKey(SUPPLIER, ESME, 1001), b"")
    assert outcome_of(message).instruction(b"") == (1, 1)
    with pytest.raises(Malformed, match=r"expected one of ASN\.1"):
        alert_code(replace(message, message_code=0x0007))
