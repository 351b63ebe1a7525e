"""Runs that live beside each other: a PPMID of one that dials the TLS end of another is refused, and both are named."""

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
from ppmid_devices.lines.ends import End, LineFault
from ppmid_devices.lines.table import home_end
from ppmid_devices.lines.tls_settings import TlsCaller
from ppmid_devices.remote.values import decode

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
