"""Firmware images and the upgrade cluster."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppmid_protocols import distribution
from ppmid_protocols.distribution import Distribution
from ppmid_protocols.errors import Malformed, Unsupported
from ppmid_protocols.eui import Eui
from ppmid_protocols.zigbee import ota, zcl
from ppmid_protocols.zigbee.ota import ImageHead, Named, read_head

# The head of the image in the public DUIS 5.4 template of SRV 11.4, by hand after ZCL 11.4.2.
HEAD = bytes.fromhex(
    "1ef1ee0b 0001 3c00 0400 1d12 8400 dcacdcac 0200"
    "4920616d2061204746492050504d4944206669726d7761726520696d61676520"
    "27010000 1111 1112"
)
IMAGE = Named(manufacturer=0x121D, image_type=0x84, file_version=0xACDCACDC)


def test_the_head_of_the_published_image_is_read_and_written() -> None:
    head = read_head(HEAD + bytes(0x127 - len(HEAD)))
    assert head == ImageHead(
        manufacturer=0x121D,
        image_type=0x0084,
        file_version=0xACDCACDC,
        stack_version=2,
        name="I am a GFI PPMID firmware image ",
        size=0x127,
        hardware=(0x1111, 0x1211),
    )
    assert head.encode() == HEAD


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (lambda file: b"\0" + file[1:], "magic"),
        (lambda file: file[:6] + b"\x3d" + file[7:], "head length"),
        (lambda file: file[:8] + b"\x01" + file[9:], "field control"),
        (lambda file: file + b"\0", "image size"),
        (lambda file: file[:30], "image name"),
    ],
)
def test_what_is_no_head_is_refused(change: Any, field: str) -> None:
    with pytest.raises(Malformed, match=field):
        read_head(change(HEAD + bytes(0x127 - len(HEAD))))


@pytest.mark.parametrize(
    ("command", "octets"),
    [
        (ota.ImageNotify(IMAGE, 100), "0364 1d12 8400 dcacdcac"),
        (ota.QueryNextImage(IMAGE), "00 1d12 8400 dcacdcac"),
        (ota.QueryNextImageResponse(0, IMAGE, 0x127), "00 1d12 8400 dcacdcac 27010000"),
        (ota.QueryNextImageResponse(ota.NO_IMAGE), "98"),
        (ota.ImageBlockRequest(IMAGE, 40, 48), "00 1d12 8400 dcacdcac 28000000 30"),
        (ota.ImageBlockResponse(0, IMAGE, 40, b"ab"), "00 1d12 8400 dcacdcac 28000000 02 6162"),
        (ota.ImageBlockResponse(ota.ABORT), "95"),
        (ota.UpgradeEnd(ota.INVALID_IMAGE, IMAGE), "96 1d12 8400 dcacdcac"),
    ],
)
def test_commands_have_the_octets_of_the_cluster(command: ota.OtaCommand, octets: str) -> None:
    frame = ota.frame(command, 1)
    assert frame.payload == bytes.fromhex(octets)
    assert ota.read(zcl.decode_frame(frame.encode())) == command


@given(st.binary(max_size=40), st.integers(0, 0x7F))
def test_any_octets_are_a_command_or_refused(payload: bytes, number: int) -> None:
    for direction in zcl.Direction:
        try:
            command = ota.read(zcl.cluster_frame(number, direction, 1, payload))
        except (Malformed, Unsupported):
            continue
        status = payload[:1] if payload[0] and number in (2, 5) else payload
        assert ota.frame(command, 1).payload == status


def test_an_image_on_the_sm_wan_is_told_from_a_gbcs_message() -> None:
    image = Distribution(Eui.parse("00-DB-12-34-56-78-90-A4"), HEAD)
    assert distribution.decode(image.encode()) == image
    for other in (b"", b"\xdf\x09\x03" + bytes(30), HEAD):
        assert not distribution.is_distribution(other)
        with pytest.raises(Malformed, match="firmware image"):
            distribution.decode(other)
