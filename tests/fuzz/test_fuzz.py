"""Every input that ever broke a decoder, again; and the fuzzer itself, which must find what is there to be found."""

import subprocess
import sys
from itertools import islice
from pathlib import Path

import pytest
from fuzz import guided
from fuzz.mutation import LONGEST, inputs
from fuzz.run import CORPUS, fuzz, keep, kept, try_one
from fuzz.targets import TARGETS, Target

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("file", [file for name in TARGETS for file in kept(name)], ids=lambda file: file.name)
def test_what_broke_a_decoder_once_does_not_again(file):
    assert try_one(TARGETS[file.parent.name].run, file.read_bytes()) is None


@pytest.mark.parametrize("name", TARGETS)
def test_seeds_are_good_and_the_first_mutants_do_no_harm(name):
    target = TARGETS[name]
    assert target.seeds() == target.seeds()
    assert fuzz(target, seed=1, seconds=0, executions=300).findings == ()


def test_the_corpus_has_no_folder_without_a_target():
    assert {folder.name for folder in CORPUS.iterdir() if folder.is_dir()} <= set(TARGETS)


def test_the_same_seed_gives_the_same_inputs():
    seeds = TARGETS["gbcs"].seeds()
    first, again, other = (list(islice(inputs(seeds, seed), 500)) for seed in (1, 1, 2))
    assert first == again
    assert first[: len(seeds)] == other[: len(seeds)] == list(seeds)
    assert first != other
    assert len(set(first)) > 400
    assert max(map(len, islice(inputs(seeds, 1), 6000))) > 16 * LONGEST


def planted(data: bytes) -> None:
    """A decoder that trusts a length octet."""
    if data:
        data[1 + data[0]]


def test_a_planted_fault_is_found_once_and_kept(tmp_path):
    outcome = fuzz(Target("planted", planted, lambda: (b"\x02abc",)), seed=1, seconds=0, executions=2000)
    (finding,) = outcome.findings
    assert (finding.kind, outcome.executions) == ("IndexError", 2000)
    assert finding.data[0] + 1 >= len(finding.data)
    file = keep("planted", finding, tmp_path)
    assert list(kept("planted", tmp_path)) == [file]
    assert try_one(planted, file.read_bytes()) == finding
    assert not list(kept("another", tmp_path))


def test_slowness_is_a_finding(monkeypatch):
    monkeypatch.setattr("fuzz.run.SLOWEST", -1.0)
    finding = try_one(len, b"x")
    assert finding.kind == "TooSlow"


def test_the_command_prints_executions_and_findings_for_each_target():
    command = [sys.executable, "-m", "fuzz", "--seconds", "0.3", "--target", "utrn", "--target", "gbcs"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")
    rows = [line.split() for line in run.stdout.splitlines()]
    assert [row[0] for row in rows] == ["target", "utrn", "gbcs"]
    assert all(int(row[1].replace(",", "")) > 0 and row[3] == "0" for row in rows[1:])
    wrong = subprocess.run([*command[:3], "--target", "nothing"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (wrong.returncode, "invalid choice: 'nothing'" in wrong.stderr) == (2, True)


@pytest.mark.skipif(guided.available(), reason="atheris is installed")
def test_guided_without_atheris_says_so():
    run = subprocess.run(
        [sys.executable, "-m", "fuzz", "--guided"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stderr) == (2, "--guided needs atheris: pip install ppmid-harness[fuzz]\n")
