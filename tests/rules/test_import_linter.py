"""import-linter's contracts of this project: the tree keeps each, and each is broken by the import planted for it."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from waiting_wall import LONG_S

pytest.importorskip("importlinter", reason="import-linter is not installed")

REPOSITORY = Path(__file__).parents[2]
PROJECT = REPOSITORY / "pyproject.toml"
CONFIGURATION = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["tool"]["importlinter"]

PLANTED = {
    "imports run one way": ("ppmid_bench", "import ppmid_reports"),
    "scapy has one place": ("ppmid_devices", "import scapy.packet"),
    "databases have one place": ("ppmid_reports", "import sqlalchemy"),
    "the web has one place": ("ppmid_harness", "import starlette"),
    "within protocols": ("ppmid_protocols.gbcs", "import ppmid_protocols.duis"),
    "protocols do no I/O and read no clock": ("ppmid_protocols", "import time"),
    "steps know parties by their contracts only": ("ppmid_steps", "from ppmid_devices.hub import simulated"),
}
"""By the beginning of a contract's name: the package, and the line in it that breaks the contract."""


def lint(folder: Path) -> tuple[int, str]:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    done = subprocess.run(
        [*command, "--no-cache"], cwd=folder, capture_output=True, text=True, timeout=LONG_S, check=False
    )
    return done.returncode, " ".join((done.stdout + done.stderr).split())


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """The project's configuration over packages that hold nothing but the modules it names."""
    shutil.copy(PROJECT, tmp_path)
    for name in _named():
        folder = tmp_path.joinpath(*name.split("."))
        for package in (folder, *folder.parents):
            if package.is_relative_to(tmp_path) and package != tmp_path:
                package.mkdir(exist_ok=True, parents=True)
                (package / "__init__.py").touch()
    for ignored in [line for contract in CONFIGURATION["contracts"] for line in contract.get("ignore_imports", [])]:
        importer, imported = ignored.split(" -> ")
        with tmp_path.joinpath(*importer.split("."), "__init__.py").open("a") as module:
            module.write(f"import {imported}\n")
    return tmp_path


def _named() -> set[str]:
    roots = CONFIGURATION["root_packages"]
    contracts = CONFIGURATION["contracts"]
    modules = [name for contract in contracts for name in contract.get("forbidden_modules", [])]
    modules += [line.split(" -> ")[0] for contract in contracts for line in contract.get("ignore_imports", [])]
    modules += [
        f"{container}.{layer}"
        for contract in contracts
        for container in contract.get("containers", [])
        for line in contract["layers"]
        for layer in line.split(" | ")
    ]
    return {*roots, *(name for name in modules if name.partition(".")[0] in roots)}


def test_the_project_keeps_every_contract() -> None:
    code, said = lint(REPOSITORY)
    assert code == 0, said


def test_there_is_a_planted_import_for_every_contract() -> None:
    names = [contract["name"] for contract in CONFIGURATION["contracts"]]
    assert [next(name for name in names if name.startswith(start)) for start in PLANTED] == names


def test_bare_packages_keep_every_contract(bare: Path) -> None:
    code, said = lint(bare)
    assert code == 0, said


@pytest.mark.parametrize("start", PLANTED)
def test_a_planted_import_breaks_its_contract(start: str, bare: Path) -> None:
    package, line = PLANTED[start]
    bare.joinpath(*package.split("."), "planted.py").write_text(f"{line}\n")
    code, said = lint(bare)
    assert code == 1
    broken = next(contract["name"] for contract in CONFIGURATION["contracts"] if contract["name"].startswith(start))
    assert f"{broken} BROKEN" in said
    assert "1 broken" in said
