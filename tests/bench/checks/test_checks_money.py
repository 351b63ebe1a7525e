"""What the checks of credit and supply come to."""

import pytest
from check_cases import COMMAND, IN, OUT, TOP_UP, Case, Cases, MakeLog, balance, display, tunnel

from ppmid_bench.checks import CHECKS, evaluate

CASES = Cases("money")

credited = CASES.of("credited-once", meter="esme", amount=1000)
credited.passes(balance(5), balance(1005))
credited.passes(balance(5), balance(9, "gsme"), balance(1005))
credited.passes(balance(5), balance(505), balance(1005))
credited.fails("not-credited", balance(5), TOP_UP, balance(5))
credited.fails("not-credited", balance(5), tunnel(OUT, COMMAND), balance(5))
credited.fails("credited-twice", balance(5), balance(2005))
credited.fails("wrong-amount", balance(5), balance(505))
credited.fails("wrong-amount", balance(5), balance(-995))
credited.cannot_tell("no-reading", balance(5))
credited.cannot_tell("no-top-up-seen", balance(5), tunnel(IN, COMMAND), balance(5))
credited.cannot_tell("no-top-up-seen", balance(5), tunnel(OUT, COMMAND, lost="lost"), balance(5))

unmoved = CASES.of("balance-unmoved", meter="esme")
unmoved.passes(balance(5), balance(5))
unmoved.passes(balance(5), balance(1005), balance(1005))
unmoved.fails("balance-moved", balance(5), balance(5), balance(4))
unmoved.cannot_tell("no-reading", balance(5), balance(5, "gsme"))

supply = CASES.of("supply-is", meter="esme", state="armed")
supply.passes(display(supply="disabled"), display(supply="armed"))
supply.fails("wrong-supply-state", display(supply="armed"), display(supply="enabled"))
CASES.of("supply-is", meter="esme", state="enabled").fails("wrong-supply-state", display(supply="armed"))
supply.cannot_tell("no-reading", balance(5, "gsme"))

register = CASES.of("register-never-falls", meter="esme")
register.passes(display(consumption=10), display(consumption=10), display(consumption=12))
register.passes(display(consumption=10), display(), display(meter="gsme", consumption=1), display(consumption=12))
register.fails("register-fell", display(consumption=10), display(consumption=0), display(consumption=12))
register.cannot_tell("no-reading", display(consumption=10))
register.cannot_tell("no-reading", display(), display())

emergency = CASES.of("emergency-credit-selected", meter="esme")
emergency.passes(display(), display(emergency_credit=500_000))
emergency.passes(display(emergency_credit=0))
emergency.fails("not-selected", display(emergency_credit=500_000), display())
emergency.cannot_tell("no-reading")


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_check_comes_to(case: Case, make_log: MakeLog) -> None:
    case.holds(make_log)


def test_every_reason_of_every_check_is_proved() -> None:
    CASES.are_complete()


def test_a_difference_of_less_than_a_penny_can_be_read(make_log: MakeLog) -> None:
    log = make_log([balance(0), balance(1_000_001)])
    entry = evaluate(CHECKS["credited-once"], log, {"meter": "esme", "amount": 1_000_000})
    assert entry["reason"] == "the balance rose by £10.00001, not by £10.00"
