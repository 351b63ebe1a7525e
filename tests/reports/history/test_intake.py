"""A run is taken once it holds: a bundle as it was made, or a run folder whose files agree."""

import hashlib
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ppmid_bench.errors import BadInput
from ppmid_reports import write_junit, write_report
from ppmid_reports.bundle.writing import write_bundle
from ppmid_reports.consistency import inconsistencies
from ppmid_reports.history.intake import DEVELOPMENT, LAB, TRUSTED, UNSIGNED, taken

OURS = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
STRANGER = Ed25519PrivateKey.from_private_bytes(bytes(32))
HELD = (inconsistencies,)


@pytest.fixture(name="folder")
def finished(make_run: Callable[..., Path]) -> Path:
    folder = make_run()
    write_junit(folder)
    write_report(folder)
    return folder


def test_a_run_folder_is_unsigned(folder: Path) -> None:
    with taken(folder, None, HELD) as one:
        assert (one.integrity, one.fingerprint, one.source) == (UNSIGNED, "", str(folder))
        assert one.sha256 == hashlib.sha256((folder / "record.json").read_bytes()).hexdigest()


def test_who_signed_a_bundle_is_said(folder: Path) -> None:
    with taken(write_bundle(folder), None, HELD) as one:
        assert (one.integrity, len(one.fingerprint)) == (DEVELOPMENT, 64)
    bundle = write_bundle(folder, OURS)
    with taken(bundle, None, HELD) as one:
        assert one.integrity == LAB
        assert one.run.record.summary.planned == 6
    with taken(bundle, OURS.public_key(), HELD) as one:
        assert one.integrity == TRUSTED
        assert one.fingerprint == hashlib.sha256(OURS.public_key().public_bytes_raw()).hexdigest()


def test_a_bundle_and_its_folder_are_one_run(folder: Path) -> None:
    with taken(folder, None, HELD) as first, taken(write_bundle(folder), None, HELD) as second:
        assert first.sha256 == second.sha256


def test_a_bundle_of_another_signer_than_the_trusted_one_is_refused(folder: Path) -> None:
    bundle = write_bundle(folder, STRANGER)
    with (
        pytest.raises(BadInput, match="a bundle that is as it was made, found signer"),
        taken(bundle, OURS.public_key(), HELD),
    ):
        pass


def test_an_altered_bundle_is_refused(folder: Path) -> None:
    bundle = write_bundle(folder, OURS)
    with zipfile.ZipFile(bundle, "a") as file:
        file.writestr("more", "more")
    with pytest.raises(BadInput, match="found added: more"), taken(bundle, None, HELD):
        pass


def test_a_folder_whose_files_do_not_agree_is_refused(folder: Path) -> None:
    (folder / "junit.xml").write_text("<testsuites/>")
    with pytest.raises(BadInput, match=r"junit\.xml: expected files that say the same"), taken(folder, None, HELD):
        pass


def test_what_is_no_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput), taken(tmp_path, None, HELD):
        pass
    with pytest.raises(BadInput), taken(tmp_path / "none.zip", None, HELD):
        pass
