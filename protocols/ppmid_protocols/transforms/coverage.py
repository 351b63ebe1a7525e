"""How many public templates are transformed, and how many of the payloads equal those of RTDS.

A template and the Command that RTDS has for it share the beginning of their names.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from ppmid_protocols.duis.documents import Request, from_xml
from ppmid_protocols.duis.services import SERVICE_REQUESTS, ServiceRequest
from ppmid_protocols.errors import Malformed, ProtocolError
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs.message import Message, decode
from ppmid_protocols.gbcs.use_cases import USE_CASES
from ppmid_protocols.transforms.ask import Circumstances
from ppmid_protocols.transforms.estate import circumstances
from ppmid_protocols.transforms.payloads import PAYLOADS
from ppmid_protocols.transforms.rules import RULES
from ppmid_protocols.transforms.transform import Transformed, transform

_TEMPLATE, _COMMAND = "_REQUEST_DUIS", "_COMMAND_GBCS"
_LOCAL_VARIANTS = frozenset({2, 6})


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one template; ``equal`` is None where RTDS has no Command for it. ``problem``: why not, if not."""

    name: str
    srv: str
    made: Transformed | None
    equal: bool | None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Coverage:
    """What became of every template, by name."""

    outcomes: tuple[Outcome, ...]

    def as_json(self, answered: Callable[[int], bool]) -> dict[str, object]:
        """The JSON object of ``duis coverage``; ``answered``: whether a simulated device executes a Message Code."""
        return {
            "templates": len(self.outcomes),
            "transformed": sum(one.made is not None for one in self.outcomes),
            "payload_equal": sum(one.equal is True for one in self.outcomes),
            "comparable": sum(one.equal is not None for one in self.outcomes),
            "srvs": [self._row(service, answered) for service in SERVICE_REQUESTS.values()],
        }

    def _row(self, service: ServiceRequest, answered: Callable[[int], bool]) -> dict[str, object]:
        """One Service Reference Variant.

        ``transformed``: all its templates are; without templates, it has rules, and a payload for each.
        ``payload_equal``: some can be compared, and all of those are equal. ``answered``: a simulated device executes
        every use case that came of it. ``deliverable``: it is transformed, and takes Command Variant 2 or 6.
        """
        own = [one for one in self.outcomes if one.srv == service.srv]
        cases = [rule.use_case for rule in RULES if rule.srv == service.srv]
        by_tables = bool(cases) and all(case.name in PAYLOADS for case in cases)
        codes = [one.made.message_code for one in own if one.made] if own else [case.code for case in cases]
        transformed = all(one.made for one in own) if own else by_tables
        compared = [one.equal for one in own if one.equal is not None]
        return {
            "srv": service.srv,
            "transformed": transformed,
            "payload_equal": bool(compared) and all(compared),
            "answered": transformed and all(map(answered, codes)),
            "deliverable": transformed and bool(service.variants & _LOCAL_VARIANTS),
            "local": service.local.value,
        }


def cover(
    templates: Iterable[tuple[str, bytes]],
    messages: Iterable[tuple[str, bytes]],
    agreements: Mapping[Eui, bytes] | None = None,
) -> Coverage:
    """Transform every template, and compare with the Commands among ``messages``; both are pairs of name and octets.

    ``agreements``: the key agreement certificates of devices that others join, DER.
    Raises Malformed, naming the template or message that cannot be read.
    """
    given = {name.partition(_COMMAND)[0]: octets for name, octets in messages if _COMMAND in name}
    names = ((name.partition(_TEMPLATE)[0], octets) for name, octets in sorted(templates))
    return Coverage(tuple(_outcome(name, octets, given.get(name), agreements or {}) for name, octets in names))


def _outcome(name: str, octets: bytes, given: bytes | None, agreements: Mapping[Eui, bytes]) -> Outcome:
    try:
        request = from_xml(octets)
        wanted = None if given is None else decode(given)
    except ProtocolError as problem:
        raise Malformed(name, str(problem)) from problem
    if not isinstance(request, Request):
        raise Malformed(name, "expected a Request, found a Response")
    try:
        made = _made(request, circumstances(name, request, wanted, agreements=agreements), wanted)
    except ProtocolError as problem:
        return Outcome(name, request.srv, None, None if wanted is None else False, str(problem))
    if wanted is None:
        return Outcome(name, request.srv, made, None)
    equal = (made.message_code, made.message.payload) == (wanted.message_code, wanted.payload)
    return Outcome(name, request.srv, made, equal, "" if equal else _difference(made, wanted))


def _made(request: Request, known: Circumstances, wanted: Message | None) -> Transformed:
    """What the Request comes to, for a device with the newest firmware, or with that of the wanted use case."""
    if wanted is None or wanted.message_code not in USE_CASES:
        return transform(request, known)
    made = transform(request, known)
    if made.message_code == wanted.message_code:
        return made
    return transform(request, replace(known, use_case=USE_CASES[wanted.message_code].name))


def _difference(made: Transformed, wanted: Message) -> str:
    if made.message_code != wanted.message_code:
        return f"expected Message Code {wanted.message_code:04X}, made {made.message_code:04X}"
    pairs = enumerate(zip(made.message.payload, wanted.payload, strict=False))
    least = min(len(made.message.payload), len(wanted.payload))
    at = next((at for at, (one, other) in pairs if one != other), least)
    return f"the payload differs from offset {at} on ({len(wanted.payload)} octets, made {len(made.message.payload)})"
