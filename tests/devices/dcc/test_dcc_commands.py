"""What comes of each Command Variant: Commands over the SM WAN, for local delivery, Pre-Commands."""

from dataclasses import replace

import pytest
from dcc_bench import TOP_UP_COUNTER, UTRN, Bench, enable, local_command, pre_command, top_up, verify_as_meter
from home_parts import BROKER, CREDENTIALS, ESME, GSME, REPOSITORY, SUPPLIER, signed_by

from ppmid_devices.dcc.settings import DccSettings
from ppmid_devices.dcc.simulated import SimulatedDcc
from ppmid_devices.ports import SECOND
from ppmid_protocols.duis import bodies
from ppmid_protocols.duis.documents import Request
from ppmid_protocols.duis.request_id import RequestId, response_id
from ppmid_protocols.errors import NotAuthentic
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import crypto, prepayment


def test_variant_1_sends_the_command_over_the_wan_and_accepts() -> None:
    bench = Bench()
    answer = bench.ask(top_up(1))
    assert answer is not None
    assert (answer.code, answer.body, answer.request_id) == ("I99", None, top_up(1).request_id)
    assert answer.response_id == response_id(top_up(1).request_id)
    (octets,) = bench.commands
    command = verify_as_meter(octets)
    assert (command.originator, command.target, command.counter) == (SUPPLIER, ESME, TOP_UP_COUNTER)
    assert prepayment.read_top_up_digits(command) == UTRN.digits


def test_variant_2_gives_the_command_back_and_sends_nothing() -> None:
    bench = Bench()
    command = verify_as_meter(local_command(bench.ask(top_up(2, GSME))))
    assert command.message_code == prepayment.CODES["gsme", prepayment.TopUp]
    assert bench.commands == []


def test_variant_3_gives_two_equal_copies() -> None:
    bench = Bench()
    local = local_command(bench.ask(top_up(3)))
    assert bench.commands == [local]


@pytest.mark.parametrize(
    ("srv", "body", "target", "asked"),
    [
        ("4.18", bodies.ReadMeterBalance(), ESME, prepayment.ReadBalance()),
        ("4.18", bodies.ReadMeterBalance(), GSME, prepayment.ReadBalance()),
        ("7.4", bodies.ReadSupplyStatus(), ESME, prepayment.ReadSupplyStatus()),
    ],
)
def test_reads_become_their_commands(
    srv: str, body: bodies.RequestBody, target: Eui, asked: prepayment.Request
) -> None:
    bench = Bench()
    command = verify_as_meter(local_command(bench.ask(Request(RequestId(SUPPLIER, target, 1000), 2, srv, body))))
    assert prepayment.read_command(command) == asked


@pytest.mark.parametrize(("variant", "local", "over_wan"), [(5, False, True), (6, True, False), (7, True, True)])
def test_a_signed_pre_command_becomes_a_command_with_signature_and_mac(
    variant: int, local: bool, over_wan: bool
) -> None:
    bench = Bench()
    octets = signed_by(pre_command(bench, enable(4)), SUPPLIER).encode()
    assert bench.commands == []
    answer = bench.ask(enable(variant, octets))
    assert answer is not None
    assert answer.code == ("I0" if local else "I99")
    copies = bench.commands + ([local_command(answer)] if local else [])
    assert len(copies) == local + over_wan
    for copy in copies:
        command = verify_as_meter(copy)
        crypto.verify_signature(command, REPOSITORY.public_key(SUPPLIER, "signing"))
        assert prepayment.read_command(command) == prepayment.EnableSupply()


def test_arming_a_gas_meter_bears_its_time_of_issue() -> None:
    bench = Bench()
    bench.run(60 * SECOND)
    given = pre_command(bench, Request(RequestId(SUPPLIER, GSME, 1000), 4, "7.3", bodies.ArmSupply()))
    # 26 years from 2000-01-01, seven of them leap years, and the minute
    assert prepayment.read_command(given) == prepayment.ArmSupply(issued=(26 * 365 + 7) * 86_400 + 60)


def test_a_dcc_without_its_keys_is_refused_when_it_is_built() -> None:
    bench = Bench()
    with pytest.raises(NotAuthentic, match="holds no agreement key"):
        SimulatedDcc(
            clock=bench.clock,
            credentials=replace(CREDENTIALS[BROKER], agreement=None),
            directory=REPOSITORY,
            duis=bench.duis,
            wan=bench.wan,
            devices={},
            settings=DccSettings(),
        )
