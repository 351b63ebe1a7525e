"""Which signatures, MACs and sealed parts of messages hold, with the keys at hand: the engine of ``gbcs verify``."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import NamedTuple

from ppmid_protocols.errors import NotAuthentic, ProtocolError
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import crypto
from ppmid_protocols.gbcs.keyring import KeyRing
from ppmid_protocols.gbcs.message import Cra, Message, decode
from ppmid_protocols.gbcs.payload import Payload, check_plain, read_payload, sealed_parts
from ppmid_protocols.gbcs.skim import is_value, reads_in_clear
from ppmid_protocols.gbcs.use_cases import USE_CASES, Kind
from ppmid_protocols.secret import Secret
from ppmid_protocols.smki import Usage


class State(StrEnum):
    """What came of a check."""

    ABSENT = "absent"
    HOLDS = "holds"
    FAILS = "does not hold"
    NO_KEY = "no key"


@dataclass(frozen=True, slots=True)
class Check:
    """One check and, when it fails, why."""

    state: State
    reason: str = ""


_ABSENT, _HOLDS = Check(State.ABSENT), Check(State.HOLDS)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed part: the check of its tag and, where that holds, its plain octets."""

    check: Check
    plain: Secret | None = None


class Examination(NamedTuple):
    """All that is checked of one message; ``parse_problem`` says why payload or plain octets could not be read."""

    payload: Payload | None
    parse_problem: str
    sealed: tuple[Sealed, ...]
    signature: Check
    mac: Check


_Contents = tuple[Payload | None, str, tuple[Sealed, ...]]
_NOTHING: _Contents = (None, "", ())
_BATCH = 256  # messages that are kept at a time


@dataclass(frozen=True, slots=True)
class Failure:
    """What does not hold in which message; ``what`` is ``parse``, ``signature``, ``mac`` or ``ciphertext``."""

    name: str
    what: str
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """The counts over all messages, and each failure. States are counted apart, ``ABSENT`` not at all."""

    messages: int
    parsed: int
    signatures: Counter[State]
    macs: Counter[State]
    sealed: Counter[State]
    failures: tuple[Failure, ...]

    def as_json(self) -> dict[str, object]:
        """The document that ``gbcs verify --json`` prints."""
        return {
            "messages": self.messages,
            "parsed": self.parsed,
            "signatures": _counts(self.signatures, "verified"),
            "macs": _counts(self.macs, "verified"),
            "encrypted": _counts(self.sealed, "decrypted"),
            "failures": [{"name": one.name, "what": one.what, "reason": one.reason} for one in self.failures],
        }


def verify(messages: Iterable[tuple[str, bytes]], ring: KeyRing) -> Report:
    """Check messages, each a name and its octets on the wire."""
    total = parsed = 0
    signatures, macs, sealed = Counter[State](), Counter[State](), Counter[State]()
    failures: list[Failure] = []
    for some in _batches(messages):
        examined = _examine_all([octets for _, octets in some], ring)
        read = [one for one in examined if isinstance(one, Examination)]
        total += len(some)
        parsed += sum(not one.parse_problem for one in read)
        signatures.update(one.signature.state for one in read)
        macs.update(one.mac.state for one in read)
        sealed.update(part.check.state for one in read for part in one.sealed)
        for (name, _), one in zip(some, examined, strict=True):
            failures += [Failure(name, what, reason) for what, reason in _problems(one)]
    return Report(total, parsed, signatures, macs, sealed, tuple(failures))


def examine(message: Message, ring: KeyRing) -> Examination:
    """Check one message as far as the keys in the ring go; never raises for what the message holds."""
    return Examination(*_contents(message, ring), _check_signature(message, ring), _check_mac(message, ring))


def _batches(messages: Iterable[tuple[str, bytes]]) -> Iterator[list[tuple[str, bytes]]]:
    rest = iter(messages)
    while some := list(islice(rest, _BATCH)):
        yield some


def _examine_all(octets: list[bytes], ring: KeyRing) -> list[Examination | ProtocolError]:
    """``examine`` for each message, or why it cannot be read; without payloads that hold nothing to be checked.

    One kind of work after the other: OpenSSL's tables of P-256 push all else out of the processor's caches.
    """
    read = [_decoded(one) for one in octets]
    messages = [one for one in read if isinstance(one, Message)]
    contents = [_NOTHING if reads_in_clear(message) else _contents(message, ring) for message in messages]
    macs = [_check_mac(message, ring) for message in messages]
    signatures = [_check_signature(message, ring) for message in messages]
    examined = (Examination(*one, *checks) for one, *checks in zip(contents, signatures, macs, strict=True))
    return [one if isinstance(one, ProtocolError) else next(examined) for one in read]


def _decoded(octets: bytes) -> Message | ProtocolError:
    try:
        return decode(octets)
    except ProtocolError as problem:
        return problem


def _contents(message: Message, ring: KeyRing) -> _Contents:
    """The payload, why it could not be read, and its sealed parts."""
    payload: Payload | None = None
    sealed: tuple[Sealed, ...] = ()
    try:
        payload = read_payload(message)
        sealed = tuple(_unseal(message, part, ring) for part in sealed_parts(payload))
        for part in sealed:
            if part.plain is not None and not is_value(part.plain):
                check_plain(payload, part.plain)
    except ProtocolError as problem:
        return payload, str(problem), sealed
    return payload, "", sealed


def mac_parties(message: Message, ring: KeyRing) -> tuple[Eui, Eui] | None:
    """Between whom the MAC of a message is made; None when the ring does not know the Access Control Broker.

    Commands of Remote Parties: Access Control Broker and target. Commands of the PPMID to the GSME (assumed: no key
    is published that could prove it), Responses and Alerts: originator and target.
    """
    use_case = USE_CASES.get(message.message_code)
    if message.cra is not Cra.COMMAND or (use_case is not None and use_case.kind is Kind.HAN):
        return message.originator, message.target
    brokers = ring.access_control_brokers
    if message.originator in brokers:
        return message.originator, message.target
    return (brokers[0], message.target) if brokers else None


def _check_signature(message: Message, ring: KeyRing) -> Check:
    if not message.signature:
        return _ABSENT
    public = ring.public_key(message.originator, Usage.DIGITAL_SIGNATURE)
    if public is None:
        return Check(State.NO_KEY, f"no digital signature certificate of {message.originator}")
    return _attempt(lambda: crypto.verify_signature(message, public))


def _check_mac(message: Message, ring: KeyRing) -> Check:
    if message.mac is None:
        return _ABSENT
    parties = mac_parties(message, ring)
    if parties is None:
        return Check(State.NO_KEY, "no certificate says who is the Access Control Broker")
    z = ring.shared(*parties)
    if z is None:
        return Check(State.NO_KEY, _no_private_key(*parties))
    return _attempt(lambda: crypto.verify_mac_with(message, z))


def _attempt(check: Callable[[], None]) -> Check:
    try:
        check()
    except NotAuthentic as problem:
        return Check(State.FAILS, problem.reason)
    return _HOLDS


def _unseal(message: Message, part: bytes, ring: KeyRing) -> Sealed:
    reader, counter = crypto.reader_of(message)
    z = ring.shared(message.originator, reader)
    if z is None:
        return Sealed(Check(State.NO_KEY, _no_private_key(message.originator, reader)))
    try:
        key = crypto.encryption_key(z, message.originator, reader, counter)
        return Sealed(_HOLDS, Secret(crypto.unseal(part, key, message.originator)))
    except ProtocolError as problem:
        return Sealed(Check(State.FAILS, str(problem)))


def _no_private_key(one: Eui, other: Eui) -> str:
    return f"no key agreement keys, one of them private, of {one} and {other}"


def _problems(found: Examination | ProtocolError) -> list[tuple[str, str]]:
    if isinstance(found, ProtocolError):
        return [("parse", str(found))]
    checks = [("signature", found.signature), ("mac", found.mac)]
    checks += [("ciphertext", part.check) for part in found.sealed]
    problems = [(what, check.reason) for what, check in checks if check.state is State.FAILS]
    return [("parse", found.parse_problem), *problems] if found.parse_problem else problems


def _counts(states: Counter[State], good: str) -> dict[str, int]:
    present = states[State.HOLDS] + states[State.FAILS] + states[State.NO_KEY]
    return {"present": present, good: states[State.HOLDS], "no_key": states[State.NO_KEY]}
