"""Where the history is kept, and opening it: SQLite in a file, or PostgreSQL by URL.

Whatever is wrong with a database is BadInput in one line, and leaves it as it was: making and upgrading tables is one
transaction, and tables that are not ours are never touched.
"""

import getpass
import os
import ssl
import struct
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources, util
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.orm import Session

from ppmid_bench.errors import BadInput
from ppmid_reports.history.models import VERSION_TABLE

PLACE = "PPMID_HISTORY"
"""The environment variable that names the database where no option does."""

_FILE, _DRIVER = "sqlite", "postgresql+pg8000"
_SCHEMES = {"sqlite": _FILE, "postgresql": _DRIVER, "postgres": _DRIVER, _DRIVER: _DRIVER}
_TLS = "sslmode"
TLS = ("disable", "require", "verify-full")
"""What a URL can say of TLS to a server: none; encrypted; and with its name and issuer verified.

Without the word it is encrypted where the server can.
"""
_PATIENCE_S = 5
"""How long to wait for another process that writes."""
_SILENCE_S = 60
"""How long a server may say nothing."""
_LOCK = 0x50504D4944
"""The number of PostgreSQL's lock under which one process at a time writes here."""


def own_file() -> Path:
    """Where this user's history is, where nothing else is said."""
    home = Path.home()
    places = {"win32": home / "AppData" / "Local", "darwin": home / "Library" / "Application Support"}
    given = os.environ.get("LOCALAPPDATA" if sys.platform == "win32" else "XDG_DATA_HOME")
    base = Path(given) if given else places.get(sys.platform, home / ".local" / "share")
    return base / "ppmid-harness" / "history.db"


def place(given: str | None = None) -> URL:
    """The database that ``given``, else ``PPMID_HISTORY``, names by URL or as a file; else this user's own.

    Raises BadInput for another kind of database, and for PostgreSQL without its driver.
    """
    named = given or os.environ.get(PLACE) or str(own_file())
    if "://" not in named:
        return URL.create(_FILE, database=named)
    try:
        url = make_url(named)
    except (ArgumentError, ValueError) as problem:
        raise BadInput("--db", "", "a URL of sqlite or postgresql, or a file", "a URL that cannot be read") from problem
    if url.drivername not in _SCHEMES:
        raise BadInput("--db", "", "a URL of sqlite or postgresql, or a file", f"one of {url.drivername}")
    url = url.set(drivername=_SCHEMES[url.drivername])
    if url.drivername == _DRIVER:
        return _server(url)
    if not url.database or url.query:
        raise BadInput("--db", "", "a URL of sqlite that names a file and nothing else", said(url))
    return url


def _server(url: URL) -> URL:
    """A server's URL, checked; without a user's name it is this user's."""
    if util.find_spec("pg8000") is None:
        raise BadInput("--db", "", "the extra for PostgreSQL (pip install 'ppmid-harness[postgres]')", "no pg8000")
    for name, value in url.query.items():
        if name != _TLS or value not in TLS:
            raise BadInput("--db", "", f"nothing after ? but {_TLS}={' or '.join(TLS)}", name)
    return url if url.username else url.set(username=getpass.getuser())


def said(url: URL) -> str:
    """How a message names a database: without its password."""
    return str(url.database) if url.drivername == _FILE else url.render_as_string(hide_password=True)


@contextmanager
def reading(given: str | None = None) -> Iterator[Session]:
    """A history that is there, to be asked; an older one is upgraded first. Raises BadInput."""
    url = place(given)
    if url.drivername == _FILE and not os.path.isfile(str(url.database)):
        raise BadInput(said(url), "", "a history, which `ppmid-harness history add` makes", "no file")
    with _session(url, make=False) as session:
        yield session


@contextmanager
def writing(given: str | None = None) -> Iterator[Session]:
    """A history to be added to, made where there is none; no other process writes meanwhile. Raises BadInput.

    What was added is there once the block ends, and nothing of it when it ends by an exception.
    """
    url = place(given)
    if url.drivername == _FILE:
        try:
            Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
        except (OSError, ValueError) as problem:
            raise BadInput(said(url), "", "a folder for the database", str(problem)) from problem
    with _session(url, make=True) as session:
        _alone(session.connection())
        yield session


@contextmanager
def _session(url: URL, *, make: bool) -> Iterator[Session]:
    engine = _engine(url, alone=make)
    try:
        with _connect(engine, said(url)) as connection:
            due = _due(connection, said(url), make=make)
        if due:
            upgrade(url)
        with Session(engine) as session, session.begin():
            yield session
    except DBAPIError as problem:
        raise BadInput(said(url), "", "a database that serves", _reason(problem)) from problem
    finally:
        engine.dispose()


def _reason(problem: DBAPIError) -> str:
    """What the driver says; pg8000 gives the fields of the server's message."""
    cause: Any = problem.orig
    if cause is not None and cause.args and isinstance(cause.args[0], dict):
        return str(cause.args[0].get("M", cause))
    return " ".join(str(cause).split())


def _engine(url: URL, *, alone: bool) -> Engine:
    """``alone``: on SQLite a transaction begins as the only one that writes."""
    if url.drivername != _FILE:
        arguments = {"timeout": _SILENCE_S, "ssl_context": _context(url.query.get(_TLS))}
        return create_engine(url.set(query={}), poolclass=NullPool, connect_args=arguments)
    engine = create_engine(url, poolclass=NullPool, connect_args={"timeout": _PATIENCE_S})

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # transactions are SQLAlchemy's, and hold what alters tables too
        connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def _began(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if alone else "BEGIN")

    return engine


def _context(mode: object) -> ssl.SSLContext | bool | None:
    """What the driver takes for it; None for TLS where the server can."""
    if mode not in TLS[1:]:
        return None if mode is None else False
    context = ssl.create_default_context()
    if mode != TLS[2]:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _connect(engine: Engine, source: str) -> Connection:
    """The first connection. Raises BadInput when what answers there is no server of this kind, and DBAPIError."""
    try:
        return engine.connect()
    except (OSError, LookupError, ValueError, TypeError, struct.error) as problem:
        raise BadInput(source, "", "a database that serves", f"{type(problem).__name__}: {problem}") from problem


def _alone(connection: Connection) -> None:
    """Wait until no other process writes; on SQLite the transaction's beginning has done so."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SET LOCAL lock_timeout = '{_PATIENCE_S}s'"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK})


def _due(connection: Connection, source: str, *, make: bool) -> bool:
    """Whether tables must be made or upgraded. Raises BadInput for tables of something else, or of a newer harness."""
    tables = inspect(connection).get_table_names()
    if VERSION_TABLE not in tables:
        if tables:
            found = ", ".join(sorted(tables)[:3])
            raise BadInput(source, "", "a history, or an empty database", f"tables of something else: {found}")
        if not make:
            raise BadInput(source, "", "a history, which `ppmid-harness history add` makes", "an empty database")
        return True
    revision = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE}).get_current_revision()
    revisions = ScriptDirectory.from_config(configuration())
    if revision is not None and revision not in {one.revision for one in revisions.walk_revisions()}:
        newest = revisions.get_current_head()
        raise BadInput(source, "", f"a history of revision {newest} or older", f"one of {revision}, by a newer harness")
    return revision != revisions.get_current_head()


def configuration(connection: Connection | None = None) -> Config:
    """What alembic is told: where the migrations are, and over which connection."""
    config = Config()
    folder = str(resources.files("ppmid_reports.history") / "migrations")
    config.set_main_option("script_location", folder.replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def upgrade(url: URL, revision: str = "head") -> None:
    """Bring the tables of a database to a revision, in one transaction."""
    engine = _engine(url, alone=True)
    try:
        with engine.begin() as connection:
            _alone(connection)
            command.upgrade(configuration(connection), revision)
    finally:
        engine.dispose()
