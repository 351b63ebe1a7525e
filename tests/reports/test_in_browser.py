"""The report in a real browser, without scripts: by keyboard, on a phone, in the dark, with hostile texts, and large.

Chromium is driven by Playwright; where either is missing the tests are skipped.
"""

import shutil
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from ppmid_reports import write_report
from ppmid_reports.html import templates

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PHONE = {"width": 390, "height": 844}
SOON = 2_000
"""Milliseconds in which the front page of 2,000 scenarios is open."""

Make = Callable[..., Path]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("there is no chromium on this machine")
    with playwright.sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture(name="opened")
def opener(browser: Any) -> Iterator[Callable[..., Any]]:
    """Opens a page; fails when it asked for anything else, said anything, or complained."""
    contexts, said = [], []

    def opened(path: Path, **options: Any) -> Any:
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda one: said.append(one.url) if not one.url.endswith(".html") else None)
        page.on("console", lambda one: said.append(one.text))
        page.on("dialog", lambda one: said.append(one.message))
        page.on("pageerror", lambda one: said.append(str(one)))
        page.goto(path.as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()
    assert said == []


def failing(folder: Path) -> Path:
    return folder / "report" / "first__fails.html"


def test_everything_is_there_without_scripts_and_the_keyboard_leads_through_it(
    make_run: Make, opened: Callable[..., Any]
) -> None:
    page = opened(write_report(make_run()), java_script_enabled=False)
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Skip to the content"
    assert page.locator(":focus").bounding_box()["x"] >= 0  # to be seen once it has the focus
    page.keyboard.press("Enter")
    assert page.url.endswith("#content")
    summary = page.locator("#assumptions summary")
    assert not page.locator("#assumptions details td").first.is_visible()
    summary.focus()
    page.keyboard.press("Enter")
    assert page.locator("#assumptions details td").first.is_visible()
    page.locator("#details a", has_text="frame 31").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/first__fails.html#t8")
    assert page.locator("#t8").is_visible()


def test_headings_are_in_order_and_every_drawing_has_words(make_run: Make, opened: Callable[..., Any]) -> None:
    folder = make_run()
    for path in (write_report(folder), failing(folder), folder / "report" / "times.html"):
        page = opened(path)
        levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map(one => +one.tagName[1])")
        assert levels[0] == 1
        assert all(after <= before + 1 for before, after in pairwise(levels)), (path, levels)
        for drawing in page.locator("svg").all():
            assert drawing.get_attribute("role") == "img"
            assert drawing.locator("> title").inner_html()


def test_on_a_phone_nothing_is_wider_than_it_but_what_scrolls_by_itself(
    make_run: Make, opened: Callable[..., Any]
) -> None:
    folder = make_run()
    write_report(folder)
    for path in (folder / "report.html", *sorted((folder / "report").iterdir())):
        page = opened(path, viewport=PHONE)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path


def test_light_and_dark_differ_and_drawings_follow(make_run: Make, opened: Callable[..., Any]) -> None:
    folder = make_run()
    write_report(folder)
    colours = "one => [getComputedStyle(document.body).backgroundColor, getComputedStyle(one).fill]"
    found = {}
    for scheme in ("light", "dark"):
        page = opened(failing(folder), color_scheme=scheme)
        found[scheme] = page.locator(".ladder-text").first.evaluate(colours)
    assert found["light"] == ["rgb(255, 255, 255)", "rgb(27, 31, 36)"]
    assert found["dark"] == ["rgb(20, 23, 27)", "rgb(232, 234, 237)"]


def test_printed_it_is_light_whole_and_without_what_is_for_the_screen(
    make_run: Make, opened: Callable[..., Any]
) -> None:
    page = opened(write_report(make_run()), color_scheme="dark")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not page.locator("nav").first.is_visible()
    assert page.locator("#assumptions details td").first.is_visible()


def test_nothing_runs_in_it_whatever_a_device_says(
    make_run: Make, build: ModuleType, opened: Callable[..., Any]
) -> None:
    hostile = (
        "\"'><img src=x onerror=alert(1)></title></svg><script>alert(2)</script><svg onload=alert(3)>"
        "<a href='javascript:alert(4)'>x</a><base href='http://a/'>\x1b[31m\u202e"
    )
    check = build.check(hostile, "fail", reason=hostile, evidence=[1, 2], args={hostile: hostile}, reason_code=hostile)
    lines = (
        (1, "han", hostile, "hub", hostile, {"frame": 1, "tag": hostile, "lost": hostile, hostile: hostile}),
        (2, "ppmid-display", "ppmid", "harness", "screen", {"lines": [hostile]}),
        build.step(3, f"Given {hostile}"),
    )
    scenarios = (build.scenario("a/b", "fail", hostile, check, name=hostile, feature=hostile, tags=[hostile]),)
    folder = make_run(scenarios=scenarios, lines=lines)
    for path in (write_report(folder), folder / "report" / "a__b.html"):
        page = opened(path)
        assert page.locator("script, img, base, [onload], [onerror], a[href^='javascript']").count() == 0
        assert "<script>alert(2)</script>" in page.locator("body").text_content()


def test_the_front_page_of_two_thousand_scenarios_opens_soon(
    make_run: Make, build: ModuleType, browser: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The scenarios' own pages are opened by nobody here, so nothing is drawn or written on them."""
    monkeypatch.setattr("ppmid_reports.scenario_page.ladder", lambda *_: "")
    monkeypatch.setattr(templates().get_template("scenario.html.j2"), "render", lambda *_, **__: "")
    scenarios = tuple(
        entry | {"id": f"{feature}-{n % 40}/{rest}-{n}", "name": f"{entry['name']} {n}"}
        for n in range(334)
        for entry in build.SCENARIOS
        for feature, rest in [entry["id"].split("/")]
    )
    path = write_report(make_run(scenarios=scenarios))
    took = []
    for _ in range(5):  # a busy machine may be late once
        page = browser.new_page()
        page.goto(path.as_uri())
        took.append(page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd"))
        page.close()
        if took[-1] < SOON:
            break
    assert min(took) < SOON, took
