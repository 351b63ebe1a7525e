"""The exchange by which a party shows that it works: one top-up, by the way on which its role stands.

A PPMID that says in its Capabilities that it carries no Commands is given a UTRN instead: what then counts is its word,
which nobody can verify, and the meter's display.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from ppmid_bench.adapter_check.clauses import Broken, CannotTell
from ppmid_bench.adapter_check.trial import Trial
from ppmid_devices import roles
from ppmid_devices.dcc_user.contract import Outcome, RequestRecord, Way
from ppmid_devices.hht.contract import HhtState
from ppmid_devices.ports import MINUTE, SECOND

AMOUNT = 1_000_000
"""£10.00, in millipence."""

_SETTLED = (Outcome.DELIVERED_VERIFIED, Outcome.REFUSED_VERIFIED, Outcome.REPORTED_UNVERIFIED)
_ON_BOARD = 10 * SECOND


def begin(trial: Trial) -> str:
    """Ask for a top-up by the way of the role; gives the request's name."""
    meter = trial.eui(trial.plan.meters[0])
    way = Way.HHT if trial.role == roles.HHT else Way.LOCAL
    request: str
    if takes_utrns_alone(trial):
        request = trial.ask(roles.DCC_USER, "send_utrn", meter, trial.ask(roles.DCC_USER, "vend", meter, AMOUNT))
    else:
        request = trial.ask(roles.DCC_USER, "top_up", meter, AMOUNT, way)
    trial.requests.append(request)
    return request


def takes_utrns_alone(trial: Trial) -> bool:
    """Whether it is a PPMID that has said so; one that says nothing is asked for all."""
    if trial.role != roles.PPMID:
        return False
    trial.wait(trial.pace.pause, lambda: bool(trial.told))
    return bool(trial.told) and not trial.told[-1].can_relay


def settled(trial: Trial, request: str, within: int) -> RequestRecord:
    """Have a request carried to its end; gives what the User holds of it then. Raises Broken for what came twice."""
    _CARRYING.get(trial.role, _let_time_pass)(trial, request, within)
    record: RequestRecord = trial.ask(roles.DCC_USER, "record", request)
    credited = _credited(trial)
    if credited > len(trial.requests):
        raise Broken(f"expected the meter to be credited {len(trial.requests)} time(s) at most, found {credited}")
    if record.credits > 1 or record.settlements > 1:
        raise Broken(f"expected one booking of the User, found {record.credits}, settled {record.settlements} time(s)")
    return record


def prove(trial: Trial) -> RequestRecord:
    """A top-up goes through. Raises Broken."""
    before = _credited(trial)
    record = settled(trial, begin(trial), trial.pace.exchange)
    detail = f" ({record.detail})" if record.detail else ""
    expected = Outcome.REPORTED_UNVERIFIED if takes_utrns_alone(trial) else Outcome.DELIVERED_VERIFIED
    if record.outcome is not expected or not record.credits:
        raise Broken(f"expected a top-up to be {expected}, found {record.outcome}{detail}")
    if _credited(trial) <= before:
        raise Broken(f"expected the meter to be credited, and it was not; found {record.outcome}{detail}")
    return record


def _credited(trial: Trial) -> int:
    """How many top-ups the meter's display shows since the home was switched on."""
    balance: int = trial.ask(trial.plan.meters[0], "display").balance
    return (balance - trial.first_balance) // AMOUNT


def possible(trial: Trial) -> None:
    """Raise CannotTell where a top-up by this role takes longer than a bench in wall-clock time can wait."""
    if trial.bench.time == "wall" and trial.role == roles.GSME:
        raise CannotTell("a gas meter wakes every 30 minutes, which a check in wall-clock time does not wait for")


def _is_settled(trial: Trial, request: str) -> bool:
    return trial.ask(roles.DCC_USER, "record", request).outcome in _SETTLED


def _let_time_pass(trial: Trial, request: str, within: int) -> None:
    trial.wait(within, lambda: _is_settled(trial, request))


def _by_stick(trial: Trial, request: str, within: int) -> None:
    """The stick is at the Supplier's at first; it goes to the PPMID and comes back."""
    handover, avenue = trial.links.handover, trial.links.avenue
    for down, up, stay in (
        (avenue, handover, _ON_BOARD),
        (handover, avenue, 2 * MINUTE),
        (avenue, handover, _ON_BOARD),
    ):
        trial.set_up(down, False)
        trial.set_up(up, True)
        trial.wait(stay if trial.bench.time == "virtual" else min(stay, 5 * SECOND))
    trial.wait(min(within, MINUTE), lambda: _is_settled(trial, request))


def _by_hht(trial: Trial, request: str, within: int) -> None:
    """The terminal joins where it has not yet, takes the Command, and what comes back is handed to the User."""
    ends = (HhtState.CONNECTED, HhtState.REFUSED, HhtState.UNANSWERED)
    if trial.ask(roles.HHT, "state") is not HhtState.CONNECTED:
        trial.ask(roles.HHT, "connect", trial.eui(roles.GPF))
        trial.wait(min(within, 10 * MINUTE), lambda: trial.ask(roles.HHT, "state") in ends)
    command = b""
    before = len(trial.ask(roles.HHT, "responses"))
    if trial.wait(min(within, MINUTE), lambda: bool(trial.ask(roles.DCC_USER, "local_command", request))):
        command = trial.ask(roles.DCC_USER, "local_command", request)
        trial.ask(roles.HHT, "load", command)
        trial.wait(min(within, 10 * MINUTE), lambda: len(trial.ask(roles.HHT, "responses")) > before)
    for response in trial.ask(roles.HHT, "responses")[before:]:
        trial.ask(roles.DCC_USER, "bring_back", response)


_CARRYING: Mapping[str, Callable[[Trial, str, int], None]] = MappingProxyType(
    {roles.CARRIER: _by_stick, roles.HHT: _by_hht}
)
