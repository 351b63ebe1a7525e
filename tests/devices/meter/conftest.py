"""What the tests of the meters share: a clock that jumps, keys of a small PKI, and a meter without a HAN."""

import base64
import heapq
import json
import random
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import pytest
from cryptography import x509

from ppmid_devices.credentials import Credentials, Directory, KeyPair
from ppmid_devices.links.han import Han, HanMembership
from ppmid_devices.links.han_node import HanNode
from ppmid_devices.meter.commands import Parties
from ppmid_devices.meter.meter import SimulatedMeter
from ppmid_devices.meter.settings import MeterSettings
from ppmid_protocols import smki, utrn
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import crypto, prepayment
from ppmid_protocols.gbcs.message import Cra, Message
from ppmid_protocols.secret import Secret
from ppmid_protocols.smki import Role, Usage

SUPPLIER, BROKER = Eui.parse("90B3D51F30010000"), Eui.parse("90B3D51F30000002")
SECOND_SUPPLIER = Eui.parse("90B3D51F30030000")
ESME, GSME = Eui.parse("00DB1234567890A0"), Eui.parse("00DB1234567890A1")
HUB, PPMID = Eui.parse("00DB1234567890A2"), Eui.parse("00DB1234567890A4")
NEW_YEAR_2015 = 1_420_070_400 * 10**9  # the date-time in the Responses and Alerts of RTDS 4.5.0


@pytest.fixture(scope="session")
def who() -> SimpleNamespace:
    """The parties of the home."""
    return SimpleNamespace(supplier=SUPPLIER, broker=BROKER, esme=ESME, gsme=GSME, hub=HUB, ppmid=PPMID)


class JumpingClock:
    """Virtual time: ``run_for`` jumps from one call to the next."""

    def __init__(self, start: int = NEW_YEAR_2015) -> None:
        self._now, self._order = start, count()
        self._calls: list[tuple[int, int, SimpleNamespace]] = []

    def now(self) -> int:
        return self._now

    def call_at(self, when: int, run: Callable[[], None]) -> SimpleNamespace:
        call = SimpleNamespace(run=run, cancelled=False)
        call.cancel = lambda: setattr(call, "cancelled", True)
        heapq.heappush(self._calls, (max(when, self._now), next(self._order), call))
        return call

    def call_later(self, delay: int, run: Callable[[], None]) -> SimpleNamespace:
        return self.call_at(self._now + delay, run)

    def run_for(self, seconds: float) -> None:
        until = self._now + int(seconds * 10**9)
        while self._calls and self._calls[0][0] <= until:
            self._now, _, call = heapq.heappop(self._calls)
            if not call.cancelled:
                call.run()
        self._now = until


@pytest.fixture
def clock() -> JumpingClock:
    return JumpingClock()


_START = datetime(2015, 1, 1, tzinfo=UTC)
_ROLES = {SUPPLIER: Role.SUPPLIER, BROKER: Role.ACCESS_CONTROL_BROKER}


def _minted(eui: Eui) -> Credentials:
    def pair(use: str, usage: Usage) -> KeyPair:
        private = smki.derive_private_key(b"meter tests", f"{eui} {use}")
        public, role = private.public_key(), _ROLES.get(eui)
        if role is None:
            return KeyPair(private, smki.mint_device(eui, usage, public, _ISSUERS[False], not_before=_START))
        return KeyPair(private, smki.mint_organisation(eui, role, usage, public, _ISSUERS[True], not_before=_START))

    return Credentials(
        eui=eui,
        signing=pair("signing", Usage.DIGITAL_SIGNATURE),
        agreement=pair("agreement", Usage.KEY_AGREEMENT),
        prepayment=pair("prepayment", Usage.KEY_AGREEMENT) if eui == SUPPLIER else None,
    )


_AUTHORITY_KEY = smki.derive_private_key(b"meter tests", "authority")
_ISSUERS = {
    True: smki.mint_issuer("O", _AUTHORITY_KEY, not_before=_START),
    False: smki.mint_issuer("D", _AUTHORITY_KEY, not_before=_START, role=None),
}


def _directory(people: dict[Eui, Credentials]) -> Directory:
    directory = Directory()
    for one in people.values():
        directory.add(one)
    return directory


@pytest.fixture(scope="session")
def minted() -> SimpleNamespace:
    """Credentials of everybody by EUI, and a directory of them, all with keys of our own."""
    people = {eui: _minted(eui) for eui in (SUPPLIER, BROKER, ESME, GSME, HUB, PPMID)}
    return SimpleNamespace(people=people, directory=_directory(people))


@pytest.fixture(scope="session")
def rtds(shared: Path) -> SimpleNamespace:
    """The same with the published test keys where RTDS 4.5.0 has them, and its messages by name.

    No signing key of a device is published: the ESME signs with one of our own.
    """
    keys = json.loads((shared / "data/rtds/keys.json").read_text())
    messages = json.loads((shared / "data/rtds/messages.json").read_text())["messages"]
    scalars = {_key_id(key): key["scalar"] for key in keys["test_private_scalars"]}
    certificates = {_key_id(key): key.get("certificate_der_base64") for key in keys["certificates"]}

    def pair(eui: Eui, usage: str, prepayment: bool = False) -> KeyPair:
        key = eui, usage, prepayment
        certificate = x509.load_der_x509_certificate(base64.b64decode(certificates[key]))
        return KeyPair(crypto.private_from_scalar(_number(scalars[key])), certificate)

    people = {
        SUPPLIER: Credentials(
            eui=SUPPLIER,
            signing=pair(SUPPLIER, "DS"),
            agreement=pair(SUPPLIER, "KA"),
            prepayment=pair(SUPPLIER, "KA", True),
        ),
        BROKER: Credentials(eui=BROKER, agreement=pair(BROKER, "KA")),
        ESME: Credentials(eui=ESME, signing=_minted(ESME).signing, agreement=pair(ESME, "KA")),
    }
    second = x509.load_der_x509_certificate(base64.b64decode(certificates[SECOND_SUPPLIER, "KA", True]))
    octets = {message["name"].removesuffix("_GBCS.HEX"): bytes.fromhex(message["hex"]) for message in messages}
    return SimpleNamespace(
        people=people,
        directory=_directory(people),
        messages=octets,
        second_supplier_prepayment_key=second.public_key(),
    )


def _key_id(key: dict[str, object]) -> tuple[Eui, str, bool]:
    return Eui.parse(str(key["eui"])), str(key["usage"]), bool(key["prepayment"])


def _number(scalar: object) -> int:
    return scalar if isinstance(scalar, int) else int(str(scalar), 16)


class BareMeter(SimulatedMeter):
    """A meter whose messages go into a list."""

    kind = "esme"

    def __init__(self, *args: object) -> None:
        self.sent: list[bytes] = []
        super().__init__(*args)

    def start(self) -> None:
        self._power_on()

    def transmit(self, message: bytes) -> None:
        self.sent.append(message)


class BareGasMeter(BareMeter):
    kind = "gsme"


@pytest.fixture
def bare(clock: JumpingClock) -> Callable[..., BareMeter]:
    """Makes a meter without a HAN from a set of keys and settings."""

    def make(keys: SimpleNamespace, eui: Eui = ESME, **settings: object) -> BareMeter:
        kind = BareMeter if eui == ESME else BareGasMeter
        parties = Parties(meter=eui, supplier=SUPPLIER, broker=BROKER, ppmid=PPMID)
        meter = kind(clock, keys.people[eui], keys.directory, parties, MeterSettings(**settings))
        meter.start()
        return meter

    return make


@pytest.fixture
def command(minted: SimpleNamespace) -> Callable[..., bytes]:
    """Makes a Command with right signature and MAC; ``altered`` are fields that are changed before both."""

    def make(
        request: object, counter: int = 1000, kind: str = "esme", *, signed: bool | None = None, **altered: object
    ) -> bytes:
        originator, broker, target = SUPPLIER, BROKER, ESME if kind == "esme" else GSME
        if kind == "ppmid-gsme":
            originator = broker = PPMID
        content = prepayment.command(kind, counter, request)
        fields = {"cra": Cra.COMMAND, "counter": counter, "originator": originator, "target": target}
        message = Message(**{**fields, "message_code": content.message_code, "payload": content.payload, **altered})
        critical = kind != "ppmid-gsme" and isinstance(
            request, prepayment.ArmSupply | prepayment.EnableSupply | prepayment.ActivateEmergencyCredit
        )
        if critical if signed is None else signed:
            message = crypto.sign(message, minted.people[SUPPLIER].signing.private)
        peer = minted.directory.public_key(target, "agreement")
        return crypto.with_mac(message, minted.people[broker].agreement.private, peer).encode()

    return make


@pytest.fixture
def vend(minted: SimpleNamespace) -> Callable[..., str]:
    """Makes the digits of a UTRN of so many pounds."""

    def make(counter: int, pounds: int = 10, meter: Eui = ESME) -> str:
        key, peer = minted.people[SUPPLIER].prepayment.private, minted.directory.public_key(meter, "agreement")
        return utrn.make(SUPPLIER, meter, counter << 32, pounds, utrn.ValueClass.POUNDS, key, peer).digits

    return make


_SHORTS = {HUB: 0x0000, ESME: 0x0001, PPMID: 0x0002, GSME: 0x0003}
_NAMES = {HUB: "hub", ESME: "esme", PPMID: "ppmid", GSME: "gsme"}


class Tapped:
    """Counts what crosses the HAN."""

    def __init__(self) -> None:
        self.frames: list[tuple[str, str, str]] = []

    def crossed(self, _link: str, sender: str, receiver: str, _frame: bytes, lost: str = "") -> None:
        self.frames.append((sender, receiver, lost))


@pytest.fixture
def home(clock: JumpingClock, minted: SimpleNamespace) -> SimpleNamespace:
    """A HAN with the bare radios of a hub and a PPMID, and what makes a meter in it."""
    tap = Tapped()
    han = Han("han", clock, tap, random.Random(1))

    def member(eui: Eui) -> HanMembership:
        pairs = {other: Secret(bytes(a ^ b for a, b in zip(eui * 2, other * 2, strict=True))) for other in _SHORTS}
        return HanMembership(
            name=_NAMES[eui],
            eui=eui,
            short=_SHORTS[eui],
            network_key=Secret(bytes(16)),
            link_keys={other: key for other, key in pairs.items() if other != eui},
            addresses=_SHORTS,
            names={short: _NAMES[other] for other, short in _SHORTS.items()},
        )

    def meter(kind: type, eui: Eui, *, ppmid: Eui | None = PPMID, **settings: object) -> SimulatedMeter:
        made: SimulatedMeter = kind(
            clock=clock,
            credentials=minted.people[eui],
            directory=minted.directory,
            han=han,
            membership=member(eui),
            hub=HUB,
            supplier=SUPPLIER,
            access_control_broker=BROKER,
            ppmid=ppmid,
            settings=MeterSettings(**settings),
        )
        return made

    hub, ppmid = (HanNode(clock, han, member(eui)) for eui in (HUB, PPMID))
    return SimpleNamespace(han=han, tap=tap, hub=hub, ppmid=ppmid, meter=meter, member=member)
