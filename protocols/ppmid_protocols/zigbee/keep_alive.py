"""Keep-Alive cluster 0x0025: how often the devices of a HAN ask whether the trust centre, the hub, is still there.

The cluster has no commands of its own: devices read its two attributes, and that the hub answers is the point. After
three reads without an answer a device looks for its network anew (public device code).
"""

from dataclasses import dataclass

from ppmid_protocols.errors import Malformed
from ppmid_protocols.zigbee.values import Typed, ZclType
from ppmid_protocols.zigbee.zcl import AttributeRead, ReadAttributes, ReadAttributesResponse, Status

CLUSTER = 0x0025
BASE = 0x0000
"""Attribute, UINT8: minutes."""
JITTER = 0x0001
"""Attribute, UINT16: seconds."""

READ = ReadAttributes((BASE, JITTER))
"""What a device asks."""


@dataclass(frozen=True, slots=True)
class KeepAlive:
    """The hub's wish: ask again after ``base_minutes``, and a random part of ``jitter_seconds``.

    The units are those of public device code; the defaults are the specification's as that code has them.
    """

    base_minutes: int = 10
    jitter_seconds: int = 300

    def answer(self) -> ReadAttributesResponse:
        """The hub's answer to ``READ``."""
        values = ((BASE, ZclType.UINT8, self.base_minutes), (JITTER, ZclType.UINT16, self.jitter_seconds))
        return ReadAttributesResponse(
            tuple(AttributeRead(attribute, Status.SUCCESS, Typed(kind, value)) for attribute, kind, value in values)
        )


def read(response: ReadAttributesResponse) -> KeepAlive:
    """The hub's wish, from its answer. Raises Malformed when an attribute is missing or has another type."""
    found = {record.attribute: record.value for record in response.records}
    return KeepAlive(_whole(found.get(BASE), BASE, ZclType.UINT8), _whole(found.get(JITTER), JITTER, ZclType.UINT16))


def _whole(typed: Typed | None, attribute: int, kind: ZclType) -> int:
    if typed is None or typed.type is not kind or not isinstance(typed.value, int):
        raise Malformed(f"keep-alive attribute 0x{attribute:04X}", f"expected a {kind.name}, found {typed}")
    return typed.value
