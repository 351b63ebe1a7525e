"""Plain values by chance, for whatever a definition of DUIS bodies allows."""

import random
from collections.abc import Callable
from collections.abc import Sequence as Several
from decimal import Decimal

from ppmid_protocols.duis.content import Choice, Element, Particle, Sequence
from ppmid_protocols.duis.kinds import Date, Kind, Time, Value
from ppmid_protocols.duis.request_id import RequestId
from ppmid_protocols.duis.service_body import Plain
from ppmid_protocols.eui import Eui

Draw = random.Random

_EDGES: dict[str, Callable[[Draw], Value]] = {
    "bool": lambda draw: draw.random() < 0.5,
    "decimal": lambda draw: Decimal(draw.randrange(10**6)).scaleb(-draw.randrange(5)),
    "base64": lambda draw: draw.randbytes(draw.randrange(1, 40)),
    "moment": lambda draw: draw.choice([0, 1_420_070_400, 4_000_000_000, 253_402_300_799]) * 10**9,
    "date": lambda draw: Date(draw.choice([2000, 2015, 65535]), draw.randrange(1, 13), draw.randrange(1, 32)),
    "time": lambda draw: Time(draw.randrange(24), draw.randrange(60)),
    "switch": lambda draw: draw.choice(["Enable", "Disable"]),
}


def value_of(kind: Kind, draw: Draw, euis: Several[Eui]) -> Value:
    """A value of a kind, often one at the edge of what it allows; an EUI is one of ``euis``."""
    name, _, inside = kind.name.rstrip(")").partition("(")
    if name == "eui":
        return draw.choice(euis)
    if name == "euis":
        return tuple(draw.choices(euis, k=draw.choice([1, 3])))
    if name == "request":
        return RequestId(draw.choice(euis), draw.choice(euis), draw.choice([0, 2**64 - 1]))
    if name in _EDGES:
        return _EDGES[name](draw)
    if name == "one":
        return draw.choice(inside.split("|"))
    if name in ("text", "digits", "hex", "secret"):
        least, _, most = (inside or "0..5").partition("..")
        length = draw.choice([int(least), min(int(most or least), 500)])
        return draw.randbytes(length) if name in ("hex", "secret") else "7" * length
    if ".." in name:
        return draw.choice([int(end) for end in name.split("..")])
    bits = int(name[1:])
    return draw.choice([0, 1, 2**bits - 1] if name[0] == "u" else [-(2 ** (bits - 1)), 0, 2 ** (bits - 1) - 1])


def plain_of(content: Particle | None, draw: Draw, euis: Several[Eui]) -> dict[str, Plain]:
    """Plain values that fit a content, which the shape of plain values can hold: each name in one place only."""
    made: dict[str, Plain] = {}

    def add(particle: Particle) -> None:
        most = particle.least + 2 if particle.most is None else particle.most
        for _ in range(draw.randint(particle.least, most)):
            match particle:
                case Element(name=name, kind=kind, content=inner):
                    one = plain_of(inner, draw, euis) if kind is None else value_of(kind, draw, euis)
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
