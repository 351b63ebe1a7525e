"""The desk of a run: a question waits until it is answered, its time is over, who asked has gone, or it closes."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from waiting_wall import LONG_S, until

from ppmid_devices.operator import console
from ppmid_devices.ports import CannotArrange
from ppmid_harness.console.desk import Desk, Question


@pytest.fixture(name="desk")
def open_desk(for_sockets: Path) -> Iterator[Desk]:
    desk = Desk(for_sockets)
    yield desk
    desk.close()


class Asking(threading.Thread):
    """A run that asks; ``said`` is what it was told, ``problem`` why it was told nothing."""

    def __init__(self, desk: Desk, text: str = "?", seconds: float = 60) -> None:
        super().__init__()
        self._desk, self._text, self._seconds = str(desk.path), text, seconds
        self.said: str | None = None
        self.problem = ""
        self.start()

    def run(self) -> None:
        try:
            self.said = console.Desk(self._desk).ask("screen", self._text, self._seconds)
        except CannotArrange as problem:
            self.problem = str(problem)


def asked(desk: Desk) -> Question:
    found: Question = until(lambda: desk.asked, 30)
    return found


def test_a_person_takes_their_time(desk: Desk) -> None:
    asking = Asking(desk, "Type 7395 £", 60)
    question = asked(desk)
    assert (question.number, question.id, question.text) == (1, "screen", "Type 7395 £")
    assert 55 < desk.left_s(question) <= 60
    time.sleep(1.5)
    assert desk.asked is question, "it still waits"
    assert desk.answer(1, "done")
    asking.join(LONG_S)
    assert (asking.said, asking.problem) == ("done", "")
    assert desk.asked is None
    assert not desk.answer(1, "again")


def test_questions_are_answered_by_their_numbers(desk: Desk) -> None:
    first = Asking(desk)
    asked(desk)
    second = Asking(desk)
    until(lambda: desk.answer(2, "two"), 30)
    second.join(LONG_S)
    assert desk.answer(1, "one")
    first.join(LONG_S)
    assert (first.said, second.said) == ("one", "two")


def test_nobody_answers_in_time(desk: Desk) -> None:
    asking = Asking(desk, seconds=0.2)
    asking.join(LONG_S)
    assert asking.said is None
    until(lambda: desk.asked is None, 30)


def test_who_asked_has_gone(desk: Desk) -> None:
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(str(desk.path))
        line.sendall(b'{"id": "a", "text": "?", "seconds": 60}\n')
        asked(desk)
    until(lambda: desk.asked is None, 30)


@pytest.mark.parametrize("octets", [b"", b"\n", b"[1]\n", b'{"id": "a"}\n', b"[" * 70_000, b"\xff\n"])
def test_what_is_no_question_is_nobodys(octets: bytes, desk: Desk) -> None:
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(str(desk.path))
        line.settimeout(LONG_S)
        line.sendall(octets)
        line.shutdown(socket.SHUT_WR)
        with contextlib.suppress(ConnectionResetError):  # it did not even read on
            assert line.recv(1) == b""
    assert desk.asked is None
    asking = Asking(desk)
    asked(desk)
    desk.answer(1, "still there")
    asking.join(LONG_S)
    assert asking.said == "still there"


def test_a_desk_that_closes_leaves_nobody_waiting(desk: Desk) -> None:
    asking = Asking(desk)
    asked(desk)
    desk.close()
    asking.join(LONG_S)
    assert "has left a question unanswered" in asking.problem
    assert not desk.path.exists()


def test_the_desk_is_its_owners_alone(desk: Desk) -> None:
    assert desk.path.stat().st_mode & 0o777 == 0o600
