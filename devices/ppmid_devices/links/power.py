"""A clock that stands still for a device without power: the calls that fall into that time do not happen."""

from collections.abc import Callable

from ppmid_devices.ports import Clock, Timer


class WhilePowered:
    """Gives the time of ``clock``; runs calls only when ``powered()`` holds at their moment."""

    def __init__(self, clock: Clock, powered: Callable[[], bool]) -> None:
        self._clock, self._powered = clock, powered

    def now(self) -> int:
        return self._clock.now()

    def call_at(self, when: int, run: Callable[[], None]) -> Timer:
        return self._clock.call_at(when, lambda: self._run(run))

    def call_later(self, delay: int, run: Callable[[], None]) -> Timer:
        return self._clock.call_later(delay, lambda: self._run(run))

    def _run(self, run: Callable[[], None]) -> None:
        if self._powered():
            run()
