"""Filling the console's pages: its own templates, which extend the report's, in the report's style."""

import base64
import hashlib
from functools import cache
from importlib import resources
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader
from markupsafe import Markup

from ppmid_reports.html import templates as of_the_report

_HERE = "ppmid_harness.console"


@cache
def _environment() -> Environment:
    report = of_the_report()
    loaders = [PackageLoader(_HERE), *([report.loader] if report.loader else [])]
    return report.overlay(loader=ChoiceLoader(loaders))


@cache
def _style() -> str:
    return str(of_the_report().globals["style"]) + _own("templates", "console.css")


@cache
def script() -> str:
    """Our one script: it shows the progress of a run as it comes."""
    return _own("static", "console.js")


def _own(folder: str, name: str) -> str:
    return (resources.files(_HERE) / folder / name).read_text(encoding="utf-8")


@cache
def policy() -> str:
    """What a page may do: our own style and script, forms to ourselves, and nothing from or to anywhere else."""
    style = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{style}'; script-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'"
    )


def fill(template: str, **found: Any) -> str:
    """A page. ``refresh``: the seconds after which a browser without scripts asks for it again."""
    given = {"style": Markup(_style()), "policy": policy(), "meta": {}, "up": "../", "has_history": False, **found}
    return _environment().get_template(template).render(given)
