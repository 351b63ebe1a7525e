"""Originator Counters of those who issue Commands, Execution Counters of devices that obey (GBCS 4.3.1.5, 6.2.4, 14).

Pure and immutable: each change gives a new object, so that a device can keep, store or discard it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from types import MappingProxyType

from ppmid_protocols.errors import Malformed
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs.message import Message
from ppmid_protocols.gbcs.prepayment.requests import CS01A, CS01B
from ppmid_protocols.gbcs.use_cases import USE_CASES, Kind

_UTRN_SHIFT = 32
_HIGHEST = 2**64 - 1
_HIGHEST_UTRN = 2**32 - 1


@dataclass(frozen=True, slots=True)
class OriginatorCounter:
    """The Originator Counter of a Remote Party or PPMID; it only rises. ``last``: the one used last, 0 to 2**64-1."""

    last: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.last <= _HIGHEST:
            raise Malformed("Originator Counter", f"expected 0 to 2**64-1, found {self.last}")

    def next(self) -> "OriginatorCounter":
        """The counter for the next message. Raises Malformed when none is left."""
        return OriginatorCounter(self.last + 1)

    def next_utrn(self, at_least: int = 0) -> "OriginatorCounter":
        """The counter for the next top up: its top 32 bits, the UTRN Counter, step; its low 32 bits are zero.

        ``at_least``: the lowest UTRN Counter wanted, such as a time in seconds; a meter reads the code of a keypad
        only up to 511 above the highest that it has accepted. Raises Malformed when none is left.
        """
        utrn_counter = max((self.last >> _UTRN_SHIFT) + 1, at_least)
        if utrn_counter > _HIGHEST_UTRN:
            raise Malformed("UTRN Counter", f"expected at most 2**32-1, found {utrn_counter}")
        return OriginatorCounter(utrn_counter << _UTRN_SHIFT)

    @property
    def utrns_left(self) -> int:
        """How many more top ups this counter can number."""
        return _HIGHEST_UTRN - (self.last >> _UTRN_SHIFT)


class ReplayProtection(Enum):
    """What stops a Command from being executed twice."""

    EXECUTION_COUNTER = "execution counter"
    UTRN_CACHE = "UTRN counter cache"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class ExecutionRules:
    """Settings of Execution Counters, all assumed: no public text has GBCS 6.2.4 in full.

    ``separate``: groups of Message Codes with an Execution Counter of their own for each originator (assumed: the
    credential replacements CS02b). ``unknown_protected``: whether a use case of which no source tells is protected
    (assumed: yes). ``han_protected``: whether PCS01 and PCS02 are (assumed: yes, as the PPMID has its own counter).
    """

    separate: tuple[frozenset[int], ...] = (frozenset(range(0x0100, 0x010A)),)
    unknown_protected: bool = True
    han_protected: bool = True

    def protection(self, message_code: int) -> ReplayProtection:
        """How Commands with this code are protected."""
        if message_code in (CS01A, CS01B):
            return ReplayProtection.UTRN_CACHE
        use_case = USE_CASES.get(message_code)
        if use_case is not None and use_case.kind is Kind.HAN:
            protected = self.han_protected
        elif use_case is None or use_case.replay_protected is None:
            protected = self.unknown_protected
        else:
            protected = use_case.replay_protected
        return ReplayProtection.EXECUTION_COUNTER if protected else ReplayProtection.NONE

    def group(self, message_code: int) -> int:
        """Which of an originator's Execution Counters a code uses: 0 for the common one, then as in ``separate``."""
        return next((at for at, codes in enumerate(self.separate, 1) if message_code in codes), 0)


@dataclass(frozen=True, slots=True)
class ExecutionCounters:
    """A device's memory of the highest counter that it executed, by originator and group (``ExecutionRules.group``)."""

    rules: ExecutionRules = field(default_factory=ExecutionRules)
    highest: Mapping[tuple[Eui, int], int] = field(default_factory=lambda: MappingProxyType({}))

    def admits(self, command: Message) -> bool:
        """Whether a Command may be executed, as far as its Execution Counter goes: its counter must be higher."""
        if self.rules.protection(command.message_code) is not ReplayProtection.EXECUTION_COUNTER:
            return True
        return command.counter > self.highest.get(self._key(command), -1)

    def after(self, command: Message) -> "ExecutionCounters":
        """The memory after executing a Command. Reads and CS01a, CS01b leave it as it is; it never falls."""
        if self.rules.protection(command.message_code) is not ReplayProtection.EXECUTION_COUNTER:
            return self
        key = self._key(command)
        highest = max(command.counter, self.highest.get(key, -1))
        return replace(self, highest=MappingProxyType({**self.highest, key: highest}))

    def _key(self, command: Message) -> tuple[Eui, int]:
        return command.originator, self.rules.group(command.message_code)
