"""What nobody has decided stands in the report as a part of its own, by who or what could settle it."""

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from lxml import etree

from ppmid_bench.answers import RULES
from ppmid_reports import write_report

Make = Callable[..., Path]
RULE_OF = {
    "For people to decide": lambda rule: rule.recorded,
    "No device shows it": lambda rule: rule.itself,
    "It asks for more than": lambda rule: rule.lacks,
    "This run has not settled": lambda rule: not (rule.recorded or rule.itself or rule.lacks),
}


def page(folder: Path) -> Any:
    return etree.HTML(write_report(folder).read_text(encoding="utf-8"))


@pytest.mark.parametrize("beginning", RULE_OF)
def test_an_open_answer_stands_under_what_keeps_it_open(make_run: Make, build: ModuleType, beginning: str) -> None:
    of_kind = [name for name, rule in RULES.items() if RULE_OF[beginning](rule)]
    modification, requirement = of_kind[0]
    open_one = build.answer(requirement, "open", "so it is", modification=modification, text="A text.")
    shown_one = build.answer(of_kind[1][1], "shown", "it holds", modification=of_kind[1][0])
    (section,) = page(make_run(record={"answers": [open_one, shown_one]})).xpath("//section[@id='undecided']")
    (heading,) = section.xpath("h3")
    assert "".join(heading.itertext()).startswith(beginning)
    (line,) = section.xpath("ul/li")
    assert "".join(line.itertext()).startswith(f"{modification} {requirement}: A text. so it is")


def test_a_run_that_leaves_nothing_open_says_so(make_run: Make, build: ModuleType) -> None:
    answers = [build.answer("REQ-059", "shown", "it holds"), build.answer("REQ-004", "refuted", "it does not")]
    (section,) = page(make_run(record={"answers": answers})).xpath("//section[@id='undecided']")
    assert "Nothing: this run answers" in "".join(section.itertext())


def test_it_can_be_reached_from_the_top(make_run: Make) -> None:
    assert page(make_run()).xpath("//nav//a[@href='#undecided']")
