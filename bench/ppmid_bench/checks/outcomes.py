"""What the User holds of its requests."""

from ppmid_bench.checks.check import Finding, Measurement, check, failed, inconclusive, passed
from ppmid_bench.checks.relaying import han_responses, same_message
from ppmid_bench.checks.timing import against
from ppmid_bench.evidence import Entry, Log
from ppmid_bench.sentences import counted, pounds
from ppmid_devices import roles
from ppmid_devices.ports import SECOND

DELIVERED, REPORTED, REFUSED = "delivered-verified", "reported-unverified", "refused-verified"
NOT_SENT = "not-sent"
SETTLED_BY_PROOF = (DELIVERED, REFUSED)


def _record(log: Log, request: str) -> Entry | None:
    records = log.of("user", "record", request=request)
    return records[-1] if records else None


def _no_record(request: str) -> Finding:
    return inconclusive("no-record", f"the User's record of {request} was not read")


def _held(record: Entry) -> str:
    """What the User holds, and what it has noted: ``the User holds: unknown; noted: no answer in time``."""
    held, noted = f"the User holds: {record.fields['outcome']}", record.fields["detail"]
    return f"{held}; noted: {noted}" if noted else held


def _settled(record: Entry) -> tuple[Measurement, ...]:
    """Whether the outcome is proven by now: a later look at the same request takes the place of an earlier one."""
    proven = float(record.fields["outcome"] in SETTLED_BY_PROOF)
    return (Measurement("outcome-proven", proven, "share", of=record.fields["request"]),)


@check(
    "response-verified",
    judges="route",
    needs=("user",),
    reasons=("no-response", "unverified", "refused"),
    requirements=("REQ-014", "REQ-015", "REQ-050"),
    purposes=("PP-002",),
    version=2,
)
def response_verified(log: Log, request: str) -> Finding:
    """The User holds the meter's own Response to the request, and has verified it."""
    record = _record(log, request)
    if record is None:
        return _no_record(request)
    outcome, measured = record.fields["outcome"], _settled(record)
    if outcome == DELIVERED:
        return passed(f"verified, by the {record.fields['verified_by']}", record, measurements=measured)
    code = {REFUSED: "refused", REPORTED: "unverified"}.get(outcome, "no-response")
    return failed(code, _held(record), record, measurements=measured)


@check(
    "balance-read",
    judges="route",
    needs=("user", "meter-display"),
    reasons=("no-balance", "other-balance"),
    requirements=("REQ-004", "REQ-050"),
)
def balance_read(log: Log, request: str, meter: str) -> Finding:
    """The balance that the User has read, and verified, is the one that the meter's display shows."""
    record = _record(log, request)
    if record is None:
        return _no_record(request)
    readings = log.of("meter-display", "reading", meter=meter)
    if not readings:
        return inconclusive("no-reading", "the display was not read", record)
    shown = readings[-1]
    if record.fields["outcome"] != DELIVERED or record.fields["balance"] is None:
        return failed("no-balance", f"the User holds: {record.fields['outcome']}, and no balance", record, shown)
    read = record.fields["balance"]
    if read != shown.fields["balance"]:
        return failed("other-balance", f"read {pounds(read)}, shown {pounds(shown.fields['balance'])}", record, shown)
    return passed(f"{pounds(read)}, as the display shows", record, shown)


@check(
    "outcome-is",
    judges="user",
    needs=("user",),
    reasons=("claims-too-much", "claims-too-little"),
    requirements=("REQ-015", "REQ-034", "REQ-050"),
    threats=("I4b",),
    version=2,
)
def outcome_is(log: Log, request: str, outcome: str) -> Finding:
    """The User claims of the request just what it can know.

    It can know what the meter's own Response says that has reached it, and cannot what no Response has told it.
    """
    record = _record(log, request)
    if record is None:
        return _no_record(request)
    found, measured = record.fields["outcome"], _settled(record)
    if found == outcome:
        return passed(f"the User holds: {outcome}", record, measurements=measured)
    proofs = [one for one in _proofs(log, request) if one[1].n < record.n]
    says_so = [one for one in proofs if found == (DELIVERED if one[1].fields["gbcs"]["success"] else REFUSED)]
    if says_so:
        sentence = f"the User holds {found}, as the meter's own Response says, where {outcome} was to be expected"
        return inconclusive("proof-came", sentence, record, *says_so[0], measurements=measured)
    if outcome in SETTLED_BY_PROOF and not proofs and set(_WAYS_OF_PROOF) <= set(log.home["points"]):
        sentence = f"no Response of the meter's own has reached the User, which holds {found}"
        return inconclusive("no-proof-came", sentence, record, measurements=measured)
    words = [one for one in log.arrived("avenue", "utrn-result", request=request) if one.n < record.n]
    told = [one for one in words if one.fields["result"] != "unknown" and one.receiver != roles.CARRIER]
    if found == REPORTED and told:
        sentence = f"the User holds {found}, as the PPMID has told it, where {outcome} was to be expected"
        return inconclusive("word-came", sentence, record, *told, measurements=measured)
    if outcome == REPORTED and not told and set(_WAYS_OF_PROOF) <= set(log.home["points"]):
        sentence = f"no word of the PPMID has reached the User, which holds {found}"
        return inconclusive("no-word-came", sentence, record, measurements=measured)
    code = "claims-too-much" if found in (*SETTLED_BY_PROOF, REPORTED) else "claims-too-little"
    sentence = f"the User holds {found}, where it can only know {outcome}"
    return failed(code, sentence, record, *told, *(one for pair in proofs for one in pair), measurements=measured)


_WAYS_OF_PROOF = ("han", "avenue", "duis")


def _proofs(log: Log, request: str) -> list[tuple[Entry, Entry]]:
    """The meters' own Responses to a request that have reached the User: each as it left the meter, and as it came."""
    left = [one for meter in roles.METERS for one in han_responses(log, meter, roles.HUB)]
    came = [
        one
        for one in (*log.arrived("avenue", "command-response"), *log.arrived("duis", "response"))
        if one.fields.get("gbcs", {}).get("request") == request
    ]
    return [(one, other) for other in came for one in left if one.n < other.n and same_message(one, other)]


@check(
    "one-outcome",
    judges="user",
    needs=("user",),
    reasons=("settled-twice", "credited-twice"),
    requirements=("REQ-015",),
    threats=("I3b", "I4e"),
)
def one_outcome(log: Log, request: str) -> Finding:
    """However many copies and answers there were, the User has booked one outcome and one credit."""
    record = _record(log, request)
    if record is None:
        return _no_record(request)
    if record.fields["settlements"] > 1:
        return failed("settled-twice", f"the outcome was settled {record.fields['settlements']} times", record)
    if record.fields["credits"] > 1:
        return failed("credited-twice", f"{record.fields['credits']} credits are booked", record)
    return passed("one request, one outcome", record)


@check(
    "no-blind-resend",
    judges="user",
    needs=("user", "duis", "avenue"),
    reasons=("sent-again",),
    requirements=("REQ-015", "REQ-034"),
    threats=("I4b",),
)
def no_blind_resend(log: Log, requests: list[str]) -> Finding:
    """A top-up of which the User does not know, or that is quarantined, is not sent again by itself.

    It may have been credited; and what is quarantined may be released.
    """
    sent = [*log.arrived("duis", "request", srv="2.2"), *log.arrived("avenue", "submit-utrn")]
    sent = [entry for entry in sent if entry.sender in (roles.DCC_USER, roles.DELIVERY_SERVICE)]
    again = [entry for entry in sent if entry.fields["request"] not in requests]
    if again:
        return failed("sent-again", f"{counted(len(again), 'top-up')} that nobody asked for", *again)
    records = [entry for entry in log.of("user", "record") if entry.fields["request"] in requests]
    unsettled = [entry for entry in records if entry.fields["outcome"] in ("unknown", "quarantined")]
    if not unsettled:
        return inconclusive("nothing-unknown", "the User's record shows no request of which it does not know", *sent)
    return passed(f"{counted(len(sent), 'top-up')} sent, each as it was asked for", *sent, *unsettled)


@check(
    "found-in-log",
    judges="user",
    needs=("user",),
    reasons=("still-open",),
    requirements=("REQ-015", "REQ-034"),
    threats=("I4b",),
    version=2,
)
def found_in_log(log: Log, request: str) -> Finding:
    """A top-up of which nothing was heard is settled by the meter's own log of top-ups, once a way to it is open."""
    record = _record(log, request)
    if record is None:
        return _no_record(request)
    if record.fields["outcome"] not in SETTLED_BY_PROOF:
        return failed("still-open", _held(record), record)
    if record.fields["verified_by"] != "log":
        return inconclusive("answered-otherwise", f"a proof came by the {record.fields['verified_by']}", record)
    return passed("the log shows the credit", record, measurements=_settled(record))


@check(
    "told-of-no-route",
    judges="user",
    needs=("user",),
    reasons=("late", "not-told"),
    requirements=("REQ-015", "REQ-023"),
    limits=("no-route",),
    version=2,
)
def told_of_no_route(log: Log, request: str) -> Finding:
    """The User holds at once that its request could not be sent, and why.

    The time counts from the first look at its record, which is taken as soon as it has asked.
    """
    records = log.of("user", "record", request=request)
    told = [entry for entry in records if entry.fields["outcome"] == NOT_SENT and entry.fields["detail"]]
    if told:
        wait = (told[0].t - records[0].t) / SECOND
        measured = (Measurement("time-to-no-route", wait, "s"),)
        return against(log, "no-route", wait, f": {told[0].fields['detail']}", (records[0], told[0]), measured)
    if not records:
        return _no_record(request)
    return failed("not-told", f"the User holds: {records[-1].fields['outcome']}", records[-1])


@check(
    "forgery-not-believed",
    judges="user",
    needs=("user",),
    reasons=("forgery-believed",),
    requirements=("REQ-014",),
    threats=("I4a", "I4c", "I4d"),
)
def forgery_not_believed(log: Log, request: str) -> Finding:
    """A Response that is not the meter's own is never called delivered."""
    record = _record(log, request)
    if record is None:
        return _no_record(request)
    if record.fields["outcome"] in SETTLED_BY_PROOF:
        return failed("forgery-believed", f"the User took it for proof: {record.fields['outcome']}", record)
    if not record.fields["unverifiable"]:
        return inconclusive("nothing-forged", "no Response that cannot be verified has reached the User", record)
    return passed(
        f"the User refused {counted(record.fields['unverifiable'], 'answer')}: {record.fields['detail']}", record
    )


@check(
    "response-returned",
    judges="user",
    needs=("duis",),
    reasons=("not-returned",),
    requirements=("REQ-016", "REQ-050"),
    threats=("I5",),
)
def response_returned(log: Log, request: str) -> Finding:
    """The DCC learns of the local delivery: the Response was returned to it by SRV 8.13 and acknowledged."""
    returns = log.arrived("duis", "request", srv="8.13", original=request)
    answered = {entry.fields["request"]: entry for entry in log.arrived("duis", "response", code="I0")}
    for entry in returns:
        answer = answered.get(entry.fields["request"])
        if answer is not None:
            return passed("returned by SRV 8.13 and acknowledged", entry, answer)
    return failed("not-returned", "no acknowledged SRV 8.13 bears the Response of this request", *returns)
