"""A Command for an engineer to take along: the User keeps it, and believes what comes back as it does of any way."""

import pytest
from home_parts import BROKER, ESME, SUPPLIER
from user_parts import Bench, altered, credited, respond

from ppmid_devices.dcc_user.contract import Outcome, Way
from ppmid_devices.ports import SECOND
from ppmid_protocols.duis.bodies import ReturnLocalCommandResponse
from ppmid_protocols.duis.request_id import RequestId
from ppmid_protocols.errors import Malformed
from ppmid_protocols.gbcs.message import Cra, decode
from ppmid_protocols.gbcs.prepayment import esme
from ppmid_protocols.gbcs.prepayment.requests import ECS42


def test_the_command_is_kept_for_the_engineer_and_goes_no_other_way() -> None:
    bench = Bench()
    name = bench.user.top_up(ESME, 1_000_000, Way.HHT)
    assert bench.user.local_command(name) == b""
    bench.run(2 * SECOND)
    command = decode(bench.user.local_command(name))
    assert (command.cra, command.target, command.originator) == (Cra.COMMAND, ESME, SUPPLIER)
    assert (bench.delivery.commands, bench.sent_over_wan) == ([], [])
    assert [one.command_variant for one in bench.requests()] == [2]


def test_a_critical_command_is_signed_first() -> None:
    bench = Bench()
    name = bench.request("7.1", Way.HHT)
    assert [one.command_variant for one in bench.requests()] == [4, 6]
    command = bench.user.local_command(name)
    assert len(decode(command).signature) == 64
    bench.user.bring_back(respond(command, esme.response(ECS42, decode(command).counter)))
    assert bench.user.record(name).outcome is Outcome.DELIVERED_VERIFIED


def test_what_comes_back_settles_it_and_is_returned_to_the_dcc_once() -> None:
    bench = Bench()
    name = bench.top_up(Way.HHT)
    response = credited(bench.user.local_command(name))
    bench.user.bring_back(response)
    bench.user.bring_back(response)
    record = bench.user.record(name)
    assert (record.outcome, record.verified_by, record.credits) == (Outcome.DELIVERED_VERIFIED, "hht", 1)
    bench.run(2 * SECOND)
    returned = bench.requests()[1:]
    assert [(one.srv, one.command_variant, one.request_id.target) for one in returned] == [("8.13", 8, BROKER)]
    assert returned[0].body == ReturnLocalCommandResponse(RequestId(SUPPLIER, ESME, 1 << 32), response)
    assert bench.dcc.services()[0].delivered_locally


@pytest.mark.parametrize("what", ["altered", "another's", "no message"])
def test_what_does_not_hold_settles_nothing(what: str) -> None:
    bench = Bench()
    name = bench.top_up(Way.HHT)
    command = bench.user.local_command(name)
    other = bench.user.local_command(bench.top_up(Way.HHT))
    bench.user.bring_back({"altered": altered(credited(command)), "no message": b"junk"}.get(what, credited(other)))
    record = bench.user.record(name)
    assert record.outcome is Outcome.PENDING
    assert record.unverifiable == (what == "altered")


def test_the_same_command_can_go_through_the_ppmid_afterwards() -> None:
    bench = Bench()
    name = bench.top_up(Way.HHT)
    bench.user.deliver_again(name)
    assert bench.delivery.commands == [bench.user.local_command(name)]


def test_a_request_of_nobody_has_no_command() -> None:
    with pytest.raises(Malformed, match="expected the name of a request"):
        Bench().user.local_command("nothing")
