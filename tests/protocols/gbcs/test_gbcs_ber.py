"""BER lengths: three forms, the shortest only."""

import pytest

from ppmid_protocols.errors import Malformed
from ppmid_protocols.gbcs.ber import encode_length, read_length

FORMS = {0: "00", 0x7F: "7f", 0x80: "8180", 0xFF: "81ff", 0x100: "820100", 0xFFFF: "82ffff"}


@pytest.mark.parametrize(("length", "octets"), FORMS.items())
def test_each_form_at_its_edges(length, octets):
    assert encode_length(length).hex() == octets
    assert read_length(b"\xff" + bytes.fromhex(octets), 1, "x") == (length, 1 + len(octets) // 2)


@pytest.mark.parametrize(("octets", "length"), [("8100", 0), ("817f", 127), ("820080", 128), ("8200ff", 255)])
def test_longer_forms_are_read_only_where_they_are_allowed(octets, length):
    with pytest.raises(Malformed, match=r"^x at offset 0: expected the shortest form"):
        read_length(bytes.fromhex(octets), 0, "x")
    assert read_length(bytes.fromhex(octets), 0, "x", minimal=False) == (length, len(octets) // 2)


@pytest.mark.parametrize("octets", ["", "81", "82", "8201", "80", "83010000", "ff"])
def test_cut_and_other_forms_are_refused(octets):
    with pytest.raises(Malformed, match=r"^x at offset 0"):
        read_length(bytes.fromhex(octets), 0, "x", minimal=False)


def test_longer_than_a_message_is_refused():
    with pytest.raises(Malformed, match="found 65536"):
        encode_length(0x10000)
