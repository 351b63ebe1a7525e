"""What a meter answers to a request for emergency credit (ECS09, GCS06), by what its account is.

The public table of use cases: success where emergency credit is activated afterwards, also if it was before; else
other-reason (250) on electricity and FAILURE (01) on gas. That one which has run out is not activated is assumed.
"""

from typing import Any

import pytest
from asking import Asker, access, component, money, number
from home_parts import ESME, GSME, MakeMeter

from ppmid_bench.clock import VirtualClock
from ppmid_devices.meter.contract import Supply
from ppmid_protocols.gbcs import axdr, gbz

ECS04B, ECS09, GCS06 = 0x00B3, 0x0020, 0x0070
SUCCESS, OTHER_REASON, FAILURE = 0, 250, 1
POUND = 100_000

LIMIT = {"emergency_credit_limit_mp": 10 * POUND}
CASES = {
    "offered": ({"balance_mp": 50_000}, True),
    "not offered, since the balance is at the threshold": ({"balance_mp": POUND}, False),
    "none to be had": ({"balance_mp": 50_000, "emergency_credit_limit_mp": 0}, False),
    "activated already": ({"balance_mp": 50_000, "emergency_credit_selected": True}, True),
    "in use": ({"balance_mp": 0, "emergency_credit_used_mp": 3 * POUND}, True),
    "in use, a millipenny left": ({"balance_mp": 0, "emergency_credit_used_mp": 10 * POUND - 1}, True),
    "run out": ({"balance_mp": 0, "emergency_credit_used_mp": 10 * POUND, "supply": "disabled"}, False),
    "owed more than its limit": (
        {"balance_mp": 0, "emergency_credit_used_mp": 12 * POUND, "supply": "disabled"},
        False,
    ),
    "run out, at a meter that calls it activated": (
        {
            "balance_mp": 0,
            "emergency_credit_used_mp": 10 * POUND,
            "supply": "disabled",
            "emergency_credit_asked_for_spent": "active",
        },
        True,
    ),
}
each_case = pytest.mark.parametrize(("settings", "done"), CASES.values(), ids=CASES)


@each_case
def test_the_electricity_meter_answers_its_supplier(
    bare: MakeMeter, clock: VirtualClock, settings: dict[str, Any], done: bool
) -> None:
    ask = Asker(bare(ESME, **LIMIT | settings), clock)
    asked = access("action 112/0-0:19.10.1.255/3", number(axdr.INTEGER, 0))
    assert [ask.results(ECS09, asked), ask.results(ECS09, asked)] == [[SUCCESS if done else OTHER_REASON]] * 2


@each_case
def test_the_gas_meter_answers_its_supplier(
    bare: MakeMeter, clock: VirtualClock, settings: dict[str, Any], done: bool
) -> None:
    ask = Asker(bare(GSME, **LIMIT | settings), clock)
    found = ask.clusters(GCS06, component(0x0705, 0x00, "0000000000"))
    assert found is not None
    assert [(one.command, one.body) for one in found] == [
        (gbz.DEFAULT_RESPONSE, bytes((0x00, SUCCESS if done else FAILURE)))
    ]


def test_what_has_run_out_lends_again_once_all_of_it_is_repaid(bare: MakeMeter, clock: VirtualClock) -> None:
    meter = bare(ESME, balance_mp=0, emergency_credit_used_mp=10 * POUND, supply="disabled")
    ask = Asker(meter, clock)
    asked = access("action 112/0-0:19.10.1.255/3", number(axdr.INTEGER, 0))
    assert (ask.results(ECS09, asked), meter.display().supply) == ([OTHER_REASON], Supply.DISABLED)
    reset = ("action 112/0-0:19.10.0.255/2", "action 112/0-0:19.10.2.255/2", "action 112/0-0:19.10.1.255/2")
    assert ask.results(ECS04B, *(access(where, money(0)) for where in reset)) == [SUCCESS] * 3
    assert (ask.results(ECS09, asked), meter.display().supply) == ([SUCCESS], Supply.ARMED)
