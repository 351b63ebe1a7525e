"""A bundle is verified as it was made, and whatever was done to it since is found and named."""

import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ppmid_bench.errors import BadInput
from ppmid_reports import write_junit, write_report
from ppmid_reports.bundle.form import LEVEL, about
from ppmid_reports.bundle.manifest import MANIFEST, SIGNATURE
from ppmid_reports.bundle.opening import laid_out
from ppmid_reports.bundle.verifying import verify
from ppmid_reports.bundle.writing import write_bundle

LAB = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
STRANGER = Ed25519PrivateKey.from_private_bytes(bytes(32))
EVIDENCE = "evidence/first__passes.jsonl"

Make = Callable[..., Path]
Members = list[tuple[str, bytes]]


@pytest.fixture(name="folder")
def finished_run(make_run: Make) -> Path:
    folder = make_run()
    write_junit(folder)
    write_report(folder)
    (folder / "captures").mkdir()
    (folder / "captures" / "first__passes.pcapng").write_bytes(b"frames")
    return folder


@pytest.fixture(name="bundle")
def made_bundle(folder: Path) -> Path:
    return write_bundle(folder, LAB)


def members(bundle: Path) -> Members:
    with zipfile.ZipFile(bundle) as file:
        return [(one.filename, file.read(one)) for one in file.infolist()]


def rewrite(bundle: Path, content: Members) -> None:
    """The same way in which the tool writes, so that nothing but the content differs."""
    with zipfile.ZipFile(bundle, "w", zipfile.ZIP_DEFLATED) as file:
        for name, octets in content:
            file.writestr(about(name), octets, compresslevel=LEVEL)


def problems(bundle: Path, **more: Any) -> list[tuple[str, str]]:
    return [(one["what"], one["member"]) for one in verify(bundle, **more)["problems"]]


def test_a_bundle_as_it_was_made_holds_and_claims_integrity_only(bundle: Path) -> None:
    result = verify(bundle)
    assert result["problems"] == []
    assert (result["signature"], result["signer"], result["kind"]) == ("holds", "unknown", "lab")
    assert result["claims"] == f"integrity only, signer unknown: {result['fingerprint']}"
    assert len(result["fingerprint"]) == 64


def test_with_the_trusted_key_it_says_whose_it_is(bundle: Path) -> None:
    result = verify(bundle, LAB.public_key(), require_trusted=True)
    assert (result["problems"], result["signer"]) == ([], "trusted")
    assert result["claims"] == f"it is as the holder of the trusted key made it: {result['fingerprint']}"


def test_a_development_key_is_marked_as_such(folder: Path) -> None:
    result = verify(write_bundle(folder))
    assert result["kind"] == "development"
    assert result["claims"].endswith("a development key made for this run")


def test_equal_files_give_equal_bundles(folder: Path) -> None:
    first = write_bundle(folder, LAB).read_bytes()
    assert write_bundle(folder, LAB).read_bytes() == first


def test_everything_of_the_run_is_in_it_and_for_its_owner_alone(folder: Path, bundle: Path) -> None:
    names = [name for name, _ in members(bundle)]
    there = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    assert names == [MANIFEST, SIGNATURE, *(name for name in there if name != "bundle.zip")]
    assert bundle.stat().st_mode & 0o077 == 0


def test_one_octet_that_was_changed_is_found(bundle: Path) -> None:
    rewrite(bundle, [(name, b"x" + octets[1:] if name == EVIDENCE else octets) for name, octets in members(bundle)])
    assert problems(bundle) == [("altered", EVIDENCE)]


def test_one_octet_of_the_file_that_was_changed_is_found_wherever_it_stands(bundle: Path) -> None:
    whole = bundle.read_bytes()
    ends = [one.header_offset - 1 for one in zipfile.ZipFile(bundle).infolist()][1:]
    for at in (*range(0, len(whole), len(whole) // 97), *ends, *range(len(whole) - 120, len(whole))):
        bundle.write_bytes(whole[:at] + bytes([whole[at] ^ 0x80]) + whole[at + 1 :])
        try:
            found = problems(bundle)
        except BadInput:
            continue  # no zip any more
        assert found, f"octet {at}"


@pytest.mark.parametrize("field", ["compress_size", "file_size", "header_offset"])
def test_a_directory_that_claims_more_octets_than_there_are_is_found(bundle: Path, field: str) -> None:
    """APPNOTE 4.3.12: where these three fields of an entry begin. Their highest octet makes 2 GiB of each."""
    begins = {"compress_size": 20, "file_size": 24, "header_offset": 42}[field]
    whole = bytearray(bundle.read_bytes())
    entry = whole.index(EVIDENCE.encode(), zipfile.ZipFile(bundle).start_dir) - 46
    whole[entry + begins + 3] ^= 0x80
    bundle.write_bytes(whole)
    assert ("hidden", EVIDENCE) in problems(bundle)


def test_a_member_that_was_added_is_found(bundle: Path) -> None:
    rewrite(bundle, [*members(bundle), ("evidence/more.jsonl", b"{}")])
    assert problems(bundle) == [("added", "evidence/more.jsonl")]


def test_a_member_that_was_removed_is_found(bundle: Path) -> None:
    rewrite(bundle, [one for one in members(bundle) if one[0] != EVIDENCE])
    assert problems(bundle) == [("missing", EVIDENCE)]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_member_that_was_doubled_is_found(bundle: Path) -> None:
    content = members(bundle)
    rewrite(bundle, [*content, next(one for one in content if one[0] == EVIDENCE)])
    assert ("doubled", EVIDENCE) in problems(bundle)


def test_a_member_that_was_renamed_is_found(bundle: Path) -> None:
    rewrite(
        bundle, [("evidence/other.jsonl" if name == EVIDENCE else name, octets) for name, octets in members(bundle)]
    )
    assert ("renamed", EVIDENCE) in problems(bundle)
    assert ("added", "evidence/other.jsonl") not in problems(bundle)


def test_members_in_another_order_are_found(bundle: Path) -> None:
    first, second, *rest = members(bundle)
    rewrite(bundle, [first, second, *reversed(rest)])
    assert [what for what, _ in problems(bundle)] == ["order"]


def test_octets_behind_the_end_are_found(bundle: Path) -> None:
    with zipfile.ZipFile(bundle, "a") as file:
        file.comment = b"something else"
    assert ("hidden", MANIFEST) in problems(bundle)


def test_octets_before_the_first_member_are_found(bundle: Path) -> None:
    bundle.write_bytes(b"#!/bin/sh\n" + bundle.read_bytes())
    assert "hidden" in [what for what, _ in problems(bundle)]


def test_a_manifest_that_was_changed_with_its_member_is_found_by_the_signature(folder: Path, bundle: Path) -> None:
    (folder / EVIDENCE).write_text("{}")
    other = members(write_bundle(folder, STRANGER))
    signature = dict(members(_copy(bundle, folder)))[SIGNATURE]
    rewrite(bundle, [(name, signature if name == SIGNATURE else octets) for name, octets in other])
    assert ("signature", SIGNATURE) in problems(bundle)


def _copy(bundle: Path, folder: Path) -> Path:
    """A bundle of the same run with the lab's signature."""
    return write_bundle(folder, LAB) if bundle.parent == folder else bundle


def test_a_bundle_that_somebody_else_made_anew_and_signed_is_refused_by_who_knows_the_key(folder: Path) -> None:
    bundle = write_bundle(folder, STRANGER)
    assert problems(bundle) == []
    assert problems(bundle, trusted=LAB.public_key()) == [("signer", SIGNATURE)]
    assert problems(bundle, trusted=LAB.public_key(), require_trusted=True) == [("signer", SIGNATURE)]


def test_a_signature_that_was_taken_out_is_found(bundle: Path) -> None:
    rewrite(bundle, [one for one in members(bundle) if one[0] != SIGNATURE])
    assert problems(bundle) == [("signature", SIGNATURE)]
    assert verify(bundle)["signature"] == "absent"


@pytest.mark.parametrize("schema", [0, 2])
def test_another_schema_is_said(bundle: Path, schema: int) -> None:
    content = dict(members(bundle))
    changed = json.dumps(json.loads(content[MANIFEST]) | {"schema": schema}).encode()
    rewrite(bundle, list((content | {MANIFEST: changed}).items()))
    assert ("schema", MANIFEST) in problems(bundle)


@pytest.mark.parametrize("instead", [b"", b"{}", b"[1]", b"\xff", b'{"schema": "1"}'])
def test_a_manifest_that_is_none_is_said(bundle: Path, instead: bytes) -> None:
    rewrite(bundle, list((dict(members(bundle)) | {MANIFEST: instead}).items()))
    assert problems(bundle) == [("manifest", MANIFEST)]


@pytest.mark.parametrize("content", [b"", b"PK", b"no zip at all"])
def test_a_file_that_is_no_bundle_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.zip").write_bytes(content)
    with pytest.raises(BadInput, match="expected an evidence bundle"):
        verify(tmp_path / "x.zip")


def test_a_bundle_that_was_cut_short_is_refused(bundle: Path) -> None:
    bundle.write_bytes(bundle.read_bytes()[:-100])
    with pytest.raises(BadInput, match="expected an evidence bundle"):
        verify(bundle)


def test_files_that_do_not_say_the_same_are_refused_whoever_signed(folder: Path) -> None:
    record = json.loads((folder / "record.json").read_text())
    record["scenarios"] = [one for one in record["scenarios"] if one["id"] != "first/fails"]
    (folder / "record.json").write_text(json.dumps(record))
    found = verify(write_bundle(folder, LAB), LAB.public_key())["problems"]
    assert {(one["what"], one["member"]) for one in found} == {("inconsistent", "record.json")}


def test_what_crossed_links_of_real_devices_is_withheld_unless_the_lab_says_so(folder: Path) -> None:
    record = json.loads((folder / "record.json").read_text())
    record["parties"][1]["kind"] = "real"
    (folder / "record.json").write_text(json.dumps(record))
    bundle = write_bundle(folder, LAB)
    assert verify(bundle)["withheld"] == ["captures/first__passes.pcapng"]
    assert not any(name.startswith("captures/") for name, _ in members(bundle))
    bundle = write_bundle(folder, LAB, captures=True)
    assert verify(bundle)["withheld"] == []
    assert ("captures/first__passes.pcapng", b"frames") in members(bundle)


def test_it_is_laid_out_as_the_folder_that_it_was_made_of(folder: Path, bundle: Path, tmp_path: Path) -> None:
    shutil.move(bundle, tmp_path / "moved.zip")
    with laid_out(tmp_path / "moved.zip") as out:
        found = {path.relative_to(out): path.read_bytes() for path in out.rglob("*") if path.is_file()}
    expected = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert found == expected


@pytest.mark.parametrize("name", ["../outside", "/etc/passwd", "a/../../b", "a\\..\\b"])
def test_no_member_is_laid_out_elsewhere(tmp_path: Path, name: str) -> None:
    rewrite(tmp_path / "x.zip", [(name, b"!")])
    with pytest.raises(BadInput, match="within the run folder"), laid_out(tmp_path / "x.zip"):
        pass
    assert not (tmp_path / "outside").exists()
