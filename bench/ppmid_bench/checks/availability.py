"""How often a User that asks at any time comes to a Response."""

from ppmid_bench.checks.check import Finding, Measurement, check, failed, inconclusive, limit, passed
from ppmid_bench.evidence import Log
from ppmid_bench.sentences import counted, lasted
from ppmid_devices.ports import SECOND

_PROOFS = ("delivered-verified", "refused-verified")


@check(
    "answered-at-any-time",
    judges="route",
    needs=("user",),
    reasons=("never-answered",),
    requirements=("REQ-004", "REQ-052"),
    limits=("available-within",),
    version=2,
)
def answered_at_any_time(log: Log, requests: list[str]) -> Finding:
    """Every request of a long time came to the device's own Response, sooner or later.

    Measured: the share that did so in time, which is the availability, and the longest wait.
    """
    within = limit(log, "available-within").value * SECOND
    records = {
        entry.fields["request"]: entry for entry in log.of("user", "record") if entry.fields["request"] in requests
    }
    if not requests or set(records) != set(requests):
        return inconclusive("no-records", "the User's records of these requests were not read", *records.values())
    held = list(records.values())
    answered = [entry for entry in held if entry.fields["outcome"] in _PROOFS]
    waits = [entry.fields["settled_at"] - entry.fields["asked_at"] for entry in answered]
    in_time = sum(wait <= within for wait in waits)
    measured = (
        Measurement("availability", in_time / len(held), "share"),
        Measurement("longest-wait", max(waits, default=0) / SECOND, "s"),
    )
    if len(answered) < len(held):
        never = [entry for entry in held if entry not in answered]
        sentence = f"{counted(len(never), 'request')} of {len(held)} came to no Response"
        return failed("never-answered", sentence, *held, measurements=measured)
    sentence = f"{len(held)} asked, {in_time} answered in time, the longest wait {lasted(max(waits) / SECOND)}"
    return passed(sentence, *held, measurements=measured)
