"""A simulated party holds only the keys that its real one would.

Everything that a party can reach is walked (attributes, slots, closures, containers), short of the other parties, the
links between them, the clock, and the authorities that issue a certificate once somebody looks at it. What private and
symmetric keys are found must be its own.
"""

import gc
from collections.abc import Callable, Iterable, Iterator
from types import FunctionType, ModuleType, SimpleNamespace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ppmid_bench.home_keys import ACCESS_CONTROL_BROKER, SUPPLIER
from ppmid_bench.wired_han import han_keys
from ppmid_devices import roles
from ppmid_devices.meter.firmware import MAKERS
from ppmid_protocols.secret import Secret

Key = tuple[str, object]

HOLDERS = {roles.DCC: ACCESS_CONTROL_BROKER, roles.DCC_USER: SUPPLIER}
USES = ("signing", "agreement", "prepayment", "xml_signing")
KEYLESS = (roles.CARRIER, roles.NEIGHBOUR_HUB, roles.COVERAGE_DESK)
"""Who carries what is others' holds none at all, and who plans neither."""

AVENUE = (roles.PPMID, roles.DELIVERY_SERVICE)


def _key(found: object) -> Key | None:
    """A key as something that can be compared; None for anything else."""
    if isinstance(found, EllipticCurvePrivateKey):
        return "EC", found.private_numbers().private_value
    if isinstance(found, Ed25519PrivateKey):
        return "Ed25519", found.private_bytes_raw()
    return ("symmetric", bytes(found)) if isinstance(found, Secret) else None


def _inside(one: object) -> Iterable[object]:
    """What an object holds; not its class, and of a function not the globals of its module."""
    if isinstance(one, type | ModuleType):
        return ()
    if isinstance(one, FunctionType):
        return (*(one.__closure__ or ()), *(one.__defaults__ or ()), *(one.__kwdefaults__ or {}).values())
    return gc.get_referents(one)


def reachable(party: object, beyond: Iterable[object]) -> set[Key]:
    """Every private and symmetric key that ``party`` can reach without passing through what is ``beyond`` it."""
    seen = {id(one): one for one in beyond}
    keys: set[Key] = set()
    todo = [party]
    while todo:
        one = todo.pop()
        if id(one) in seen:
            continue
        seen[id(one)] = one
        key = _key(one)
        if key is None:
            todo.extend(_inside(one))
        else:
            keys.add(key)
    return keys


def _held_by(role: str, home: SimpleNamespace) -> Iterator[object]:
    """The keys that the real party of this role would hold."""
    if role in (roles.HUB, roles.HHT):
        yield home.keys.agreed(roles.HHT)
    if role in (roles.HHT, roles.PPMID, roles.HCALCS, *roles.METERS):
        code = home.keys.install_code(role)
        yield from (code.octets, code.link_key)
    if role not in (roles.DELIVERY_SERVICE, roles.HHT, *KEYLESS):
        for holder in (roles.HUB, roles.GPF) if role == roles.HUB else (HOLDERS.get(role, role),):
            credentials = home.keys.credentials_of(holder)
            yield from (pair.private for use in USES if (pair := getattr(credentials, use)) is not None)
    if role in AVENUE:
        yield home.keys.avenue_key(role)
    for devices, key in han_keys(home.plan, home.keys).items():
        if role in devices or (
            devices == ("network",) and role in (roles.HUB, roles.PPMID, roles.HCALCS, *roles.METERS)
        ):
            yield key


def own(role: str, home: SimpleNamespace) -> set[Key]:
    """The same, to be compared."""
    return {key for held in _held_by(role, home) if (key := _key(held)) is not None}


def _beyond(role: str, home: SimpleNamespace) -> list[object]:
    links = home.links
    others = [party for name, party in home.parties.items() if name != role]
    issuers = home.keys.organisations, home.keys.devices
    return [
        *others,
        *issuers,
        links.duis,
        links.wan,
        links.avenue,
        links.han,
        links.handover,
        home.clock,
        home.recorder,
    ]


@pytest.mark.parametrize("role", roles.PARTIES)
def test_a_party_holds_no_keys_but_its_own(role: str, wired: Callable[..., SimpleNamespace]) -> None:
    home = wired()
    held = reachable(home.parties[role], _beyond(role, home))
    assert bool(held) == (role not in KEYLESS)
    assert held <= own(role, home)


@pytest.mark.parametrize("role", roles.PARTIES)
def test_it_comes_by_no_other_while_it_runs(role: str, wired: Callable[..., SimpleNamespace]) -> None:
    home = wired()
    for maker in MAKERS.values():
        maker.image(2)  # it has its key at hand, and its meters have not
    for party in home.parties.values():
        party.start()
    user, meter = home.parties[roles.DCC_USER], home.keys.eui(roles.ESME)
    user.top_up(meter, 1_000_000, "both")
    user.send_utrn(meter, user.vend(meter, 500_000))
    home.clock.advance(60 * 10**9)
    every = set().union(*(own(one, home) for one in roles.PARTIES))
    held = reachable(home.parties[role], _beyond(role, home))
    assert held & every <= own(role, home)
    assert {key for key in held if key[0] != "symmetric"} <= every, "a private key from nowhere"


class Slotted:
    __slots__ = ("held",)

    def __init__(self, held: object) -> None:
        self.held = held


@pytest.mark.parametrize(
    "hide",
    [
        lambda key: key,
        Slotted,
        lambda key: lambda: key,
        lambda key: {"deep": [(Slotted(key),)]},
        lambda key: SimpleNamespace(call=Slotted(key).__init__),
    ],
    ids=["attribute", "slot", "closure", "containers", "bound method"],
)
@pytest.mark.parametrize("kind", ["EC", "Ed25519", "symmetric"])
def test_a_foreign_key_is_found_wherever_it_hides(
    kind: str, hide: Callable[[object], Any], wired: Callable[..., SimpleNamespace]
) -> None:
    home = wired()
    foreign = next(
        key
        for role in (roles.ESME, roles.PPMID)
        for key in _held_by(role, home)
        if (_key(key) or ("",))[0] == kind and _key(key) not in own(roles.DCC, home)
    )
    party = SimpleNamespace(dcc=home.parties[roles.DCC], hidden=hide(foreign))
    assert reachable(party, _beyond(roles.DCC, home)) - own(roles.DCC, home) == {_key(foreign)}
