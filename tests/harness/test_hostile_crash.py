"""A crash whose text would break files: every file of every runner stays readable, tells an error, and has no UTRN."""

import json
from pathlib import Path

import pytest
from lxml import etree
from started import Run

ONLY = "utrns-through-the-ppmid/the-same-utrn-twice"
UTRN = b"73951773847901038897"


@pytest.mark.parametrize("runner", ["pytest", "behave", "robot"])
def test_every_file_of_every_runner_stays_readable_and_says_error(
    runner: str, run_here: Run, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    bench = tmp_path / "bench.toml"
    bench.write_text('[parties.hub]\nadapter = "hostile_hub:HostileHub"\n')
    folder, code = run_here("run", "--only", ONLY, "--runner", runner, "--bench", bench)
    told, error = capfdbinary.readouterr()
    assert code == 3, error
    assert b"\x1b" not in told + error  # no terminal is coloured by it
    assert b"error" in told
    assert len(told) < 10_000
    record = json.loads((folder / "record.json").read_text(encoding="utf-8"))
    assert record["summary"]["error"] == record["summary"]["planned"] == 1
    for file in folder.rglob("*"):
        if file.is_file() and "captures" not in file.parts and file.suffix != ".zip":
            content = file.read_bytes()
            assert UTRN not in content, file
            assert UTRN not in content.replace(b" ", b""), file
            if file.suffix == ".xml":
                etree.fromstring(content, etree.XMLParser(recover=False))
            elif file.suffix == ".json":
                json.loads(content)
    (suite,) = etree.parse(folder / "junit.xml").getroot()
    assert (suite.get("tests"), suite.get("errors")) == ("1", "1")
    assert "\\x1b[31m red" in (folder / "report.html").read_text(encoding="utf-8")
    native = b"".join(file.read_bytes() for file in (folder / "native").iterdir())
    assert b"ValueError: bytes" in native
    assert len(native) < 100_000
