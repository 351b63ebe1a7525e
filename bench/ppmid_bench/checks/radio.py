"""What a hub's radio does on the HAN: its frame counters."""

from ppmid_bench.checks.check import Finding, check, failed, inconclusive, passed
from ppmid_bench.evidence import Log
from ppmid_bench.freshness import OLD_COUNTER
from ppmid_bench.sentences import counted
from ppmid_devices import roles


@check(
    "frame-counters-rise",
    judges="hub",
    needs=("han",),
    reasons=("fell-back",),
    requirements=("REQ-004",),
)
def frame_counters_rise(log: Log) -> Finding:
    """The hub uses no frame counter twice, over a loss of power either: devices drop what bears an old one.

    ZigBee R22 4.3.1.1 and 4.3.1.2.
    """
    sent = [entry for entry in log.of("han") if entry.sender == roles.HUB and "counter" in entry.fields]
    if not sent:
        return inconclusive("nothing-sent", "the hub has sent nothing on the HAN")
    last = sent[0]
    for entry in sent[1:]:
        if entry.fields["counter"] < last.fields["counter"]:
            dropped = [one for one in sent if one.fields.get("dropped") == OLD_COUNTER]
            sentence = (
                f"after frame counter {last.fields['counter']} the hub went on at {entry.fields['counter']};"
                f" {counted(len(dropped), 'frame')} dropped, {OLD_COUNTER}"
            )
            return failed("fell-back", sentence, last, entry, *dropped)
        last = entry
    sentence = f"frame counters from {sent[0].fields['counter']} to {last.fields['counter']}, none below one before"
    return passed(sentence, sent[0], last)
