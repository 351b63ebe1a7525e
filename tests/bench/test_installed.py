"""Adapters by name: found in the metadata of what is installed, as pip writes it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ppmid_bench import adapters
from ppmid_bench.bench_file import read_bench
from ppmid_bench.errors import BadInput
from ppmid_bench.installed import Installed, installed
from ppmid_bench.link_adapters import link_class
from ppmid_devices import roles

ADAPTER = """
from ppmid_devices.hub.settings import HubSettings
from ppmid_devices.hub.simulated import SimulatedHub


class AcmeHub(SimulatedHub):
    def __init__(self, *, settings: HubSettings, **needs):
        super().__init__(settings=settings, **needs)
"""

Install = Callable[..., None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Installs a distribution: its dist-info and its module, in a folder that Python looks in."""
    site = tmp_path / "site"
    site.mkdir()
    monkeypatch.syspath_prepend(str(site))

    def write(distribution: str, *points: str, module: str = "acme_adapter") -> None:
        (site / f"{module}.py").write_text(ADAPTER, encoding="utf-8")
        info = site / f"{distribution}-1.2.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.2\n")
        (info / "entry_points.txt").write_text("\n".join(["[ppmid_harness.adapters]", *points, ""]))

    return write


@pytest.fixture
def bench(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        path = tmp_path / "bench.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_a_name_stands_for_the_class_that_its_distribution_names(
    install: Install, bench: Callable[[str], Path]
) -> None:
    install("acme", "acme-hub = acme_adapter:AcmeHub", "acme-air = ppmid_devices.links.faulty:CarriesInTheDark")
    read = read_bench(bench('[parties.hub]\nadapter = "acme-hub"\n[links.wan]\nadapter = "acme-air"'))
    assert read.party(roles.HUB).adapter == "acme_adapter:AcmeHub"
    adapters.require_adapters(read)
    assert link_class("wan", read.links["wan"], "b.toml").__name__ == "CarriesInTheDark"
    assert adapters.kind(roles.HUB, read) == "real"
    assert Installed("acme-hub", "acme_adapter:AcmeHub", "acme", "1.2") in installed()


@pytest.mark.parametrize(
    ("text", "place"),
    [('[parties.hub]\nadapter = "acme-hubs"', "[parties.hub]"), ('[links.wan]\nadapter = "acme-hubs"', "[links.wan]")],
)
def test_a_name_that_nobody_offers_is_one_line_with_the_nearest(
    text: str, place: str, install: Install, bench: Callable[[str], Path]
) -> None:
    install("acme", "acme-hub = acme_adapter:AcmeHub")
    with pytest.raises(BadInput) as caught:
        adapters.require_adapters(read_bench(bench(text)))
    assert caught.value.place == f"{place} adapter"
    assert "acme-hub" in caught.value.expected
    assert caught.value.found == "'acme-hubs'; the nearest is acme-hub"
    assert "\n" not in str(caught.value)


def test_two_distributions_with_one_name_are_refused_by_both_their_names(
    install: Install, bench: Callable[[str], Path]
) -> None:
    install("acme", "hub = acme_adapter:AcmeHub")
    install("other", "hub = other_adapter:AcmeHub", module="other_adapter")
    with pytest.raises(BadInput, match=r"found hub of acme \(acme_adapter:AcmeHub\) and other \(other_adapter:AcmeH"):
        read_bench(bench('[parties.hub]\nadapter = "hub"'))


def test_a_name_whose_class_is_not_there_or_of_another_role_is_said_before_anything_runs(
    install: Install, bench: Callable[[str], Path]
) -> None:
    install("acme", "gone = acme_adapter:NoSuch", "acme-hub = acme_adapter:AcmeHub")
    with pytest.raises(BadInput, match=r"\[parties.hub\] adapter.*found acme_adapter:NoSuch"):
        adapters.require_adapters(read_bench(bench('[parties.hub]\nadapter = "gone"')))
    with pytest.raises(BadInput, match="expected an adapter of dcc, found acme_adapter:AcmeHub"):
        adapters.require_adapters(read_bench(bench('[parties.dcc]\nadapter = "acme-hub"')))
