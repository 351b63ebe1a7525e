"""The counters that number messages and top ups, and the memories that stop one from acting twice, as one model.

GBCS 4.3.1.5, 6.2.4 and 14. Two kinds of number go out, two kinds of memory receive them, and they never meet:

===================  ======================================  =====================================================
who                  keeps                                   where
===================  ======================================  =====================================================
a Remote Party       its Originator Counter for Commands,    its own matter (GBCS asks only that numbers rise); which
                     and a UTRN counter for each meter       jump of a UTRN counter a keypad can follow: ``utrn``,
                     that it vends for                       ``jump_is_readable``
a PPMID              its own Originator Counter              ``OriginatorCounter``
a device             the highest counter executed, by        ``ExecutionCounters``
                     originator and group
a prepayment meter   the UTRN counters credited, in a cache  ``utrn.UtrnCounterCache``, around whose ``highest`` the
                     of 100                                  ten bits of a UTRN become 32: ``utrn.recover_counter``
===================  ======================================  =====================================================

- A Command is numbered by its Originator Counter (64 bits), a Response repeats it; originator, target and counter make
  the Command unique.
- A top up's Originator Counter is its UTRN counter (32 bits) and 32 bits of zero. CS01a and CS01b carry it whole in
  their header, a UTRN only its low ten bits.
- A critical Command or other update is executed when its counter is above all that the device executed of that
  originator and group, and then raises it. A read neither asks nor raises.
- CS01a and CS01b neither ask nor raise an Execution Counter: the cache alone stops a UTRN, by whichever way it comes,
  from being credited twice. So a top up that is late or early never blocks a Command, nor a Command a top up.

Where public text is silent the choice is a setting marked assumed: ``ExecutionRules`` and the capacity and floor of
``UtrnCounterCache``.

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


@dataclass(frozen=True, slots=True)
class OriginatorCounter:
    """An Originator Counter; it only rises. ``last``: the number used last, 0 to 2**64-1."""

    last: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.last <= _HIGHEST:
            raise Malformed("Originator Counter", f"expected 0 to 2**64-1, found {self.last}")

    def next(self) -> "OriginatorCounter":
        """The counter for the next message, which is no top up. Raises Malformed when none is left.

        A number whose low 32 bits are zero is left out: it is a top up's, and no Command may share it (assumed).
        """
        following = self.last + 1
        return OriginatorCounter(following + (following % (1 << _UTRN_SHIFT) == 0))


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
