"""What the documents and ``--help`` tell people to type exists: files of this project, commands and their options."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from ppmid_harness.cli.app import app

ROOT = Path(__file__).parents[2]
DOCUMENTS = (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md")))
FOLDERS = "bench|benches|benchmarks|devices|docs|examples|features|fuzz|harness|mutation|protocols|reports|steps|tests"
_PATH = re.compile(rf"(?<![\w./<>-])(?:\.ci|{FOLDERS})/[\w./*-]*[\w*]")
_COMMAND = re.compile(r"^(?:python -m ppmid_harness|ppmid-harness) .*", re.MULTILINE)
_INLINE = re.compile(r"`ppmid-harness ([a-z-]+)")
_ENDS = re.compile(r" #.*| [|>&].*|\\$")


def commands_of(command: Any, name: str) -> Iterator[tuple[str, Any]]:
    """Every command under a command, by what is typed for it."""
    yield name, command
    for word, one in getattr(command, "commands", {}).items():
        yield from commands_of(one, f"{name} {word}")


TOP = get_command(app)
HELPS = {name: command.help or "" for name, command in commands_of(TOP, "ppmid-harness")}
TEXTS = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in DOCUMENTS} | HELPS


def missing_paths(text: str) -> list[str]:
    """The files of this project that a text names and that are not there; ``*`` stands for any."""
    named = (found.group() for found in _PATH.finditer(text))
    return [name for name in named if not any(ROOT.glob(name))]


def wrong_commands(text: str) -> list[str]:
    """The command lines in a text that name a command or an option that there is not."""
    without_indent = re.sub(r"^[ \t]+", "", text, flags=re.MULTILINE)
    lines = [found.group() for found in _COMMAND.finditer(without_indent)]
    lines += [f"ppmid-harness {name}" for name in _INLINE.findall(text)]
    return [line for line in lines if not is_right(_ENDS.sub("", line))]


def is_right(line: str) -> bool:
    command: Any = TOP
    for word in shlex.split(line)[1:]:
        if hasattr(command, "commands"):
            if word.startswith("-"):  # of python -m, or the top's own
                continue
            if word == "ppmid_harness":
                continue
            if word not in command.commands:
                return False
            command = command.commands[word]
        elif re.match(r"--?[a-z]", word):
            known = {one for param in command.params for one in (*param.opts, *param.secondary_opts)} | {"--help"}
            if word.partition("=")[0] not in known:
                return False
    return True


@pytest.mark.parametrize("name", TEXTS)
def test_every_file_that_is_named_is_there(name: str) -> None:
    assert missing_paths(TEXTS[name]) == []


@pytest.mark.parametrize("name", TEXTS)
def test_every_command_that_is_named_is_one(name: str) -> None:
    assert wrong_commands(TEXTS[name]) == []


def test_what_is_planted_is_found() -> None:
    assert missing_paths("run features/secmp0038/top_up.feature, docs/nothing.md and docs/house.md") == [
        "features/secmp0038/top_up.feature",
        "docs/nothing.md",
    ]
    right = "ppmid-harness run features/secmp0038 --tags '@I4a' --out today   # a sample\n"
    wrong = ("ppmid-harness runn", "ppmid-harness run --tag '@I4a'", "  ppmid-harness history show --nothing 1")
    assert wrong_commands(right) == []
    assert [wrong_commands(one) for one in wrong] == [[one.strip()] for one in wrong]
    assert wrong_commands("and `ppmid-harness answer`, not `ppmid-harness answers`") == ["ppmid-harness answer"]
    assert sum("ppmid-harness " in text for text in TEXTS.values()) > 40
