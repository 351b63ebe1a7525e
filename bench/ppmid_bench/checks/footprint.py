"""What a delivery round the SM WAN takes of what there is: services, keys, components, and the SM WAN itself."""

from ppmid_bench.checks.check import Finding, Measurement, check, failed, inconclusive, passed
from ppmid_bench.checks.relaying import han_commands, same_exchange, same_message
from ppmid_bench.evidence import Entry, Log
from ppmid_bench.sentences import counted
from ppmid_devices import roles
from ppmid_protocols.duis.variants import VARIANTS

_BY_HAND = (roles.PPMID, roles.HHT)
_OF_THE_PPMID = ("PCS", "PECS")
"""How the use cases begin that a PPMID has of its own (GBCS 19.3)."""


@check(
    "made-by-todays-services",
    judges="route",
    needs=("duis", "avenue", "han"),
    reasons=("of-no-service",),
    requirements=("REQ-030", "REQ-060"),
    version=2,
)
def made_by_todays_services(log: Log, meter: str) -> Finding:
    """What reaches the meter is what the DCC made of a Service Request of today, or a UTRN; new components are counted.

    New is what no home has today: a delivery service, whoever carries for it, a hub that relays or has a port.
    """
    made = [entry for entry in log.arrived("duis", "response") if entry.fields.get("kind") == "local-command"]
    made += [entry for entry in log.arrived("wan", "gbcs") if entry.receiver == roles.HUB]
    reached = [
        entry
        for sender in (roles.HUB, *_BY_HAND)
        for entry in han_commands(log, sender, meter)
        if not entry.fields["gbcs"]["use_case"].startswith(_OF_THE_PPMID)
    ]
    typed = [entry for entry in log.arrived("han", "consumer-top-up") if entry.receiver == meter]
    if not reached and not typed:
        return inconclusive("nothing-reached", "neither a Command nor a UTRN has reached the meter", *made)
    strays = [one for one in reached if not any(same_message(one, other) for other in made)]
    if strays:
        return failed("of-no-service", "a Command reached the meter that no Service Request has led to", *made, *strays)
    shown = {
        "a delivery service": _on_avenue(log, roles.DELIVERY_SERVICE),
        "who carries for it": _on_avenue(log, roles.CARRIER),
        "a hub that relays": [
            one
            for one in han_commands(log, roles.PPMID, roles.HUB)
            if any(same_exchange(one, other) for other in reached)
        ],
        "a hub with a port of its own": _on_avenue(log, roles.HUB),
    }
    new = [name for name, entries in shown.items() if entries]
    measured = (Measurement("new-components", float(len(new)), "", meter),)
    sentence = f"by services of today; new are: {', '.join(new) or 'none'}"
    sources = [one for one in made if any(same_message(one, other) for other in reached)]
    rest = (one for entries in shown.values() for one in entries[:1])
    return passed(sentence, *sources, *reached, *typed, *rest, measurements=measured)


@check(
    "utrn-travels-alone",
    judges="user",
    needs=("avenue", "han"),
    reasons=("command-travelled",),
    requirements=("REQ-029",),
)
def utrn_travels_alone(log: Log) -> Finding:
    """By the avenue a UTRN comes into the home and no Command, and none goes into the HAN but the PPMID's own."""
    came = [entry for entry in _on_avenue(log, roles.PPMID) if entry.what == "submit-utrn"]
    commands = [entry for entry in _on_avenue(log, roles.PPMID) if entry.what == "submit-command"]
    sent = han_commands(log, roles.PPMID, roles.HUB)
    commands += [entry for entry in sent if not entry.fields["gbcs"]["use_case"].startswith(_OF_THE_PPMID)]
    if commands:
        return failed("command-travelled", "a whole Command has gone that way", *came, *commands)
    if not came:
        return inconclusive("nothing-came", "no UTRN has come into the home by the avenue")
    typed = [entry for entry in log.arrived("han", "consumer-top-up") if entry.sender == roles.PPMID]
    return passed(f"{counted(len(came), 'UTRN')}, and no Command but the PPMID's own", *came, *sent, *typed)


def _on_avenue(log: Log, role: str) -> list[Entry]:
    """What this party had or gave of the messages for the home."""
    given = (entry for what in ("submit-command", "submit-utrn") for entry in log.arrived("avenue", what))
    return [entry for entry in given if role in (entry.sender, entry.receiver)]


@check(
    "wan-spared",
    judges="dcc",
    needs=("duis", "wan"),
    reasons=("sent-over-wan",),
    requirements=("REQ-061",),
)
def wan_spared(log: Log, request: str) -> Finding:
    """The DCC puts nothing on the SM WAN of what it gives for local delivery alone; octets of it there are counted."""
    given = log.arrived("duis", "response", request=request, kind="local-command")
    asked = log.arrived("duis", "request", request=request)
    if not given or not asked:
        return inconclusive("not-given", "the DCC has not given the request's Command for local delivery", *asked)
    if VARIANTS[asked[-1].fields["cv"]].over_wan:
        return inconclusive("asked-for-both", "the request was for the SM WAN as well", *asked, *given)
    names = {request, *(one.fields["gbcs"]["request"] for one in given)}
    sent = [one for one in log.of("wan", "gbcs") if _is_command_of(one, names)]
    back = [one for one in log.of("wan", "gbcs") if one.sender == roles.HUB and same_exchange(given[-1], one)]
    octets = sum(one.fields.get("octets", 0) for one in (*sent, *back) if not one.lost)
    measured = (Measurement("wan-octets", float(octets), "octets", request),)
    if sent:
        sentence = "the DCC sent over the SM WAN what was for local delivery alone"
        return failed("sent-over-wan", sentence, *asked, *given, *sent, *back, measurements=measured)
    sentence = f"{octets} octets of it on the SM WAN"
    return passed(sentence, *asked, *given, *sent, *back, measurements=measured)


def _is_command_of(entry: Entry, requests: set[str]) -> bool:
    """Whether it is the Command of one of these requests, on its way from the DCC."""
    gbcs = entry.fields["gbcs"]
    return entry.sender == roles.DCC and gbcs["cra"] == "command" and gbcs.get("request") in requests
