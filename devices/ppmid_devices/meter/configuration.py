"""A meter's configuration, as a digest of each thing that its interface lets be read: objects, clusters, credentials.

What moves by use, money or time is no configuration: measurements, balances, debts, the supply, the clock, logs and
counters are left out.
"""

import hashlib
from collections.abc import Iterator
from functools import cache, lru_cache

from ppmid_devices.meter.cosem.objects import Place, members, place
from ppmid_devices.meter.cosem.store import ObjectStore
from ppmid_devices.meter.trust import TrustAnchors
from ppmid_devices.meter.zcl.attributes import AttributeId, Value, attribute_id, attributes
from ppmid_devices.meter.zcl.publications import Publications
from ppmid_devices.meter.zcl.store import ClusterStore
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import axdr
from ppmid_protocols.smki import key_identifier

Named = tuple[str, str]
"""The name of a thing, and the digest of what it is."""

_MEASURED = {3, 4, 7}
"""Classes of measurements and logs."""
_MOVING = {
    place(text)
    for text in (
        "1/0-0:94.44.34.1/2",  # energy
        "1/0-0:94.44.34.10/2",
        "1/0-0:94.44.34.30/2",  # balances and debts
        "8/0-0:1.0.0.255/2",
        "8/0-0:1.0.0.255/4",
        "70/0-0:96.3.10.255/3",
        "112/0-0:19.10.0.255/2",
    )
}
_MEASURING = 0x0702
_SETTINGS_OF_METERING = range(0x0300, 0x0A00)
_MOVING_ATTRIBUTES = {attribute_id(f"0705/{one}") for one in ("0001", "0002", "0005", "0211", "0221", "0231")}


def of_objects(store: ObjectStore, device: str) -> dict[str, str]:
    """The attributes of an ESME that can be read, of their values in A-XDR."""
    names = _settings_of(device)
    now = {names[where]: _of_data(store.value(where)) for where in store.may_differ() if where in names}
    return {**_initial(device), **now}


@lru_cache(maxsize=32)
def _settings_of(device: str) -> dict[Place, str]:
    """Their names."""
    return {
        where: str(where)
        for where, member in members(device).items()
        if member.value is not None and {"r", "p"} & set(member.access)
        if where.class_id not in _MEASURED and where not in _MOVING
    }


@lru_cache(maxsize=32)
def _initial(device: str) -> dict[str, str]:
    """What every home has of them at first: most are never set."""
    return {
        _settings_of(device)[where]: _of_data(member.value)
        for where, member in members(device).items()
        if where in _settings_of(device) and member.value is not None
    }


@lru_cache(maxsize=4096)
def _of_data(value: axdr.Data) -> str:
    """The digest of a value, which is read again and again and seldom changes."""
    return digest(axdr.encode_data(value))


def of_clusters(store: ClusterStore, publications: Publications) -> Iterator[Named]:
    """The attributes of a GSME, and the calendars, tariffs and messages that were published to it."""
    for one, name in _settings_of_clusters():
        yield name, _of_attribute(one, store.value(one))
    for command, body in store.latest.items():
        yield f"{command.cluster:04X} command {command.command:02X}", digest(body)
    for (cluster, number, which), bodies in publications.in_force.items():
        yield f"{cluster:04X} publication {number:02X} {which}".strip(), digest(b"".join(bodies))


@cache
def _settings_of_clusters() -> tuple[tuple[AttributeId, str], ...]:
    return tuple(
        (one, f"{one.cluster:04X}/{one.attribute:04X}")
        for one in attributes()
        if one.cluster != _MEASURING or one.attribute in _SETTINGS_OF_METERING
        if one not in _MOVING_ATTRIBUTES
    )


@lru_cache(maxsize=4096)
def _of_attribute(one: AttributeId, value: Value) -> str:
    """As ``_of_data``."""
    return digest(attributes()[one].encode(value))


def of_credentials(anchors: TrustAnchors) -> Iterator[Named]:
    """Who stands in each trust anchor cell, and the identifier of the key."""
    for cell, anchor in anchors.cells.items():
        name = f"{cell.role.name.lower()} {cell.use}".replace("_", " ")
        yield name, digest(bytes(anchor.subject) + key_identifier(anchor.key))


def of_device_log(devices: dict[Eui, int]) -> Iterator[Named]:
    """The devices that a meter has joined with."""
    joined = b"".join(bytes(device) + bytes((kind,)) for device, kind in sorted(devices.items()))
    yield "device log", digest(joined)


def digest(octets: bytes) -> str:
    """The first eight octets of the SHA-256, in hex."""
    return hashlib.sha256(octets).hexdigest()[:16]
