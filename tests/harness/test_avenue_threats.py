"""I1 and I4 on every avenue: each pair is judged in a scenario of the features, or the table says why it is not."""

import tomllib
from collections.abc import Iterator
from importlib import resources

import pytest

from ppmid_bench.checks import CHECKS
from ppmid_bench.requirements import THREATS
from ppmid_harness.plan import Options, Plan, make_plan
from ppmid_harness.proof.solo import checks_of
from ppmid_harness.routes.plan import read_table
from ppmid_harness.selection import Planned

AVENUES = tuple(one.name for one in read_table().avenue)
ON_LINK = [id for id in THREATS if id.startswith(("I1", "I4"))]
SAYS = {
    "USB stick": ("on a USB stick",),
    "USB cable": ("by a phone on a USB cable",),
    "NFC": ("by a phone that taps",),
    "wire into the hub": ("a hub with a serial port", "by a wire into the hub"),
    "NFC into the hub": ("a hub that takes Commands by NFC", "by a phone that taps on the hub"),
    "SM WAN": ("over the SM WAN",),
    "Hand-Held Terminal": ("Hand-Held Terminal",),
    "keypad": ("types a UTRN", "types the UTRN"),
}
"""What a scenario's sentences say of its avenue; one that says nothing of any is on the Internet."""


def avenues_of(planned: Planned) -> set[str]:
    said = [step.text for step in planned.steps]
    found = {avenue for avenue, parts in SAYS.items() if any(part in text for part in parts for text in said)}
    if "NFC into the hub" in found and not any(text.endswith("by a phone that taps") for text in said):
        found.discard("NFC")
    return found if found - {"SM WAN", "keypad"} else found | {"Internet"}


def judged(plan: Plan) -> Iterator[tuple[str, str]]:
    for planned in plan.planned:
        tags = {tag.removeprefix("@") for tag in planned.tags}
        for check in checks_of(planned, plan.registry):
            for threat in tags & set(CHECKS[check].threats):
                yield from ((avenue, threat) for avenue in avenues_of(planned))


def without() -> dict[tuple[str, str], str]:
    text = (resources.files("ppmid_harness") / "data" / "avenue_threats.toml").read_text(encoding="utf-8")
    rows = tomllib.loads(text)["without"]
    return {(avenue, threat): row["why"] for row in rows for avenue in row["avenue"] for threat in row["threat"]}


@pytest.fixture(scope="module")
def plan() -> Plan:
    return make_plan(Options())


def test_every_pair_is_judged_or_has_its_reason(plan: Plan) -> None:
    every = {(avenue, threat) for avenue in AVENUES for threat in ON_LINK}
    assert len(every) == 9 * 10
    missing = sorted(every - set(judged(plan)) - set(without()))
    assert missing == []


def test_no_reason_is_given_for_what_is_tried(plan: Plan) -> None:
    by_hand = {pair for pair in without() if pair[0] not in ("SM WAN", "keypad")}
    assert sorted(by_hand & set(judged(plan))) == []


def test_reasons_name_avenues_and_threats_that_there_are() -> None:
    assert {avenue for avenue, _ in without()} <= set(AVENUES)
    assert {threat for _, threat in without()} <= set(ON_LINK)
    assert all(without().values())
