"""What a hub's radio does on the HAN: its frame counters, and how long it is on the air at 868 MHz."""

from collections import deque

from ppmid_bench.checks.check import Finding, Measurement, check, failed, inconclusive, passed
from ppmid_bench.checks.relaying import alerts_of_the_hub
from ppmid_bench.evidence import Entry, Log
from ppmid_bench.freshness import OLD_COUNTER
from ppmid_bench.sentences import counted
from ppmid_devices import roles
from ppmid_devices.links.bands import Band, airtime
from ppmid_devices.links.link import DOWN
from ppmid_devices.ports import HOUR, MILLISECOND


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


@check(
    "duty-cycle-kept",
    judges="hub",
    needs=("han",),
    reasons=("too-long-on-the-air",),
    requirements=("REQ-048",),
    threats=("I2a",),
    assumed=("868 MHz carries 100 kbit/s",),
)
def duty_cycle_kept(log: Log, milliseconds: int) -> Finding:
    """The hub is on the air at 868 MHz for no longer than it may in any hour, the radio's own repeats included."""
    sent = [
        entry
        for entry in log.of("han")
        if entry.sender == roles.HUB
        and entry.receiver in log.home["home"].get("sub_ghz", ())
        and entry.octets is not None
        and entry.fields.get("lost") != DOWN
    ]
    if not sent:
        return inconclusive("nothing-sent", "the hub has sent nothing at 868 MHz")
    longest, busiest = _busiest_hour(sent)
    used = longest / MILLISECOND
    measured = (Measurement("airtime-868", used, "ms"),)
    sentence = f"{used:.1f} ms on the air at 868 MHz in the busiest hour"
    if longest > milliseconds * MILLISECOND:
        return failed(
            "too-long-on-the-air", f"{sentence}, more than {milliseconds} ms", *busiest, measurements=measured
        )
    return passed(sentence, *busiest, measurements=measured)


def _busiest_hour(sent: list[Entry]) -> tuple[int, list[Entry]]:
    """The longest airtime in an hour, nanoseconds, and the frames that make it up."""
    hour: deque[tuple[Entry, int]] = deque()
    used = longest = 0
    busiest: list[Entry] = []
    for entry in sent:
        spell = airtime(len(entry.octets or b""), Band.MHZ_868)
        hour.append((entry, spell))
        used += spell
        while hour[0][0].t <= entry.t - HOUR:
            used -= hour.popleft()[1]
        if used > longest:
            longest, busiest = used, [one for one, _ in hour]
    return longest, busiest


_NO_ROOM = "8F2D"


@check(
    "sub-ghz-room-kept",
    judges="hub",
    needs=("han", "wan"),
    reasons=("took-too-many", "not-told"),
    requirements=("REQ-048",),
)
def sub_ghz_room_kept(log: Log, most: int) -> Finding:
    """A hub lets no more devices in at 868 MHz than it has room for, and tells of one that it keeps out (DBCH11)."""
    there = log.home["home"].get("sub_ghz", ())
    let_in = [one for one in log.of("han", "confirm-key", accepted=True) if one.receiver in there]
    if len({one.receiver for one in let_in}) > most:
        return failed("took-too-many", f"it let in {', '.join(sorted({one.receiver for one in let_in}))}", *let_in)
    kept_out = [one for one in log.of("han", "rejoin-response", accepted=False) if one.receiver in there]
    kept_out = [one for one in kept_out if let_in and one.n > let_in[0].n]
    if not kept_out:
        return inconclusive("nobody-kept-out", "no device at 868 MHz was kept out while others were in", *let_in)
    told = [one for one in alerts_of_the_hub(log, _NO_ROOM) if one.n > let_in[0].n]
    if not told:
        return failed("not-told", f"it kept the {kept_out[0].receiver} out, and told nobody", let_in[0], kept_out[0])
    return passed(f"it kept the {kept_out[0].receiver} out, and told the DCC", let_in[0], kept_out[0], told[0])
