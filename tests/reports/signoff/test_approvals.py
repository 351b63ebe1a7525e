"""What people decided of a bundle: bound to its hash, added to and never altered, signed, and never hidden text."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ppmid_bench.errors import BadInput
from ppmid_reports.bundle.writing import write_bundle
from ppmid_reports.signoff.approvals import (
    Approvals,
    Decision,
    Overtaken,
    StaleApprovals,
    approvals_of,
    approvals_path,
    read_approvals,
    signature_of,
    standing,
    version_of,
    with_decision,
    write_approvals,
)

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
ROW: dict[str, Any] = {
    "modification": "SECMP0038",
    "requirement": "REQ-059",
    "answer": "shown",
    "decision": "approved",
    "name": "A. Reviewer",
    "time": "2026-11-25T16:00:00Z",
    "note": "",
}


def decision(**changes: Any) -> Decision:
    found = ROW | {"time": datetime(2026, 11, 25, 16, tzinfo=UTC)} | changes
    return Decision(**found)


@pytest.fixture(name="bundle")
def signed_bundle(make_run: Callable[..., Path]) -> Path:
    return write_bundle(make_run())


def test_nobody_has_decided_anything_of_a_new_bundle(bundle: Path) -> None:
    found = approvals_of(bundle)
    assert found.rows == ()
    assert len(found.bundle) == 64


def test_a_decision_is_read_as_it_was_written(bundle: Path) -> None:
    first, second = decision(note="as the log has it:\nline 2"), decision(decision="rejected", name="B. Élan-Ωmega")
    approvals = with_decision(with_decision(approvals_of(bundle), first), second)
    write_approvals(approvals_path(bundle), approvals)
    assert approvals_of(bundle).rows == (first, second)
    document = json.loads((bundle.parent / "approvals.json").read_text())
    assert document["schema"] == 1
    assert document["rows"][0] == ROW | {"note": "as the log has it:\nline 2"}
    assert [path.name for path in bundle.parent.glob("approvals*")] == ["approvals.json"], "no draft is left"


def test_a_bundle_of_another_name_has_decisions_of_its_own(tmp_path: Path) -> None:
    assert approvals_path(tmp_path / "hub-b.zip") == tmp_path / "hub-b.approvals.json"


def test_a_changed_bundle_makes_them_stale_and_says_so(bundle: Path) -> None:
    write_approvals(approvals_path(bundle), with_decision(approvals_of(bundle), decision()))
    decided_on = approvals_of(bundle).bundle
    write_bundle(bundle.parent)  # the same run, another development key
    with pytest.raises(StaleApprovals) as told:
        approvals_of(bundle)
    assert str(told.value).startswith(f"{approvals_path(bundle)}: bundle: expected decisions on {bundle}, of SHA-256 ")
    assert str(told.value).endswith(f"found decisions on one of SHA-256 {decided_on}")


def test_decisions_are_not_part_of_the_bundle_that_they_are_on(bundle: Path) -> None:
    write_approvals(approvals_path(bundle), with_decision(approvals_of(bundle), decision()), KEY)
    before = bundle.read_bytes()
    write_bundle(bundle.parent, KEY)
    again = write_bundle(bundle.parent, KEY).read_bytes()
    assert again != before
    assert b"approvals" not in again


def test_a_signature_holds_until_an_octet_changes(bundle: Path) -> None:
    path = approvals_path(bundle)
    write_approvals(path, with_decision(approvals_of(bundle), decision()), KEY)
    assert signature_of(path) == "holds"
    assert (path.parent / "approvals.sig").stat().st_size == 64
    path.write_text(path.read_text().replace("approved", "rejected"))
    assert signature_of(path) == "does not hold"


def test_a_signature_that_is_claimed_and_not_there_does_not_hold(bundle: Path) -> None:
    path = approvals_path(bundle)
    write_approvals(path, approvals_of(bundle), KEY)
    (path.parent / "approvals.sig").unlink()
    assert signature_of(path) == "does not hold"


def test_one_more_decision_ends_the_signature_of_before(bundle: Path) -> None:
    path = approvals_path(bundle)
    write_approvals(path, approvals_of(bundle), KEY)
    write_approvals(path, with_decision(approvals_of(bundle), decision()))
    assert signature_of(path) == "absent"


def test_the_signature_of_another_kind_of_document_is_none_of_these(bundle: Path) -> None:
    path = approvals_path(bundle)
    write_approvals(path, approvals_of(bundle), KEY)
    (path.parent / "approvals.sig").write_bytes(KEY.sign(b"PPMID harness evidence bundle 1\n" + path.read_bytes()))
    assert signature_of(path) == "does not hold"


def test_who_has_not_seen_the_decisions_that_are_there_writes_none(bundle: Path) -> None:
    path, none_yet = approvals_path(bundle), approvals_of(bundle)
    mine, theirs = decision(name="A"), decision(name="B")
    write_approvals(path, with_decision(none_yet, theirs), KEY)
    before = path.read_bytes(), version_of(path)
    with pytest.raises(Overtaken, match="somebody else has written; nothing was put down"):
        write_approvals(path, with_decision(none_yet, mine))
    assert (path.read_bytes(), version_of(path)) == before
    assert signature_of(path) == "holds"
    write_approvals(path, with_decision(approvals_of(bundle), mine))
    assert approvals_of(bundle).rows == (theirs, mine)


def test_decisions_are_added_to_the_version_that_was_seen(bundle: Path) -> None:
    path = approvals_path(bundle)
    assert version_of(path) == ""
    write_approvals(path, with_decision(approvals_of(bundle), decision()), as_of="")
    seen = version_of(path)
    write_approvals(path, approvals_of(bundle), KEY, as_of=seen)  # the same rows, and another file: it says who signed
    with pytest.raises(Overtaken):
        write_approvals(path, with_decision(approvals_of(bundle), decision(name="B")), as_of=seen)
    assert len(approvals_of(bundle).rows) == 1


def test_of_many_writers_at_once_none_loses_a_decision(bundle: Path) -> None:
    path = approvals_path(bundle)

    def put_down(name: str) -> int:
        refused = 0
        while True:
            try:
                write_approvals(path, with_decision(approvals_of(bundle), decision(name=name)))
            except Overtaken:
                refused += 1
            else:
                return refused

    names = [f"person {number}" for number in range(12)]
    with ThreadPoolExecutor(len(names)) as people:
        list(people.map(put_down, names))
    assert sorted(one.name for one in approvals_of(bundle).rows) == sorted(names)
    assert [found.name for found in bundle.parent.glob("approvals*")] == ["approvals.json"], "no draft is left"


def test_of_one_person_the_last_decision_counts_whatever_the_zone() -> None:
    noon = datetime(2026, 11, 25, 12, tzinfo=UTC)
    earlier = decision(time=noon)
    later = decision(decision="rejected", time=datetime(2026, 11, 25, 13, 30, tzinfo=timezone(timedelta(hours=1))))
    other = decision(name="B", time=noon - timedelta(days=1))
    assert standing([later, earlier, other]) == [other, later]


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"name": ""}, "name"),
        ({"name": " A"}, "name"),
        ({"name": "A\nB"}, "name"),
        ({"name": "A\x00B"}, "name"),
        ({"name": "\u202eA"}, "name"),
        ({"name": "A\ud800"}, "name"),
        ({"name": "A" * 201}, "name"),
        ({"note": "\x1b[31mred"}, "note"),
        ({"note": "n" * 4001}, "note"),
        ({"answer": "maybe"}, "answer"),
        ({"decision": "seen"}, "decision"),
        ({"time": datetime(2026, 11, 25, 16)}, "time"),  # noqa: DTZ001 (a time without a zone is the fault)
    ],
)
def test_what_is_no_decision_is_refused_by_name(changes: dict[str, Any], place: str) -> None:
    with pytest.raises(BadInput) as told:
        with_decision(Approvals(1, "0" * 64), decision(**changes))
    assert str(told.value).startswith(f"a decision: {place}: expected")
    assert str(told.value).isprintable()


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"schema": 2}, "schema"),
        ({"bundle": "no hash"}, "bundle"),
        ({"rows": [ROW | {"name": "\u202eA"}]}, "rows[0].name"),
        ({"rows": [ROW | {"time": "2026-11-25T16:00:00"}]}, "rows[0].time"),
        ({"rows": [ROW | {"more": 1}]}, "rows[0]"),
        ({"rows": [{"name": "A"}]}, "rows[0]"),
        ({"signer": "me"}, "signer"),
    ],
)
def test_a_file_that_says_something_else_is_refused_by_place(
    changes: dict[str, Any], place: str, tmp_path: Path
) -> None:
    path = tmp_path / "approvals.json"
    path.write_text(json.dumps({"schema": 1, "bundle": "0" * 64, "rows": []} | changes))
    with pytest.raises(BadInput) as told:
        read_approvals(path)
    assert str(told.value).startswith(f"{path}: {place}: expected")


def test_a_folder_that_takes_nothing_leaves_what_was_there(bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = approvals_path(bundle)
    write_approvals(path, approvals_of(bundle), KEY)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", full)
        with pytest.raises(BadInput, match="expected a file that can be written, found No space left on device"):
            write_approvals(path, with_decision(approvals_of(bundle), decision()), KEY)
    assert signature_of(path) == "holds"
    assert approvals_of(bundle).rows == ()
