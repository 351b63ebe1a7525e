"""Variants of ESME and editions of SMETS2: which use cases each has, executed there and refused elsewhere."""

import pytest
from asking import Asker
from home_parts import BROKER, SUPPLIER, BareMeter, MakeMeter

from ppmid_bench.clock import VirtualClock
from ppmid_devices.meter import functions
from ppmid_devices.meter.contract import MeterSituation
from ppmid_devices.meter.cosem.objects import members, place
from ppmid_devices.meter.log_codes import LogCode
from ppmid_devices.meter.settings import MeterSettings
from ppmid_devices.meter.variants import absent, variants
from ppmid_protocols.gbcs import dlms
from ppmid_protocols.gbcs.names.tables import requests
from ppmid_protocols.gbcs.use_cases import USE_CASES

SECOND_ELEMENT = {"ECS01c", "ECS01d", "ECS24b"}
THREE_PHASES = {"ECS23b", "ECS26k", "ECS29b", "ECS29d", "ECS29f"}
SWITCHES = {"ECS15c", "ECS35f", "ECS35g", "ECS46a", "ECS46d", "ECS47", "ECS47a", "ECS47e", "ECS61d", "ECS61e"}
BOOST = {"ECS61c", "ECS62"}
PLAIN = "single-element"


def own(variant: str) -> set[str]:
    """The use cases of a variant that an ESME of one element and without switches has not."""
    return {USE_CASES[code].name for code in functions.codes("esme", variant) - functions.codes("esme", PLAIN)}


@pytest.mark.parametrize(
    ("variant", "names"),
    [
        ("twin-element", SECOND_ELEMENT),
        ("polyphase", THREE_PHASES),
        ("single-element-switches", SWITCHES | BOOST),
        ("twin-element-switches", SECOND_ELEMENT | SWITCHES | BOOST),
        ("polyphase-switches", THREE_PHASES | SWITCHES | BOOST),
    ],
)
def test_a_variant_has_the_use_cases_of_its_parts_beside_those_of_every_esme(variant: str, names: set[str]) -> None:
    assert own(variant) == names
    assert functions.codes("esme", variant) > functions.codes("esme", PLAIN) == functions.codes("esme")


READS = {"ECS24b": "twin", "ECS23b": "polyphase", "ECS26k": "polyphase", "ECS61e": "switches", "ECS61c": "boost"}
"""Use cases that only read, and the part that has what they read."""


@pytest.mark.parametrize("name", READS)
@pytest.mark.parametrize("variant", variants())
def test_a_use_case_of_a_part_is_executed_where_it_is_and_refused_elsewhere(
    name: str, variant: str, bare: MakeMeter, clock: VirtualClock
) -> None:
    code = next(code for code, one in USE_CASES.items() if one.name == name)
    meter: BareMeter = bare(variant=variant)
    asker = Asker(meter, clock, BROKER if name == "ECS61c" else SUPPLIER)
    results = asker.results(code, *((one.specification, dlms.NULL) for one in requests(code)))
    if READS[name] in variants()[variant]:
        assert results == [0] * len(requests(code))
        assert not meter.security_log
    else:
        assert results is None
        assert meter.security_log[-1].code is LogCode.COMMAND_FORMAT


def test_an_object_of_two_elements_takes_the_place_of_the_one_of_one() -> None:
    tariff = place("1/0-0:94.44.34.1/2")
    one, two = members(PLAIN)[tariff].shape, members("twin-element")[tariff].shape
    assert one is not None
    assert two is not None
    assert (len(one.items), len(two.items)) == (1, 2)
    assert members("polyphase-switches")[tariff].shape == one


def test_editions_have_either_a_use_case_or_what_took_it_over() -> None:
    def names(edition: str, kind: str, variant: str = "") -> set[str]:
        every = functions.codes(kind, variant)
        return {USE_CASES[code].name for code in every - functions.codes(kind, variant, edition)}

    assert absent("every") == frozenset()
    assert names("later", "esme", "polyphase-switches") == {"ECS08", "ECS26e", "ECS30", "ECS35f", "ECS47"}
    successors = {"ECS08a", "ECS26l", "ECS26m", "ECS30a", "ECS35g", "ECS46d", "ECS47a", "ECS47e", "ECS61d", "ECS61e"}
    assert names("earlier", "esme", "polyphase-switches") == successors
    assert names("later", "gsme") == {"GCS21d", "GCS21e", "GCS24"}
    assert names("earlier", "gsme") == {"GCS21k", "GCS21m", "GCS24a"}
    assert absent("earlier").isdisjoint(absent("later"))
    assert {0x0007, 0x0097} <= functions.codes("esme", PLAIN, "earlier") | functions.codes("gsme", "", "earlier")


@pytest.mark.parametrize(("edition", "executed"), [("every", True), ("earlier", True), ("later", False)])
def test_a_meter_refuses_what_its_edition_has_not(
    edition: str, executed: bool, bare: MakeMeter, clock: VirtualClock
) -> None:
    code = next(code for code, one in USE_CASES.items() if one.name == "ECS26e")
    meter = bare(edition=edition)
    results = Asker(meter, clock).results(code, *((one.specification, dlms.NULL) for one in requests(code)))
    assert (results is not None) is executed


def test_a_scenario_says_which_meter_it_wants() -> None:
    settings = MeterSettings().under(MeterSituation(variant="polyphase", edition="earlier"))
    assert (settings.variant, settings.edition) == ("polyphase", "earlier")
    assert MeterSettings().under(MeterSituation()) == MeterSettings()
