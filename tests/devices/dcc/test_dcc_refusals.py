"""What the DCC refuses: with the code that is known, or without an answer; and nothing is sent on."""

from dataclasses import replace

import pytest
from dcc_bench import UTRN, Bench, enable, local_command, pre_command, top_up
from home_parts import BROKER, CREDENTIALS, FOREIGN, GSME, OTHER_SUPPLIER, SUPPLIER, signed_by

from ppmid_devices.dcc.settings import DccSettings
from ppmid_devices.signed_documents import sign_document
from ppmid_protocols.duis import bodies
from ppmid_protocols.duis.documents import Request, to_xml
from ppmid_protocols.duis.request_id import RequestId
from ppmid_protocols.utrn import Utrn


def test_only_the_given_pre_command_signed_by_its_originator_is_sent() -> None:
    bench = Bench()
    given = pre_command(bench, enable(4))
    other = replace(given, payload=given.payload[:-1] + b"\x36")  # script 54, arm, in place of 51
    for attempt in (signed_by(other, SUPPLIER), signed_by(given, OTHER_SUPPLIER), given):
        answer = bench.ask(enable(7, attempt.encode()))
        assert answer is not None
        assert (answer.code, answer.body) == ("E100", None)
    assert bench.commands == []
    assert local_command(bench.ask(enable(7, signed_by(given, SUPPLIER).encode())))
    assert len(bench.commands) == 1


def test_a_signed_pre_command_that_was_never_given_is_refused() -> None:
    bench = Bench()
    octets = signed_by(pre_command(Bench(), enable(4)), SUPPLIER).encode()
    answer = bench.ask(enable(5, octets))
    assert answer is not None
    assert answer.code == "E100"
    assert bench.commands == []


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        (top_up(5), "E12"),  # Command Variant 5 takes signed Pre-Commands
        (top_up(8), "E12"),
        (top_up(9), "E12"),  # internal to the DCC
        (enable(1), "E12"),  # critical
        (top_up(1, FOREIGN), "E19"),
        (Request(RequestId(SUPPLIER, GSME, 1000), 4, "7.1", bodies.EnableSupply()), "E11"),
        (Request(RequestId(SUPPLIER, BROKER, 1000), 1, "2.2", bodies.TopUpDevice(UTRN)), "E11"),
    ],
)
def test_refusals_bear_their_code_and_leave_no_record(request_: Request, code: str) -> None:
    bench = Bench()
    answer = bench.ask(request_)
    assert answer is not None
    assert (answer.code, answer.body) == (code, None)
    assert bench.commands == []
    assert bench.dcc.services() == []


def test_a_role_that_may_not_top_up_is_refused() -> None:
    answer = Bench(settings=DccSettings(unlisted_roles=("ED",))).ask(top_up(1))
    assert answer is not None
    assert answer.code == "E2"


def test_unsigned_altered_and_foreign_documents_get_no_answer() -> None:
    bench = Bench()
    good = sign_document(top_up(1), CREDENTIALS[SUPPLIER].own("xml_signing"))
    bench.send(to_xml(top_up(1)))
    bench.send(good.replace(UTRN.digits, b"73948959061972833313"))
    bench.send(b"<Request/>")
    assert bench.ask(top_up(1), OTHER_SUPPLIER) is None  # a good signature, but not the originator's
    assert bench.answers == []
    assert bench.commands == []
    assert len(bench.dcc.refused) == 4
    bench.send(good)
    assert [answer.code for answer in bench.answers] == ["I99"]


def test_a_request_id_is_used_once_and_the_same_request_is_answered_alike() -> None:
    bench = Bench()
    first = bench.ask(top_up(3))
    assert bench.ask(top_up(3)) == first
    answer = bench.ask(top_up(1))
    assert answer is not None
    assert answer.code == "E100"
    other = Request(top_up(3).request_id, 3, "2.2", bodies.TopUpDevice(Utrn.parse("73948959061972833313")))
    answer = bench.ask(other)
    assert answer is not None
    assert answer.code == "E100"
    assert len(bench.commands) == 1


def test_a_request_id_of_another_service_request_is_refused_too() -> None:
    bench = Bench()
    pre_command(bench, enable(4))
    read = Request(enable(4).request_id, 1, "4.18", bodies.ReadMeterBalance())
    answer = bench.ask(read)
    assert answer is not None
    assert answer.code == "E100"
    assert bench.commands == []
