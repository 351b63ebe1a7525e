"""Who answers a PPMID's call in the delivery service's place, and what is wrong with it: real certificates and TLS."""

import ssl
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from ppmid_devices.lines.certificates import SERVER, TestPki
from ppmid_devices.lines.tls_settings import HARNESS_NAME

_ANOTHER_NAME = "delivery-service.of-somebody-else.test"
_OLDER = "an older version of TLS"

Files = Mapping[str, bytes]


def _own(pki: TestPki, name: str = HARNESS_NAME) -> Files:
    return pki.end_files("other", name, SERVER)


IMPOSTORS: Mapping[str, Callable[[TestPki], Files]] = {
    "a certificate of another issuer": lambda pki: _own(replace(pki, seed=b"nobody trusts this issuer")),
    "a certificate that has expired": lambda pki: _own(replace(pki, lasts=timedelta(seconds=1))),
    "a certificate of another name": lambda pki: _own(pki, _ANOTHER_NAME),
    _OLDER: _own,
}
"""What is wrong with it, and the certificate and key that it has, where the PPMID trusts the issuer of ``pki``."""


def context_of(flaw: str, pki: TestPki) -> ssl.SSLContext:
    """The impostor's end of TLS; it takes whoever calls. ``pki`` began more than a second ago."""
    with tempfile.TemporaryDirectory(prefix="ppmid-tls-") as folder:
        place = Path(folder)
        for name, octets in IMPOSTORS[flaw](pki).items():
            (place / name).write_bytes(octets)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(place / "other.pem", place / "other.key")
    if flaw == _OLDER:
        context.maximum_version = ssl.TLSVersion.TLSv1_2
    return context
