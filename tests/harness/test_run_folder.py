"""The folder of a run: one run at a time, and a disk that is full loses nothing that was finished."""

import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from waiting_wall import LONG_S

from ppmid_bench.errors import BadInput
from ppmid_harness.cli import execute
from ppmid_harness.plan import Options, make_plan
from ppmid_harness.run_folder import open_run_folder

ONLY = "utrns-through-the-ppmid/the-same-utrn-twice"
Capture = pytest.CaptureFixture[str]


def test_a_second_run_is_kept_out_while_one_goes_on(tmp_path: Path) -> None:
    plan = make_plan(Options(only=(ONLY,)))
    first = open_run_folder(tmp_path / "run", plan, resume=False)
    with pytest.raises(BadInput, match="a new or empty folder, or --resume"):
        open_run_folder(tmp_path / "run", plan, resume=False)
    with pytest.raises(BadInput, match="a folder in which no run goes on, found one in which a run goes on now"):
        open_run_folder(tmp_path / "run", plan, resume=True)
    first.close()
    open_run_folder(tmp_path / "run", plan, resume=True).close()


def test_a_folder_that_got_a_record_meanwhile_is_no_new_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = make_plan(Options(only=(ONLY,)))
    folder = tmp_path / "run"
    made = Path.mkdir

    def late(path: Path, *more: object, **named: bool) -> None:
        made(path, **named)  # type: ignore[arg-type]
        if path.name == "partial":
            (folder / "record.json").write_text("{}")

    monkeypatch.setattr(Path, "mkdir", late)
    with pytest.raises(BadInput, match="found the record of another run"):
        open_run_folder(folder, plan, resume=False)


def test_two_runs_at_once_give_one_run_and_one_clear_line(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "ppmid_harness", "run", "--only", ONLY, "--out", str(tmp_path / "run")]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    told = [one.communicate(timeout=LONG_S)[1] for one in both]
    assert sorted(one.returncode for one in both) == [0, 2]
    (refused,) = [text for one, text in zip(both, told, strict=True) if one.returncode == 2]
    assert refused.count("\n") == 1
    assert refused.startswith(f"ppmid-harness: {tmp_path / 'run'}: expected ")
    assert execute(["verify", str(tmp_path / "run" / "bundle.zip")]) == 0


def test_a_disk_that_is_full_is_one_clear_line_and_the_run_goes_on_later(tmp_path: Path, capsys: Capture) -> None:
    folder = tmp_path / "run"
    arguments = ["run", "--only", ONLY, "--out", str(folder)]
    most = 60_000  # octets of a file: the scenario's files fit, the record does not
    full = subprocess.run(
        [sys.executable, "-m", "ppmid_harness", *arguments],
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)),
        check=False,
    )
    assert full.returncode == 3
    line = f"ppmid-harness: {folder}: expected room for the run, found: File too large; what is finished is kept, "
    assert full.stderr == f"{line}--resume goes on\n"
    assert not (folder / "record.json").exists()
    assert execute([*arguments, "--resume"]) == 0
    assert execute(["run", "--only", ONLY, "--out", str(tmp_path / "undisturbed")]) == 0
    assert (folder / "record.json").read_bytes() == (tmp_path / "undisturbed" / "record.json").read_bytes()
    assert execute(["verify", str(folder / "bundle.zip")]) == 0


@pytest.mark.parametrize(("what", "named"), [("record.json", "schema"), ("evidence", "line 1, schema")])
@pytest.mark.parametrize("schema", [0, 2])
def test_a_run_of_another_schema_is_refused_by_name(
    tmp_path: Path, capsys: Capture, what: str, named: str, schema: int
) -> None:
    folder = tmp_path / "run"
    assert execute(["run", "--only", ONLY, "--out", str(folder)]) == 0
    (path,) = folder.glob(f"{what}/*.jsonl") if what == "evidence" else [folder / what]
    first, *rest = path.read_text().splitlines() if what == "evidence" else [path.read_text()]
    content = json.loads(first)
    (content["fields"] if what == "evidence" else content)["schema"] = schema
    path.write_text("\n".join([json.dumps(content), *rest]) + "\n")
    capsys.readouterr()
    for command in (["rejudge", str(folder)], ["report", str(folder)]):
        assert execute(command) == 2
        printed = capsys.readouterr()
        assert printed.err.count("\n") == 1
        assert named in printed.err
        assert str(schema) in printed.err
