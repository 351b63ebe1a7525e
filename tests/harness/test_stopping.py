"""What runs is told to end by a signal, and ends well."""

import signal
from collections.abc import Iterator

import pytest

from ppmid_harness.stopping import not_interrupted, terminated_as_interrupted, until_told_to_end


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
