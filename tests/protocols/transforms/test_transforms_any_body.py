"""Any body that its definition allows is read back from its XML, and transformed or refused: nothing else comes out."""

import random
from collections.abc import Callable
from decimal import Decimal
from types import MappingProxyType

import pytest

from ppmid_protocols.duis.bodies import TYPED_BODIES
from ppmid_protocols.duis.content import BODIES, Choice, Element, Particle, Sequence
from ppmid_protocols.duis.documents import Request, from_xml, to_xml
from ppmid_protocols.duis.kinds import Date, Kind, Time, Value
from ppmid_protocols.duis.request_id import RequestId
from ppmid_protocols.duis.service_body import Plain, ServiceBody
from ppmid_protocols.duis.services import SERVICE_REQUESTS, ServiceRequest, Target
from ppmid_protocols.errors import ProtocolError
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs.payload import read_payload
from ppmid_protocols.transforms import Circumstances, KnownDevice, transform
from ppmid_protocols.transforms.payloads import PAYLOADS
from ppmid_protocols.transforms.rules import RULES

IDENTITY = RequestId(Eui(b"\x90" * 8), Eui(b"\x01" * 8), 5)
DEVICES = MappingProxyType(
    {Eui(bytes([number]) * 8): KnownDevice(target) for number, target in enumerate(Target) if target is not Target.DCC}
)
WITH_CERTIFICATES = ("6.15.1", "6.15.2", "6.21", "8.5")  # random octets are none
Draw = random.Random

_EDGES: dict[str, Callable[[Draw], Value]] = {
    "bool": lambda draw: draw.random() < 0.5,
    "decimal": lambda draw: Decimal(draw.randrange(10**6)).scaleb(-draw.randrange(5)),
    "base64": lambda draw: draw.randbytes(draw.randrange(1, 40)),
    "eui": lambda draw: draw.choice(list(DEVICES)),
    "moment": lambda draw: draw.choice([0, 1_420_070_400, 4_000_000_000, 253_402_300_799]) * 10**9,
    "date": lambda draw: Date(draw.choice([2000, 2015, 65535]), draw.randrange(1, 13), draw.randrange(1, 32)),
    "time": lambda draw: Time(draw.randrange(24), draw.randrange(60)),
    "switch": lambda draw: draw.choice(["Enable", "Disable"]),
}


def value_of(kind: Kind, draw: Draw) -> Value:
    name, _, inside = kind.name.rstrip(")").partition("(")
    if name in _EDGES:
        return _EDGES[name](draw)
    if name == "one":
        return draw.choice(inside.split("|"))
    if name in ("text", "digits", "hex", "secret"):
        least, _, most = inside.partition("..")
        length = draw.choice([int(least), min(int(most or least), 500)])
        return draw.randbytes(length) if name in ("hex", "secret") else "7" * length
    if ".." in name:
        return draw.choice([int(end) for end in name.split("..")])
    bits = int(name[1:])
    return draw.choice([0, 1, 2**bits - 1] if name[0] == "u" else [-(2 ** (bits - 1)), 0, 2 ** (bits - 1) - 1])


def plain_of(content: Particle | None, draw: Draw) -> dict[str, Plain]:
    """Plain values that fit a content, which the shape of plain values can hold: each name in one place only."""
    made: dict[str, Plain] = {}

    def add(particle: Particle) -> None:
        most = particle.least + 2 if particle.most is None else particle.most
        for _ in range(draw.randint(particle.least, most)):
            match particle:
                case Element(name=name, kind=kind, content=inner):
                    one = plain_of(inner, draw) if kind is None else value_of(kind, draw)
                    place = made.setdefault(name, [])
                    assert isinstance(place, list)
                    place.append(one)
                case Sequence(parts=parts):
                    list(map(add, parts))
                case Choice(options=options):
                    add(draw.choice(options))

    if content is not None:
        add(content)
    return made


@pytest.mark.parametrize(
    "service", [row for row in SERVICE_REQUESTS.values() if row.body_name not in TYPED_BODIES], ids=lambda row: row.srv
)
def test_a_body_within_its_definition(service: ServiceRequest) -> None:
    draw, made_of = Draw(service.srv), 0
    for _ in range(20):
        body = ServiceBody.of(service.body_name, plain_of(BODIES[service.body_name].content, draw))
        request = Request(IDENTITY, min(service.variants), service.srv, body)
        assert from_xml(to_xml(request)) == request
        for target in service.targets:
            known = Circumstances(
                target=target,
                now=draw.choice([1_420_070_400, 4_000_000_000]) * 10**9,
                broker=Eui(b"\x02" * 8),
                holds_user=draw.random() < 0.5,
                phases=draw.choice([1, 3]),
                elements=draw.choice([1, 2]),
                devices=DEVICES,
            )
            try:
                made = transform(request, known)
            except ProtocolError:
                continue
            read_payload(made.message)
            made_of += 1
    cases = [rule.use_case.name for rule in RULES if rule.srv == service.srv]
    can_be_made = any(case in PAYLOADS for case in cases) and service.srv not in WITH_CERTIFICATES
    assert bool(made_of) == can_be_made
