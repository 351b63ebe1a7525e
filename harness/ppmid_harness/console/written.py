"""The pages that a run has written, as the console shows them: their own text and drawings, and nothing that acts.

A run folder may come from anywhere. What is not known to be in a report's page is left out, so that no page can run,
load or send anything, or lead out of the console.
"""

import re
from pathlib import Path

from lxml import html
from markupsafe import Markup

from ppmid_bench import input_files
from ppmid_bench.errors import BadInput

_PARTS = ("header", "main")
_ELEMENTS = frozenset(
    """
    a abbr b br caption code col colgroup dd details div dl dt em figcaption figure h1 h2 h3 h4 h5
    header i li main nav ol p pre section small span strong sub summary sup table tbody td tfoot th
    thead tr ul circle defs desc ellipse g line marker path pattern polygon polyline rect svg text title
    tspan
    """.split()  # noqa: SIM905
)
_ATTRIBUTES = frozenset(
    """
    class colspan d dx dy fill fill-opacity font-family font-size font-style font-weight headers height
    href id open points r role rowspan rx ry scope start stroke stroke-dasharray stroke-linecap
    stroke-linejoin stroke-opacity stroke-width tabindex text-anchor title transform viewbox width x x1
    x2 xmlns y y1 y2 cx cy lang
    """.split()  # noqa: SIM905
)
_NAMED = re.compile("(aria|data)-[a-z-]+")
_RELATIVE = re.compile(r"#[^\s\\]*|(\.\./)?[\w%~-][\w.%~-]*(/[\w%~-][\w.%~-]*)*(#[^\s\\]*)?")
"""What a link may be: a place of the page, or a file of the run."""


def written_page(path: Path) -> tuple[str, Markup]:
    """The title and the content of a page of a report. Raises BadInput when it cannot be read or has none."""
    text = input_files.text(path, "a page of a report")
    try:
        tree = html.document_fromstring(text)
    except (ValueError, html.etree.ParserError) as problem:  # control characters, or nothing at all
        raise BadInput(str(path), "", "a page of a report", str(problem)) from problem
    body = tree.find("body")
    parts = [part for part in (() if body is None else body) if part.tag in _PARTS]
    if not parts:
        raise BadInput(str(path), "", "a page of a report", "another")
    for part in parts:
        _tame(part)
        part.tail = None
    content = "".join(html.tostring(part, encoding="unicode") for part in parts)
    return " ".join(tree.findtext(".//title", "").split()), Markup(content)  # tamed above


def _tame(root: html.HtmlElement) -> None:
    for element in list(root.iter()):
        if not isinstance(element.tag, str) or element.tag not in _ELEMENTS:
            if element.getparent() is not None:
                element.drop_tree()
            continue
        for name, value in list(element.attrib.items()):
            known = name in _ATTRIBUTES or _NAMED.fullmatch(name)
            if not known or "url(" in value.lower() or (name == "href" and not _RELATIVE.fullmatch(value)):
                del element.attrib[name]
