"""Unique Transaction Reference Numbers: the 20 digits by which a prepayment meter is topped up (GBCS 14).

A UTRN is a 64-bit Prepayment Top Up Token (PTUT) made decimal::

    PTUT, high word   0000000 (7 bits) | truncated UTRN counter (10) | value class (2) | value (13)
    PTUT, low word    MAC (32)
    PPTD              PTUT + 7394156990786306048, always 19 decimal digits
    UTRN              PPTD followed by its check digit

The UTRN counter is the top 32 bits of the Supplier's 64-bit Originator Counter, whose low 32 bits are zero. Only its
low ten bits travel in a UTRN; the meter rebuilds the rest from the highest counter that it has used.
"""

import hmac
import re
from bisect import insort
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import IntEnum

from cryptography.hazmat.primitives.asymmetric import ec

from ppmid_protocols.errors import Malformed, NotAuthentic, Unsupported
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs.crypto import derive_key, gmac, shared_secret
from ppmid_protocols.secret import Secret

DIGITS = 20
"""Decimal digits of a UTRN."""
IN_OCTETS = re.compile(rb"[0-9]{20}")
"""The digits of a UTRN as ASCII octets, as messages carry them."""
IN_TEXT = re.compile(r"[0-9](?<![0-9][0-9])(?=[0-9 -]{19})(?:[ -]?[0-9]){19}(?![0-9])")
"""A UTRN as people write it: twenty digits, bare or in groups with spaces or hyphens; no part of a longer number.

It begins with a digit, which ``re`` finds soonest, and asks before all else whether a code has room there: every text
of a report is searched.
"""
PART_IN_TEXT = re.compile(r"[0-9](?:[ -]?[0-9]){11,}")
"""So many digits that they are most of a UTRN, or more than one: what no device should put into its own words."""

COUNTER_LIMIT = 1 << 32  # UTRN counters are below this
TRUNCATION = 1 << 10  # truncated counters are below this
HALF_WINDOW = TRUNCATION // 2
VALUE_LIMIT = 1 << 13  # values are below this
CACHE_ENTRIES = 100  # GBCS 14.3.6; which entry makes room for a new one is assumed, see UtrnCounterCache

_PPTD_OFFSET = 7394156990786306048
_PTUT_LIMIT = 1 << 57
_COMMAND_MODE = 1

# The check digit (GBCS 14.8): Verhoeff's dihedral table and permutations, with a last step of GBCS's own.
_PRODUCT = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
    (1, 2, 3, 4, 0, 6, 7, 8, 9, 5),
    (2, 3, 4, 0, 1, 7, 8, 9, 5, 6),
    (3, 4, 0, 1, 2, 8, 9, 5, 6, 7),
    (4, 0, 1, 2, 3, 9, 5, 6, 7, 8),
    (5, 9, 8, 7, 6, 0, 4, 3, 2, 1),
    (6, 5, 9, 8, 7, 1, 0, 4, 3, 2),
    (7, 6, 5, 9, 8, 2, 1, 0, 4, 3),
    (8, 7, 6, 5, 9, 3, 2, 1, 0, 4),
    (9, 8, 7, 6, 5, 4, 3, 2, 1, 0),
)
_FINISH = "1267583094"
_FIRST_PLACE = 4


def _permutations() -> Iterator[tuple[int, ...]]:
    once = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)
    row = tuple(range(10))
    for _ in range(8):
        yield row
        row = tuple(row[once[digit]] for digit in range(10))


_PERMUTATION = tuple(_permutations())


class ValueClass(IntEnum):
    """What one unit of a UTRN's value is worth."""

    PENCE = 0
    POUNDS = 1


_MILLIPENCE = {ValueClass.PENCE: 1_000, ValueClass.POUNDS: 100_000}


@dataclass(frozen=True, slots=True, repr=False)
class Utrn:
    """Twenty decimal digits of the right range and check digit; whether a meter takes them is for its keys to say.

    ``digits``: 20 ASCII octets. Prints as ``Utrn(<secret>)``, and so do the digits.
    """

    digits: Secret

    def __post_init__(self) -> None:
        if not IN_OCTETS.fullmatch(self.digits):
            found = len(self.digits.decode("utf-8", "replace"))
            raise Malformed("UTRN", f"expected {DIGITS} decimal digits, found {found} characters")
        if not 0 <= self._ptut < _PTUT_LIMIT:
            lowest, highest = _PPTD_OFFSET, _PPTD_OFFSET + _PTUT_LIMIT - 1
            raise Malformed("PPTD", f"expected {lowest} to {highest}, found a number outside that range")
        if check_digit(self.digits[:19].decode("ascii")) != chr(self.digits[19]):
            raise NotAuthentic("check digit", "the last digit of the UTRN does not fit the other 19")

    @classmethod
    def parse(cls, text: str | bytes) -> "Utrn":
        """Read a UTRN as a customer holds it, or as a message carries it: 20 ASCII digits and nothing else.

        Raises Malformed for another length, another character or a number outside the PPTD range, and
        NotAuthentic("check digit") for a wrong last digit.
        """
        return cls(Secret(text.encode("utf-8", "replace") if isinstance(text, str) else text))

    @property
    def _ptut(self) -> int:
        return int(self.digits[:19]) - _PPTD_OFFSET

    @property
    def truncated_counter(self) -> int:
        """The low ten bits of the UTRN counter."""
        return self._ptut >> 47

    @property
    def value_class(self) -> ValueClass:
        """Pence or pounds. Raises Unsupported for the two classes that GBCS leaves undefined."""
        code = self._ptut >> 45 & 0b11
        try:
            return ValueClass(code)
        except ValueError:
            raise Unsupported(f"UTRN value class {code}: only 0 (pence) and 1 (pounds) are defined") from None

    @property
    def value(self) -> int:
        """The number of pence or pounds, 0 to 8191."""
        return self._ptut >> 32 & VALUE_LIMIT - 1

    @property
    def amount(self) -> int:
        """The credit in millipence (1/1000 penny). Raises Unsupported as ``value_class`` does."""
        return self.value * _MILLIPENCE[self.value_class]

    @property
    def mac(self) -> bytes:
        """The four octets of the PTUT MAC."""
        return (self._ptut & 0xFFFFFFFF).to_bytes(4, "big")

    @property
    def _high_word(self) -> int:
        return self._ptut >> 32

    def __repr__(self) -> str:
        return "Utrn(<secret>)"


def check_digit(pptd: str) -> str:
    """The check digit of the 19 decimal digits ``pptd`` (GBCS 14.8)."""
    state = 0
    for place, digit in enumerate(pptd, _FIRST_PLACE):
        state = _PRODUCT[state][_PERMUTATION[place % 8][int(digit)]]
    return _FINISH[state]


def make(
    supplier: Eui,
    device: Eui,
    counter: int,
    value: int,
    value_class: ValueClass,
    private: ec.EllipticCurvePrivateKey,
    peer: ec.EllipticCurvePublicKey,
) -> Utrn:
    """Make the UTRN that credits ``value`` pence or pounds on ``device``.

    ``counter`` is the 64-bit Originator Counter, its low 32 bits zero. ``private`` and ``peer`` are the Supplier's
    prepayment key agreement key and the meter's key agreement key, either way round. Raises Malformed when the counter
    or the value does not fit.
    """
    utrn_counter, rest = divmod(counter, COUNTER_LIMIT)
    _require_range("UTRN counter", utrn_counter, COUNTER_LIMIT)
    if rest:
        raise Malformed("Originator Counter", f"expected the low 32 bits to be zero, found {rest:#x}")
    _require_range("UTRN value", value, VALUE_LIMIT)
    high_word = utrn_counter % TRUNCATION << 15 | value_class << 13 | value
    mac = _mac(supplier, device, utrn_counter, high_word, private, peer)
    pptd = str(_PPTD_OFFSET + (high_word << 32) + int.from_bytes(mac, "big"))
    return Utrn.parse(pptd + check_digit(pptd))


def check_mac(
    utrn: Utrn,
    supplier: Eui,
    device: Eui,
    utrn_counter: int,
    private: ec.EllipticCurvePrivateKey,
    peer: ec.EllipticCurvePublicKey,
) -> None:
    """Raise NotAuthentic("mac") unless ``supplier`` made this UTRN for ``device`` with this 32-bit UTRN counter.

    A code for another meter, a forged one and a wrongly rebuilt counter look the same here. Raises Malformed when the
    counter is out of range. ``private`` and ``peer`` are as for ``make``.
    """
    _require_range("UTRN counter", utrn_counter, COUNTER_LIMIT)
    expected = _mac(supplier, device, utrn_counter, utrn._high_word, private, peer)
    if not hmac.compare_digest(expected, utrn.mac):
        raise NotAuthentic(
            "mac", f"the PTUT MAC does not hold for {supplier}, {device} and UTRN counter {utrn_counter}"
        )


def _mac(
    supplier: Eui,
    device: Eui,
    utrn_counter: int,
    high_word: int,
    private: ec.EllipticCurvePrivateKey,
    peer: ec.EllipticCurvePublicKey,
) -> bytes:
    """The last four octets of the 16-octet GMAC over the PTUT's context and high word (GBCS 14.3)."""
    originator_counter = utrn_counter << 32
    key = derive_key(shared_secret(private, peer), supplier, device, originator_counter, _COMMAND_MODE)
    authenticated = b"".join(
        (
            b"\x11" + bytes(5),
            supplier,
            device,
            bytes([_COMMAND_MODE]),
            originator_counter.to_bytes(8, "big"),
            high_word.to_bytes(4, "big"),
        )
    )
    return gmac(key, supplier, authenticated)[-4:]


def recover_counter(highest: int, truncated: int) -> int | None:
    """Rebuild a UTRN counter from its low ten bits, near the highest one used so far (GBCS 14.4).

    The 1024 candidates are ``highest`` - 512 to ``highest`` + 511 where ``highest`` mod 1024 is 512 or more, and
    ``highest`` - 511 to ``highest`` + 512 where it is less. None when the candidate is no 32-bit counter. Raises
    Malformed when an argument is out of range.
    """
    _require_range("highest UTRN counter", highest, COUNTER_LIMIT)
    _require_range("truncated UTRN counter", truncated, TRUNCATION)
    place = highest % TRUNCATION
    low = truncated
    if truncated < place - HALF_WINDOW:
        low += TRUNCATION
    elif truncated > place + HALF_WINDOW:
        low -= TRUNCATION
    counter = highest - place + low
    return counter if 0 <= counter < COUNTER_LIMIT else None


def jump_is_readable(highest_assumed: int, counter: int) -> bool:
    """Whether a meter whose highest used UTRN counter is ``highest_assumed`` can rebuild ``counter`` from a UTRN.

    For the side that vends: it prints no code for which this is False. A jump forward of more than 511 is never
    readable here, although some meters could read 512 (see ``recover_counter``).
    """
    within_reach = counter - highest_assumed < HALF_WINDOW
    return within_reach and recover_counter(highest_assumed, counter % TRUNCATION) == counter


@dataclass(frozen=True, slots=True)
class UtrnCounterCache:
    """The UTRN counters that a meter remembers (GBCS 14.3.6): ``counters`` rise, none is below ``floor``.

    Assumed, since no public text settles it: a full cache keeps the highest entries, a counter below all of a full
    cache counts as used, and so does one below the floor, the lowest counter that the present Supplier may use.
    Nothing here changes in place: ``add`` and ``with_floor`` give a new cache.
    """

    counters: tuple[int, ...] = ()
    floor: int = 0
    capacity: int = CACHE_ENTRIES

    @property
    def highest(self) -> int:
        """The counter around which the next one is rebuilt: the highest used, or the floor while none was."""
        return self.counters[-1] if self.counters else self.floor

    def is_duplicate(self, counter: int) -> bool:
        """Whether ``counter`` was used, or must be taken as used."""
        return counter < self._lowest_open or counter in self.counters

    def add(self, counter: int) -> "UtrnCounterCache":
        """The cache after a UTRN with this counter was credited. Raises NotAuthentic("replay") for a duplicate."""
        _require_range("UTRN counter", counter, COUNTER_LIMIT)
        if self.is_duplicate(counter):
            raise NotAuthentic("replay", f"UTRN counter {counter} was used already, or is below {self._lowest_open}")
        counters = list(self.counters)
        insort(counters, counter)
        return replace(self, counters=tuple(counters[-self.capacity :]))

    def with_floor(self, floor: int) -> "UtrnCounterCache":
        """The cache after a change of Supplier that set a top-up floor: empty, ``floor`` the lowest counter to come."""
        _require_range("UTRN counter floor", floor, COUNTER_LIMIT)
        return UtrnCounterCache(floor=floor, capacity=self.capacity)

    @property
    def _lowest_open(self) -> int:
        full = len(self.counters) == self.capacity
        return self.counters[0] if full else self.floor


def _require_range(field: str, value: int, limit: int) -> None:
    if not 0 <= value < limit:
        raise Malformed(field, f"expected 0 to {limit - 1}, found {value}")
