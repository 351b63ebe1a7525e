"""The console in a real browser: from a red scenario to the frame that shows why in three clicks, live and by keyboard.

Chromium is driven by Playwright; where either is missing the tests are skipped.
"""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
TOP_UP = "commands-through-the-ppmid/a-top-up-command-and-the-meters-response"
SLOW = 60_000
"""Milliseconds that a busy machine may take for anything."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("there is no chromium on this machine")
    with playwright.sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


class Tab:
    """A page of the browser, and what it must not have done: asked anything of another host, or complained."""

    def __init__(self, browser: Any, address: str, **options: Any) -> None:
        self.context = browser.new_context(**options)
        self.context.set_default_timeout(SLOW)
        self.page = self.context.new_page()
        self.elsewhere: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda one: one.url.startswith(address) or self.elsewhere.append(one.url))
        self.page.on("console", lambda one: self.complaints.append(one.text) if one.type == "error" else None)
        self.page.on("pageerror", lambda one: self.complaints.append(str(one)))
        self.page.goto(address)

    def close(self) -> None:
        self.context.close()
        icons = [one for one in self.complaints if "favicon" not in one and "404" not in one]
        assert (self.elsewhere, icons) == ([], [])


def shows_the_frame(page: Any, frame: str) -> None:
    """The page has been led to this frame of the capture: its layers, with their octets, are to be seen."""
    entry = page.evaluate("location.hash.slice(2)")
    target = page.locator(f"#t{entry}")
    on_screen = "one => { const top = one.getBoundingClientRect().top; return -1 < top && top < innerHeight; }"
    page.wait_for_function(on_screen, arg=target.element_handle())  # the page glides there
    octets = target.locator("pre").first
    assert octets.is_visible()
    assert re.search("[0-9A-Fa-f]{2} [0-9A-Fa-f]{2}|[0-9A-Fa-f]{8}", octets.inner_text())
    assert page.locator(f"#e{entry} td").nth(1).inner_text() == frame.removeprefix("frame ")


def test_three_clicks_from_a_red_scenario_to_the_frame_that_shows_why(browser: Any, address: str, made: Path) -> None:
    (scenario,) = json.loads((made / "runs" / "faulty" / "record.json").read_text())["scenarios"]
    (failed,) = [check for check in scenario["checks"] if check["verdict"] == "fail"]
    tab = Tab(browser, address)
    page = tab.page
    row = page.locator("tr", has=page.locator(".is-fail"))
    row.get_by_role("link").first.click()  # 1: the run that has a red scenario
    red = page.locator("#details li", has=page.locator(".is-fail"))
    red.get_by_role("link", name=scenario["name"]).click()  # 2: the scenario
    assert page.locator("h1").inner_text() == scenario["name"]
    line = page.locator("#checks tr", has_text=failed["id"])
    assert failed["reason"] in line.inner_text()
    cited = line.get_by_role("link", name=re.compile("^frame ")).last
    frame = cited.inner_text()
    cited.click()  # 3: the frame that shows why
    shows_the_frame(page, frame)
    page.screenshot(path=str(made / "three-clicks.png"))
    tab.close()


def test_by_keyboard_alone(browser: Any, address: str) -> None:
    tab = Tab(browser, address)
    page = tab.page
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "faulty":
            break
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid", "one sees where one is"
    page.keyboard.press("Enter")
    page.wait_for_url("**/runs/faulty/report.html")
    tab.close()


@pytest.mark.parametrize(
    "options",
    [{"color_scheme": "dark"}, {"viewport": {"width": 360, "height": 740}}, {"java_script_enabled": False}],
    ids=["dark", "a phone", "without scripts"],
)
def test_every_page_can_be_read(options: dict[str, Any], browser: Any, address: str) -> None:
    tab = Tab(browser, address, **options)
    page = tab.page
    for path in ("", "compare?a=good&b=faulty", "start", "runs/faulty/live", "runs/faulty/decisions"):
        page.goto(address + path)
        if options.get("java_script_enabled", True):
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 1, f"{path} is wider than the screen"
        assert page.locator("h1").is_visible()
    if "color_scheme" in options:
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 23, 27)"
    tab.close()


def test_a_run_is_begun_followed_and_stopped(browser: Any, start: Any, tmp_path: Path) -> None:
    (tmp_path / "faulty.toml").write_text(
        '[parties.ppmid]\nadapter = "ppmid_devices.ppmid.faulty:DropsResponses"\n', encoding="utf-8"
    )
    with start(tmp_path) as address:
        tab = Tab(browser, address)
        page = tab.page
        page.goto(address + "start")
        page.get_by_label("Features").select_option("secmp0038/top_up_command.feature")
        page.get_by_label("Bench").select_option("faulty.toml")
        page.get_by_role("button", name="Begin").click()
        page.wait_for_url("**/live")
        failed = page.locator("#failed li").first
        failed.wait_for()  # put there by the script, as it happens
        assert "it went in and did not come out: HAN to avenue" in failed.inner_text()
        live = page.url
        failed.get_by_role("link").click()  # its page is there while the run goes on
        assert "response-passed-unaltered" in page.locator("#checks").inner_text()
        page.goto(live)
        if page.get_by_role("button", name="Stop this run").is_visible():
            page.get_by_role("button", name="Stop this run").click()
        page.get_by_text(re.compile("This run is (interrupted|finished)")).wait_for()
        tab.close()
    (run,) = (tmp_path / "runs").iterdir()
    assert (run / "record.json").is_file()


def test_a_token_lets_a_browser_in_and_a_row_is_approved(browser: Any, folder: Path, start: Any) -> None:
    with start(folder, token="a-token-that-is-long-enough") as address:
        tab = Tab(browser, address)
        page = tab.page
        page.get_by_label("Token of this console").fill("a-token-that-is-long-enough")
        page.get_by_role("button", name="Enter").click()
        page.get_by_role("link", name="good").click()
        page.get_by_role("link", name="Decisions").click()
        page.get_by_label("Your name").fill("Ann Lee")
        page.locator("tr[id='SECMP0038/REQ-014']").get_by_label("approve").check()
        page.get_by_role("button", name="Put down these decisions").click()
        row = page.locator("tr[id='SECMP0038/REQ-014']")
        row.get_by_text("approved by Ann Lee").wait_for()
        assert page.evaluate("document.cookie") == "", "no script sees it"
        tab.close()
