"""What a flood leaves of a home's service, out of the evidence: answers kept, their times, losses, recovery. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from ppmid_bench.checks.relaying import han_commands
from ppmid_bench.evidence import Entry, Log
from ppmid_devices import roles
from ppmid_devices.links.bands import Band, airtime
from ppmid_devices.ports import MINUTE, SECOND
from ppmid_protocols.eui import Eui

READ_BALANCE = "4.18"
"""The Service Request whose answers are counted."""
_WAN, _LOCAL = 1, 2
"""The Command Variants of a read over the SM WAN, and of one for local delivery."""


@dataclass(frozen=True, slots=True)
class Answers:
    """Of each question, in the order in which they were asked, the seconds until its answer; None where none came."""

    seconds: tuple[float | None, ...]

    @property
    def given(self) -> list[float]:
        """The times of those that came, the shortest first."""
        return sorted(one for one in self.seconds if one is not None)

    def kept(self, within_s: float) -> float | None:
        """The share that came within so many seconds, 0 to 1; None where nothing was asked."""
        return sum(one <= within_s for one in self.given) / len(self.seconds) if self.seconds else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What was asked during a flood and how it was answered, and what the flood itself came to.

    ``local``: Commands that honest people bring by the PPMID; ``display``: figures that a display asks for, where one
    counts as answered until the display asks for it anew. ``reached``: of the flood, what came to the meter. ``lost``:
    genuine Commands for the gas meter that never came to it. ``recovery_s``: from the end of the flood until a Command
    by the PPMID is answered again; None where none was any more. ``air``: the share of time on the air.
    """

    offered: int
    reached: int
    esme: Answers
    gsme: Answers
    display: Answers
    local: Answers
    lost: int
    recovery_s: int | None
    air: float


def service(log: Log, meter: str, gas_meter: Eui, begin: int, end: int, *, within_s: float) -> Service:
    """What was left between ``begin`` and ``end`` (ns), for a flood of Commands for ``meter``, a role.

    What is answered within so many seconds tells that all is back.
    """
    flood = Log(tuple(entry for entry in log if begin <= entry.t < end))
    asked = [entry for entry in log.of("duis", "request", srv=READ_BALANCE) if entry.t >= begin]
    gas = [entry for entry in asked if entry.fields["cv"] == _WAN and _device(entry) == str(gas_meter)]
    wan = [entry for entry in asked if entry.fields["cv"] == _WAN and entry not in gas]
    local = [entry for entry in asked if entry.fields["cv"] == _LOCAL]
    genuine = {entry.fields["request"] for entry in asked}
    junk = [entry for entry in han_commands(flood, roles.HUB, meter) if entry.fields["gbcs"]["request"] not in genuine]
    came = {entry.fields["gbcs"]["request"] for entry in han_commands(log, roles.HUB, roles.GSME)}
    return Service(
        offered=_offered(flood, genuine),
        reached=len(junk),
        esme=_answers(log, _before(wan, end)),
        gsme=_answers(log, _before(gas, end)),
        display=_figures(flood, log),
        local=_answers(log, _before(local, end)),
        lost=sum(entry.fields["request"] not in came for entry in _before(gas, end)),
        recovery_s=_recovery(log, [entry for entry in local if entry.t >= end], end, within_s),
        air=_air(flood, end - begin),
    )


def together(found: Sequence[Service]) -> Service:
    """Several floods of one kind as one: what was asked and sent is added up, recovery is the longest, air the mean."""
    back = [one.recovery_s for one in found]
    return Service(
        offered=sum(one.offered for one in found),
        reached=sum(one.reached for one in found),
        esme=_joined([one.esme for one in found]),
        gsme=_joined([one.gsme for one in found]),
        display=_joined([one.display for one in found]),
        local=_joined([one.local for one in found]),
        lost=sum(one.lost for one in found),
        recovery_s=None if None in back else max(one for one in back if one is not None),
        air=sum(one.air for one in found) / len(found),
    )


def _joined(found: Sequence[Answers]) -> Answers:
    return Answers(tuple(second for one in found for second in one.seconds))


def _before(entries: list[Entry], end: int) -> list[Entry]:
    return [entry for entry in entries if entry.t < end]


def _device(entry: Entry) -> str:
    return str(entry.fields["request"]).split(":")[1]


def _offered(flood: Log, genuine: set[str]) -> int:
    """What was submitted to the PPMID or, where code on it makes the flood, given to the hub; whichever is more."""
    submitted = [one.fields["gbcs"]["request"] for one in flood.arrived("avenue", "submit-command")]
    given = [one.fields["gbcs"]["request"] for one in han_commands(flood, roles.PPMID, roles.HUB)]
    return max(sum(request not in genuine for request in listed) for listed in (submitted, given))


def _answers(log: Log, asked: list[Entry]) -> Answers:
    """The first success for each that came back to the User's side, over the SM WAN or by the avenue."""
    wanted = {one.fields["request"] for one in asked}
    first: dict[str, Entry] = {}
    for one in sorted((*log.arrived("wan", "gbcs"), *log.arrived("avenue", "command-response")), key=lambda one: one.n):
        gbcs = one.fields["gbcs"]
        if gbcs["cra"] == "response" and gbcs["success"] and gbcs["request"] in wanted:
            first.setdefault(gbcs["request"], one)
    answers = ((one, first.get(one.fields["request"])) for one in asked)
    return Answers(tuple(None if answer is None else (answer.t - one.t) / SECOND for one, answer in answers))


def _figures(flood: Log, log: Log) -> Answers:
    """Of the questions of the display, how long each waited: till its answer, unless it has asked anew before."""
    asked = [one for one in flood.of("han", "figures-asked") if one.sender == roles.PPMID]
    told = [one for one in log.arrived("han", "figures-told") if one.receiver == roles.PPMID]
    waited: list[float | None] = []
    for one in asked:
        anew = next((other.n for other in asked if other.n > one.n and _same(one, other.receiver, other)), None)
        answer = next((other for other in told if other.n > one.n and _same(one, other.sender, other)), None)
        late = answer is None or (anew is not None and answer.n > anew) or answer.t - one.t > MINUTE
        waited.append(None if late or answer is None else (answer.t - one.t) / SECOND)
    return Answers(tuple(waited))


def _same(asked: Entry, device: str, other: Entry) -> bool:
    return asked.receiver == device and asked.fields["cluster"] == other.fields["cluster"]


def _recovery(log: Log, asked: list[Entry], end: int, within_s: float) -> int | None:
    for one, took in zip(asked, _answers(log, asked).seconds, strict=True):
        if took is not None and took <= within_s:
            return round((one.t - end) / SECOND + took)
    return None


def _air(flood: Log, duration: int) -> float:
    """The share of ``duration`` for which anybody of the home was on the air at 2.4 GHz."""
    sent = (entry.octets for entry in flood.of("han") if entry.octets is not None)
    return sum(airtime(len(octets), Band.GHZ_2_4) for octets in sent) / duration
