"""Runs that live beside each other: a PPMID of one that comes to a line of another is found, and both are named."""

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from line_ends import PPMID, Side, Sides

from ppmid_bench import rehearsal
from ppmid_bench.bench_file import BenchFile
from ppmid_bench.control import ControlPort
from ppmid_bench.rehearsal import Rehearsal, RehearsalSettings
from ppmid_devices import roles
from ppmid_devices.lines.ends import End, LineFault, NotUsable
from ppmid_devices.lines.greeted import FirstFrame
from ppmid_devices.lines.nfc_card import NfcCardSettings
from ppmid_devices.lines.nfc_reader import NfcSettings
from ppmid_devices.lines.pty import PtySettings
from ppmid_devices.lines.serial_port import SerialSettings
from ppmid_devices.lines.table import LINES as LINES_OF
from ppmid_devices.lines.table import home_end
from ppmid_devices.lines.tls_settings import TlsCaller
from ppmid_devices.remote.values import decode
from ppmid_protocols.local_interface import cobs
from ppmid_protocols.local_interface.greeting import Greeting

BENCH = BenchFile(id="rehearsal-0123abcd", time="wall")


@pytest.fixture
def rehearse(sides: Sides, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[Side, TlsCaller, str]]:
    """The harness's end of a run's rehearsal, what the run's PPMID is told, and the name of the run's bench."""

    def make(attach: bool = True, patience_s: int = 3) -> tuple[Side, TlsCaller, str]:
        monkeypatch.setattr(rehearsal, "PATIENCE_S", patience_s)
        bench, made = ControlPort(BENCH).bench, list[Rehearsal]()

        def end(end: End) -> Any:
            made.append(Rehearsal("internet", end, bench=bench, settings=RehearsalSettings()))
            return made[0].line

        side = sides.harness(end, attach=attach)
        return side, decode(made[0].far.settings, TlsCaller), bench

    return make


def dial(sides: Sides, settings: TlsCaller) -> None:
    sides.ppmid(lambda end: home_end("tls", settings, device=PPMID, clock=end.clock, random=Random(1)))


def test_who_dials_the_end_of_another_run_is_refused_and_both_benches_are_named(sides: Sides, rehearse: Any) -> None:
    ours, _, mine = rehearse()
    _, theirs, other = rehearse(attach=False)
    assert mine != other
    dial(sides, replace(theirs, connect=ours.line.address))
    with pytest.raises(LineFault) as caught:
        ours.until(lambda: False)
    assert "no ppmid within 3 s" in str(caught.value)
    assert f"of bench {mine!r}, found PPMID" in str(caught.value)
    assert f"of bench {other!r}" in str(caught.value)
    assert not ours.changes


def test_its_own_ppmid_is_let_in(sides: Sides, rehearse: Any) -> None:
    ours, own, _ = rehearse(patience_s=60)
    dial(sides, own)
    ours.until(lambda: ours.line.up)


LINES = [("usb-serial", "serial", PtySettings), ("nfc", "nfc", NfcCardSettings)]
"""Ports, with the line of each and what its home's end is told."""


@pytest.fixture
def ends(sides: Sides) -> Callable[..., tuple[Side, Any, str]]:
    """The harness's end of a run's rehearsal by a port, what its PPMID is told, and the name of the run's bench."""

    def make(port: Any, shape: type, bench: BenchFile = BENCH, attach: bool = True) -> tuple[Side, Any, str]:
        name, made = ControlPort(bench).bench, list[Rehearsal]()

        def end(end: End) -> Any:
            made.append(Rehearsal(port, end, bench=name, settings=RehearsalSettings()))
            return made[0].line

        side = sides.harness(end, here=roles.CARRIER, attach=attach)
        return side, decode(made[0].far.settings, shape), name

    return make


def at(sides: Sides, line: str, settings: Any) -> Side:
    """The PPMID's end with these settings."""
    pytest.importorskip(LINES_OF[line].module, reason=f"the extra {LINES_OF[line].extra} is not installed")
    made = sides.ppmid(
        lambda end: home_end(line, settings, device=PPMID, clock=end.clock, random=Random(1)),
        there=roles.CARRIER,
        attach=False,
    )
    answer = b"\x90\x00" if line == "nfc" else b""  # a tap waits for it, and a wire does not
    made.attach(lambda sender, _: made.line.send(roles.PPMID, sender, answer) if answer else None)
    return made


@pytest.mark.parametrize(("port", "line", "shape"), LINES)
def test_a_ppmid_at_the_wire_or_reader_of_another_run_is_found_by_both_and_both_benches_are_named(
    port: str, line: str, shape: type, sides: Sides, ends: Any
) -> None:
    ours, mine_told, mine = ends(port, shape)
    _, theirs_told, other = ends(port, shape, attach=False)
    theirs = at(sides, line, replace(mine_told, bench=theirs_told.bench))
    for side, expected, found in ((ours, mine, other), (theirs, other, mine)):
        with pytest.raises(LineFault) as caught:
            side.until(lambda: False)
        assert "avenue: another bench: expected PPMID 00-DB-12-34-56-78-90-A4" in str(caught.value)
        assert f"of bench {expected!r}, found PPMID" in str(caught.value)
        assert f"of bench {found!r}. Look" in str(caught.value)
    assert ours.given == []


@pytest.mark.parametrize("named", ["", "mine"])
@pytest.mark.parametrize(("port", "line", "shape"), LINES)
def test_the_own_ppmid_or_one_that_knows_of_no_bench_is_heard_and_its_greeting_is_no_message(
    named: str, port: str, line: str, shape: type, sides: Sides, ends: Any
) -> None:
    long = BenchFile(id="a-name-that-is-longer-than-a-greeting-can-say-by-many-octets-0123abcd", time="wall")
    ours, told, _ = ends(port, shape, bench=long)
    theirs = at(sides, line, told if named else replace(told, bench=""))
    ours.until(lambda: ours.line.up)
    theirs.until(lambda: theirs.line.up)
    if line == "serial":
        theirs.send(cobs.frame(b"message"))
    else:
        ours.send(b"\x80\x14\x00\x00\x00")
    ours.until(lambda: bool(ours.given))
    assert b"".join(ours.given) == (cobs.frame(b"message") if line == "serial" else b"\x90\x00")
    assert [frame for sender, _, frame, lost in ours.tap.crossings if sender == roles.PPMID] == ours.given


def test_what_a_wire_says_first_is_sifted_for_a_greeting_and_nothing_else_is_lost() -> None:
    greeting, message = Greeting(PPMID, "b"), cobs.frame(b"first")
    said = b"\0" + cobs.frame(greeting.encode())
    for octets, passes, found in (
        (said + message, message, greeting),
        (b"\0\0" + message + said, b"\0\0" + message + said, None),  # a greeting stands first or is none
        (bytes(range(1, 200)), bytes(range(1, 200)), None),
        (b"\0\x02\0" + message, b"\0\x02\0" + message, None),
    ):
        for piece in (1, 7, len(octets)):
            first, gone_on = FirstFrame(), b""
            for start in range(0, len(octets), piece):
                gone_on += first.sift(octets[start : start + piece])
            assert (gone_on, first.greeting) == (passes, found)


def test_a_bench_that_a_wire_cannot_say_is_bad_input() -> None:
    for settings in (SerialSettings(device="/dev/ttyACM0", bench="b" * 65), NfcSettings(bench="b" * 65)):
        with pytest.raises(NotUsable, match="bench: expected at most 64 octets, found 65"):
            settings.require()
