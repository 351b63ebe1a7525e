"""What the PPMID tells the User and the customer."""

from typing import Any

from ppmid_bench.checks.check import Finding, Measurement, check, failed, inconclusive, limit, passed
from ppmid_bench.checks.relaying import asks_a_meter, brought, han_commands, han_responses, same_exchange, same_message
from ppmid_bench.checks.timing import against
from ppmid_bench.declared import is_last_word, requests, words_about
from ppmid_bench.evidence import Entry, Log
from ppmid_bench.sentences import counted
from ppmid_devices import roles
from ppmid_devices.ports import SECOND

PCS01 = "PCS01"
NOT_WELL_FORMED = "utrn-not-well-formed"
"""Reason 7 of the local command interface."""
UNKNOWN_METER = "unknown-meter"
"""Reason 1 of the local command interface."""


def meter_answers(log: Log) -> list[Entry]:
    """What meters have answered to top-ups of the PPMID: Consumer Top Up Responses, and Responses to PCS01."""
    direct = [entry for entry in log.arrived("han", "consumer-top-up-response") if entry.receiver == roles.PPMID]
    gas = [entry for entry in han_responses(log, roles.HUB, roles.PPMID) if entry.fields["gbcs"]["use_case"] == PCS01]
    return sorted([*direct, *_of_the_gas_meter(log, gas)], key=lambda entry: entry.n)


def _of_the_gas_meter(log: Log, answers: list[Entry]) -> list[Entry]:
    """Those of what a hub brought as a gas meter's that this has given it; all where it is not heard on this bench."""
    heard = any(entry.sender == roles.GSME for entry in log.arrived("han"))
    own = han_responses(log, roles.GSME, roles.HUB)
    return [one for one in answers if not heard or any(same_message(one, other) for other in own)]


def _gas_meter_heard(log: Log, forged: list[Entry]) -> list[Entry]:
    """What shows that the gas meter can be heard here, where that is why something is not its own."""
    heard = (entry for entry in log.arrived("han") if entry.sender == roles.GSME)
    return [entry for entry, _ in zip(heard, forged[:1], strict=False)]


def top_up_result(answer: Entry) -> int | None:
    """The result type of the Consumer Top Up Response that a meter's answer is; None where it was not read."""
    result: int | None = _answered(answer).get("result")
    return result


def _answered(answer: Entry) -> dict[str, Any]:
    """The fields of the meter's Consumer Top Up Response, which a PCS01 has inside."""
    if answer.what == "consumer-top-up-response":
        return dict(answer.fields)
    inside: dict[str, Any] = answer.fields["gbcs"].get("top_up", {})
    return inside


def _accepted(answer: Entry) -> bool:
    if answer.what == "consumer-top-up-response":
        return bool(answer.fields["accepted"])
    return bool(answer.fields["gbcs"]["success"])


@check(
    "no-success-before-the-meter",
    judges="ppmid",
    needs=("avenue", "han"),
    reasons=("accepted-before-meter",),
    requirements=("REQ-026",),
    purposes=("PP-003",),
    version=3,
)
def no_success_before_the_meter(log: Log) -> Finding:
    """The PPMID calls no top-up accepted before the meter has answered."""
    claims = log.of("avenue", "utrn-result", result="accepted")
    answers = meter_answers(log)
    submitted: list[Entry] = []
    for claim in claims:
        asked = log.arrived("avenue", "submit-utrn", request=claim.fields["request"])[:1]
        if not any(one.n < answer.n < claim.n and _accepted(answer) for one in asked for answer in answers):
            sentence = "accepted was said with no acceptance by the meter before it"
            return failed("accepted-before-meter", sentence, *asked, *answers, claim)
        submitted += asked
    if not claims:
        return inconclusive("nothing-claimed", "the PPMID has called no top-up accepted")
    sentence = f"{counted(len(claims), 'acceptance')}, each after the meter's own"
    return passed(sentence, *submitted, *answers, *claims)


@check(
    "result-passed-on",
    judges="ppmid",
    needs=("avenue", "han"),
    reasons=("other-result", "no-result", "other-meter-result", "other-value"),
    requirements=("REQ-026", "REQ-034"),
    purposes=("PP-004", "PP-012"),
    version=4,
)
def result_passed_on(log: Log) -> Finding:
    """The PPMID reports the meter's own last answer to a UTRN, with its type and value, to the request that asked."""
    for answer in reversed(meter_answers(log)):
        question = _question(log, answer)
        asked = [] if question is None else _askers(log, question)
        if question is None or not asked:
            continue  # it answers nothing, or what was typed in: nobody waits for it
        requests = {one.fields["request"] for one in asked}
        reports = [
            one for one in log.of("avenue", "utrn-result") if one.n > answer.n and one.fields["request"] in requests
        ]
        return _against_the_meters_own(answer, reports[-1:], (*asked, question))
    return inconclusive("no-answer", "no meter has answered a UTRN that the PPMID was sent")


def _question(log: Log, answer: Entry) -> Entry | None:
    """What of the PPMID's a meter's answer answers: the same sequence on the HAN, or the Command of the same counter.

    The latest such, since a sequence comes again; None where nothing did.
    """
    if answer.what == "consumer-top-up-response":
        sequence = answer.fields.get("sequence")
        asked = [one for one in log.arrived("han", "consumer-top-up") if one.receiver == answer.sender]
        asked = [one for one in asked if one.fields.get("sequence") == sequence]
    else:
        asked = [one for one in han_commands(log, roles.PPMID, roles.HUB) if same_exchange(one, answer)]
    return next((one for one in reversed(asked) if one.n < answer.n), None)


def _askers(log: Log, question: Entry) -> list[Entry]:
    """The requests, to the PPMID by its avenue, for the UTRN that it then brought to a meter."""
    utrn = question.fields.get("utrn") or question.fields.get("gbcs", {}).get("utrn")
    return [one for one in brought(log, "submit-utrn") if one.n < question.n and one.fields["utrn"] == utrn]


def _against_the_meters_own(answer: Entry, reports: list[Entry], asked: tuple[Entry, ...]) -> Finding:
    """Whether what the PPMID said last of a request, after the meter's answer to it, is that answer."""
    if not reports:
        return failed("no-result", "the meter answered and the PPMID said nothing", *asked, answer)
    shown = (*asked, answer, *reports)
    said, meant = reports[-1].fields["result"], "accepted" if _accepted(answer) else "refused"
    if said != meant:
        return failed("other-result", f"the meter's answer was {meant}, the PPMID said {said}", *shown)
    own = _answered(answer)
    for name, meters, reason in (("result type", "result", "meter-result"), ("value", "value", "value")):
        given, told = own.get(meters), reports[-1].fields.get(reason.replace("-", "_"))
        if meters in own and told != given:
            sentence = f"the meter's answer had the {name} {given}, the PPMID gave {told}"
            return failed(f"other-{reason}", sentence, *shown)
    return passed(f"{said}, as the meter said", *shown)


@check(
    "says-it-does-not-know",
    judges="ppmid",
    needs=("avenue", "han"),
    reasons=("silent", "late", "resent", "claims-a-result"),
    requirements=("REQ-015", "REQ-034"),
    threats=("I4b",),
    purposes=("PP-005",),
    limits=("ppmid-answer", "ppmid-answer-gas"),
    version=6,
)
def says_it_does_not_know(log: Log, meter: str) -> Finding:
    """When no meter answers, the PPMID says so in time, and has not sent it again by itself.

    Where the hub has answered its transfer with an error it may say so instead; where it sent nothing, that it has not.
    """
    asked = brought(log, "submit-command", "submit-utrn")
    if not asked:
        return inconclusive("nothing-asked", "nothing has been asked of the PPMID")
    last = max(asked, key=lambda entry: entry.n)
    answered = [entry for entry in log.arrived("han") if entry.n > last.n and _answers_the_ppmid(entry)]
    own = [entry for entry in answered if entry.fields.get("gbcs", {}).get("use_case") == PCS01]
    forged = [entry for entry in own if entry not in _of_the_gas_meter(log, own)]
    answered = [entry for entry in answered if entry not in forged]
    if answered:
        return inconclusive("meter-answered", "the meter has answered", last, *answered)
    sent = [entry for entry in log.arrived("han") if entry.n > last.n and asks_a_meter(entry)]
    if len(sent) > 1:
        return failed("resent", f"it was sent {len(sent)} times on the HAN", last, *sent)
    request = last.fields["request"]
    reports = [entry for entry in log.of("avenue", request=request) if entry.sender == roles.PPMID and entry.n > last.n]
    claims = [
        entry for entry in reports if entry.what == "command-response" or entry.fields.get("result") == "accepted"
    ]
    if claims:
        sentence = "a result was given although no meter answered"
        return failed("claims-a-result", sentence, last, *_gas_meter_heard(log, forged), *forged, *claims)
    unknown = [entry for entry in reports if "unknown" in (entry.fields.get("state"), entry.fields.get("result"))]
    refused = [entry for entry in reports if entry.fields.get("state") == "refused"]
    if refused and not unknown and not sent:
        return inconclusive("not-sent", "the PPMID has said that it does not send it, and has not", last, *refused)
    errors = [entry for entry in log.arrived("han", "zcl") if sent and entry.n > sent[0].n and _refuses_transfer(entry)]
    if refused and errors and not unknown:
        return passed("it has said that the hub did not take it", last, *sent, errors[0], refused[0])
    name = "ppmid-answer" if meter == roles.ESME else "ppmid-answer-gas"
    if not unknown:
        latest = max(log, key=lambda entry: entry.t)
        passed_by, bound = (latest.t - last.t) / SECOND, limit(log, name).value + log.home["uncertainty"] / SECOND
        if passed_by <= bound:  # whoever asks again at once has given it no time
            return inconclusive("too-early", f"only {passed_by:.3f} s of {bound:g} s have passed", last, latest)
        return failed("silent", "nothing was said of the missing answer", last, *sent, *reports, latest)
    wait = (unknown[0].t - last.t) / SECOND
    measured = (Measurement("time-to-unknown", wait, "s"),)
    shown = (last, *_gas_meter_heard(log, forged), *forged, unknown[0])
    return against(log, name, wait, "", shown, measured)


@check(
    "answers-in-declared-times",
    judges="ppmid",
    needs=("avenue",),
    reasons=("first-word-late", "last-word-late", "silent"),
    requirements=("REQ-015", "REQ-034"),
    purposes=("PP-025",),
    version=2,
)
def answers_in_declared_times(log: Log, meter: str) -> Finding:
    """The PPMID has its first and its last word about each request within the times that its maker declares."""
    declared = log.home.get("declared", {})
    bounds = [declared.get("first-word-s"), declared.get("esme-answer-s" if meter == roles.ESME else "gsme-answer-s")]
    if None in bounds:
        return inconclusive("not-declared", "its maker declares no such times")
    asked, unsure = requests(log), log.home["uncertainty"] / SECOND
    if not asked:
        return inconclusive("nothing-asked", "nothing has been asked of the PPMID")
    latest = max(log, key=lambda entry: entry.t)
    shown: list[Entry] = []
    measured: list[Measurement] = []
    for one in asked:
        words = words_about(log, one)
        stages = (words[:1], "first-word"), ([word for word in words if is_last_word(word)][:1], "last-word")
        for bound, (said, name) in zip(bounds, stages, strict=True):
            passed_by = ((said[0] if said else latest).t - one.t) / SECOND
            sentence = f"{name.replace('-', ' ')} after {passed_by:.3f} s of {bound:g} s declared, clock ±{unsure:g} s"
            if said:
                measured.append(Measurement(name, passed_by, "s"))
            elif passed_by <= bound + unsure:
                return inconclusive("too-early", f"only {passed_by:.3f} s of {bound:g} s have passed", one, latest)
            else:
                return failed("silent", f"no {sentence}", one, *words, latest)
            if passed_by > bound + unsure:
                return failed(f"{name}-late", sentence, one, *words[:1], *said, measurements=tuple(measured))
            shown += said
    sentence = f"{counted(len(asked), 'request')}, each within {bounds[0]:g} s and {bounds[1]:g} s"
    return passed(sentence, *asked, *shown, measurements=tuple(measured))


def _refuses_transfer(entry: Entry) -> bool:
    """Whether the hub answers a transfer of the PPMID in the tunnel with an error (TransferDataError of the client)."""
    of_the_tunnel = entry.fields.get("cluster") == "0704" and entry.fields.get("scope") == "cluster"
    return (entry.sender, entry.receiver) == (roles.HUB, roles.PPMID) and of_the_tunnel and entry.fields["command"] == 3


def _answers_the_ppmid(entry: Entry) -> bool:
    return entry.receiver == roles.PPMID and (
        entry.what == "consumer-top-up-response" or entry.fields.get("gbcs", {}).get("cra") == "response"
    )


@check(
    "no-utrn-shown",
    judges="ppmid",
    needs=("avenue", "ppmid-display"),
    reasons=("utrn-in-text",),
    requirements=("REQ-011",),
    threats=("I1b",),
    purposes=("PP-019",),
    assumed=("twelve digits in a row of a code, in any notation, give it away, and fewer do not",),
    version=2,
)
def no_utrn_shown(log: Log) -> Finding:
    """No UTRN, nor most of one, stands in any text that the PPMID shows or sends, in whatever notation."""
    texts = [entry for entry in log.of("avenue") if entry.sender == roles.PPMID and entry.fields.get("text")]
    screens = log.of("ppmid-display", "screen")
    if not texts and not screens:
        return inconclusive("no-text", "no text of the PPMID was seen")
    leaks = [entry for entry in texts if "[utrn:" in entry.fields["text"]]
    leaks += [entry for entry in screens if any("[utrn:" in line for line in entry.fields["lines"])]
    if leaks:
        return failed("utrn-in-text", "a UTRN can be read in a text of the PPMID", *leaks)
    return passed(f"none in {counted(len(texts), 'text')} and {counted(len(screens), 'screen')}", *texts, *screens)


@check(
    "says-it-is-no-utrn",
    judges="ppmid",
    needs=("avenue",),
    reasons=("no-refusal", "other-reason"),
    requirements=("REQ-034",),
    purposes=("PP-010",),
)
def says_it_is_no_utrn(log: Log) -> Finding:
    """The PPMID answers digits that cannot be a UTRN by saying just that."""
    return _refused_because(log, NOT_WELL_FORMED)


@check(
    "says-it-is-not-joined",
    judges="ppmid",
    needs=("avenue",),
    reasons=("no-refusal", "other-reason"),
    requirements=("REQ-034",),
)
def says_it_is_not_joined(log: Log) -> Finding:
    """The PPMID answers a UTRN for a meter that it is not joined with by saying that it has no such meter."""
    return _refused_because(log, UNKNOWN_METER)


def _refused_because(log: Log, expected: str) -> Finding:
    """Whether the PPMID has refused the last UTRN that it was brought, for this reason (local command interface)."""
    asked = brought(log, "submit-utrn")
    if not asked:
        return inconclusive("nothing-asked", "no UTRN has reached the PPMID")
    said = log.of("avenue", "status", request=asked[-1].fields["request"], state="refused")
    if not said:
        return failed("no-refusal", "it has not said so", asked[-1])
    reason = said[0].fields["reason"]
    if reason != expected:
        return failed("other-reason", f"expected the reason {expected}, found {reason}", asked[-1], said[0])
    return passed("it has said so", asked[-1], said[0])


@check(
    "says-it-cannot-relay",
    judges="ppmid",
    needs=("avenue",),
    reasons=("no-refusal", "claims-to-relay"),
    requirements=("REQ-003", "REQ-025"),
    purposes=("PP-023",),
    version=2,
)
def says_it_cannot_relay(log: Log) -> Finding:
    """A PPMID without the function says so of itself, and answers a Command by saying that it cannot relay."""
    asked = brought(log, "submit-command")
    if not asked:
        return inconclusive("nothing-asked", "no Command has reached the PPMID")
    request = asked[-1].fields["request"]
    said = log.of("avenue", "status", request=request, state="refused")
    if not said:
        return failed("no-refusal", "it has not said so", asked[-1])
    told = [one for one in log.of("avenue", "capabilities") if one.n < asked[-1].n][-1:]
    if told and told[0].fields["can_relay"]:
        return failed("claims-to-relay", "it had told that it can, and refuses", *told, asked[-1], said[0])
    return passed("it has said so", *told, asked[-1], said[0])
