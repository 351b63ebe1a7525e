"""How what runs is told to end: by Ctrl-C, or by SIGTERM, as of a CI system that cancels a job."""

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from multiprocessing import connection, parent_process

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextlib.contextmanager
def _handled(handler: Callable[..., object], signals: Iterable[signal.Signals]) -> Iterator[None]:
    """``handler`` takes these signals meanwhile. Outside a program's main thread none arrives, and nothing changes."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {told: signal.signal(told, handler) for told in signals}
    try:
        yield
    finally:
        for told, was in before.items():
            signal.signal(told, was)


def terminated_as_interrupted() -> AbstractContextManager[None]:
    """SIGTERM raises KeyboardInterrupt meanwhile, as SIGINT does: what has been gathered is kept, parties are ended."""
    return _handled(signal.default_int_handler, (signal.SIGTERM,))


def told_by_signals(told: Callable[..., None]) -> AbstractContextManager[None]:
    """Ctrl-C and SIGTERM call ``told`` meanwhile, which interrupts where it does no harm; what is ignored stays so."""
    return _handled(told, [one for one in _SIGNALS if signal.getsignal(one) is not signal.SIG_IGN])


def not_interrupted(tell: Callable[[], None]) -> AbstractContextManager[None]:
    """What must not be left half done: the first Ctrl-C or SIGTERM only calls ``tell``, the next interrupts."""

    def first(*_: object) -> None:
        for told in _SIGNALS:
            signal.signal(told, signal.default_int_handler)
        tell()

    return _handled(first, _SIGNALS)


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
