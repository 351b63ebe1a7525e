"""In which order a hub hands a sleeping meter what waits for it, whoever brought it."""

from dataclasses import dataclass
from itertools import combinations

from ppmid_bench.checks.check import Finding, check, failed, inconclusive, limit, passed
from ppmid_bench.checks.relaying import alerts_of_the_hub, han_commands
from ppmid_bench.evidence import Entry, Log
from ppmid_bench.sentences import counted
from ppmid_devices import roles
from ppmid_devices.ports import SECOND

_NOT_FETCHED = "819D"
_AT_ONCE = 10 * SECOND  # what comes less than this apart may be in either order at the hub


@dataclass(frozen=True, slots=True)
class _Letter:
    """A Command that came to the hub for a meter, once or as several copies, and each time that it was handed out."""

    copies: list[Entry]
    handed: list[Entry]

    @property
    def came(self) -> Entry:
        return self.copies[0]

    def waits_at(self, entry: Entry) -> bool:
        """Whether it had come well before, and had not been handed out until then."""
        return self.came.t + _AT_ONCE <= entry.t and not any(one.n <= entry.n for one in self.handed)


def _letters(log: Log, meter: str, device: str) -> list[_Letter]:
    """What came for the device, over the SM WAN and from devices of the HAN, oldest first."""
    brought = [one for one in (*log.arrived("wan", "gbcs"), *log.arrived("han", "tunnel")) if _is_for(one, device)]
    came = sorted((one for one in brought if one.receiver == roles.HUB), key=lambda one: one.n)
    handed = han_commands(log, roles.HUB, meter)
    tags = dict.fromkeys(_tag(one) for one in came)
    return [
        _Letter([one for one in came if _tag(one) == tag], [one for one in handed if _tag(one) == tag]) for tag in tags
    ]


def _is_for(entry: Entry, device: str) -> bool:
    gbcs = entry.fields.get("gbcs", {})
    return bool(gbcs.get("cra") == "command" and gbcs["target"] == device)


def _tag(entry: Entry) -> str:
    return str(entry.fields["gbcs"]["tag"])


@check(
    "mailbox-in-order",
    judges="hub",
    needs=("wan", "han"),
    reasons=("out-of-order", "handed-out-twice", "given-up-and-handed-out", "left-behind"),
    requirements=("REQ-013",),
    threats=("I3e",),
    limits=("relay-age",),
    assumed=("what waits in a hub for a sleepy device goes out in the order in which it came; no public text says so",),
    version=2,
)
def mailbox_in_order(log: Log, meter: str, device: str) -> Finding:
    """What waits in the hub for a sleeping meter goes to it in the order in which it came, none twice, none lost.

    ``device``: the meter's EUI-64. Lost, or left for another wake, is a Command that waits where the hub says in a
    GET-RESPONSE that nothing does (GBCS 10.2.2), unless it has waited too long, or the hub has been without power.
    Nor does one go out that the hub has told the DCC was not fetched (Alert 819D, which does not say which it is: so
    many must have stayed for good).
    """
    letters = _letters(log, meter, device)
    said = [one for one in log.arrived("han", "tunnel", exchange="get-response") if one.receiver == meter]
    cuts = log.of("hub-power")
    given_up = alerts_of_the_hub(log, _NOT_FETCHED)
    seen = (*(copy for one in letters for copy in one.copies), *said, *cuts, *given_up)
    if not said or not any(one.waits_at(other.came) for one, other in combinations(letters, 2)):
        return inconclusive("none-together", "no two Commands have waited in the hub together", *seen)
    if log.disturbed:
        return inconclusive("perhaps-repeated", "a bench that loses frames has some sent again", *seen)
    for one in letters:
        if len(one.handed) > len(one.copies):
            sentence = f"brought {counted(len(one.copies), 'time')}, handed out {counted(len(one.handed), 'time')}"
            return failed("handed-out-twice", sentence, *seen)
    for earlier, later in combinations(letters, 2):
        if later.handed and earlier.handed and earlier.waits_at(later.came) and earlier.waits_at(later.handed[0]):
            return failed("out-of-order", "a Command was handed out before one that had come earlier", *seen)
    for number, alert in enumerate(given_up, 1):
        stayed = sum(len(one.copies) - len(one.handed) for one in letters if one.came.n < alert.n)
        if stayed < number:
            sentence = f"{counted(number, 'Command')} told of as not fetched, and all but {stayed} were handed out"
            return failed("given-up-and-handed-out", sentence, *seen)
    oldest = limit(log, "relay-age").value * SECOND
    for answer in [one for one in said if one.fields["remaining"] == 0]:
        waiting = [one for one in letters if one.waits_at(answer) and answer.t - one.came.t <= oldest]
        waiting = [one for one in waiting if not any(one.came.n < cut.n for cut in cuts)]
        if waiting:
            sentence = f"{counted(len(waiting), 'Command')} waited when the hub said that nothing more does"
            return failed("left-behind", sentence, *seen)
    gone = sum(bool(one.handed) for one in letters)
    return passed(f"{counted(gone, 'Command')} of {len(letters)} that came, each once and in order", *seen)
