"""The real features under the three runners: one record on a conformant bench, and on benches of each kind of verdict.

What may differ between runs stands in ``environment.json`` and ``native/``; everything else must be equal to the octet.
Runs in processes of their own, as a user starts them, are those of ``test_parity_sample.py``.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from started import RUNNERS, TOP_UP, Run, content, judgements

from ppmid_harness.cli import execute
from ppmid_harness.features import own_features

UTRN = "utrns-through-the-ppmid/a-utrn-tops-up-an-electricity-meter-while-the-sm-wan-is-down"
TODAY = "devices-of-today/todays-hub-drops-what-it-cannot-relay"

FEATURES = [
    own_features() / place
    for place in (
        "secmp0038/top_up_command.feature",
        "secmp0038/todays_devices.feature",
        "utrn_internet/utrn_to_ppmid.feature",
    )
]

DECLARED = "utrn-internet = true\nown-commands = true\ngas = true\nkeypad = true"

BENCHES = {
    "a party fails": ('[parties.ppmid]\nadapter = "ppmid_devices.ppmid.faulty:AltersResponses"', "", 1),
    "another party fails": ('[parties.hub]\nadapter = "ppmid_devices.hub.faulty:RelaysThoughOld"', "", 1),
    "a point is missing": ('[bench]\npoints = ["user", "duis", "wan", "avenue"]', "", 4),
    "a party crashes": ('[parties.hub]\nadapter = "crashing_hub:CrashingHub"', "", 3),
    "an item is not declared": ("", f"[ics]\nrelay = false\n{DECLARED}", 0),
    "the HAN loses frames": ("[links.han]\nlost = 0.05", "", 0),
}
"""A bench file, a statement, and the exit code to be expected."""


@pytest.mark.parametrize("name", BENCHES)
def test_the_runners_agree_on_a_bench_where(name: str, run_here: Run, tmp_path: Path) -> None:
    bench, statement, expected = BENCHES[name]
    options: list[str | Path] = ["--only", TOP_UP, "--only", UTRN, "--only", TODAY, "--bench", tmp_path / "bench.toml"]
    (tmp_path / "bench.toml").write_text(bench)
    if statement:
        (tmp_path / "ics.toml").write_text(statement)
        options += ["--ics", tmp_path / "ics.toml"]
    folders = [run_here(runner, *FEATURES, "--runner", runner, *options) for runner in RUNNERS]
    assert [code for _, code in folders] == [expected] * 3
    first, *others = [judgements(folder) for folder, _ in folders]
    assert first
    assert others == [first, first]
    contents = [content(folder) for folder, _ in folders]
    assert [found == contents[0] for found in contents] == [True] * 3


def test_another_seed_gives_other_octets_and_the_same_verdicts(run_here: Run) -> None:
    one, _ = run_here("one", *FEATURES, "--only", TOP_UP)
    other, _ = run_here("other", *FEATURES, "--only", TOP_UP, "--seed", "2")
    assert (
        content(one)["evidence/" + TOP_UP.replace("/", "__") + ".jsonl"]
        != (content(other)["evidence/" + TOP_UP.replace("/", "__") + ".jsonl"])
    )
    assert judgements(one) == judgements(other)


def test_rejudge_agrees_until_a_line_of_evidence_is_changed(run_here: Run, capsys: pytest.CaptureFixture[str]) -> None:
    folder, _ = run_here("judged", *FEATURES, "--only", TOP_UP)

    def rejudge() -> tuple[int, Any]:
        capsys.readouterr()
        code = execute(["rejudge", str(folder), "--json"])
        return code, json.loads(capsys.readouterr().out)

    code, found = rejudge()
    judged = len(judgements(folder))
    assert judged > 5
    assert (code, found["same"], found["different"]) == (0, judged, [])
    (evidence,) = (folder / "evidence").iterdir()
    lines = evidence.read_text().splitlines(keepends=True)
    place = next(number for number, line in enumerate(lines) if '"balance":1500000' in line)  # what it rests on
    lines[place] = lines[place].replace('"balance":1500000', '"balance":2500000')
    evidence.write_text("".join(lines))
    code, found = rejudge()
    assert code == 1
    assert [one["check"] for one in found["different"] if "check" in one] == ["credited-once"]
