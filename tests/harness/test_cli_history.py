"""``ppmid-harness history``: from run folders and bundles to what they say together."""

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from waiting_wall import LONG_S

from ppmid_harness.cli import execute

SOUND = '[bench]\ndevice = "Acme, P1, 7"\n'
FAULTY = f'{SOUND}[parties.ppmid]\nadapter = "ppmid_devices.ppmid.faulty:ReportsAcceptedEarly"\n'
ICS = '[ics]\nrelay = true\nutrn-internet = true\n[ixit]\nfirmware = "2"\nesme-answer-s = 120\n'
ONLY = "utrns-through-the-ppmid/a-utrn-tops-up-an-electricity-meter-while-the-sm-wan-is-down"

Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A conformant and a faulty device, which both say that they are the same."""
    folder = tmp_path_factory.mktemp("history")
    (folder / "faulty.toml").write_text(FAULTY)
    (folder / "sound.toml").write_text(SOUND)
    (folder / "ics.toml").write_text(ICS)
    for name, code in (("sound", 0), ("faulty", 1)):
        bench = ["--bench", str(folder / f"{name}.toml"), "--ics", str(folder / "ics.toml")]
        assert execute(["run", "--only", ONLY, *bench, "--out", str(folder / name)]) == code
    return folder


@pytest.fixture(name="here")
def go_there(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> Path:
    monkeypatch.chdir(made)
    monkeypatch.setenv("PPMID_HISTORY", str(tmp_path / "history.db"))
    capsys.readouterr()
    return made


def printed(capsys: Capture, *arguments: str) -> Any:
    assert execute(["history", *arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_conformant_and_a_faulty_device(here: Path, capsys: Capture) -> None:
    told = printed(capsys, "add", "sound", "faulty/bundle.zip", "sound/bundle.zip")["added"]
    assert [(one["run"], one["was"], one["integrity"]) for one in told] == [
        (1, "new", "unsigned"),
        (2, "new", "development key"),
        (1, "better known", "development key"),
    ]
    runs = printed(capsys, "runs")["runs"]
    assert [(one["id"], one["verdict"], one["device"]["name"]) for one in runs] == [
        (2, "fail", "Acme, P1, 7"),
        (1, "pass", "Acme, P1, 7"),
    ]
    [trend] = printed(capsys, "trends")["trends"]
    assert (trend["scenario"], trend["was"], trend["now"], trend["worse"]) == (ONLY, "pass", "fail", True)
    points = printed(capsys, "trends", "--scenario", ONLY)["points"]
    assert [one["outcome"]["verdict"] for one in points] == ["pass", "fail"]
    [flaky] = printed(capsys, "flaky")["flaky"]
    assert (flaky["within"], flaky["verdicts"]) == ("benches", {"pass": 1, "fail": 1})
    device = printed(capsys, "device", "1")
    assert [(one["declared"], one["told"]) for one in device["firmware"]] == [("2", "")]
    assert {one["item"] for one in device["declared"]} >= {"relay", "firmware", "esme-answer-s"}
    statement = printed(capsys, "statement", "--device-class", "ppmid")
    rows = {one["id"]: one for name in ("requirements", "purposes") for one in statement[name]}
    assert (rows["REQ-026"]["result"], rows["REQ-026"]["fails_in"]) == ("fails", [2])
    assert rows["REQ-026"]["passes_in"] == [1]
    assert rows["PP-001"]["result"] == "missing"
    assert "No party under test was a real device: it certifies none." in statement["says"]


def test_it_is_told_to_people_in_whole_lines(here: Path, capsys: Capture) -> None:
    assert execute(["history", "add", "sound", "faulty"]) == 0
    assert capsys.readouterr().out.splitlines() == ["run 1 is new, unsigned: sound", "run 2 is new, unsigned: faulty"]
    for arguments, expected in (
        (["runs"], "Acme, P1, 7  2         simulated"),
        (["trends"], "fail  pass"),
        (["trends", "--scenario", ONLY], "run 2, "),
        (["flaky"], "1 flaky"),
        (["device", "ppmid"], "1   ppmid  Acme, P1, 7"),
        (["device", "1"], "declared esme-answer-s, 120: agrees"),
        (["statement", "--device-class", "ppmid"], "run 2: Acme, P1, 7, firmware 2, simulated, "),
    ):
        assert execute(["history", *arguments]) == 0
        out = capsys.readouterr().out
        assert expected in out, arguments


def test_a_bundle_that_was_tampered_with_is_refused(here: Path, tmp_path: Path, capsys: Capture) -> None:
    bundle = tmp_path / "bundle.zip"
    shutil.copy("sound/bundle.zip", bundle)
    with zipfile.ZipFile(bundle, "a") as file:
        file.writestr("more", "more")
    assert execute(["history", "add", "faulty", str(bundle)]) == 2
    err = capsys.readouterr().err
    assert "bundle.zip: expected a bundle that is as it was made, found added: more" in err
    assert err.count("\n") == 1
    assert [one["id"] for one in printed(capsys, "runs")["runs"]] == [1], "what was added before it stays"


def test_a_run_folder_whose_files_do_not_agree_is_refused(here: Path, tmp_path: Path, capsys: Capture) -> None:
    folder = shutil.copytree("faulty", tmp_path / "faulty")
    record = folder / "record.json"
    record.write_text(record.read_text().replace('"verdict": "fail"', '"verdict": "pass"'))
    assert execute(["history", "add", str(folder)]) == 2
    assert "record.json: expected files that say the same" in capsys.readouterr().err


@pytest.mark.parametrize("signed", [True, False])
def test_a_run_that_its_evidence_does_not_show_is_refused(
    signed: bool, here: Path, tmp_path: Path, capsys: Capture
) -> None:
    """Its files agree, and a bundle of it is as it was made: who judges it again finds what no check has said."""
    folder = shutil.copytree("sound", tmp_path / "sound")
    record = json.loads((folder / "record.json").read_text())
    record["scenarios"][0]["checks"][-1]["reason"] = "it was quick"
    (folder / "record.json").write_text(json.dumps(record))
    assert execute(["bundle", "make", str(folder)]) == 0
    run = folder / "bundle.zip" if signed else folder
    assert execute(["verify", str(folder / "bundle.zip")]) == 0
    capsys.readouterr()
    assert execute(["history", "add", "faulty", str(run)]) == 2
    err = capsys.readouterr().err
    assert f"{run}: record.json: expected what its evidence shows (see rejudge), found " in err
    assert err.endswith(f" of {ONLY} with another reason\n")
    assert err.count("\n") == 1
    assert [one["id"] for one in printed(capsys, "runs")["runs"]] == [1], "what was added before it stays"


def test_what_another_harness_told_in_its_own_words_is_kept_and_told(
    here: Path, tmp_path: Path, capsys: Capture
) -> None:
    folder = shutil.copytree("sound", tmp_path / "sound")
    record = json.loads((folder / "record.json").read_text())
    record["answers"][0]["because"] = "so it was"
    (folder / "record.json").write_text(json.dumps(record))
    assert execute(["history", "add", str(folder)]) == 2
    environment = json.loads((folder / "environment.json").read_text())
    environment["harness"] |= {"version": "0.0.9", "sha256": "0" * 64}
    (folder / "environment.json").write_text(json.dumps(environment))
    capsys.readouterr()
    assert execute(["history", "add", str(folder)]) == 0
    printed_out = capsys.readouterr()
    assert printed_out.out == f"run 1 is new, unsigned: {folder}\n"
    assert printed_out.err == f"{folder}: 1 part(s) are by rules of another harness; taken as the record has them\n"


def test_who_signed_is_known_with_a_trusted_key_and_another_is_refused(
    here: Path, tmp_path: Path, capsys: Capture
) -> None:
    for name in ("lab", "other"):
        assert execute(["bundle", "key", str(tmp_path / name)]) == 0
    folder = shutil.copytree("sound", tmp_path / "sound")
    assert execute(["bundle", "make", str(folder), "--sign", str(tmp_path / "lab")]) == 0
    capsys.readouterr()
    bundle = str(folder / "bundle.zip")
    assert printed(capsys, "add", bundle)["added"][0]["integrity"] == "lab key"
    assert execute(["history", "add", bundle, "--trust", str(tmp_path / "other.pub")]) == 2
    assert "signer: " in capsys.readouterr().err
    told = printed(capsys, "add", bundle, "--trust", str(tmp_path / "lab.pub"))["added"][0]
    assert (told["was"], told["integrity"]) == ("better known", "trusted")


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ("device 9", "the device 9: expected the id of a device of the history, found none"),
        ("device esme", "esme: expected the id of a device of the history, or a class of which it has one, found none"),
        ("trends --scenario f/none", "f/none: expected the id of a scenario of the history, found none"),
        ("statement --device-class hub", "hub: expected a class of devices of the history: ppmid, found another"),
        ("runs --db mysql://x/y", "--db: expected a URL of sqlite or postgresql, or a file, found one of mysql"),
    ],
)
def test_what_is_not_there_is_one_line(arguments: str, line: str, here: Path, capsys: Capture) -> None:
    assert execute(["history", "add", "sound"]) == 0
    capsys.readouterr()
    assert execute(["history", *arguments.split()]) == 2
    err = capsys.readouterr().err
    assert line in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("command", ["", "add", "runs", "trends", "flaky", "device", "statement"])
def test_help_has_examples(command: str, capsys: Capture) -> None:
    assert execute(["history", *command.split(), "--help"]) == 0
    assert "Example" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["--help"], ["history", "--help"], ["run", "--only", ONLY, "--out", "again"]])
def test_other_commands_import_no_database(arguments: list[str], tmp_path: Path) -> None:
    code = (
        "import sys; from ppmid_harness.cli import execute; code = execute(sys.argv[1:]); assert code == 0, code;"
        "sys.exit(' '.join({'sqlalchemy', 'alembic', 'pg8000'} & set(sys.modules)) or None)"
    )
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=LONG_S, check=False)
    assert done.returncode == 0, done.stderr
