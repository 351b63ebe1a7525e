"""Every check can fail: the faulty party of each row of the table is caught, by that check and for that reason."""

from pathlib import Path

import pytest

from ppmid_bench.checks import CHECKS
from ppmid_bench.errors import BadInput
from ppmid_harness.features import own_features
from ppmid_harness.plan import Options, Plan, make_plan
from ppmid_harness.proof.faults import Fault, faults, read_faults
from ppmid_harness.proof.solo import checks_of
from ppmid_harness.proof.trials import hunt

FAR = {
    ("BurnsLockedCodes", "credited-once"): "utrn_internet/at_the_meter.feature",
    ("BurnsRefusedCodes", "credited-once"): "utrn_internet/at_the_meter.feature",
    ("CreditsAnyAmount", "balance-unmoved"): "utrn_internet/money.feature",
    ("CreditsOverTheMaximum", "balance-unmoved"): "utrn_internet/money.feature",
    ("CreditsOverTheMaximumGsme", "balance-unmoved"): "utrn_internet/money.feature",
    ("ArmsInEmergencyCredit", "supply-is"): "utrn_internet/money.feature",
    ("ArmsInEmergencyCreditGsme", "supply-is"): "utrn_internet/money.feature",
    ("LocksTheSupplierOut", "credited-once"): "utrn_internet/at_the_meter.feature",
    ("ForgetsOverAPowerCut", "response-verified"): "secmp0038/top_up_command.feature",
}
"""Where those are hunted that are caught only after many scenarios of others that hold their check."""


@pytest.fixture(scope="module")
def plan() -> Plan:
    return make_plan(Options())


@pytest.mark.parametrize("fault", faults(), ids=lambda fault: fault.adapter.rpartition(":")[2])
def test_a_faulty_party_is_caught_for_its_fault(fault: Fault, plan: Plan) -> None:
    place = FAR.get((fault.adapter.rpartition(":")[2], fault.check))
    near = make_plan(Options(paths=(own_features() / place,))) if place else plan
    assert hunt(fault, near, thorough=False).caught


def test_every_check_has_a_party_that_fails_it() -> None:
    assert {fault.check for fault in faults()} == set(CHECKS)


def test_every_check_stands_in_a_scenario(plan: Plan) -> None:
    assert {check for planned in plan.planned for check in checks_of(planned, plan.registry)} == set(CHECKS)


ROW = """[[fault]]
role = "dcc-user"
adapter = "ppmid_devices.dcc_user.faulty:SettlesTwice"
check = "one-outcome"
reason = "settled-twice"
"""


def test_a_table_of_somebody_elses_is_read(tmp_path: Path) -> None:
    path = tmp_path / "ours.toml"
    path.write_text(ROW)
    expected = Fault("ppmid_devices.dcc_user.faulty:SettlesTwice", "one-outcome", "settled-twice", role="dcc-user")
    assert read_faults(path) == [expected]


@pytest.mark.parametrize(
    ("what", "instead", "complaint"),
    [
        ('check = "one-outcome"', 'check = "none-such"', "expected the id of a check, found none-such"),
        ('"settled-twice"', '"because"', "expected a reason of one-outcome: settled-twice"),
        ('role = "dcc-user"', "", "expected either a role or a link, found neither"),
        ("[[fault]]", '[[fault]]\nlink = "han"', "expected either a role or a link, found both"),
        ('role = "dcc-user"', 'role = "cat"', "cat"),
        (":SettlesTwice", ":Nobody", "Nobody"),
        ("[[fault]]", '[[fault]]\nmood = "bad"', "mood"),
    ],
)
def test_a_row_that_cannot_be_tried_is_refused(tmp_path: Path, what: str, instead: str, complaint: str) -> None:
    path = tmp_path / "ours.toml"
    path.write_text(ROW.replace(what, instead))
    with pytest.raises(BadInput, match=r"ours\.toml") as refused:
        read_faults(path)
    assert complaint in str(refused.value)
