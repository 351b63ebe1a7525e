"""Runs in processes of their own or in this one; the small bench, for tests within this process too."""

import importlib.util
import tomllib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
import started

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def small() -> ModuleType:
    """The module ``small_bench.py``."""
    spec = importlib.util.spec_from_file_location("small_bench", HERE / "small_bench.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def run(tmp_path: Path) -> started.Run:
    """``started.start`` in a folder of this test."""
    return lambda name, *options, **more: started.start(tmp_path / name, *options, **more)


@pytest.fixture
def install() -> Callable[[Path], None]:
    """Installs what ``init`` has written as pip would: its metadata beside its package, in the given folder."""

    def beside(folder: Path) -> None:
        project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        info = folder / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
        )
        points = [
            line
            for group, offers in project["entry-points"].items()
            for line in (f"[{group}]", *(f"{name} = {value}" for name, value in offers.items()))
        ]
        (info / "entry_points.txt").write_text("\n".join([*points, ""]))

    return beside


@pytest.fixture
def run_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> started.Run:
    """``started.here`` in a folder of this test, with the adapters that lie beside the tests."""
    monkeypatch.syspath_prepend(str(HERE))
    return lambda name, *options: started.here(tmp_path / name, *options)
