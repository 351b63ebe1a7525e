"""A PostgreSQL server of our own, on a port of this machine alone."""

import os
import pwd
import secrets
import shutil
import socket
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from sqlalchemy import create_engine, text
from waiting_wall import LONG_S

PASSWORD = "not-shown"

_TRIES = 5


@dataclass(frozen=True)
class Server:
    """A running server; ``url`` of its first database, with a password that it asks for."""

    url: str
    port: int

    def new_database(self) -> str:
        """Make one; gives its URL."""
        name = f"history_{secrets.token_hex(6)}"
        self._told(f"CREATE DATABASE {name}")
        return self.url.removesuffix("postgres") + name

    def drop(self, url: str) -> None:
        """Have a database gone, whoever reads it."""
        self._told(f"DROP DATABASE {url.rpartition('/')[2]} WITH (FORCE)")

    def _told(self, statement: str) -> None:
        engine = create_engine(self.url.replace("postgresql", "postgresql+pg8000"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()


def programs() -> Path | None:
    """The folder of a server's programs: those that are called by name may be wrappers, so the newest version's."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda one: float(one.parts[-3]))
    found = shutil.which("initdb")
    return versions[-1].parent if versions else Path(found).parent if found else None


@contextmanager
def serving(programs: Path) -> Iterator[Server]:
    """Make a server of these programs and start it; it is stopped, and its folder gone, at the end."""
    folder = Path(tempfile.mkdtemp(prefix="ppmid-postgres-", dir=_open_place()))
    about: dict[str, Any] = {"cwd": folder, "env": {"LC_ALL": "C", "HOME": str(folder)}, **_other_user()}
    try:
        (folder / "password").write_text(PASSWORD)
        _certify(folder)
        if "user" in about:
            for path in (folder, *folder.iterdir()):
                os.chown(path, about["user"], about["group"])
        made = ["-D", "data", "-U", "lab", "-A", "scram-sha-256", "--pwfile=password", "-E", "UTF8", "--no-sync"]
        subprocess.run([programs / "initdb", *made], check=True, capture_output=True, timeout=LONG_S, **about)
        port = _started(programs, folder, about)
        try:
            yield Server(f"postgresql://lab:{PASSWORD}@127.0.0.1:{port}/postgres", port)
        finally:
            stop = [programs / "pg_ctl", "-D", "data", "-w", "-t", "60", "-m", "immediate", "stop"]
            subprocess.run(stop, check=True, capture_output=True, timeout=LONG_S, **about)
    finally:
        with suppress(FileNotFoundError):
            shutil.rmtree(folder)


def _started(programs: Path, folder: Path, about: dict[str, Any]) -> int:
    """Start it; gives its port. It takes no port 0, so one that was free is tried: another may have taken it since."""
    for _ in range(_TRIES):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port: int = free.getsockname()[1]
        tls = "-c ssl=on -c ssl_cert_file=../tls.crt -c ssl_key_file=../tls.key"  # from its data: no path to be quoted
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off {tls}"
        start = [programs / "pg_ctl", "-D", "data", "-w", "-t", "60", "-l", "log", "-o", options, "start"]
        silent: dict[str, Any] = {
            "stdout": subprocess.DEVNULL,
            "stderr": subprocess.DEVNULL,
        }  # it would keep a pipe open
        if subprocess.run(start, check=False, timeout=LONG_S, **silent, **about).returncode == 0:
            return port
    raise AssertionError((folder / "log").read_text())


def _other_user() -> dict[str, Any]:
    """The server refuses to run as root."""
    if os.getuid() != 0:
        return {}
    user = pwd.getpwnam("nobody")
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _open_place() -> str:
    """Where folders are made, or the system's own place for them where that is closed to another user."""
    given = Path(tempfile.gettempdir()).resolve()
    is_open = all(folder.stat().st_mode & stat.S_IXOTH for folder in (given, *given.parents))
    return str(given) if is_open or os.getuid() != 0 else "/tmp"


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
