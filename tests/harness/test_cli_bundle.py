"""``verify``, ``replay``, ``rejudge`` and ``bundle``: a run's evidence as one file."""

import json
import re
import zipfile
from pathlib import Path

import pytest

from ppmid_harness.cli import execute
from ppmid_harness.features import own_features

Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module", name="run")
def small_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of the scenarios in which UTRNs are typed, mistyped and sent."""
    folder = tmp_path_factory.mktemp("bundle") / "run"
    features = own_features() / "utrn_internet" / "utrn_to_ppmid.feature"
    assert execute(["run", str(features), "--out", str(folder), "--seed", "4", "--runner", "behave"]) == 0
    return folder


def test_every_run_leaves_a_bundle_that_verifies(run: Path, capsys: Capture) -> None:
    assert execute(["verify", str(run / "bundle.zip")]) == 0
    out = capsys.readouterr().out
    assert "signature: holds\nit claims integrity only, signer unknown: " in out
    assert execute(["verify", str(run / "bundle.zip"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["problems"] == []


def test_a_bundle_is_judged_again_as_its_run_folder_is(run: Path, capsys: Capture) -> None:
    assert execute(["rejudge", str(run), "--json"]) == 0
    of_folder = json.loads(capsys.readouterr().out)
    assert execute(["rejudge", str(run / "bundle.zip"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == of_folder
    assert of_folder["checks"] > 10


def test_a_bundle_is_run_again_to_the_same_record(run: Path, tmp_path: Path, capsys: Capture) -> None:
    assert execute(["replay", str(run / "bundle.zip"), "--out", str(tmp_path / "again"), "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["different"] == []
    assert result["same"] == result["scenarios"] > 10
    assert (tmp_path / "again" / "record.json").read_bytes() == (run / "record.json").read_bytes()


def test_a_record_that_no_run_gives_is_told_by_running_again(run: Path, tmp_path: Path, capsys: Capture) -> None:
    with zipfile.ZipFile(run / "bundle.zip") as bundle:
        bundle.extractall(tmp_path / "run")
    path = tmp_path / "run" / "record.json"
    record = json.loads(path.read_text())
    record["scenarios"][0]["because"] = "we say so"
    path.write_text(json.dumps(record))
    assert execute(["replay", str(tmp_path / "run")]) == 1
    out = capsys.readouterr().out
    assert f'different: {record["scenarios"][0]["id"]}: because: "we say so" was, ' in out


def test_what_no_machine_can_repeat_is_refused(run: Path, tmp_path: Path, capsys: Capture) -> None:
    with zipfile.ZipFile(run / "bundle.zip") as bundle:
        bundle.extractall(tmp_path / "run")
    path = tmp_path / "run" / "record.json"
    record = json.loads(path.read_text())
    record["parties"][0]["kind"] = "real"
    path.write_text(json.dumps(record))
    assert execute(["replay", str(tmp_path / "run")]) == 2
    assert "expected a simulated party, which alone can be run again, found real" in capsys.readouterr().err


def test_the_labs_key_signs_and_only_it_is_trusted(run: Path, tmp_path: Path, capsys: Capture) -> None:
    lab, other = tmp_path / "lab.pem", tmp_path / "other.pem"
    assert execute(["bundle", "key", str(lab)]) == 0
    assert execute(["bundle", "key", str(other)]) == 0
    assert lab.stat().st_mode & 0o077 == 0
    assert execute(["bundle", "make", str(run), "--sign", str(lab)]) == 0
    capsys.readouterr()
    bundle = str(run / "bundle.zip")
    assert execute(["verify", bundle, "--trust", f"{lab}.pub", "--require-trusted"]) == 0
    assert "it is as the holder of the trusted key made it" in capsys.readouterr().out
    assert execute(["verify", bundle, "--trust", f"{other}.pub"]) == 1
    assert "signer: manifest.sig: another key than the one that is trusted" in capsys.readouterr().out


def test_the_run_itself_can_be_signed(tmp_path: Path, capsys: Capture) -> None:
    assert execute(["bundle", "key", str(tmp_path / "lab.pem")]) == 0
    only = "utrns-through-the-ppmid/the-same-utrn-twice"
    command = ["run", "--only", only, "--out", str(tmp_path / "run"), "--sign", str(tmp_path / "lab.pem")]
    assert execute(command) == 0
    capsys.readouterr()
    assert execute(["verify", str(tmp_path / "run" / "bundle.zip"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["kind"] == "lab"


def test_no_utrn_stands_in_a_bundle_but_in_the_captures(run: Path) -> None:
    digits = re.compile(rb"(?<![\da-f.])\d{20}(?![\da-f])")  # not the decimals of a duration, nor part of a hash
    with zipfile.ZipFile(run / "bundle.zip") as bundle:
        found = {name: digits.findall(bundle.read(name)) for name in bundle.namelist()}
        crossed = sum(bundle.read(name).count(b"7394") for name in found if name.endswith(".pcapng"))
    assert {name for name, numbers in found.items() if numbers and not name.startswith("captures/")} == set()
    assert crossed > 0  # where they did cross a link, they can be found


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["verify", "absent.zip"], "absent.zip: expected a readable bundle"),
        (["verify", "text.txt"], "text.txt: expected an evidence bundle"),
        (["verify", "text.txt", "--require-trusted"], "expected --trust with the key, found none"),
        (["verify", "text.txt", "--trust", "text.txt"], "expected an Ed25519 public key in PEM"),
        (["rejudge", "text.txt"], "text.txt: expected an evidence bundle"),
        (["replay", "absent.zip"], "absent.zip: expected a readable bundle"),
        (["bundle", "make", "."], "record.json"),
        (["bundle", "make", ".", "--sign", "text.txt"], "expected an Ed25519 private key in PEM"),
        (["bundle", "key", "text.txt"], "text.txt: expected a new file that can be written"),
        (["run", "--sign", "text.txt"], "expected an Ed25519 private key in PEM"),
    ],
)
def test_bad_input_is_one_line(
    arguments: list[str], complaint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("text.txt").write_text("text")
    assert execute(arguments) == 2
    printed = capsys.readouterr()
    assert complaint in printed.err
    assert printed.err.count("\n") == 1
