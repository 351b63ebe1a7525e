"""What a flood leaves, from evidence made by hand."""

from typing import Any

from ppmid_bench.evidence import Entry, Log
from ppmid_bench.risk.service import Answers, Service, service, together
from ppmid_devices import roles
from ppmid_devices.ports import MINUTE, SECOND
from ppmid_protocols.eui import Eui

GAS = Eui.parse("00-DB-12-34-56-78-90-B0")
ESME = Eui.parse("00-DB-12-34-56-78-90-A0")
END = 30 * MINUTE


class Story:
    """Requests and their answers; ``t`` in nanoseconds from the beginning of the flood."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def add(self, t: int, link: str, sender: str, receiver: str, what: str, **fields: Any) -> None:
        octets = bytes(100) if link == "han" else None
        self.entries.append(Entry(len(self.entries), t, link, sender, receiver, what, octets, fields))

    def asks(self, t: int, device: Eui = ESME, cv: int = 1, *, after: int | None = SECOND) -> None:
        request = f"supplier:{device}:{len(self.entries)}"
        self.add(t, "duis", roles.DCC_USER, roles.DCC, "request", srv="4.18", cv=cv, request=request)
        if after is not None:
            gbcs = {"cra": "response", "success": True, "request": request}
            link, what = ("wan", "gbcs") if cv == 1 else ("avenue", "command-response")
            self.add(t + after, link, roles.HUB, roles.DCC, what, gbcs=gbcs)

    def floods(self, count: int, reached: int) -> None:
        for number in range(count):
            gbcs = {"cra": "command", "request": f"junk:{number}"}
            self.add(number, "han", roles.PPMID, roles.HUB, "tunnel", gbcs=gbcs)
            if number < reached:
                self.add(number, "han", roles.HUB, roles.ESME, "tunnel", gbcs=gbcs)

    def told(self) -> Service:
        return service(Log(tuple(self.entries)), roles.ESME, GAS, 0, END, within_s=30)


def test_shares_are_of_what_was_answered_in_time() -> None:
    story = Story()
    story.asks(0)
    story.asks(MINUTE, after=None)
    story.asks(2 * MINUTE, after=31 * SECOND)
    story.asks(3 * MINUTE, GAS, after=3600 * SECOND)
    found = story.told()
    assert (found.esme, found.gsme) == (Answers((1.0, None, 31.0)), Answers((3600.0,)))
    assert (found.local, found.display) == (Answers(()), Answers(()))
    assert [found.esme.kept(within) for within in (30, 31)] == [1 / 3, 2 / 3]
    assert (found.esme.given, found.local.kept(30)) == ([1.0, 31.0], None)
    assert found.lost == 1  # what the DCC holds an answer to never crossed this HAN


def test_what_reaches_the_meter_of_a_flood_is_less_than_what_is_offered() -> None:
    story = Story()
    story.floods(10, reached=4)
    found = story.told()
    assert (found.offered, found.reached) == (10, 4)
    assert found.air > 0


def test_recovery_counts_from_the_end_to_the_first_answer_by_the_ppmid() -> None:
    story = Story()
    story.asks(END + MINUTE, cv=2, after=None)
    assert story.told().recovery_s is None
    story.asks(END + 4 * MINUTE, cv=2, after=2 * SECOND)
    assert story.told().recovery_s == 242


def test_figures_that_are_not_told_are_no_service() -> None:
    story = Story()
    for cluster in ("0702", "0705"):
        story.add(0, "han", roles.PPMID, roles.ESME, "figures-asked", cluster=cluster)
    story.add(SECOND, "han", roles.ESME, roles.PPMID, "figures-told", cluster="0702")
    assert story.told().display == Answers((1.0, None))


def test_figures_that_are_told_after_the_display_has_asked_anew_answer_the_later_question() -> None:
    story = Story()
    for seconds in (0, 10):
        story.add(seconds * SECOND, "han", roles.PPMID, roles.ESME, "figures-asked", cluster="0702")
    story.add(12 * SECOND, "han", roles.ESME, roles.PPMID, "figures-told", cluster="0702")
    assert story.told().display == Answers((None, 2.0))


def test_several_homes_are_told_as_one() -> None:
    quick, slow = Story(), Story()
    quick.asks(0)
    quick.asks(END + MINUTE, cv=2)
    slow.asks(0, after=None)
    slow.asks(END + 9 * MINUTE, cv=2)
    slow.floods(10, reached=4)
    both = together([quick.told(), slow.told()])
    assert (both.esme, both.offered, both.reached) == (Answers((1.0, None)), 10, 4)
    assert both.recovery_s == 9 * 60 + 1
    assert both.air == slow.told().air / 2
    never = Story()
    never.asks(END + MINUTE, cv=2, after=None)
    assert together([quick.told(), never.told()]).recovery_s is None
