"""Bad input, over all commands: one clear line on standard error that names what is wrong, and the right exit code.

Every place where a command takes a file is given every kind of wrong file. Signals, pipes and full disks are those of
``test_interruptions.py``.
"""

import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ppmid_bench.input_files import LARGEST
from ppmid_harness.cli import execute

FEATURE = """@SECMP0038 @REQ-004
Feature: F
  Scenario: One
    Given a prepayment home with an electricity meter
    Then the balance of the electricity meter has not moved
  Scenario: Two
    Given a prepayment home with an electricity meter
    Then the balance of the electricity meter has not moved
"""
UTRN = "73951773847901038897"
SALE = "--supplier 90-B3-D5-1F-30-01-00-00 --device 00-DB-12-34-56-78-90-A0 --counter 7"
LATE = SALE.replace("--counter 7", "--counter 2512")
FILE = "{}"

PLACES = {
    "run": f"run {FILE}",
    "run --bench": f"run f.feature --bench {FILE} --out out",
    "run --ics": f"run f.feature --ics {FILE} --out out",
    "run --risk": f"run f.feature --risk {FILE} --out out",
    "run --proof": f"run f.feature --proof {FILE} --out out",
    "report": f"report {FILE}",
    "report --risk": f"report ran --risk {FILE}",
    "report --proof": f"report ran --proof {FILE}",
    "lint": f"lint {FILE}",
    "checks --bench": f"checks --bench {FILE}",
    "rejudge": f"rejudge {FILE}",
    "gbcs verify": f"gbcs verify {FILE} --keys keys.json",
    "gbcs verify --keys": f"gbcs verify messages.json --keys {FILE}",
    "gbcs decode": f"gbcs decode ./{FILE}",
    "gbcs decode --han-keys": f"gbcs decode capture.pcap --han-keys {FILE}",
    "utrn make --keys": f"utrn make {SALE} --value 1 --class pence --keys {FILE}",
    "utrn check --keys": f"utrn check {UTRN} {SALE} --keys {FILE}",
    "capture show": f"capture show {FILE}",
    "capture show --keys": f"capture show capture.pcap --keys {FILE}",
    "rtds replay": f"rtds replay {FILE} --keys keys.json",
    "rtds replay --keys": f"rtds replay messages.json --keys {FILE}",
    "outcomes": f"outcomes {FILE}",
    "compare": f"compare ran {FILE}",
    "history add": f"history add {FILE} --db made.db",
    "history add --db": f"history add ran --db {FILE}",
    "history add --trust": f"history add ran --db made.db --trust {FILE}",
    "history runs --db": f"history runs --db {FILE}",
    "signoff": f"signoff {FILE}",
    "allure": f"allure {FILE} --out out",
    "signoff --approvals": f"signoff ran/bundle.zip --approvals {FILE}",
    "signoff --trust": f"signoff ran/bundle.zip --trust {FILE}",
    "signoff --sign": f"signoff ran/bundle.zip --sign {FILE} --out out",
    "duis verify": f"duis verify {FILE} --certs folder",
    "duis verify --certs": f"duis verify document.xml --certs {FILE}",
    "duis transform": f"duis transform {FILE}",
    "duis coverage --templates": f"duis coverage --templates {FILE}",
    "duis coverage --rtds": f"duis coverage --rtds {FILE}",
    "duis coverage --keys": f"duis coverage --keys {FILE}",
    "adapter check --bench": f"adapter check --bench {FILE} --role hub --out checked.json",
    "boxed keys": f"boxed keys {FILE}",
    "certificates": f"certificates {FILE} --bench-id lab",
    "console --token-file": f"console --token-file {FILE}",
    "console --sign": f"console --sign {FILE}",
    "boxed stand-in --bench": f"boxed stand-in --bench {FILE}",
}
KINDS = (
    "missing",
    "folder",
    "empty",
    "binary",
    "utf-16",
    "huge",
    "deep.json",
    "list.json",
    "f.feature/below",
    "x" * 300,
)
"""Names of the files made below: some are not there, or cannot be."""

NOT_WRONG = {
    # Everything in a bench file may be left out.
    ("run --bench", "empty"),
    ("adapter check --bench", "empty"),
    ("checks --bench", "empty"),
    # Keys may be none, and a capture without frames needs none.
    ("capture show --keys", "empty"),
    ("gbcs decode --han-keys", "empty"),
    ("gbcs verify --keys", "folder"),
    ("rtds replay --keys", "folder"),
    ("duis coverage --keys", "folder"),
    ("duis verify --certs", "folder"),
    # A folder that is not there, or is empty, is what is asked for.
    ("boxed keys", "missing"),
    ("boxed keys", "folder"),
    ("certificates", "missing"),
    # An empty file is an empty database.
    ("history add --db", "missing"),
    ("history add --db", "empty"),
    ("certificates", "folder"),
}

NOT_READ_WHOLE = {
    *("signoff", "allure", "report", "rejudge", "outcomes", "capture show"),
    *("compare", "history add", "history add --db", "history runs --db"),
    *("utrn make --keys", "utrn check --keys", "gbcs decode --han-keys"),
    *("duis verify --certs", "duis coverage --templates", "boxed keys", "certificates"),
}
TOO_LARGE = {(place, "huge") for place in PLACES if place not in NOT_READ_WHOLE}
"""Where a huge file would be read whole, if it were not refused."""

Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a file of each kind, good ones to stand beside them, and a finished run."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "f.feature").write_text(FEATURE)
    (folder / "folder").mkdir()
    (folder / "empty").touch()
    (folder / "binary").write_bytes(b"\xff\xfe\x00\x01" * 9)
    (folder / "utf-16").write_text("[ics]\n", encoding="utf-16")
    with (folder / "huge").open("wb") as file:
        file.truncate(2 * LARGEST)  # sparse: nothing is written
    (folder / "deep.json").write_text("[" * 100_000)
    (folder / "list.json").write_text("[1]")
    (folder / "keys.json").write_text('{"certificates": [], "test_private_scalars": []}')
    (folder / "document.xml").write_text("<Request/>")
    (folder / "messages.json").write_text('{"messages": []}')
    (folder / "capture.pcap").write_bytes(bytes.fromhex("d4c3b2a1 0200 0400 00000000 00000000 ffff0000 c3000000"))
    assert execute(["run", str(folder / "f.feature"), "--out", str(folder / "ran")]) == 0
    return folder


@pytest.fixture(name="here")
def go_there(made: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(made)
    return made


def told(capsys: Capture) -> str:
    """The one line on standard error; nothing may stand on standard output."""
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    assert printed.err.startswith("ppmid-harness: ")
    return printed.err.removeprefix("ppmid-harness: ")


@pytest.mark.parametrize(
    ("place", "kind"), [(place, kind) for place in PLACES for kind in KINDS if (place, kind) not in NOT_WRONG]
)
def test_a_wrong_file(place: str, kind: str, here: Path, capsys: Capture) -> None:
    capsys.readouterr()
    assert execute([word.replace(FILE, kind) for word in PLACES[place].split()]) == 2
    line = told(capsys)
    assert "expected" in line
    assert kind in line or "input" in line
    if (place, kind) in TOO_LARGE:
        assert "at most 64 MiB, found more" in line
    assert not (here / "out").exists(), "refused before anything is made"
    assert not (here / "made.db").exists()


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (lambda record: record.clear(), "expected a field `scenarios`, found none"),
        (lambda record: record.update(scenarios={}), "scenarios: expected `array`, found `object`"),
        (lambda record: record["scenarios"][0].pop("id"), "scenarios[0]: expected a field `id`, found none"),
        (lambda record: record["scenarios"][0].update(id="a\0b"), "expected an evidence file, found embedded null"),
        (lambda record: record["scenarios"][0]["checks"][0].pop("requirements"), "a field `requirements`, found none"),
        (lambda record: record["scenarios"][0]["checks"][0].update(window=[0, -9]), "window[1]: expected `int` >= 0"),
        (lambda record: record["scenarios"][0].update(id="other"), "other.jsonl: expected an evidence file"),
        (lambda record: record["scenarios"][0]["checks"][0].update(window="all"), "window: expected `array`"),
    ],
)
def test_a_record_of_another_shape(
    change: Callable[[dict[str, Any]], object], line: str, here: Path, tmp_path: Path, capsys: Capture
) -> None:
    record = _copied(here, tmp_path) / "record.json"
    content = json.loads(record.read_text())
    change(content)
    record.write_text(json.dumps(content))
    assert execute(["rejudge", str(record.parent)]) == 2
    assert line in told(capsys)


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: _change(folder / "record.json", '"meter":', '"metre":'),
        lambda folder: _change(folder / "evidence" / "f__one.jsonl", '"points":', '"pints":'),
    ],
    ids=["arguments", "evidence"],
)
def test_what_no_check_can_judge_is_different(
    change: Callable[[Path], None], here: Path, tmp_path: Path, capsys: Capture
) -> None:
    folder = _copied(here, tmp_path)
    capsys.readouterr()
    change(folder)
    assert execute(["rejudge", str(folder), "--json"]) == 1
    assert "the check finds other arguments or lines" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", "f__one.jsonl: expected an evidence file, found an empty file"),
        (b"\xff\n", "expected"),
        (b"{}\n", "line 1: expected one JSON object with the fields of an evidence entry"),
        (b"[1]\n", "line 1: expected one JSON object"),
    ],
)
def test_evidence_of_another_shape(content: bytes, line: str, here: Path, tmp_path: Path, capsys: Capture) -> None:
    folder = _copied(here, tmp_path)
    (folder / "evidence" / "f__one.jsonl").write_bytes(content)
    assert execute(["rejudge", str(folder)]) == 2
    assert line in told(capsys)


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("bench = 3", "bench: expected `object`, found `int`"),
        ("[bench]\nseed = 1.5", "bench.seed: expected `int`, found `float`"),
        ('[bench]\ntime = "soon"', "bench.time: expected one of the documented values, found 'soon'"),
        ('[bench]\npoints = ["moon"]', "[bench] points: expected one of user, duis"),
        ("[parties.me]", "[parties]: expected one of"),
        ('[parties.ppmid]\nadapter = "nowhere:Ppmid"', "[parties.ppmid] adapter: expected simulated or module:Class"),
        ('[parties.ppmid]\nadapter = "os:environ"', "[parties.ppmid] adapter: expected an adapter of ppmid, found os"),
        ("[parties.ppmid]\nanswer = 1", "[parties.ppmid]: expected settings of"),
        ("[parties.gsme]\nwake_s = 0", "[parties.gsme].wake_s: expected `int` >= 1"),
        ("[parties.ppmid]\nesme_answer_s = -1", "[parties.ppmid].esme_answer_s: expected a number from 0 up, found -1"),
        (
            '[parties.hub]\nadapter = "ppmid_devices.ppmid.simulated:SimulatedPpmid"',
            "found ppmid_devices.ppmid.simulated:SimulatedPpmid, which has no update, take_away, power_cycle",
        ),
        (
            '[links.han]\nadapter = "ppmid_devices.links.link:Link"',
            "expected an adapter of the link han, found ppmid_devices.links.link:Link, which has no",
        ),
        (
            "[parties.hub]\nrelay_types = [7, 48879]",
            "[parties.hub]: expected Message Codes of GBCS in relay_types, found",
        ),
        ("[links.han]\nlost = 2", "[links.han].lost: expected `float` <= 1.0"),
        ("[limits]\nspeed = 1", "[limits] speed: expected one of"),
        ("[limits]\nppmid-answer = nan", "[limits] ppmid-answer: expected a number from 0 up, found nan"),
        ("[limits]\nppmid-answer = -1", "[limits] ppmid-answer: expected a number from 0 up, found -1"),
        (f"seed = {'[' * 10_000}", "expected TOML, found too many levels of it"),
    ],
)
def test_a_bench_file_of_another_shape(content: str, line: str, here: Path, tmp_path: Path, capsys: Capture) -> None:
    bench = tmp_path / "bench.toml"
    bench.write_text(content)
    assert execute(["run", "f.feature", "--bench", str(bench), "--out", "out"]) == 2
    assert line in told(capsys)
    assert not (here / "out").exists()


HOME = "Given a prepayment home with an electricity meter"


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ("And a hub that relays what is on the list: everything", "one of every Command, the prepayment set"),
        ("And a PPMID with hostile code, which sings", "one of holds everything back for nine days, sends everything"),
        ("And a delivery service that alters the weather of what it carries", "one of payload, MAC"),
    ],
)
@pytest.mark.parametrize("runner", ["pytest", "behave", "robot"])
def test_a_word_that_a_step_does_not_know(step: str, words: str, runner: str, tmp_path: Path, capsys: Capture) -> None:
    feature = tmp_path / "g.feature"
    feature.write_text(FEATURE.replace(HOME, f"{HOME}\n    {step}"))
    assert execute(["run", str(feature), "--runner", runner, "--out", str(tmp_path / "out")]) == 2
    printed = capsys.readouterr()
    assert printed.err.count("\n") == 1
    assert f"a step: expected {words}" in printed.err


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ("run f.feature --resume", "--resume: expected --out with the folder of the run to be resumed, found none"),
        ("run f.feature --resume --out ran --seed 9", "ran: seed: expected a run of 9 to be resumed, found 1"),
        ("run f.feature --resume --out made-up", "made-up/record.json: expected a field `run`, found none"),
        ("run f.feature --out f.feature/out", "f.feature/out: expected a folder that can be written"),
        ("run f.feature --runner nose", "Invalid value for '--runner': 'nose' is not one of 'pytest', 'behave'"),
        ("run f.feature --mode strict", "Invalid value for '--mode'"),
        ("run f.feature --max-wall -1", "Invalid value for '--max-wall'"),
        ("run f.feature --tags @a-or-(@b", "--tags: expected a tag expression such as"),
        (f"utrn make {SALE} --value 1 --class euros --keys keys.json", "Invalid value for '--class'"),
        (f"utrn make {SALE} --value 9000 --class pence --keys keys.json", "expected"),
        (f"utrn check {UTRN[::-1]}", "expected"),
        (
            f"utrn make {LATE} --after 2000 --value 1 --class pence --keys keys.json",
            "expected a counter that a meter which has used 2000 can rebuild, at most 2511, found 2512: counter out of",
        ),
        ("capture show --interface nowhere0", "--interface: expected a network interface of this machine"),
        ("capture show --key 00 capture.pcap", "--key: expected"),
        ("gbcs decode -", "standard input: expected something to read, found it closed"),
        ("rejudge", "Missing argument 'DIR|BUNDLE'."),
        ("rtds replay messages.json", "Missing option '--keys'"),
        ("rtds replay messages.json --keys keys.json", "Commands: expected Commands of a Supplier"),
        ("duis roles more", "unexpected extra argument(s) (more)"),
        ("duis transform document.xml --target meter", "Invalid value for '--target'"),
        ("outcomes f.feature", "f.feature: expected an evidence bundle, found File is not a zip file"),
        ("certificates new", "Missing option '--bench-id'"),
        ("certificates ran --bench-id lab", "ran: expected no such folder yet, or an empty one"),
        ("certificates new --bench-id " + "b" * 65, "bench: expected 1 to 64 octets, found 65"),
        ("certificates new --bench-id lab --ppmid 1", "EUI-64: expected 16 hex digits"),
        ("boxed keys ran", "ran: expected no such folder yet, or an empty one"),
        ("console f.feature", "f.feature: expected a folder of runs, found Not a directory"),
        ("console --host 0.0.0.0", "--host: expected a loopback address, or --token-file with the token that others"),
        ("console --port 65536", "Invalid value for '--port'"),
        ("boxed keys new --seed -1", "Invalid value for '--seed'"),
        ("boxed fetch new", "boxed fetch: expected --zip, or --smki with a --device or --organisation"),
        ("boxed fetch new --smki http://here --device 1", "EUI-64: expected 16 hex digits"),
        ("boxed fetch new --smki here --organisation A", "--smki: expected an address such as http://HOST:PORT, found"),
        ("boxed fetch new --zip ftp://here?apikey=1", "--zip: expected an address such as http://HOST:PORT, found ftp"),
    ],
)
def test_a_wrong_value(arguments: str, line: str, here: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "made-up").mkdir(exist_ok=True)
    (here / "made-up" / "record.json").write_text("{}")
    monkeypatch.setattr(sys, "stdin", None)
    assert execute(arguments.split()) == 2
    assert line in told(capsys)


@pytest.mark.skipif(os.getuid() == 0, reason="root may read everything")
@pytest.mark.parametrize("place", ["run --bench", "lint", "gbcs verify", "gbcs decode", "capture show", "rtds replay"])
def test_a_file_without_permission(place: str, here: Path, capsys: Capture) -> None:
    (here / "locked").write_text(FEATURE)
    (here / "locked").chmod(0)
    assert execute(PLACES[place].format("locked").split()) == 2
    assert "locked: " in told(capsys)


def test_a_folder_whose_name_is_no_utf_8(here: Path, capsys: Capture) -> None:
    name = os.fsdecode(b"out\xff")
    assert execute(["run", "f.feature", "--out", name]) == 0
    assert capsys.readouterr().out.endswith("run folder: out\\udcff\n")
    assert json.loads((here / name / "environment.json").read_text())["folder"].endswith(name)


def _change(file: Path, old: str, new: str) -> None:
    file.write_text(file.read_text().replace(old, new))


def _copied(here: Path, place: Path) -> Path:
    return Path(shutil.copytree(here / "ran", place / "ran"))
