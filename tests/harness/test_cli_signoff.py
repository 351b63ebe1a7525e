"""``ppmid-harness signoff``: the statement of real runs; altered bundles and decisions on another one are refused."""

import hashlib
import json
import shutil
import subprocess
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ppmid_harness.cli import execute
from ppmid_harness.signing_keys import read_private_key
from ppmid_reports.bundle.writing import write_bundle
from ppmid_reports.signature import fingerprint
from ppmid_reports.signoff.approvals import Decision, approvals_of, approvals_path, with_decision, write_approvals
from ppmid_reports.words import moment

Capture = pytest.CaptureFixture[str]
UTRN = "utrns-through-the-ppmid/"
IN_NO_WAN = UTRN + "a-home-that-coverage/has-no-sm-wan-yet"
IN_NEVER_WAN = UTRN + "a-home-that-coverage/is-beyond-the-sm-wans-reach-for-good"
REQ_027 = ("UTRN-INTERNET", "REQ-027")


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs that answer REQ-027 together, and neither alone."""
    folder = tmp_path_factory.mktemp("signoff")
    for name, only in (("one", IN_NO_WAN), ("other", IN_NEVER_WAN)):
        assert execute(["run", "--only", only, "--out", str(folder / name)]) == 0
    return folder


@pytest.fixture(name="runs")
def own_copy(ran: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(ran, tmp_path / "runs"))


def stated(capsys: Capture, *arguments: object) -> dict[str, Any]:
    capsys.readouterr()
    assert execute(["signoff", *map(str, arguments), "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def row(statement: dict[str, Any]) -> dict[str, Any]:
    """The row of REQ-027."""
    rows = [row for one in statement["modifications"] for row in one["rows"]]
    (found,) = [one for one in rows if (one["modification"], one["requirement"]) == REQ_027]
    return dict(found)


def approve(bundle: Path, answer: str) -> None:
    word: Any = answer
    one = Decision(*REQ_027, word, "approved", "A. Reviewer", datetime(2026, 11, 25, tzinfo=UTC))
    write_approvals(approvals_path(bundle), with_decision(approvals_of(bundle), one))


def test_runs_answer_together_and_decisions_on_that_answer_count(runs: Path, capsys: Capture) -> None:
    one, other = runs / "one" / "bundle.zip", runs / "other" / "bundle.zip"
    assert row(stated(capsys, one))["answer"] == "open"
    approve(one, "open")
    assert row(stated(capsys, one))["standing"] == "approved"
    both = row(stated(capsys, one, other))
    assert (both["answer"], both["from"], both["standing"]) == ("shown", "simulated", "undecided")
    assert [made["answer"] for made in both["not_counted"]] == ["open"]
    approve(other, "shown")
    assert row(stated(capsys, one, other))["standing"] == "approved"


def test_the_statement_says_what_it_rests_on(runs: Path, capsys: Capture) -> None:
    found = stated(capsys, runs / "one" / "bundle.zip")
    (bundle,) = found["bundles"]
    assert bundle["bench"].startswith("All parties are simulated")
    assert bundle["signed"].startswith("integrity only, signer unknown")
    assert bundle["judged_again"] > 1
    assert bundle["not_judged_again"] == 0
    assert found["claims"].startswith("All parties were simulated")


def test_it_is_written_signed_and_verified(runs: Path, tmp_path: Path, capsys: Capture) -> None:
    lab, other, out = tmp_path / "lab.pem", tmp_path / "other.pem", tmp_path / "out"
    assert execute(["bundle", "key", str(lab)]) == 0
    assert execute(["bundle", "key", str(other)]) == 0
    command = ["signoff", str(runs / "one" / "bundle.zip"), "--out", str(out), "--sign", str(lab), "--name", "Á. Lab"]
    assert execute(command) == 0
    files = ["statement.html", "statement.json", "statement.md", "statement.sig"]
    assert sorted(path.name for path in out.iterdir()) == files
    assert "Á. Lab" in (out / "statement.html").read_text()
    document = str(out / "statement.json")
    capsys.readouterr()
    assert execute(["verify", document]) == 0
    assert "signature: holds\nit claims integrity only, signer unknown: " in capsys.readouterr().out
    assert execute(["verify", document, "--trust", f"{lab}.pub", "--require-trusted"]) == 0
    assert execute(["verify", document, "--trust", f"{other}.pub"]) == 1
    (out / "statement.json").write_text((out / "statement.json").read_text().replace('"open"', '"shown"'))
    capsys.readouterr()
    assert execute(["verify", document]) == 1
    assert "signature: statement.sig: does not hold" in capsys.readouterr().out


@pytest.mark.usefixtures("weasyprint")
def test_it_is_printed_with_names_dates_and_signature(runs: Path, tmp_path: Path) -> None:
    lab, out = tmp_path / "lab.pem", tmp_path / "out"
    assert execute(["bundle", "key", str(lab)]) == 0
    approve(runs / "one" / "bundle.zip", "open")
    command = ["signoff", str(runs / "one"), "--out", str(out), "--sign", str(lab), "--name", "Á. Lab", "--pdf"]
    assert execute(command) == 0
    statement = json.loads((out / "statement.json").read_text())
    try:
        command = ["pdftotext", str(out / "statement.pdf"), "-"]
        found = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    except FileNotFoundError:
        pytest.skip("no pdftotext on this machine")
    text = " ".join(found.split())
    digits = hashlib.sha256((out / "statement.json").read_bytes()).hexdigest()
    assert digits in "".join(found.split())
    assert fingerprint(read_private_key(lab).public_key()) in "".join(found.split())
    assert "Á. Lab" in text
    assert moment(statement["made"]) in text
    assert "approved by A. Reviewer, 25 November 2026, " in text
    assert text.count("The working group on") == len(statement["modifications"])
    assert "Nobody has decided" in text


@pytest.mark.usefixtures("weasyprint")
def test_a_pdf_is_held_against_its_statement(runs: Path, tmp_path: Path, capsys: Capture) -> None:
    from ppmid_reports.pdf import keyword_of, page_as_pdf

    def verified(code: int) -> list[str]:
        capsys.readouterr()
        assert execute(["verify", str(document), "--trust", f"{lab}.pub", "--require-trusted"]) == code
        return [line for line in capsys.readouterr().out.splitlines() if ".pdf" in line]

    lab, out = tmp_path / "lab.pem", tmp_path / "out"
    assert execute(["bundle", "key", str(lab)]) == 0
    for place, name in ((out, "A. Reviewer"), (tmp_path / "other", "B. Reviewer")):
        command = ["signoff", str(runs / "one"), "--out", str(place), "--sign", str(lab), "--name", name, "--pdf"]
        assert execute(command) == 0
    document, pdf, signature = (out / f"statement.{end}" for end in ("json", "pdf", "pdf.sig"))
    assert verified(0) == []
    whole, mark = pdf.read_bytes(), signature.read_bytes()

    shutil.copy(tmp_path / "other" / "statement.pdf", pdf)
    shutil.copy(tmp_path / "other" / "statement.pdf.sig", signature)
    assert verified(1) == ["inconsistent: statement.pdf: it is not the PDF of this statement.json"]

    page = (out / "statement.html").read_text(encoding="utf-8").replace("undecided", "approved")
    digits = hashlib.sha256(document.read_bytes()).hexdigest()
    pdf.write_bytes(page_as_pdf(page, keyword_of("statement.json", digits)))
    signature.write_bytes(mark)
    assert verified(1) == ["signature: statement.pdf.sig: does not hold"]

    pdf.write_bytes(whole)
    assert verified(0) == []
    signature.unlink()
    assert verified(1) == ["signature: statement.pdf.sig: absent"]
    pdf.unlink()
    assert verified(0) == []


def test_a_pdf_needs_its_folder_and_its_extra(
    runs: Path, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    expected = {
        (): "--pdf: expected --out with a folder for the statement, found none",
        (
            "--out",
            str(tmp_path / "out"),
        ): "--pdf: expected what it needs: pip install 'ppmid-harness[pdf]', found no weasyprint",
    }
    for options, line in expected.items():
        capsys.readouterr()
        assert execute(["signoff", str(runs / "one"), "--pdf", *options]) == 2
        assert capsys.readouterr().err == f"ppmid-harness: {line}\n"
    assert not (tmp_path / "out").exists()


def test_a_bundle_that_another_lab_signed_is_refused(runs: Path, tmp_path: Path, capsys: Capture) -> None:
    lab, other = tmp_path / "lab.pem", tmp_path / "other.pem"
    assert execute(["bundle", "key", str(lab)]) == 0
    assert execute(["bundle", "key", str(other)]) == 0
    assert execute(["bundle", "make", str(runs / "one"), "--sign", str(lab)]) == 0
    (bundle,) = stated(capsys, runs / "one", "--trust", f"{lab}.pub")["bundles"]
    assert bundle["signed"].startswith("it is as the holder of the trusted key made it")
    assert execute(["signoff", str(runs / "one"), "--trust", f"{other}.pub"]) == 1
    assert "signer: manifest.sig: another key than the one that is trusted" in capsys.readouterr().err


def test_a_statement_that_nobody_signed_claims_nothing(runs: Path, tmp_path: Path, capsys: Capture) -> None:
    assert execute(["signoff", str(runs / "one" / "bundle.zip"), "--out", str(tmp_path / "out")]) == 0
    capsys.readouterr()
    assert execute(["verify", str(tmp_path / "out" / "statement.json")]) == 1
    assert "signature: statement.sig: absent" in capsys.readouterr().out


def test_an_altered_bundle_is_refused_and_named(runs: Path, tmp_path: Path, capsys: Capture) -> None:
    bundle = runs / "one" / "bundle.zip"
    octets = bytearray(bundle.read_bytes())
    octets[len(octets) // 2] ^= 1
    bundle.write_bytes(octets)
    capsys.readouterr()
    assert execute(["signoff", str(runs / "other" / "bundle.zip"), str(bundle), "--out", str(tmp_path / "out")]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert all(line.startswith(f"refused: {bundle}: ") for line in printed.err.splitlines())
    assert "altered: " in printed.err
    assert not (tmp_path / "out").exists()


def test_a_verdict_that_the_evidence_does_not_give_is_refused_whoever_signed(runs: Path, capsys: Capture) -> None:
    folder = runs / "one"
    record = json.loads((folder / "record.json").read_text())
    record["scenarios"][0]["checks"][0]["reason"] = "we say so"
    (folder / "record.json").write_text(json.dumps(record))
    write_bundle(folder)
    capsys.readouterr()
    assert execute(["verify", str(folder / "bundle.zip")]) == 0
    assert execute(["signoff", str(folder / "bundle.zip")]) == 1
    (refused,) = capsys.readouterr().err.splitlines()
    check = f"{record['scenarios'][0]['checks'][0]['id']} in {record['scenarios'][0]['id']}"
    assert refused.endswith(f"judged again, it comes out otherwise: {check}: reason")


def test_a_run_that_broke_is_refused(runs: Path, capsys: Capture) -> None:
    path = runs / "one" / "environment.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"fault": "the run was interrupted"}))
    write_bundle(runs / "one")
    capsys.readouterr()
    assert execute(["signoff", str(runs / "one" / "bundle.zip")]) == 1
    assert "the run itself broke: the run was interrupted" in capsys.readouterr().err


def test_decisions_on_a_bundle_of_before_are_named(runs: Path, capsys: Capture) -> None:
    bundle = runs / "one" / "bundle.zip"
    approve(bundle, "open")
    write_bundle(bundle.parent)
    capsys.readouterr()
    assert execute(["signoff", str(bundle)]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert f"{approvals_path(bundle)}: bundle: expected decisions on {bundle}, as it is now, found decisions on" in said


def test_decisions_whose_signature_does_not_hold_are_refused(runs: Path, capsys: Capture) -> None:
    bundle = runs / "one" / "bundle.zip"
    approve(bundle, "open")
    (bundle.parent / "approvals.sig").write_bytes(bytes(64))
    capsys.readouterr()
    assert execute(["signoff", str(bundle)]) == 1
    assert capsys.readouterr().err == f"refused: {approvals_path(bundle)}: its signature does not hold\n"


def test_decisions_can_lie_elsewhere(runs: Path, tmp_path: Path, capsys: Capture) -> None:
    bundle = runs / "one" / "bundle.zip"
    approve(bundle, "open")
    moved = approvals_path(bundle).rename(tmp_path / "ours.json")
    assert row(stated(capsys, bundle))["standing"] == "undecided"
    assert row(stated(capsys, bundle, "--approvals", moved))["standing"] == "approved"


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["absent.zip"], "absent.zip: expected a readable bundle"),
        (["text.txt"], "text.txt: expected an evidence bundle"),
        (["empty"], "empty: expected a readable bundle, found Is a directory"),
        (["run/bundle.zip", "copy.zip"], "copy.zip: expected each bundle once, found the same as run/bundle.zip"),
        (
            ["run/bundle.zip", "--sign", "text.txt"],
            "--sign: expected --out with a folder for what is signed, found none",
        ),
        (["run/bundle.zip", "--sign", "text.txt", "--out", "new"], "expected an Ed25519 private key in PEM"),
        (["run/bundle.zip", "--out", "run"], "run: expected no such folder yet, or an empty one"),
        (["run/bundle.zip", "--name", "\u202eA"], "--name: name: expected text that can be read as it stands"),
        (["run/bundle.zip", "--approvals", "text.txt"], "text.txt: expected JSON"),
        (["run/bundle.zip", "--approvals", "other.json"], "rows[0]: expected a row that these runs answer"),
    ],
)
def test_bad_input_is_one_line(
    arguments: list[str], complaint: str, runs: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.chdir(runs)
    shutil.move("one", "run")
    shutil.copy("run/bundle.zip", "copy.zip")
    Path("text.txt").write_text("text")
    Path("empty").mkdir()
    approvals = approvals_of(Path("copy.zip"))
    other = Decision("SECMP0099", "REQ-001", "open", "approved", "A", datetime(2026, 11, 25, tzinfo=UTC))
    write_approvals(Path("other.json"), with_decision(approvals, other))
    capsys.readouterr()
    assert execute(["signoff", *arguments]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    assert complaint in printed.err


def test_nothing_of_it_goes_into_a_bundle(runs: Path) -> None:
    bundle = runs / "one" / "bundle.zip"
    approve(bundle, "open")
    write_bundle(bundle.parent)
    with zipfile.ZipFile(bundle) as found:
        assert not [name for name in found.namelist() if "approvals" in name]
