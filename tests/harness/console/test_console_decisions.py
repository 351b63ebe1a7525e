"""Decisions on a run's answers, made in the page: put down beside its bundle, signed by the console's key."""

import html
import re
from pathlib import Path
from typing import Any

from ppmid_harness.signing_keys import make_key_pair
from ppmid_reports.signoff.approvals import approvals_of, approvals_path, read_approvals, signature_of

PAGE = "/runs/good/decisions"
ROW = "SECMP0038/REQ-014"


def rows(folder: Path) -> list[tuple[str, str, str, str]]:
    found = approvals_of(folder / "runs" / "good" / "bundle.zip").rows
    return [(one.requirement, one.decision, one.name, one.note) for one in found]


def test_rows_are_approved_and_rejected_and_signed(folder: Path, start_process: Any, visit: Any) -> None:
    make_key_pair(folder / "lab.pem")
    bundle = folder / "runs" / "good" / "bundle.zip"
    with start_process(folder, "--sign", "lab.pem") as address:
        visitor = visit(address)
        page = visitor.get(PAGE).text
        assert "nobody has decided" in page
        assert "Sign the decisions" not in page, "there are none"
        fields = {f"decision {ROW}": "approved", f"note {ROW}": "  seen on paper too ", "name": "Ann Lee"}
        assert visitor.send(PAGE, PAGE, **fields).headers["location"] == f"{PAGE}?name=Ann%20Lee"
        page = visitor.get(PAGE).text
        assert re.search('approved by Ann Lee, .*UTC<br><span class="quiet">seen on paper too', page)
        assert visitor.send(PAGE, PAGE, name="Bob", **{f"decision {ROW}": "rejected"}).status == 303
        assert "nobody has signed the decisions, and this console has a key" in visitor.get(PAGE).text
        assert visitor.send(PAGE, "/runs/good/sign").status == 303
        assert "the signature holds" in visitor.get(PAGE).text
    assert rows(folder) == [("REQ-014", "approved", "Ann Lee", "seen on paper too"), ("REQ-014", "rejected", "Bob", "")]
    assert signature_of(approvals_path(bundle)) == "holds"
    assert read_approvals(approvals_path(bundle)).rows[0].answer == "open"


def test_what_is_no_decision_changes_nothing(folder: Path, start: Any, visit: Any) -> None:
    with start(folder) as address:
        visitor = visit(address)
        for fields, sentence in (
            ({"name": "Ann"}, "at least one row that is approved or rejected"),
            ({"name": "", f"decision {ROW}": "approved"}, "name: expected"),
            ({"name": "Ann", f"decision {ROW}": "maybe"}, "decision: expected"),
            ({"name": "Ann\u202e", f"decision {ROW}": "approved"}, "text that can be read as it stands"),
            ({"name": "Ann", "decision SECMP0038/REQ-999": "approved"}, "at least one row"),
        ):
            answer = visitor.send(PAGE, PAGE, **fields)
            assert (answer.status, sentence in html.unescape(answer.text)) == (400, True), (sentence, answer.text)
        assert visitor.send(PAGE, "/runs/good/sign").status == 403, "there is no key"
    assert rows(folder) == []


def test_decisions_on_a_bundle_of_before_are_not_taken_for_ones_on_this(folder: Path, start: Any, visit: Any) -> None:
    with start(folder) as address:
        visitor = visit(address)
        fields = {f"decision {ROW}": "approved", "name": "Ann"}
        assert visitor.send(PAGE, PAGE, **fields).status == 303
        with (folder / "runs" / "good" / "bundle.zip").open("ab") as bundle:
            bundle.write(b"x")
        answer = visitor.get(PAGE)
        assert answer.status == 400
        assert "expected decisions on" in answer.text


def test_of_two_people_at_once_the_second_sees_the_first_before_anything_is_put_down(
    folder: Path, start_process: Any, visit: Any
) -> None:
    make_key_pair(folder / "lab.pem")
    with start_process(folder, "--sign", "lab.pem") as address:
        ann, bob = visit(address), visit(address)
        bobs = re.search('name="as-of" value="([^"]*)"', bob.get(PAGE).text)
        assert bobs
        assert ann.send(PAGE, PAGE, name="Ann", **{f"decision {ROW}": "rejected"}).status == 303
        fields = {"name": "Bob", f"decision {ROW}": "approved", f"note {ROW}": 'a "fine" hub'}
        refused = bob.send(PAGE, PAGE, **fields, **{"as-of": bobs[1]})
        assert refused.status == 409
        said = html.unescape(refused.text)
        assert "somebody else has written; nothing was put down" in said
        assert "rejected by Ann" in said
        assert f'name="decision {ROW}" value="approved" checked' in said, "what he chose is kept"
        assert 'value="a "fine" hub"' in said
        assert rows(folder) == [("REQ-014", "rejected", "Ann", "")]
        assert bob.send(PAGE, "/runs/good/sign", **{"as-of": bobs[1]}).status == 409, "nor signed what was not seen"
        assert signature_of(approvals_path(folder / "runs" / "good" / "bundle.zip")) == "absent"
        assert bob.send(PAGE, PAGE, **fields).status == 303
    assert [(word, name) for _, word, name, _ in rows(folder)] == [("rejected", "Ann"), ("approved", "Bob")]


def test_a_form_that_does_not_say_what_it_has_seen_puts_nothing_down(folder: Path, start: Any, visit: Any) -> None:
    with start(folder) as address:
        fields = {"name": "Bob", f"decision {ROW}": "approved", "as-of": "0" * 64}
        assert visit(address).send(PAGE, PAGE, **fields).status == 409
    assert rows(folder) == []
