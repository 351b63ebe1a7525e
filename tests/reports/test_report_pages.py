"""The pages of a report: their links lead somewhere, they need nothing from outside, and there may be thousands."""

import base64
import hashlib
import os
import re
import weakref
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import unquote

import pytest
from lxml import etree

from ppmid_bench.errors import BadInput
from ppmid_bench.evidence import Log, read_log
from ppmid_reports import write_report
from ppmid_reports.html import LONG_LISTS

Make = Callable[..., Path]
STEMS = [
    "first__passes",
    "first__fails",
    "first__does-not-tell",
    "second__breaks",
    "second__not-for-us",
    "second__too-long",
]
"""Of the files of the small run's scenarios."""


def pages(folder: Path) -> dict[str, Any]:
    """All pages of a run, by their places in its folder."""
    found = [folder / "report.html", *sorted((folder / "report").iterdir())]
    return {str(path.relative_to(folder)): etree.HTML(path.read_text(encoding="utf-8")) for path in found}


def said(node: Any) -> str:
    """The text of an element, spaces made one."""
    return " ".join("".join(node.itertext()).split())


def test_a_page_says_that_its_scenario_ended_before_all_of_its_checks(make_run: Make) -> None:
    folder = make_run()
    write_report(folder)
    notes = {name: said(top.xpath("//section[@id='steps']")[0]) for name, top in pages(folder).items() if "_f" in name}
    ended = "so does a crash. 1 later check was not reached."
    assert {name: note.endswith(ended) for name, note in notes.items()} == {"report/first__fails.html": True}
    passed = said(pages(folder)["report/first__passes.html"].xpath("//section[@id='steps']")[0])
    assert "not reached" not in passed


def test_scenarios_of_one_name_are_told_apart(make_run: Make, build: ModuleType) -> None:
    ids = ("first/it/one-minute", "first/it/two-minutes", "first/alone", "second/it")
    scenarios = tuple(build.scenario(id, "not_run", "so it is") | {"name": "It"} for id in ids)
    folder = make_run(scenarios=(*scenarios[:2], scenarios[2] | {"name": "Alone"}, scenarios[3]))
    write_report(folder)
    names = [said(one) for one in pages(folder)["report.html"].xpath("//details[@class='feature']//li/a")]
    assert names == ["It [one minute]", "It [two minutes]", "Alone", "It [Second]"]


def test_every_link_of_every_page_leads_somewhere(make_run: Make) -> None:
    folder = make_run()
    capture = folder / "captures" / "first__passes.pcapng"
    capture.parent.mkdir()
    capture.write_text("octets of a capture")
    keys = capture.with_name("keys.first__passes.zigbee_pc_keys")
    keys.write_text("octets of a key")
    write_report(folder)
    found = pages(folder)
    ids = {name: top.xpath("//@id") for name, top in found.items()}
    for name, top in found.items():
        assert len(ids[name]) == len(set(ids[name]))
        for link in top.xpath("//a/@href"):
            path, _, fragment = link.partition("#")
            target = os.path.normpath(Path(name).parent / unquote(path)) if path else name
            assert (folder / target).is_file(), link
            assert not fragment or fragment in ids[target], (name, link)
    assert "../captures/first__passes.pcapng" in found["report/first__passes.html"].xpath("//a/@href")
    written = [path.read_text(encoding="utf-8") for path in folder.rglob("*.html")]
    assert not [text for text in written if "octets of a" in text]


def test_every_scenario_has_a_page_that_the_front_leads_to_and_that_leads_back(make_run: Make) -> None:
    folder = make_run()
    write_report(folder)
    found = pages(folder)
    links = found["report.html"].xpath("//section[@id='scenarios']//a/@href")
    assert links == [f"report/{stem}.html" for stem in STEMS]
    assert set(found) == {"report.html", *links, *(f"report/{name}.html" for name in LONG_LISTS)}
    for name in links:
        assert "../report.html" in found[name].xpath("//a/@href")


def test_pages_of_scenarios_that_are_no_more_are_gone_and_a_broken_run_leaves_the_old_ones(
    make_run: Make, build: ModuleType
) -> None:
    folder = make_run()
    write_report(folder)
    write_report(make_run(scenarios=build.SCENARIOS[:2]))
    assert not (folder / "report" / "first__does-not-tell.html").exists()
    before = {path: path.read_bytes() for path in folder.rglob("*.html")}
    (folder / "evidence" / "first__fails.jsonl").write_text("no evidence\n")
    with pytest.raises(BadInput):
        write_report(folder)
    assert {path: path.read_bytes() for path in folder.rglob("*.html")} == before
    assert not list(folder.glob("*.draft"))


def test_a_cited_entry_is_named_with_its_frame_and_leads_to_its_line(make_run: Make) -> None:
    folder = make_run()
    (line,) = [
        one
        for one in etree.HTML(write_report(folder).read_text(encoding="utf-8")).xpath("//section[@id='details']//li")
        if "rests on" in said(one)
    ]
    page = "report/first__fails.html"
    assert line.xpath(".//a/@href")[1:] == [f"{page}#e7", f"{page}#e8", f"{page}#t8"]
    (row,) = pages(folder)["report/first__fails.html"].xpath("//tr[@id='e8']")
    assert said(row.xpath("td[2]")[0]) == "31"
    assert row.get("class") == "cited"


def test_no_page_needs_anything_from_outside_or_runs_anything_and_each_says_so_to_the_browser(make_run: Make) -> None:
    folder = make_run()
    write_report(folder)
    for name, top in pages(folder).items():
        text = (folder / name).read_text(encoding="utf-8")
        assert not top.xpath("//@src | //link | //iframe | //script | //*[@style] | //@*[starts-with(name(), 'on')]")
        assert "url(" not in text
        assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", text)
        (policy,) = top.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
        (content,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
        allowed = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert policy == f"default-src 'none'; style-src 'sha256-{allowed}'; base-uri 'none'; form-action 'none'"


def test_no_text_can_break_the_page(make_run: Make, build: ModuleType) -> None:
    hostile = "\"'></p><script>alert(1)</script> \x1b[31m \ud800 \u202e"
    texts = {"name": hostile, "feature": hostile, "tags": [hostile]}
    check = build.check(hostile, "fail", reason=hostile, evidence=[1], assumed=[hostile], reason_code=hostile)
    answer = build.answer("REQ-004", "shown", hostile, text=hostile, assumed=[hostile], evidence=["a/hostile", hostile])
    lines = (build.step(0, f"Given {hostile}"), (1, "han", "ppmid", "hub", "frame", {"tag": hostile, "lost": hostile}))
    folder = make_run(
        scenarios=(build.scenario("a/hostile", "error", hostile, check, **texts),),
        lines=lines,
        record={"answers": [answer]},
        environment={"host": hostile, "runner": hostile, "versions": {hostile: hostile}},
    )
    write_report(folder)
    written = "</p><script>alert(1)</script> \\x1b[31m \\ud800 \\u202e"
    for name in ("report.html", "report/a__hostile.html", "report/answers.html"):
        text = (folder / name).read_text(encoding="utf-8")
        top: Any = etree.HTML(text)
        assert written in said(top.xpath("//body")[0]), name
        assert not top.xpath("//script")
        assert "<script" not in text


class Watched(Log):
    """A log of which one can see whether it is still in memory."""

    __slots__ = ("__weakref__",)


def test_two_thousand_scenarios_are_written_one_at_a_time_and_the_front_stays_light(
    make_run: Make, build: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = 334  # of the six scenarios of the small run
    scenarios = tuple(
        entry | {"id": f"{feature}-{n % 40}/{rest}-{n}", "name": f"{entry['name']} {n}"}
        for n in range(times)
        for entry in build.SCENARIOS
        for feature, rest in [entry["id"].split("/")]
    )
    evidence = [entry["id"] for entry in scenarios]
    answers = [build.answer(f"REQ-{n:03}", "shown", "it holds", evidence=evidence) for n in range(1, 67)]
    folder = make_run(scenarios=scenarios, record={"answers": answers})
    alive: list[weakref.ref[Watched]] = []
    most = 0

    def counting(path: Path) -> Log:
        nonlocal most
        log = Watched(read_log(path).entries)
        alive[:] = [one for one in (*alive, weakref.ref(log)) if one() is not None]
        most = max(most, len(alive))
        return log

    monkeypatch.setattr("ppmid_reports.run.read_log", counting)
    path = write_report(folder)
    assert most <= 2  # the one at hand, and the one before it
    assert path.stat().st_size < 2_000_000
    assert len(list((folder / "report").iterdir())) == 6 * times + len(LONG_LISTS)


def test_of_very_many_that_did_not_pass_the_front_tells_the_first_and_a_page_all(
    make_run: Make, build: ModuleType
) -> None:
    scenarios = tuple(
        build.scenario(f"f/s{n}", verdict, "so it is", build.check("credited-once", verdict, evidence=[1]))
        for n, verdict in enumerate(("fail", "error") * 260)
    )
    folder = make_run(scenarios=scenarios)
    write_report(folder)
    found = pages(folder)
    lists = found["report.html"].xpath("//section[@id='details']/ul[@class='lines']")[:2]
    assert [len(one) for one in lists] == [41, 41]
    assert [said(one[-1]) for one in lists] == ["and 220 more", "and 220 more"]
    assert lists[0][-1].xpath("a/@href") == ["report/not_passed.html"]
    assert not found["report.html"].xpath("//details[@class='feature']/@open")
    whole = found["report/not_passed.html"]
    assert [len(one) for one in whole.xpath("//ul[@class='lines']")] == [260, 260]
    links = whole.xpath("(//ul[@class='lines'])[1]/li[1]//a/@href")
    assert links == ["../report/f__s0.html", "../report/f__s0.html#e1"]
