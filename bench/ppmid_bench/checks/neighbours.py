"""What a hub next door does for a home that reaches the SM WAN through it, and what hangs on it."""

from ppmid_bench.checks.check import Finding, Measurement, check, failed, inconclusive, passed
from ppmid_bench.checks.relaying import passed_on, same_exchange
from ppmid_bench.evidence import Entry, Log
from ppmid_devices import roles
from ppmid_devices.ports import SECOND

_POWER = "neighbour-power"


@check(
    "neighbour-passed-on-unaltered",
    judges="neighbour-hub",
    needs=("wan",),
    reasons=("altered", "not-passed-on"),
    requirements=("REQ-041",),
)
def neighbour_passed_on_unaltered(log: Log) -> Finding:
    """A neighbour's hub passes on what it carries for another home octet for octet, and none of it to its own."""
    messages = [entry for entry in log.of("wan") if "code" in entry.fields.get("gbcs", {})]
    taken = [entry for entry in messages if entry.receiver == roles.NEIGHBOUR_HUB and not entry.lost]
    given = [entry for entry in messages if entry.sender == roles.NEIGHBOUR_HUB]
    carried = [entry for entry in taken if not _cut_short(log, entry, given)]
    if not carried:
        return inconclusive("nothing-carried", "nothing has come to the neighbour's hub, or it was switched off then")
    return passed_on(log, carried, given, "not-passed-on", "in at the neighbour's hub, out of it")


def _cut_short(log: Log, entry: Entry, given: list[Entry]) -> bool:
    """Whether the hub was switched off before it had passed this on: then nobody may ask it of it."""
    offs = [off for off in log.of(_POWER, "off") if off.n > entry.n]
    return bool(offs) and not any(entry.n < one.n < offs[0].n and same_exchange(one, entry) for one in given)


@check(
    "wan-lives-on-neighbour",
    judges="route",
    needs=("wan",),
    reasons=("still-up", "not-back"),
    requirements=("REQ-040", "REQ-041"),
)
def wan_lives_on_neighbour(log: Log) -> Finding:
    """A home whose only way is a neighbour's hub loses the SM WAN with that hub, and has it back with it."""
    coverage, power = log.of("wan", "coverage"), log.of(_POWER)
    offs = [entry for entry in power if entry.what == "off"]
    if not offs:
        return inconclusive("never-off", "nobody has switched the neighbour's hub off")
    off = offs[-1]
    before = [entry for entry in coverage if entry.n < off.n]
    if not before or not before[-1].fields["up"]:
        return inconclusive("down-before", "the home had no SM WAN before", *before[-1:], off)
    after = [entry for entry in coverage if entry.n > off.n]
    if not after:
        return failed("still-up", "the neighbour's hub is off, and the home has the SM WAN", before[-1], off)
    on = [entry for entry in power if entry.what == "on" and entry.n > off.n]
    if not on:
        return passed("the home lost the SM WAN with its neighbour's hub", before[-1], off, after[0])
    back = [entry for entry in after if entry.fields["up"] and entry.n > on[0].n]
    if not back:
        return failed(
            "not-back", "the neighbour's hub is on, and the SM WAN is not back", before[-1], off, after[0], *on
        )
    lost = Measurement("outage-by-neighbour", (back[0].t - after[0].t) / SECOND, "s")
    sentence = "the home lost the SM WAN with its neighbour's hub, and had it back with it"
    return passed(sentence, before[-1], off, after[0], on[0], back[0], measurements=(lost,))
