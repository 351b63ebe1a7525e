"""What a PPMID says to a person. No text ever holds a UTRN, a key or another secret.

"Sent" and "accepted" are kept apart (nothing is accepted before the meter says so), and so are credited and on supply:
a meter that answers "armed" has credit and no supply.
"""

from ppmid_devices.ppmid.pending import Choice
from ppmid_protocols.zigbee.prepayment import TopUpResult

SENT = {
    Choice.TOP_UP: "Top-up sent",
    Choice.EMERGENCY_CREDIT: "Emergency credit asked for",
    Choice.ENABLE_SUPPLY: "Switching on asked for",
}
DONE = {
    Choice.EMERGENCY_CREDIT: "Emergency credit selected",
    Choice.ENABLE_SUPPLY: "Supply switched on",
}
NOT_DONE = {
    Choice.TOP_UP: "Top-up refused by the meter",
    Choice.EMERGENCY_CREDIT: "Emergency credit not available",
    Choice.ENABLE_SUPPLY: "The meter did not switch the supply on",
}
NO_ANSWER = "No answer from the meter"
NOT_SENT = "Not sent: the hub cannot be reached"
TURN = "Waits until the meter has answered the one before"
TOO_MANY = "Not sent: too many wait already"
NOT_A_CODE = "Not sent: please check the 20 digits of the code"
NOT_JOINED = "Not sent: this device is not joined with the meter"
NO_SUCH_METER = "Not sent: no such meter in this home"
NOT_FOR_GAS = "Not sent: a gas supply is switched on at its meter"

_SUPPLY: dict[int, str] = {
    TopUpResult.ACCEPTED_SUPPLY_ENABLED: ", supply on",
    TopUpResult.ACCEPTED_SUPPLY_DISABLED: ", supply still off",
    TopUpResult.ACCEPTED_SUPPLY_ARMED: ", supply waits to be switched on",
}
_REFUSED: dict[int, str] = {
    TopUpResult.INVALID: "not a valid code for this meter",
    TopUpResult.DUPLICATE: "already used",
    TopUpResult.ERROR: "the meter has an error",
    TopUpResult.MAXIMUM_CREDIT: "the meter has its highest credit",
    TopUpResult.KEYPAD_LOCKED: "the meter is locked, try again later",
    TopUpResult.VALUE_TOO_LARGE: "the amount is too large",
}


def pounds(millipence: int | None) -> str:
    """An amount as people write it; None is no value, never a number."""
    if millipence is None:
        return "amount not told"
    pence = abs(millipence) // 1_000
    return f"{'-' if millipence < 0 else ''}£{pence // 100}.{pence % 100:02d}"


def top_up_accepted(result: int, value: int | None) -> str:
    """The meter took a top-up: what it says that it was worth, and what it says of its supply."""
    return f"Top-up accepted: {pounds(value)}{_SUPPLY.get(result, '')}"


def top_up_refused(result: int) -> str:
    """The meter refused a top-up: why, in plain words."""
    return f"Top-up refused: {_REFUSED.get(result, f'reason {result}')}"
