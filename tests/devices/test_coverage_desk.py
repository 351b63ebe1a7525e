"""The simulated work on coverage over months: advice, visits, proposals, and what they do to the home's SM WAN."""

from random import Random

import pytest
from home_parts import Ground

from ppmid_devices.coverage_desk.faulty import (
    AdvisesNobody,
    AsksNobody,
    FirstComeFirstServed,
    LetsAnybodyFit,
    ProposesNothing,
)
from ppmid_devices.coverage_desk.settings import CoverageDeskSettings
from ppmid_devices.coverage_desk.simulated import SimulatedCoverageDesk
from ppmid_devices.links.contract import Need, Variant
from ppmid_devices.links.link import Conditions
from ppmid_devices.links.wan import Wan
from ppmid_devices.ports import DAY
from ppmid_protocols.errors import Malformed


class Work(Ground):
    """The desk, and one home beside a mesh hub."""

    def __init__(
        self,
        make: type[SimulatedCoverageDesk] = SimulatedCoverageDesk,
        variant: Variant = "cellular",
        lacks: Need = "none",
    ) -> None:
        super().__init__()
        self.wan = Wan(
            "wan",
            self.clock,
            self.tap,
            Random(1),
            Conditions(),
            kind="no-wan",
            variant=variant,
            lacks=lacks,
        )
        if lacks == "none":
            self.wan.lend("mesh")
        settings = CoverageDeskSettings(advice_days=5, visit_days=7, proposal_days=90)
        self.desk = make(clock=self.clock, home="home-1", wan=self.wan, settings=settings)
        self.began = self.clock.now()
        self.desk.start()

    def story(self) -> list[tuple[str, str, int, str]]:
        """Premise, act, day, and why it was refused."""
        return [(one.premise, one.act, (one.at - self.began) // DAY, one.refused) for one in self.desk.acts()]


def test_a_home_is_advised_on_day_five_and_visited_on_the_next_day_that_an_engineer_has() -> None:
    work = Work()
    work.desk.report("home-1", "prepayment", "cellular")
    work.desk.consent("home-1")
    work.run(6 * DAY)
    assert not work.wan.up
    work.run(2 * DAY)
    assert work.wan.up
    work.run(90 * DAY)
    assert work.story() == [
        ("home-1", "reported", 0, ""),
        ("home-1", "consented", 0, ""),
        ("home-1", "advised", 5, ""),
        ("home-1", "exchanged", 7, ""),
        ("home-1", "proposed", 90, ""),
    ]


def test_without_consent_every_visit_is_in_vain_until_it_is_given() -> None:
    work = Work()
    work.desk.report("home-1", "prepayment", "cellular")
    work.run(15 * DAY)
    assert not work.wan.up
    assert [one for one in work.story() if one[1] == "exchanged"] == [
        ("home-1", "exchanged", 7, "the customer has not consented"),
        ("home-1", "exchanged", 14, "the customer has not consented"),
    ]
    work.desk.consent("home-1")
    work.run(7 * DAY)
    assert work.wan.up


@pytest.mark.parametrize(
    ("make", "served"), [(SimulatedCoverageDesk, ["home-1", "home-2"]), (FirstComeFirstServed, ["home-2", "home-1"])]
)
def test_who_prepays_is_served_first(make: type[SimulatedCoverageDesk], served: list[str]) -> None:
    work = Work(make)
    for premise, mode in (("home-2", "credit"), ("home-1", "prepayment")):
        work.desk.report(premise, mode, "cellular")  # type: ignore[arg-type]
        work.desk.consent(premise)
        work.run(DAY)
    work.run(20 * DAY)
    assert [premise for premise, act, _, _ in work.story() if act == "exchanged"] == served


def test_a_home_that_waits_for_consent_keeps_no_other_from_its_visit() -> None:
    work = Work()
    work.desk.report("home-1", "prepayment", "cellular")
    work.desk.report("home-2", "credit", "cellular")
    work.desk.consent("home-2")
    work.run(8 * DAY)
    assert ("home-2", "exchanged", 7, "") in work.story()


def test_a_mast_is_proposed_on_day_ninety_and_nothing_comes_of_it() -> None:
    work = Work(lacks="mast")
    work.desk.report("home-1", "prepayment", "cellular")
    work.run(89 * DAY)
    assert "proposed" not in {act for _, act, _, _ in work.story()}
    work.run(8 * DAY)
    assert ("home-1", "proposed", 90, "") in work.story()
    assert not work.wan.up


def test_an_aerial_is_fitted_by_whom_it_is_for() -> None:
    work = Work(variant="cellular+mesh", lacks="aerial")
    work.desk.report("home-1", "prepayment", "cellular+mesh")
    work.desk.fit("home-1", "T3", "Supplier")
    assert not work.wan.up
    work.desk.fit("home-1", "T3", "DCC")
    assert work.wan.up
    fitted = [(one.by, one.detail, bool(one.refused)) for one in work.desk.acts() if one.act == "aerial"]
    assert fitted == [("Supplier", "T3", True), ("DCC", "T3", False)]


def test_faulty_ones_ask_nobody_let_anybody_fit_advise_nobody_or_propose_nothing() -> None:
    asks, fits = Work(AsksNobody), Work(LetsAnybodyFit, variant="cellular+mesh", lacks="aerial")
    asks.desk.report("home-1", "prepayment", "cellular")
    asks.run(8 * DAY)
    assert asks.wan.up
    fits.desk.report("home-1", "prepayment", "cellular+mesh")
    fits.desk.fit("home-1", "T3", "Supplier")
    assert fits.wan.up
    for make, missing in ((AdvisesNobody, "advised"), (ProposesNothing, "proposed")):
        work = Work(make)
        work.desk.report("home-1", "prepayment", "cellular")
        work.run(100 * DAY)
        assert {"reported", "advised", "proposed"} - {act for _, act, _, _ in work.story()} == {missing}


def test_what_was_not_reported_has_no_case_and_nothing_is_reported_twice() -> None:
    work = Work()
    with pytest.raises(Malformed, match="one that was reported, found home-1"):
        work.desk.consent("home-1")
    with pytest.raises(Malformed, match="one that was reported"):
        work.desk.fit("home-1", "T1", "Supplier")
    work.desk.report("home-1", "credit", "cellular")
    with pytest.raises(Malformed, match="not reported yet"):
        work.desk.report("home-1", "credit", "cellular")
