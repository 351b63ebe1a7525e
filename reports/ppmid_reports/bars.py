"""A measured value against its limit, drawn as SVG: how long it took, how sure the clock is, where the limit stands."""

import math

from ppmid_bench.sentences import quantity
from ppmid_reports.svg import element, said
from ppmid_reports.times import Timing

WIDTH, HEIGHT = 240, 22
_TRACK = 6, 8
"""Top and height of the bar."""


def bar(timing: Timing) -> str:
    """One ``svg`` element; empty for a measurement without a limit, or one that no scale can show."""
    if timing.limit is None:
        return ""
    value, limit, unsure = timing.measurement.value, timing.limit.value, timing.uncertainty
    longest = max(limit, value + unsure)
    if not (math.isfinite(value + longest) and value >= 0 and longest > 0):
        return ""
    scale = (WIDTH - 8) / longest
    top, height = _TRACK
    parts = [
        said("title", {}, says(timing)),
        _box("bar-room", 2, top, limit * scale, height),
        _box("bar-value", 2, top, value * scale, height),
    ]
    if unsure:
        left, right, middle = 2 + max(0.0, value - unsure) * scale, 2 + (value + unsure) * scale, top + height / 2
        ends = (f"M{x:.1f},{middle - 3:g}V{middle + 3:g}" for x in (left, right))
        parts.append(_line("bar-unsure", f"M{left:.1f},{middle:g}H{right:.1f}{''.join(ends)}"))
    parts.append(_line("bar-limit", f"M{2 + limit * scale:.1f},{top - 4}V{top + height + 4}"))
    about = {
        "xmlns": "http://www.w3.org/2000/svg",
        "class": f"bar bar-{timing.standing.replace(' ', '-')}",
        "viewBox": f"0 0 {WIDTH} {HEIGHT}",
        "width": str(WIDTH),
        "height": str(HEIGHT),
        "role": "img",
        "aria-label": says(timing),
    }
    return element("svg", about, "".join(parts))


def says(timing: Timing) -> str:
    """The bar in words, for who does not see it."""
    measured = quantity(timing.measurement.value, timing.measurement.unit)
    if timing.limit is None or timing.margin is None:
        return measured
    unit = timing.limit.unit
    sure = f" ± {quantity(timing.uncertainty, unit)}" if timing.uncertainty else ""
    return f"{measured}{sure} of {quantity(timing.limit.value, unit)}, margin {quantity(timing.margin, unit)}"


def _box(kind: str, x: float, y: float, width: float, height: float) -> str:
    place = {"x": f"{x:g}", "y": f"{y:g}", "width": f"{width:.1f}", "height": f"{height:g}"}
    return element("rect", {"class": kind} | place)


def _line(kind: str, path: str) -> str:
    return element("path", {"class": kind, "d": path})
