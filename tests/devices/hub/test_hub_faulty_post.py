"""Each fault of a hub in how it keeps post, or tells a PPMID of others', shows; and only as what it is."""

import pytest
from home_parts import ESME, GSME, PPMID, answer_to, command
from hub_home import Home

from ppmid_devices.hub import faulty_mailbox, faulty_telling
from ppmid_devices.hub.simulated import SimulatedHub
from ppmid_devices.ports import HOUR

BY_WAN, BY_PPMID, LAST = (command(GSME, counter) for counter in (11, 12, 13))


def fetched(kind: type[SimulatedHub]) -> list[tuple[int, bytes]]:
    """What a gas meter is given at one wake, and how many are said to remain: one came, then one relayed, then one."""
    home = Home(kind, relay="commands")
    home.from_wan(BY_WAN)
    home.send(PPMID, BY_PPMID)
    home.from_wan(LAST)
    answers = [home.get()]
    while answers[-1].remaining:
        answers.append(home.get())
    return [(one.remaining, one.message) for one in answers]


A, B, C = (one.encode() for one in (BY_WAN, BY_PPMID, LAST))


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (SimulatedHub, [(2, A), (1, B), (0, C)]),
        (faulty_mailbox.HandsOutTheNewestFirst, [(2, C), (1, B), (0, A)]),
        (faulty_mailbox.ServesThePpmidFirst, [(2, B), (1, A), (0, C)]),
        (faulty_mailbox.HandsOutTwice, [(3, A), (3, B), (3, C), (2, A), (1, B), (0, C)]),
        (faulty_mailbox.TellsOfNoMore, [(0, A)]),
        (faulty_mailbox.KeepsTheLatestAlone, [(0, C)]),
        (faulty_mailbox.EmptiesTheBoxWithTheOldest, [(2, A), (1, B), (0, C)]),
    ],
)
def test_what_waited_goes_out_as_the_fault_has_it(kind: type[SimulatedHub], given: list[tuple[int, bytes]]) -> None:
    assert fetched(kind) == given


@pytest.mark.parametrize(
    ("kind", "left"),
    [
        (SimulatedHub, C),
        (faulty_mailbox.EmptiesTheBoxWithTheOldest, b""),
        (faulty_mailbox.GivesUpAndHandsOut, A),
    ],
)
def test_when_the_time_of_the_oldest_is_over_the_later_one_stays(kind: type[SimulatedHub], left: bytes) -> None:
    home = Home(kind)
    home.from_wan(BY_WAN)
    home.run(23 * HOUR)
    home.from_wan(LAST)
    home.run(2 * HOUR)
    assert home.get().message == left


def told(kind: type[SimulatedHub]) -> list[bytes]:
    """What a PPMID is given that brought a Command itself, while others come and are answered over the SM WAN."""
    home = Home(kind, relay="commands")
    home.send(PPMID, command(ESME, 5))
    home.send(ESME, answer_to(command(ESME, 5)))
    home.from_wan(command(ESME, 6))
    home.send(ESME, answer_to(command(ESME, 6)))
    return home.heard[PPMID]


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        (SimulatedHub, []),
        (faulty_telling.CopiesCommandsToThePpmid, [command(ESME, 6)]),
        (faulty_telling.CopiesAnswersToThePpmid, [answer_to(command(ESME, 6))]),
    ],
)
def test_a_ppmid_is_told_of_others_by_a_faulty_hub_alone(kind: type[SimulatedHub], more: list[object]) -> None:
    assert told(kind) == [answer_to(command(ESME, 5)).encode(), *(one.encode() for one in more)]  # type: ignore[attr-defined]
