"""Questions that are asked at a socket: who answers, who does not, and who is not there."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from waiting_wall import LONG_S

from ppmid_devices.operator.console import Desk
from ppmid_devices.ports import CannotArrange

Answers = Callable[[bytes | None], "list[dict[str, Any]]"]


@pytest.fixture(name="answering")
def listen(for_sockets: Path) -> Iterator[Answers]:
    """Answers one question with these octets, and ends the connection; with None it says nothing."""
    asked: list[dict[str, Any]] = []
    over = threading.Event()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(for_sockets / "desk"))
        listener.listen()

        def answer(octets: bytes | None) -> None:
            line, _ = listener.accept()
            with line, line.makefile("rb") as received:
                asked.append(json.loads(received.readline()))
                if octets is None:
                    over.wait(LONG_S)
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
            thread.join(LONG_S)


def test_an_answer(answering: Answers, for_sockets: Path) -> None:
    asked = answering('{"said": " £12.34 "}\n'.encode())
    assert Desk(str(for_sockets / "desk")).ask("balance", "What is the balance?", 5) == "£12.34"
    assert asked == [{"id": "balance", "text": "What is the balance?", "seconds": 5}]


def test_an_answer_in_parts(answering: Answers, for_sockets: Path) -> None:
    answering(json.dumps({"said": "x" * 40_000}).encode())
    assert Desk(str(for_sockets / "desk")).ask("lines", "?", 5) == "x" * 40_000


def test_nobody_answers_in_time(answering: Answers, for_sockets: Path) -> None:
    answering(None)
    assert Desk(str(for_sockets / "desk")).ask("balance", "?", 0.05) is None


@pytest.mark.parametrize("octets", [b"", b"done\n", b"[1]\n", b'{"say": "done"}\n', b"[" * 60_000, b"\xff\n"])
def test_what_is_no_answer(octets: bytes, answering: Answers, for_sockets: Path) -> None:
    answering(octets)
    with pytest.raises(CannotArrange, match="desk has left a question unanswered"):
        Desk(str(for_sockets / "desk")).ask("balance", "?", 5)


def test_an_answer_that_is_no_text(answering: Answers, for_sockets: Path) -> None:
    answering(b'{"said": 5}')
    with pytest.raises(CannotArrange, match="desk has said what is no text"):
        Desk(str(for_sockets / "desk")).ask("balance", "?", 5)


@pytest.mark.parametrize("name", ["nowhere", "file", "x" * 200])
def test_nobody_is_at_the_desk(name: str, for_sockets: Path) -> None:
    (for_sockets / "file").touch()
    with pytest.raises(CannotArrange, match="nobody can be asked: nobody is at the desk"):
        Desk(str(for_sockets / name)).ask("balance", "?", 5)
