"""What a run shows at a terminal while it goes on."""

import io
import re
import sys
from typing import Any

import pytest

from ppmid_harness.cli.terminal import terminal
from ppmid_harness.progress import Began, Ended, Started

AT = "2026-11-26T00:00:00+00:00"
STARTED = Started(at=AT, planned=3, to_run=3, kept={}, mode="regular", seed=1, device="")


class Screen(io.StringIO):
    """A terminal, as far as a program asks it."""

    def isatty(self) -> bool:
        return True


def ended(number: int, verdict: str, because: str, left_s: int | None) -> Any:
    return Ended(
        at=AT,
        scenario=f"f/{number}",
        name=f"Number {number}",
        verdict=verdict,
        because=because,
        checks=[],
        done=number,
        left_s=left_s,
    )


def test_a_line_for_each_scenario_with_the_reason_where_it_did_not_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    output = io.StringIO()
    show = terminal(3, output)
    for event in (STARTED, Began(at=AT, scenario="f/1", name="Number 1"), ended(1, "pass", "2 checks passed", 4)):
        show(event)
    show(ended(2, "fail", "credited-once: £0.00 of £10.00", 2))
    assert output.getvalue() == ("pass          f/1\nfail          f/2\n              credited-once: £0.00 of £10.00\n")
    assert sys.stderr.getvalue() == "", "no bar where there is no terminal"  # type: ignore[attr-defined]


def test_the_bar_has_the_counts_and_the_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.setenv("TERM", "xterm")  # on a dumb one nothing moves
    monkeypatch.setattr(sys, "stderr", Screen())
    output = io.StringIO()
    show = terminal(3, output)
    for event in (
        STARTED,
        Began(at=AT, scenario="f/1", name="Number 1"),
        ended(1, "fail", "late", 3723),
        Began(at=AT, scenario="f/2", name="Number 2 [bold]"),
        ended(2, "pass", "", 0),
    ):
        show(event)
    screen = re.sub(r"\x1b\[[?0-9]*[a-zA-Z]", "", sys.stderr.getvalue())  # type: ignore[attr-defined]
    assert "1/3 1 fail 1 h 2 min left Number 2 [bold]" in screen
    assert "2/3 1 pass, 1 fail  Number 2 [bold]" in screen
    assert output.getvalue().startswith("fail          f/1\n              late\n"), "at once, and not in the bar"
