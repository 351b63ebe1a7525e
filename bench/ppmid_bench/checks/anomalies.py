"""What the DCC's anomaly detection sees of Commands for local delivery, and what comes of the requests it holds."""

from ppmid_bench.checks.check import Finding, Measurement, check, failed, inconclusive, passed
from ppmid_bench.checks.relaying import brought
from ppmid_bench.evidence import Entry, Log
from ppmid_bench.sentences import counted
from ppmid_devices import roles

_OVER_WAN, _LOCAL = (1, 3, 5, 7), (2, 3, 6, 7)
"""Command Variants of which a Command comes: for the SM WAN, for local delivery (DUIS schema 5.4)."""


def _creations(log: Log, srv: str) -> dict[str, tuple[Entry, ...]]:
    """By RequestID, each request of which a Command was to be made, its answers, and the alert that it is quarantined.

    Refused requests are none, quarantined ones are.
    """
    found: dict[str, tuple[Entry, ...]] = {}
    answers = log.arrived("duis", "response")
    for entry in log.arrived("duis", "request", srv=srv):
        request = entry.fields["request"]
        own = [one for one in answers if one.n > entry.n and one.fields["request"] == request]
        alerts = [one for one in answers if one.fields.get("about") == request]
        taken = alerts or not all(one.fields["code"].startswith("E") for one in own)
        if entry.fields["cv"] in {*_OVER_WAN, *_LOCAL} and taken:
            found.setdefault(request, (entry, *own, *alerts))
    return found


def _cited(creations: dict[str, tuple[Entry, ...]]) -> list[Entry]:
    return [entry for entries in creations.values() for entry in entries]


def _counted(reading: Entry, srv: str) -> int:
    return sum(one["count"] for one in reading.fields["counts"] if one["srv"] == srv)


@check(
    "creations-counted",
    judges="dcc",
    needs=("duis", "dcc"),
    reasons=("not-counted", "counted-too-often"),
    requirements=("REQ-016",),
    threats=("I5",),
)
def creations_counted(log: Log, srv: str, count: int) -> Finding:
    """The DCC's anomaly detection counts a Command for local delivery as it counts one for the SM WAN: once."""
    made, readings = _creations(log, srv), log.of("dcc", "anomaly-counts")
    if not readings:
        return inconclusive("no-reading", "the DCC's counts were not read")
    if len(made) != count:
        wanted = f"{counted(len(made), 'Command')} asked for by SRV {srv}, where {count} were to be"
        return inconclusive("other-number", wanted, readings[-1], *_cited(made))
    over_wan, local = (sum(one.fields["cv"] in ways for one, *_ in made.values()) for ways in (_OVER_WAN, _LOCAL))
    found = _counted(readings[-1], srv)
    sentence = f"{found} counted: {over_wan} for the SM WAN and {local} for local delivery were asked for"
    measured = (Measurement("commands-made", len(made), "Commands"), Measurement("commands-counted", found, "Commands"))
    if found == count:
        return passed(sentence, *_cited(made), readings[-1], measurements=measured)
    code = "not-counted" if found < count else "counted-too-often"
    return failed(code, sentence, *_cited(made), readings[-1], measurements=measured)


@check(
    "deliveries-uncounted",
    judges="dcc",
    needs=("duis", "avenue", "dcc"),
    reasons=("counted-too-often",),
    requirements=("REQ-016",),
    threats=("I5",),
    assumed=("public text says that communications are counted; that a local delivery is none is inferred",),
)
def deliveries_uncounted(log: Log, srv: str) -> Finding:
    """However often a Command is delivered locally, the DCC's anomaly detection has counted its making and no more."""
    made, readings = _creations(log, srv), log.of("dcc", "anomaly-counts")
    delivered = [entry for entry in brought(log, "submit-command") if entry.fields["gbcs"].get("request") in made]
    if not readings:
        return inconclusive("no-reading", "the DCC's counts were not read", *delivered)
    cited = (*_cited(made), *delivered, readings[-1])
    if len(delivered) <= len(made):
        return inconclusive("no-second-delivery", "no Command was delivered twice", *cited)
    found = _counted(readings[-1], srv)
    sentence = f"{len(delivered)} deliveries of {counted(len(made), 'Command')}, {found} counted"
    measured = (
        Measurement("local-deliveries", len(delivered), "deliveries"),
        Measurement("deliveries-unseen", len(delivered) - found, "deliveries"),
    )
    if found > len(made):
        return failed("counted-too-often", sentence, *cited, measurements=measured)
    return passed(sentence, *cited, measurements=measured)


@check(
    "quarantined",
    judges="dcc",
    needs=("duis", "wan"),
    reasons=("command-handed-out", "command-sent", "no-alert", "other-breach"),
    requirements=("REQ-016",),
    threats=("I5",),
)
def quarantined(log: Log, request: str, breach: str) -> Finding:
    """Of a request past a threshold or limit no Command leaves the DCC, by no way, and its alert tells the User."""
    asked = log.arrived("duis", "request", request=request)
    if not asked:
        return inconclusive("not-asked", "the request has not reached the DCC")
    given = log.of("duis", "response", request=request, kind="local-command")
    if given:
        return failed("command-handed-out", "the Command was handed out for local delivery", *asked, *given)
    on_wan = [entry for entry in log.of("wan", "gbcs") if (entry.sender, entry.receiver) == (roles.DCC, roles.HUB)]
    sent = [entry for entry in on_wan if entry.fields["gbcs"].get("request") == request]
    if sent:
        return failed("command-sent", "the Command was sent over the SM WAN", *asked, *sent)
    alerts = [entry for entry in log.of("duis", "response", about=request) if "breach" in entry.fields["event"]]
    if not alerts:
        return failed("no-alert", "no DCC alert says that the request is quarantined", *asked)
    found = alerts[-1].fields["event"]
    if found != breach:
        return failed("other-breach", f"the alert says {found}, not {breach}", *asked, *alerts)
    return passed(f"nothing was sent or handed out, and the alert says {found}", *asked, *alerts)
