"""The files that a vendor copies into a repository: they can be read, and every command in them exists."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from ppmid_harness.cli.app import app
from ppmid_harness.init_folder import skeleton

yaml = pytest.importorskip("yaml", reason="PyYAML is not installed")
DOCS = Path(__file__).parents[2] / "docs"
GITHUB, GITLAB = DOCS / "ci" / "github-workflow.yml", DOCS / "ci" / "gitlab-ci.yml"
PROGRAM = "ppmid-harness"


def steps() -> list[dict[str, Any]]:
    """The steps of GitHub's job."""
    content = yaml.safe_load(GITHUB.read_text())
    (job,) = content["jobs"].values()
    return list(job["steps"])


def job() -> dict[str, Any]:
    """GitLab's job."""
    (found,) = yaml.safe_load(GITLAB.read_text()).values()
    return dict(found)


def lines() -> Iterator[str]:
    """Every line that a shell is given, of both."""
    for step in steps():
        yield from step.get("run", "").splitlines()
    yield from job()["script"]


def parse(line: str) -> dict[str, Any]:
    """What the command line makes of a line, without doing it. Raises what the option parser raises."""
    command: Any = get_command(app)
    words = shlex.split(line)[1:]
    while hasattr(command, "commands"):
        command = command.commands[words.pop(0)]
    return dict(command.make_context("", words).params)


@pytest.mark.parametrize("line", sorted({line for line in lines() if line.startswith(PROGRAM)}))
def test_every_command_is_one_with_those_options(line: str) -> None:
    assert parse(line)


def test_both_do_the_same() -> None:
    ours = [line for line in lines() if line.startswith(PROGRAM)]
    assert ours[: len(ours) // 2] == ours[len(ours) // 2 :]
    assert [shlex.split(line)[1] for line in job()["script"][2:]] == ["adapter", "run", "verify", "rejudge", "signoff"]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("run --no-such-option", "No such option"),
        ("no-such-command", "no-such-command"),
        ("verify", "Missing parameter"),
    ],
)
def test_a_command_that_there_is_not_is_found(line: str, found: str) -> None:
    with pytest.raises(Exception, match=found):
        parse(f"{PROGRAM} {line}")


def test_the_files_that_they_read_are_those_that_init_makes() -> None:
    made = skeleton("ppmid", "acme")
    for line in lines():
        for name in re.findall(r"\S+\.toml", line):
            assert name in made, line


def test_what_is_kept_has_the_bundle_and_no_captures() -> None:
    (upload,) = [step for step in steps() if step.get("uses", "").startswith("actions/upload-artifact")]
    for kept in (upload["with"]["path"].split(), job()["artifacts"]["paths"]):
        assert "run/bundle.zip" in kept
        assert not [path for path in kept if "captures" in path or path in ("run", "run/", ".")]
    assert upload["if"] == job()["artifacts"]["when"] + "()"
    assert job()["artifacts"]["reports"]["junit"] == "run/junit.xml"
    assert "run/junit.xml" in upload["with"]["path"].split()


def test_no_host_is_named() -> None:
    for file in (GITHUB, GITLAB):
        assert not re.findall(r"\w+://|--index-url|--extra-index", file.read_text())
        assert all(step["uses"].split("/")[0] == "actions" for step in steps() if "uses" in step)
