"""The Time cluster (ZigBee Cluster Library 3.12): what a hub tells of its clock, and whether it has been set."""

from typing import NamedTuple

from ppmid_protocols.errors import Malformed
from ppmid_protocols.zigbee.values import Typed, ZclType
from ppmid_protocols.zigbee.zcl import ReadAttributes, ReadAttributesResponse

CLUSTER = 0x000A
TIME, STATUS = 0x0000, 0x0001
"""Seconds since 2000-01-01 UTC, and a bitmap."""

MASTER = 0x01
"""Of the status: the clock is set by the time standard; other devices may go by it."""

READ = ReadAttributes((TIME, STATUS))
"""The question of a device that wants to know the time."""


class HubTime(NamedTuple):
    """``seconds`` since 2000-01-01 UTC; ``known``: whether the hub has it from somewhere."""

    seconds: int
    known: bool

    def as_values(self) -> dict[int, Typed]:
        """The attributes that tell it."""
        status = Typed(ZclType.BITMAP8, MASTER if self.known else 0)
        return {TIME: Typed(ZclType.UTC_TIME, self.seconds), STATUS: status}


def read(answer: ReadAttributesResponse) -> HubTime:
    """What an answer to ``READ`` says. Raises Malformed where it has not both attributes."""
    told = {one.attribute: one.value.value for one in answer.records if one.value is not None}
    seconds, status = told.get(TIME), told.get(STATUS)
    if not isinstance(seconds, int) or not isinstance(status, int):
        raise Malformed("Time", "expected the time and its status")
    return HubTime(seconds, bool(status & MASTER))
