"""The runs that the console has begun: processes of ``ppmid-harness run``, each with a desk for its operators."""

import os
import signal
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from ppmid_bench.errors import BadInput
from ppmid_harness.console.desk import Desk
from ppmid_harness.plan import Options
from ppmid_harness.run_command import run_command

_TOLD = 2000
_PATIENCE_S = 60


class BegunRun:
    """One run. What it writes to standard error is kept until the console ends."""

    def __init__(self, name: str, command: Callable[[Path], list[str]], folder: Path) -> None:
        self.name = name
        self._place = tempfile.TemporaryDirectory(prefix="ppmid-console-")  # its owner's alone
        place = Path(self._place.name)
        self.desk = Desk(place)
        self._errors = place / "stderr"
        with self._errors.open("wb") as errors:
            self._process = subprocess.Popen(
                command(self.desk.path),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                cwd=folder,
                start_new_session=True,  # Ctrl-C is the console's to pass on
            )

    @property
    def is_going(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    @property
    def exit_code(self) -> int | None:
        """Its exit code, once it has ended."""
        return self._process.poll()

    @property
    def told(self) -> str:
        """What it has written to standard error, the end of it."""
        return self._errors.read_bytes()[-_TOLD:].decode("utf-8", "replace").strip()

    def stop(self) -> None:
        """Tell it and all its processes to end: by SIGTERM, for a shell has what is in its background ignore SIGINT."""
        if self.is_going:
            os.killpg(self._process.pid, signal.SIGTERM)

    def wait(self) -> None:
        """Wait until it has ended and has written what is done; one that does not is killed, and can be resumed."""
        try:
            self._process.wait(_PATIENCE_S)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def close(self) -> None:
        """Give up its desk and what it has told."""
        self.desk.close()
        self._place.cleanup()


class Begun:
    """All of them, by name."""

    def __init__(self, runs: Path, folder: Path) -> None:
        self._runs, self._folder = runs, folder
        self._all: dict[str, BegunRun] = {}

    def begin(self, options: Options, runner: str) -> BegunRun:
        """Begin a run, in a new folder among the runs. Raises BadInput when it cannot be begun."""
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}-console"
        out = (self._runs / name).absolute()

        def command(desk: Path) -> list[str]:
            return run_command(
                replace(options, desk=desk),
                runner=runner,
                out=out,
            )

        try:
            run = self._all[name] = BegunRun(name, command, self._folder)
        except OSError as problem:
            raise BadInput(str(self._folder), "", "a run that can be begun", problem.strerror or "") from problem
        return run

    def get(self, name: str) -> BegunRun | None:
        """The run of this name, if the console has begun it."""
        return self._all.get(name)

    @property
    def going(self) -> list[BegunRun]:
        """Those that still run."""
        return [run for run in self._all.values() if run.is_going]

    def close(self) -> None:
        """Stop what still runs, and wait for it: what is done is written."""
        going = self.going
        for run in going:
            run.stop()
        for run in going:
            run.wait()
        for run in self._all.values():
            run.close()
