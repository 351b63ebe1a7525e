"""The console's pages of the history answer as ``history`` does; two runs side by side say what was run otherwise."""

import html
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ppmid_harness.cli import execute
from ppmid_harness.plan import BENCH, ICS, TOLERANCES, profile_hash

Capture = pytest.CaptureFixture[str]
TOP_UP = "commands-through-the-ppmid/a-top-up-command-and-the-meters-response"
EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


@pytest.fixture(name="kept")
def folder_with_history(folder: Path) -> Path:
    """Two runs of one scenario on two devices, and their history beside them."""
    for name in ("good", "faulty/bundle.zip"):
        assert execute(["history", "add", str(folder / "runs" / name), "--db", str(folder / "lab.db")]) == 0
    return folder


def text_of(page: str) -> str:
    return " ".join(html.unescape(re.sub("<[^>]+>", " ", page)).split())


def test_devices_their_runs_and_a_scenario_lead_to_the_run(
    kept: Path, start: Any, visit: Callable[[str], Any], capsys: Capture
) -> None:
    with start(kept, history=str(kept / "lab.db")) as address:
        visitor = visit(address)
        assert '<a href="/history">History</a>' in visitor.get("/").text
        page = visitor.get("/history").text
        text = text_of(page)
        assert re.search(r"Faulty PPMID ✗ fail .* UTC 1 PPMID", text), text
        assert "None: no device gave different verdicts" in text
        assert "No scenario has run more than once on a device." in text
        link = re.search(r'<a href="(/history/devices/\d+)">Faulty PPMID</a>', page)
        assert link
        device = visitor.get(link[1]).text
        assert '<a href="/runs/faulty/">' in device
        assert "development key" in device
        points = visitor.get(f"/history/scenario/{TOP_UP}")
        assert points.status == 200
        name = "A top-up Command, and the meter's Response"
        assert f"<h1>{html.escape(name).replace('&#x27;', '&#39;')}</h1>" in points.text
        assert f'<p class="quiet mono">{TOP_UP}</p>' in points.text
        assert f'<a href="/runs/faulty/report/{TOP_UP.replace("/", "__")}.html">' in points.text
        assert "dcc-equivalent-time" in points.text
        for missing in ("/history/devices/99", f"/history/devices/{'9' * 5000}", "/history/scenario/no/such"):
            answer = visitor.get(missing)
            assert (answer.status, "of the history" in answer.text) == (404, True)
            assert '<a href="/history">History</a>' in answer.text


def test_the_statement_is_that_of_the_command(
    kept: Path, start: Any, visit: Callable[[str], Any], capsys: Capture
) -> None:
    capsys.readouterr()
    asked = ["history", "statement", "--device-class", "ppmid", "--db", str(kept / "lab.db"), "--json"]
    assert execute(asked) == 0
    said = json.loads(capsys.readouterr().out)
    with start(kept, history=str(kept / "lab.db")) as address:
        visitor = visit(address)
        page = visitor.get("/history/statement?class=ppmid").text
        assert said["says"] in text_of(page)
        for part in ("requirements", "purposes", "threats", "checks"):
            (section,) = re.findall(rf'<section id="{part}">(.*?)</section>', page, re.DOTALL)
            assert section.count("<tr") - 1 == len(said[part])
            for result in ("passes", "fails", "missing"):
                due = sum(row["result"] == result for row in said[part])
                assert len(re.findall(rf"</span> {result}</span>", section)) == due
        none = text_of(visitor.get("/history/statement?class=ppmid&firmware=9").text)
        assert "No run of the class ppmid contributes: nothing is stated." in none
        assert "its firmware is" in none
        assert visitor.get("/history/statement?class=toaster").status == 404


def call_it_evil(run: Path) -> None:
    """Have been run by a bench file that calls the device so."""
    inputs = run / "inputs"
    bench = inputs / BENCH
    text = bench.read_text() if bench.is_file() else "[bench]\n"
    assert text.count("[bench]\n") == 1
    nameless = re.sub("^device = .*\n", "", text, flags=re.MULTILINE)
    bench.write_text(nameless.replace("[bench]\n", f"[bench]\ndevice = '''{EVIL}'''\n"))
    given = {name: (inputs / name).read_text() for name in (BENCH, ICS, TOLERANCES) if (inputs / name).is_file()}
    content = json.loads((run / "record.json").read_text())
    content["run"] |= {"device": EVIL, "profile": profile_hash(given)}
    (run / "record.json").write_text(json.dumps(content))


def test_what_changed_and_what_is_flaky_stands_first(folder: Path, start: Any, visit: Callable[[str], Any]) -> None:
    for name, run in (("good", "sound"), ("faulty", "broken")):
        call_it_evil(folder / "runs" / name)
        environment = folder / "runs" / name / "environment.json"
        told = json.loads(environment.read_text()) | {"started": f"2026-11-0{len(run) - 4}T10:00:00+00:00"}
        environment.write_text(json.dumps(told))
        assert execute(["history", "add", str(folder / "runs" / name), "--db", str(folder / "lab.db")]) == 0
    with start(folder, history=str(folder / "lab.db")) as address:
        visitor = visit(address)
        page = visitor.get("/history").text
        assert "<script>alert" not in page
        assert "onerror=alert(1)>" not in page
        text = text_of(page)
        assert "Of 1 scenario on a device, 1 changed" in text
        assert "✓ pass ✗ fail worse" in text
        (flaky,) = re.findall(r'<section id="flaky">(.*?)</section>', page, re.DOTALL)
        assert "benches" in flaky
        assert re.search(rf'{TOP_UP}">[^<]+</a><br><span class="quiet mono">{TOP_UP}</span>', flaky)
        assert visitor.get("/history/devices/1").text.count("<script>alert") == 0


def test_a_history_on_a_server(folder: Path, start: Any, visit: Callable[[str], Any], server: Any) -> None:
    """Filled and read over the network while the console is open; its password is on no page."""
    db = server.new_database()
    runs = [str(folder / "runs" / name) for name in ("good", "faulty/bundle.zip")]
    assert execute(["history", "add", runs[0], "--db", db]) == 0
    with start(folder, history=db) as address:
        visitor = visit(address)
        assert "None: no device gave different verdicts" in text_of(visitor.get("/history").text)
        assert execute(["history", "add", runs[1], "--db", db]) == 0
        assert re.search(r"Faulty PPMID ✗ fail .* UTC 1 PPMID", text_of(visitor.get("/history").text))
        points = visitor.get(f"/history/scenario/{TOP_UP}").text
        assert [f'<a href="/runs/{run}/report/' in points for run in ("good", "faulty")] == [True, True]
        assert "dcc-equivalent-time" in points
        assert "No party under test was a real device" in text_of(visitor.get("/history/statement?class=ppmid").text)
        for missing in ("devices/2147483648", "scenario/%00", "statement?class=%00"):
            answer = visitor.get(f"/history/{missing}")
            assert (answer.status, "of the history" in answer.text, "not-shown" in answer.text) == (404, True, False)
        server.drop(db)
        answer = visitor.get("/history")
        assert (answer.status, "expected a database that serves" in answer.text) == (400, True)
        assert "not-shown" not in answer.text


def test_without_a_history_there_is_none_and_one_that_is_none_is_refused(
    folder: Path, start: Any, visit: Callable[[str], Any], capsys: Capture
) -> None:
    with start(folder) as address:
        visitor = visit(address)
        assert "/history" not in visitor.get("/").text
        answer = visitor.get("/history")
        assert (answer.status, "started without a history: --db" in answer.text) == (404, True)
    capsys.readouterr()
    assert execute(["console", str(folder / "runs"), "--db", str(folder / "none.db")]) == 2
    expected = "expected a history, which `ppmid-harness history add` makes, found no file"
    assert capsys.readouterr().err == f"ppmid-harness: {folder / 'none.db'}: {expected}\n"
    (folder / "text.db").write_text("no database at all, but a text")
    assert execute(["console", str(folder / "runs"), "--db", str(folder / "text.db")]) == 2


def test_two_runs_side_by_side_say_what_was_run_otherwise(visitor: Any) -> None:
    page = visitor.get("/compare?a=good&b=faulty").text
    (table,) = re.findall(r'<table class="between">(.*?)</table>', page, re.DOTALL)
    rows = [text_of(row) for row in re.findall("<tr>(.*?)</tr>", table, re.DOTALL)[1:]]
    assert "ppmid simulated ppmid_devices.ppmid.faulty:DropsResponses" in rows
    assert any(row.startswith("device ") and row.endswith(" Faulty PPMID") for row in rows)
    assert not any(row.startswith("seed ") for row in rows)
    assert "Both were run alike" in text_of(visitor.get("/compare?a=good&b=good").text)
