"""What the Supplier came to know, counted from logs made by hand; and on the page and the command line."""

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from ppmid_bench.evidence import Entry, Log
from ppmid_harness.cli.outcomes import outcomes
from ppmid_reports.html import write_report
from ppmid_reports.knowledge import UTRN, Circumstances, as_json, knowledge

Line = tuple[str, str, Mapping[str, Any]]
"""Link, what, fields."""


def log(*lines: Line, wan: str = "intermittent", hub: str = "can relay") -> Log:
    home = {"home": {"meters": ["esme"], "wan": wan, "wan_variant": "cellular", "hub": hub}}
    entries = [Entry(0, 0, "harness", "harness", "harness", "home", None, home)]
    entries += [Entry(n, 0, link, "x", "y", what, None, fields) for n, (link, what, fields) in enumerate(lines, 1)]
    return Log(tuple(entries))


def coverage(up: bool) -> Line:
    return "wan", "coverage", {"up": up}


def asked(cv: int, request: str = "r") -> Line:
    return "duis", "request", {"request": request, "srv": "2.2", "cv": cv}


def utrn(request: str = "01") -> Line:
    return "avenue", "submit-utrn", {"request": request}


def record(outcome: str, by: str = "", settled: float | None = None, request: str = "r") -> Line:
    at = None if settled is None else int((5 + settled) * 10**9)
    fields = {"request": request, "outcome": outcome, "verified_by": by, "asked_at": 5 * 10**9, "settled_at": at}
    return "user", "record", fields


PROVEN = "delivered-verified"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ((coverage(True), asked(1), record("unknown")), ("Command over the SM WAN", "intermittent", "up", "can relay")),
        (
            (coverage(True), coverage(False), asked(2), coverage(True), record(PROVEN, "avenue", 1)),
            ("Command through the PPMID", "intermittent", "down", "can relay"),
        ),
        (
            (asked(2), ("hht", "loaded", {"gbcs": {"request": "r"}}), record(PROVEN, "hht", 1)),
            ("Command with the Hand-Held Terminal", "intermittent", "not seen", "can relay"),
        ),
        (
            (asked(2), ("hht", "loaded", {"gbcs": {"request": "other"}}), record(PROVEN, "avenue", 1)),
            ("Command through the PPMID", "intermittent", "not seen", "can relay"),
        ),
        (
            (asked(4), asked(7), record(PROVEN, "wan", 1)),
            ("Command both ways", "intermittent", "not seen", "can relay"),
        ),
        ((asked(4), asked(5), record("unknown")), ("Command over the SM WAN", "intermittent", "not seen", "can relay")),
        (
            (asked(1), coverage(True), asked(6), record("unknown")),
            ("Command through the PPMID", "intermittent", "not seen", "can relay"),
        ),
        ((coverage(False), utrn(), record("unknown", request="01")), (UTRN, "intermittent", "down", "can relay")),
    ],
)
def test_the_circumstances_of_a_request(lines: tuple[Line, ...], expected: tuple[str, ...]) -> None:
    assert list(knowledge([log(*lines)])) == [Circumstances(*expected)]


def test_the_last_reading_of_each_request_counts_and_times_are_from_asking_to_settling() -> None:
    one = log(coverage(True), asked(2), record("unknown"), record(PROVEN, "avenue", 2.5))
    other = log(coverage(True), asked(2), record(PROVEN, "log", 600))
    third = log(coverage(True), asked(2), record("unknown"))
    (row,) = as_json(knowledge([one, other, third]))
    assert row["outcomes"] == {"delivered-verified, by avenue": 1, "delivered-verified, by log": 1, "unknown": 1}
    assert row["settled"] == (2.5, 600.0)


def test_homes_and_hubs_stand_apart_and_in_order() -> None:
    logs = [
        log(coverage(False), asked(2), record("unknown"), wan="never-wan", hub="today's"),
        log(coverage(False), asked(2), record("unknown"), wan="intermittent", hub="today's"),
    ]
    assert [row["home"] for row in as_json(knowledge(logs))] == ["intermittent", "never-wan"]
    assert [row["settled"] for row in as_json(knowledge(logs))] == [None, None]


def test_a_request_that_nobody_saw_asked_is_left_out() -> None:
    assert knowledge([log(record("unknown")), log(asked(4), record("unknown"))]) == {}


SEEN = (
    (0, "wan", "hub", "harness", "coverage", {"up": False}),
    (1, "duis", "dcc-user", "dcc", "request", {"request": "r", "srv": "2.2", "cv": 2, "kind": "top-up-device"}),
    (9, *record(PROVEN, "avenue", 1.25)[:1], "dcc-user", "harness", *record(PROVEN, "avenue", 1.25)[1:]),
)
HOME = {"home": {"meters": ["esme"], "wan": "intermittent", "hub": "can relay"}}


def test_the_command_prints_the_rows(make_run: Callable[..., Path], capsys: pytest.CaptureFixture[str]) -> None:
    folder = make_run(lines=SEEN, home=HOME)
    assert outcomes(folder, json=True) == 0
    (row,) = json.loads(capsys.readouterr().out)["rows"]
    assert (row["asked"], row["sm_wan"], row["settled"]) == ("Command through the PPMID", "down", [1.25, 1.25])
    number = row["outcomes"]["delivered-verified, by avenue"]
    assert outcomes(folder) == 0
    assert capsys.readouterr().out == (
        "Command through the PPMID, intermittent home, SM WAN down, hub: can relay: "
        f"{number} delivered-verified, by avenue (settled after 1.25 to 1.25 s)\n"
    )


def test_the_report_shows_the_table(make_run: Callable[..., Path]) -> None:
    text = write_report(make_run(lines=SEEN, home=HOME)).read_text(encoding="utf-8")
    assert re.search(
        r"Command through the PPMID</th><td>has the SM WAN, which comes and goes</td><td>down</td><td>can relay</td>",
        text,
    )
    assert "<td>1.250 s</td>" in text
    assert "No scenario read the Supplier's record" in write_report(make_run()).read_text(encoding="utf-8")
