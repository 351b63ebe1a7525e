"""The checks: each a pure function of the evidence, judging one party in one respect. ``CHECKS`` holds them by id."""

from ppmid_bench.checks import (
    anomalies,
    authority,
    bypass,
    carrying,
    configuration,
    coverage,
    display,
    hand_held,
    money,
    outcomes,
    radio,
    relaying,
    reporting,
    timing,
    users,
)
from ppmid_bench.checks.check import CHECKS, Check, Finding, Measurement, evaluate, unreached

__all__ = [
    "CHECKS",
    "Check",
    "Finding",
    "Measurement",
    "anomalies",
    "authority",
    "bypass",
    "carrying",
    "configuration",
    "coverage",
    "display",
    "evaluate",
    "hand_held",
    "money",
    "outcomes",
    "radio",
    "relaying",
    "reporting",
    "timing",
    "unreached",
    "users",
]
