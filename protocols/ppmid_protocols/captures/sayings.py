"""What a message says, for a person and for a program: a short word for its kind, and its fields by name.

Secrets among the fields (UTRN digits, keys) show only when asked for; else ``<secret>`` stands in their place.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from enum import Enum
from typing import Any

from ppmid_protocols.errors import ProtocolError, Unsupported
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import message as gbcs
from ppmid_protocols.gbcs import prepayment as use_cases
from ppmid_protocols.gbcs.use_cases import describe
from ppmid_protocols.secret import Secret
from ppmid_protocols.utrn import IN_OCTETS, PART_IN_TEXT
from ppmid_protocols.zigbee import (
    gb_hrgp,
    keep_alive,
    key_establishment,
    metering,
    prepayment,
    sub_ghz,
    tunneling,
    zcl,
)
from ppmid_protocols.zigbee.aps_commands import ApsCommand

Fields = dict[str, Any]

HIDDEN = "<secret>"

CLUSTERS = {
    tunneling.CLUSTER: "tunneling",
    prepayment.CLUSTER: "prepayment",
    metering.CLUSTER: "metering",
    key_establishment.CLUSTER: "key establishment",
    keep_alive.CLUSTER: "keep-alive",
    sub_ghz.CLUSTER: "sub-GHz",
}
_READERS: Mapping[int, Callable[[zcl.ZclFrame], object]] = {
    tunneling.CLUSTER: tunneling.read,
    prepayment.CLUSTER: prepayment.read,
    metering.CLUSTER: metering.read,
    key_establishment.CLUSTER: key_establishment.COMMANDS.read,
    sub_ghz.CLUSTER: sub_ghz.COMMANDS.read,
}
_ENUMS: Mapping[str, type[Enum]] = {
    "ConsumerTopUp.originator": prepayment.Originator,
    "ConsumerTopUpResponse.result": prepayment.TopUpResult,
    "ConsumerTopUpResponse.source": prepayment.Originator,
    "SelectAvailableEmergencyCredit.originator": prepayment.Originator,
    "RequestTunnelResponse.status": tunneling.OpenStatus,
    "TransferDataError.status": tunneling.TransferStatus,
    "Terminate.status": key_establishment.TerminateStatus,
    "LocalChangeSupply.proposed": metering.SupplyStatus,
    "DefaultResponse.status": zcl.Status,
    "AttributeRead.status": zcl.Status,
}
"""Numbers that have names; a number that its table does not know stays a number."""


@dataclass(frozen=True, slots=True)
class Saying:
    """What a message says. ``problem``: why it could not be read, empty when it could."""

    what: str
    fields: Fields = field(default_factory=dict)
    problem: str = ""


def of_zcl(cluster: int, frame: zcl.ZclFrame, show_secrets: bool = False) -> Saying:
    """What a ZCL message says; with the GBCS message that a tunnel carries."""
    name = CLUSTERS.get(cluster, f"cluster 0x{cluster:04X}")
    try:
        command = _read(cluster, frame)
    except ProtocolError as problem:
        return Saying(f"{name}, command 0x{frame.header.command:02X}", {}, str(problem))
    if isinstance(command, tunneling.TransferData):
        return _of_transfer(command, show_secrets)
    return Saying(f"{name}, {words(type(command).__name__)}", fields_of(command, show_secrets))


def of_gbcs(octets: bytes, show_secrets: bool = False) -> Saying:
    """What a GBCS message says without any key: who asks whom for what, by which counter."""
    try:
        message = gbcs.decode(octets)
    except ProtocolError as error:
        return Saying("GBCS message", {}, str(error))
    found: Fields = {
        "originator": str(message.originator),
        "target": str(message.target),
        "counter": message.counter,
        "message_code": f"{message.message_code:04X}",
    }
    problem = ""
    try:
        digits = use_cases.read_top_up_digits(message)
        if digits is not None:
            found["utrn"] = _plain(digits, None, show_secrets)
        if message.cra is gbcs.Cra.RESPONSE:
            found["success"] = use_cases.outcome_of(message).success
    except Unsupported:
        found["success"] = None  # a use case whose outcome is not read here
    except ProtocolError as error:
        problem = str(error)
    return Saying(f"{describe(message.message_code)}, {words(message.cra.name)}", found, problem)


def of_command(command: ApsCommand, show_secrets: bool = False) -> Saying:
    """What an APS command says."""
    return Saying(f"APS, {words(type(command).__name__)}", fields_of(command, show_secrets))


def _read(cluster: int, frame: zcl.ZclFrame) -> object:
    if frame.header.scope is zcl.Scope.GENERAL:
        return zcl.read_general(frame)
    reader = _READERS.get(cluster)
    if reader is None:
        raise Unsupported("commands of this cluster are not read")
    return reader(frame)


def _of_transfer(transfer: tunneling.TransferData, show_secrets: bool) -> Saying:
    what, found, message = "tunneling", Fields(tunnel=transfer.tunnel), transfer.data
    if message[:1] in gb_hrgp.HEADERS:
        try:
            exchange = gb_hrgp.decode(message)
        except ProtocolError as problem:
            return Saying(what, found, str(problem))
        what = f"{what}, {words(type(exchange).__name__)}"
        if isinstance(exchange, gb_hrgp.GetResponse):
            found["remaining"] = exchange.remaining
        message = b"" if isinstance(exchange, gb_hrgp.Get) else exchange.message
    if not message:
        return Saying(what, found)
    inner = of_gbcs(message, show_secrets)
    return Saying(f"{what}: {inner.what}", found | inner.fields, inner.problem)


def fields_of(command: object, show_secrets: bool) -> Fields:
    assert is_dataclass(command)
    kind = type(command).__name__
    return {
        one.name: _plain(getattr(command, one.name), _ENUMS.get(f"{kind}.{one.name}"), show_secrets)
        for one in fields(command)
    }


def _plain(value: object, names: type[Enum] | None, show_secrets: bool) -> Any:
    """``value`` as JSON has it."""
    match value:
        case Secret():
            return (value.decode() if value.isalnum() else value.hex()) if show_secrets else HIDDEN
        case Eui():
            return str(value)
        case bytes():
            return HIDDEN if not show_secrets and IN_OCTETS.search(value) else value.hex()
        case str():
            return value if show_secrets else PART_IN_TEXT.sub(HIDDEN, value)
        case tuple():
            return [_plain(one, names, show_secrets) for one in value]
        case int() if names is not None and value in {int(one.value) for one in names}:
            return words(names(value).name)
        case Enum():
            return words(value.name)
        case _ if is_dataclass(value):
            return fields_of(value, show_secrets)
    return value


def words(name: str) -> str:
    """``ConsumerTopUp`` and ``OFF_ARMED`` as words."""
    if name.isupper():
        return name.lower().replace("_", " ")
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).strip()
