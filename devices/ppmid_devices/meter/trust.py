"""Whom a device trusts: the Remote Parties in its trust anchor cells, and how they are replaced (GBCS 12 and 13.2)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, get_args

from cryptography.hazmat.primitives.asymmetric import ec

from ppmid_devices import roles
from ppmid_devices.credentials import Directory, Use
from ppmid_devices.meter.use_case_rules import PPMID
from ppmid_protocols.errors import NotAuthentic
from ppmid_protocols.eui import Eui
from ppmid_protocols.smki import Role

DEVICE_TYPES: Mapping[str, int] = {
    roles.GSME: 0,
    roles.ESME: 1,
    roles.HUB: 2,
    roles.GPF: 3,
    roles.HCALCS: 4,
    roles.PPMID: 5,
}
"""The DeviceType (``gbcs.asn``) of each role."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parties:
    """The device and those whom it trusts at first; ``ppmid`` is None in a home without one.

    ``others``: the roles of Remote Parties besides Supplier and Access Control Broker. ``devices``: those of the home
    that it has joined with, by their DeviceType (``gbcs.asn``).
    """

    meter: Eui
    supplier: Eui
    broker: Eui
    ppmid: Eui | None
    others: Mapping[Eui, Role] = field(default_factory=dict)
    devices: Mapping[Eui, int] = field(default_factory=dict)

    def roles(self) -> Mapping[Eui, Role]:
        """Every Remote Party that this device knows."""
        return {self.supplier: Role.SUPPLIER, self.broker: Role.ACCESS_CONTROL_BROKER, **self.others}


def joined(hub: Eui, ppmid: Eui | None) -> Mapping[Eui, int]:
    """The devices that a meter has joined with in a home."""
    return {hub: DEVICE_TYPES[roles.HUB]} | ({} if ppmid is None else {ppmid: DEVICE_TYPES[roles.PPMID]})


def parties_of(device: Eui, supplier: Eui, broker: Eui, devices: Mapping[Eui, str]) -> Parties:
    """Those whom a device other than a meter trusts. ``devices``: the home's, by their roles."""
    joined_with = {one: DEVICE_TYPES[role] for one, role in devices.items() if one != device}
    return Parties(meter=device, supplier=supplier, broker=broker, ppmid=None, devices=joined_with)


class Cell(NamedTuple):
    """A trust anchor cell: a role, and what its key is for."""

    role: Role
    use: Use


class Anchor(NamedTuple):
    """Who stands in a cell, and the public key."""

    subject: Eui
    key: ec.EllipticCurvePublicKey


class TrustAnchors:
    """The cells of one device. ``changed`` is called after a replacement, with the role."""

    def __init__(self, parties: Parties, directory: Directory) -> None:
        self.parties = parties
        self._cells = {
            Cell(role, use): Anchor(eui, directory.public_key(eui, use))
            for eui, role in parties.roles().items()
            for use in get_args(Use)
            if directory.knows(eui, use)
        }
        self._peers = {
            device: directory.public_key(device, "agreement")
            for device in (parties.ppmid, *parties.devices)
            if device is not None and directory.knows(device, "agreement")
        }
        self.changed: Callable[[Role], None] = lambda _: None

    @property
    def cells(self) -> Mapping[Cell, Anchor]:
        """Every cell that somebody stands in."""
        return dict(self._cells)

    def anchor(self, role: Role, use: Use) -> Anchor | None:
        """What is in a cell, or None."""
        return self._cells.get(Cell(role, use))

    @property
    def supplier(self) -> Eui:
        """The present Supplier."""
        anchor = self.anchor(Role.SUPPLIER, "signing")
        return self.parties.supplier if anchor is None else anchor.subject

    def names_of(self, eui: Eui) -> set[str]:
        """What somebody is to this device, as the rules of use cases call it; nothing for a stranger."""
        names = {cell.role.name.lower() for cell, anchor in self._cells.items() if anchor.subject == eui}
        return names | ({PPMID} if eui == self.parties.ppmid or eui in self._peers else set())

    def signing_keys(self, eui: Eui, names: Iterable[str]) -> list[ec.EllipticCurvePublicKey]:
        """The keys with which somebody may sign in one of these roles."""
        found = (self.anchor(role, "signing") for role in Role if role.name.lower() in names)
        return [anchor.key for anchor in found if anchor is not None and anchor.subject == eui]

    def agreement_key(self, eui: Eui) -> ec.EllipticCurvePublicKey:
        """Somebody's key agreement key. Raises NotAuthentic for a stranger."""
        for cell, anchor in self._cells.items():
            if cell.use == "agreement" and anchor.subject == eui:
                return anchor.key
        if eui in self._peers:
            return self._peers[eui]
        raise NotAuthentic("certificate", f"no agreement certificate of {eui} is held")

    def meet(self, device: Eui, key: ec.EllipticCurvePublicKey) -> None:
        """Hold the key agreement key of a device of the home, whose certificate came with a join (CS03C)."""
        self._peers[device] = key

    def part(self, device: Eui) -> None:
        """Hold no key of a device of the home any more."""
        self._peers.pop(device, None)

    def replace(self, role: Role, anchors: Mapping[Use, Anchor]) -> None:
        """Put others into cells of a role."""
        self._cells |= {Cell(role, use): anchor for use, anchor in anchors.items()}
        self.changed(role)
