"""The evidence log: it reads back as it was written, and holds no UTRN."""

import base64
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppmid_bench.errors import BadInput
from ppmid_bench.evidence import Entry, EvidenceLog, Log, Redactor, digest, parse_line, read_log

UTRN = "73992650123456789012"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A log with three entries."""
    log = EvidenceLog(tmp_path / "evidence" / "one.jsonl")
    log.append(5, "harness", "harness", "harness", "home", {"points": ["user"]})
    log.append(6, "wan", "dcc", "hub", "gbcs", {"gbcs": {"counter": 2**64 - 1}, "text": "£10 — ”"}, b"\x00\xff")
    log.append(7, "wan", "hub", "dcc", "gbcs", {"lost": "line down"})
    log.close()
    return log.path


def test_a_log_reads_back_as_it_was_written(path: Path) -> None:
    log = read_log(path)
    assert [entry.n for entry in log] == [0, 1, 2]
    assert log.home == {"points": ["user"]}
    entry = log.entries[1]
    assert (entry.t, entry.link, entry.sender, entry.receiver, entry.what) == (6, "wan", "dcc", "hub", "gbcs")
    assert (entry.octets, entry.fields["gbcs"]["counter"]) == (b"\x00\xff", 2**64 - 1)
    assert "".join(f"{entry.line()}\n" for entry in log) == path.read_text(encoding="utf-8")
    assert b"\r" not in path.read_bytes()


@given(st.dictionaries(st.text(), st.integers() | st.text() | st.booleans() | st.none()), st.none() | st.binary())
def test_any_entry_survives_its_line(fields: dict[str, object], octets: bytes | None) -> None:
    entry = Entry(0, 1, "han", "a", "b", "c", octets, fields)
    assert parse_line(entry.line(), "log", 0) == entry


def test_what_a_check_sees_while_it_runs_is_what_the_file_says_later(tmp_path: Path) -> None:
    running = EvidenceLog(tmp_path / "one.jsonl")
    running.append(1, "harness", "harness", "harness", "home", {"window": (1, 2)})
    live = running.log()
    assert live == read_log(running.path), "entries are judged from their lines: a tuple is a list"
    running.close()


@pytest.mark.parametrize("end", ["\u2028", "\u2029", "\x85", "\x1c", "\r", "\n"])
def test_what_ends_a_line_of_a_text_ends_none_of_the_log(tmp_path: Path, end: str) -> None:
    """What a device shows may hold any of them; JSON writes the first three as they are (RFC 8259 section 7)."""
    running = EvidenceLog(tmp_path / "one.jsonl")
    running.append(1, "harness", "harness", "harness", "home", {})
    running.append(2, "ppmid-display", "ppmid", "harness", "screen", {"lines": [f"first{end}second"]})
    running.close()
    assert read_log(running.path).entries[1].fields["lines"] == [f"first{end}second"]


def test_a_stretch_of_the_log_can_be_asked(path: Path) -> None:
    log = read_log(path)
    assert [entry.n for entry in log.of("wan")] == [1, 2]
    assert [entry.n for entry in log.of("wan", "gbcs", lost="line down")] == [2]
    assert [entry.n for entry in log.arrived("wan", "gbcs")] == [1]
    assert log.of("han") == []
    assert log.up_to(1) == Log(log.entries[:2])


def _swap(lines: list[str]) -> list[str]:
    return [lines[0], lines[2], lines[1]]


@pytest.mark.parametrize(
    ("damage", "place"),
    [
        (lambda lines: [lines[0], "{", lines[2]], "line 2"),
        (lambda lines: [lines[0], "[]", lines[2]], "line 2"),
        (lambda lines: [lines[0], lines[1].replace("00ff", "0g"), lines[2]], "line 2"),
        (lambda lines: [lines[0], lines[1], lines[2].replace('"what":"gbcs",', "")], "line 3"),
        (lambda lines: [lines[0], lines[1], lines[2].replace('{"lost":"line down"}', "7")], "line 3"),
        (_swap, "line 2"),
        (lambda lines: lines[1:], "line 1"),
    ],
)
def test_a_damaged_line_is_named(path: Path, damage: Callable[[list[str]], list[str]], place: str) -> None:
    path.write_text("\n".join(damage(path.read_text(encoding="utf-8").splitlines())), encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        read_log(path)
    assert (caught.value.source, caught.value.place) == (str(path), place)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe"])
def test_what_is_no_log_at_all_is_bad_input(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(BadInput, match=r"expected (an evidence file|UTF-8 text)"):
        read_log(path)
    path.unlink()
    with pytest.raises(BadInput, match="expected an evidence file"):
        read_log(path)


def test_the_digest_is_that_of_the_file(path: Path) -> None:
    path.write_bytes(b"abc")
    assert digest(path) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "FIPS 180-2 B.1"


@pytest.mark.parametrize(
    "written",
    [
        UTRN,
        " ".join(UTRN[at : at + 4] for at in range(0, 20, 4)),
        "-".join(UTRN[at : at + 5] for at in range(0, 20, 5)),
    ],
)
def test_a_utrn_in_a_text_is_replaced_by_one_tag_however_it_is_written(written: str) -> None:
    redactor = Redactor(b"key of this scenario")
    assert redactor.text(f"code {written}, thank you") == f"code [{redactor.utrn(UTRN.encode())}], thank you"


@pytest.mark.parametrize(
    "harmless", ["1234567890123456789", UTRN + "3", "00-DB-12-34-56-78-90-A0 took £10.00 at 12:00"]
)
def test_what_is_no_utrn_stays(harmless: str) -> None:
    assert Redactor(b"key").text(harmless) == harmless


def test_tags_tell_equal_from_different_and_nothing_else() -> None:
    redactor = Redactor(b"key")
    assert redactor.utrn(UTRN.encode()) == redactor.utrn(UTRN.encode()) != redactor.utrn(UTRN[::-1].encode())
    assert redactor.utrn(UTRN.encode()) != Redactor(b"another scenario's key").utrn(UTRN.encode())
    assert redactor.tag("frame", b"x") != redactor.tag("gbcs", b"x").replace("gbcs", "frame")


def _in_base64(plain: str) -> str:
    return base64.b64encode(plain.encode()).decode()


@pytest.mark.parametrize(
    "given_away",
    [
        UTRN[:12],
        UTRN[8:],
        f"{UTRN[:4]}.{UTRN[4:8]}/{UTRN[8:16]}",
        UTRN[:15][::-1],
        UTRN.encode().hex(),
        UTRN.encode().hex().upper(),
        hex(int(UTRN)),
        f"{int(UTRN):X}",
        _in_base64(UTRN),
        _in_base64(f'{{"meter": 1, "utrn": "{UTRN}"}}'),
        _in_base64(f"top-up?{UTRN}").replace("+", "-").replace("/", "_").rstrip("="),
    ],
)
def test_a_code_that_is_known_is_found_in_part_and_in_other_notations(given_away: str) -> None:
    redactor = Redactor(b"key of this scenario")
    assert redactor.text(f"sent {given_away} to it") == f"sent {given_away} to it"
    tag = redactor.utrn(UTRN.encode())
    assert redactor.text(f"sent {given_away} to it") == f"sent [{tag}] to it"


@pytest.mark.parametrize(
    "harmless",
    [
        UTRN[:11],
        UTRN[16:],
        _in_base64(UTRN[:8]),
        "90b3d51f30010000 at 2026-11-26T06:00:01.123456789",
        "Top-up accepted: £10.00",
        "f" * 20_000,
        "1" * 20_000,
    ],
)
def test_what_gives_no_code_away_stays_though_one_is_known(harmless: str) -> None:
    redactor = Redactor(b"key")
    redactor.utrn(UTRN.encode())
    assert redactor.text(harmless) == harmless
