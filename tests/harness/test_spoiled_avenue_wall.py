"""An avenue that a scenario spoils in mid-run judges the same in memory and by the fault proxy before a real line."""

import json
from pathlib import Path
from typing import Any

from ppmid_harness.cli import execute
from ppmid_harness.same_verdicts import differences

HOME = """    Given a prepayment home with an electricity meter
    And a hub that can relay
    And the SM WAN has been down for 10 milliseconds
"""
COMMAND = """    And the Supplier has the electricity meter topped up by £10.00 through the PPMID
    Then the PPMID passed the Command on unaltered
    And the Supplier holds the meter's own Response
"""
SPOILED = {
    "slow": "    When the avenue delays everything by 300 milliseconds, each way\n" + COMMAND,
    "throttled": "    When the avenue carries no more than 2000 octets a second\n" + COMMAND,
    "reset": "    When the connection on the avenue is reset\n    And 3 seconds pass\n" + COMMAND,
    "dark": """    When the avenue goes dark, and nobody is told
    And the Supplier sends a UTRN of £5.00 for the electricity meter to the PPMID
    And 1 second pass
    And the avenue is light again
    And 3 seconds pass
    And the Supplier sends a UTRN of £10.00 for the electricity meter to the PPMID
    Then the balance of the electricity meter has risen by £10.00, once
""",
    "lossy": """    When the avenue loses 100 % of what it carries
    And the Supplier sends a UTRN of £5.00 for the electricity meter to the PPMID
    And 1 second pass
    And the avenue is as good as before
    And the Supplier sends a UTRN of £10.00 for the electricity meter to the PPMID
    Then the balance of the electricity meter has risen by £10.00, once
""",
}
FEATURE = "@SECMP0038\nFeature: Spoiled\n" + "".join(
    f"\n  @REQ-004 @REQ-012 @REQ-013 @REQ-014 @takes-30s\n  Scenario: {name}\n{HOME}{steps}"
    for name, steps in SPOILED.items()
)
REHEARSAL = """
[bench]
time = "wall"
kind = "rehearsal"
settling_ms = 1500
[links.avenue]
adapter = "rehearsal"
proxy = {}
[parties]
ppmid = { adapter = "process" }
"""


def recorded(folder: Path, name: str, *options: str) -> dict[str, Any]:
    (folder / "spoiled.feature").write_text(FEATURE, encoding="utf-8")
    out = folder / name
    execute(["run", str(folder / "spoiled.feature"), "--out", str(out), *options])
    record: dict[str, Any] = json.loads((out / "record.json").read_text(encoding="utf-8"))
    return record


def test_a_spoiled_avenue_judges_alike_in_memory_and_behind_a_proxy(tmp_path: Path) -> None:
    (tmp_path / "rehearsal.toml").write_text(REHEARSAL, encoding="utf-8")
    memory = recorded(tmp_path, "memory")
    wall = recorded(tmp_path, "wall", "--bench", str(tmp_path / "rehearsal.toml"), "-n", "3")
    assert {one["name"]: one["verdict"] for one in memory["scenarios"]} == dict.fromkeys(SPOILED, "pass"), [
        one["because"] for one in memory["scenarios"]
    ]
    assert differences(memory, wall) == (4, {}), [one["because"] for one in wall["scenarios"]]
    (lossy,) = (one for one in wall["scenarios"] if one["name"] == "lossy")
    assert lossy["verdict"] == "inconclusive"
    assert "TCP loses no octet" in lossy["because"]


def test_what_was_done_to_it_stands_in_the_evidence(tmp_path: Path) -> None:
    recorded(tmp_path, "memory")
    (log,) = (tmp_path / "memory" / "evidence").glob("*__dark.jsonl")
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    spoiled = [line["fields"] for line in lines if line["what"] == "spoiled"]
    assert spoiled == [{"link": "avenue", "dark": True}, {"link": "avenue", "dark": False}]
    lost = [line for line in lines if line["link"] == "avenue" and line["fields"].get("lost")]
    assert [line["what"] for line in lost] == ["submit-utrn"]
