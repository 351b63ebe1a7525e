"""What a bench assumes reaches the page that people read, by way of a real run."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from lxml import html

from ppmid_bench.assumptions import assumptions
from ppmid_bench.bench_file import BenchFile
from ppmid_harness.plan import Options, make_plan


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run folder of one scenario on the default bench."""
    path = tmp_path_factory.mktemp("run") / "out"
    scenario = make_plan(Options()).to_run[0]
    command = [sys.executable, "-c", "from ppmid_harness.cli import main; main()"]
    subprocess.run([*command, "run", "--only", scenario.id, "--out", str(path)], check=True, cwd=path.parent)
    return path


def test_the_record_of_a_run_lists_all_that_its_bench_assumes(folder: Path) -> None:
    record = json.loads((folder / "record.json").read_text(encoding="utf-8"))
    assert record["assumptions"] == assumptions(BenchFile())


def test_every_assumption_stands_in_the_report_with_its_value_and_why(folder: Path) -> None:
    page = html.document_fromstring((folder / "report.html").read_text(encoding="utf-8"))
    rows = {tuple(" ".join(str(cell.xpath("string()")).split()) for cell in row) for row in page.iter("tr")}
    expected = {(one["where"], str(one["value"]), one["why"]) for one in assumptions(BenchFile())}
    assert expected - rows == set()
