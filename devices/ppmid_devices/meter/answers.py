"""How each kind of meter puts what became of a Command into a Response's payload (checked against RTDS 4.5.0)."""

from collections.abc import Mapping
from typing import Protocol

from ppmid_devices.meter.contract import Supply
from ppmid_devices.meter.top_ups import Decision, Path, Result
from ppmid_protocols.gbcs.message import Message
from ppmid_protocols.gbcs.prepayment import (
    CODES,
    ActivateEmergencyCredit,
    ArmSupply,
    Content,
    Request,
    SupplyState,
    esme,
    gsme,
)
from ppmid_protocols.gbcs.prepayment.requests import CS01B, GCS33, GCS60, PCS01
from ppmid_protocols.zigbee.prepayment import Originator, TopUpResult

_SUPPLY = {
    Supply.DISABLED: SupplyState.DISABLED,
    Supply.ARMED: SupplyState.ARMED,
    Supply.ENABLED: SupplyState.ENABLED,
}
SOURCES: Mapping[Path, Originator] = {
    Path.REMOTE: Originator.ENERGY_SERVICE_INTERFACE,
    Path.PPMID: Originator.IN_HOME_DEVICE,
    Path.KEYPAD: Originator.METER,
}
"""The "source of top up" in the answer to an accepted one; a refusal says 0 (RTDS CS01b)."""


class Answers(Protocol):
    """What a kind of meter answers. ``codes``: the Message Codes that it executes."""

    codes: frozenset[int]

    def top_up(self, message: Message, decision: Decision, path: Path) -> Content:
        """To a UTRN that was entered."""

    def balance(self, message: Message, balance: int) -> Content:
        """To a read of the balance, millipence."""

    def supply(self, message: Message, supply: Supply, battery_days: int) -> Content:
        """To a read of the supply state."""

    def change(self, message: Message, request: Request, done: bool) -> Content:
        """To a request for emergency credit, arming or enabling."""

    def refusal(self, message: Message) -> Content:
        """To a Command that is not executed at all."""


class EsmeAnswers:
    """Electricity: DLMS Access-Responses."""

    codes = frozenset(code for (kind, _), code in CODES.items() if kind == "esme")

    def top_up(self, message: Message, decision: Decision, _path: Path) -> Content:
        return _esme(message, esme.SUCCESS if decision.result is Result.ACCEPTED else esme.REFUSED)

    def balance(self, message: Message, balance: int) -> Content:
        return _esme(message, esme.SUCCESS, balance)

    def supply(self, message: Message, supply: Supply, _battery_days: int) -> Content:
        return _esme(message, esme.SUCCESS, _SUPPLY[supply])

    def change(self, message: Message, request: Request, done: bool) -> Content:
        failure = esme.OTHER_REASON if isinstance(request, ActivateEmergencyCredit) else esme.REFUSED
        return _esme(message, esme.SUCCESS if done else failure)

    def refusal(self, message: Message) -> Content:
        return _esme(message, esme.REFUSED)


def _esme(message: Message, result: int, value: int | None = None) -> Content:
    return esme.response(message.message_code, message.counter, result, value)


class GsmeAnswers:
    """Gas: ZCL commands in GBZ."""

    codes = frozenset(code for (kind, _), code in CODES.items() if kind != "esme")

    def top_up(self, message: Message, decision: Decision, path: Path) -> Content:
        result = decision.result.zcl
        if decision.credited is None:
            return gsme.top_up_response(message.message_code, result)
        balance = decision.account.balance
        return gsme.top_up_response(message.message_code, result, decision.credited, balance, SOURCES[path])

    def balance(self, _message: Message, balance: int) -> Content:
        return gsme.read_response(GCS60, {"credit_mode_balance": 0, "balance": balance})

    def supply(self, _message: Message, supply: Supply, battery_days: int) -> Content:
        return gsme.read_response(GCS33, {"battery_days": battery_days, "supply": _SUPPLY[supply]})

    def change(self, message: Message, request: Request, done: bool) -> Content:
        if done and isinstance(request, ArmSupply) and request.issued is not None:
            return gsme.arm_response(request.issued)
        return gsme.status_response(message.message_code, gsme.SUCCESS if done else gsme.FAILURE)

    def refusal(self, message: Message) -> Content:
        code = message.message_code
        if code in (CS01B, PCS01):
            return gsme.top_up_response(code, TopUpResult.ERROR)
        if code in _GSME_READS:
            return gsme.read_response(code, {}, dict.fromkeys(_GSME_READS[code], gsme.FAILURE))
        return gsme.status_response(code, gsme.FAILURE)


_GSME_READS = {GCS33: ("battery_days", "supply"), GCS60: ("credit_mode_balance", "balance")}


ANSWERS: Mapping[str, Answers] = {"esme": EsmeAnswers(), "gsme": GsmeAnswers()}
"""The answers of each kind of meter."""
