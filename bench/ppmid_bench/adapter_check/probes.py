"""How each clause is tried: a function of a home that gives a sentence, or raises what is wrong with the adapter."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeGuard

import msgspec

from ppmid_bench.adapter_check.clauses import Broken, CannotTell
from ppmid_bench.adapter_check.ears import Treatment
from ppmid_bench.adapter_check.exchanges import begin, possible, prove, settled, takes_utrns_alone
from ppmid_bench.adapter_check.trial import Trial
from ppmid_bench.adapters import party_settings, settings_shape
from ppmid_bench.errors import BadInput
from ppmid_bench.sentences import counted
from ppmid_devices import roles
from ppmid_devices.dcc_user.contract import Outcome
from ppmid_devices.dcc_user.hearsay import words_of
from ppmid_devices.hht.contract import HhtState
from ppmid_devices.ports import MILLISECOND, CannotArrange, Random
from ppmid_devices.remote.contracts import readings
from ppmid_devices.remote.peer import PeerFault
from ppmid_devices.remote.values import decode, encode
from ppmid_protocols.errors import Malformed
from ppmid_protocols.local_interface import Message, State, Status, UtrnOutcome, UtrnResult
from ppmid_protocols.secret import Secret

Probe = Callable[[Trial], str]
PROBES: dict[str, Probe] = {}
"""Every probe, by the id of its clause."""

SOON_S = 5.0
"""How long the one thread of a home may be kept waiting; the project's own choice."""

_OF_NO_SETTING = {"?": [{"?": None}]}
_A_WHILE = 100 * MILLISECOND


def probe(clause: str) -> Callable[[Probe], Probe]:
    """Declare the function below as the probe of a clause."""

    def declare(function: Probe) -> Probe:
        PROBES[clause] = function
        return function

    return declare


@probe("settings-typed")
def settings_typed(trial: Trial) -> str:
    """A value of a type that no setting has is refused by every setting."""
    entry, source = trial.bench.party(trial.role), trial.bench.source
    names = settings_shape(trial.role, entry.adapter, source).__dataclass_fields__  # type: ignore[attr-defined]
    for name in names:
        try:
            party_settings(trial.role, entry.adapter, {**entry.settings, name: _OF_NO_SETTING}, source)
        except BadInput:
            continue
        raise Broken(f"expected the setting {name} to refuse a table of lists, and it took it")
    return f"{counted(len(names), 'setting')}, each with a type"


@probe("quiet-until-started")
def quiet_until_started(trial: Trial) -> str:
    """It is asked for everything that can be read, and some time passes."""
    asked = [name for name in readings(trial.role) if _asked_in_vain(trial, name)]
    trial.wait(trial.pace.pause)
    if trial.sent():
        raise Broken(f"expected nothing on its lines before start, found {counted(trial.sent(), 'frame')}")
    said = f"; it says that it is not started when asked for {', '.join(asked)}" if asked else ""
    return f"nothing was sent{said}"


def _asked_in_vain(trial: Trial, name: str) -> bool:
    try:
        trial.ask(trial.role, name)
    except Exception:  # noqa: BLE001 (who is not started yet may say so in any way)
        return True
    return False


@probe("own-identity")
def own_identity(trial: Trial) -> str:
    """What it says before and after it is switched on."""
    trial.start()
    found, expected = trial.ask(trial.role, "eui"), trial.eui(trial.role)
    if found != expected:
        raise Broken(f"expected {expected}, found {found}")
    return str(expected)


@probe("readings-typed")
def readings_typed(trial: Trial) -> str:
    """Everything that can be read without an argument, by the types of the contract."""
    trial.start()
    unread = []
    for name, shape in readings(trial.role).items():
        try:
            value = trial.ask(trial.role, name)
        except CannotArrange as problem:
            unread.append(f"{name}: {problem}")
            continue
        try:
            decode(encode(value), shape)
        except (TypeError, msgspec.MsgspecError) as problem:
            raise Broken(f"{name}: expected {_named(shape)}, found {value!r:.80} ({problem})") from problem
    if unread:
        raise CannotTell("it cannot be read: " + "; ".join(unread))
    return ", ".join(readings(trial.role))


def _named(shape: Any) -> str:
    return shape.__name__ if isinstance(shape, type) and not hasattr(shape, "__args__") else str(shape)


@probe("answers")
def answers(trial: Trial) -> str:
    """A top-up."""
    possible(trial)
    trial.start()
    prove(trial)
    return (
        "the meter is credited, and it says so"
        if takes_utrns_alone(trial)
        else "the Supplier holds the meter's own Response"
    )


_REFUSED: Mapping[str, tuple[tuple[str, Callable[[Trial], tuple[Any, ...]], str], ...]] = MappingProxyType(
    {
        roles.DCC: (
            ("release", lambda _: (10**6,), "a request that is not held"),
            ("delete", lambda _: (10**6,), "a request that is not held"),
        ),
        roles.DELIVERY_SERVICE: (
            ("submit_command", lambda trial: (trial.eui(trial.plan.meters[0]), b""), "a Command of no octets"),
            ("submit_command", lambda trial: (trial.eui(trial.plan.meters[0]), bytes(3073)), "one of 3073 octets"),
            ("submit_utrn", lambda trial: (trial.eui(trial.plan.meters[0]), Secret(b"")), "no digits"),
            ("submit_utrn", lambda trial: (trial.eui(trial.plan.meters[0]), Secret(b"1" * 21)), "21 digits"),
            ("submit_utrn", lambda trial: (trial.eui(trial.plan.meters[0]), Secret(b"12x")), "a letter"),
        ),
        roles.HHT: (("load", lambda _: (bytes(1501),), "a Command of 1501 octets"),),
    }
)
"""What a contract says it refuses: by role the verb, its arguments, and what they are."""


@probe("refuses-wrong-arguments")
def refuses_wrong_arguments(trial: Trial) -> str:
    """Each refusal that the contract of the role promises; a process says it across its line, and ends by the first."""
    trial.start()
    for verb, arguments, what in _REFUSED[trial.role]:
        try:
            if trial.ask(trial.role, verb, *arguments(trial)) is False:
                continue
        except Malformed:
            continue
        except PeerFault as problem:
            if " broke: Malformed: " in str(problem):
                trial.spent = True
                return f"{verb} of {what}, at which its process ends"
            raise
        raise Broken(f"expected {verb} to refuse {what}, and it took it")
    return ", ".join(f"{verb} of {what}" for verb, _, what in _REFUSED[trial.role])


@probe("returns-soon")
def returns_soon(trial: Trial) -> str:
    """Real time is measured, of everything that an exchange asks of it."""
    possible(trial)
    trial.start()
    prove(trial)
    for name in readings(trial.role):
        _asked_in_vain(trial, name)
    seconds, what = trial.watch.slowest
    if seconds > SOON_S:
        raise Broken(f"expected {SOON_S:g} s at most, found {seconds:.1f} s for {what}")
    return f"within {SOON_S:g} s"


@probe("bad-bytes")
def bad_bytes(trial: Trial) -> str:
    """Octets of chance, none, many, and real frames that are cut short or altered; on each of its lines."""
    possible(trial)
    trial.start()
    prove(trial)
    tried = 0
    for ear in trial.ears:
        for octets in _bad(ear.heard, trial.chance):
            try:
                trial.clock.perform(lambda octets=octets, ear=ear: ear.say(octets))  # type: ignore[misc]
                trial.clock.advance(_A_WHILE)
            except Exception as problem:
                raise Broken(f"{ear.name}: {len(octets)} octets broke it: {_sentence(problem)}") from problem
            tried += 1
    prove(trial)
    return f"{counted(tried, 'frame')}"


def _bad(heard: list[bytes], chance: Random) -> list[bytes]:
    of_chance = bytes(chance.randrange(0, 256) for _ in range(300))
    strange = [b"", b"\0", of_chance, bytes(70_000)]
    for frame in heard[-2:]:
        turned = bytearray(frame)
        turned[len(frame) // 2] ^= 0x10
        strange += [frame[: len(frame) // 2], bytes(turned), frame + b"\0"]
    return strange


def _sentence(problem: BaseException) -> str:
    return f"{type(problem).__name__}: {problem}"


@probe("line-lost")
def line_lost(trial: Trial) -> str:
    """A line goes down while a top-up is under way; the next, once it is back, must go through."""
    possible(trial)
    trial.start()
    prove(trial)
    for ear in trial.ears:
        begin(trial)
        if trial.plan.carrier:
            _carried_off(trial)
        else:
            trial.clock.advance(_A_WHILE)
            trial.set_up(ear.line, False)
            trial.wait(trial.pace.pause)
            trial.set_up(ear.line, True)
            trial.wait(trial.pace.pause)
        try:
            prove(trial)
        except Broken as problem:
            raise Broken(f"after {ear.name} was lost: {problem}") from problem
    return ", ".join(ear.name for ear in trial.ears)


def _carried_off(trial: Trial) -> None:
    """A carrier leaves with what it was given, and is taken off the PPMID half way: it is never at both ends."""
    trial.wait(trial.pace.pause // 2)
    trial.set_up(trial.links.handover, False)
    trial.set_up(trial.links.avenue, True)
    trial.clock.advance(_A_WHILE)
    trial.set_up(trial.links.avenue, False)


@probe("duplicates")
def duplicates(trial: Trial) -> str:
    """Every frame that arrives for it arrives twice."""
    possible(trial)
    trial.start()
    trial.treat(Treatment.TWICE)
    prove(trial)
    trial.wait(trial.pace.pause)
    return f"{counted(sum(len(ear.heard) for ear in trial.ears), 'frame')} twice"


@probe("late-answers")
def late_answers(trial: Trial) -> str:
    """All that arrives for it is held back, and comes when the other side has given up, the last first."""
    possible(trial)
    trial.start()
    prove(trial)
    trial.treat(Treatment.HELD)
    request = begin(trial)
    trial.wait(trial.pace.late)
    for ear in trial.ears:
        trial.clock.perform(ear.let_go)
    settled(trial, request, trial.pace.late)
    prove(trial)
    return f"{counted(sum(len(ear.heard) for ear in trial.ears), 'frame')} held back"


@probe("time-out")
def time_out(trial: Trial) -> str:
    """Nothing arrives for it any more, on the lines by which answers come."""
    if trial.bench.time == "wall":
        raise CannotTell("how long it waits is its own matter, and a check in wall-clock time does not wait for it")
    trial.start()
    said = _TIME_OUTS[trial.role](trial)
    if not said:
        raise Broken("expected it to say that it does not know, and in a day it has said nothing")
    return said


def _user_gives_up(trial: Trial) -> str:
    trial.treat(Treatment.SWALLOWED)
    request = begin(trial)
    gave_up = trial.wait(
        trial.pace.silence, lambda: trial.ask(roles.DCC_USER, "record", request).outcome is not Outcome.PENDING
    )
    outcome = trial.ask(roles.DCC_USER, "record", request).outcome
    if gave_up and outcome is not Outcome.UNKNOWN:
        raise Broken(f"expected {Outcome.UNKNOWN} where nobody answers, found {outcome}")
    return f"{outcome}" if gave_up else ""


def _ppmid_gives_up(trial: Trial) -> str:
    heard: list[Message] = []
    trial.clock.perform(lambda: trial.ask(roles.DELIVERY_SERVICE, "listen", heard.append))
    (han,) = (ear for ear in trial.ears if ear.line is trial.links.han)
    han.treatment = Treatment.SWALLOWED
    begin(trial)
    trial.wait(trial.pace.silence, lambda: any(map(_gives_up, heard)))
    last = [one for one in heard if _gives_up(one)]
    return words_of(last[-1]).partition(":")[0] if last else ""


def _gives_up(said: Message) -> TypeGuard[Status | UtrnResult]:
    """Whether a PPMID says that it does not know, or that it did not do it."""
    if isinstance(said, UtrnResult):
        return said.outcome is not UtrnOutcome.ACCEPTED
    return isinstance(said, Status) and said.state in (State.UNKNOWN, State.REFUSED)


def _hht_gives_up(trial: Trial) -> str:
    trial.treat(Treatment.SWALLOWED)
    trial.ask(roles.HHT, "connect", trial.eui(roles.GPF))
    trial.wait(trial.pace.silence, lambda: trial.ask(roles.HHT, "state") is HhtState.UNANSWERED)
    state: HhtState = trial.ask(roles.HHT, "state")
    return str(state) if state is HhtState.UNANSWERED else ""


_TIME_OUTS: Mapping[str, Probe] = MappingProxyType(
    {roles.DCC_USER: _user_gives_up, roles.PPMID: _ppmid_gives_up, roles.HHT: _hht_gives_up}
)


@probe("closes")
def closes(trial: Trial) -> str:
    """Its ``close``, where it has one, in the wrong places too."""
    close = getattr(trial.party, "close", None)
    if close is None:
        return "it has no close, and needs none"
    trial.clock.perform(close)
    trial.start()
    trial.clock.perform(close)
    before = trial.sent()
    trial.wait(trial.pace.pause)
    if trial.sent() > before:
        raise Broken(f"expected nothing on its lines after close, found {counted(trial.sent() - before, 'frame')}")
    trial.clock.perform(close)
    return "before start, once and again"


@probe("nothing-left")
def nothing_left(trial: Trial) -> str:
    """Threads and children, once all is given back."""
    trial.start()
    begin(trial)
    trial.wait(trial.pace.pause)
    trial.close()
    left = trial.threads_left()
    if left:
        raise Broken(f"expected no thread of it, found {', '.join(left)}")
    return "no thread is left"
