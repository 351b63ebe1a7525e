"""What is configured in a meter, before and after."""

from ppmid_bench.checks.check import Finding, check, failed, inconclusive, passed
from ppmid_bench.evidence import Log
from ppmid_bench.sentences import counted


@check(
    "configuration-kept",
    judges="meter",
    needs=("meter-configuration",),
    reasons=("configuration-changed", "firmware-changed"),
    requirements=("REQ-055",),
    standing=True,
)
def configuration_kept(log: Log, meter: str, but: list[str]) -> Finding:
    """Firmware and configuration of the meter are what they were, but for what begins with one of the names."""
    readings = log.of("meter-configuration", "configuration", meter=meter)
    if len(readings) < 2:
        return inconclusive("no-reading", "the configuration was not read before and after", *readings)
    before, after = (reading.fields["objects"] for reading in (readings[0], readings[-1]))
    if not before:
        return inconclusive("nothing-read", "the meter shows nothing of its configuration", readings[0], readings[-1])
    names = {name for name in (*before, *after) if before.get(name) != after.get(name)}
    changed = sorted(name for name in names if not any(name.startswith(one) for one in but))
    shown = readings[0], readings[-1]
    if "firmware" in changed:
        return failed("firmware-changed", "the firmware is another", *shown)
    if changed:
        return failed(
            "configuration-changed", f"{counted(len(changed), 'thing')} changed: {', '.join(changed)}", *shown
        )
    return passed(f"{counted(len(before), 'thing')} read before and after, none changed that may not", *shown)
