"""The power of a real device, by a command line of the lab: a switched socket, a relay, a place of labgrid."""

import shlex
import subprocess
from collections.abc import Callable

from ppmid_devices.operator.questions import Answered
from ppmid_devices.ports import CannotArrange, Clock

BY = "the lab's power switch"


def cycle(command: str, seconds: int) -> None:
    """Have ``command`` cut the power and give it back, within ``seconds``. Raises CannotArrange when it does not.

    Whoever calls this waits for it: not where the clock runs its calls.
    """
    words = shlex.split(command)
    try:
        done = subprocess.run(  # not ended by Ctrl-C: a device must not be left without power
            words, stdin=subprocess.DEVNULL, capture_output=True, timeout=seconds, start_new_session=True, check=False
        )
    except OSError as problem:
        raise CannotArrange(f"the power cannot be cut: {words[0]}: {problem.strerror}") from problem
    except subprocess.TimeoutExpired as problem:
        raise CannotArrange(f"the power was not cut and given back within {seconds} s: {words[0]}") from problem
    if done.returncode:
        said = (done.stderr or done.stdout).decode("utf-8", "replace").strip().splitlines()
        cause = said[-1] if said else f"exit code {done.returncode}"
        raise CannotArrange(f"the power cannot be cut: {words[0]}: {cause}")


def cycle_noted(command: str, seconds: int, clock: Clock, note: Callable[[Answered], None]) -> None:
    """As ``cycle``; ``note`` is given what was done, or that it was not, as an answer of the lab's."""
    said = None
    try:
        cycle(command, seconds)
        said = "done"
    finally:
        note(Answered(clock.now(), BY, "restart", "Cut the PPMID's power and give it back.", said))
