"""The devices of a home as DCC and Users have them on file: what each is, and its key agreement certificate."""

from collections.abc import Mapping
from functools import partial

from cryptography.hazmat.primitives.serialization import Encoding

from ppmid_devices import roles
from ppmid_devices.credentials import Directory
from ppmid_protocols.eui import Eui
from ppmid_protocols.transforms import KnownDevice


def inventory(devices: Mapping[Eui, str], directory: Directory) -> dict[Eui, KnownDevice]:
    """The entry of each device, by its role and the SMKI repository."""
    return {eui: KnownDevice(roles.TARGETS[role], partial(_agreement, eui, directory)) for eui, role in devices.items()}


def _agreement(eui: Eui, directory: Directory) -> bytes:
    certificate = directory.certificate(eui, "agreement")
    return b"" if certificate is None else certificate.public_bytes(Encoding.DER)
