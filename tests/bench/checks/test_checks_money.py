"""What the checks of credit and supply come to."""

import pytest
from check_cases import (
    ALTERED,
    COMMAND,
    IN,
    OUT,
    TOP_UP,
    Case,
    Cases,
    MakeLog,
    asked,
    balance,
    display,
    gbcs,
    on_wan,
    pcs01,
    submitted,
    tunnel,
    utrn_submitted,
)

from ppmid_bench.checks import CHECKS, evaluate

CASES = Cases("money")

credited = CASES.of("credited-once", meter="esme", amount=1000)
credited.passes(balance(5), balance(1005))
credited.passes(balance(5), balance(9, "gsme"), balance(1005))
credited.passes(balance(5), balance(505), balance(1005))
TYPED = ("keypad", "ppmid>harness", "typed", 0, {"utrn": "utrn:1"})
for source in (utrn_submitted(), TYPED):
    credited.fails("not-credited", balance(5), source, TOP_UP, balance(5))
    credited.fails("not-credited", balance(5), source, tunnel(OUT, pcs01("command")), balance(5))
    credited.cannot_tell("no-top-up-seen", balance(5), source, tunnel(OUT, pcs01("command", utrn="utrn:2")), balance(5))
credited.fails("not-credited", balance(5), TOP_UP, balance(5), points=["meter-display", "han"])
credited.cannot_tell("no-top-up-seen", balance(5), utrn_submitted(utrn="utrn:2"), TOP_UP, balance(5))
credited.cannot_tell("no-top-up-seen", balance(5), TOP_UP, utrn_submitted(), balance(5))
credited.fails("not-credited", balance(5), tunnel(OUT, COMMAND), balance(5))
credited.fails("credited-twice", balance(5), balance(2005))
credited.fails("wrong-amount", balance(5), balance(505))
credited.fails("wrong-amount", balance(5), balance(-995))
credited.cannot_tell("no-reading", balance(5))
credited.cannot_tell("no-top-up-seen", balance(5), tunnel(IN, COMMAND), balance(5))
credited.cannot_tell("no-top-up-seen", balance(5), tunnel(OUT, COMMAND, lost="lost"), balance(5))
for given in (tunnel(IN, COMMAND), submitted(), on_wan(), asked()):
    credited.cannot_tell("no-top-up-seen", balance(5), given, tunnel(OUT, ALTERED), balance(5))
    credited.fails("not-credited", balance(5), given, tunnel(OUT, COMMAND), balance(5))
for otherwise in (gbcs(tag="gbcs:block", block=1), gbcs(counter=8, tag="gbcs:8"), gbcs("response")):
    credited.fails("not-credited", balance(5), on_wan(otherwise), tunnel(OUT, COMMAND), balance(5))
credited.fails("not-credited", balance(5), asked(ALTERED, kind="pre-command"), tunnel(OUT, COMMAND), balance(5))

unmoved = CASES.of("balance-unmoved", meter="esme")
unmoved.passes(balance(5), balance(5))
unmoved.passes(balance(5), balance(1005), balance(1005))
unmoved.fails("balance-moved", balance(5), balance(5), balance(4))
unmoved.cannot_tell("no-reading", balance(5), balance(5, "gsme"))

held = CASES.of("meter-holds", meter="esme", amount=0)
held.passes(balance(1_200_000), balance(0))
held.fails("other-balance", balance(1_200_000), balance(1_200_000))
held.cannot_tell("no-reading", balance(0), balance(0, "gsme"))

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

# Of £10.00, 10 % repay debt, then £3.00 emergency credit; what is left is the customer's.
shared = CASES.of("money-goes-where-it-belongs", meter="esme", debt=100, emergency_credit=300, balance=600)
OWING = display(debt=2000, emergency_owed=300)
shared.passes(OWING, utrn_submitted(), TOP_UP, display(debt=1900, emergency_owed=0, balance=600))
shared.passes(display(balance=9, debt=9, emergency_owed=9), OWING, display(debt=1900, emergency_owed=0, balance=600))
shared.fails("other-debt", OWING, utrn_submitted(), TOP_UP, display(debt=1800, emergency_owed=0, balance=500))
shared.fails("other-debt", utrn_submitted(), OWING, TOP_UP, OWING)
shared.cannot_tell("no-top-up-seen", OWING, TOP_UP, OWING)
shared.fails("other-emergency-credit", OWING, display(debt=1900, emergency_owed=300, balance=900))
shared.fails("other-balance", OWING, display(debt=1900, emergency_owed=0, balance=900))
shared.cannot_tell("no-reading", OWING)
shared.cannot_tell("no-reading", display(), display())
shared.cannot_tell("no-reading", display(emergency_owed=1, debt=1), display(emergency_owed=1))
shared.cannot_tell("no-top-up-seen", OWING, OWING)
shared.cannot_tell("no-top-up-seen", TOP_UP, OWING, OWING)
shared.cannot_tell("no-top-up-seen", OWING, tunnel(IN, COMMAND), tunnel(OUT, ALTERED), OWING)
charged = CASES.of("money-goes-where-it-belongs", meter="esme", debt=-150, emergency_credit=0, balance=0)
charged.passes(OWING, display(debt=2150, emergency_owed=300))
charged.fails("other-debt", OWING, OWING)
charged.fails("other-emergency-credit", OWING, display(debt=2150, emergency_owed=450))
still = CASES.of("money-goes-where-it-belongs", meter="esme", debt=0, emergency_credit=0, balance=0)
still.passes(OWING, OWING)

emergency = CASES.of("emergency-credit-selected", meter="esme")
emergency.passes(display(), display(emergency_credit=500_000))
emergency.passes(display(emergency_credit=0))
BY_PPMID = ("han", "ppmid>esme", "select-available-emergency-credit", 0, {})
emergency.fails("not-selected", display(emergency_credit=500_000), BY_PPMID, display())
for use_case in ("ECS09", "GCS06", "PCS02"):
    activation = gbcs(use_case=use_case)
    emergency.fails("not-selected", on_wan(activation), tunnel(OUT, activation), display())
    emergency.cannot_tell(
        "nothing-asked", on_wan(activation), tunnel(OUT, gbcs(use_case=use_case, tag="gbcs:other")), display()
    )
    emergency.cannot_tell("nothing-asked", tunnel("hub>gsme", activation), display())
emergency.cannot_tell("nothing-asked", tunnel(OUT, COMMAND), display())
emergency.fails("not-selected", display(), points=["meter-display"])
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
