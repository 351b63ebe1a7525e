"""What a flood leaves of a home's service, read out of the evidence: answers kept, losses, and recovery. Pure."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Shares are between 0 and 1, None where nothing was asked. ``reached``: of the flood, what came to the meter.

    ``local``: Commands that honest people bring by the PPMID; ``display``: figures that a display asks for.
    ``lost``: genuine Commands for the gas meter that never came to it. ``recovery_s``: from the end of the flood until
    a Command by the PPMID is answered again; None where none was any more. ``air``: the share of time on the air.
    """

    offered: int
    reached: int
    esme: float | None
    gsme: float | None
    display: float | None
    local: float | None
    lost: int
    recovery_s: int | None
    air: float


def service(
    log: Log, meter: str, gas_meter: Eui, begin: int, end: int, *, within_s: float, within_gas_s: float
) -> Service:
    """What was left between ``begin`` and ``end`` (ns), for a flood of Commands for ``meter``, a role.

    An answer counts within so many seconds, a gas meter's within ``within_gas_s``.
    """
    flood = Log(tuple(entry for entry in log if begin <= entry.t < end))
    asked = [entry for entry in log.of("duis", "request", srv=READ_BALANCE) if entry.t >= begin]
    gas = [entry for entry in asked if entry.fields["cv"] == _WAN and _device(entry) == str(gas_meter)]
    wan = [entry for entry in asked if entry.fields["cv"] == _WAN and entry not in gas]
    local = [entry for entry in asked if entry.fields["cv"] == _LOCAL]
    genuine = {entry.fields["request"] for entry in asked}
    junk = [entry for entry in han_commands(flood, roles.HUB, meter) if entry.fields["gbcs"]["request"] not in genuine]
    return Service(
        offered=_offered(flood, genuine),
        reached=len(junk),
        esme=_share(log, _before(wan, end), within_s),
        gsme=_share(log, _before(gas, end), within_gas_s),
        display=_figures(flood, log),
        local=_share(log, _before(local, end), within_s),
        lost=sum(not _came(log, entry) for entry in _before(gas, end)),
        recovery_s=_recovery(log, [entry for entry in local if entry.t >= end], end, within_s),
        air=_air(flood, end - begin),
    )


def _before(entries: list[Entry], end: int) -> list[Entry]:
    return [entry for entry in entries if entry.t < end]


def _device(entry: Entry) -> str:
    return str(entry.fields["request"]).split(":")[1]


def _offered(flood: Log, genuine: set[str]) -> int:
    """What was submitted to the PPMID or, where code on it makes the flood, given to the hub; whichever is more."""
    submitted = [one.fields["gbcs"]["request"] for one in flood.arrived("avenue", "submit-command")]
    given = [one.fields["gbcs"]["request"] for one in han_commands(flood, roles.PPMID, roles.HUB)]
    return max(sum(request not in genuine for request in listed) for listed in (submitted, given))


def _answer(log: Log, asked: Entry) -> Entry | None:
    """The first success that came back to the User's side, over the SM WAN or by the avenue."""
    returned = (*log.arrived("wan", "gbcs"), *log.arrived("avenue", "command-response"))
    fits = [
        one
        for one in returned
        if (gbcs := one.fields["gbcs"])["cra"] == "response"
        and gbcs["success"]
        and gbcs["request"] == asked.fields["request"]
    ]
    return min(fits, key=lambda one: one.n, default=None)


def _share(log: Log, asked: list[Entry], within_s: float) -> float | None:
    kept = [one for one in asked if (answer := _answer(log, one)) and answer.t - one.t <= within_s * SECOND]
    return len(kept) / len(asked) if asked else None


def _came(log: Log, asked: Entry) -> bool:
    reached = han_commands(log, roles.HUB, roles.GSME)
    return any(one.fields["gbcs"]["request"] == asked.fields["request"] for one in reached)


def _figures(flood: Log, log: Log) -> float | None:
    """Of the questions of the display, those that were answered within a minute."""
    asked = [one for one in flood.of("han", "figures-asked") if one.sender == roles.PPMID]
    answers = [one for one in log.arrived("han", "figures-told") if one.receiver == roles.PPMID]
    if not asked:
        return None
    kept = [one for one in asked if any(_answers(answer, one) for answer in answers)]
    return len(kept) / len(asked)


def _answers(answer: Entry, asked: Entry) -> bool:
    same = answer.sender == asked.receiver and answer.fields["cluster"] == asked.fields["cluster"]
    return same and asked.n < answer.n and answer.t - asked.t <= MINUTE


def _recovery(log: Log, asked: list[Entry], end: int, within_s: float) -> int | None:
    for one in asked:
        answer = _answer(log, one)
        if answer is not None and answer.t - one.t <= within_s * SECOND:
            return (answer.t - end) // SECOND
    return None


def _air(flood: Log, duration: int) -> float:
    """The share of ``duration`` for which anybody of the home was on the air at 2.4 GHz."""
    sent = (entry.octets for entry in flood.of("han") if entry.octets is not None)
    return sum(airtime(len(octets), Band.GHZ_2_4) for octets in sent) / duration
