"""The event and alert codes that a meter writes to its logs or sends (GBCS 16; names as published)."""

from dataclasses import dataclass
from enum import IntEnum


class LogCode(IntEnum):
    """The codes that belong to prepayment and to the acceptance of Commands."""

    LOW_CREDIT = 0x810D
    CREDIT_ADDED_LOCALLY = 0x810E
    EMERGENCY_CREDIT_AVAILABLE = 0x8119
    CLOCK_ADJUSTED = 0x8145
    ARMED_BY_EMERGENCY_CREDIT = 0x8168
    EMERGENCY_CREDIT_EXHAUSTED = 0x81AA
    EMERGENCY_CREDIT_ACTIVATED = 0x81AB
    UTRN_ENTRY_SUSPENDED = 0x81C4
    UTRN_LOCKED_OUT = 0x81C5
    CLOCK_NOT_ADJUSTED = 0x8F0C
    BELOW_DISABLEMENT_THRESHOLD = 0x8F0F
    COMMAND_FORMAT = 0x8F1E
    NO_AUTHORITY = 0x8F30
    SUPPLY_ARMED = 0x8F32
    SOURCE_NOT_AUTHENTIC = 0x8F3D
    OVER_MAXIMUM_BALANCE = 0x8F47
    UTRN_DUPLICATE = 0x8F51
    EVENT_LOG_CLEARED = 0x8F52
    OVER_MAXIMUM_CREDIT = 0x8F5B
    COMMAND_UNEXPECTED = 0x8F60
    UTRN_NOT_AUTHENTIC = 0x8F63
    FUTURE_DATED_DONE = 0x8F66
    FUTURE_DATED_FAILED = 0x8F67
    DISABLEMENT_SUSPENDED = 0x8F83


SECURITY_CODES = frozenset(
    {
        LogCode.CLOCK_NOT_ADJUSTED,
        LogCode.COMMAND_FORMAT,
        LogCode.NO_AUTHORITY,
        LogCode.SOURCE_NOT_AUTHENTIC,
        LogCode.OVER_MAXIMUM_BALANCE,
        LogCode.UTRN_DUPLICATE,
        LogCode.EVENT_LOG_CLEARED,
        LogCode.OVER_MAXIMUM_CREDIT,
        LogCode.COMMAND_UNEXPECTED,
        LogCode.UTRN_NOT_AUTHENTIC,
    }
)
"""What goes to the Security Log (makers' manuals; 0x8F3D and 0x8F30 assumed); all else goes to the Event Log."""

ALWAYS_ALERTED = frozenset(
    {LogCode.BELOW_DISABLEMENT_THRESHOLD, LogCode.CLOCK_NOT_ADJUSTED, LogCode.DISABLEMENT_SUSPENDED}
)
"""Critical Alerts that no Supplier can switch off (one make's manual, for its ESMEs)."""

SWITCHED_ALERTS = frozenset(
    {
        LogCode.LOW_CREDIT,
        LogCode.CREDIT_ADDED_LOCALLY,
        LogCode.EMERGENCY_CREDIT_AVAILABLE,
        LogCode.EMERGENCY_CREDIT_EXHAUSTED,
        LogCode.EMERGENCY_CREDIT_ACTIVATED,
        LogCode.UTRN_ENTRY_SUSPENDED,
        LogCode.UTRN_LOCKED_OUT,
    }
)
"""Alerts that are not critical, which a Supplier can switch off and on (the same manual)."""

LOG_ENTRIES = 100
"""Entries of each log; the oldest are overwritten (use-case tables)."""


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One entry of the Event Log or Security Log: the time in nanoseconds since 1970-01-01 UTC."""

    code: LogCode
    time: int
