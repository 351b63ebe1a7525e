"""What meters say of their own clocks."""

from ppmid_bench.checks.check import Finding, check, failed, inconclusive, passed
from ppmid_bench.evidence import Log
from ppmid_devices.ports import MINUTE, SECOND

_DOUBT = "unreliable"


@check(
    "clock-told",
    judges="meter",
    needs=("duis",),
    reasons=("hides-the-doubt", "doubts-without-cause", "wrong-time"),
    requirements=("REQ-050",),
    assumed=(
        "a date-time's status 02 says that the clock is unreliable, any other nothing against it",
        "a clock that was set is right to a minute, in UTC",
    ),
    version=2,
)
def clock_told(log: Log, meter: str, request: str, reliable: bool) -> Finding:  # noqa: ARG001 - whose Response it is
    """A meter dates a Response as unreliable until its clock has been set, and from then on by the right time.

    A Response that was delivered locally is on the DUIS line too: the User returns it.
    """
    seen = [
        entry
        for entry in log.arrived("duis")
        if entry.fields.get("gbcs", {}).get("cra") == "response"
        and request in (entry.fields.get("request"), entry.fields.get("original"))
    ]
    if not seen:
        return inconclusive("no-response", "no Response to this request was seen")
    dated = [entry for entry in seen if "clock" in entry.fields["gbcs"]]
    if not dated:
        return inconclusive("not-dated", "the Response bears no date", *seen)
    doubts = dated[0].fields["gbcs"]["clock"] == _DOUBT
    if doubts and reliable:
        return failed("doubts-without-cause", "it still calls its clock unreliable, which has been set", dated[0])
    if not doubts and not reliable:
        return failed("hides-the-doubt", "it says nothing against its clock, which nobody has set", dated[0])
    if reliable and "dated" in dated[0].fields["gbcs"]:
        asked = [entry for entry in log.of("duis", "request", request=request) if entry.n < dated[0].n][:1]
        said, since = dated[0].fields["gbcs"]["dated"] * SECOND, (asked or dated)[0].t
        if not since - MINUTE <= said <= dated[0].t + MINUTE:
            sentence = f"it is dated {(said - dated[0].t) / SECOND:+.0f} s from when it was seen"
            return failed("wrong-time", sentence, *asked, dated[0])
        return passed("nothing against its clock, and its time is right", *asked, dated[0])
    return passed("its clock is unreliable, and it says so" if doubts else "nothing against its clock", dated[0])


_NOT_ADJUSTED = "8F0C"


@check(
    "clock-refusal-alerted",
    judges="meter",
    needs=("duis",),
    reasons=("not-alerted",),
    requirements=("REQ-050",),
)
def clock_refusal_alerted(log: Log, meter: str, request: str) -> Finding:  # noqa: ARG001 - whose Response it is
    """A meter that does not adjust its clock as it was asked to says so by a critical Alert, too."""
    answers = [
        entry
        for entry in log.arrived("duis", "response", request=request)
        if entry.fields.get("gbcs", {}).get("cra") == "response"
    ]
    if not answers:
        return inconclusive("no-response", "no Response to this request was seen")
    if answers[0].fields["gbcs"].get("success"):
        return inconclusive("was-adjusted", "the meter has adjusted its clock", answers[0])
    device = answers[0].fields["gbcs"]["originator"]
    told = [
        entry
        for entry in log.arrived("duis", "response")
        if (entry.fields.get("gbcs", {}).get("alert"), entry.fields.get("gbcs", {}).get("originator"))
        == (_NOT_ADJUSTED, device)
    ]
    if not told:
        return failed("not-alerted", "it refused, and no Alert 8F0C of it has come", answers[0])
    return passed("it refused, and told by an Alert 8F0C", answers[0], told[0])
