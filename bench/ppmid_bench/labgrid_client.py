"""A place of a labgrid coordinator, by the program ``labgrid-client``: acquired, looked at, and released.

A program, and not labgrid's library: that is no stable interface, brings gRPC into this process, and its pyserial
overwrites the one of PyPI. So labgrid may be installed anywhere.
"""

import ast
import re
import shlex
import subprocess
from collections.abc import Mapping
from typing import Annotated, Any

import msgspec

from ppmid_bench.errors import HarnessFault

_BLOCK = re.compile(r"^\w+ resource '.*?' \(.*?\):\n((?:[ \t].*\n?)+)", re.M)
_TOKEN = re.compile(r"LG_TOKEN=(\w+)")
_OFF_S = 2

Seconds = Annotated[int, msgspec.Meta(ge=0)]


class LabTable(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What ``[lab]`` says: which place, of which coordinator, by which program.

    ``answer_s``: how long the program may take for one thing. ``wait_s``: how long a place that somebody has is waited
    for, by a reservation.
    """

    place: str
    coordinator: str = "127.0.0.1:20408"
    client: str = "labgrid-client"
    answer_s: Annotated[int, msgspec.Meta(ge=1)] = 20
    wait_s: Seconds = 0


class LabPlace:
    """The place of a run. All of it raises HarnessFault, one sentence with what labgrid says."""

    def __init__(self, table: LabTable) -> None:
        self._table = table
        self._held = False
        self._token = ""

    def acquire(self) -> Mapping[str, Mapping[str, Any]]:
        """Have the place for oneself; gives the parameters of its resources by their classes."""
        table, name = self._table, self._table.place
        if table.wait_s:
            self._reserve()
        try:
            self._run(f"+{self._token}" if self._token else name, "acquire")
        except _Interrupted as interrupted:
            self._held = interrupted.done
            raise KeyboardInterrupt from interrupted
        self._held = True
        return resources(self._run(name, "show"))

    def release(self) -> None:
        """Give it back, if it was acquired here; may be asked for again."""
        held, self._held = self._held, False
        token, self._token = self._token, ""
        try:
            if held:
                self._run(self._table.place, "release")
        finally:
            if token:
                self._run("", "cancel-reservation", token)

    @property
    def power_cycle(self) -> str:
        """The command line that cuts the power of the place's device and gives it back."""
        return shlex.join(self._words(self._table.place, "power", "cycle", "-t", str(_OFF_S)))

    def _reserve(self) -> None:
        found = _TOKEN.search(self._run("", "reserve", "--shell", f"name={self._table.place}"))
        if found is None:
            raise HarnessFault(f"labgrid has given no token for a reservation of {self._table.place}")
        self._token = found[1]
        try:
            self._run("", "wait", self._token, seconds=self._table.wait_s)
        except HarnessFault:
            self.release()  # acquiring it says who has it

    def _words(self, place: str, *words: str) -> list[str]:
        table = self._table
        return [table.client, "-x", table.coordinator, *(["-p", place] if place else []), *words]

    def _run(self, place: str, *words: str, seconds: int = 0) -> str:
        """Run the program; gives what it prints. It is not ended by Ctrl-C, so that one knows what it has done."""
        table, seconds = self._table, seconds or self._table.answer_s
        what = f"labgrid at {table.coordinator}, place {table.place}, {words[0]}"
        try:
            process = subprocess.Popen(
                self._words(place, *words),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                start_new_session=True,
            )
        except OSError as problem:
            raise HarnessFault(f"{what}: {table.client}: {problem.strerror}") from problem
        with process:
            try:
                said, complained = process.communicate(timeout=seconds)
            except subprocess.TimeoutExpired as problem:
                process.kill()
                raise HarnessFault(f"{what}: no answer within {seconds} s") from problem
            except KeyboardInterrupt as problem:
                raise _Interrupted(_ended(process, seconds) == 0) from problem
        if process.returncode:
            last = (complained.strip() or said.strip() or f"exit code {process.returncode}").splitlines()[-1]
            raise HarnessFault(f"{what}: {last.removeprefix('labgrid-client: ')}")
        return said


class _Interrupted(KeyboardInterrupt):
    """Ctrl-C came while the program ran; ``done``: it did its work all the same."""

    def __init__(self, done: bool) -> None:
        self.done = done
        super().__init__()


def _ended(process: "subprocess.Popen[str]", seconds: int) -> int | None:
    try:
        process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
    return process.returncode


def resources(shown: str) -> dict[str, dict[str, Any]]:
    """The parameters of each resource, by its class, out of what ``show`` prints. Raises HarnessFault."""
    found: dict[str, dict[str, Any]] = {}
    for block in _BLOCK.findall(shown):
        try:
            entry = ast.literal_eval(block.strip())
            found.setdefault(entry["cls"], entry["params"])
        except (ValueError, SyntaxError, KeyError, TypeError) as problem:
            raise HarnessFault(f"what labgrid shows of a resource cannot be read: {block.strip()[:80]}") from problem
    return found
