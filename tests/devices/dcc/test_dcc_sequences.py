"""Requests of a sequence: none leaves before the Response to the one that precedes it, and none is lost."""

from dataclasses import replace

import pytest
from dcc_bench import DAY, EPOCH, Bench, enable, local_command, pre_command, response_of, returned, top_up
from home_parts import ESME, GSME, OTHER_SUPPLIER, SUPPLIER, signed_by
from hypothesis import given
from hypothesis import strategies as st

from ppmid_bench.clock import VirtualClock
from ppmid_devices.dcc.contract import UserThresholds
from ppmid_devices.dcc.sequences import InSequence, Sequences
from ppmid_devices.dcc.settings import DccSettings
from ppmid_devices.dcc.users import Registration
from ppmid_devices.ports import HOUR, SECOND
from ppmid_protocols.duis import bodies
from ppmid_protocols.duis.documents import Request
from ppmid_protocols.duis.request_id import RequestId
from ppmid_protocols.errors import Malformed
from ppmid_protocols.gbcs.message import decode

FIRST, SECOND_ONE, THIRD = 3 << 32, 4 << 32, 5 << 32


def behind(before: Request, request: Request) -> Request:
    return replace(request, preceding=before.request_id)


def one(counter: int = FIRST, variant: int = 1) -> Request:
    return top_up(variant, counter=counter)


def codes(bench: Bench, request: Request) -> list[str]:
    """What the User has been told of a Request, oldest first."""
    return [str(told.code) for told in bench.answers if told.request_id == request.request_id]


def counters(bench: Bench) -> list[int]:
    return [decode(octets).counter for octets in bench.commands]


def test_a_request_is_held_until_the_response_to_the_one_before_has_come() -> None:
    bench = Bench()
    first = replace(one(), first_in_sequence=True)
    second = behind(first, one(SECOND_ONE))
    third = behind(second, one(THIRD))
    assert [bench.code_of(asked) for asked in (third, second, first)] == ["I99"] * 3
    assert counters(bench) == [FIRST]
    bench.run(HOUR)
    assert counters(bench) == [FIRST]
    bench.from_hub(response_of(ESME, FIRST))
    assert counters(bench) == [FIRST, SECOND_ONE]
    bench.from_hub(response_of(ESME, SECOND_ONE))
    assert counters(bench) == [FIRST, SECOND_ONE, THIRD]
    assert codes(bench, third) == ["I99"]


def test_a_command_for_local_delivery_is_held_back_and_given_in_a_later_response() -> None:
    bench = Bench()
    first = one(FIRST, 2)
    second = behind(first, one(SECOND_ONE, 2))
    octets = local_command(bench.ask(first))
    held = bench.ask(second)
    assert held is not None
    assert (held.code, held.body) == ("I99", None)
    bench.run(HOUR)
    assert codes(bench, second) == ["I99"]
    assert bench.code_of(returned(response_of(ESME, FIRST), first.request_id)) == "I0"
    bench.run()
    assert codes(bench, second) == ["I99", "I0"]
    command = decode(local_command(bench.answers[-1]))
    assert (command.counter, decode(octets).counter) == (SECOND_ONE, FIRST)


def test_a_pre_command_is_given_at_once_and_its_signed_command_waits() -> None:
    bench = Bench()
    first = one()
    bench.ask(first)
    given = pre_command(bench, behind(first, enable(4)))
    signed = behind(first, enable(5, signed_by(given, SUPPLIER).encode()))
    assert bench.code_of(signed) == "I99"
    assert counters(bench) == [FIRST]
    bench.from_hub(response_of(ESME, FIRST))
    assert counters(bench) == [FIRST, 1000]


def refusal(counter: int = FIRST) -> bytes:
    """The meter's refusal of a top-up: the result of its one method is not success."""
    octets = decode(response_of(ESME, counter))
    assert octets.payload[-1] == 0
    return replace(octets, payload=octets.payload[:-1] + b"\xfa").encode()


@pytest.mark.parametrize(("stops", "told"), [(True, ["I99", "E40"]), (False, ["I99"])])
def test_what_becomes_of_those_behind_one_that_failed_is_a_setting(stops: bool, told: list[str]) -> None:
    bench = Bench(settings=DccSettings(sequence_stops=stops, sequence_code="E40"))
    second = behind(one(), one(SECOND_ONE))
    third = behind(second, one(THIRD))
    for asked in (one(), second, third):
        bench.ask(asked)
    bench.from_hub(refusal())
    assert codes(bench, second) == told
    assert counters(bench) == ([FIRST] if stops else [FIRST, SECOND_ONE])
    assert codes(bench, third) == (told if stops else ["I99"])


def test_behind_one_that_failed_nothing_starts_afterwards_either_until_it_is_done_after_all() -> None:
    bench = Bench(settings=DccSettings(response_wait_s=60))
    bench.ask(one())
    bench.run(61 * SECOND)
    assert codes(bench, one()) == ["I99", "E21"]
    assert bench.code_of(behind(one(), one(SECOND_ONE))) == "E100"
    bench.from_hub(response_of(ESME, FIRST))  # late, and still told
    assert bench.code_of(behind(one(), one(THIRD))) == "I99"
    assert counters(bench) == [FIRST, THIRD]


def test_without_the_wan_the_whole_sequence_fails_with_its_first() -> None:
    bench = Bench(settings=DccSettings(wan_wait_s=600))
    bench.wan.set_up(False)
    second = behind(one(), one(SECOND_ONE))
    bench.ask(one())
    bench.ask(second)
    bench.run(HOUR)
    assert (codes(bench, one()), codes(bench, second)) == (["I99", "E20"], ["I99", "E100"])
    bench.wan.set_up(True)
    bench.run(HOUR)
    assert counters(bench) == []


def test_what_comes_before_and_is_refused_fails_those_behind_it() -> None:
    bench = Bench()
    refused = one(FIRST, 6)  # a Command Variant that SRV 2.2 has not
    second = behind(refused, one(SECOND_ONE))
    bench.ask(second)
    assert bench.code_of(refused) == "E12"
    bench.run()
    assert codes(bench, second) == ["I99", "E100"]


def test_another_request_with_the_id_of_the_one_under_way_fails_nothing() -> None:
    bench = Bench()
    second = behind(one(), one(SECOND_ONE))
    bench.ask(one())
    bench.ask(second)
    other = Request(one().request_id, 1, "4.18", bodies.ReadMeterBalance())
    assert bench.code_of(other) == "E100"
    assert codes(bench, second) == ["I99"]
    bench.from_hub(response_of(ESME, FIRST))
    assert counters(bench) == [FIRST, SECOND_ONE]


def test_one_that_never_comes_holds_the_others_so_long_and_no_longer() -> None:
    bench = Bench(settings=DccSettings(sequence_wait_s=600))
    second = behind(one(), one(SECOND_ONE))
    bench.ask(second)
    bench.run(590 * SECOND)
    assert codes(bench, second) == ["I99"]
    bench.run(20 * SECOND)
    assert codes(bench, second) == ["I99", "E100"]
    assert any("has not been answered in time" in line for line in bench.dcc.refused)
    assert bench.code_of(second) == "E100"  # the same Request again is answered alike
    assert counters(bench) == []


def test_what_is_held_is_asked_for_again_when_its_turn_comes() -> None:
    """A change of Supplier while it waits: the old one may no longer ask."""
    change = Registration(device=str(ESME), user=str(OTHER_SUPPLIER), role="IS", since="2026-01-02T00:00:00Z")
    before = Registration(device=str(ESME), user=str(SUPPLIER), role="IS")
    bench = Bench(settings=DccSettings(registrations=(before, change), response_wait_s=100_000))
    second = behind(one(), one(SECOND_ONE))
    bench.ask(one())
    bench.ask(second)
    bench.run(DAY)
    bench.from_hub(response_of(ESME, FIRST))
    assert codes(bench, second) == ["I99", "E4"]
    assert counters(bench) == [FIRST]


def test_what_is_quarantined_holds_those_behind_it_and_deleted_it_fails_them() -> None:
    for fate in ("release", "delete"):
        bench = Bench()
        bench.dcc.set_user_thresholds(UserThresholds(user=SUPPLIER, srv="2.2", quarantine=0))
        read = Request(RequestId(SUPPLIER, ESME, 7), 1, "4.18", bodies.ReadMeterBalance())
        bench.ask(one())
        bench.ask(behind(one(), read))
        bench.run(HOUR)
        assert counters(bench) == []
        getattr(bench.dcc, fate)(1)
        bench.run()
        assert counters(bench) == ([FIRST] if fate == "release" else [])
        assert codes(bench, read) == (["I99"] if fate == "release" else ["I99", "E100"])


def test_the_same_held_request_again_is_answered_alike_and_goes_once() -> None:
    bench = Bench()
    second = behind(one(), one(SECOND_ONE))
    bench.ask(one())
    assert [bench.code_of(second), bench.code_of(second)] == ["I99", "I99"]
    bench.from_hub(response_of(ESME, FIRST))
    bench.from_hub(response_of(ESME, FIRST))
    assert counters(bench) == [FIRST, SECOND_ONE]


@pytest.mark.parametrize(
    "wrong",
    [
        replace(one(), preceding=one().request_id),
        replace(one(), preceding=RequestId(OTHER_SUPPLIER, ESME, 1)),
        replace(one(), preceding=RequestId(SUPPLIER, ESME, 1), first_in_sequence=True),
    ],
)
def test_a_place_that_is_none_is_refused(wrong: Request) -> None:
    bench = Bench()
    assert bench.code_of(wrong) == "E100"
    assert "PrecedingServiceRequestID" in bench.dcc.refused[-1]
    assert counters(bench) == []


def test_a_sequence_may_go_from_device_to_device() -> None:
    bench = Bench()
    second = behind(one(), top_up(1, GSME, SECOND_ONE))
    bench.ask(one())
    bench.ask(second)
    bench.from_hub(response_of(ESME, FIRST))
    assert [decode(octets).target for octets in bench.commands] == [ESME, GSME]


WAIT = 100 * SECOND
REQUESTS = 8


@st.composite
def plans(draw: st.DrawFn) -> tuple[list[int | None], list[tuple[str, int, int]]]:
    """Which Request each one is behind, and what happens in which order: a Request comes, one is done or has failed."""
    before = [
        draw(st.none() | st.integers(0, REQUESTS - 1).filter(lambda n, own=own: n != own)) for own in range(REQUESTS)
    ]
    arrivals = [("comes", place, 0) for place in draw(st.permutations(range(REQUESTS)))]
    for _ in range(draw(st.integers(0, 3 * REQUESTS))):
        what = draw(st.sampled_from(["done", "failed", "time"]))
        arrivals.insert(
            draw(st.integers(0, len(arrivals))), (what, draw(st.integers(0, REQUESTS - 1)), draw(st.integers(0, 70)))
        )
    return before, arrivals


@given(plans(), st.booleans())
def test_no_later_one_leaves_before_the_earlier_and_none_is_lost(
    plan: tuple[list[int | None], list[tuple[str, int, int]]], stops: bool
) -> None:
    before, events = plan
    clock = VirtualClock(EPOCH)
    left: list[int] = []
    stopped: list[int] = []
    done: set[int] = set()
    over: set[int] = set()

    def number(held: InSequence) -> int:
        return held.request.request_id.counter

    def go(held: InSequence) -> None:
        behind_what = before[number(held)]
        assert behind_what in done or (not stops and (behind_what in over or late(held)))
        left.append(number(held))

    def stop(held: InSequence, why: str) -> None:
        assert stops
        assert before[number(held)] in over or late(held), why
        stopped.append(number(held))

    def late(held: InSequence) -> bool:
        return any(
            clock.now() - since >= WAIT for place, since in came.items() if before[place] == before[number(held)]
        )

    came: dict[int, int] = {}
    sequences = Sequences(clock, wait=WAIT, stops=stops, go=go, stop=stop)
    asked = 0
    for what, place, seconds in events:
        if what == "time":
            clock.advance(seconds * SECOND)
        elif what != "comes":
            (done if what == "done" else over).add(place)
            sequences.end(RequestId(SUPPLIER, ESME, place), what == "done")
            clock.advance(0)
        else:
            earlier = before[place]
            preceding = None if earlier is None else RequestId(SUPPLIER, ESME, earlier)
            request = replace(one(place), preceding=preceding)
            came[place] = clock.now()
            asked += 1
            try:
                if not sequences.hold("user", request, None):
                    assert earlier is None or earlier in done or not stops
                    left.append(place)
            except Malformed:
                assert stops
                assert earlier not in done
                stopped.append(place)
    clock.advance(2 * WAIT)
    assert sorted(left + stopped) == list(range(asked))
