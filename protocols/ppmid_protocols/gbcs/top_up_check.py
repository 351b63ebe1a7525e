"""The UTRN in a top-up Command: what it says, and how far its digits, counter and MAC hold with the keys at hand."""

from collections.abc import Callable
from dataclasses import dataclass

from ppmid_protocols.errors import NotAuthentic, ProtocolError
from ppmid_protocols.gbcs.keyring import KeyRing
from ppmid_protocols.gbcs.message import Message
from ppmid_protocols.gbcs.names.kinds import words
from ppmid_protocols.gbcs.prepayment import read_top_up_digits
from ppmid_protocols.gbcs.prepayment.requests import PCS01
from ppmid_protocols.smki import Usage
from ppmid_protocols.utrn import TRUNCATION, Utrn, check_mac

_HOLDS = "holds"
_UTRN_COUNTER_SHIFT = 32  # of the Originator Counter


@dataclass(frozen=True, slots=True)
class TopUpCheck:
    """What was found of a UTRN; its digits are not among it. Empty texts: not got so far."""

    check_digit: str
    amount: str = ""
    value_class: str = ""
    truncated_counter: int | None = None
    counter: str = ""
    mac: str = ""

    def as_json(self) -> dict[str, object]:
        """The entry ``utrn`` of ``checks``."""
        entries = {
            "amount": self.amount,
            "class": self.value_class,
            "truncated_counter": self.truncated_counter,
            "check_digit": self.check_digit,
            "counter": self.counter,
            "mac": self.mac,
        }
        return {name: value for name, value in entries.items() if value not in ("", None)}

    def lines(self) -> list[str]:
        """For people."""
        lines = [f"UTRN check digit: {self.check_digit}"]
        if self.truncated_counter is not None:
            lines.append(f"UTRN value: {self.amount} (class {self.value_class})")
            lines.append(f"UTRN truncated counter: {self.truncated_counter}, {self.counter}")
            lines.append(f"UTRN mac: {self.mac}")
        return lines


def check_top_up(message: Message, ring: KeyRing | None) -> TopUpCheck | None:
    """Check the UTRN of a CS01a, CS01b or PCS01 Command; None for any other message, and for one that is unreadable."""
    try:
        digits = read_top_up_digits(message)
    except ProtocolError:
        return None
    if digits is None:
        return None
    try:
        utrn = Utrn.parse(digits)
    except ProtocolError as problem:
        return TopUpCheck(check_digit=f"does not hold: {problem}")
    amount, value_class = _try(lambda: words("money", utrn.amount)), _try(lambda: utrn.value_class.name.lower())
    if message.message_code == PCS01:
        counter, mac = "the UTRN counter is not in a message of the PPMID", "not checked: the message names no Supplier"
    else:
        counter, mac = _counter(message, utrn), _mac(message, utrn, ring)
    return TopUpCheck(_HOLDS, amount, value_class, utrn.truncated_counter, counter, mac)


def _try(read: Callable[[], str]) -> str:
    try:
        return read()
    except ProtocolError as problem:
        return str(problem)


def _counter(message: Message, utrn: Utrn) -> str:
    """CS01a and CS01b carry the whole UTRN counter as the high half of their Originator Counter."""
    counter, rest = divmod(message.counter, 1 << _UTRN_COUNTER_SHIFT)
    if rest:
        return "the low half of the Originator Counter is not zero"
    if counter % TRUNCATION != utrn.truncated_counter:
        return f"not that of the Originator Counter, {counter % TRUNCATION}"
    return "that of the Originator Counter"


def _mac(message: Message, utrn: Utrn, ring: KeyRing | None) -> str:
    if ring is None:
        return "not checked"
    supplier, device, usage = message.originator, message.target, Usage.KEY_AGREEMENT
    pairs = (
        (ring.private_key(supplier, usage, True), ring.public_key(device, usage)),
        (ring.private_key(device, usage), ring.public_key(supplier, usage, True)),
    )
    for private, public in pairs:
        if private is not None and public is not None:
            try:
                check_mac(utrn, supplier, device, message.counter >> _UTRN_COUNTER_SHIFT, private, public)
            except NotAuthentic as problem:
                return f"does not hold: {problem.reason}"
            return f"{_HOLDS}, between {supplier} (prepayment key) and {device}"
    return f"no key: no prepayment key agreement keys, one of them private, of {supplier} and {device}"
