"""Runs that are begun from the page: what can be asked for, how they go on, operators who are asked, and the stop."""

import html
import http.client
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from waiting_wall import LONG_S, until

from ppmid_bench.errors import BadInput
from ppmid_harness.console.offers import chosen, offers

FEATURE = """@SECMP0038 @REQ-004
Feature: F
  Scenario: One
    Given a prepayment home with an electricity meter
    Then the balance of the electricity meter has not moved
  @takes-1s
  Scenario: Two
    Given a prepayment home with an electricity meter
    Then the balance of the electricity meter has not moved
"""
CARRIED = """@UTRN-INTERNET
Feature: Carried
  @REQ-011
  Scenario: A UTRN is carried
    Given a prepayment home with an electricity meter
    And a hub of today
    And a PPMID that is brought its messages on a USB stick
    When the Supplier sends a UTRN of £12.50 for the electricity meter to the PPMID
    And the carrier leaves the Supplier's
    And the carrier is brought to the PPMID
    Then the balance of the electricity meter has risen by £12.50, once
"""
OPERATOR = """[parties.carrier]
adapter = "operator"
name = "A. Tester"
patience_s = 100
"""


@pytest.fixture(name="place")
def make_place(tmp_path: Path) -> Path:
    (tmp_path / "features").mkdir()
    (tmp_path / "features" / "f.feature").write_text(FEATURE, encoding="utf-8")
    (tmp_path / "bench.toml").write_text("[bench]\nseed = 5\n", encoding="utf-8")
    (tmp_path / "ics.toml").write_text("[ics]\ngas = true\n", encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'x'\n", encoding="utf-8")
    (tmp_path / "broken.toml").write_text("[bench", encoding="utf-8")
    return tmp_path


def test_what_a_folder_offers(place: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    found = offers(place)
    assert list(found.features) == ["f.feature"]
    assert next(iter(found.benches)) == "bench.toml"
    assert "rehearsal (the harness's own)" in found.benches
    assert list(found.declarations) == ["ics.toml"]
    bare = offers(tmp_path_factory.mktemp("bare"))
    assert "secmp0038/top_up_command.feature" in bare.features, "our own, where the folder has none"


def test_what_a_form_asks_for(place: Path) -> None:
    found = offers(place)
    form = {"bench": ["bench.toml"], "ics": ["ics.toml"], "tags": [" @takes-1s "], "seed": ["7"], "runner": ["behave"]}
    options, runner = chosen(form, found)
    assert (options.bench, options.ics) == (place / "bench.toml", place / "ics.toml")
    assert (options.tags, options.seed, runner) == ("@takes-1s", 7, "behave")
    assert options.paths == (place / "features" / "f.feature",)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("bench", "../bench.toml"),
        ("bench", "/etc/passwd"),
        ("bench", "pyproject.toml"),
        ("ics", "bench.toml"),
        ("features", "../features/f.feature"),
        ("seed", "-1"),
        ("seed", "²"),
        ("runner", "nose"),
    ],
)
def test_nothing_else_can_be_asked_for(field: str, value: str, place: Path) -> None:
    with pytest.raises(BadInput, match=field):
        chosen({"runner": ["pytest"], field: [value]}, offers(place))


def until_it_says(visitor: Any, page: str, what: str) -> str:
    def found() -> str:
        text = str(visitor.get(page).text)
        return text if what in text else ""

    return str(until(found))


def test_a_run_is_begun_and_goes_on_to_its_report(place: Path, start: Any, visit: Any) -> None:
    with start(place) as address:
        visitor = visit(address)
        assert "There is none yet." in visitor.get("/").text
        begun = visitor.send("/start", "/start", runner="pytest", bench="bench.toml", tags="@takes-1s")
        assert begun.status == 303
        live = begun.headers["location"]
        assert re.fullmatch("/runs/[0-9T.]+Z-console/live", live)
        assert 'content="4"' in visitor.get(live).text, "a browser without scripts asks again"
        page = until_it_says(visitor, live, "This run is finished")
        assert "its exit code is 0" in page
        assert "1</span> of" in page
        assert visitor.get(live.removesuffix("live")).headers["location"].endswith("report.html")
        (run,) = (place / "runs").iterdir()
        record = json.loads((run / "record.json").read_text())
        assert [one["id"] for one in record["scenarios"]] == ["f/two"]
        assert record["run"]["seed"] == 5


def test_a_run_that_cannot_begin_says_why(place: Path, start: Any, visit: Any) -> None:
    with start(place) as address:
        visitor = visit(address)
        wrong = visitor.send("/start", "/start", runner="pytest", seed="x", tags="@kept")
        assert (wrong.status, "seed: expected a number" in html.unescape(wrong.text)) == (400, True)
        assert 'value="@kept"' in wrong.text, "what was typed is still there"
        live = visitor.send("/start", "/start", runner="pytest", tags="(@a").headers["location"]
        page = until_it_says(visitor, live, "has ended")
        assert "exit code 2" in page
        assert "--tags: expected a tag expression" in html.unescape(page)


def events(visitor: Any, page: str) -> Iterator[tuple[str, Any]]:
    """The events of a run, as the page's script is given them."""
    path = html.unescape(re.findall('data-events="([^"]+)"', page)[0])
    line = http.client.HTTPConnection(visitor.host, visitor.port, timeout=LONG_S)
    line.request("GET", path)
    answer = line.getresponse()
    assert answer.headers["content-type"].startswith("text/event-stream")
    kind = ""
    while field := answer.readline().decode():
        name, _, value = field.rstrip("\n").partition(": ")
        if name == "event":
            kind = value
        elif name == "data":
            yield kind, json.loads(value)
    line.close()


def test_its_events_come_as_they_happen(place: Path, start: Any, visit: Any) -> None:
    with start(place) as address:
        visitor = visit(address)
        live = visitor.send("/start", "/start", runner="pytest").headers["location"]
        told = list(events(visitor, visitor.get(live).text))
        kinds = [event["event"] for kind, event in told if kind == "progress"]
        assert kinds[-1] in ("finished", "ended")
        assert kinds.count("ended") <= 2
        assert told[-1] == ("changed", {}), "the page is to be made anew"
        until_it_says(visitor, live, "This run is finished")
        path = live.removesuffix("live") + "events?from=0&known=1.0.0"  # of a run that is under way
        answer = visitor.get(path, **{"Last-Event-ID": "x"})
        assert answer.text.count('"event": "ended"') == 2


def test_a_run_is_stopped_and_keeps_what_is_done(start: Any, visit: Any, tmp_path: Path) -> None:
    with start(tmp_path) as address:
        visitor = visit(address)
        live = visitor.send("/start", "/start", runner="behave").headers["location"]
        until(lambda: re.search(r'id="done">[1-9]', visitor.get(live).text))
        assert visitor.send(live, live.replace("live", "stop")).status == 303
        page = until_it_says(visitor, live, "This run is interrupted")
        assert "its exit code is 3" in page
    (run,) = (tmp_path / "runs").iterdir()
    summary = json.loads((run / "record.json").read_text())["summary"]
    assert summary["pass"] >= 1
    assert summary["not_run"] >= 1
    assert (run / "partial").is_dir(), "it can be taken up again"


def test_an_operator_answers_in_the_page(place: Path, start: Any, visit: Any) -> None:
    (place / "features" / "f.feature").write_text(CARRIED, encoding="utf-8")
    (place / "bench.toml").write_text(OPERATOR, encoding="utf-8")
    with start(place) as address:
        visitor = visit(address)
        live = visitor.send("/start", "/start", runner="pytest", bench="bench.toml").headers["location"]

        def asked(number: int) -> str:
            mark = f'name="number" value="{number}"'
            return until_it_says(visitor, live, mark)

        page = asked(1)
        assert "Take the stick out of the computer and put it into the PPMID." in page
        assert 'http-equiv="refresh"' not in page, "what a person types is not taken away"
        assert list(events(visitor, page.replace(".1.", ".0.")))[-1] == ("changed", {}), "the page is told of it"
        path = live.replace("live", "answer")
        assert visitor.send(live, path, number=1, said="maybe").status == 303
        assert "Please answer with done, or cannot." in asked(2)
        assert visitor.send(live, path, number=1, said="done").status == 404, "that one is answered"
        assert visitor.send(live, path, number=2, said="done").status == 303
        page = until_it_says(visitor, live, "This run is finished")
        assert "its exit code is 0" in page
    (run,) = (place / "runs").iterdir()
    (log,) = (run / "evidence").iterdir()
    entries = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    answers = [one["fields"] for one in entries if one["link"] == "operator"]
    assert [(one["said"], one["by"]) for one in answers] == [("maybe", "A. Tester"), ("done", "A. Tester")]


def test_a_console_that_ends_stops_its_runs_well(start_process: Any, visit: Any, tmp_path: Path) -> None:
    with start_process(tmp_path) as address:
        visitor = visit(address)
        live = visitor.send("/start", "/start", runner="behave").headers["location"]
        until(lambda: re.search(r'id="done">[1-9]', visitor.get(live).text))
    (run,) = (tmp_path / "runs").iterdir()
    assert json.loads((run / "environment.json").read_text())["fault"] == "the run was interrupted"


def test_what_nobody_has_begun_here_is_nobodys_to_stop(visitor: Any) -> None:
    assert visitor.send("/start", "/runs/good/stop").status == 404
    assert visitor.send("/start", "/runs/good/answer", number=1, said="x").status == 404
    assert visitor.get("/runs/nowhere/live").status == 404
    assert visitor.get("/runs/nowhere/events").status == 404
