"""What the DCC lets a User ask, by its role, its responsibility for the device, and the way of delivery."""

from ppmid_bench.checks.check import Finding, Measurement, check, failed, inconclusive, passed
from ppmid_bench.checks.relaying import brought, same_exchange, same_message
from ppmid_bench.evidence import Entry, Log
from ppmid_bench.sentences import counted
from ppmid_devices import roles
from ppmid_protocols.duis.response_code import ResponseCode


def _asked_and_told(log: Log, request: str) -> tuple[list[Entry], list[Entry]]:
    """The Requests of this RequestID that have reached the DCC, and what it has answered."""
    return log.arrived("duis", "request", request=request), log.of("duis", "response", request=request)


_ON_THE_WAY = "pre-command"
_RETURN = "8.13"
"""What a critical Service Request gets before it is known which way its Command is to go."""


@check(
    "refused-with-code",
    judges="dcc",
    needs=("duis", "wan"),
    reasons=("served", "command-sent", "other-code"),
    requirements=("REQ-022", "REQ-041", "REQ-052"),
)
def refused_with_code(log: Log, request: str, code: str) -> Finding:
    """The DCC refuses what a User may not ask, by the code that says why, and no Command leaves it.

    That it takes no Response back from this User (SRV 8.13) is counted.
    """
    asked, told = _asked_and_told(log, request)
    refusals = [entry for entry in told if entry.fields["code"].startswith("E")]
    served = [entry for entry in told if entry not in refusals and entry.fields["kind"] != _ON_THE_WAY]
    if not asked or not refusals + served:
        return inconclusive("not-answered", "the request was not answered", *asked)
    if served:
        code_given, kind = (served[0].fields[name] for name in ("code", "kind"))
        return failed("served", f"the DCC answered {code_given} with {kind}", *asked, *served)
    on_wan = [entry for entry in log.of("wan", "gbcs") if (entry.sender, entry.receiver) == (roles.DCC, roles.HUB)]
    sent = [entry for entry in on_wan if entry.fields["gbcs"].get("request") == request]
    if sent:
        return failed("command-sent", "its Command was sent over the SM WAN", *asked, *told, *sent)
    found, meaning = refusals[-1].fields["code"], ResponseCode(code).meaning
    if found != code:
        return failed("other-code", f"the DCC refused it by {found}, not {code} ({meaning})", *asked, *told)
    returns = [one for one in asked if one.fields["srv"] == _RETURN]
    measured = tuple(Measurement("returns-refused", 1.0, "", request) for _ in returns[:1])
    return passed(f"refused by {code}: {meaning}", *asked, *told, measurements=measured)


@check(
    "command-given",
    judges="dcc",
    needs=("duis",),
    reasons=("refused", "not-given"),
    requirements=("REQ-022", "REQ-041", "REQ-052"),
)
def command_given(log: Log, request: str) -> Finding:
    """A User whose role may ask it, of a device that it is responsible for, gets the Command for local delivery."""
    asked, told = _asked_and_told(log, request)
    if not asked:
        return inconclusive("not-asked", "the request has not reached the DCC")
    given = [entry for entry in told if entry.fields["kind"] == "local-command"]
    if given:
        return passed(f"given by {given[0].fields['gbcs']['use_case']}", *asked, *given)
    refused = [entry for entry in told if entry.fields["code"].startswith("E")]
    if refused:
        return failed("refused", f"the DCC answered {refused[0].fields['code']}", *asked, *refused)
    return failed("not-given", "no Command came back", *asked, *told)


@check(
    "others-command-done",
    judges="route",
    needs=("duis", "avenue"),
    reasons=("no-response", "not-done"),
    requirements=("REQ-022", "REQ-052"),
    version=2,
)
def others_command_done(log: Log, request: str) -> Finding:
    """A Command that the DCC gave to another User is done when the PPMID brings it, and its Response comes back."""
    _, told = _asked_and_told(log, request)
    given = [entry for entry in told if entry.fields["kind"] == "local-command"]
    brought_in = [one for one in brought(log, "submit-command") if given and same_message(one, given[0])]
    if not brought_in:
        return inconclusive("not-brought", "the Command was not given, or not brought to the PPMID", *given)
    back = [one for one in log.arrived("avenue", "command-response") if same_exchange(one, brought_in[0])]
    if not back:
        return failed("no-response", "no Response to it has come back", *given, brought_in[0])
    if back[0].fields["gbcs"].get("success") is False:
        return failed("not-done", "the meter answered that it has not done it", *given, brought_in[0], back[0])
    return passed("done, and answered", *given, brought_in[0], back[0])


@check(
    "dcc-took-it",
    judges="dcc",
    needs=("duis",),
    reasons=("refused", "not-answered"),
    requirements=("REQ-049",),
)
def dcc_took_it(log: Log, request: str) -> Finding:
    """The DCC acknowledges what a Supplier tells it of a home without SM WAN."""
    asked, told = _asked_and_told(log, request)
    if not asked:
        return inconclusive("not-asked", "the request has not reached the DCC")
    if not told:
        return failed("not-answered", "the DCC has not answered", *asked)
    if told[0].fields["code"].startswith("E"):
        return failed("refused", f"the DCC answered {told[0].fields['code']}", *asked, *told)
    return passed(f"the DCC answered {told[0].fields['code']}", *asked, *told)


@check(
    "scheduled-over-wan-alone",
    judges="dcc",
    needs=("duis",),
    reasons=("given-locally",),
    requirements=("REQ-052",),
    assumed=(
        "the DCC alert CommandFailure tells of a scheduled Command that found no SM WAN; public text has only its form",
    ),
)
def scheduled_over_wan_alone(log: Log, request: str, user: str) -> Finding:
    """What the DCC sends by a schedule it gives nobody for local delivery; without the SM WAN its User is told of each.

    ``request``: the SRV 5.1. ``user``: the name on the DUIS line of the User who made it, and asks for nothing else.
    """
    made = log.of("duis", "response", request=request, kind="schedule-id")
    if not made:
        return inconclusive("no-schedule", "no schedule was made", *log.arrived("duis", "request", request=request))
    told = [entry for entry in log.of("duis", "response") if entry.receiver == user and entry.n > made[0].n]
    given = [entry for entry in told if entry.fields["kind"] == "local-command"]
    if given:
        return failed("given-locally", "a Command of the schedule was given for local delivery", *made, *given)
    failures = [entry for entry in told if entry.fields.get("event") == "command-failure"]
    if not failures:
        return inconclusive("not-told", "no DCC alert says that a Command of the schedule has failed", *made, *told)
    measured = (Measurement("scheduled-commands-failed", len(failures), "Commands"),)
    sentence = f"{counted(len(failures), 'Command')} of the schedule failed, and none was given for local delivery"
    return passed(sentence, *made, *failures, measurements=measured)
