"""The table of what the Supplier has done at a meter: bodies by the schema, and every one of them in a scenario."""

import re
from pathlib import Path

import pytest

from ppmid_bench.bed_parts import FORMER
from ppmid_devices import roles
from ppmid_devices.ports import DAY, SECOND
from ppmid_harness.features import read_feature
from ppmid_protocols.duis.service_body import ServiceBody
from ppmid_protocols.duis.services import SERVICE_REQUESTS, Local
from ppmid_protocols.eui import Eui
from ppmid_protocols.transforms import rules_for
from ppmid_steps import certificates, firmware, services
from ppmid_steps.services import LOCAL_SERVICES, SERVICES, Service

FEATURE = Path(__file__).parents[2] / "features/secmp0038/every_command.feature"
NOW = 1_767_225_600 * SECOND  # 2026-01-01
_NAMED = (roles.ESME, roles.GSME, roles.GPF, roles.PPMID, roles.HHT, *FORMER.values())
EUIS = {role: Eui(bytes(7) + bytes((number,))) for number, role in enumerate(_NAMED, 1)}
AT_THE_HUB = {
    *("sub-GHz configuration read", "sub-GHz channel read", "sub-GHz channel log read", "event log read"),
    *("security log read", "device log read", "device log backed up", "told of the PPMID"),
}
AT_THE_HUB_ELSEWHERE = {
    "device log cleared of the PPMID",
    "device log cleared of the Hand-Held Terminal",
    "quieter sub-GHz channel looked for",
    "device log restored from the hub before it",
}
"""Of the hub too, and in scenarios of its device log and of terminals."""
AT_THE_GAS_PROXY = {"device log restored from the gas proxy before it"}
AT_THE_HCALCS = {"load switch joined to the electricity meter", "load switch parted from the electricity meter"}
AT_THE_PPMID = {f"join to the {meter} meter {done}" for meter in ("gas", "electricity") for done in ("made", "undone")}
SWITCHES = {"Alert of credit added locally switched off", "Alert of emergency credit switched on"}
"""Of an electricity meter alone, and in scenarios of its Alerts."""
ELSEWHERE = AT_THE_HUB_ELSEWHERE | AT_THE_GAS_PROXY | AT_THE_HCALCS | AT_THE_PPMID | SWITCHES
AT_METERS = [name for name in SERVICES if name not in AT_THE_HUB | ELSEWHERE]
REFUSED = {"clock set by the time of a month ago"}
"""What no meter does, whatever its state."""
ONE_FUEL = {"old readings hidden from a new tenant": "esme", "supply enabled": "esme"} | dict.fromkeys(
    ("join to the gas proxy made", "join to the gas proxy undone"), "gsme"
)
PREPAYMENT_AND_SUPPLY = """
    1.5 1.6 2.1 2.3 2.5 3.1 3.2 3.5 4.3 4.4.4 4.4.5 4.13 4.14 4.18 6.2.9 6.11 7.1 7.2 7.3 7.4 8.7.1 8.7.2 8.8.1 8.8.2
    8.9 11.2
"""


@pytest.mark.parametrize("name", AT_METERS)
def test_every_entry_has_a_use_case_for_its_meters(name: str) -> None:
    for meter in (roles.ESME, roles.GSME):
        if ONE_FUEL.get(name, meter) == meter:
            body = SERVICES[name].body_for(meter, NOW, EUIS.__getitem__)
            assert rules_for(SERVICES[name].srv, body.node, roles.TARGETS[meter])


@pytest.mark.parametrize(
    ("name", "device"),
    [
        *((one, roles.HUB) for one in sorted(AT_THE_HUB | AT_THE_HUB_ELSEWHERE)),
        *((one, roles.GPF) for one in sorted(AT_THE_GAS_PROXY)),
        *((one, roles.PPMID) for one in sorted(AT_THE_PPMID)),
        *((one, roles.HCALCS) for one in sorted(AT_THE_HCALCS)),
        *((one, roles.ESME) for one in sorted(SWITCHES)),
    ],
)
def test_every_entry_of_one_device_has_a_use_case_there(name: str, device: str) -> None:
    body = SERVICES[name].body_for(device, NOW, EUIS.__getitem__)
    assert rules_for(SERVICES[name].srv, body.node, roles.TARGETS[device])


def test_the_table_has_all_of_prepayment_and_supply_but_the_top_up() -> None:
    assert {SERVICES[name].srv for name in AT_METERS} == set(PREPAYMENT_AND_SUPPLY.split())


def test_every_entry_stands_in_the_feature_for_each_of_its_meters() -> None:
    steps = [step["text"] for pickle in read_feature(FEATURE).pickles for step in pickle["steps"]]
    for meter, words in ((roles.ESME, "electricity meter"), (roles.GSME, "gas meter")):
        said = {step for step in steps if step.startswith(f"the Supplier has the {words}'s ")}
        wanted = {name for name in AT_METERS if ONE_FUEL.get(name, meter) == meter} - REFUSED
        assert {name for name in wanted if f"the Supplier has the {words}'s {name} both ways" in said} == wanted


def test_every_entry_of_the_hub_stands_in_the_feature() -> None:
    steps = [step["text"] for pickle in read_feature(FEATURE).pickles for step in pickle["steps"]]
    assert {name for name in AT_THE_HUB if f"the Supplier has the hub's {name} both ways" in steps} == AT_THE_HUB


def test_what_only_the_scenario_knows_is_filled_in() -> None:
    body = SERVICES["debt payments read"].body_for(roles.GSME, NOW, EUIS.__getitem__)
    period = {"StartDateTime": NOW - 30 * DAY, "EndDateTime": NOW}
    assert body == ServiceBody.of("RetrieveBillingDataLogDebtPayments", {"ReadLogPeriod": period})
    join = SERVICES["join to the PPMID made"].body_for(roles.ESME, NOW, EUIS.__getitem__)
    assert join.node.at("OtherDeviceID").value == EUIS[roles.PPMID]


def test_the_fuels_add_their_own_to_what_both_have() -> None:
    service = Service(srv="2.3", body={"a": [1, "<now>"]}, gsme={"b": 2})
    assert services._filled({**service.body, **service.gsme}, 5, EUIS.__getitem__) == {"a": [1, 5], "b": 2}


WHOLE_SET = Path(__file__).parents[2] / "features/sec0009/the_whole_set.feature"
PAGE = Path(__file__).parents[2] / "docs/who-can-what.md"


def of_the_whole_set() -> set[str]:
    """The names in the tables of the feature."""
    rows = [
        row["cells"]
        for pickle in read_feature(WHOLE_SET).pickles
        for step in pickle["steps"]
        if "argument" in step
        for row in step["argument"]["dataTable"]["rows"][1:]
    ]
    return {cells[0]["value"] for cells in rows}


def test_no_name_stands_in_both_tables_and_each_of_the_second_is_in_the_feature() -> None:
    assert not set(SERVICES) & set(LOCAL_SERVICES)
    assert set(LOCAL_SERVICES) <= of_the_whole_set() <= set(SERVICES) | set(LOCAL_SERVICES)


def test_the_page_lists_what_may_be_had_for_local_delivery_and_nothing_tries() -> None:
    texts = [step["text"] for pickle in read_feature(WHOLE_SET).pickles for step in pickle["steps"]]
    by_steps = {
        srv for said, srv in {**certificates.STEPS, **firmware.STEPS}.items() if any(said in text for text in texts)
    }
    tried = by_steps | {({**SERVICES, **LOCAL_SERVICES})[name].srv for name in of_the_whole_set()}
    allowed = {srv for srv, one in SERVICE_REQUESTS.items() if one.local is Local.YES}
    unknown = {srv for srv, one in SERVICE_REQUESTS.items() if one.local is Local.UNKNOWN}
    page = PAGE.read_text(encoding="utf-8").partition("## What is tried of it")[2]
    listed = {srv for line in page.splitlines() if line.startswith("| ") for srv in re.findall(r"\d+(?:\.\d+)+", line)}
    assert tried <= allowed
    assert listed == allowed - tried - {"2.2"}
    assert len(allowed) == int(re.findall(r"lets (\d+) Service", page)[0])
    assert unknown == set(re.findall(r"of three \(([\d., ]+)\)", page)[0].split(", "))
