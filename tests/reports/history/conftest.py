"""Databases for the history: a file of SQLite, and a PostgreSQL server that the tests start and stop."""

import hashlib
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from sqlalchemy import create_engine, text

from ppmid_reports.history.intake import UNSIGNED, Taken
from ppmid_reports.run import read_run

PASSWORD = "not-shown"


@dataclass(frozen=True)
class Server:
    """A running server; ``url`` of its first database, with a password that it asks for."""

    url: str
    port: int

    def new_database(self) -> str:
        """Make one; gives its URL."""
        name = f"history_{secrets.token_hex(6)}"
        engine = create_engine(self.url.replace("postgresql", "postgresql+pg8000"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        engine.dispose()
        return self.url.removesuffix("postgres") + name


def _programs() -> Path | None:
    """The folder of a server's programs: those that are called by name may be wrappers, so the newest version's."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda one: float(one.parts[-3]))
    found = shutil.which("initdb")
    return versions[-1].parent if versions else Path(found).parent if found else None


def _certify(folder: Path) -> None:
    """A certificate for this server that nobody else trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    begins = datetime.now(UTC) - timedelta(hours=1)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, begins, begins + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "tls.crt").write_bytes(certificate.public_bytes(Encoding.PEM))
    (folder / "tls.key").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    (folder / "tls.key").chmod(0o600)


def _other_user() -> dict[str, Any]:
    """The server refuses to run as root."""
    if os.getuid() != 0:
        return {}
    user = pwd.getpwnam("nobody")
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL server of our own, on a port of this machine alone."""
    pytest.importorskip("pg8000", reason="the extra postgres is not installed")
    programs = _programs()
    if programs is None:
        pytest.skip("no PostgreSQL server is installed here (initdb, pg_ctl)")
    folder = Path(tempfile.mkdtemp(prefix="ppmid-postgres-"))
    about: dict[str, Any] = {"cwd": folder, "env": {"LC_ALL": "C", "HOME": str(folder)}, **_other_user()}
    try:
        (folder / "password").write_text(PASSWORD)
        _certify(folder)
        if "user" in about:
            for path in (folder, *folder.iterdir()):
                os.chown(path, about["user"], about["group"])
        made = ["-D", "data", "-U", "lab", "-A", "scram-sha-256", "--pwfile=password", "-E", "UTF8", "--no-sync"]
        subprocess.run([programs / "initdb", *made], check=True, capture_output=True, timeout=120, **about)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        tls = f"-c ssl=on -c ssl_cert_file={folder}/tls.crt -c ssl_key_file={folder}/tls.key"
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off {tls}"
        pg_ctl = [programs / "pg_ctl", "-D", "data", "-w", "-t", "60"]
        start = [*pg_ctl, "-l", "log", "-o", options, "start"]
        subprocess.run(start, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=90, **about)
        try:
            yield Server(f"postgresql://lab:{PASSWORD}@127.0.0.1:{port}/postgres", port)
        finally:
            subprocess.run([*pg_ctl, "-m", "immediate", "stop"], check=True, capture_output=True, timeout=90, **about)
    finally:
        with suppress(FileNotFoundError):
            shutil.rmtree(folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def db(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a new history may be, on each of the two kinds of database."""
    if request.param == "sqlite":
        return str(tmp_path / "history.db")
    url: str = request.getfixturevalue("server").new_database()
    return url


Take = Callable[..., Taken]


@pytest.fixture
def take(make_run: Callable[..., Path], tmp_path: Path) -> Take:
    """Makes a run that may be added; ``facts`` change what its record says of the run, the rest as in ``make_run``."""
    made: list[Path] = []

    def taken(*scenarios: dict[str, Any], integrity: str = UNSIGNED, fingerprint: str = "", **more: Any) -> Taken:
        facts = {"seed": 5, "mode": "regular", "iut": "ppmid", "suite": "ab" * 32, "time": "virtual"}
        record = {"run": facts | more.pop("facts", {})} | more.pop("record", {})
        given = {"scenarios": scenarios} if scenarios else {}
        folder = make_run(**given, record=record, **more).rename(tmp_path / f"run-{len(made)}")
        made.append(folder)
        digest = hashlib.sha256((folder / "record.json").read_bytes()).hexdigest()
        return Taken(read_run(folder), digest, str(folder), integrity, fingerprint)

    return taken
