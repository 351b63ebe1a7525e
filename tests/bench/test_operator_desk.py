"""Which parties of a bench are asked at a run's desk."""

from pathlib import Path

import pytest

from ppmid_bench.adapters import party_settings
from ppmid_bench.bench_file import BenchFile, read_bench
from ppmid_bench.operator_desk import asked_at
from ppmid_devices import roles
from ppmid_devices.operator.settings import OperatorSettings

BENCH = """[bench]
time = "wall"
points = ["user", "avenue", "han"]
[parties.ppmid]
adapter = "operator"
name = "A. Tester"
[parties.esme]
adapter = "operator"
name = "B. Tester"
answers = "answers.toml"
[parties.hub]
adapter = "simulated"
"""


@pytest.fixture(name="bench")
def read(tmp_path: Path) -> BenchFile:
    path = tmp_path / "bench.toml"
    path.write_text(BENCH, encoding="utf-8")
    return read_bench(path)


def desk_of(bench: BenchFile, role: str) -> str:
    entry = bench.party(role)
    settings = party_settings(role, entry.adapter, entry.settings, bench.source)
    assert isinstance(settings, OperatorSettings)
    return settings.desk


def test_who_is_asked_at_the_desk(bench: BenchFile, tmp_path: Path) -> None:
    asked = asked_at(bench, tmp_path / "desk")
    assert desk_of(asked, roles.PPMID) == str(tmp_path / "desk")
    assert desk_of(asked, roles.ESME) == "", "its answers lie in a file"
    assert asked.party(roles.HUB) == bench.party(roles.HUB)


def test_without_a_desk_the_bench_is_as_it_was(bench: BenchFile) -> None:
    assert asked_at(bench, None) is bench
    assert desk_of(bench, roles.PPMID) == ""


def test_the_desk_of_a_relative_path_is_found_from_anywhere(
    bench: BenchFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert desk_of(asked_at(bench, Path("desk")), roles.PPMID) == str(tmp_path / "desk")
