"""Lists of messages in JSON and in files of hex digits."""

import json

import pytest

from ppmid_protocols.errors import Malformed
from ppmid_protocols.gbcs import listing


def test_the_reference_list(shared, rtds):
    messages = listing.from_json(json.loads((shared / "data/rtds/messages.json").read_text()))
    assert messages == [(sample.facts["name"], sample.octets) for sample in rtds.values()]


def test_files_of_hex_digits():
    files = [("a.HEX", b"DF 09\r\n01\n"), ("b.HEX", b"dd00")]
    assert listing.from_hex_files(files) == [("a.HEX", b"\xdf\x09\x01"), ("b.HEX", b"\xdd\x00")]


@pytest.mark.parametrize(("text", "found"), [("dg", "'g'"), ("d", "1 digits"), (" ", "0 digits"), ("\xff0", "'ÿ'")])
def test_what_is_no_hex_is_refused(text, found):
    with pytest.raises(Malformed, match=f"^a.HEX: .*found {found}"):
        listing.from_hex_files([("a.HEX", text.encode("latin-1"))])


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ([], "messages"),
        ({"messages": {}}, "messages"),
        ({"messages": ["dd"]}, "messages[0]"),
        ({"messages": [{"name": "a", "hex": "dd"}, {"name": "b"}]}, "messages[1]"),
        ({"messages": [{"name": "a", "hex": "d"}]}, "messages[0].hex"),
    ],
)
def test_a_bad_list_says_where(document, field):
    with pytest.raises(Malformed) as problem:
        listing.from_json(document)
    assert problem.value.field == field
