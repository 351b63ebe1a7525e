"""What PPMID and hub do with the messages that they carry."""

from ppmid_bench.checks.check import Finding, check, failed, inconclusive, passed
from ppmid_bench.evidence import Entry, Log
from ppmid_bench.sentences import counted
from ppmid_bench.verdict import Verdict
from ppmid_devices import roles


def han_commands(log: Log, sender: str, receiver: str) -> list[Entry]:
    """The GBCS Commands that arrived on the HAN from one party at another."""
    return _han_gbcs(log, sender, receiver, "command")


def alerts_of_the_hub(log: Log, code: str) -> list[Entry]:
    """The hub's Alerts of this code to the DCC, whether they arrived or not."""
    said = log.of("wan", "gbcs")
    return [entry for entry in said if entry.sender == roles.HUB and entry.fields["gbcs"].get("alert") == code]


def han_responses(log: Log, sender: str, receiver: str) -> list[Entry]:
    """The GBCS Responses that arrived on the HAN from one party at another."""
    return _han_gbcs(log, sender, receiver, "response")


def _han_gbcs(log: Log, sender: str, receiver: str, cra: str) -> list[Entry]:
    return [
        entry
        for entry in log.arrived("han", "tunnel")
        if entry.sender == sender and entry.receiver == receiver and entry.fields.get("gbcs", {}).get("cra") == cra
    ]


def brought(log: Log, *what: str, to: str = roles.PPMID) -> list[Entry]:
    """What of these kinds has come to the PPMID, or the hub, by its avenue, from the Internet or by hand."""
    return [entry for entry in log.arrived("avenue") if entry.receiver == to and entry.what in what]


def asks_a_meter(entry: Entry, party: str = roles.PPMID) -> bool:
    """Whether a party sends something that a meter would act on: a Command, or a Consumer Top Up."""
    return entry.sender == party and (
        entry.what == "consumer-top-up" or entry.fields.get("gbcs", {}).get("cra") == "command"
    )


def same_message(one: Entry, other: Entry) -> bool:
    """Whether two entries carry the same octets of a GBCS message."""
    return bool(one.fields["gbcs"]["tag"] == other.fields["gbcs"]["tag"])


def same_exchange(one: Entry, other: Entry) -> bool:
    """Whether two entries belong to one Command or its Response: same parties, counter and Message Code."""
    first, second = one.fields["gbcs"], other.fields["gbcs"]
    return (
        first["counter"] == second["counter"]
        and first["code"] == second["code"]
        and {first["originator"], first["target"]} == {second["originator"], second["target"]}
    )


def passed_on(
    log: Log, before: list[Entry], after: list[Entry], lost_code: str, hop: str, asked: list[Entry] | None = None
) -> Finding:
    """Whether each message of ``before`` stands, unaltered, in ``after`` at a later time.

    One that is missing is nobody's fail where a link of the bench loses frames by itself. ``asked``: the Commands that
    ``before`` are answers to, where only answers to them count.
    """
    asked = asked or []
    for one in before:
        later = [other for other in after if other.n > one.n]
        if any(same_message(one, other) for other in later):
            continue
        altered = [other for other in later if same_exchange(one, other)]
        if altered:
            return failed("altered", f"other octets came out than went in: {hop}", *asked, one, *altered)
        if log.disturbed:
            sentence = f"it did not come out, on a bench that loses frames: {hop}"
            return inconclusive("perhaps-lost", sentence, *asked, one)
        return failed(lost_code, f"it went in and did not come out: {hop}", *asked, one)
    return passed(f"{counted(len(before), 'message')}, octet for octet: {hop}", *asked, *before, *after)


@check(
    "forwarded-unaltered",
    judges="ppmid",
    needs=("avenue", "han"),
    reasons=("altered", "not-forwarded", "forwarded-twice"),
    requirements=("REQ-012", "REQ-056"),
    purposes=("PP-001", "PP-005"),
    version=2,
)
def forwarded_unaltered(log: Log) -> Finding:
    """The PPMID passes each Command into the HAN octet for octet as it was given it, and no more often."""
    submitted = brought(log, "submit-command")
    if not submitted:
        return inconclusive("nothing-submitted", "no Command has reached the PPMID")
    sent = han_commands(log, roles.PPMID, roles.HUB)
    found = passed_on(log, submitted, sent, "not-forwarded", "avenue to HAN")
    if found.verdict is not Verdict.PASS or log.disturbed:
        return found
    for one in submitted:
        given, copies = ([other for other in all_ if same_message(one, other)] for all_ in (submitted, sent))
        if len(copies) > len(given):
            sentence = (
                f"{counted(len(copies), 'copy', 'copies')} of a Command went into the HAN, {len(given)} was given"
            )
            return failed("forwarded-twice", sentence, *given, *copies)
    return found


@check(
    "response-passed-unaltered",
    judges="ppmid",
    needs=("avenue", "han"),
    reasons=("altered", "not-passed-on"),
    requirements=("REQ-014",),
    threats=("I4b", "I4c"),
    purposes=("PP-002", "PP-016"),
    version=3,
)
def response_passed_unaltered(log: Log) -> Finding:
    """The PPMID passes each Response to its User octet for octet as the hub gave it."""
    submitted = brought(log, "submit-command")
    arrived = _each_once(answers_to(submitted, han_responses(log, roles.HUB, roles.PPMID)))
    if not arrived:
        return inconclusive("no-response", "no Response to a Command from the avenue has reached the PPMID", *submitted)
    returned = log.of("avenue", "command-response")
    return passed_on(log, arrived, returned, "not-passed-on", "HAN to avenue", submitted)


def answers_to(commands: list[Entry], responses: list[Entry]) -> list[Entry]:
    """Those of the Responses that answer one of the Commands."""
    return [one for one in responses if any(same_exchange(command, one) for command in commands)]


def _each_once(messages: list[Entry]) -> list[Entry]:
    """Each message as it first came: what a hub brings again, though it was passed on, need not be passed on again."""
    first: dict[str, Entry] = {}
    for one in messages:
        first.setdefault(one.fields["gbcs"]["tag"], one)
    return list(first.values())


@check(
    "each-response-to-its-request",
    judges="ppmid",
    needs=("avenue", "han"),
    reasons=("not-passed-on", "passed-twice", "other-request"),
    requirements=("REQ-014",),
    threats=("I4b", "I4e"),
    purposes=("PP-002",),
    version=2,
)
def each_response_to_its_request(log: Log) -> Finding:
    """However many Commands are under way, the PPMID gives each Response to the request that it answers, and once."""
    submitted = brought(log, "submit-command")
    arrived = _each_once(answers_to(submitted, han_responses(log, roles.HUB, roles.PPMID)))
    if not arrived:
        return inconclusive("no-response", "no Response to a Command from the avenue has reached the PPMID", *submitted)
    shown: list[Entry] = []
    for one in arrived:
        asked = [command for command in submitted if same_exchange(command, one)]
        requests = {command.fields["request"] for command in asked}
        given = [
            other for other in log.of("avenue", "command-response") if other.n > one.n and same_message(one, other)
        ]
        if not given:
            return failed("not-passed-on", "a Response came and was given to nobody", *asked, one)
        astray = [other for other in given if other.fields["request"] not in requests]
        if astray:
            return failed(
                "other-request", "a Response was given as the answer to another Command", *asked, one, *astray
            )
        if len(given) > len(requests):
            return failed("passed-twice", f"one Response was given {len(given)} times", *asked, one, *given)
        shown += [*asked, one, *given]
    return passed(f"{counted(len(arrived), 'Response')}, each to its own request", *shown)


@check(
    "relayed-unaltered",
    judges="hub",
    needs=("han",),
    reasons=("altered", "not-relayed"),
    requirements=("REQ-004", "REQ-008", "REQ-013"),
)
def relayed_unaltered(log: Log, meter: str) -> Finding:
    """The hub passes each Command of the PPMID to its target octet for octet."""
    given = han_commands(log, roles.PPMID, roles.HUB)
    if not given:
        return inconclusive("nothing-forwarded", "the PPMID has given the hub no Command")
    return passed_on(log, given, han_commands(log, roles.HUB, meter), "not-relayed", f"PPMID to {meter}")


@check(
    "response-routed-back",
    judges="hub",
    needs=("han",),
    reasons=("altered", "not-routed-back"),
    requirements=("REQ-004", "REQ-050"),
    version=2,
)
def response_routed_back(log: Log, meter: str) -> Finding:
    """The hub passes the Response to a relayed Command back to the PPMID that brought the Command."""
    relayed = han_commands(log, roles.PPMID, roles.HUB)
    answers = answers_to(relayed, han_responses(log, meter, roles.HUB))
    if not answers:
        return inconclusive("no-response", f"the {meter} has not answered a relayed Command", *relayed)
    returned = han_responses(log, roles.HUB, roles.PPMID)
    return passed_on(log, answers[:1], returned, "not-routed-back", f"{meter} to PPMID", relayed)


@check(
    "not-relayed",
    judges="hub",
    needs=("han",),
    reasons=("relayed-by-old-hub",),
    requirements=("REQ-007",),
)
def not_relayed(log: Log, meter: str) -> Finding:
    """A hub that does not know the function passes no Command of the PPMID to a meter."""
    given = han_commands(log, roles.PPMID, roles.HUB)
    if not given:
        return inconclusive("nothing-forwarded", "the PPMID has given the hub no Command")
    leaked = [entry for entry in han_commands(log, roles.HUB, meter) if any(same_exchange(entry, one) for one in given)]
    if leaked:
        return failed("relayed-by-old-hub", "a hub without the function passed the Command on", *given, *leaked)
    return passed("the Command ended at the hub", *given)


@check(
    "kept-to-its-list",
    judges="hub",
    needs=("han",),
    reasons=("relayed-off-list",),
    requirements=("REQ-012",),
    threats=("I2c",),
)
def kept_to_its_list(log: Log, meter: str, codes: list[str]) -> Finding:
    """The hub passes no Command of the PPMID to a meter whose Message Code (four hex digits) is not among these."""
    others = [one for one in han_commands(log, roles.PPMID, roles.HUB) if one.fields["gbcs"]["code"] not in codes]
    if not others:
        return inconclusive("nothing-forwarded", "the PPMID has given the hub no Command of another kind")
    return ended_at_the_hub(log, others, meter, "relayed-off-list")


def ended_at_the_hub(log: Log, others: list[Entry], meter: str, leak: str) -> Finding:
    """Whether none of these Commands, which are off the list, went on to the meter; else it fails for ``leak``."""
    leaked = [one for one in han_commands(log, roles.HUB, meter) if any(same_exchange(one, other) for other in others)]
    if leaked:
        return failed(leak, "the hub passed on what is not on its list", *others, *leaked)
    return passed(f"{counted(len(others), 'Command')} of another kind ended at the hub", *others)


def _is_one_of(entry: Entry, messages: set[str | None]) -> bool:
    """Whether the PPMID sends one of these GBCS messages, a Command or not."""
    return entry.sender == roles.PPMID and "gbcs" in entry.fields and entry.fields["gbcs"].get("tag") in messages


@check(
    "nothing-reaches-han",
    judges="ppmid",
    needs=("avenue", "han"),
    reasons=("sent-to-han",),
    requirements=("REQ-011", "REQ-030"),
    threats=("I1c", "I1d", "I1e", "I6"),
    purposes=("PP-006", "PP-007", "PP-010"),
    version=2,
)
def nothing_reaches_han(log: Log) -> Finding:
    """What the PPMID must refuse leaves no trace on the HAN."""
    asked = brought(log, "submit-command", "submit-utrn", "unreadable", "for-another-home")
    asked += log.of("keypad", "typed")
    if not asked:
        return inconclusive("nothing-asked", "nothing that must be refused has reached the PPMID")
    messages = {one.fields["gbcs"].get("tag") for one in asked if "gbcs" in one.fields}
    sent = [entry for entry in log.of("han") if asks_a_meter(entry) or _is_one_of(entry, messages)]
    if sent:
        return failed("sent-to-han", "the PPMID passed it into the HAN", *asked, *sent)
    return passed("nothing of it was sent on the HAN", *asked)
