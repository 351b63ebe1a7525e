"""The text of Robot Framework's acceptance suite: one test for each requirement of each modification."""

import os
from collections.abc import Iterator

from ppmid_bench.answers import RULES
from ppmid_bench.requirements import REQUIREMENTS

SUITE = "acceptance.robot"

_SETTINGS = f"""*** Settings ***
Documentation     Whether the evidence in bundles shows each requirement of each modification.
...               PASS: shown, and the message says on which parties. FAIL: refuted, or rejected by people:
...               acceptance is not given. SKIP: open or out of scope, with the reason.
Library           ppmid_harness.acceptance.keywords
Suite Setup       The Bundles Are As They Were Made    ${{BUNDLES}}    ${{APPROVALS}}    ${{TRUST}}

*** Variables ***
# Bundles or run folders, separated by "{os.pathsep}"; give them as --variable BUNDLES:one.zip{os.pathsep}other.zip
${{BUNDLES}}        ${{EMPTY}}
# Files of decisions in the same form; without any, those beside the bundles.
${{APPROVALS}}      ${{EMPTY}}
# The public key that must have signed the bundles.
${{TRUST}}          ${{EMPTY}}

*** Test Cases ***
"""


def suite() -> str:
    """The whole file."""
    return _SETTINGS + "\n".join(_tests())


def _tests() -> Iterator[str]:
    for modification, requirement in sorted(RULES):
        about = REQUIREMENTS[requirement]
        yield f"{modification} {requirement}"
        yield f"    [Documentation]    {_cell(about.text)}"
        yield "    ".join(["", "[Tags]", modification, requirement, *(_KINDS[one] for one in about.kind.split("/"))])
        yield f"    The Requirement Is Shown    {modification}    {requirement}\n"


_KINDS = {"T": "test", "M": "measurement", "R": "recorded-answer"}


def _cell(text: str) -> str:
    """A text as one cell of Robot's data, in which nothing is a variable, an escape or a comment."""
    one = " ".join(text.split()).replace("\\", "\\\\")
    for sign in "$@%&":
        one = one.replace(f"{sign}{{", f"\\{sign}{{")
    return f"\\{one}" if one.startswith("#") else one
