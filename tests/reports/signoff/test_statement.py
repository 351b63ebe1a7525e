"""The acceptance statement: what counts as decided, what nobody has decided, and what it says of simulated parties."""

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from lxml import etree

from ppmid_bench import answers as rules
from ppmid_bench.requirements import REQUIREMENTS
from ppmid_reports.signoff.approvals import Decision
from ppmid_reports.signoff.statement import Signed, Statement, statement
from ppmid_reports.signoff.submission import BundleFacts
from ppmid_reports.signoff.writing import as_page, as_text, document, write_statement

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
SIGNED = Signed(NOON, "ppmid-harness 0.1.0", "A. Reviewer")
HOSTILE = "<script>alert(1)</script>|[x](http://x) `code` \x1b[31m"
ORIGINS = {
    "simulated": "All parties were simulated",
    "mixed": "Some parties were simulated",
    "real": "No party was simulated",
}


def answer(requirement: str, word: str, **more: Any) -> dict[str, Any]:
    entry = {"modification": "SECMP0038", "requirement": requirement, "text": "A text.", "answer": word}
    return entry | {"because": "so it is", "from": "simulated", "evidence": ["a/b"], "assumed": []} | more


def decision(requirement: str, answer: str, **more: Any) -> Decision:
    facts = {"modification": "SECMP0038", "requirement": requirement, "answer": answer, "decision": "approved"}
    return Decision(**(facts | {"name": "B. Member", "time": NOON} | more))


def facts(**more: Any) -> BundleFacts:
    texts = dict.fromkeys(("run", "harness", "suite", "mode", "lab", "bench", "began", "ended", "certificate"), "x")
    named: dict[str, Any] = {"file": "bundle.zip", "sha256": "ab" * 32, "signed": "integrity only", "fingerprint": ""}
    counts = {"planned": 1, "pass": 1}
    more = {"device": "", "seed": 1, "played_by": {"Simulated": ["hub"]}, "summary": counts} | more
    return BundleFacts(**(texts | named | more | {"judged_again": 3, "not_judged_again": 0}))


def made(*found: dict[str, Any], decisions: tuple[Decision, ...] = (), signed: Signed = SIGNED) -> Statement:
    return statement(signed, [facts()], found, decisions)


def left(found: Statement) -> dict[str, str]:
    """What nobody has decided, of the requirements that are answered, and why."""
    return {one.requirement: one.because for one in found.undecided if one.answer}


def test_a_row_that_somebody_approved_is_decided_and_every_other_is_listed() -> None:
    rows = answer("REQ-004", "refuted"), answer("REQ-009", "shown"), answer("REQ-024", "open")
    found = made(*rows, decisions=(decision("REQ-004", "refuted"),))
    assert [row.standing for row in found.rows] == ["approved", "undecided", "undecided"]
    nobody = "nobody has approved or rejected it"
    assert left(found) == {"REQ-009": nobody, "REQ-024": nobody}


def test_a_decision_on_another_answer_stays_in_sight_and_counts_for_nothing() -> None:
    found = made(answer("REQ-004", "refuted"), decisions=(decision("REQ-004", "shown"),))
    (row,) = found.rows
    assert (row.standing, row.decisions, len(row.not_counted)) == ("undecided", [], 1)
    assert left(found) == {"REQ-004": "1 decision on another answer, shown, so nobody on this one"}
    assert "not counted: approved by B. Member, when the answer was shown" in as_page(found)


def test_what_is_open_stays_undecided_whoever_approves_of_that() -> None:
    found = made(answer("REQ-004", "open"), decisions=(decision("REQ-004", "open"),))
    assert found.rows[0].standing == "approved"
    assert left(found) == {"REQ-004": "approved by people as open: the question stands"}


def test_people_who_disagree_have_decided_nothing() -> None:
    both = decision("REQ-004", "shown"), decision("REQ-004", "shown", decision="rejected", name="C. Member")
    found = made(answer("REQ-004", "shown"), decisions=both)
    assert found.rows[0].standing == "disputed"
    assert left(found) == {"REQ-004": "people disagree"}


def test_who_thinks_again_is_counted_once() -> None:
    later = decision("REQ-004", "shown", decision="rejected", time=NOON.replace(hour=13))
    found = made(answer("REQ-004", "shown"), decisions=(later, decision("REQ-004", "shown")))
    assert (found.rows[0].standing, found.rows[0].decisions) == ("rejected", [later])


def test_a_decision_is_about_one_modification() -> None:
    rows = answer("REQ-029", "shown"), answer("REQ-029", "shown", modification="UTRN-INTERNET")
    found = made(*rows, decisions=(decision("REQ-029", "shown"),))
    assert [row.standing for row in found.rows] == ["approved", "undecided"]


def test_requirements_that_no_rule_answers_are_among_what_nobody_has_decided() -> None:
    found = statement(SIGNED, [], rules.answers([], []))
    unanswered = {one.requirement for one in found.undecided if not one.answer}
    assert unanswered == {id for id in REQUIREMENTS if id not in {rule.requirement for rule in rules.RULES.values()}}
    assert {one.requirement for one in found.undecided} == set(REQUIREMENTS)


def test_counts_and_assumptions_are_those_of_the_rows() -> None:
    rows = (
        answer("REQ-004", "shown", assumed=["limit relay-age"]),
        answer("REQ-009", "open", assumed=["limit relay-age", "hub.relay"]),
    )
    found = made(*rows)
    assert found.modifications[0].counts == {"shown": 1, "refuted": 0, "open": 1, "out of scope": 0}
    assert found.assumptions == {
        "hub.relay": ["SECMP0038 REQ-009"],
        "limit relay-age": ["SECMP0038 REQ-004", "SECMP0038 REQ-009"],
    }


@pytest.mark.parametrize("origin", ORIGINS)
def test_shown_is_never_said_of_simulated_parties_without_saying_so(origin: str) -> None:
    found = made(answer("REQ-004", "shown", **{"from": origin}), answer("REQ-009", "open", **{"from": origin}))
    tree: Any = etree.HTML(as_page(found))
    said = {"simulated": "on simulated parties", "mixed": "on partly simulated parties", "real": ""}[origin]
    marks = tree.xpath("//*[contains(@class, 'is-shown')]/ancestor::td | //h3[starts-with(., 'Shown')]")
    assert len(marks) > 1
    assert all(said in "".join(one.itertext()) for one in marks)
    assert ("simulated parties" in "".join(tree.itertext())) == (origin != "real")
    assert tree.xpath("string(//p[@class='bench'])").startswith(ORIGINS[origin])
    text = as_text(found)
    assert f"- REQ-004 **{' '.join(filter(None, ('shown', said)))}**, undecided" in text
    assert text.splitlines()[2].startswith(f"**{ORIGINS[origin]}")
    answered = [line for line in text.splitlines()[3:] if "shown" in line and not line.startswith("  ")]
    assert len(answered) == 3, "the count, the row, and what nobody has decided"
    assert all(" ".join(filter(None, ("shown", said))) in line for line in answered)


def test_no_text_in_it_becomes_markup() -> None:
    noted = decision("REQ-004", "shown", name="<b>B", note=HOSTILE)
    row = answer("REQ-004", "shown", because=HOSTILE, assumed=[HOSTILE])
    found = statement(Signed(NOON, "h", "<i>A"), [facts(device=HOSTILE, file="<u>.zip")], [row], [noted])
    tree: Any = etree.HTML(as_page(found))
    assert tree.xpath("//script | //b | //i | //u") == []
    assert "<script>alert(1)</script>" in "".join(tree.itertext())
    assert "\x1b" not in as_page(found) + as_text(found) + document(found).decode()
    for line in as_text(found).splitlines():
        assert "<script" not in line.replace("\\<", "")
        assert "](http" not in line.replace("\\]", "")


def test_the_page_and_the_text_name_what_was_signed(tmp_path: Path) -> None:
    found = made(answer("REQ-004", "shown"))
    write_statement(tmp_path, found)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["statement.html", "statement.json", "statement.md"]
    sha256 = hashlib.sha256((tmp_path / "statement.json").read_bytes()).hexdigest()
    for name in ("statement.html", "statement.md"):
        assert sha256 in (tmp_path / name).read_text()
    content = json.loads((tmp_path / "statement.json").read_text())
    assert (content["schema"], content["made"], content["name"]) == (1, "2026-11-25T12:00:00Z", "A. Reviewer")
    assert content["modifications"][0]["rows"][0]["from"] == "simulated"


def test_a_disk_that_is_full_leaves_no_half_statement(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = Path.write_bytes

    def full(path: Path, content: bytes) -> int:
        if path.suffix == ".html":
            raise OSError(28, "No space left on device")
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space left"):
        write_statement(tmp_path, made(answer("REQ-004", "shown")), KEY)
    assert list(tmp_path.iterdir()) == []
