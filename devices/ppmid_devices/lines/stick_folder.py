"""A USB stick as a folder: where it is mounted, at the harness and at the PPMID, with the pair of files on it.

Parties say and hear blocks of files, as over the simulated avenue; here those become whole files, written under another
name and then renamed, so that one that was pulled too early holds the old file or none. Files are touched by a thread.
"""

import contextlib
import os
import queue
import stat
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import ClassVar

from ppmid_devices.lines.ends import End, LineFault, LineSettings, NotUsable
from ppmid_devices.lines.real_line import RealLine
from ppmid_devices.links import stick_access
from ppmid_devices.links.stick_access import Ask, Assembly
from ppmid_protocols.local_interface import stick
from ppmid_protocols.local_interface.stick import LARGEST_FILE, Direction

_LOOKS_S = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class StickSettings(LineSettings):
    """``folder``: where the stick is mounted. ``at_ppmid``, for a rehearsal: where it is while it is in the PPMID.

    Without ``at_ppmid`` both ends see the folder, as they see the mass storage that a PPMID itself offers.
    """

    paths: ClassVar[tuple[str, ...]] = ("folder", "at_ppmid")

    folder: str
    at_ppmid: str = ""

    def require(self) -> None:
        """As every line; a stick that is not in yet may still come."""
        if self.at_ppmid and Path(self.folder).parent != Path(self.at_ppmid).parent:
            raise NotUsable("at_ppmid", f"a folder beside {self.folder}", self.at_ppmid)


@dataclass(frozen=True, slots=True, kw_only=True)
class PpmidStickSettings(LineSettings):
    """The PPMID's end: where a stick is while it is in. Its patience has no end."""

    paths: ClassVar[tuple[str, ...]] = ("folder",)

    folder: str
    patience_s: int = 0


class _StickLine(RealLine):
    """A thread that looks at one file of a folder and does what it is asked to with the other."""

    def __init__(self, end: End, settings: LineSettings, folder: Path, direction: Direction) -> None:
        self._reads = stick.file_name(end.ppmid, direction)
        self._writes = stick.file_name(end.ppmid, next(one for one in Direction if one is not direction))
        self._folder = folder
        self._jobs: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._enough = threading.Event()
        self._thread: threading.Thread | None = None
        super().__init__(end, settings)

    def _open(self) -> None:
        self._writing = Assembly(self._writes)
        self._enough = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(self._enough,), name=f"{self.name} stick", daemon=True)
        self._thread.start()

    def _shut(self) -> None:
        self._enough.set()
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.join()

    def _put(self, frame: bytes) -> None:
        """A block of the file that is written here, or the wish for the one that is read."""
        said = stick_access.decode(frame)
        if isinstance(said, Ask):
            self._jobs.put(partial(self._give, said.name))
            return
        if said.offset == 0:
            self._writing = Assembly(self._writes)
        whole = self._writing.add(said)
        if whole is not None or (said.name == self._writes and said.length == 0):
            self._jobs.put(partial(self._write, whole or b""))

    def _left(self, why: str) -> None:
        super()._left(why)
        self._expect()

    def _hear_file(self, name: str, data: bytes) -> None:
        for block in stick_access.blocks(name, data):
            self._heard(block)

    # In the thread.

    def _run(self, enough: threading.Event) -> None:
        there, last = False, b""
        while not enough.is_set():
            if self._folder.is_dir() != there:
                there = not there
                last = (self._read() or b"") if there else b""
                self._post(self._came if there else partial(self._left, f"there is no {self._folder}"))
            elif there:
                last = self._look_again(last)
            with contextlib.suppress(queue.Empty):
                job = self._jobs.get(timeout=_LOOKS_S)
                try:
                    job()
                except OSError as problem:
                    if self._folder.is_dir():  # else it was pulled meanwhile, which the next look tells
                        self._post(partial(self._broken, f"{self._folder}: {problem}"))

    def _look_again(self, last: bytes) -> bytes:
        """Tell of a file that has changed and is whole or stays as it is; gives what is known of it now."""
        found = self._read() or b""
        if found != last and found == (self._read() or b""):
            self._post(partial(self._changed_to, found))
            return found
        return last

    def _read(self) -> bytes | None:
        with contextlib.suppress(OSError):  # a stick that is being pulled: the folder will not be there
            return read(self._folder / self._reads)
        return None

    def _give(self, name: str) -> None:
        data = read(self._folder / name) if name == self._reads else None
        self._post(partial(self._hear_file, name, data or b""))

    def _write(self, data: bytes) -> None:
        write(self._folder / self._writes, data)
        self._written()

    def _written(self) -> None:
        """The file that is written here is there, whole."""

    # Where the clock runs its calls.

    def _changed_to(self, data: bytes) -> None:
        """The file that is read here has changed."""

    def _broken(self, why: str) -> None:
        """A file could not be touched."""
        self._note(why)


class StickHarnessEnd(_StickLine):
    """Writes what the carrier brings while the stick is here, puts it into the PPMID, and takes what that wrote."""

    def __init__(self, end: End, settings: StickSettings) -> None:
        self._here, self._at_ppmid = Path(settings.folder), Path(settings.at_ppmid or settings.folder)
        super().__init__(end, settings, self._here, Direction.FROM_PPMID)

    def close(self) -> None:
        super().close()
        self._take_back()

    def _look(self) -> str:
        return f"Look whether a stick is mounted on {self._here}"

    def _came(self) -> None:
        """The stick is here: have the carrier write its file on it. A PPMID would ask for it now."""
        super()._came()
        receive = self._receivers[self._end.here]
        receive(self._end.there, Ask(self._writes).encode())

    def _written(self) -> None:
        """Into the PPMID with it."""
        if self._folder != self._at_ppmid:
            self._folder.rename(self._at_ppmid)
            self._folder = self._at_ppmid

    def _changed_to(self, data: bytes) -> None:
        self._last = data
        self._hear_file(self._reads, data)

    def _broken(self, why: str) -> None:
        raise LineFault(f"{self.name}: the stick is of no use. Look whether it is full, worn or write-protected: {why}")

    def _open(self) -> None:
        self._last = b""
        self._folder = self._here
        super()._open()

    def _shut(self) -> None:
        """Out of the PPMID, with what it holds by then."""
        was_there = self._thread is not None
        super()._shut()
        if was_there and not self._closed:
            found = self._read() or b""
            if found not in (b"", self._last):
                self._changed_to(found)
            self._take_back()

    def _take_back(self) -> None:
        if self._folder != self._here and self._folder.is_dir():
            self._folder.rename(self._here)
        self._folder = self._here


class StickPpmidEnd(_StickLine):
    """Reads its file when a stick is put in, and when the file changes on one that is in; writes its own."""

    def __init__(self, end: End, settings: PpmidStickSettings) -> None:
        super().__init__(end, settings, Path(settings.folder), Direction.TO_PPMID)

    def _changed_to(self, data: bytes) -> None:  # noqa: ARG002 - it is read anew
        self._left("its file has changed")
        self._came()


def read(path: Path) -> bytes | None:
    """The octets of a file, one more than the largest at most; None where there is none. Raises OSError."""
    try:
        number = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return None
    with open(number, "rb") as file:
        if not stat.S_ISREG(os.fstat(number).st_mode):
            raise OSError(f"{path} is no file")
        return file.read(LARGEST_FILE + 1)


def write(path: Path, data: bytes) -> None:
    """Put a file there as a whole, or none where there are no octets. Raises OSError."""
    if not data:
        path.unlink(missing_ok=True)
        return
    other = path.with_suffix(f".TM{path.suffix[1]}")  # of its own: both files may be written at once
    with open(other, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    other.replace(path)
