"""The vendor's example as a program that falls silent: stopped as a process, with its lines open, in mid-scenario.

``python silent_ppmid_wall.py WHEN COUNTER ARGUMENTS…``; WHEN: ``first-word`` (once it has said the first word about a
request) or ``never-spoke`` (before it says anything on the avenue). Every second start of it is sound: COUNTER is a
file that counts.
"""

import os
import signal
import sys
from pathlib import Path
from typing import Any

from vendor_ppmid import ppmid, sealed
from vendor_ppmid.__main__ import main

when, counter = sys.argv[1], Path(sys.argv[2])
del sys.argv[1:3]
starts = int(counter.read_text()) if counter.exists() else 0
counter.write_text(str(starts + 1))


def stop() -> None:
    os.kill(os.getpid(), signal.SIGSTOP)


if starts % 2 == 0 and when == "first-word":
    take = ppmid.Ppmid.take

    def take_and_stop(self: ppmid.Ppmid, request: sealed.Request) -> None:
        """Say that it was received, let that go out, and hang."""
        import asyncio

        self._say([7, request.id, 0, None, "received"])
        asyncio.get_running_loop().call_later(0.5, stop)

    ppmid.Ppmid.take = take_and_stop  # type: ignore[method-assign]
elif starts % 2 == 0:

    def capabilities(_: Any) -> list[Any]:
        stop()
        raise AssertionError("it goes on only once it is killed")

    ppmid.Ppmid.capabilities = capabilities  # type: ignore[assignment, method-assign]

main()
