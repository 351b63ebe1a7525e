"""What a verdict rests on are values: frozen, without a place for anything that their declaration does not name."""

import dataclasses
from importlib import import_module
from typing import Any

import msgspec
import pytest

MODULES = (
    "ppmid_protocols.gbcs.message",
    "ppmid_protocols.utrn",
    "ppmid_protocols.zigbee.security",
    "ppmid_bench.answers",
    "ppmid_bench.checks.check",
    "ppmid_bench.evidence",
    "ppmid_devices.meter.accounts",
    "ppmid_devices.meter.top_ups",
)


def _declared() -> list[type[Any]]:
    """The dataclasses and structs that these modules declare, but for a file's own shape."""
    return [
        kind
        for name in MODULES
        for kind in vars(import_module(name)).values()
        if isinstance(kind, type)
        and kind.__module__ == name
        and (dataclasses.is_dataclass(kind) or issubclass(kind, msgspec.Struct))
        and kind.__name__ != "_File"
    ]


@pytest.mark.parametrize("kind", _declared(), ids=lambda kind: kind.__name__)
def test_it_is_frozen_and_has_slots(kind: Any) -> None:
    if issubclass(kind, msgspec.Struct):
        assert kind.__struct_config__.frozen
    else:
        assert kind.__dataclass_params__.frozen
        assert "__slots__" in vars(kind)
