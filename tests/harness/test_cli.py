"""The command line: what it prints, and its exit codes."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from waiting_wall import LONG_S

from ppmid_harness.cli import execute
from ppmid_harness.features import own_features

FEATURE = """@SECMP0038 @REQ-004
Feature: F
  @ics-gas
  Scenario: One
    Given a prepayment home with an electricity meter
    Then the balance of the electricity meter has not moved
  @wall
  Scenario: Two
    Given a prepayment home with an electricity meter
    Then the balance of the electricity meter has not moved
"""

SUPPLIER, ESME = "90-B3-D5-1F-30-01-00-00", "00-DB-12-34-56-78-90-A0"
SALE = ("--supplier", SUPPLIER, "--device", ESME, "--counter", "7")

Capture = pytest.CaptureFixture[str]


@pytest.fixture(name="feature")
def make_feature(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "f.feature"
    path.write_text(FEATURE)
    return path


@pytest.fixture(name="keys")
def find_keys(shared: Path) -> str:
    return str(shared / "data" / "rtds" / "keys.json")


def document(capsys: Capture) -> Any:
    return json.loads(capsys.readouterr().out)


def test_run_prints_lines_and_writes_a_folder(feature: Path, capsys: Capture) -> None:
    assert execute(["run", str(feature)]) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[0] == "pass          f/one"
    assert out[1] == "2 planned, 1 pass, 1 not run"
    folder = Path(out[2].removeprefix("run folder: "))
    assert (folder / "evidence" / "f__one.jsonl").is_file()
    assert (folder / "native" / "pytest.xml").is_file()
    assert execute(["rejudge", str(folder)]) == 0
    assert capsys.readouterr().out == "3 check(s), 3 the same, 0 different\n"


def test_run_json_is_one_document(feature: Path, capsys: Capture, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert execute(["run", str(feature), "--json", "--out", str(out), "--seed", "5"]) == 0
    printed = document(capsys)
    assert printed.pop("folder") == str(out)
    assert printed == json.loads((out / "record.json").read_text())
    assert printed["run"]["seed"] == 5


def test_an_interrupted_run_keeps_its_results_and_is_resumed(tmp_path: Path, capsys: Capture) -> None:
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    names = ("utrn_to_ppmid.feature", "at_the_meter.feature")  # long enough to be interrupted
    features = [str(own_features() / "utrn_internet" / name) for name in names]
    assert execute(["run", *features, "--out", str(whole)]) == 0
    main = [sys.executable, "-c", "from ppmid_harness.cli import main; main()"]
    command = [*main, "run", *features, "--out", str(parts)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        assert run.stdout.readline().startswith("pass")
        run.send_signal(signal.SIGINT)
        _, error = run.communicate(timeout=LONG_S)
    assert run.returncode == 3
    assert error == "interrupted; the same command with --out and --resume goes on\n"
    summary = json.loads((parts / "record.json").read_text())["summary"]
    assert summary["pass"] >= 1
    assert summary["not_run"] >= 1
    assert summary["error"] <= 1
    assert execute(["run", *features, "--out", str(parts), "--resume"]) == 0
    assert (parts / "record.json").read_bytes() == (whole / "record.json").read_bytes()


def test_rejudge_finds_a_changed_line(feature: Path, capsys: Capture, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert execute(["run", str(feature), "--json", "--out", str(out)]) == 0
    assert document(capsys)["summary"]["pass"] == 1
    evidence = out / "evidence" / "f__one.jsonl"
    evidence.write_text(evidence.read_text().replace('"balance":', '"balance":1', 1))
    assert execute(["rejudge", str(out), "--json"]) == 1
    assert document(capsys)["different"]


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ([], "Missing command."),
        (["fly"], "No such command 'fly'."),
        (["run", "--runner", "unittest"], "Invalid value for '--runner'"),
        (["run", "--seed", "one"], "Invalid value for '--seed'"),
        (["run", "nowhere"], "nowhere: expected a feature file, or a folder of them, found nothing there"),
        (["run", "binary.feature"], "binary.feature: byte 0: expected UTF-8 text"),
        (["run", "."], "expected at least one scenario, found none of 2"),
        (["run", "f.feature", "--tags", "(@a"], "--tags: expected a tag expression"),
        (["run", "f.feature", "--only", "f/ones"], "--only: f/ones: expected the id of a scenario, found none such"),
        (["run", "f.feature", "--bench", "nowhere.toml"], "nowhere.toml: expected a readable TOML file"),
        (["run", "f.feature", "--bench", "."], ".: expected a readable TOML file, found Is a directory"),
        (["run", "f.feature", "--bench", "binary.feature"], "binary.feature: byte 0: expected UTF-8 text"),
        (["run", "f.feature", "--ics", "no-gas.toml"], "found the ICS declares no support of gas"),
        (["run", "f.feature", "--mode", "certification", "--seed", "1"], "the suite's own seed, 1, found --seed"),
        (["run", "f.feature", "--out", "f.feature"], "f.feature: expected a folder that can be written"),
        (["run", "f.feature", "--out", "."], ".: expected a new or empty folder, or --resume"),
        (["lint", "nowhere"], "nowhere: expected a feature file"),
        (["rejudge", "nowhere"], "nowhere: expected a readable bundle, found No such file"),
        (["gbcs", "decode", "DD0"], "expected two hex digits for each octet"),
        (["gbcs", "decode", "DD00"], "MAC header at offset 2"),
        (
            ["gbcs", "decode", "./nowhere.hex"],
            "./nowhere.hex: expected hex digits, base64, a file or -, found no such file",
        ),
        (["gbcs", "decode", "binary.feature"], "offset 0"),
        (["gbcs", "verify", "f.feature", "--keys", "f.feature"], "f.feature: expected JSON, or a folder"),
        (["gbcs", "verify", ".", "--keys", "nowhere"], "nowhere: expected a readable file, found No such file"),
        (["gbcs", "verify", ".", "--keys", "empty.json"], "empty.json: certificates: expected a list"),
        (["utrn", "check", "7395177384790103889"], "expected 20 decimal digits, found 19 characters"),
        (["utrn", "check", "73951773847901038898"], "check digit"),
        (["utrn", "check", "73951773847901038897", "--keys", "."], "expected --supplier, --device and --counter"),
        (["utrn", "check", "73951773847901038897", "--keys", ".", *SALE], ".: expected the private key agreement key"),
        (["checks", "--bench", "nowhere.toml"], "nowhere.toml: expected a readable TOML file"),
    ],
)
def test_bad_input_is_one_line_and_two(feature: Path, capsys: Capture, arguments: list[str], line: str) -> None:
    feature.with_name("binary.feature").write_bytes(b"\xff\xfe\x00")
    feature.with_name("no-gas.toml").write_text("[ics]\ngas = false\n")
    feature.with_name("empty.json").write_text("{}")
    if arguments == ["run", "."]:
        feature.with_name("binary.feature").unlink()
        arguments = [*arguments, "--tags", "@I1a"]
    assert execute(arguments) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert line in printed.err
    assert printed.err.count("\n") == 1


def test_a_fault_of_the_harness_is_one_line_and_three(
    feature: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ppmid_harness.feature_lint.lint", lambda *_: 1 / 0)
    assert execute(["lint", str(feature)]) == 3
    error = capsys.readouterr().err
    assert error.startswith("ppmid-harness: a fault of the harness: ZeroDivisionError: division by zero (")
    assert error.count("\n") == 1


def test_lint(feature: Path, capsys: Capture) -> None:
    assert execute(["lint", str(feature)]) == 0
    assert capsys.readouterr().out == "1 feature(s), 2 scenario(s), 0 finding(s)\n"
    feature.write_text(FEATURE.replace("@wall", "@sometimes"))
    assert execute(["lint", str(feature), "--json"]) == 2
    (finding,) = document(capsys)["findings"]
    assert (finding["file"], finding["line"]) == (str(feature), 7)
    assert finding["sentence"].endswith("found @sometimes")


def test_checks_of_a_bench(feature: Path, capsys: Capture) -> None:
    assert execute(["checks", "--json"]) == 0
    assert all(check["judgeable"] for check in document(capsys)["checks"])
    bench = feature.with_name("bench.toml")
    bench.write_text('[bench]\npoints = ["user"]\n')
    assert execute(["checks", "--bench", str(bench), "--json"]) == 0
    shown = {check["id"]: check for check in document(capsys)["checks"]}
    assert shown["credited-once"]["missing"] == ["meter-display"]
    assert not shown["credited-once"]["judgeable"]
    assert execute(["checks", "--bench", str(bench)]) == 0
    assert "not observable on this bench: meter-display" in capsys.readouterr().out


def test_gbcs_verify(shared: Path, keys: str, capsys: Capture, tmp_path: Path) -> None:
    messages = json.loads((shared / "data" / "rtds" / "messages.json").read_text())["messages"]
    signed = next(one for one in messages if one["signature_len"] == 64)
    for name, octets in (
        ("good", signed["hex"]),
        ("bad", signed["hex"][:-2] + f"{int(signed['hex'][-2:], 16) ^ 1:02X}"),
    ):
        (tmp_path / f"{name}.HEX").write_text(octets)
    assert execute(["gbcs", "verify", str(tmp_path), "--keys", keys, "--json"]) == 1
    report = document(capsys)
    assert (report["messages"], report["parsed"]) == (2, 2)
    assert [failure["name"] for failure in report["failures"]] == ["bad.HEX"]
    (tmp_path / "bad.HEX").unlink()
    assert execute(["gbcs", "verify", str(tmp_path), "--keys", keys]) == 0
    assert capsys.readouterr().out.startswith("1 of 1 messages parse\nsignatures: 1 present, 1 verified, 0 without")


def test_gbcs_decode(shared: Path, keys: str, capsys: Capture, tmp_path: Path) -> None:
    messages = json.loads((shared / "data" / "rtds" / "messages.json").read_text())["messages"]
    top_up = next(one for one in messages if one["use_case"] == "CS01a" and one["kind"] == "COMMAND")
    file = tmp_path / "message"
    file.write_bytes(bytes.fromhex(top_up["hex"]))
    assert execute(["gbcs", "decode", top_up["hex"], "--keys", keys, "--json"]) == 0
    shown = document(capsys)
    assert {"message_code", "use_case", "cra", "originator", "target", "counter", "payload"} <= set(shown)
    assert (shown["use_case"], shown["cra"]) == ("CS01a", "command")
    assert "<secret>" in json.dumps(shown)
    assert execute(["gbcs", "decode", str(file), "--show-secrets", "--json"]) == 0
    assert "<secret>" not in json.dumps(document(capsys))
    altered = top_up["hex"][:-1] + ("0" if top_up["hex"][-1] != "0" else "1")
    assert execute(["gbcs", "decode", altered, "--keys", keys]) == 1
    assert "mac: does not hold" in capsys.readouterr().out


def test_a_code_whose_counter_the_meter_would_rebuild_wrong_is_explained(capsys: Capture) -> None:
    """Field case C02: not a wrong digit, but a jump of more than 511 from the highest counter used."""
    assert execute(["utrn", "check", "74594944143970889332", "--after", "2000", "--counter", "2512"]) == 1
    assert "counter out of window: the meter rebuilds 1488, not 2512" in capsys.readouterr().out
    assert execute(["utrn", "check", "74593536771374718021", "--after", "2000", "--counter", "2511"]) == 0
    assert "rebuilt counter: 2511" in capsys.readouterr().out


def test_utrn(keys: str, capsys: Capture) -> None:
    """The counter may be given as itself, or as the Originator Counter that holds it."""
    for counter in ("7", str(7 << 32)):
        made = ["utrn", "make", "--supplier", SUPPLIER, "--device", ESME, "--counter", counter]
        assert execute([*made, "--value", "10", "--class", "pounds", "--keys", keys]) == 0
        assert capsys.readouterr().out == "73951773847901038897\n"
    assert execute(["utrn", "check", "7395 1773 8479 0103 8897", "--json"]) == 0
    assert document(capsys) == {"truncated_counter": 7, "class": "pounds", "value": 10, "check_digit": "holds"}
    assert execute(["utrn", "check", "73951773847901038897", "--keys", keys, *SALE]) == 0
    assert "mac: holds" in capsys.readouterr().out
    wrong = [*SALE[:-1], "8"]
    assert execute(["utrn", "check", "73951773847901038897", "--keys", keys, *wrong]) == 1
    assert "mac: does not hold" in capsys.readouterr().out
    assert execute(["utrn", "check", "73951773847901038897", "--keys", keys, *SALE[:-1], str((7 << 32) + 1)]) == 2
    assert "a UTRN counter below 2^32, or a multiple of 2^32" in capsys.readouterr().err


def test_help_is_quick_and_has_examples(capsys: Capture) -> None:
    for command in (
        ["run"],
        ["lint"],
        ["checks"],
        ["rejudge"],
        ["gbcs", "verify"],
        ["gbcs", "decode"],
        ["utrn", "make"],
    ):
        assert execute([*command, "--help"]) == 0
        assert "Example" in capsys.readouterr().out
    code = (
        "import sys; from ppmid_harness.cli import execute; execute(['--help']);"
        "heavy = {'pytest', 'behave', 'robot', 'scapy', 'cryptography', 'lxml', 'rich', 'gherkin'} & set(sys.modules);"
        "sys.exit(' '.join(sorted(heavy)) or None)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=LONG_S, check=False)
    assert done.returncode == 0, done.stderr


def test_a_reader_that_leaves_early_is_no_error() -> None:
    command = [sys.executable, "-c", "from ppmid_harness.cli import main; main()", "checks"]
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, text=True, timeout=LONG_S, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, "")


def test_rejudge_says_which_check_has_another_version_and_is_not_judged_again(
    feature: Path, capsys: Capture, tmp_path: Path
) -> None:
    """As of a bundle that was made before a check counted for more, or leant on what it did not say."""
    out = tmp_path / "run"
    assert execute(["run", str(feature), "--out", str(out)]) == 0
    capsys.readouterr()
    record = out / "record.json"
    content = json.loads(record.read_text())
    entry = content["scenarios"][0]["checks"][0]
    entry["version"] += 1
    record.write_text(json.dumps(content))
    assert execute(["rejudge", str(out)]) == 1  # this harness has judged by no such version
    of_another = json.loads((out / "environment.json").read_text()) | {"harness": {"version": "0", "sha256": "0"}}
    (out / "environment.json").write_text(json.dumps(of_another))
    capsys.readouterr()
    assert execute(["rejudge", str(out)]) == 0
    first, last = capsys.readouterr().out.splitlines()
    was = entry["version"]
    name = f"f/one: {entry['id']}"
    assert first == f"not judged again: {name} was version {was}, and is version {was - 1} here"
    assert last.endswith(" the same, 0 different, 1 not judged again")
