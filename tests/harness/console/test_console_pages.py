"""The console's pages of finished runs: what they show, and that nothing in a run folder can make them do anything."""

import html
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from lxml.html import document_fromstring

TOP_UP = "commands-through-the-ppmid/a-top-up-command-and-the-meters-response"
STEM = TOP_UP.replace("/", "__")
PAGES = (
    "/",
    "/compare",
    "/compare?a=good&b=faulty",
    "/start",
    "/nowhere",
    *(
        f"/runs/faulty/{page}"
        for page in (
            "report.html",
            f"report/{STEM}.html",
            "report/answers.html",
            "report/coverage.html",
            "report/times.html",
            "live",
            "decisions",
        )
    ),
)
EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


def test_the_list_of_runs(visitor: Any) -> None:
    text = visitor.get("/").text
    assert text.index("/runs/faulty/") < text.index("/runs/good/"), "the newest first"
    assert "Faulty PPMID" in text
    assert re.search(r'1 <span class="mark is-fail">', text)
    assert text.count("<td>simulated</td>") == 2


@pytest.mark.parametrize("page", PAGES)
def test_no_page_can_run_or_send_anything_or_leads_out(page: str, visitor: Any) -> None:
    answer = visitor.get(page)
    assert answer.status == (404 if page == "/nowhere" else 200)
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "script-src 'self'; connect-src 'self'; form-action 'self'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    links = re.findall(r'(?:href|src|action|poster|data)="([^"]*)"', answer.text)
    assert links
    assert not [link for link in links if re.match(r"[a-z]+:|//|\\", html.unescape(link), re.IGNORECASE)]
    assert re.findall(r"<script[^>]*>", answer.text) == []
    assert "onclick" not in answer.text


@pytest.mark.parametrize("page", ["report.html", "report/answers.html", "report/coverage.html", "report/times.html"])
def test_what_the_run_wrote_is_shown_as_it_wrote_it(page: str, visitor: Any, made: Path) -> None:
    shown, written = visitor.get(f"/runs/faulty/{page}").text, (made / "runs/faulty" / page).read_text()
    for part in ("header", "main"):
        assert _elements(shown, part) == _elements(written, part)
    assert re.findall("<title>(.*?)</title>", shown)[0] == re.findall("<title>(.*?)</title>", written)[0]


def _elements(text: str, part: str) -> list[tuple[Any, ...]]:
    found = document_fromstring(text).find("body").find(part)
    return [(one.tag, dict(one.attrib), one.text, one.tail if one is not found else "") for one in found.iter()]


def test_the_page_of_a_scenario_is_made_when_it_is_asked_for(visitor: Any) -> None:
    page = visitor.get(f"/runs/faulty/report/{STEM}.html").text
    assert "response-passed-unaltered" in page
    assert "it went in and did not come out: HAN to avenue" in page
    assert re.search(r'<a href="#t(\d+)">frame \d+</a>', page)


def test_a_page_of_a_run_under_way_is_made_of_what_is_done(folder: Path, start: Any, visit: Any) -> None:
    run = folder / "runs" / "faulty"
    record = json.loads((run / "record.json").read_text())
    (run / "partial").mkdir()
    (run / "partial" / "run.json").write_text(json.dumps(record["run"]))
    (run / "partial" / f"{STEM}.json").write_text(json.dumps(record["scenarios"][0]))
    for name in ("record.json", "report.html"):
        (run / name).unlink()
    with start(folder) as address:
        visitor = visit(address)
        assert visitor.get("/runs/faulty/").headers["location"] == "/runs/faulty/live"
        assert "HAN to avenue" in visitor.get(f"/runs/faulty/report/{STEM}.html").text
        assert visitor.get("/runs/faulty/report/run.html").status == 404
        assert visitor.get("/runs/faulty/report.html").status == 404


def test_two_runs_side_by_side(visitor: Any) -> None:
    page = visitor.get("/compare?a=good&b=faulty").text
    assert "New failures count against <strong>REQ-014</strong>" in page
    assert f'<a href="/runs/faulty/report/{STEM}.html">' in page
    assert visitor.get("/compare?a=good&b=nobody").status == 404
    assert "Nothing has changed." in visitor.get("/compare?a=good&b=good").text


@pytest.mark.parametrize(
    "path", [f"evidence/{STEM}.jsonl", f"captures/{STEM}.pcapng", "bundle.zip", "record.json", "inputs/bench.toml"]
)
def test_files_of_a_run_are_saved_and_not_shown(path: str, visitor: Any, made: Path) -> None:
    line = visitor.ask("HEAD", f"/runs/faulty/{path}")
    assert line.status == 200
    assert line.headers["content-type"] == "application/octet-stream"
    assert line.headers["content-disposition"].startswith("attachment")
    assert int(line.headers["content-length"]) == (made / "runs" / "faulty" / path).stat().st_size


@pytest.mark.parametrize(
    "path",
    [
        "/runs/../faulty.toml",
        "/runs/%2e%2e/faulty.toml",
        "/runs/faulty/../../faulty.toml",
        "/runs/faulty/evidence/..%2f..%2f..%2ffaulty.toml",
        "/runs/faulty/evidence/../../../faulty.toml",
        "/runs/faulty/%2e%2e/%2e%2e/faulty.toml",
        "/runs/faulty/report/..%2f..%2f..%2ffaulty.html",
        "/runs/faulty//etc/passwd",
        "/runs//etc/passwd",
        "/runs/faulty/evidence/%00",
        "/runs/faulty/partial/run.json",
        "/runs/faulty/report/report.html",
        "/static/../access.py",
        "/runs/faulty/evidence/" + "x" * 300,
        "/runs/%ff/",
    ],
)
def test_nothing_else_is_given_out(path: str, visitor: Any) -> None:
    assert visitor.get(path).status == 404


def test_what_only_seems_to_lie_in_a_run_is_not_given_out(folder: Path, start: Any, visit: Any) -> None:
    (folder / "secret.jsonl").write_text("secret")
    (folder / "runs" / "good" / "evidence" / "link.jsonl").symlink_to(folder / "secret.jsonl")
    with start(folder) as address:
        assert visit(address).get("/runs/good/evidence/link.jsonl").status == 404


def test_hostile_names_and_texts_are_shown_as_they_are(folder: Path, start: Any, visit: Any) -> None:
    runs = folder / "runs"
    name = EVIL.replace("/", "∕")  # the one sign that no name can have
    shutil.copytree(runs / "faulty", runs / name)
    record = json.loads((runs / "faulty" / "record.json").read_text())
    record["run"]["device"] = EVIL
    for scenario in record["scenarios"]:
        scenario["name"] = scenario["because"] = EVIL
    for answer in record["answers"]:
        answer["because"] = answer["text"] = EVIL
    (runs / "faulty" / "record.json").write_text(json.dumps(record))
    (runs / "faulty" / "report.html").write_text(
        f"<body><main onclick='x()'><script>evil()</script><a href='javascript:evil()'>{EVIL}</a>"
        "<iframe src='http://example.org'></iframe><a href='//example.org'>out</a></main></body>"
    )
    shutil.rmtree(runs / "good" / "evidence")
    (runs / "good" / "record.json").write_text("[]")
    with start(folder) as address:
        visitor = visit(address)
        listed = visitor.get("/").text
        assert "expected the record of a run, found" in listed, "one that cannot be read does not hide the others"
        (link,) = re.findall('href="(/runs/%3C[^"]*)"', listed)
        pages = [
            listed,
            *(visitor.get(html.unescape(link) + page).text for page in ("report.html", "live", "decisions")),
            *(
                visitor.get(f"/runs/faulty/{page}").text
                for page in ("report.html", "live", "decisions", f"report/{STEM}.html")
            ),
            visitor.get("/compare?a=faulty&b=faulty").text,
        ]
        assert visitor.get("/runs/good/report.html").status == 200
        assert visitor.get(f"/runs/good/report/{STEM}.html").status == 400
    for page in pages:
        assert not re.search(r"<script|<img|<iframe|javascript:|onclick|example\.org", page.replace("&lt;", "")), page
    assert html.escape(EVIL, quote=False)[:20] in pages[0]


def test_a_run_that_has_written_no_report_says_so(folder: Path, start: Any, visit: Any) -> None:
    (folder / "runs" / "good" / "report.html").unlink()
    (folder / "runs" / "faulty" / "report.html").write_bytes(b"")
    with start(folder) as address:
        visitor = visit(address)
        assert "has written no such page" in visitor.get("/runs/good/report.html").text
        empty = visitor.get("/runs/faulty/report.html")
        assert (empty.status, "expected a page of a report" in empty.text) == (400, True)
