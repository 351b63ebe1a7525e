"""What a hub tells a PPMID: of what the SM WAN brings and takes, nothing."""

from ppmid_bench.checks.check import Finding, check, failed, inconclusive, passed
from ppmid_bench.checks.relaying import han_commands, same_exchange
from ppmid_bench.evidence import Entry, Log
from ppmid_bench.sentences import counted
from ppmid_devices import roles

_CRA = ("command", "response", "alert")


@check(
    "wan-kept-from-ppmid",
    judges="hub",
    needs=("wan", "han"),
    reasons=("command-copied", "answer-copied"),
    requirements=("REQ-012",),
    threats=("I1b",),
)
def wan_kept_from_ppmid(log: Log, device: str) -> Finding:
    """The hub gives the PPMID what is for itself and what answers a Command that it brought, and nothing else.

    ``device``: the PPMID's EUI-64. What the SM WAN brings for others, and what they answer, is none of its business: it
    says who is off supply, and what is owed.
    """
    over_wan = [one for one in log.arrived("wan", "gbcs") if roles.HUB in (one.sender, one.receiver)]
    others = [one for one in over_wan if device not in _ends(one)]
    if not {one.fields["gbcs"].get("cra") for one in others} >= {"command", "response"}:
        return inconclusive("nothing-to-copy", "no Command of the SM WAN was answered over it", *others)
    brought = han_commands(log, roles.PPMID, roles.HUB)
    told = [
        one
        for one in log.of("han", "tunnel")
        if (one.sender, one.receiver) == (roles.HUB, roles.PPMID) and one.fields.get("gbcs", {}).get("cra") in _CRA
    ]
    astray = [
        one
        for one in told
        if one.fields["gbcs"]["target"] != device
        and not (one.fields["gbcs"]["cra"] == "response" and any(same_exchange(one, other) for other in brought))
    ]
    for one in astray:
        reason = "command-copied" if one.fields["gbcs"]["cra"] == "command" else "answer-copied"
        sentence = f"the hub gave the PPMID a {one.fields['gbcs']['cra'].capitalize()} that is none of its own"
        return failed(reason, sentence, *others, *brought, one)
    sentence = f"{counted(len(others), 'message')} of others over the SM WAN, {len(told)} given to the PPMID as its own"
    return passed(sentence, *others, *brought, *told)


def _ends(entry: Entry) -> tuple[str, ...]:
    return entry.fields["gbcs"].get("originator", ""), entry.fields["gbcs"].get("target", "")
