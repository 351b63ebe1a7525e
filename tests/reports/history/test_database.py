"""Which database is meant, and what is wrong with it: one line, without a password, and nothing in it is changed."""

import socket
import sqlite3
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import util
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import NullPool, create_engine, text
from waiting_wall import LONG_S

from ppmid_bench.errors import BadInput
from ppmid_reports.history import database, questions
from ppmid_reports.history.adding import add
from ppmid_reports.history.database import place, reading, said, writing
from ppmid_reports.history.intake import Taken

NEWER = "UPDATE ppmid_history_version SET version_num = 'r999'"


def execute(db: str, statement: str) -> None:
    with create_engine(place(db), poolclass=NullPool).begin() as connection:
        connection.execute(text(statement))


def refused(db: str) -> str:
    """The line with which both a question and an addition are refused."""
    lines = []
    for opened in (reading, writing):
        with pytest.raises(BadInput) as caught, opened(db) as session:
            questions.runs(session)
        lines.append(str(caught.value))
    assert "\n" not in lines[0]
    assert "not-shown" not in lines[0]
    assert lines[0] == lines[1]
    return lines[0]


def test_the_place_is_the_option_then_the_variable_then_the_users_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PPMID_HISTORY", "lab.db")
    assert said(place("mine.db")) == "mine.db"
    assert said(place()) == "lab.db"
    monkeypatch.delenv("PPMID_HISTORY")
    monkeypatch.setattr(database.sys, "platform", "linux")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert said(place()) == str(tmp_path / "ppmid-harness" / "history.db")
    monkeypatch.delenv("XDG_DATA_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert said(place()) == str(tmp_path / ".local" / "share" / "ppmid-harness" / "history.db")


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+pg8000"])
def test_a_message_names_a_server_without_its_password(scheme: str) -> None:
    url = place(f"{scheme}://lab:secret@db.example/ppmid")
    assert url.drivername == "postgresql+pg8000"
    assert said(url) == "postgresql+pg8000://lab:***@db.example/ppmid"


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ("mysql://lab:secret@db.example/x", "expected a URL of sqlite or postgresql, or a file, found one of mysql"),
        ("postgresql+psycopg://db.example/x", "found one of postgresql+psycopg"),
        ("postgresql://lab:secret@db.example:port/x", "found a URL that cannot be read"),
        ("://", "found a URL that cannot be read"),
        ("sqlite://", "expected a URL of sqlite that names a file and nothing else"),
        ("sqlite:///a.db?mode=ro", "expected a URL of sqlite that names a file and nothing else, found a.db"),
        ("postgresql://db.example/x?sslmode=prefer", "expected nothing after ? but sslmode=disable or require or veri"),
        ("postgresql://db.example/x?options=-cx", "found options"),
    ],
)
def test_a_url_that_names_no_database_of_ours(given: str, line: str) -> None:
    with pytest.raises(BadInput) as caught:
        place(given)
    assert line in str(caught.value)
    assert "secret" not in str(caught.value)


def test_without_the_extra_it_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    found = util.find_spec
    monkeypatch.setattr(database.util, "find_spec", lambda name: None if name == "pg8000" else found(name))
    with pytest.raises(BadInput, match=r"expected the extra .*ppmid-harness\[postgres\].*, found no pg8000"):
        place("postgresql://db.example/x")


def test_a_history_that_is_not_there_is_not_made_by_a_question(db: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="expected a history, which `ppmid-harness history add` makes"), reading(db):
        pass
    assert not (tmp_path / "history.db").exists()


def test_tables_of_something_else_are_left_alone(db: str) -> None:
    execute(db, "CREATE TABLE customers (id INTEGER)")
    assert "expected a history, or an empty database, found tables of something else: customers" in refused(db)
    execute(db, "INSERT INTO customers VALUES (1)")


def test_a_history_of_a_newer_harness_is_left_alone(db: str, take: Callable[..., Taken]) -> None:
    with writing(db) as session:
        add(session, take(), datetime.now(UTC))
    execute(db, NEWER)
    assert "expected a history of revision r1 or older, found one of r999, by a newer harness" in refused(db)
    execute(db, NEWER.replace("r999", "r1"))
    with reading(db) as session:
        assert len(questions.runs(session)) == 1


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("what was said on Monday\n" * 99)
    assert "notes.txt: expected a database that serves, found file is not a database" in refused(str(path))
    assert path.read_text() == "what was said on Monday\n" * 99


def test_a_place_where_no_file_can_be(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BadInput, match="expected a folder for the database"), writing(str(tmp_path / "file" / "h.db")):
        pass
    with pytest.raises(BadInput, match="found unable to open database file"), writing(str(tmp_path)):
        pass
    with pytest.raises(BadInput, match="expected a folder for the database"), writing("a\0b/h.db"):
        pass


def test_a_database_that_another_process_writes_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, take: Callable[..., Taken]
) -> None:
    db = str(tmp_path / "h.db")
    with writing(db) as session:
        add(session, take(), datetime.now(UTC))
    monkeypatch.setattr(database, "_PATIENCE_S", 0.1)
    holder = sqlite3.connect(db, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(BadInput, match="expected a database that serves, found database is locked"), writing(db):
        pass
    with reading(db) as session:
        assert len(questions.runs(session)) == 1, "who asks need not wait"
    holder.close()


def test_a_server_on_which_another_process_writes(server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    db = server.new_database()
    monkeypatch.setattr(database, "_PATIENCE_S", 1)
    with (
        writing(db),
        pytest.raises(BadInput, match="canceling statement due to lock timeout"),
        writing(db),
    ):
        pass
    with writing(db):
        pass


def test_a_server_that_does_not_let_us_in(server: Any) -> None:
    assert 'found password authentication failed for user "lab"' in refused(server.url.replace("not-shown", "wrong"))
    assert 'found database "nowhere" does not exist' in refused(server.url.removesuffix("postgres") + "nowhere")


def test_a_server_that_is_not_there() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        line = refused(f"postgresql://lab:not-shown@127.0.0.1:{closed.getsockname()[1]}/x")
    assert "expected a database that serves, found Can't create a connection to host 127.0.0.1" in line


def test_without_a_name_it_is_this_users(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database.getpass, "getuser", lambda: "somebody")
    assert place("postgresql://db.example/x").username == "somebody"


def test_what_answers_there_and_is_no_server_of_the_kind() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]

        def answer() -> None:
            for _ in range(2):
                connection, _address = listening.accept()
                with connection:
                    connection.recv(4096)
                    connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n" * 9)

        answering = threading.Thread(target=answer)
        answering.start()
        line = refused(f"postgresql://lab:not-shown@127.0.0.1:{port}/x")
        answering.join(LONG_S)
    assert "expected a database that serves, found " in line


@pytest.mark.parametrize(("mode", "encrypted"), [("", True), ("?sslmode=disable", False), ("?sslmode=require", True)])
def test_tls_as_the_url_says(mode: str, encrypted: bool, server: Any) -> None:
    with writing(server.new_database() + mode) as session:
        asked = text("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
        assert session.scalar(asked) is encrypted


def test_a_server_whose_certificate_nobody_trusts_is_refused_where_it_is_to_be_verified(server: Any) -> None:
    assert "certificate verify failed" in refused(f"{server.new_database()}?sslmode=verify-full")


def test_what_breaks_off_leaves_nothing(db: str, take: Callable[..., Taken]) -> None:
    with writing(db) as session:
        add(session, take(), datetime.now(UTC))
    with pytest.raises(ZeroDivisionError):
        _broken_off(db, take(facts={"seed": 6}))
    with reading(db) as session:
        assert len(questions.runs(session)) == 1


def _broken_off(db: str, taken: Taken) -> None:
    with writing(db) as session:
        add(session, taken, datetime.now(UTC))
        raise ZeroDivisionError
