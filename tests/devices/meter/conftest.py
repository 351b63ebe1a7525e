"""What the tests of the meters share: a clock that jumps, keys of a small PKI, and a meter without a HAN."""

import base64
import heapq
import json
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import pytest
from cryptography import x509

from ppmid_devices.credentials import Credentials, Directory, KeyPair
from ppmid_devices.meter.commands import Parties
from ppmid_devices.meter.meter import SimulatedMeter
from ppmid_devices.meter.settings import MeterSettings
from ppmid_protocols import smki
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import crypto
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
        return kind(clock, keys.people[eui], keys.directory, parties, MeterSettings(**settings))

    return make
