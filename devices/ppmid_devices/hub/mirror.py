"""The gas mirror of a hub (GPF): what the gas meter last reported, and when. Displays read it, never the meter.

It is pure: a report makes a new mirror. The meter reports every half hour, so that is how old a figure may be; older
ones where it missed a report.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from ppmid_devices.ports import SECOND
from ppmid_protocols.zigbee import prepayment
from ppmid_protocols.zigbee.prepayment import Attribute
from ppmid_protocols.zigbee.values import Typed
from ppmid_protocols.zigbee.zcl import ReportAttributes

_ZIGBEE_EPOCH = int(datetime(2000, 1, 1, tzinfo=UTC).timestamp())


@dataclass(frozen=True, slots=True)
class Mirror:
    """``values``: by cluster and attribute. ``dated``: whether readers are told when a cluster was last reported."""

    dated: bool
    values: Mapping[int, Mapping[int, Typed]] = field(default_factory=dict)

    def reported(self, cluster: int, report: ReportAttributes, now: int) -> "Mirror":
        """The mirror after a report of the gas meter at ``now`` (nanoseconds since 1970)."""
        told = {**self.values.get(cluster, {}), **dict(report.reports)}
        if self.dated and cluster == prepayment.CLUSTER:
            stamp = Attribute.CREDIT_REMAINING_TIMESTAMP
            told[stamp] = Typed(prepayment.TYPES[stamp], now // SECOND - _ZIGBEE_EPOCH)
        return replace(self, values={**self.values, cluster: told})

    def of(self, cluster: int) -> Mapping[int, Typed]:
        """What it holds of a cluster; nothing before the first report."""
        return self.values.get(cluster, {})
