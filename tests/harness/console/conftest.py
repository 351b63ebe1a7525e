"""A console over a folder with a conformant and a faulty run, and how tests speak to it.

It is a process of its own where Ctrl-C or an option of the command line is what is tested, and where all read; else a
thread.
"""

import http.client
import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from waiting_wall import LONG_S

from ppmid_harness.cli import execute

TOP_UP = "commands-through-the-ppmid/a-top-up-command-and-the-meters-response"
STEM = TOP_UP.replace("/", "__")
FAULTY = """[bench]
device = "Faulty PPMID"
[parties.ppmid]
adapter = "ppmid_devices.ppmid.faulty:DropsResponses"
"""


@dataclass
class Answer:
    """What a console has answered."""

    status: int
    headers: Mapping[str, str]
    text: str


class Visitor:
    """A browser without scripts, as far as the console can tell: it keeps the cookie, and sends forms."""

    def __init__(self, address: str) -> None:
        found = re.fullmatch(r"http://([^:/]+):(\d+)/", address)
        assert found
        self.host, self.port = found[1], int(found[2])
        self.origin = address.rstrip("/")
        self.cookie = ""

    def ask(self, method: str, path: str, body: str | None = None, headers: Mapping[str, str] | None = None) -> Answer:
        line = http.client.HTTPConnection(self.host, self.port, timeout=LONG_S)
        try:
            line.request(method, path, body, {"Cookie": self.cookie, **(headers or {})})
            found = line.getresponse()
            answer = Answer(found.status, {k.lower(): v for k, v in found.getheaders()}, found.read().decode())
        finally:
            line.close()
        self.cookie = answer.headers.get("set-cookie", self.cookie).partition(";")[0]
        return answer

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, headers=headers)

    def send(self, form_of: str, path: str, headers: Mapping[str, str] | None = None, **fields: Any) -> Answer:
        """Send the form that stands on the page ``form_of``, with these fields."""
        page = self.get(form_of).text
        hidden = (re.search(f'name="{name}" value="([^"]*)"', page) for name in ("form", "as-of"))
        form, as_of = (one[1] if one else "" for one in hidden)
        given = {"form": form, "as-of": as_of, **fields}
        common = {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.origin}
        return self.ask("POST", path, urlencode(given, doseq=True), common | dict(headers or {}))


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two runs, ``runs/good`` and ``runs/faulty``."""
    folder = tmp_path_factory.mktemp("console")
    (folder / "faulty.toml").write_text(FAULTY, encoding="utf-8")
    assert execute(["run", "--only", TOP_UP, "--out", str(folder / "runs" / "good")]) == 0
    bench = ["--bench", str(folder / "faulty.toml")]
    assert execute(["run", "--only", TOP_UP, *bench, "--out", str(folder / "runs" / "faulty")]) == 1
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may change."""
    return Path(shutil.copytree(made, tmp_path / "place"))


Start = Callable[..., Any]


@contextmanager
def started(folder: Path, *options: str) -> Iterator[str]:
    """A console; gives its address, and sees that Ctrl-C ends it well."""
    command = [sys.executable, "-m", "ppmid_harness", "console", "runs", *options]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as console:
        assert console.stdout is not None
        try:
            found = re.search(r"http://[^ ]+", console.stdout.readline())
            assert found
            yield found[0]
        finally:
            os.kill(console.pid, signal.SIGINT)
            _, error = console.communicate(timeout=LONG_S)
    assert (console.returncode, error) == (0, "")


@contextmanager
def served(folder: Path, *, token: str | None = None, history: str | None = None) -> Iterator[str]:
    """A console in a thread; gives its address. At the end it stops its runs, and has had no fault."""
    import uvicorn

    from ppmid_harness.console import serving

    servers: queue.Queue[uvicorn.Server] = queue.Queue()
    told: queue.Queue[str] = queue.Queue()
    faults: list[Exception] = []

    class Kept(uvicorn.Server):
        """One that the test can end."""

        def __init__(self, config: uvicorn.Config) -> None:
            super().__init__(config)
            servers.put(self)

    def serve() -> None:
        where = (folder / "runs", folder, "127.0.0.1", 0)
        serving.serve(*where, token, None, history=history, show=False, tell=told.put, fault=faults.append)

    thread = threading.Thread(target=serve)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(serving.uvicorn, "Server", Kept)
        thread.start()
        server, line = servers.get(timeout=LONG_S), told.get(timeout=LONG_S)
    try:
        found = re.search(r"http://[^ ]+", line)
        assert found
        yield found[0]
    finally:
        server.should_exit = True
        thread.join(LONG_S)
    assert (thread.is_alive(), faults) == (False, [])


@pytest.fixture(scope="session")
def address(made: Path) -> Iterator[str]:
    """The address of a console over the two runs, which no test changes."""
    with started(made) as found:
        yield found


@pytest.fixture
def visitor(address: str) -> Visitor:
    return Visitor(address)


@pytest.fixture
def start() -> Start:
    """Starts a console over a folder of a test's own."""
    return served


@pytest.fixture
def start_process() -> Start:
    """The same as a process of its own, which Ctrl-C ends."""
    return started


@pytest.fixture
def visit() -> Callable[[str], Visitor]:
    return Visitor
