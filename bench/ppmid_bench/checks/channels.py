"""Whether a hub leaves a noisy channel at 868 MHz as it should, and whether its gas meter stays with it."""

from ppmid_bench.checks.check import Finding, check, failed, inconclusive, passed
from ppmid_bench.checks.relaying import alerts_of_the_hub
from ppmid_bench.evidence import Log
from ppmid_devices import roles

_TAKEN_UP = 0
_CHANGED = "8F26"


@check(
    "noisy-channel-left",
    judges="hub",
    needs=("han", "wan"),
    reasons=("stayed", "unannounced"),
    requirements=("REQ-048",),
    assumed=("DBCH07 has the channel as OperatingSubGHzChannel has it; GBCS 10.6.2.1 is not public",),
)
def noisy_channel_left(log: Log) -> Finding:
    """A hub that takes a scan up in noise leaves the channel, tells the DCC (DBCH07), and before it each device there.

    A device that sleeps is told too: whether it hears is another matter.
    """
    begun = [one for one in alerts_of_the_hub(log, "8F28") if one.fields["gbcs"].get("scan") == _TAKEN_UP]
    if not begun:
        return inconclusive("no-scan", "the hub has taken no scan up")
    left = [one for one in alerts_of_the_hub(log, _CHANGED) if one.n > begun[0].n]
    if not left:
        return failed("stayed", "the hub took a scan up, and has not said that it left its channel", begun[-1])
    to = left[-1].fields["gbcs"].get("channel")  # None where the Alert is not laid out as ours is
    said = [
        one
        for one in log.of("han", "channel-announced")
        if one.sender == roles.HUB and begun[0].n < one.n < left[-1].n and to in (None, one.fields["channel"])
    ]
    for device in log.home["home"].get("sub_ghz", ()):
        if all(one.receiver != device for one in said):
            sentence = f"the hub left its channel and has not told the {device} where it went"
            return failed("unannounced", sentence, begun[0], *said, left[-1])
    return passed("the hub said where it would go, and went", begun[0], *said, left[-1])


@check(
    "hub-found-on-its-new-channel",
    judges="meter",
    needs=("han", "wan"),
    reasons=("lost",),
    requirements=("REQ-048",),
    assumed=("how a meter that slept finds its hub again is not public; only that it does is judged",),
)
def hub_found(log: Log, meter: str) -> Finding:
    """After its hub has left the channel a meter talks with it again: it asks, and has an answer."""
    left = alerts_of_the_hub(log, _CHANGED)
    if not left:
        return inconclusive("never-left", "the hub has not said that it left its channel")
    after = [one for one in log.arrived("han") if one.n > left[-1].n]
    asked = [one for one in after if (one.sender, one.receiver) == (meter, roles.HUB)]
    answered = [
        one for one in after if asked and one.n > asked[0].n and (one.sender, one.receiver) == (roles.HUB, meter)
    ]
    if not answered:
        return failed("lost", "the hub has not heard it and answered since it went", left[-1], *asked[:1])
    return passed("it asked the hub on its new channel, and had an answer", left[-1], asked[0], answered[0])
