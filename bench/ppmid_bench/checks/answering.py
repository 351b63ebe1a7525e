"""Who answers Commands itself and is no meter: the hub and an HCALCS. What was altered on its way needs no answer."""

from ppmid_bench.checks.as_given import as_given
from ppmid_bench.checks.check import Finding, check, failed, inconclusive, passed
from ppmid_bench.checks.relaying import answers_to, han_commands, han_responses, same_exchange
from ppmid_bench.evidence import Log
from ppmid_bench.sentences import counted
from ppmid_devices import roles


@check(
    "hcalcs-answers",
    judges="hcalcs",
    needs=("han",),
    reasons=("silent",),
    requirements=("REQ-004", "REQ-051"),
    version=2,
)
def hcalcs_answers(log: Log) -> Finding:
    """An HCALCS answers each Command that the hub passes on to it, as it was given, with a Response of its own."""
    given = [one for one in han_commands(log, roles.HUB, roles.HCALCS) if as_given(log, one)]
    if not given:
        return inconclusive("nothing-relayed", "the hub has passed no Command on to the HCALCS as it was given")
    answers = answers_to(given, han_responses(log, roles.HCALCS, roles.HUB))
    silent = [one for one in given if not any(same_exchange(one, other) for other in answers)]
    if silent and log.disturbed:
        return inconclusive("perhaps-lost", "not every answer came, on a bench that loses frames", *silent)
    if silent:
        return failed("silent", f"{counted(len(silent), 'Command')} without a Response", *silent)
    return passed(f"{counted(len(given), 'Command')} answered", *given, *answers)


@check(
    "answered-by-the-hub",
    judges="hub",
    needs=("han",),
    reasons=("no-answer", "passed-on"),
    requirements=("REQ-004",),
    version=2,
)
def answered_by_the_hub(log: Log, function: str) -> Finding:
    """The hub answers a Command for one of its own functions (an EUI-64) itself, to the PPMID that brought it."""
    own = [one for one in han_commands(log, roles.PPMID, roles.HUB) if one.fields["gbcs"]["target"] == function]
    given = [one for one in own if as_given(log, one)]
    if not given:
        return inconclusive("nothing-forwarded", "the PPMID has given the hub no Command for itself as it was given")
    passed_on = [
        entry
        for meter in roles.METERS
        for entry in han_commands(log, roles.HUB, meter)
        if any(same_exchange(entry, one) for one in given)
    ]
    if passed_on:
        return failed("passed-on", "the hub passed a Command for itself on to a meter", *given, *passed_on)
    answers = answers_to(given, han_responses(log, roles.HUB, roles.PPMID))
    if not answers:
        return failed("no-answer", "the hub has not answered the PPMID", *given)
    return passed("the hub has answered it itself", *given, *answers)
