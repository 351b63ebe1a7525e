"""The first adapter of the examples, as its page has it: every clause holds, and the suite says what it does not do."""

import json
import re
import shlex
from pathlib import Path

import pytest

from ppmid_harness.cli import execute

FOLDER = Path(__file__).parents[2] / "examples" / "utrn_ppmid"
PAGE = (FOLDER / "README.md").read_text(encoding="utf-8")
CHECK, RUN = (shlex.split(line)[2:] for line in re.findall(r"^PYTHONPATH=.*$", PAGE, re.M))
CAME = {
    "utrns-through-the-ppmid/a-utrn-tops-up-an-electricity-meter-while-the-sm-wan-is-down": ("pass", ""),
    "utrns-through-the-ppmid/a-utrn-is-mistyped-in-the-suppliers-app-with-slip/one-digit-wrong": ("pass", ""),
    "commands-through-the-ppmid/a-top-up-command-and-the-meters-response": ("not_applicable", "relay"),
    "a-command-for-an-hcalcs-goes-through-the-ppmid/an-hcalcs-that-is-not-joined-with-the-electricity-meter-"
    "refuses-to-part-from-it": ("not_applicable", "relay"),
    "commands-that-are-brought-to-the-hub-itself-by-a-wire-or-by-nfc/a-top-up-command-goes-by-a-wire-into-the-hub-"
    "and-its-response-comes-back-by-it": ("inconclusive", "nothing here asks it to say anything"),
    "whom-a-hub-serves-follows-its-device-log/a-ppmid-that-is-struck-off-is-on-the-han-no-more-and-tops-up-again-"
    "once-it-is-listed-again": ("fail", "gone-when-sent-away"),
    "a-homes-hub-is-exchanged-and-its-han-restored/the-ppmid-tops-the-electricity-meter-up-before-its-hub-is-"
    "exchanged-and-after": ("fail", "finds-the-new-hub"),
    "what-the-ppmid-forgets/a-change-of-tenancy-wipes-it": ("fail", "nothing-of-before"),
}
"""What its page says of scenarios, and what stands in the cause of each."""


@pytest.fixture(autouse=True)
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its files, in a folder of this test, which is the working folder."""
    for name in ("utrn_ppmid.py", "bench.toml", "ics.toml"):
        (tmp_path / name).write_bytes((FOLDER / name).read_bytes())
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))


def test_it_keeps_every_clause_though_it_carries_no_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(CHECK) == 0
    assert "13 pass" in capsys.readouterr().out


def test_it_passes_what_it_can_and_is_blamed_for_what_it_does_not_do() -> None:
    assert execute([*RUN, *(f"--only={one}" for one in CAME), "--out", "run"]) == 1
    record = json.loads(Path("run/record.json").read_text(encoding="utf-8"))
    came = {one["id"]: (one["verdict"], one["because"]) for one in record["scenarios"]}
    assert {one: verdict for one, (verdict, _) in came.items()} == {one: verdict for one, (verdict, _) in CAME.items()}
    assert [one for one, (_, cause) in CAME.items() if cause not in came[one][1]] == []
    assert all(cause.strip("`") in PAGE for verdict, cause in CAME.values() if verdict == "fail")
