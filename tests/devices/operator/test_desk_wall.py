"""Questions that are asked at a socket: who answers, who does not, and who is not there."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ppmid_devices.operator.console import Desk
from ppmid_devices.ports import CannotArrange

Answers = Callable[[bytes | None], "list[dict[str, Any]]"]


@pytest.fixture(name="answering")
def listen(tmp_path: Path) -> Iterator[Answers]:
    """Answers one question with these octets, and ends the connection; with None it says nothing."""
    asked: list[dict[str, Any]] = []
    over = threading.Event()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "desk"))
        listener.listen()

        def answer(octets: bytes | None) -> None:
            line, _ = listener.accept()
            with line, line.makefile("rb") as received:
                asked.append(json.loads(received.readline()))
                if octets is None:
                    over.wait(30)
                else:
                    line.sendall(octets)

        threads: list[threading.Thread] = []

        def start(octets: bytes | None) -> list[dict[str, Any]]:
            threads.append(threading.Thread(target=answer, args=(octets,)))
            threads[-1].start()
            return asked

        yield start
        over.set()
        for thread in threads:
            thread.join(30)


def test_an_answer(answering: Answers, tmp_path: Path) -> None:
    asked = answering('{"said": " £12.34 "}\n'.encode())
    assert Desk(str(tmp_path / "desk")).ask("balance", "What is the balance?", 5) == "£12.34"
    assert asked == [{"id": "balance", "text": "What is the balance?", "seconds": 5}]


def test_an_answer_in_parts(answering: Answers, tmp_path: Path) -> None:
    answering(json.dumps({"said": "x" * 40_000}).encode())
    assert Desk(str(tmp_path / "desk")).ask("lines", "?", 5) == "x" * 40_000


def test_nobody_answers_in_time(answering: Answers, tmp_path: Path) -> None:
    answering(None)
    assert Desk(str(tmp_path / "desk")).ask("balance", "?", 0.05) is None


@pytest.mark.parametrize("octets", [b"", b"done\n", b"[1]\n", b'{"say": "done"}\n', b"[" * 60_000, b"\xff\n"])
def test_what_is_no_answer(octets: bytes, answering: Answers, tmp_path: Path) -> None:
    answering(octets)
    with pytest.raises(CannotArrange, match="desk has left a question unanswered"):
        Desk(str(tmp_path / "desk")).ask("balance", "?", 5)


def test_an_answer_that_is_no_text(answering: Answers, tmp_path: Path) -> None:
    answering(b'{"said": 5}')
    with pytest.raises(CannotArrange, match="desk has said what is no text"):
        Desk(str(tmp_path / "desk")).ask("balance", "?", 5)


@pytest.mark.parametrize("name", ["nowhere", "file", "x" * 200])
def test_nobody_is_at_the_desk(name: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CannotArrange, match="nobody can be asked: nobody is at the desk"):
        Desk(str(tmp_path / name)).ask("balance", "?", 5)
