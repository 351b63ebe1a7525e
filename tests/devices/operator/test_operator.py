"""The operator: what may be answered, what is asked again, and what comes of silence; at a terminal and from a file."""

import os
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ppmid_devices.meter.contract import Supply
from ppmid_devices.operator import questions
from ppmid_devices.operator.console import AnswerFile, Terminal
from ppmid_devices.operator.questions import Operator, WrongType
from ppmid_devices.ports import CannotArrange


class Says:
    """A console that answers in turn; it keeps what it was asked."""

    def __init__(self, *answers: str | None) -> None:
        self.answers, self.asked = list(answers), list[str]()

    def ask(self, id: str, text: str, seconds: float) -> str | None:
        self.asked.append(text)
        return self.answers.pop(0)


def operator(console: Any) -> Operator:
    clock: Any = SimpleNamespace(now=lambda: 7)
    return Operator("A. Tester", console, clock, 5)


@pytest.mark.parametrize(
    ("read", "line", "value"),
    [
        (questions.done, "done", None),
        (questions.lines, "Topped up | £10.00", ("Topped up", "£10.00")),
        (questions.lines, "none", ()),
        (questions.text, "Accepted", "Accepted"),
        (questions.amount, "12.34", 1_234_000),
        (questions.amount, "£-0.00001", -1),
        (questions.amount, "none", None),
        (questions.shown_amount, "5", 500_000),
        (questions.supply, "armed", Supply.ARMED),
        (questions.supply, "none", None),
        (questions.shown_supply, "enabled", Supply.ENABLED),
        (questions.moment, "1970-01-01 00:01", 60 * 10**9),
        (questions.moment, "none", None),
    ],
)
def test_an_answer_is_read_by_the_type_of_its_question(read: Any, line: str, value: Any) -> None:
    assert read(line) == value


@pytest.mark.parametrize(
    ("read", "line"),
    [
        (questions.done, "yes"),
        (questions.lines, ""),
        (questions.text, ""),
        (questions.amount, "ten"),
        (questions.amount, "inf"),
        (questions.amount, "0.000001"),
        (questions.shown_amount, "none"),
        (questions.supply, "on"),
        (questions.shown_supply, "none"),
        (questions.moment, "yesterday"),
    ],
)
def test_an_answer_of_another_type_is_none(read: Any, line: str) -> None:
    with pytest.raises(WrongType):
        read(line)


def test_a_wrong_answer_is_asked_for_again_and_both_are_kept_with_name_and_time() -> None:
    console = Says("lots", "12.34")
    person = operator(console)
    assert person.ask("balance", "What is the balance?", questions.amount) == 1_234_000
    assert console.asked[1] == "What is the balance? Please answer with pounds such as 12.34 or -3.20, or none."
    kept = [(one.at, one.by, one.id, one.asked, one.said) for one in person.take_answers()]
    assert kept == [(7, "A. Tester", "balance", "What is the balance?", said) for said in ("lots", "12.34")]
    assert person.take_answers() == []


def test_silence_and_what_cannot_be_done_blame_nobody() -> None:
    person = operator(Says(None))
    with pytest.raises(CannotArrange, match=r"A. Tester has not answered within 5 s: Touch it"):
        person.ask("touch", "Touch it", questions.done)
    assert [one.said for one in person.take_answers()] == [None]
    with pytest.raises(CannotArrange, match="the operator cannot do that"):
        operator(Says("cannot")).ask("touch", "Touch it", questions.done)
    with pytest.raises(CannotArrange, match="has not answered in the right form"):
        operator(Says(*["?"] * 10)).ask("touch", "Touch it", questions.done)


def test_a_utrn_is_shown_to_the_person_and_kept_nowhere() -> None:
    console = Says(None)
    person = operator(console)
    with pytest.raises(CannotArrange) as caught:
        person.ask("utrn", "Type 73951773847901038897 now", questions.done, kept="Type a UTRN now")
    assert console.asked == ["Type 73951773847901038897 now"]
    assert "7395" not in f"{person.take_answers()} {caught.value}"


def test_a_file_answers_always_or_in_turn_and_then_no_more(tmp_path: Path) -> None:
    path = tmp_path / "answers.toml"
    path.write_text('touch = "done"\nscreen = ["one", "two"]\n', encoding="utf-8")
    answers = AnswerFile(path)
    assert [answers.ask("touch", "", 1) for _ in range(3)] == ["done"] * 3
    assert [answers.ask("screen", "", 1) for _ in range(3)] == ["one", "two", None]
    assert answers.ask("other", "", 1) is None


@pytest.mark.parametrize("content", ["touch = ", "touch = 3", "touch = [1]", "touch = { a = 1 }"])
def test_a_file_that_cannot_be_read_is_said_to_be_the_cause(content: str, tmp_path: Path) -> None:
    path = tmp_path / "answers.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(CannotArrange, match=r"the file of answers .*answers\.toml"):
        AnswerFile(path)
    with pytest.raises(CannotArrange, match="cannot be read"):
        AnswerFile(tmp_path / "absent.toml")


def test_a_terminal_is_written_to_and_read_from_a_line_at_a_time() -> None:
    ours, theirs = os.openpty()
    try:
        terminal = Terminal(os.ttyname(theirs))
        seen = list[bytes]()

        def person() -> None:
            seen.append(os.read(ours, 200))
            os.write(ours, b"done\n")

        thread = threading.Thread(target=person)
        thread.start()
        assert terminal.ask("touch", "Touch it.", 10) == "done"
        thread.join()
        assert b"Touch it. [10 s]" in seen[0]
        assert terminal.ask("touch", "Again.", 0.05) is None
    finally:
        os.close(ours)
        os.close(theirs)


def test_without_a_terminal_nobody_can_be_asked(tmp_path: Path) -> None:
    with pytest.raises(CannotArrange, match="nobody can be asked: there is no terminal"):
        Terminal(str(tmp_path / "none")).ask("touch", "Touch it.", 1)
