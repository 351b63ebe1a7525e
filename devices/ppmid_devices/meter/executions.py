"""What an accepted Command does to a meter's registers, and what its Response is to say."""

from ppmid_devices.meter.answers import Answers
from ppmid_devices.meter.commands import Accepted
from ppmid_devices.meter.registers import Registers
from ppmid_devices.meter.settings import MeterSettings
from ppmid_devices.meter.supply import SupplyEvent, SupplyState
from ppmid_devices.meter.top_ups import Entry, Path, Result
from ppmid_protocols.gbcs.message import Message
from ppmid_protocols.gbcs.prepayment import (
    ActivateEmergencyCredit,
    ArmSupply,
    Content,
    EnableSupply,
    ReadBalance,
    ReadSupplyStatus,
    TopUp,
)
from ppmid_protocols.gbcs.use_cases import USE_CASES, Kind
from ppmid_protocols.secret import Secret


def execute(accepted: Accepted, registers: Registers, answers: Answers, settings: MeterSettings) -> Content | None:
    """Execute a Command; gives the content of its Response, or None where the meter stays silent."""
    message, request = accepted.message, accepted.request
    match request:
        case TopUp(digits):
            return _top_up(message, digits, registers, answers, settings)
        case ReadBalance():
            return answers.balance(message, registers.account.balance)
        case ReadSupplyStatus():
            return answers.supply(message, registers.account.supply.shown, settings.battery_days)
        case ActivateEmergencyCredit():
            return answers.change(message, request, registers.select_emergency_credit())
        case ArmSupply():
            armed = registers.ask_supply(SupplyEvent.SUPPLIER_ARMS).supply is SupplyState.ARMED
            return answers.change(message, request, armed)
        case EnableSupply():
            enabled = registers.ask_supply(SupplyEvent.SUPPLIER_ENABLES).supply is SupplyState.ENABLED
            return answers.change(message, request, enabled)


def _top_up(
    message: Message, digits: Secret, registers: Registers, answers: Answers, settings: MeterSettings
) -> Content | None:
    by_ppmid = USE_CASES[message.message_code].kind is Kind.HAN
    path, counter = (Path.PPMID, None) if by_ppmid else (Path.REMOTE, message.counter)
    decision = registers.enter(Entry(digits=digits, path=path, counter=counter))
    duplicate_answer = settings.duplicate_from_ppmid if by_ppmid else settings.duplicate_answer
    if decision.result is Result.DUPLICATE and duplicate_answer == "silent":
        return None
    return answers.top_up(message, decision, path)
