"""Waiting in wall-clock time for what another process or thread does."""

import time
from collections.abc import Callable
from typing import Any

LONG_S = 300.0
"""Longer than anything takes on a machine that is full: it judges nothing, and only ends what hangs."""

_LOOKS_S = 0.02


def until(what: Callable[[], Any], seconds: float = LONG_S, *, told: str = "it") -> Any:
    """What is found, once it is true; an AssertionError that says ``told`` where it does not become so in time."""
    end = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < end, f"{told} did not come to be in {seconds} s"
        time.sleep(_LOOKS_S)
    return found
