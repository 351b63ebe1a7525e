"""One run in which each scenario has another wrong PPMID at the end of its TLS line, and the last a sound one.

Each ends within its time with its cause and what to look at, and the run goes on and keeps what it has.
"""

import importlib.util
import itertools
import json
import re
import socket
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from ppmid_bench.home_keys import EUIS
from ppmid_bench.scenario import ScenarioRun
from ppmid_devices import roles
from ppmid_harness.cli import execute

_spec = importlib.util.spec_from_file_location("bad_devices", Path(__file__).parent / "bad_devices.py")
assert _spec is not None
assert _spec.loader is not None
bad_devices = sys.modules["bad_devices"] = importlib.util.module_from_spec(_spec)  # as the bench file names it
_spec.loader.exec_module(bad_devices)

SCENARIO = """
  @REQ-026 @takes-10s
  Scenario: {name}
    Given a prepayment home with an electricity meter
    When 8 seconds pass
    Then the supply of the electricity meter is enabled
"""
LOOK = r"LineFault: avenue: no ppmid within 5 s\. Look whether it has power and calls 127\.0\.0\.1:\d+ by TLS 1\.3"
NOTED = LOOK + r", and at its certificate; the last thing noticed: refused 127\.0\.0\.1:\d+: "
NOTHING = "nothing that was observed comes from the ppmid"
CAUSES = {
    "absent": LOOK,
    "wrong issuer": NOTED + "its certificate does not hold: .*issuer",
    "expired": NOTED + "its certificate does not hold: certificate has expired",
    "another name": NOTED + "its certificate is another's: expected the name 00-db-12-34-56-78-90-a4.ppmid.test",
    "TLS 1.2 only": NOTED + "it does not offer TLS 1.3",
    "garbage": NOTED + "it does not speak TLS",
    "silent": NOTED + "it fell silent before it had said who it is",
    "slow": NOTED + "it fell silent before it had said who it is",
    "another bench": NOTED + "another bench: expected PPMID .* of bench 'bench-1', found PPMID .* of bench 'bench-2'",
    "falls silent": NOTHING,
    "chattering": NOTHING,
    "bad frames": NOTHING,
}
BENCH = """
[bench]
time = "wall"
settling_ms = 300
points = ["user", "duis", "dcc", "wan", "avenue", "han", "meter-display", "meter-configuration"]
[parties.ppmid]
adapter = "bad_devices:Device"
folder = "{folder}"
[links.avenue]
adapter = "tls"
certificate = "sound/harness.pem"
key = "sound/harness.key"
trust = "sound/trust.pem"
bench = "bench-1"
handshake_s = 2
patience_s = 5
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int, float]:
    """The run folder, its exit code, and how long it took."""
    folder = tmp_path_factory.mktemp("bad")
    bad_devices.write_certificates(folder, EUIS[roles.PPMID])
    bad_devices.TURNS = itertools.count()
    (folder / "bench.toml").write_text(BENCH.format(folder=folder), encoding="utf-8")
    feature = "@UTRN-INTERNET\nFeature: Wrong\n" + "".join(SCENARIO.format(name=name) for name in bad_devices.KINDS)
    (folder / "wrong.feature").write_text(feature, encoding="utf-8")
    begun = time.monotonic()
    words = ["run", str(folder / "wrong.feature"), "--bench", str(folder / "bench.toml"), "--out", str(folder / "run")]
    return folder / "run", execute(words), time.monotonic() - begun


def scenarios(folder: Path) -> dict[str, dict[str, Any]]:
    record = json.loads((folder / "record.json").read_text(encoding="utf-8"))
    return {one["name"]: one for one in record["scenarios"]}


def test_every_wrong_device_is_an_error_with_its_cause_and_what_to_look_at(run: tuple[Path, int, float]) -> None:
    found = scenarios(run[0])
    assert list(found) == list(bad_devices.KINDS)
    assert {name: found[name]["verdict"] for name in CAUSES} == dict.fromkeys(CAUSES, "error")
    said = {name: found[name]["because"] for name in CAUSES}
    assert {name: why for name, why in said.items() if not re.search(CAUSES[name], why)} == {}
    assert run[1] == 3


def test_the_run_goes_on_to_the_sound_one_and_keeps_what_it_has(run: tuple[Path, int, float]) -> None:
    folder, _, seconds = run
    assert scenarios(folder)["sound"]["verdict"] == "pass", scenarios(folder)["sound"]["because"]
    assert len(list((folder / "evidence").iterdir())) == len(bad_devices.KINDS)
    assert seconds < 60 * len(bad_devices.KINDS), "each within its time limit, and nothing that a busy machine breaks"


def test_what_a_device_does_that_is_let_in_is_said(run: tuple[Path, int, float]) -> None:
    (log,) = (run[0] / "evidence").glob("*__bad-frames.jsonl")
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    findings = [line["fields"]["text"] for line in lines if line["what"] == "finding"]
    assert any("what it says is no frame" in one for one in findings), findings
    (log,) = (run[0] / "evidence").glob("*__chattering.jsonl")
    said = [json.loads(line)["what"] for line in log.read_text(encoding="utf-8").splitlines()]
    assert said.count("unreadable") > 100


def test_a_port_that_another_program_has_is_an_error_and_once_it_is_free_the_run_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad_devices.write_certificates(tmp_path, EUIS[roles.PPMID])
    bad_devices.TURNS = itertools.count(list(bad_devices.KINDS).index("sound"))
    feature = "@UTRN-INTERNET\nFeature: Taken\n" + "".join(SCENARIO.format(name=name) for name in ("taken", "free"))
    (tmp_path / "taken.feature").write_text(feature, encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as other:
        listen = "{}:{}".format(*other.getsockname()[:2])
        (tmp_path / "bench.toml").write_text(BENCH.format(folder=tmp_path) + f'listen = "{listen}"\n', encoding="utf-8")
        close = ScenarioRun.close

        def closed(scenario: ScenarioRun) -> dict[str, Any]:
            try:
                return close(scenario)
            finally:
                other.close()

        monkeypatch.setattr(ScenarioRun, "close", closed)
        words = ["run", str(tmp_path / "taken.feature"), "--bench", str(tmp_path / "bench.toml")]
        assert execute([*words, "--out", str(tmp_path / "run")]) == 3
    found = scenarios(tmp_path / "run")
    assert (found["taken"]["verdict"], found["free"]["verdict"]) == ("error", "pass"), found["free"]["because"]
    assert f"cannot listen on {listen}" in found["taken"]["because"]
    assert "Another program may hold the port" in found["taken"]["because"]
