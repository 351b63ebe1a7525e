"""The step registry: what it takes and what it refuses, and the values in patterns."""

# ruff: noqa: ARG005 (a step's arguments are matched by their names)

from typing import Any

import pytest

from ppmid_bench.checks import CHECKS
from ppmid_devices.dcc_user.contract import Outcome, Way
from ppmid_steps.load import all_steps
from ppmid_steps.registry import AmbiguousStep, Registry, StepDef, StepDefinitionError, UndefinedStep
from ppmid_steps.services import SERVICES
from ppmid_steps.values import TYPES

HOUR = 3600 * 10**9


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("Money", "£10.00", 1_000_000),
        ("Money", "£5", 500_000),
        ("Money", "-£0.07", -7_000),
        ("Duration", "2 hours", 2 * HOUR),
        ("Duration", "1 hour", HOUR),
        ("Duration", "90 minutes", HOUR * 3 // 2),
        ("Duration", "30 days", 720 * HOUR),
        ("Count", "3", 3),
        ("Count", "no", 0),
        ("Count", "ten", 10),
        ("Times", "once", 1),
        ("Times", "twice", 2),
        ("Times", "3 times", 3),
        ("Meter", "electricity meter", "esme"),
        ("Meter", "gas meter", "gsme"),
        ("Meter", "meter", "esme"),
        ("Service", "supply enabled", SERVICES["supply enabled"]),
        ("Service", "privacy PIN disabled", SERVICES["privacy PIN disabled"]),
        ("User", "a network operator", "network-operator"),
        ("User", "the other Supplier", "other-supplier"),
        ("User", "an export Supplier", "export-supplier"),
        ("User", "the Other User", "other-user"),
        ("Way", "over the SM WAN", Way.WAN),
        ("Way", "through the PPMID", Way.LOCAL),
        ("Way", "both ways", Way.BOTH),
        ("Outcome", "delivered, proven", Outcome.DELIVERED_VERIFIED),
        ("Outcome", "refused, proven", Outcome.REFUSED_VERIFIED),
        ("Outcome", "the PPMID's word", Outcome.REPORTED_UNVERIFIED),
        ("Outcome", "unknown", Outcome.UNKNOWN),
        ("Variant", "twin element ESME", "twin-element"),
        ("Variant", "polyphase ESME with load switches", "polyphase-switches"),
        ("Edition", "an earlier edition", "earlier"),
        ("Words", "a hub that can-relay", "a hub that can-relay"),
    ],
)
def test_values(kind: str, text: str, value: object) -> None:
    registry = Registry()
    registry.add(StepDef("when", f"it is {{value:{kind}}} here", lambda world, value: value))
    _, arguments = registry.match("when", f"it is {text} here")
    assert arguments == {"value": value}


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("Money", "10.00"),
        ("Money", "£10.0"),
        ("Money", "£1.005"),
        ("Duration", "2 fortnights"),
        ("Duration", "some hours"),
        ("Count", "eleven"),
        ("Times", "thrice"),
        ("Meter", "water meter"),
        ("Device", "kettle"),
        ("Service", "meter exchanged"),
        ("Way", "by post"),
        ("Outcome", "delivered"),
        ("Variant", "ESME"),
        ("Edition", "the first edition"),
        ("Words", "yes, no"),
    ],
)
def test_texts_that_are_no_such_value(kind: str, text: str) -> None:
    registry = Registry()
    registry.add(StepDef("when", f"it is {{value:{kind}}}", lambda world, value: value))
    with pytest.raises(UndefinedStep, match="no step definition fits"):
        registry.match("when", f"it is {text}")


def test_every_kind_of_value_is_tested() -> None:
    named = {"Money", "Duration", "Count", "Times", "Meter", "Device", "Outcome", "Service", "User", "Way", "Words"}
    named |= {"Variant", "Edition"}
    assert set(TYPES) == named


def test_decorators_register_and_give_the_function_back() -> None:
    registry = Registry()

    @registry.then("the balance is {amount:Money}", judges="balance")
    def balance(world: Any, amount: int) -> dict[str, int]:
        return {"amount": amount}

    step, arguments = registry.match("then", "the balance is £1.00")
    assert (step.run, step.kind, step.judges) == (balance, "then", "balance")
    assert step.call("a world", arguments, None, None) == {"amount": 100_000}
    assert list(registry) == [step]


def test_carried_table_and_text() -> None:
    registry = Registry()
    registry.add(StepDef("given", "these", lambda world, table, text: (table, text)))
    step, arguments = registry.match("given", "these")
    assert step.call(None, arguments, [["a"]], "words") == ([["a"]], "words")
    with pytest.raises(UndefinedStep, match="takes table and text; it was given table"):
        step.call(None, arguments, [["a"]], None)


def test_a_table_nobody_asked_for() -> None:
    step = StepDef("given", "a home", lambda world: None)
    with pytest.raises(UndefinedStep, match="takes no table and no text; it was given table"):
        step.call(None, {}, [["a"]], None)


async def asynchronous(world: Any) -> None:
    """Never awaited by a runner that does not know of it."""


@pytest.mark.parametrize(
    ("step", "problem"),
    [
        (StepDef("given", "a home", print), "is defined twice"),
        (StepDef("when", "a home", print), "is defined as a given too"),
        (StepDef("when", "it rains", asynchronous), "not async"),
        (StepDef("then", "it rains", lambda world: {}), "a Then names the check"),
        (StepDef("when", "it rains", lambda world: None, "rain"), "a Then names the check"),
        (StepDef("when", "it {what:Weather}", lambda world, what: None), "'Weather' not recognised"),
        (StepDef("when", "it {what}", lambda world: None), "must take world, what, found world"),
        (StepDef("when", "it rains", lambda what: None), "must take world, found what"),
        (StepDef("when", "it {} now", lambda world: None), "must take world"),
    ],
)
def test_refused_definitions(step: StepDef, problem: str) -> None:
    registry = Registry()
    registry.add(StepDef("given", "a home", lambda world: None))
    with pytest.raises(StepDefinitionError, match=problem):
        registry.add(step)
    assert len(registry) == 1


def test_steps_that_fit_nothing_or_too_much() -> None:
    registry = Registry()
    registry.add(StepDef("given", "a {colour} home", lambda world, colour: None))
    registry.add(StepDef("given", "a red {thing}", lambda world, thing: None))
    assert registry.match("given", "a blue home")[1] == {"colour": "blue"}
    with pytest.raises(AmbiguousStep, match=r'fits "a \{colour\} home" and "a red \{thing\}"'):
        registry.match("given", "a red home")
    with pytest.raises(UndefinedStep, match="it is a given"):
        registry.match("when", "a blue home")
    with pytest.raises(UndefinedStep, match=r'the nearest is "a red \{thing\}"'):
        registry.match("given", "a read thing")
    with pytest.raises(UndefinedStep):
        registry.match("given", "A blue home")


def test_our_own_steps_judge_by_checks_that_there_are() -> None:
    judged = {step.judges for step in all_steps() if step.kind == "then"}
    assert judged
    assert judged <= set(CHECKS)
    assert len(all_steps()) == len(all_steps())


def test_the_words_before_a_field_only_save_trying_a_pattern() -> None:
    registry = Registry()
    registry.add(StepDef("when", "{amount:Money} is sent", lambda world, amount: None))
    registry.add(StepDef("when", "{{braces}} are sent", lambda world: None))
    registry.add(StepDef("when", "a }}brace is sent", lambda world: None))
    registry.add(StepDef("when", "sent", lambda world: None))
    patterns = [registry.match("when", text)[0].pattern for text in ("£1 is sent", "{braces} are sent", "sent")]
    assert patterns == ["{amount:Money} is sent", "{{braces}} are sent", "sent"]
    assert registry.match("when", "a }brace is sent")[0].pattern == "a }}brace is sent"
    with pytest.raises(UndefinedStep):
        registry.match("when", "sent back")
