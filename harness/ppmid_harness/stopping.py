"""How what runs is told to end: by Ctrl-C, or by SIGTERM, as of a CI system that cancels a job."""

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterator
from multiprocessing import connection, parent_process

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextlib.contextmanager
def terminated_as_interrupted() -> Iterator[None]:
    """SIGTERM raises KeyboardInterrupt meanwhile, as SIGINT does: what has been gathered is kept, parties are ended.

    Outside a program's main thread, where no signal arrives, nothing changes.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextlib.contextmanager
def told_by_signals(told: Callable[..., None]) -> Iterator[None]:
    """Ctrl-C and SIGTERM call ``told`` meanwhile, which interrupts where that does no harm; what is ignored stays so.

    Outside a program's main thread, where no signal arrives, nothing changes.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {one: handler for one in _SIGNALS if (handler := signal.getsignal(one)) is not signal.SIG_IGN}
    for one in before:
        signal.signal(one, told)
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


@contextlib.contextmanager
def not_interrupted(tell: Callable[[], None]) -> Iterator[None]:
    """What must not be left half done: the first Ctrl-C or SIGTERM meanwhile only calls ``tell``, the next interrupts.

    Outside a program's main thread, where no signal arrives, nothing changes.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def first(*_: object) -> None:
        for told in before:
            signal.signal(told, signal.default_int_handler)
        tell()

    before = {told: signal.signal(told, first) for told in _SIGNALS}
    try:
        yield
    finally:
        for told, handler in before.items():
            signal.signal(told, handler)


@contextlib.contextmanager
def until_told_to_end() -> Iterator[None]:
    """The body is what serves for ever, and says that it does: Ctrl-C or SIGTERM ends it, from its first line on."""
    for told in _SIGNALS:  # a shell lets what is in its background ignore the first
        signal.signal(told, signal.default_int_handler)
    with contextlib.suppress(KeyboardInterrupt):
        yield


def end_with_the_parent() -> None:
    """From now on this worker has SIGTERM from its parent alone, and sends it to itself when that is gone.

    A terminal's Ctrl-C goes to a whole process group. In one of its own a worker is told once, by who shares out.
    """
    os.setpgrp()
    parent = parent_process()
    assert parent is not None  # else this is no worker

    def watch() -> None:
        connection.wait([parent.sentinel])
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="the parent's end", daemon=True).start()
