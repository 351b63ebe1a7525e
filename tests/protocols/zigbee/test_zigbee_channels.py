"""Channels at 868 MHz: their names and numbers, and the report by which a hub announces a new one; octets by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppmid_protocols.errors import Malformed
from ppmid_protocols.zigbee import sub_ghz, zcl
from ppmid_protocols.zigbee.sub_ghz import ALL_CHANNELS, Attribute, Channels, channel
from ppmid_protocols.zigbee.values import Typed, ZclType
from ppmid_protocols.zigbee.zcl import Direction, ReportAttributes

TO_CLIENT, TO_SERVER = Direction.TO_CLIENT, Direction.TO_SERVER


@pytest.mark.parametrize(
    ("page", "number", "packed", "name"),
    [
        (28, 0, 0xE0000001, "lower 0"),
        (28, 26, 0xE4000000, "lower 26"),
        (29, 27, 0xE8000001, "lower 27"),
        (29, 34, 0xE8000080, "lower 34"),
        (30, 35, 0xF0000001, "lower 35"),
        (30, 61, 0xF4000000, "lower 61"),
        (31, 0, 0xF8000001, "upper 0"),
        (31, 26, 0xFC000000, "upper 26"),
    ],
)
def test_a_channel_has_a_page_a_bit_and_the_name_of_duis(page: int, number: int, packed: int, name: str) -> None:
    one = channel(page, number)
    assert (one.pack(), str(one)) == (packed, name)
    assert Channels.unpack(packed) == one


def test_both_bands_have_the_channels_of_the_duis_schema() -> None:
    assert len(ALL_CHANNELS) == len(set(ALL_CHANNELS)) == 62 + 27
    assert {str(one) for one in ALL_CHANNELS} == {
        *(f"lower {number}" for number in range(62)),
        *(f"upper {number}" for number in range(27)),
    }


def test_a_mask_comes_apart_into_the_channels_that_its_page_has() -> None:
    assert Channels(28, 0b101).each() == (channel(28, 0), channel(28, 2))
    assert Channels(29, 0x1FF).each() == tuple(channel(29, number) for number in range(27, 35))
    assert Channels(0, 0x7FFFFFF).each() == Channels(31, 0).each() == ()


@pytest.mark.parametrize(("page", "number"), [(28, 27), (29, 26), (29, 35), (30, 34), (31, 27), (0, 0), (28, -1)])
def test_a_page_has_no_other_channels(page: int, number: int) -> None:
    with pytest.raises(Malformed, match=f"expected one of page {page}, found {number}"):
        channel(page, number)


def test_the_announcement_by_hand() -> None:
    frame = sub_ghz.announce(channel(31, 4), 9)
    assert frame.encode() == bytes.fromhex("18 09 0a 0000 1b 100000f8")  # report, CHANNEL_CHANGE, BITMAP32
    assert sub_ghz.announced(frame) == channel(31, 4)


def report(attribute: int, typed: Typed, way: Direction = TO_CLIENT) -> zcl.ZclFrame:
    return zcl.general_frame(ReportAttributes(((attribute, typed),)), way, 9)


ONE = Typed(ZclType.BITMAP32, channel(31, 4).pack())


@pytest.mark.parametrize(
    "frame",
    [
        report(Attribute.CHANNEL_CHANGE, ONE, TO_SERVER),
        report(Attribute.PAGE_28_MASK, ONE),
        report(Attribute.CHANNEL_CHANGE, Typed(ZclType.UINT32, channel(31, 4).pack())),
        report(Attribute.CHANNEL_CHANGE, Typed(ZclType.BITMAP32, Channels(31, 0b11).pack())),
        report(Attribute.CHANNEL_CHANGE, Typed(ZclType.BITMAP32, Channels(31, 0).pack())),
        report(Attribute.CHANNEL_CHANGE, Typed(ZclType.BITMAP32, Channels(27, 1).pack())),
        report(Attribute.CHANNEL_CHANGE, Typed(ZclType.BITMAP32, Channels(29, 0x100).pack())),
        zcl.general_frame(zcl.ReadAttributes((0,)), TO_CLIENT, 9),
        sub_ghz.COMMANDS.frame(sub_ghz.SuspendZclMessages(15), TO_CLIENT, 9),
    ],
)
def test_what_names_no_one_channel_is_no_announcement(frame: zcl.ZclFrame) -> None:
    assert sub_ghz.announced(frame) is None


@given(st.binary(max_size=20))
def test_no_octets_behind_a_report_do_harm(payload: bytes) -> None:
    frame = zcl.ZclFrame(report(Attribute.CHANNEL_CHANGE, ONE).header, payload)
    assert sub_ghz.announced(frame) in {None, *ALL_CHANNELS}
