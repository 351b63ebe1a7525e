"""Which harness ran: of an installed wheel the hash that its RECORD gives, of all else that of the source files."""

import base64
import hashlib
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

import pytest

from ppmid_bench.which_harness import OF_RECORD, OF_SOURCES, harness_version, told_by, which_harness
from ppmid_harness.environment import environment

FILES = {
    "ppmid_harness/__init__.py": b"# the first\n",
    "ppmid_harness/data/a-b.csv": b"1,2\n",
    "x-1.dist-info/WHEEL": b"W\n",
}


def line(name: str, content: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    return f"{name},sha256={digest},{len(content)}\n"


@pytest.fixture(name="site")
def installed(tmp_path: Path) -> Path:
    """A folder in which a wheel was installed, with what an installer adds to its RECORD."""
    for name, content in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    (tmp_path / "x-1.dist-info" / "METADATA").write_text("Name: x\nVersion: 1.2\n")
    own = "".join(line(name, content) for name, content in FILES.items())
    script, others = line("../../bin/x", b"script"), line("x-1.dist-info/INSTALLER", b"pip\n")
    others += line("x-1.dist-info/direct_url.json", b"{}")
    cache = "ppmid_harness/__pycache__/__init__.cpython-311.pyc,,\nx-1.dist-info/RECORD,,\n"
    (tmp_path / "x-1.dist-info" / "RECORD").write_text(script + own + others + cache)
    return tmp_path


def distribution(site: Path) -> metadata.Distribution:
    return metadata.PathDistribution(site / "x-1.dist-info")


def test_an_installed_wheel_is_told_by_the_lines_that_it_has_itself(site: Path) -> None:
    lines = sorted(line(name, content) for name, content in FILES.items())
    assert told_by(distribution(site), site / "ppmid_harness" / "__init__.py") == {
        "version": "1.2",
        "sha256": hashlib.sha256("".join(lines).encode()).hexdigest(),
        "of": OF_RECORD,
        "altered": [],
    }


def test_what_was_altered_since_is_named(site: Path) -> None:
    running = site / "ppmid_harness" / "__init__.py"
    before = told_by(distribution(site), running)
    running.write_text("# another\n")
    (site / "ppmid_harness" / "data" / "a-b.csv").unlink()
    after = told_by(distribution(site), running)
    assert after == before | {"altered": ["ppmid_harness/__init__.py", "ppmid_harness/data/a-b.csv"]}


def test_of_an_editable_one_and_of_another_copy_it_is_the_source_files(site: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "clone" / "ppmid_harness" / "__init__.py"
    sources = {**harness_version(), "of": OF_SOURCES, "altered": []}
    assert told_by(distribution(site), elsewhere) == sources
    record = site / "x-1.dist-info" / "RECORD"
    record.write_text(line("_x.pth", b"/clone\n") + "x-1.dist-info/RECORD,,\n")
    assert told_by(distribution(site), site / "ppmid_harness" / "__init__.py") == sources


def test_the_environment_of_a_run_says_it(tmp_path: Path) -> None:
    found = environment("pytest", datetime.now(UTC), tmp_path)["harness"]
    assert found == which_harness()
    assert len(found["sha256"]) == 64
    assert found["of"] in (OF_RECORD, OF_SOURCES)
