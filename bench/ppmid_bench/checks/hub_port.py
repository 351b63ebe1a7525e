"""What a hub does with Commands that are brought to a port of its own, a wire or NFC, as it does with a PPMID's."""

from ppmid_bench.checks.carrying import asked_by, copy, half, other_home
from ppmid_bench.checks.check import Finding, check, failed, inconclusive, passed
from ppmid_bench.checks.relaying import (
    answers_to,
    brought,
    ended_at_the_hub,
    han_commands,
    han_responses,
    passed_on,
)
from ppmid_bench.evidence import Entry, Log
from ppmid_bench.sentences import counted
from ppmid_devices import roles

_PORTS = ("REQ-063", "REQ-064")
_PROPOSED = ("no hub in the field has a port for Commands; its protocol here is our own proposal",)


def _brought(log: Log) -> list[Entry]:
    """The Commands that have come to the hub by its port."""
    return brought(log, "submit-command", to=roles.HUB)


@check(
    "port-passed-on-unaltered",
    judges="hub",
    needs=("avenue", "han"),
    reasons=("altered", "not-passed-on"),
    requirements=_PORTS,
    assumed=_PROPOSED,
    version=2,
)
def port_passed_on_unaltered(log: Log, meter: str) -> Finding:
    """The hub passes each Command that is brought to its port to the target octet for octet."""
    came = _brought(log)
    if not came:
        return inconclusive("nothing-brought", "no Command has been brought to the hub's port")
    return passed_on(log, came, han_commands(log, roles.HUB, meter), "not-passed-on", f"port to {meter}")


@check(
    "port-passed-back-unaltered",
    judges="hub",
    needs=("avenue", "han"),
    reasons=("altered", "not-passed-back"),
    requirements=_PORTS,
    assumed=_PROPOSED,
    version=2,
)
def port_passed_back_unaltered(log: Log, meter: str) -> Finding:
    """The hub passes the Response to each Command that was brought to its port back there octet for octet."""
    came = _brought(log)
    answers = answers_to(came, han_responses(log, meter, roles.HUB))
    if not answers:
        return inconclusive("no-response", f"the {meter} has answered no Command that was brought to the port", *came)
    said = [entry for entry in log.of("avenue", "command-response") if entry.sender == roles.HUB]
    return passed_on(log, answers, said, "not-passed-back", f"{meter} to port", came)


@check(
    "port-kept-to-its-list",
    judges="hub",
    needs=("avenue", "han"),
    reasons=("passed-on-off-list",),
    requirements=_PORTS,
    assumed=_PROPOSED,
    version=2,
    threats=("I2c",),
)
def port_kept_to_its_list(log: Log, meter: str, codes: list[str]) -> Finding:
    """The hub passes no Command of its port to a meter whose Message Code (four hex digits) is not among these."""
    others = [one for one in _brought(log) if one.fields["gbcs"]["code"] not in codes]
    if not others:
        return inconclusive("nothing-brought", "no Command of another kind has been brought to the hub's port")
    return ended_at_the_hub(log, others, meter, "passed-on-off-list")


@check(
    "port-refused-strangers",
    judges="hub",
    needs=("avenue", "wan", "han"),
    reasons=("passed-on", "answered"),
    requirements=_PORTS,
    assumed=_PROPOSED,
    version=2,
    threats=("I1d",),
)
def port_refused_strangers(log: Log) -> Finding:
    """What no sender that the hub knows has sealed, it neither passes on nor answers, whoever plugs in or taps."""
    strange = brought(log, "unreadable", to=roles.HUB)
    if not strange:
        return inconclusive("nothing-brought", "nothing of a stranger has been brought to the hub's port")
    since = strange[0].n
    asked = [entry for entry in asked_by(log, roles.HUB) if entry.n > since]
    if asked:
        return failed("passed-on", "the hub passed something on to a meter", *strange, *asked)
    said = [entry for entry in log.of("avenue") if entry.n > since and _is_answer(entry)]
    if said:
        return failed("answered", "the hub answered to it", *strange, *said)
    return passed(f"{counted(len(strange), 'message')} ended at the hub, without an answer", *strange)


def _is_answer(entry: Entry) -> bool:
    return entry.sender == roles.HUB and entry.what in ("status", "command-response", "utrn-result")


@check(
    "port-half-not-acted-on",
    judges="hub",
    needs=("avenue", "wan", "han"),
    reasons=("half-acted-on",),
    requirements=_PORTS,
    assumed=_PROPOSED,
    version=2,
)
def port_half_not_acted_on(log: Log) -> Finding:
    """Of a transfer to the hub's port that broke off nothing goes to a meter: what it asks has come to it whole."""
    return half(log, roles.HUB)


@check(
    "port-copy-not-acted-on",
    judges="hub",
    needs=("avenue", "wan", "han"),
    reasons=("acted-twice",),
    requirements=_PORTS,
    assumed=_PROPOSED,
    version=3,
    threats=("I3a",),
)
def port_copy_not_acted_on(log: Log) -> Finding:
    """What is brought to the hub's port again, octet for octet or by its request id, it does not pass on again."""
    return copy(log, roles.HUB)


@check(
    "port-other-home-ignored",
    judges="hub",
    needs=("avenue", "wan", "han"),
    reasons=("answered", "sent-to-han"),
    requirements=_PORTS,
    assumed=_PROPOSED,
    version=2,
    threats=("I1c",),
)
def port_other_home_ignored(log: Log) -> Finding:
    """What is sealed for another home the hub neither passes on nor answers, whoever brings it to its port."""
    return other_home(log, roles.HUB)
