"""Pages out of a run folder that may come from anywhere: what of them is shown, and what is left out."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import document_fromstring

from ppmid_bench.errors import BadInput
from ppmid_harness.console.written import written_page

ACTIVE = (
    "script",
    "style",
    "iframe",
    "img",
    "object",
    "embed",
    "form",
    "input",
    "button",
    "base",
    "link",
    "meta",
    "foreignobject",
    "image",
    "use",
    "animate",
    "set",
    "math",
    "template",
    "noscript",
    "video",
    "svg:script",
)


def shown(folder: Path, body: str) -> str:
    path = folder / "report.html"
    path.write_text(f"<html><head><title>T</title></head><body>{body}</body></html>", encoding="utf-8")
    return str(written_page(path)[1])


def test_what_a_report_has_is_shown(tmp_path: Path) -> None:
    body = (
        '<header><h1>R</h1></header><main><p class="quiet" id="a">£ &lt;b&gt; <a href="report/x.html#e5">x</a></p>'
        '<details open><summary>S</summary><pre tabindex="0">0 df09</pre></details>'
        '<svg viewbox="0 0 1 1" role="img" aria-label="L"><path d="M0,0"></path></svg></main>'
    )
    assert shown(tmp_path, body) == body


def test_only_the_parts_of_a_page_are_taken(tmp_path: Path) -> None:
    body = "<nav>console</nav>loose text<main>M</main>tail<footer>F</footer><div><main>inner</main></div>"
    assert shown(tmp_path, body) == "<main>M</main>"


@pytest.mark.parametrize("name", ACTIVE)
def test_what_acts_is_left_out_with_all_that_is_in_it(name: str, tmp_path: Path) -> None:
    found = shown(tmp_path, f"<main>before<{name} src='x'>inside</{name}>after</main>")
    assert f"<{name}" not in found
    assert "before" in found


@pytest.mark.parametrize(
    "attribute",
    [
        'onclick="x()"',
        'style="background: url(//example.org)"',
        'srcdoc="x"',
        'fill="url(http://example.org#a)"',
        'xlink:href="x"',
        'formaction="x"',
        'ping="//example.org"',
        'target="_blank"',
        'download="x"',
        'accesskey="x"',
    ],
)
def test_attributes_that_act_are_left_out(attribute: str, tmp_path: Path) -> None:
    assert shown(tmp_path, f"<main><p {attribute}>text</p></main>") == "<main><p>text</p></main>"


@pytest.mark.parametrize(
    "link",
    [
        "http://example.org",
        "//example.org",
        "/start",
        "javascript:alert(1)",
        " javascript:alert(1)",
        "java\tscript:alert(1)",
        "JaVaScRiPt:x",
        "data:text/html,x",
        "\\\\example.org",
        "/\\example.org",
        "../../start",
        "..//example.org",
        "report/../../../start",
        "a:b",
        "",
        "?x=1",
        "x.html?y",
    ],
)
def test_a_link_leads_nowhere_but_into_the_run(link: str, tmp_path: Path) -> None:
    found = shown(tmp_path, f'<main><a href="{link}">text</a></main>')
    assert found == "<main><a>text</a></main>"


@pytest.mark.parametrize("link", ["#row-REQ-001", "report/a__b.html", "../report.html#x", "../evidence/a__b.jsonl"])
def test_links_of_a_report_lead_where_they_led(link: str, tmp_path: Path) -> None:
    assert f'href="{link}"' in shown(tmp_path, f'<main><a href="{link}">text</a></main>')


@given(st.text(st.sampled_from("<>/'\"=& abscript!-onlick:;#()svgmathtitle\x00"), max_size=200))
def test_no_text_makes_anything_act(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    folder = tmp_path_factory.getbasetemp()
    try:
        found = shown(folder, f"<main>{text}</main>")
    except BadInput:
        return
    for element in document_fromstring(f"<body>{found}</body>").iter():
        assert element.tag not in ACTIVE
        assert not [name for name in element.attrib if name.startswith("on") or name == "style"]


@pytest.mark.parametrize("content", [b"", b"   ", b"\xff\xfe", b"<p>no part of a report", b"\x00\x01", b"[1]"])
def test_what_is_no_page_of_a_report(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "report.html").write_bytes(content)
    with pytest.raises(BadInput, match=r"report\.html"):
        written_page(tmp_path / "report.html")
