"""Cells, differences and counts: by hand-made outcomes."""

from ppmid_bench.risk.effects import Effects, Fact, Stop
from ppmid_bench.risk.exposure import (
    CALM,
    GENERIC,
    ROUTE,
    Outcome,
    cells,
    counts,
    differences,
    threats_realised,
    worse,
)
from ppmid_bench.risk.levels import RULES, Level, rule_for
from ppmid_bench.risk.lists import LISTS

IN_TIME, LATE = Effects(Fact.IN_TIME, 1, None, "enabled"), Effects(Fact.LATE, 777_600, None, "disabled")
REFUSED, STOPPED = (Effects(Fact.NOT, None, stop, "enabled") for stop in (Stop.METER, Stop.PPMID))


def outcome(
    effects: Effects, attacker: str = CALM, kind: str = "supply off", configuration: str = "relay", act: str = "act"
) -> Outcome:
    return Outcome(
        configuration=configuration,
        avenue="internet",
        kind=kind,
        attacker=attacker,
        act=act,
        threat="" if attacker == CALM else "I3c",
        effects=effects,
    )


def test_a_rule_of_its_own_comes_before_that_of_all_classes() -> None:
    assert rule_for(LATE, "supply off").level is Level.OFF_SUPPLY
    assert rule_for(LATE, "credit").level is Level.DELAY
    assert rule_for(REFUSED, "supply off").level is Level.DELAY
    assert rule_for(Effects(Fact.FORGED, 1, None, "enabled"), "read").level is Level.HARM


def test_there_is_a_rule_for_every_fact_and_class() -> None:
    kinds = ("credit", "debt and configuration", "supply off", "supply on", "credentials and joins", "read")
    for fact in Fact:
        for kind in kinds:
            assert rule_for(Effects(fact, None, None, "enabled"), kind).why
    assert {kind for _, kind in RULES} <= {*kinds, "*"}


def test_the_worst_act_of_an_attacker_makes_the_cell() -> None:
    (cell,) = cells(
        [outcome(IN_TIME), outcome(REFUSED, "thief", act="alters"), outcome(LATE, "thief", act="holds back")]
    )
    assert (cell.level, cell.act, cell.threat, cell.absent) == (Level.OFF_SUPPLY, "holds back", "I3c", "")


def test_what_honest_people_cannot_have_carried_is_absent_for_the_reason_that_stopped_them() -> None:
    (cell,) = cells([outcome(STOPPED), outcome(STOPPED, "thief")])
    assert (cell.level, cell.absent) == (Level.NOTHING, "it ended at the PPMID")


def test_an_attack_that_goes_beyond_what_honest_people_can_is_no_absence() -> None:
    (cell,) = cells([outcome(STOPPED), outcome(LATE, "thief")])
    assert (cell.level, cell.absent) == (Level.OFF_SUPPLY, "")


def test_what_any_wifi_ppmid_has_is_not_the_routes() -> None:
    now = cells([outcome(IN_TIME), outcome(REFUSED, "thief"), outcome(LATE, "owner")])
    base = cells([outcome(IN_TIME, configuration="today"), outcome(REFUSED, "thief", configuration="today")])
    found = {one.cell.attacker: (one.before, one.scope) for one in differences(now, base)}
    assert found == {"thief": (Level.DELAY, GENERIC), "owner": (Level.NOTHING, ROUTE)}


def test_one_home_off_supply_is_worse_than_many_delays() -> None:
    few = cells([outcome(IN_TIME), outcome(LATE, "thief")])
    many = cells([outcome(IN_TIME), *(outcome(REFUSED, f"thief {number}") for number in range(9))])
    assert worse(few, many)
    assert not worse(many, few)
    assert not worse(few, few)
    assert counts(many)[Level.DELAY] == 9
    assert list(counts(many)) == sorted(Level, reverse=True)


def test_a_threat_has_come_true_from_harm_on() -> None:
    assert threats_realised([outcome(REFUSED, "thief")]) == []
    assert threats_realised([outcome(LATE, "thief")]) == ["I3c"]


def test_a_list_holds_every_message_code_of_its_service_requests() -> None:
    assert LISTS["every Command"].codes is None
    assert LISTS["top-ups only"].codes == {0x0007, 0x0097}  # CS01a, CS01b
    assert LISTS["top-ups and supply off"].codes == {0x0007, 0x0097, 0x0050, 0x0081}  # and ECS43, GCS32
    assert LISTS["top-ups only"].count == 1
