"""Which class stands for a link, with which settings, and what is said when it cannot."""

import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from ppmid_bench import adapters
from ppmid_bench.bench_file import BenchFile, LinkTable, read_bench
from ppmid_bench.errors import BadInput
from ppmid_bench.link_adapters import link_class, table_of
from ppmid_devices.links.han import Han
from ppmid_devices.links.link import Link
from ppmid_devices.ports import Nature


@dataclass(frozen=True, slots=True)
class Settings:
    port: int = 5
    source: str = ""


class Cable(Link):
    """A line with settings, of the real world, on which nobody can listen."""

    nature = Nature(real=True, wall_clock_only=True, hides=frozenset({"avenue"}))

    def __init__(self, *given: Any, settings: Settings) -> None:
        super().__init__(*given)
        self.settings = settings


@pytest.fixture(autouse=True)
def lab(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("lab")
    module.__dict__["Cable"] = Cable
    monkeypatch.setitem(sys.modules, "lab", module)


def test_what_a_links_table_holds_beside_its_conditions_are_the_adapters_settings(tmp_path: Path) -> None:
    path = tmp_path / "b.toml"
    path.write_text('[links.avenue]\nadapter = "lab:Cable"\ndelay_ms = 4\nport = 9\n')
    table = read_bench(path).links["avenue"]
    assert (table.adapter, table.delay_ms, table.settings) == ("lab:Cable", 4, {"port": 9})
    make = link_class("avenue", table, "b.toml")
    assert isinstance(make, partial)
    assert (make.func, make.keywords) == (Cable, {"settings": Settings(port=9)})
    assert link_class("han", None, "b.toml") is Han


@pytest.mark.parametrize(
    ("adapter", "settings", "problem"),
    [
        ("simulated", {"prot": 9}, "[links.avenue]: expected only adapter, delay_ms, "),
        ("lab:Cable", {"prot": 9}, "[links.avenue]: expected settings of Settings, found prot"),
        ("lab:Cable", {"port": "nine"}, "[links.avenue].port: expected `int`"),
        ("lab:Cable", {"port": -9}, "[links.avenue].port: expected a number from 0 up, found -9"),
        (
            "cable",
            {},
            "[links.avenue] adapter: expected module:Class, or one of simulated, tls, serial, nfc, stick, found",
        ),
    ],
)
def test_each_fault_of_a_links_settings_gives_one_line(adapter: str, settings: dict[str, Any], problem: str) -> None:
    with pytest.raises(BadInput) as caught:
        link_class("avenue", LinkTable(adapter=adapter, settings=settings), "b.toml")
    assert problem in str(caught.value)


def test_a_real_medium_needs_wall_clock_time_and_hides_what_it_hides() -> None:
    table = {"avenue": LinkTable(adapter="lab:Cable")}
    adapters.require_adapters(BenchFile(time="wall", points=frozenset({"han"}), links=table))
    with pytest.raises(BadInput, match=r'\[links.avenue\] adapter: expected time = "wall" with lab:Cable'):
        adapters.require_adapters(BenchFile(links=table))
    with pytest.raises(BadInput, match=r"only what can be seen with lab:Cable, found avenue"):
        adapters.require_adapters(BenchFile(time="wall", links=table))


def test_a_scenarios_conditions_hold_on_the_benchs_own_medium() -> None:
    bench = BenchFile(links={"han": LinkTable(adapter="lab:Cable", lost=0.5, settings={"port": 9})})
    lossy = table_of("han", LinkTable(lost=0.1), bench)
    assert lossy == LinkTable(adapter="lab:Cable", lost=0.1, settings={"port": 9})
    assert table_of("han", None, bench) is bench.links["han"]
    assert table_of("wan", LinkTable(lost=0.1), bench) == LinkTable(lost=0.1)
    assert table_of("wan", None, bench) is None
