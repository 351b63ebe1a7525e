"""DCCs with one fault each: it shows, and nothing else changes."""

from dcc_bench import Bench, local_command, response_of, returned, top_up, verify_as_meter
from home_parts import ESME

from ppmid_devices.dcc.faulty import ForgetsLocalDelivery, LocalCopyDiffers, NeverSends
from ppmid_devices.ports import SECOND


def test_a_differing_local_copy_is_authentic_and_asks_the_same() -> None:
    bench = Bench(LocalCopyDiffers)
    local = local_command(bench.ask(top_up(3)))
    (over_wan,) = bench.commands
    assert local != over_wan
    ours, theirs = verify_as_meter(local), verify_as_meter(over_wan)
    assert (ours.counter, ours.payload) == (theirs.counter, theirs.payload)


def test_one_that_never_sends_accepts_and_gives_the_local_copy_alone() -> None:
    bench = Bench(NeverSends)
    answer = bench.ask(top_up(1))
    assert answer is not None
    assert answer.code == "I99"
    assert local_command(bench.ask(top_up(3, counter=4 << 32)))
    bench.run(10 * SECOND)
    assert bench.commands == []


def test_a_forgotten_local_delivery_is_answered_as_usual() -> None:
    bench = Bench(ForgetsLocalDelivery)
    bench.ask(top_up(2))
    answer = bench.ask(returned(response_of(ESME), top_up(2).request_id))
    assert answer is not None
    assert answer.code == "I0"
    assert not bench.dcc.services()[0].delivered_locally
