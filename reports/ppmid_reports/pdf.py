"""``report.pdf``: the report as one document to print, sign and file.

It is made of the written pages, so it says what they say: the front page, then the pages of the scenarios that did not
pass, or of all; of those that passed without their frames layer by layer. Links lead to places of the document; what
stands elsewhere is named and not linked. Nothing in it tells when or where it was made, so the same pages give the same
octets on one machine. Needs the extra ``pdf``.
"""

import importlib.util
import logging
import re
import zlib
from collections.abc import Iterable
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from lxml import html

from ppmid_bench import input_files
from ppmid_bench.errors import BadInput
from ppmid_reports.html import PDF, REPORT
from ppmid_reports.record import Scenario
from ppmid_reports.run import Run, read_run
from ppmid_reports.scenario_page import page_path

_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_DID_NOT_PASS = ("fail", "inconclusive", "error")
_NOT_CITED = ".//section[@id='evidence']//tbody/tr[not(contains(@class, 'cited'))]"
_ASIDE = ".//details[contains(concat(' ', @class, ' '), ' aside ')]"
_DRAWN = """
svg { color: #000000; }
.bar-room { fill: #f4f5f7; stroke: #b5bbc4; }
.bar-value { fill: #0b6e4f; }
.bar-over .bar-value { fill: #a3310f; }
.bar-too-near-to-tell .bar-value { fill: #6b4fa0; }
.bar-unsure { stroke: #000000; fill: none; }
.bar-limit { stroke: #000000; stroke-width: 2; }
.ladder-box { fill: #ffffff; }
.ladder-lost, .ladder-altered, .ladder-unreadable { color: #a3310f; }
.ladder-crash { color: #8a1253; }
"""
"""The colours of drawings, which take none of the page's there: those of the style sheet for print."""


def require_weasyprint() -> Any:
    """The library that lays the document out. Raises BadInput when the extra, or what it needs, is missing."""
    if importlib.util.find_spec("weasyprint") is None:
        raise BadInput("--pdf", "", "what it needs: pip install 'ppmid-harness[pdf]'", "no weasyprint")
    try:
        import weasyprint
    except OSError as problem:  # what it needs of the system: Pango
        raise BadInput("--pdf", "", "Pango, which weasyprint needs of the system", str(problem)) from problem
    return weasyprint


def write_pdf(folder: Path, run: Run | None = None, *, all_scenarios: bool = False) -> Path:
    """Write ``report.pdf`` of the written report of a run folder into it; gives its path.

    ``run``: the folder, where it has been read already. Raises BadInput when the folder or its report cannot be read,
    or the extra is missing.
    """
    require_weasyprint()
    run = run or read_run(folder)
    chosen = [one for one in run.record.scenarios if all_scenarios or one.verdict in _DID_NOT_PASS]
    tree = document(folder, chosen)
    path = folder / PDF
    draft = path.with_suffix(".tmp")
    try:
        draft.write_bytes(laid_out(tree, keyword_of("record.json", run.record_sha256)))
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return path


def laid_out(tree: Any, keyword: str) -> bytes:
    """A page's tree as a PDF with this keyword. Raises BadInput when the extra is missing."""
    weasyprint = require_weasyprint()
    logging.getLogger("weasyprint").setLevel(logging.ERROR)  # it tells of every rule of the screen that paper has not
    tree.find("head").append(tree.makeelement("meta", {"name": "keywords", "content": keyword}))
    text = html.tostring(tree, encoding="unicode", doctype="<!DOCTYPE html>")
    octets: bytes = weasyprint.HTML(string=text, url_fetcher=_nothing).write_pdf()
    return octets


def page_as_pdf(page: str, keyword: str) -> bytes:
    """A page that is whole in itself as a PDF with this keyword. Raises BadInput when the extra is missing."""
    return laid_out(html.document_fromstring(page), keyword)


def document(folder: Path, chosen: Iterable[Scenario]) -> Any:
    """The whole document: the front page's tree, with the main part of each chosen scenario's page behind it."""
    top = _tree(folder / REPORT)
    (main,) = top.iter("main")
    stands = {f"{REPORT}#{id}": id for id in main.xpath("//@id")}
    for number, scenario in enumerate({one.id: one for one in chosen}.values(), start=1):
        name = page_path(scenario.id)
        page = _tree(folder / name)
        (part,) = page.iter("main")
        part.tag = "section"
        part.set("class", "appended")
        part.insert(0, next(page.iter("h1")))
        for row in part.xpath(_NOT_CITED):
            row.getparent().remove(row)  # as the style sheet has it for print; here it would cost minutes
        for frame in part.xpath(_ASIDE):
            frame.getparent().remove(frame)
        if scenario.verdict not in _DID_NOT_PASS:
            for frames in part.xpath("./section[@id='trace']"):  # many pages, and nothing to be explained
                frames.getparent().remove(frames)
        stands |= _taken_over(part, name, f"scenario-{number}")
        main.append(part)
    for link in main.iter("a"):
        _lead(link, stands)
    for drawing in main.iter("svg"):
        style = drawing.makeelement("style")
        style.text = _DRAWN
        drawing.insert(0, style)
    return top


def keyword_of(name: str, sha256: str) -> str:
    """The document's keyword: of what file it is made, by the file's SHA-256 in hex."""
    return f"{name} SHA-256 {sha256}"


def made_of(octets: bytes, name: str) -> str:
    """The SHA-256 of the file of this name that a PDF of this module was made of; empty for any other.

    Its objects stand deflated in the file (ISO 32000-1 7.5.7).
    """
    wanted = re.compile(rb"/Keywords ?\(" + keyword_of(re.escape(name), "([0-9a-f]{64})").encode() + rb"\)")
    for part in chain(map(_inflated, _STREAM.findall(octets)), [octets]):
        found = wanted.search(part)
        if found:
            return found[1].decode()
    return ""


def _inflated(stream: bytes) -> bytes:
    """What stands deflated in a stream, as far as a file of ours can hold; nothing where it is no such stream."""
    try:
        return zlib.decompressobj().decompress(stream, input_files.LARGEST)
    except zlib.error:
        return b""


def _tree(path: Path) -> Any:
    try:
        return html.document_fromstring(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise BadInput(str(path), "", "a page of the report", str(problem)) from problem


def _taken_over(part: Any, name: str, begins: str) -> dict[str, str]:
    """Make the ids of a page ones of the document, its links such from the folder; gives the ids by those links."""
    stands = {name: begins}
    for element in part.iter():
        id = element.get("id")
        if id is not None:
            stands[f"{name}#{id}"] = f"{begins}-{id}"
            element.set("id", f"{begins}-{id}")
        target = element.get("href")
        if target is not None:
            element.set("href", name + target if target.startswith("#") else target.removeprefix("../"))
    part.set("id", begins)
    return stands


def _lead(link: Any, stands: dict[str, str]) -> None:
    """Let a link lead to its place in the document; what has none there is no link."""
    target = unquote(link.get("href", ""))
    place = stands.get(f"{REPORT}{target}" if target.startswith("#") else target)
    if place is not None:
        link.set("href", f"#{place}")
    elif "href" in link.attrib:
        del link.attrib["href"]


def _nothing(url: str) -> Any:
    """The pages need nothing from outside, and get nothing."""
    raise ValueError(f"a report needs nothing from outside, and this would be: {url}")
