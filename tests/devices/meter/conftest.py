"""What the tests of the meters share: meters in a home and without one, codes for them, and the keys of the RTDS."""

import base64
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography import x509
from home_parts import (
    BROKER,
    CREDENTIALS,
    ESME,
    KEYS,
    METERS,
    OTHER_SUPPLIER,
    PPMID,
    REPOSITORY,
    SUPPLIER,
    BareEsme,
    BareGsme,
    BareMeter,
    MakeMeter,
    MeterHome,
    Vend,
)

from ppmid_bench.clock import VirtualClock
from ppmid_devices.credentials import Credentials, Directory, KeyPair
from ppmid_devices.meter.settings import MeterSettings
from ppmid_devices.meter.trust import Parties
from ppmid_devices.ports import SECOND
from ppmid_protocols import p256, utrn
from ppmid_protocols.eui import Eui

NEW_YEAR_2015 = 1_420_070_400 * SECOND  # the date-time in the Responses and Alerts of RTDS 4.5.0


@pytest.fixture(scope="session")
def rtds(shared: Path) -> SimpleNamespace:
    """The messages of RTDS 4.5.0 by name, and its published test keys as credentials and a directory.

    No signing key of a device is published: the ESME signs with one of our own.
    """
    keys = json.loads((shared / "data/rtds/keys.json").read_text())
    messages = json.loads((shared / "data/rtds/messages.json").read_text())["messages"]
    scalars = {_key_id(key): key["scalar"] for key in keys["test_private_scalars"]}
    certificates = {_key_id(key): key.get("certificate_der_base64") for key in keys["certificates"]}

    def pair(eui: Eui, usage: str, prepayment: bool = False) -> KeyPair:
        key = eui, usage, prepayment
        certificate = x509.load_der_x509_certificate(base64.b64decode(certificates[key]))
        return KeyPair.of(p256.private_from_scalar(_number(scalars[key])), certificate)

    people = {
        SUPPLIER: Credentials(
            eui=SUPPLIER,
            signing=pair(SUPPLIER, "DS"),
            agreement=pair(SUPPLIER, "KA"),
            prepayment=pair(SUPPLIER, "KA", True),
        ),
        BROKER: Credentials(eui=BROKER, agreement=pair(BROKER, "KA")),
        ESME: Credentials(eui=ESME, signing=CREDENTIALS[ESME].signing, agreement=pair(ESME, "KA")),
    }
    directory = Directory()
    for one in people.values():
        directory.add(one)
    second = x509.load_der_x509_certificate(base64.b64decode(certificates[OTHER_SUPPLIER, "KA", True]))
    octets = {message["name"].removesuffix("_GBCS.HEX"): bytes.fromhex(message["hex"]) for message in messages}
    return SimpleNamespace(
        people=people,
        directory=directory,
        messages=octets,
        second_supplier_prepayment_key=second.public_key(),
    )


def _key_id(key: dict[str, object]) -> tuple[Eui, str, bool]:
    return Eui.parse(str(key["eui"])), str(key["usage"]), bool(key["prepayment"])


def _number(scalar: object) -> int:
    return scalar if isinstance(scalar, int) else int(str(scalar), 16)


@pytest.fixture
def clock(home: MeterHome) -> VirtualClock:
    """The time of the home, and of meters without one."""
    return home.clock


@pytest.fixture
def bare(clock: VirtualClock) -> MakeMeter:
    """Makes a meter without a HAN, with keys of the home or those of the RTDS."""

    def make(eui: Eui = ESME, *, rtds: SimpleNamespace | None = None, **settings: Any) -> BareMeter:
        credentials = CREDENTIALS[eui] if rtds is None else rtds.people[eui]
        directory = KEYS.directory_of(METERS[eui]) if rtds is None else rtds.directory
        kind = BareEsme if eui == ESME else BareGsme
        parties = Parties(meter=eui, supplier=SUPPLIER, broker=BROKER, ppmid=PPMID)
        meter = kind(clock, credentials, directory, parties, MeterSettings(**settings))
        meter.start()
        return meter

    return make


@pytest.fixture
def vend() -> Vend:
    """Makes the digits of a UTRN of so many pounds."""
    private = CREDENTIALS[SUPPLIER].own("prepayment").private

    def make(counter: int, pounds: int = 10, meter: Eui = ESME) -> str:
        peer = REPOSITORY.public_key(meter, "agreement")
        return utrn.make(SUPPLIER, meter, counter << 32, pounds, utrn.ValueClass.POUNDS, private, peer).digits.decode()

    return make


@pytest.fixture
def home() -> MeterHome:
    """A home without meters yet, at the turn of 2015."""
    return MeterHome(NEW_YEAR_2015)
