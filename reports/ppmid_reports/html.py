"""``report.html``: one self-contained page for people, made from a run folder and nothing else."""

import base64
import hashlib
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ppmid_bench.sentences import counted
from ppmid_reports.page import page
from ppmid_reports.run import counts_line, read_run
from ppmid_reports.text import shown
from ppmid_reports.words import MARKS, judged, moment, party, quantity

REPORT = "report.html"
COUNTS = "ppmid-counts"
"""The name of the element in the report's head that has the record's counts, for machines."""


def write_report(folder: Path) -> Path:
    """Write the report of a run folder into it; gives its path. Raises BadInput when the folder cannot be read."""
    path = folder / REPORT
    draft = path.with_suffix(".tmp")
    draft.write_text(_render(folder), encoding="utf-8", newline="\n")
    draft.replace(path)
    return path


def _render(folder: Path) -> str:
    environment = Environment(
        loader=PackageLoader("ppmid_reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
    )
    environment.filters |= {
        "party": party,
        "judged": judged,
        "moment": moment,
        "quantity": quantity,
        "counted": counted,
    }
    environment.globals["MARKS"] = MARKS
    style, script = _source("style.css"), _source("expand.js")
    template = environment.get_template("report.html.j2")
    run = read_run(folder)
    return template.render(
        page=page(run),
        counts=(COUNTS, counts_line(msgspec.to_builtins(run.record.summary))),
        style=Markup(style),  # our own file
        script=Markup(script),  # our own file
        policy="; ".join(
            (
                "default-src 'none'",
                f"style-src '{_hash(style)}'",
                f"script-src '{_hash(script)}'",
                "base-uri 'none'",
                "form-action 'none'",
            )
        ),
    )


def _finalize(value: Any) -> Any:
    return shown(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _source(name: str) -> str:
    return (resources.files("ppmid_reports") / "templates" / name).read_text(encoding="utf-8")


def _hash(source: str) -> str:
    """What a Content Security Policy calls an inline element by."""
    return f"sha256-{base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()}"
