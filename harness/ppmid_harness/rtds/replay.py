"""Playing every Command of a data set at the simulated devices, and judging what they answer by its own Responses."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from ppmid_harness.rtds import structure
from ppmid_harness.rtds.cast import Cast, cast_of, is_command
from ppmid_harness.rtds.devices import SITUATIONS, Heard, play
from ppmid_harness.rtds.securing import check_authentic, opened, secured
from ppmid_protocols.errors import ProtocolError
from ppmid_protocols.gbcs import crypto
from ppmid_protocols.gbcs.keyring import KeyRing
from ppmid_protocols.gbcs.message import Cra, Message, decode
from ppmid_protocols.gbcs.payload import read_payload, sealed_parts


@dataclass(frozen=True, slots=True)
class Played:
    """One Command. ``outcome``: executed, refused or unanswered. ``success``: whether the data set's own device did it.

    ``equal``: whether the Responses have one structure; ``why`` not, or why it was refused.
    """

    name: str
    outcome: str
    success: bool
    equal: bool
    why: str = ""


@dataclass(frozen=True, slots=True)
class Replay:
    """All of a data set's Commands, in its order."""

    played: tuple[Played, ...]

    def as_json(self) -> dict[str, object]:
        """The JSON object of ``rtds replay``."""
        counted = {outcome: sum(one.outcome == outcome for one in self.played) for outcome in _OUTCOMES}
        successes = [one for one in self.played if one.success]
        return {
            "commands": len(self.played),
            **counted,
            "success_cases": len(successes),
            "structure_equal": sum(one.equal for one in successes),
            "different": [{"name": one.name, "why": one.why} for one in successes if not one.equal],
            "refusals": [{"name": one.name, "why": one.why} for one in self.played if one.outcome == "refused"],
        }


_OUTCOMES = ("executed", "refused", "unanswered")


def replay(messages: Iterable[tuple[str, bytes]], ring: KeyRing) -> Replay:
    """Play every Command. Raises Malformed for octets that are no message, and as ``cast_of``."""
    read = [(name, decode(octets)) for name, octets in messages]
    commands = [(name, one) for name, one in read if is_command(one)]
    responses = [one for _, one in read if one.cra is Cra.RESPONSE]
    cast = cast_of((one for _, one in commands), ring.roles)
    paired = _pairs([one for _, one in commands], responses)
    return Replay(
        tuple(_played(name, one, model, cast, ring) for (name, one), model in zip(commands, paired, strict=True))
    )


def _pairs(commands: list[Message], responses: list[Message]) -> Iterator[Message | None]:
    """The Response to each Command: several share parties and counter, and then also their Message Code and order."""
    left: dict[object, list[Message]] = {}
    for one in responses:
        left.setdefault((one.command_key, one.message_code), []).append(one)
    for command in commands:
        found = left.get((command.command_key, command.message_code))
        yield found.pop(0) if found else None


def _played(name: str, command: Message, model: Message | None, cast: Cast, ring: KeyRing) -> Played:
    wanted = None if model is None else _structure(model, lambda sealed: _opened_by(ring, model, sealed))
    success = model is not None and not structure.refuses(read_payload(model))
    tried: list[Played] = []
    octets = secured(command, cast).encode()
    for situation in SITUATIONS:
        tried.append(_judged(name, play(octets, command.target, cast, situation), wanted, success, cast))
        if tried[-1].equal or (tried[-1].outcome == "executed" and not success):
            return tried[-1]
    return next((one for one in tried if one.outcome == "executed"), tried[0])


def _judged(name: str, heard: Heard, wanted: object, success: bool, cast: Cast) -> Played:
    if heard.refused is not None:
        return Played(name, "refused", success, False, heard.refused.why.text)
    answers = [one for one in map(decode, heard.sent) if one.cra is Cra.RESPONSE]
    if not answers:
        return Played(name, "unanswered", success, False, "no Response")
    (response,) = answers
    check_authentic(response, cast)
    found = _structure(response, lambda sealed: opened(response, sealed, cast))
    equal = found == wanted
    return Played(name, "executed", success, equal, "" if equal else _difference(found, wanted))


def _structure(message: Message, open_part: Callable[[bytes], bytes | None]) -> tuple[object, ...]:
    payload = read_payload(message)
    parts = [open_part(part) for part in sealed_parts(payload)]
    return (*structure.envelope(message), structure.structure(payload, iter(parts)))


def _opened_by(ring: KeyRing, message: Message, sealed: bytes) -> bytes | None:
    """A sealed part of the data set's own Response; None where the keys of neither side are published."""
    reader, counter = crypto.reader_of(message)
    z = ring.shared(message.originator, reader)
    if z is None:
        return None
    try:
        return crypto.unseal(sealed, crypto.encryption_key(z, message.originator, reader, counter), message.originator)
    except ProtocolError:
        return None


def _difference(found: object, wanted: object) -> str:
    """The first part in which two structures differ."""
    if isinstance(found, tuple) and isinstance(wanted, tuple):
        for at, (one, other) in enumerate(zip(found, wanted, strict=False), 1):
            if one != other:
                inner = _difference(one, other)
                return inner if isinstance(one, tuple) and isinstance(other, tuple) else f"part {at}: {inner}"
        return f"expected {len(wanted)} parts, found {len(found)}"
    return f"expected {wanted!r}, found {found!r}"
