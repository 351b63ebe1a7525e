"""What a Service Request asks, as the tables of payloads see it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from types import MappingProxyType
from typing import TypeVar

from ppmid_protocols.duis.kinds import Value
from ppmid_protocols.duis.service_body import Node
from ppmid_protocols.duis.services import Target, UserRole
from ppmid_protocols.duis.shapes import read_date_time
from ppmid_protocols.errors import Malformed, Unsupported
from ppmid_protocols.eui import Eui
from ppmid_protocols.secret import Secret

YEAR_2000 = 946_684_800
"""Seconds from 1970-01-01 to 2000-01-01, UTC: where the times of ZCL and of DLMS selections begin."""

CANCEL = read_date_time("3000-12-31T00:00:00Z")
"""The execution time that takes back an earlier future-dated Command (as the published templates have it)."""

_SECOND = 1_000_000_000
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class KnownDevice:
    """Another device of the inventory.

    ``agreement`` gives the DER of its key agreement certificate, nothing where none is known; few Commands ask for it.
    """

    type: Target
    agreement: Callable[[], bytes] = bytes


@dataclass(frozen=True, slots=True)
class HubBackUp:
    """A hub's device log as the hub backed it up (CCS07, CS14).

    ``pan``: its extended PAN identifier, 8 octets. ``devices``: those that are listed, each with the hash of its link
    key, 16 octets.
    """

    pan: bytes
    devices: Mapping[Eui, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What the DCC knows beside the Request.

    ``target``: what stands at the target EUI. ``now``: the time of issue, ns since 1970-01-01 UTC. ``broker``: the
    Access Control Broker; ``broker_counter``: the Originator Counter for a Command in its own name. ``holds_user``:
    whether the device holds the User's credentials; if not, the Command is the broker's. ``phases``, ``elements``: of
    an electricity meter. ``role``: the role that the User is in. ``devices``: the inventory. ``cin``: the Customer
    Identification Number of SRV 9.1, made by the DCC. ``use_case``: the one of several that the firmware of the device
    has; None: the newest. ``hub_logs``: the device logs that are kept of hubs, by their CHF; ``gas_proxy_logs``: those
    of Gas Proxy Functions, each with its devices by their DeviceType (``gbcs.asn``).
    """

    target: Target
    now: int
    broker: Eui
    broker_counter: int = 0
    holds_user: bool = True
    phases: int = 1
    elements: int = 1
    role: UserRole = UserRole.IMPORT_SUPPLIER
    devices: Mapping[Eui, KnownDevice] = field(default_factory=lambda: MappingProxyType({}))
    cin: Secret = field(default_factory=Secret)
    use_case: str | None = None
    hub_logs: Mapping[Eui, HubBackUp] = field(default_factory=lambda: MappingProxyType({}))
    gas_proxy_logs: Mapping[Eui, Mapping[Eui, int]] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def issued(self) -> int:
        """The time of issue in UTC seconds since 2000-01-01: the Issuer Event Id of ZCL commands."""
        return seconds_2000(self.now)


@dataclass(frozen=True, slots=True)
class Ask:
    """A Request on its way to a payload.

    ``node``: the body, or the part of it that is looked at, which is the one of number ``position`` (from 1) among
    its like. ``counter``: the Originator Counter of the Command. ``reader``: who may read what the Response seals.
    ``message_code``: that of the use case. ``execution``: when the Command is to be carried out; None: at once.
    """

    node: Node
    circumstances: Circumstances
    counter: int
    target: Eui
    reader: Eui
    message_code: int
    position: int = 1
    execution: int | None = None

    def within(self, node: Node, position: int) -> "Ask":
        """The same Request, looking at one part of it."""
        return replace(self, node=node, position=position)

    def each(self, path: str) -> "tuple[Ask, ...]":
        """A look at every element at a path."""
        return tuple(self.within(node, position) for position, node in enumerate(self.node.all(path), 1))

    def has(self, path: str) -> bool:
        return self.node.find(path) is not None

    def number(self, path: str) -> int:
        """The number (or moment, in ns) at a path. Raises Malformed where there is none."""
        return self._value(path, int)

    def text(self, path: str) -> str:
        return self.node.at(path).text

    def octets(self, path: str) -> bytes:
        return self._value(path, bytes)

    def eui(self, path: str) -> Eui:
        return self._value(path, Eui)

    def flag(self, path: str) -> bool:
        return self._value(path, bool)

    def value(self, path: str) -> Value:
        """The value of the leaf at a path. Raises Malformed where there is none."""
        found = self.node.at(path).value
        if found is None:
            raise Malformed(f"{self.node.name}/{path}", "expected an element with text")
        return found

    def place(self, attribute: str, highest: int) -> int:
        """The number, from 1, that an attribute gives to what is looked at. Raises Malformed for one above."""
        number = self.node.attribute(attribute)
        if not 1 <= number <= highest:
            raise Malformed(f"{self.node.name}/@{attribute}", f"expected 1 to {highest}, found {number}")
        return number

    def device(self, path: str) -> KnownDevice:
        """The device of the inventory whose EUI stands at a path. Raises Unsupported where it is not known."""
        found = self.circumstances.devices.get(self.eui(path))
        if found is None:
            raise Unsupported(f"{self.node.name}/{path}: {self.eui(path)} is not in the inventory")
        return found

    def kept(self, path: str, logs: Mapping[Eui, _T]) -> _T:
        """The log that is kept of the device whose EUI stands at a path. Raises Unsupported where there is none."""
        found = logs.get(self.eui(path))
        if found is None:
            raise Unsupported(f"{self.node.name}/{path}: no device log of {self.eui(path)} is kept")
        return found

    def _value(self, path: str, type_: type[_T]) -> _T:
        found = self.value(path)
        if not isinstance(found, type_):
            raise Malformed(f"{self.node.name}/{path}", f"expected {type_.__name__}, found {type(found).__name__}")
        return found


Builder = Callable[[Ask], bytes]
"""How the payload of a use case is made."""


def seconds_2000(moment: int) -> int:
    """A moment (ns since 1970-01-01 UTC) in UTC seconds since 2000-01-01."""
    return moment // _SECOND - YEAR_2000


def scaled(path: str, decimals: int) -> Callable[[Ask], int]:
    """A decimal number as a whole one of so many decimals. Raises Malformed for a finer one."""

    def made(ask: Ask) -> int:
        found = ask.value(path)
        whole = found.scaleb(decimals) if isinstance(found, Decimal) else Decimal("0.5")
        if whole != whole.to_integral_value():
            raise Malformed(path, f"expected a number with at most {decimals} decimals")
        return int(whole)

    return made
