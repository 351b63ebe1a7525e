"""The greeting of an Internet connection: by hand, any, and what is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppmid_protocols.errors import Malformed
from ppmid_protocols.eui import Eui
from ppmid_protocols.local_interface.greeting import Greeting

PPMID = Eui.parse("00-DB-12-34-56-78-90-A4")
OCTETS = bytes.fromhex("50504d49444c4349 01 00db1234567890a4 62656e63682d31")


def test_it_is_written_as_the_interface_has_it() -> None:
    assert Greeting(PPMID, "bench-1").encode() == OCTETS
    assert Greeting.decode(OCTETS) == Greeting(PPMID, "bench-1")
    assert str(Greeting(PPMID, "bench-1")) == "PPMID 00-DB-12-34-56-78-90-A4 of bench 'bench-1'"


@given(st.binary(min_size=8, max_size=8), st.text(min_size=1, max_size=16))
def test_any_comes_out_as_it_went_in(eui: bytes, bench: str) -> None:
    greeting = Greeting(Eui(eui), bench)
    assert Greeting.decode(greeting.encode()) == greeting


@given(st.binary(max_size=100))
def test_any_octets_are_a_greeting_or_malformed(octets: bytes) -> None:
    try:
        assert Greeting.decode(octets).encode() == octets
    except Malformed:
        assert octets[:9] != OCTETS[:9] or not 18 <= len(octets) <= 81 or not _is_utf8(octets[17:])


def _is_utf8(octets: bytes) -> bool:
    try:
        octets.decode()
    except UnicodeDecodeError:
        return False
    return True


@pytest.mark.parametrize(
    ("octets", "problem"),
    [
        (b"", "greeting at offset 0"),
        (OCTETS[:8] + b"\x02" + OCTETS[9:], "greeting at offset 0: expected PPMIDLCI and the form 1"),
        (OCTETS[:17], "bench at offset 17: expected 1 to 64 octets, found 0"),
        (OCTETS[:17] + b"b" * 65, "expected 1 to 64 octets, found 65"),
        (OCTETS[:17] + b"b\xff", "bench at offset 18: expected UTF-8"),
    ],
)
def test_what_is_none_is_refused(octets: bytes, problem: str) -> None:
    with pytest.raises(Malformed, match=problem):
        Greeting.decode(octets)


@pytest.mark.parametrize("bench", ["", "é" * 33])
def test_a_bench_of_another_length_cannot_be_said(bench: str) -> None:
    with pytest.raises(Malformed, match="expected 1 to 64 octets"):
        Greeting(PPMID, bench).encode()
