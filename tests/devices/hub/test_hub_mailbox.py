"""What waits in a hub, by itself."""

from home_parts import ESME, GSME
from hypothesis import given
from hypothesis import strategies as st

from ppmid_devices.hub.mailbox import Mailbox, Outbox
from ppmid_protocols.eui import Eui


@given(st.lists(st.tuples(st.sampled_from([ESME, GSME]), st.binary(max_size=2)), max_size=30), st.integers(1, 4))
def test_the_outbox_keeps_the_latest_of_each_device_in_order(messages: list[tuple[Eui, bytes]], limit: int) -> None:
    outbox, dropped = Outbox(limit), 0
    for device, octets in messages:
        outbox, more = outbox.put(device, octets)
        dropped += more
    for device in (ESME, GSME):
        own = [octets for sender, octets in messages if sender == device]
        assert [octets for sender, octets in outbox.messages if sender == device] == own[-limit:]
    assert dropped == len(messages) - len(outbox.messages)


def test_a_mailbox_gives_the_oldest_first() -> None:
    box = Mailbox(2).put(b"a", 5).put(b"b", 9).put(b"c", 9)
    assert box.full
    box, stale = box.expire(6)
    assert [letter.message for letter in stale] == [b"a"]
    box, message_ = box.take()
    assert message_ == b"b"
    assert box.take() == (box, None)
