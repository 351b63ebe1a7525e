"""``report.pdf``: of the front page and of what did not pass, with links that stay in it."""

import importlib.util
import re
import shutil
import subprocess
import zlib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from lxml import html

from ppmid_bench.errors import BadInput
from ppmid_harness.cli import execute
from ppmid_reports import write_junit, write_report
from ppmid_reports.bundle.verifying import verify
from ppmid_reports.bundle.writing import write_bundle
from ppmid_reports.pdf import document, made_of, write_pdf
from ppmid_reports.run import read_run

Make = Callable[..., Path]
Capture = pytest.CaptureFixture[str]
needs_weasyprint = pytest.mark.usefixtures("weasyprint")
DID_NOT_PASS = ("first/fails", "first/does-not-tell", "second/breaks")


def document_of(folder: Path, *chosen: str) -> Any:
    write_report(folder)
    scenarios = read_run(folder).record.scenarios
    return document(folder, [one for one in scenarios if one.id in (chosen or DID_NOT_PASS)])


def text_of(pdf: Path) -> str:
    """What stands on its pages, as Poppler reads it."""
    try:
        return subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, check=True, text=True).stdout
    except FileNotFoundError:
        pytest.skip("no pdftotext on this machine")


def opened(pdf: Path) -> bytes:
    """Its octets, with all that is deflated in it beside them (ISO 32000-1 7.3.8)."""
    octets = pdf.read_bytes()
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", octets, re.DOTALL)
    return b"\n".join([octets, *(zlib.decompressobj().decompress(one) for one in streams if one[:1] == b"x")])


@pytest.fixture(scope="module")
def printed(weasyprint: None, build: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run with its report as PDF. For reading only: a PDF takes seconds."""
    folder: Path = build.run_in(tmp_path_factory.mktemp("printed"))
    write_report(folder)
    write_pdf(folder)
    return folder


def test_it_has_the_front_page_and_what_did_not_pass(make_run: Make) -> None:
    top = document_of(make_run())
    headings = [one.text_content() for one in top.xpath("//section[@class='appended']/h1")]
    assert headings == ["Fails", "Does not tell", "Breaks"]
    assert [one.get("id") for one in top.xpath("//main/section")][:3] == ["summary", "details", "answers"]
    assert len(top.xpath("//section[@id='scenario-1-evidence']//tbody/tr")) == 2  # what a check rests on


def test_its_links_stay_in_it_and_no_id_stands_twice(make_run: Make) -> None:
    top = document_of(make_run())
    ids = top.xpath("//@id")
    assert len(ids) == len(set(ids))
    links = top.xpath("//main//a/@href")
    assert {"#scenario-1", "#scenario-1-e7", "#row-REQ-004", "#answer-SECMP0038-REQ-004"} <= set(links)
    assert {link[:1] for link in links} == {"#"}
    assert {link[1:] for link in links} <= set(ids)


def test_a_scenario_that_stands_twice_is_in_it_once(make_run: Make, build: ModuleType) -> None:
    top = document_of(make_run(scenarios=build.SCENARIOS[1:2] * 2))
    assert len(top.xpath("//section[@class='appended']")) == 1


def test_frames_are_printed_layer_by_layer_where_something_did_not_pass(make_run: Make, build: ModuleType) -> None:
    shown = build.check("credited-once", "pass", evidence=[8])
    scenarios = (build.scenario("a/holds", "pass", "1 check(s) hold", shown), build.SCENARIOS[1])
    top = document_of(make_run(scenarios=scenarios), "a/holds", "first/fails")
    assert [
        one.get("id") for one in top.xpath("//section[starts-with(@id, 'scenario-')]") if "trace" in one.get("id")
    ] == ["scenario-2-trace"]
    assert "#scenario-1-t8" not in top.xpath("//a/@href")


def test_of_a_scenario_that_did_not_pass_the_frames_are_printed_that_show_it(make_run: Make, build: ModuleType) -> None:
    passed = build.check("credited-once", "pass", evidence=[6])
    failed = build.SCENARIOS[1]
    scenario = failed | {"checks": [passed, *failed["checks"]]}
    folder = make_run(scenarios=(scenario,))
    top = document_of(folder, "first/fails")
    assert top.xpath("//section[@id='scenario-1-trace']//details/div/@id") == ["scenario-1-t7", "scenario-1-t8"]
    page = html.fromstring((folder / "report" / "first__fails.html").read_text(encoding="utf-8"))
    assert page.xpath("//section[@id='trace']//details/div/@id") == ["t7", "t8", "t6"]
    assert "Printed, only those stand here" in page.xpath("string(//section[@id='trace']/p)")


def test_every_drawing_brings_its_colours_and_stays_one_element(make_run: Make) -> None:
    text = html.tostring(document_of(make_run(), "first/passes"), encoding="unicode")
    drawings = re.findall(r"<svg.*?</svg>", text, re.DOTALL)
    assert [re.findall(r'class="(\w+)', one)[0] for one in drawings] == ["bar", "bar", "ladder"]
    assert all(re.match(r"<svg[^>]*><style>\s*svg \{", one) for one in drawings)


def test_the_command_writes_it_and_the_same_octets_again(make_run: Make, printed: Path, capsys: Capture) -> None:
    folder = make_run()
    (folder / "report.pdf").write_text("older")
    assert execute(["report", str(folder), "--pdf"]) == 0
    assert capsys.readouterr().out == f"{folder / 'report.html'}\n{folder / 'report.pdf'}\n"
    octets = (folder / "report.pdf").read_bytes()
    assert octets.startswith(b"%PDF-")
    assert str(folder).encode() not in octets
    assert b"CreationDate" not in opened(folder / "report.pdf")
    assert (printed / "report.pdf").read_bytes() == octets
    assert not list(folder.glob("*.tmp"))


def test_a_bundle_with_a_pdf_of_another_record_is_refused(printed: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(printed, tmp_path / "run"))
    write_junit(folder)
    path = folder / "report.pdf"
    assert read_run(folder).record_sha256 in " ".join(text_of(path).split())
    assert verify(write_bundle(folder))["problems"] == []
    record = folder / "record.json"
    record.write_text(record.read_text() + "\n")
    found = [(one["what"], one["member"]) for one in verify(write_bundle(folder))["problems"]]
    assert found == [("inconsistent", "report.pdf")]
    path.write_bytes(b"%PDF-1.7 of somebody else")
    assert made_of(path.read_bytes(), "record.json") == ""


def test_its_pages_are_numbered_and_bear_the_run_and_their_part(printed: Path) -> None:
    *pages, end = text_of(printed / "report.pdf").split("\f")
    assert end == ""
    for number, page in enumerate(pages, start=1):
        lines = [line for line in page.splitlines() if line.strip()]
        assert re.fullmatch(rf" *Run [0-9a-f]{{12}}, .* Page {number} of {len(pages)}", lines[-1]), lines[-1]
    assert pages[0].lstrip().startswith("PPMID conformance report")
    (of_times,) = [page for page in pages if "Nearest to the limit" in " ".join(page.split())]
    assert "30.000 s" in of_times


def test_a_table_over_pages_has_its_head_on_each(printed: Path) -> None:
    pages = text_of(printed / "report.pdf").split("\f")
    with_rows = [page for page in pages if re.search(r"^ *REQ-0[1-4]\d .*untested", page, re.MULTILINE)]
    assert len(with_rows) > 1
    for page in with_rows:
        assert re.search("Id +What is asked +Standing", page)


def test_all_scenarios_stand_in_it_when_they_are_asked_for(make_run: Make, printed: Path) -> None:
    folder = make_run()
    assert execute(["report", str(folder), "--pdf", "--all-scenarios"]) == 0
    found = text_of(folder / "report.pdf")
    assert "the meter topped up by £10.00 through the PPMID" in " ".join(found.split())
    assert len(text_of(printed / "report.pdf").split("\f")) < len(found.split("\f"))
    assert execute(["report", str(folder)]) == 0
    assert not (folder / "report.pdf").exists()  # it was of older pages


@needs_weasyprint
def test_nothing_runs_in_it_and_no_text_breaks_it(make_run: Make, build: ModuleType) -> None:
    hostile = (
        "\"'></p><script>alert(1)</script><a href='file:///etc/passwd'>x</a><style>@import 'http://a'</style>\x1b[31m"
    )
    check = build.check(hostile, "fail", reason=hostile, evidence=[1], reason_code=hostile)
    lines = (build.step(0, f"Given {hostile}"), (1, "han", "ppmid", "hub", "frame", {"tag": hostile, "lost": hostile}))
    scenarios = (build.scenario("a/hostile", "fail", hostile, check, name=hostile, feature=hostile, tags=[hostile]),)
    folder = make_run(scenarios=scenarios, lines=lines)
    write_report(folder)
    path = write_pdf(folder)
    octets = opened(path)
    assert b"/Page" in octets
    for unwanted in (b"/JavaScript", b"/JS", b"/Launch", b"/URI", b"/OpenAction", b"/EmbeddedFile", b"root:x:"):
        assert unwanted not in octets, unwanted
    found = " ".join(text_of(path).split())
    assert "<script>alert(1)</script>" in found
    assert "\\x1b[31m" in found


def test_every_font_in_it_is_embedded_under_its_own_name(printed: Path) -> None:
    try:
        told = subprocess.run(
            ["pdffonts", printed / "report.pdf"], capture_output=True, check=True, text=True
        ).stdout.splitlines()[2:]
    except FileNotFoundError:
        pytest.skip("no pdffonts on this machine")
    assert told
    for line in told:
        assert re.match(r"[A-Z]{6}\+\S+ .* yes yes yes ", line), line  # embedded, a subset, with its characters
    assert not [line for line in told if "Segoe" in line or "system-ui" in line]


def test_without_the_extra_it_says_so_in_one_line(
    make_run: Make, monkeypatch: pytest.MonkeyPatch, capsys: Capture, tmp_path: Path
) -> None:
    folder = make_run()
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "weasyprint" else find(name))
    expected = "ppmid-harness: --pdf: expected what it needs: pip install 'ppmid-harness[pdf]', found no weasyprint\n"
    for command in (["report", str(folder), "--pdf"], ["run", "--pdf", "--out", str(tmp_path / "out")]):
        assert execute(command) == 2
        assert capsys.readouterr().err == expected
    assert not (folder / "report.pdf").exists()
    assert not (tmp_path / "out").exists()


def test_what_cannot_be_is_one_line(make_run: Make, capsys: Capture) -> None:
    folder = make_run()
    assert execute(["report", str(folder), "--all-scenarios"]) == 2
    assert capsys.readouterr().err == "ppmid-harness: --all-scenarios: expected --pdf beside it, found none\n"


@needs_weasyprint
def test_a_page_that_is_not_there_is_named_and_an_older_pdf_left(make_run: Make) -> None:
    folder = make_run()
    write_report(folder)
    (folder / "report.pdf").write_text("older")
    (folder / "report" / "first__fails.html").unlink()
    with pytest.raises(BadInput, match=r"first__fails\.html: expected a page of the report"):
        write_pdf(folder)
    assert (folder / "report.pdf").read_text() == "older"


def test_the_command_writes_the_pages_without_any_extra(make_run: Make, capsys: Capture) -> None:
    folder = make_run()
    assert execute(["report", str(folder)]) == 0
    assert capsys.readouterr().out == f"{folder / 'report.html'}\n"
    assert (folder / "report" / "first__fails.html").is_file()
