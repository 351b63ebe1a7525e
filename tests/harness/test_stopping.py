"""What runs is told to end by a signal, and ends well."""

import signal
from collections.abc import Iterator

import pytest

from ppmid_harness.stopping import not_interrupted, terminated_as_interrupted, told_by_signals, until_told_to_end


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    """What this process does on either signal is what it did before."""
    before = {told: signal.getsignal(told) for told in (signal.SIGINT, signal.SIGTERM)}
    yield
    for told, handler in before.items():
        signal.signal(told, handler)


@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM])
def test_what_serves_is_ended_from_its_first_line_on_though_a_shell_had_it_ignore_that(told: signal.Signals) -> None:
    signal.signal(told, signal.SIG_IGN)
    lines = []
    with until_told_to_end():
        signal.raise_signal(told)
        lines.append("served on")
    assert not lines


def test_sigterm_is_ctrl_c_within_and_what_it_was_before_outside() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    with pytest.raises(KeyboardInterrupt), terminated_as_interrupted():
        signal.raise_signal(signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN


def test_either_signal_is_told_and_what_is_ignored_stays_so() -> None:
    def before(*_: object) -> None:
        """Never called."""

    told: list[object] = []
    signal.signal(signal.SIGINT, before)
    signal.signal(signal.SIGTERM, before)
    with told_by_signals(lambda number, _: told.append(number)):
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGTERM)
    assert told == [signal.SIGINT, signal.SIGTERM]
    assert signal.getsignal(signal.SIGINT) is signal.getsignal(signal.SIGTERM) is before
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with told_by_signals(lambda *_: told.clear()):
        signal.raise_signal(signal.SIGINT)
    assert len(told) == 2


@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM])
def test_what_must_not_be_left_half_done_is_ended_by_the_second_signal_alone(told: signal.Signals) -> None:
    signal.signal(told, signal.SIG_IGN)
    said = []
    with not_interrupted(lambda: said.append("once more")):
        signal.raise_signal(told)
        assert said == ["once more"]
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(told)
    assert (said, signal.getsignal(told)) == (["once more"], signal.SIG_IGN)


def test_what_else_goes_wrong_is_told() -> None:
    with pytest.raises(ZeroDivisionError), until_told_to_end():
        raise ZeroDivisionError
