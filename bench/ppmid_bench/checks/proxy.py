"""What the gas proxy tells of the gas meter, and what a Supplier makes of it: a balance may be half an hour old."""

from ppmid_bench.checks.check import Finding, Measurement, check, failed, inconclusive, passed
from ppmid_bench.evidence import Entry, Log
from ppmid_bench.sentences import counted, pounds
from ppmid_devices import roles
from ppmid_devices.meter.times import from_zigbee_time
from ppmid_devices.ports import MINUTE, SECOND

_PREPAYMENT, _BALANCE, _STAMP = "0705", "0001", "0004"
_SLACK = 2 * SECOND
"""The proxy counts whole seconds (UTC time of the ZigBee Cluster Library), and a report takes its time on the air."""
_PROOFS = ("delivered-verified", "refused-verified")


def _reports(log: Log, before: Entry) -> list[Entry]:
    """The gas meter's reports of its balance to the proxy, until then."""
    return [
        entry
        for entry in log.arrived("han", "figures-reported", cluster=_PREPAYMENT)
        if entry.sender == roles.GSME and entry.n < before.n and _BALANCE in entry.fields["values"]
    ]


@check(
    "proxy-not-proof",
    judges="user",
    needs=("user", "han", "duis", "avenue"),
    reasons=("taken-for-proof", "sent-again"),
    requirements=("REQ-015", "REQ-034"),
    threats=("I4b",),
)
def proxy_not_proof(log: Log, top_up: str, read: str) -> Finding:
    """A balance read at the gas proxy settles no top-up: it bears no time, may be older, or raised by another one.

    ``top_up``: the request whose outcome is open; ``read``: that of the balance. How old it was is measured.
    """
    told = [one for one in log.of("user", "record", request=read) if one.fields["balance"] is not None]
    if not told:
        return inconclusive("not-read", "the Supplier holds no balance of the gas proxy")
    source = [one for one in _reports(log, told[0]) if one.fields["values"][_BALANCE] == told[0].fields["balance"]]
    if not source:
        return inconclusive("no-source", "no report of the gas meter has this balance", told[0])
    records = [one for one in log.of("user", "record", request=top_up) if one.n > told[0].n]
    if not records:
        return inconclusive("no-record", f"the User's record of {top_up} was not read since", source[-1], told[0])
    again = [
        entry
        for entry in [*log.arrived("duis", "request", srv="2.2"), *log.arrived("avenue", "submit-utrn")]
        if entry.n > source[-1].n and entry.fields["request"] not in (top_up, read)
    ]
    if again:
        return failed("sent-again", f"{counted(len(again), 'top-up')} more", source[-1], told[0], *again, records[-1])
    found = records[-1].fields
    if found["outcome"] in _PROOFS and found["verified_by"] != "log":
        sentence = f"the Supplier holds {found['outcome']} by a balance of {pounds(told[0].fields['balance'])}"
        return failed("taken-for-proof", sentence, source[-1], told[0], records[-1])
    age = (told[0].t - source[-1].t) / MINUTE
    sentence = f"{pounds(told[0].fields['balance'])}, {age:.0f} min old, left it {found['outcome']}"
    measured = (Measurement("proxy-reading-age", age, "min"),)
    return passed(sentence, source[-1], told[0], records[-1], measurements=measured)


@check(
    "mirror-as-reported",
    judges="hub",
    needs=("han",),
    reasons=("misdated", "other-balance"),
    requirements=("REQ-034",),
    threats=("I4b",),
)
def mirror_as_reported(log: Log) -> Finding:
    """The gas proxy tells displays the balance that the gas meter last reported, with that report's time or none."""
    told = [
        (one, reports[-1])
        for one in log.arrived("han", "figures-told", cluster=_PREPAYMENT)
        if one.sender == roles.HUB
        and one.fields["values"].get(_BALANCE) is not None
        and (reports := _reports(log, one))
    ]
    for one, report in told:
        values, reported = one.fields["values"], report.fields["values"][_BALANCE]
        if values[_BALANCE] != reported:
            sentence = f"the meter had reported {pounds(reported)}, the proxy told {pounds(values[_BALANCE])}"
            return failed("other-balance", sentence, report, one)
        stamp = values.get(_STAMP)
        if stamp is not None and abs(from_zigbee_time(stamp) - report.t) > _SLACK:
            return failed("misdated", "the proxy told another time than that of the last report", report, one)
    if not told:
        return inconclusive("nothing-told", "the gas proxy has told nobody a balance that was reported")
    return passed(f"{counted(len(told), 'reading')}, each as last reported", *told[-1])
