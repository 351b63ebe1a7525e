"""What is read out of a trial's evidence, from evidence made by hand."""

from typing import Any

from ppmid_bench.evidence import HARNESS, Entry, Log
from ppmid_bench.risk.effects import SOLD, Fact, Stop, effects
from ppmid_devices import roles
from ppmid_devices.ports import DAY, SECOND

ASKED, LATE_FROM_S = 100 * SECOND, 86_400.0
COMMAND = {
    "cra": "command",
    "code": "0050",
    "counter": 7,
    "originator": "supplier",
    "target": "meter",
    "tag": "gbcs:genuine",
}
RESPONSE = COMMAND | {
    "cra": "response",
    "originator": "meter",
    "target": "supplier",
    "tag": "gbcs:answer",
    "success": True,
}


class Story:
    """Evidence, entry by entry; ``t`` in nanoseconds after the asking."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.add(0, HARNESS, HARNESS, HARNESS, "home")

    def add(self, t: int, link: str, sender: str, receiver: str, what: str, **fields: Any) -> None:
        fields = {"tag": f"frame:{len(self.entries)}"} | fields
        self.entries.append(Entry(len(self.entries), ASKED + t, link, sender, receiver, what, None, fields))

    def made(self) -> None:
        self.add(0, "duis", roles.DCC, roles.DCC_USER, "response", kind="local-command", gbcs=COMMAND)

    def reaches(self, t: int = 0, **other: Any) -> None:
        self.add(t, "avenue", roles.DELIVERY_SERVICE, roles.PPMID, "submit-command", gbcs=COMMAND | other)
        self.add(t, "han", roles.PPMID, roles.HUB, "tunnel", gbcs=COMMAND | other)
        self.add(t, "han", roles.HUB, roles.ESME, "tunnel", gbcs=COMMAND | other)

    def answers(self, t: int = 0, **other: Any) -> None:
        self.add(t, "han", roles.ESME, roles.HUB, "tunnel", gbcs=RESPONSE | other)

    def told(self) -> tuple[Fact, Stop | None, int | None]:
        self.add(20 * DAY, "meter-display", roles.ESME, HARNESS, "reading", supply="enabled")
        found = effects(Log(tuple(self.entries)), ASKED, LATE_FROM_S)
        return found.fact, found.stop, found.late_s


def test_what_was_asked_is_done_in_time() -> None:
    story = Story()
    story.made()
    story.reaches(SECOND)
    story.answers(2 * SECOND)
    assert story.told() == (Fact.IN_TIME, None, 2)


def test_what_was_held_back_is_late() -> None:
    story = Story()
    story.made()
    story.reaches(9 * DAY)
    story.answers(9 * DAY)
    assert story.told() == (Fact.LATE, None, 777_600)


def test_two_answers_are_two_acts_and_one_that_is_played_back_is_one() -> None:
    for frame, fact in (("frame:other", Fact.TWICE), ("frame:same", Fact.IN_TIME)):
        story = Story()
        story.made()
        story.reaches()
        for tag in ("frame:same", frame):
            story.add(SECOND, "han", roles.ESME, roles.HUB, "tunnel", gbcs=RESPONSE, tag=tag)
        assert story.told()[0] is fact


def test_a_success_to_other_octets_is_forged() -> None:
    story = Story()
    story.made()
    story.reaches(tag="gbcs:altered")
    story.answers()
    assert story.told()[0] is Fact.FORGED


def test_another_kind_of_command_is_the_users_own_matter() -> None:
    story = Story()
    story.made()
    story.reaches(code="0062")
    story.answers(code="0062")
    assert story.told() == (Fact.NOT, Stop.ON_THE_WAY, None)


def test_it_says_how_far_a_command_came() -> None:
    story = Story()
    story.made()
    story.reaches()
    hops = story.entries
    for kept, stop in ((5, Stop.METER), (4, Stop.HUB), (3, Stop.PPMID), (2, Stop.ON_THE_WAY)):
        story.entries = hops[:kept]
        assert story.told()[:2] == (Fact.NOT, stop)


def test_a_code_is_credited_at_its_own_value_or_forged() -> None:
    for value, fact in ((SOLD, Fact.IN_TIME), (SOLD + 1, Fact.FORGED)):
        story = Story()
        story.add(0, "han", roles.PPMID, roles.ESME, "consumer-top-up")
        story.add(0, "han", roles.ESME, roles.PPMID, "consumer-top-up-response", accepted=True, value=value)
        assert story.told()[0] is fact
