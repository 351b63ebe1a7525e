"""Which frames of the HAN are dropped where they arrive."""

from hypothesis import given
from hypothesis import strategies as st

from ppmid_bench.freshness import Freshness

FRAMES = st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("xy"), st.integers(0, 9)), max_size=30)


def test_a_frame_below_the_highest_is_old_for_this_receiver_and_sender_alone() -> None:
    heard = Freshness()
    assert [heard.is_old("hub", "esme", counter) for counter in (5, 4, 5, 6, 5)] == [False, True, False, False, True]
    assert not heard.is_old("hub", "ppmid", 4)
    assert not heard.is_old("esme", "hub", 1)
    assert not heard.is_old("", "esme", 0)


@given(FRAMES)
def test_what_is_dropped_is_what_lies_below_the_highest_so_far(frames: list[tuple[str, str, int]]) -> None:
    heard = Freshness()
    for place, (sender, receiver, counter) in enumerate(frames):
        before = [one for *way, one in frames[:place] if way == [sender, receiver]]
        assert heard.is_old(sender, receiver, counter) is (counter < max(before, default=0))
