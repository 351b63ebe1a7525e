"""Future-dated Requests: those that the DCC keeps until their time, and what devices tell of those that they keep."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from dcc_bench import DAY, EPOCH, Bench, alert, local_command, pre_command, response_of, top_up, verify_as_meter
from home_parts import ESME, OTHER_SUPPLIER, SUPPLIER, signed_by

from ppmid_devices.dcc.alerts import Outcome, alert_code, outcome_of
from ppmid_devices.dcc.contract import UserThresholds
from ppmid_devices.dcc.dated import undated
from ppmid_devices.dcc.settings import DccSettings
from ppmid_devices.dcc.users import Registration
from ppmid_devices.ports import SECOND
from ppmid_protocols.duis import bodies
from ppmid_protocols.duis.answers import FutureDatedAlert
from ppmid_protocols.duis.documents import Request
from ppmid_protocols.duis.request_id import RequestId
from ppmid_protocols.duis.service_body import ServiceBody
from ppmid_protocols.errors import Malformed
from ppmid_protocols.gbcs import prepayment
from ppmid_protocols.gbcs.message import Cra, Message, decode
from ppmid_protocols.transforms.ask import CANCEL


def read_balance(at: int | None, counter: int = 1000, variant: int = 1) -> Request:
    body = bodies.ReadMeterBalance(execution_date_time=at)
    return Request(RequestId(SUPPLIER, ESME, counter), variant, "4.18", body)


def test_a_request_that_the_dcc_keeps_becomes_a_command_at_its_time() -> None:
    bench = Bench()
    assert bench.code_of(read_balance(EPOCH + DAY)) == "I99"
    bench.run(DAY - 3 * SECOND)
    assert bench.commands == []
    bench.run(3 * SECOND)
    (octets,) = bench.commands
    command = verify_as_meter(octets)
    assert command.counter == 1000
    assert prepayment.read_command(command) == prepayment.ReadBalance()
    (record,) = bench.dcc.services()
    assert (record.waiting, record.delivered_over_wan) == (False, False)


def test_its_response_comes_by_its_request_id() -> None:
    bench = Bench()
    bench.ask(read_balance(EPOCH + DAY))
    bench.run(DAY + SECOND)
    bench.from_hub(replace(decode(response_of(ESME)), counter=1000).encode())
    assert (bench.answers[-1].code, bench.answers[-1].request_id) == ("I0", read_balance(None).request_id)


def test_without_the_wan_at_its_time_it_waits_like_any_other() -> None:
    bench = Bench(settings=DccSettings(wan_wait_s=600))
    bench.ask(read_balance(EPOCH + DAY))
    bench.run(DAY - 10 * SECOND)
    bench.wan.set_up(False)
    bench.run(15 * SECOND)
    assert bench.dcc.services()[0].waiting
    bench.run(600 * SECOND)
    assert [answer.code for answer in bench.answers] == ["I99", "E20"]
    assert bench.commands == []


def test_it_is_counted_at_its_time_and_held_then_when_it_is_past_a_threshold() -> None:
    bench = Bench()
    bench.dcc.set_user_thresholds(UserThresholds(user=SUPPLIER, srv="4.18", quarantine=0))
    assert bench.code_of(read_balance(EPOCH + DAY)) == "I99"
    assert bench.dcc.anomaly_counts() == []
    bench.run(DAY)
    assert [(one.srv, one.count) for one in bench.dcc.anomaly_counts()] == [("4.18", 1)]
    assert bench.commands == []
    identity = read_balance(None).request_id
    assert bench.answers[-1].body == bodies.DccAlert("N999", event=bodies.UserThresholdBreach(identity, 1))
    bench.dcc.release(1)
    bench.run()
    (octets,) = bench.commands
    assert verify_as_meter(octets).counter == 1000
    assert [answer.code for answer in bench.answers] == ["I99", "I0"]  # what it was answered, and the alert


def test_what_is_kept_is_taken_back_by_the_time_that_cancels() -> None:
    bench = Bench()
    bench.ask(read_balance(EPOCH + DAY))
    assert bench.code_of(read_balance(CANCEL, 1001)) == "I0"
    assert bench.code_of(read_balance(CANCEL, 1002)) == "E100"  # nothing of the kind is left
    bench.run(2 * DAY)
    assert bench.commands == []


def test_what_has_become_a_command_is_not_taken_back() -> None:
    bench = Bench()
    bench.ask(read_balance(EPOCH + DAY))
    bench.run(DAY + SECOND)
    assert bench.code_of(read_balance(CANCEL, 1001)) == "E100"
    assert len(bench.commands) == 1


def test_only_the_like_is_taken_back() -> None:
    bench = Bench()
    bench.ask(read_balance(EPOCH + DAY))
    message = {"ExecutionDateTime": CANCEL, "SupplierMessage": "x"}
    other = Request(RequestId(SUPPLIER, ESME, 1001), 1, "3.1", ServiceBody.of("DisplayMessage", message))
    assert bench.code_of(other) == "E100"
    bench.run(2 * DAY)
    assert len(bench.commands) == 1


def test_a_time_that_has_passed_is_refused() -> None:
    bench = Bench()
    assert bench.code_of(read_balance(EPOCH - DAY)) == "E100"
    assert "expected a time to come" in bench.dcc.refused[-1]
    assert bench.commands == []
    assert bench.dcc.services() == []


def test_who_may_no_longer_ask_at_that_time_is_told_so_then() -> None:
    switch = Registration(device=str(ESME), user=str(OTHER_SUPPLIER), role="IS", since="2026-01-01T12:00:00Z")
    ours = Registration(device=str(ESME), user=str(SUPPLIER), role="IS")
    bench = Bench(settings=DccSettings(registrations=(ours, switch)))
    bench.ask(read_balance(EPOCH + DAY))
    bench.run(DAY + SECOND)
    assert [answer.code for answer in bench.answers] == ["I99", "E4"]
    assert bench.commands == []


@pytest.mark.parametrize("variant", [2, 3])
def test_no_future_dated_command_is_given_locally(variant: int) -> None:
    bench = Bench()
    assert bench.code_of(read_balance(EPOCH + DAY, variant=variant)) == "E12"
    bench.run(2 * DAY)
    assert bench.commands == []


def test_the_date_is_left_out_of_what_is_made() -> None:
    message = {"ExecutionDateTime": EPOCH, "SupplierMessage": "x"}
    body = ServiceBody.of("DisplayMessage", message)
    dated = Request(RequestId(SUPPLIER, ESME, 1), 1, "3.1", body)
    assert undated(dated).body == ServiceBody.of("DisplayMessage", {"SupplierMessage": "x"})
    assert undated(read_balance(EPOCH)) == read_balance(None)
    assert undated(top_up(1)) == top_up(1)


def payment_mode(at: int) -> Request:
    body = ServiceBody.of("UpdatePaymentMode", {"Credit": None, "ExecutionDateTime": at})
    return Request(RequestId(SUPPLIER, ESME, 1005), 4, "1.6", body)


def kept_by_the_meter(bench: Bench, at: int | None = None) -> str:
    """Sign and send what a critical Request for a later time has come to; gives the code."""
    octets = signed_by(pre_command(bench, payment_mode(EPOCH + DAY)), SUPPLIER).encode()
    body = bodies.SignedPreCommand(octets, execution_date_time=at)
    return bench.code_of(Request(payment_mode(0).request_id, 5, "1.6", body))


@pytest.mark.parametrize("at", [None, EPOCH + DAY])
def test_what_a_device_keeps_is_sent_at_once(at: int | None) -> None:
    bench = Bench()
    assert kept_by_the_meter(bench, at) == "I99"
    assert len(bench.commands) == 1


def test_a_signed_pre_command_bears_the_date_of_its_request_or_none() -> None:
    bench = Bench()
    assert kept_by_the_meter(bench, EPOCH + 2 * DAY) == "E100"
    assert bench.commands == []


def dated_alert(code: int) -> Message:
    """As RTDS has it for ECS02: class 111, 0-0:19.0.0.255/13 of the Command 0x001A with this counter."""
    extra = bytes.fromhex("0913001A") + (1005).to_bytes(8, "big") + bytes.fromhex("006F0001130000FF0D")
    payload = bytes.fromhex(f"0F200007D2000203 12{code:04X} 090C07EE010FFF090000008000FF") + extra
    return replace(alert(payload), message_code=0x00CC)


@pytest.mark.parametrize("code", [0x8F66, 0x8F67])
def test_what_became_of_it_comes_as_a_response_to_its_request(code: int) -> None:
    bench = Bench()
    kept_by_the_meter(bench)
    told = dated_alert(code).encode()
    bench.from_hub(told)
    answer = bench.answers[-1]
    assert (answer.request_id, answer.srv, answer.code) == (payment_mode(0).request_id, "1.6", "I0")
    assert isinstance(answer.body, FutureDatedAlert)
    assert (answer.body.alert_code, answer.body.gbcs) == (code, told)
    assert answer.body.instruction == answer.body.instructions  # the last one of the Command


def test_of_an_unknown_command_it_is_an_alert_like_any_other() -> None:
    bench = Bench()
    told = dated_alert(0x8F66).encode()
    bench.from_hub(told)
    assert bench.answers[-1].body == bodies.DeviceAlert(0x8F66, told)


def test_an_instruction_that_the_command_does_not_have_is_no_outcome() -> None:
    bench = Bench()
    kept_by_the_meter(bench)
    wrong = dated_alert(0x8F66)
    before = len(bench.answers)
    bench.from_hub(replace(wrong, payload=wrong.payload[:-1] + b"\x0e").encode())
    assert len(bench.answers) == before
    assert "expected an instruction of the Command" in bench.dcc.refused[-1]


def test_an_alert_without_its_command_is_malformed() -> None:
    short = dated_alert(0x8F66).payload[:-21] + b"\x09\x02\x00\x1a"
    with pytest.raises(Malformed, match="expected the Command and what is in it"):
        outcome_of(alert(bytes.fromhex("0F200007D2000203") + short[8:]))


def told_of(outcome: Outcome, command: Message) -> bool:
    try:
        place, count = outcome.instruction(command.payload)
    except Malformed:
        return False
    return 1 <= place <= count


def test_every_outcome_of_the_reference_data_names_its_command_and_instruction(shared: Path) -> None:
    """RTDS 4.5.0 uses a counter for several use cases, so one Command of that counter is what an Alert is about."""
    rows = json.loads((shared / "data" / "rtds" / "messages.json").read_text(encoding="utf-8"))["messages"]
    messages = {row["name"]: decode(bytes.fromhex(row["hex"])) for row in rows if "PRE_COMMAND" not in row["name"]}
    outcomes = {name: one for name, one in messages.items() if "_8F66_" in name or "_8F67_" in name}
    found: dict[str, bool] = {}
    for name, message in outcomes.items():
        assert alert_code(message) == int(name.partition("_8F")[2][:2], 16) + 0x8F00
        outcome = outcome_of(message)
        asked = [one for one in messages.values() if one.cra is Cra.COMMAND and one.command_key == outcome.command]
        if asked:
            found[name] = any(told_of(outcome, command) for command in asked)
    assert [name for name, holds in found.items() if not holds] == []
    assert len(found) > 40


def test_a_local_copy_of_what_is_not_dated_is_given_as_ever() -> None:
    assert local_command(Bench().ask(read_balance(None, variant=2)))
