"""What each faulty User holds or does instead."""

from dataclasses import replace

from user_parts import Bench, credited

from ppmid_devices.dcc_user.contract import Outcome, Way
from ppmid_devices.dcc_user.faulty import (
    BelievesAnyResponse,
    KeepsResponses,
    SettlesTwice,
    TakesABalanceForProof,
    TakesSilenceForSuccess,
    WaitsWithoutARoute,
)
from ppmid_devices.ports import SECOND
from ppmid_protocols.gbcs.message import decode
from ppmid_protocols.local_interface import Reason, State, Status


def test_one_that_believes_any_response_books_a_forged_one() -> None:
    bench = Bench(BelievesAnyResponse)
    name = bench.top_up(Way.LOCAL)
    forged = replace(decode(credited(bench.delivery.commands[0])), mac=bytes(12))
    bench.delivery.answer(forged.encode())
    assert bench.user.record(name).outcome is Outcome.DELIVERED_VERIFIED
    assert bench.user.record(name).credits == 1


def test_one_that_settles_twice_books_both_answers() -> None:
    bench = Bench(SettlesTwice)
    name = bench.top_up(Way.BOTH)
    good = credited(bench.delivery.commands[0])
    bench.delivery.answer(good)
    assert bench.user.record(name).settlements == 1
    bench.over_wan(good)
    record = bench.user.record(name)
    assert (record.settlements, record.credits) == (2, 2)


def test_one_that_keeps_responses_settles_and_returns_nothing_to_the_dcc() -> None:
    bench = Bench(KeepsResponses)
    name = bench.top_up(Way.LOCAL)
    bench.delivery.answer(credited(bench.delivery.commands[0]))
    bench.run(2 * SECOND)
    assert bench.user.record(name).outcome is Outcome.DELIVERED_VERIFIED
    assert [request.srv for request in bench.requests()] == ["2.2"]


def test_one_that_waits_without_a_route_leaves_it_pending() -> None:
    bench = Bench(WaitsWithoutARoute)
    name = bench.top_up(Way.LOCAL)
    status = Status(bytes.fromhex(bench.delivery.names[-1]), State.REFUSED, Reason.NO_PPMID, "none here")
    bench.delivery.say(status)
    assert (bench.user.record(name).outcome, bench.user.record(name).detail) == (Outcome.PENDING, "refused: none here")


def test_one_that_takes_a_balance_for_proof_asks_for_nothing_else() -> None:
    bench = Bench(TakesABalanceForProof)
    name = bench.top_up(Way.LOCAL)
    bench.run(121 * SECOND)
    assert bench.user.record(name).outcome is Outcome.UNKNOWN
    assert [request.srv for request in bench.requests()] == ["2.2", "4.18"]


def test_one_that_takes_silence_for_success_books_a_top_up_without_an_answer() -> None:
    bench = Bench(TakesSilenceForSuccess)
    name = bench.top_up(Way.LOCAL)
    assert bench.user.record(name).outcome is Outcome.PENDING
    bench.run(120 * SECOND)
    record = bench.user.record(name)
    assert (record.outcome, record.credits) == (Outcome.DELIVERED_VERIFIED, 1)
