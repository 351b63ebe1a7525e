"""The log of top-ups in a Response: as RTDS 4.5.0 has it, and what is no such log."""

from dataclasses import replace
from typing import Any

import pytest

from ppmid_protocols.errors import Malformed, Unsupported
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import axdr, dlms, gbz
from ppmid_protocols.gbcs.message import Cra, Message
from ppmid_protocols.gbcs.prepayment.credit_log import ECS20D, GCS15E, Credit, read_credit_log

RESPONSE = Message(
    cra=Cra.RESPONSE,
    counter=1000,
    originator=Eui.parse("00db1234567890a0"),
    target=Eui.parse("90b3d51f30010000"),
    message_code=ECS20D,
    payload=b"",
)


def test_the_electricity_meters_log_has_time_and_amount(rtds: dict[str, Any]) -> None:
    log = read_credit_log(rtds["ECS20d_4.4.5_SUCCESS_RESPONSE"].message)
    assert len(log) == 5
    assert (log[0], log[-1]) == (Credit(473_040_000, 95), Credit(473_385_600, 187))


def test_the_gas_meters_log_has_the_codes_too(rtds: dict[str, Any]) -> None:
    log = read_credit_log(rtds["GCS15e_4.4.5_SUCCESS_RESPONSE"].message)
    assert [one.amount for one in log] == [1_000_000, 2_500_000, 500_000, 1_250_000, 1_000_000]
    assert [(one.at, len(one.digits or b"")) for one in log][:2] == [(472_849_920, 20), (472_314_240, 20)]
    assert "<secret>" in repr(log[0])


@pytest.mark.parametrize("name", ["ECS20d_4.4.5_ERROR", "GCS15e_4.4.5_ERROR", "GCS15e_4.4.5_NOT_FOUND"])
def test_a_refusal_or_an_empty_log_has_no_entries(rtds: dict[str, Any], name: str) -> None:
    assert read_credit_log(rtds[f"{name}_RESPONSE"].message) == ()


def dlms_log(data: axdr.Data) -> bytes:
    return dlms.response(1000, (dlms.Choice.GET_WITH_SELECTION, 0, data)).encode()


def gbz_log(command: int, body: str) -> bytes:
    one = gbz.Component(cluster=0x0705, frame_control=0x19, sequence=0, command=command, body=bytes.fromhex(body))
    return gbz.encode((one,))


NUMBER = axdr.Number(axdr.DOUBLE_LONG_UNSIGNED, 1)


@pytest.mark.parametrize(
    ("code", "payload", "problem"),
    [
        (ECS20D, dlms_log(NUMBER), "expected an array, found Number"),
        (ECS20D, dlms_log(axdr.Group(axdr.ARRAY, (axdr.structure(NUMBER),))), "expected rows of two numbers"),
        (GCS15E, gbz_log(0x06, "0001"), "expected Publish Top Up Log, found 0705 command 06"),
    ],
)
def test_what_is_no_log_is_malformed(code: int, payload: bytes, problem: str) -> None:
    with pytest.raises(Malformed, match=problem):
        read_credit_log(replace(RESPONSE, message_code=code, payload=payload))


@pytest.mark.parametrize("changes", [{"message_code": 0x0069}, {"cra": Cra.COMMAND}])
def test_other_messages_have_no_log(changes: dict[str, Any]) -> None:
    with pytest.raises(Unsupported, match="no Response with a log of top-ups"):
        read_credit_log(replace(RESPONSE, payload=dlms_log(dlms.NULL), **changes))
