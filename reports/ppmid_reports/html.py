"""``report.html`` and ``report/``: pages for people, made from a run folder and nothing else.

``report.html`` is the front: it opens at once however many scenarios there are. Each scenario has a page of its own,
and what would be long has one too. Every page is whole in itself and runs no script.
"""

import base64
import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ppmid_bench.sentences import counted, quantity
from ppmid_reports.bars import bar
from ppmid_reports.page import Gathered
from ppmid_reports.record import counts_line
from ppmid_reports.run import Run, read_run
from ppmid_reports.scenario_page import PAGES, link_to, page_path, scenario_page
from ppmid_reports.text import shown
from ppmid_reports.words import MARKS, SERVED, declared, judged, label, moment, party, spread

REPORT, PDF = "report.html", "report.pdf"
COUNTS = "ppmid-counts"
CLAIM = "ppmid-certificate"
"""The names of the elements in the report's head that say, for machines, what the record counts and claims."""
SCENARIO = "ppmid-scenario"
"""The name of the element in the head of a scenario's page that has its id and its verdict, for machines."""
LONG_LISTS = ("answers", "coverage", "times", "not_passed")
"""The pages of what the front page has only the beginning of, by their names."""
_MOST_LINES, _MOST_OPEN = 40, 500
"""How many scenarios the front page tells of in each list, and up to how many its list of all stands open."""


def write_report(folder: Path, run: Run | None = None) -> Path:
    """Write the report of a run folder into it; gives the path of its front page. A PDF of older pages goes.

    ``run``: the folder, where it has been read already. Raises BadInput when the folder cannot be read; an older report
    is then left as it is.
    """
    path, run = folder / REPORT, run or read_run(folder)
    with _drafted(folder / PAGES) as pages:
        front = _write_pages(run, pages)
        draft = path.with_suffix(".tmp")
        draft.write_text(front, encoding="utf-8", newline="\n")
    draft.replace(path)
    (folder / PDF).unlink(missing_ok=True)
    return path


@contextmanager
def _drafted(folder: Path) -> Iterator[Path]:
    """A folder that takes the place of ``folder`` once it is complete, and goes when it does not come to be."""
    draft = folder.with_suffix(".draft")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    try:
        yield draft
        if folder.exists():
            shutil.rmtree(folder)
        draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _write_pages(run: Run, pages: Path) -> str:
    """Write all pages but the front, whose text it gives. One scenario's evidence at a time is in memory."""
    environment = templates()
    about = {"run": run}
    gathered = Gathered(run)
    template = environment.get_template("scenario.html.j2")
    for scenario in run.record.scenarios:
        evidence = run.evidence(scenario)
        part = scenario_page(run, scenario, evidence)
        gathered.add(part, evidence)
        meta = {SCENARIO: f"{scenario.id} {scenario.verdict}"}
        text = template.render(about, part=part, meta=meta, up="../")
        (pages / Path(page_path(scenario.id)).name).write_text(text, encoding="utf-8", newline="\n")
    front = gathered.page()
    for name in LONG_LISTS:
        stream = environment.get_template(f"long_{name}.html.j2").stream(about, page=front, meta={}, up="../")
        stream.dump(str(pages / f"{name}.html"), encoding="utf-8")
    meta = {COUNTS: counts_line(msgspec.to_builtins(run.record.summary)), CLAIM: run.record.claim}
    return environment.get_template("report.html.j2").render(about, page=front, meta=meta, up="")


@cache
def templates() -> Environment:
    """The templates of every page for people: all text that goes through them is escaped, and fit to be shown."""
    environment = Environment(
        loader=PackageLoader("ppmid_reports"),
        auto_reload=False,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
    )
    environment.filters |= {
        "party": party,
        "judged": judged,
        "label": label,
        "moment": moment,
        "quantity": quantity,
        "spread": spread,
        "counted": counted,
        "declared": declared,
        "link_to": link_to,
        "bar": lambda timing: Markup(bar(timing)),  # escaped where it is drawn
    }
    style = _source("style.css")
    environment.globals |= {
        "MARKS": MARKS,
        "SERVED": SERVED,
        "PAGES": PAGES,
        "MOST_LINES": _MOST_LINES,
        "MOST_OPEN": _MOST_OPEN,
        "style": Markup(style),  # our own file
        "policy": f"default-src 'none'; style-src '{_hash(style)}'; base-uri 'none'; form-action 'none'",
    }
    return environment


def _finalize(value: Any) -> Any:
    return shown(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _source(name: str) -> str:
    return (resources.files("ppmid_reports") / "templates" / name).read_text(encoding="utf-8")


def _hash(source: str) -> str:
    """What a Content Security Policy calls an inline element by."""
    return f"sha256-{base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()}"
