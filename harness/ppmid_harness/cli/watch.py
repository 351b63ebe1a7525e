"""``ppmid-harness run --watch``: the run in a process of its own, again whenever what it is made of has changed."""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ppmid_harness.cli.output import emit

if TYPE_CHECKING:
    from ppmid_harness.plan import Options

_MOST_NAMED = 3


def watch(options: "Options", command: Sequence[str], refused: Mapping[str, object]) -> int:
    """Run ``command`` until Ctrl-C; gives the exit code of the last run. ``refused``: options that do not go with it.

    Each run is a new process: steps and adapters are read anew. Raises BadInput.
    """
    from ppmid_bench.errors import BadInput
    from ppmid_harness import watching

    given = next((name for name, value in refused.items() if value), "")
    if given:
        raise BadInput("--watch", "", "runs with a folder each, told to a person", given)
    while True:
        before = watching.seen(options)
        code = _run(command)
        try:
            emit("watching; Ctrl-C ends", sys.stderr)
            changed = watching.changed(before, options)
        except KeyboardInterrupt:
            return code
        named = ", ".join(path.name for path in changed[:_MOST_NAMED])
        emit(f"\nchanged: {named}{' and more' if len(changed) > _MOST_NAMED else ''}", sys.stderr)


def _run(command: Sequence[str]) -> int:
    """One run. Ctrl-C reaches it as it reaches us: it is waited for, and then raised."""
    with subprocess.Popen(command) as run:
        try:
            return run.wait()
        except KeyboardInterrupt:
            run.wait()
            raise
