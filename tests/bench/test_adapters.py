"""Which class stands for a party or link, and what is said when there is none such."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from ppmid_bench import adapters
from ppmid_bench.bench_file import BenchFile, LinkTable, PartyEntry
from ppmid_bench.errors import BadInput
from ppmid_devices import roles


@dataclass(frozen=True, slots=True)
class Settings:
    patience_s: int = 3


class Device:
    def __init__(self, *, clock: str, settings: Settings) -> None:
        self.clock, self.settings = clock, settings


class Unsettled:
    def __init__(self, *, clock: str) -> None:
        self.clock = clock


@pytest.fixture(autouse=True)
def lab(monkeypatch: pytest.MonkeyPatch) -> None:
    """A module ``lab`` from outside."""
    module = ModuleType("lab")
    module.Device, module.Unsettled = Device, Unsettled
    monkeypatch.setitem(sys.modules, "lab", module)


def _build(adapter: str, **settings: Any) -> Any:
    return adapters.build(roles.HUB, adapter, settings, "bench.toml", clock="the clock")


def test_a_class_from_outside_is_built_with_its_needs_and_its_settings() -> None:
    device = _build("lab:Device", patience_s=9)
    assert (device.clock, device.settings) == ("the clock", Settings(9))
    assert _build("lab:Device").settings == Settings()


@pytest.mark.parametrize(
    ("adapter", "settings", "problem"),
    [
        ("lab:Nobody", {}, "simulated or module:Class"),
        ("no.such.module:Device", {}, "simulated or module:Class"),
        ("lab", {}, "simulated or module:Class"),
        ("", {}, "simulated or module:Class"),
        ("lab:Unsettled", {}, "typed settings"),
        ("lab:Device", {"patience_s": "long"}, "patience_s: expected `int`"),
        ("lab:Device", {"patients": 9}, "expected settings of Settings, found patients"),
    ],
)
def test_each_fault_gives_one_line_that_names_file_and_party(
    adapter: str, settings: dict[str, Any], problem: str
) -> None:
    with pytest.raises(BadInput) as caught:
        _build(adapter, **settings)
    sentence = str(caught.value)
    assert sentence.startswith("bench.toml: [parties.hub]")
    assert problem in sentence
    assert "\n" not in sentence


@pytest.mark.parametrize(
    ("bench", "place"),
    [
        (BenchFile(source="b.toml", parties={roles.ESME: PartyEntry("lab:Nobody")}), "[parties.esme]"),
        (BenchFile(source="b.toml", links={"wan": LinkTable(adapter="lab:Nobody")}), "[links.wan]"),
    ],
)
def test_adapters_are_asked_for_before_anything_runs(bench: BenchFile, place: str) -> None:
    adapters.require_adapters(BenchFile())
    with pytest.raises(BadInput, match="lab:Nobody") as caught:
        adapters.require_adapters(bench)
    assert place in caught.value.place


def test_every_party_and_link_has_a_simulation(wired: Callable[..., SimpleNamespace]) -> None:
    home = wired()
    assert set(home.parties) == set(roles.PARTIES)
    for role, party in home.parties.items():
        assert type(party).__module__.startswith("ppmid_devices."), role
    assert [link.name for link in (home.links.duis, home.links.wan, home.links.avenue, home.links.han)] == [
        "duis",
        "wan",
        "avenue",
        "han",
    ]
