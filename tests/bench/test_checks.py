"""Every check, both ways: for each a log that passes, one for each reason to fail, and one that does not tell.

The logs are small and made by hand; ``test_every_reason_of_every_check_is_proved`` holds that none is forgotten.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from ppmid_bench.checks import CHECKS, evaluate
from ppmid_bench.checks.money import pounds
from ppmid_bench.evidence import Log
from ppmid_bench.verdict import Verdict

Line = tuple[str, str, str, float, Mapping[str, Any]]

PASS, FAIL, INCONCLUSIVE = Verdict.PASS, Verdict.FAIL, Verdict.INCONCLUSIVE


@dataclass(frozen=True)
class Case:
    """A log and what a check makes of it."""

    check: str
    verdict: Verdict
    reason_code: str
    lines: tuple[Line, ...]
    arguments: Mapping[str, Any] = field(default_factory=dict)
    home: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.check}: {self.reason_code}"


CASES: list[Case] = []


class Group:
    """Cases of one check, with the arguments that they share."""

    def __init__(self, check: str, **arguments: Any) -> None:
        self._check, self._arguments = check, arguments

    def passes(self, *lines: Line, **home: Any) -> None:
        CASES.append(Case(self._check, PASS, "holds", lines, self._arguments, home))

    def fails(self, reason_code: str, *lines: Line, **home: Any) -> None:
        CASES.append(Case(self._check, FAIL, reason_code, lines, self._arguments, home))

    def cannot_tell(self, reason_code: str, *lines: Line, **home: Any) -> None:
        CASES.append(Case(self._check, INCONCLUSIVE, reason_code, lines, self._arguments, home))

    def needs(self, missing: str) -> None:
        """It has nothing to be unsure of by itself, but the bench may lack a point."""
        self.cannot_tell("not-observable", points=[point for point in CHECKS[self._check].needs if point != missing])


# The lines that logs are made of.


def balance(millipence: int, meter: str = "esme") -> Line:
    fields = {"meter": meter, "balance": millipence, "supply": "enabled", "emergency_credit": None}
    return "meter-display", f"{meter}>harness", "reading", 0, fields


def display(**changes: Any) -> Line:
    link, way, what, seconds, fields = balance(0)
    return link, way, what, seconds, {**fields, **changes}


def record(outcome: str, **changes: Any) -> Line:
    fields = {
        "request": "r7",
        "srv": "2.2",
        "outcome": outcome,
        "asked_at": 0,
        "settled_at": None,
        "verified_by": "avenue",
        "credits": 1,
        "settlements": 1,
        "unverifiable": 0,
        "detail": "",
    }
    return "user", "dcc-user>harness", "record", 0, fields | changes


def gbcs(cra: str = "command", **changes: Any) -> dict[str, Any]:
    """A top-up Command of Supplier S to meter M, or the meter's Response to it."""
    ends = {"originator": "S", "target": "M"} if cra == "command" else {"originator": "M", "target": "S"}
    fields = {
        "cra": cra,
        "code": "0007",
        "use_case": "CS01a",
        "counter": 7 << 32,
        "signed": False,
        "request": "r7",
    } | ends
    answer = {"success": True} if cra == "response" else {"utrn": "utrn:1"}
    return {"gbcs": fields | answer | {"tag": f"gbcs:{cra}"} | changes}


def tunnel(way: str, content: Mapping[str, Any], seconds: float = 0, **more: Any) -> Line:
    return "han", way, "tunnel", seconds, {**content, **more}


COMMAND, RESPONSE = gbcs(), gbcs("response")
EIGHTH = gbcs(counter=8, tag="gbcs:8", request="r8")
ALTERED, ALTERED_RESPONSE = gbcs(tag="gbcs:other"), gbcs("response", tag="gbcs:other")
IN, OUT, BACK, HOME = "ppmid>hub", "hub>esme", "esme>hub", "hub>ppmid"


def submitted(content: Mapping[str, Any] = COMMAND, seconds: float = 0, **more: Any) -> Line:
    return "avenue", "delivery-service>ppmid", "submit-command", seconds, {"request": "01", **content, **more}


def utrn_submitted(**more: Any) -> Line:
    return "avenue", "delivery-service>ppmid", "submit-utrn", 0, {"request": "01", "utrn": "utrn:1", **more}


def said(what: str, seconds: int = 0, **fields: Any) -> Line:
    return "avenue", "ppmid>delivery-service", what, seconds, {"request": "01", **fields}


TOP_UP: Line = ("han", "ppmid>esme", "consumer-top-up", 0, {"utrn": "utrn:1"})


def top_up_answer(accepted: bool = True) -> Line:
    return "han", "esme>ppmid", "consumer-top-up-response", 0, {"accepted": accepted}


def pcs01(cra: str, **changes: Any) -> dict[str, Any]:
    return gbcs(cra, use_case="PCS01", code="009B", **changes)


def asked(content: Mapping[str, Any] = COMMAND, **more: Any) -> Line:
    fields = {"request": "r7", "kind": "local-command", "code": "I0", **content, **more}
    return "duis", "dcc>dcc-user", "response", 0, fields


def on_wan(content: Mapping[str, Any] = COMMAND, way: str = "dcc>hub", **more: Any) -> Line:
    return "wan", way, "gbcs", 0, {**content, **more}


# Credit and supply.

credited = Group("credited-once", meter="esme", amount=1000)
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

unmoved = Group("balance-unmoved", meter="esme")
unmoved.passes(balance(5), balance(5))
unmoved.passes(balance(5), balance(1005), balance(1005))
unmoved.fails("balance-moved", balance(5), balance(5), balance(4))
unmoved.cannot_tell("no-reading", balance(5), balance(5, "gsme"))

supply = Group("supply-is", meter="esme", state="armed")
supply.passes(display(supply="disabled"), display(supply="armed"))
supply.fails("wrong-supply-state", display(supply="armed"), display(supply="enabled"))
Group("supply-is", meter="esme", state="enabled").fails("wrong-supply-state", display(supply="armed"))
supply.cannot_tell("no-reading", balance(5, "gsme"))

emergency = Group("emergency-credit-selected", meter="esme")
emergency.passes(display(), display(emergency_credit=500_000))
emergency.passes(display(emergency_credit=0))
emergency.fails("not-selected", display(emergency_credit=500_000), display())
emergency.cannot_tell("no-reading")

# What the User holds.

verified = Group("response-verified", request="r7")
verified.passes(record("pending"), record("delivered-verified"))
verified.fails("no-response", record("unknown"))
verified.fails("no-response", record("pending"))
verified.fails("unverified", record("reported-unverified"))
verified.fails("refused", record("refused-verified"))
verified.cannot_tell("no-record", record("delivered-verified", request="another"))

unknown = Group("outcome-is", request="r7", outcome="unknown")
unknown.passes(record("pending"), record("unknown"))
unknown.fails("claims-too-much", record("delivered-verified"))
unknown.fails("claims-too-much", record("reported-unverified"))
unknown.cannot_tell("no-record")
Group("outcome-is", request="r7", outcome="reported-unverified").fails("claims-too-little", record("unknown"))

one_outcome = Group("one-outcome", request="r7")
one_outcome.passes(record("delivered-verified"))
one_outcome.passes(record("refused-verified", credits=0))
one_outcome.passes(record("unknown", settlements=0, credits=0))
one_outcome.fails("settled-twice", record("delivered-verified", settlements=2))
one_outcome.fails("credited-twice", record("delivered-verified", credits=2))
one_outcome.cannot_tell("no-record")

forgery = Group("forgery-not-believed", request="r7")
forgery.passes(record("unknown", unverifiable=1))
forgery.fails("forgery-believed", record("delivered-verified", unverifiable=0))
forgery.fails("forgery-believed", record("refused-verified", unverifiable=1))
forgery.cannot_tell("nothing-forged", record("unknown", unverifiable=0))
forgery.cannot_tell("no-record")


def returned(**more: Any) -> Line:
    return "duis", "dcc-user>dcc", "request", 0, {"request": "r8", "srv": "8.13", "original": "r7", **more}


ACKNOWLEDGED: Line = ("duis", "dcc>dcc-user", "response", 0, {"request": "r8", "code": "I0"})
returned_to_dcc = Group("response-returned", request="r7")
returned_to_dcc.passes(returned(), ACKNOWLEDGED)
returned_to_dcc.fails("not-returned", returned())
returned_to_dcc.fails("not-returned", returned(original="another"), ACKNOWLEDGED)
returned_to_dcc.fails("not-returned", returned(lost="line down"), ACKNOWLEDGED)
returned_to_dcc.needs("duis")

# What PPMID and hub carry.

forwarded = Group("forwarded-unaltered")
forwarded.passes(submitted(), tunnel(IN, COMMAND))
forwarded.fails("altered", submitted(), tunnel(IN, ALTERED))
forwarded.fails("not-forwarded", submitted())
forwarded.fails("not-forwarded", tunnel(IN, COMMAND), submitted())
forwarded.fails("not-forwarded", submitted(), submitted(gbcs(counter=9, tag="gbcs:9")), tunnel(IN, COMMAND))
for other in ({"counter": 8}, {"counter": 8 << 32}, {"code": "0001"}, {"code": "0071"}, {"originator": "T"}):
    forwarded.fails("not-forwarded", submitted(), tunnel(IN, gbcs(tag="gbcs:other", **other)))
forwarded.cannot_tell("nothing-submitted", submitted(lost="line down"))
forwarded.cannot_tell("perhaps-lost", submitted(), disturbed=["han"])
forwarded.fails("altered", submitted(), tunnel(IN, ALTERED), disturbed=["han"])

passed_back = Group("response-passed-unaltered")
passed_back.passes(submitted(), tunnel(HOME, RESPONSE), said("command-response", **RESPONSE))
passed_back.fails("altered", submitted(), tunnel(HOME, RESPONSE), said("command-response", **ALTERED_RESPONSE))
passed_back.fails("not-passed-on", submitted(), tunnel(HOME, RESPONSE))
passed_back.cannot_tell("no-response", submitted(), tunnel(HOME, gbcs("response", counter=8)))

relayed = Group("relayed-unaltered", meter="esme")
relayed.passes(tunnel(IN, COMMAND), tunnel(OUT, COMMAND))
relayed.fails("altered", tunnel(IN, COMMAND), tunnel(OUT, ALTERED))
relayed.fails("not-relayed", tunnel(IN, COMMAND), tunnel(OUT, COMMAND, lost="asleep"))
relayed.fails("not-relayed", tunnel(IN, COMMAND), tunnel("hub>gsme", COMMAND))
relayed.cannot_tell("nothing-forwarded", tunnel(OUT, COMMAND))

routed = Group("response-routed-back", meter="esme")
routed.passes(tunnel(IN, COMMAND), tunnel(BACK, RESPONSE), tunnel(HOME, RESPONSE))
routed.passes(tunnel(IN, COMMAND), tunnel(BACK, RESPONSE), tunnel(HOME, RESPONSE), tunnel(BACK, ALTERED_RESPONSE))
routed.fails("altered", tunnel(IN, COMMAND), tunnel(BACK, RESPONSE), tunnel(HOME, ALTERED_RESPONSE))
routed.fails("not-routed-back", tunnel(IN, COMMAND), tunnel(BACK, RESPONSE))
routed.cannot_tell("no-response", tunnel(IN, COMMAND))

read = Group("balance-read", request="r7", meter="esme")
read.passes(balance(-125_000), record("delivered-verified", balance=-125_000), balance(-125_000))
read.passes(balance(5), record("delivered-verified", balance=-125_000), balance(-125_000))
read.fails("no-balance", record("unknown", balance=None), balance(0))
for outcome in ("reported-unverified", "refused-verified", "unknown"):
    read.fails("no-balance", record(outcome, balance=5), balance(5))
read.fails("no-balance", record("delivered-verified", balance=None), balance(0))
read.fails("other-balance", record("delivered-verified", balance=0), balance(5), balance(-125_000))
read.fails("other-balance", record("delivered-verified", balance=0), balance(5))
read.cannot_tell("no-record", balance(0))
read.cannot_tell("no-reading", record("delivered-verified", balance=0), balance(0, meter="gsme"))

old_hub = Group("not-relayed", meter="esme")
old_hub.passes(tunnel(IN, COMMAND))
old_hub.passes(tunnel(IN, COMMAND), tunnel(OUT, gbcs(counter=8)))
old_hub.fails("relayed-by-old-hub", tunnel(IN, COMMAND), tunnel(OUT, ALTERED))
old_hub.cannot_tell("nothing-forwarded")

kept_out = Group("nothing-reaches-han")
kept_out.passes(("avenue", "delivery-service>ppmid", "unreadable", 0, {}), ("han", "ppmid>esme", "zcl", 0, {}))
kept_out.passes(("keypad", "ppmid>harness", "typed", 0, {}))
kept_out.passes(submitted(), tunnel(OUT, COMMAND))
kept_out.fails("sent-to-han", utrn_submitted(), TOP_UP)
kept_out.fails("sent-to-han", submitted(), tunnel(IN, COMMAND, lost="lost"))
kept_out.cannot_tell("nothing-asked", TOP_UP)

# What the PPMID tells.

early = Group("no-success-before-the-meter")
early.passes(utrn_submitted(), TOP_UP, top_up_answer(), said("utrn-result", result="accepted"))
early.passes(utrn_submitted(), tunnel(HOME, pcs01("response")), said("utrn-result", result="accepted"))
early.passes(utrn_submitted(), top_up_answer(), utrn_submitted(), said("utrn-result", result="accepted"))
early.fails("accepted-before-meter", utrn_submitted(), said("utrn-result", result="accepted"), top_up_answer())
early.fails("accepted-before-meter", top_up_answer(), utrn_submitted(), said("utrn-result", result="accepted"))
early.fails("accepted-before-meter", utrn_submitted(), top_up_answer(False), said("utrn-result", result="accepted"))
early.cannot_tell("nothing-claimed", utrn_submitted(), top_up_answer(), said("utrn-result", result="refused"))

result = Group("result-passed-on")
result.passes(top_up_answer(), said("utrn-result", result="accepted"))
result.passes(tunnel(HOME, pcs01("response", success=False)), said("utrn-result", result="refused"))
result.fails("other-result", top_up_answer(False), said("utrn-result", result="accepted"))
result.fails("no-result", top_up_answer())
result.fails("no-result", said("utrn-result", result="accepted"), top_up_answer())
result.passes(
    top_up_answer(False), said("utrn-result", result="refused"), top_up_answer(), said("utrn-result", result="accepted")
)
result.fails(
    "other-result",
    *(top_up_answer(), said("utrn-result", result="accepted"), top_up_answer(False)),
    said("utrn-result", result="accepted"),
)
for use_case in ("CS01a", "PCS59"):
    result.cannot_tell("no-answer", tunnel(HOME, gbcs("response", use_case=use_case)))
result.cannot_tell("no-answer", said("utrn-result", result="unknown"))

for meter, seconds in (("esme", 120), ("gsme", 7200)):
    ignorant = Group("says-it-does-not-know", meter=meter)
    ignorant.passes(submitted(), tunnel(IN, COMMAND), said("status", seconds, state="unknown"))
    ignorant.passes(utrn_submitted(), TOP_UP, said("utrn-result", seconds, result="unknown"))
    ignorant.fails("late", submitted(), said("status", seconds + 1, state="unknown"))
ignorant.passes(submitted(), said("status", 3, state="unknown"), limits={"ppmid-answer-gas": 3})
ignorant.fails("late", submitted(), said("status", 4, state="unknown"), limits={"ppmid-answer-gas": 3})
ignorant.passes(submitted(), said("status", 3, state="unknown"), said("status", 9000, state="unknown"))
for earlier in (top_up_answer(), tunnel(IN, COMMAND), said("command-response", **RESPONSE)):
    ignorant.passes(earlier, submitted(), tunnel(IN, COMMAND), said("status", state="unknown"))
ignorant.fails("silent", said("status", state="unknown"), submitted())
ignorant.fails("silent", submitted(), tunnel(IN, COMMAND), said("status", state="forwarded"))
ignorant.fails("silent", submitted(), said("status", state="unknown", request="02"))
ignorant.fails("resent", submitted(), tunnel(IN, COMMAND), tunnel(IN, COMMAND), said("status", state="unknown"))
ignorant.fails("claims-a-result", utrn_submitted(), TOP_UP, said("utrn-result", result="accepted"))
ignorant.fails("claims-a-result", submitted(), said("command-response", **RESPONSE))
ignorant.cannot_tell("nothing-asked", said("status", state="unknown"))
ignorant.cannot_tell("meter-answered", utrn_submitted(), top_up_answer(), said("utrn-result", result="accepted"))

discreet = Group("no-utrn-shown")
discreet.passes(
    said("status", text="topped up"), ("ppmid-display", "ppmid>harness", "screen", 0, {"lines": ["£10.00"]})
)
discreet.fails("utrn-in-text", said("status", text="code [utrn:6f1c02] refused"))
discreet.fails("utrn-in-text", ("ppmid-display", "ppmid>harness", "screen", 0, {"lines": ["ok", "[utrn:6f1c02]"]}))
discreet.cannot_tell("no-text", utrn_submitted(text="[utrn:6f1c02]"))

no_utrn = Group("says-it-is-no-utrn")
no_utrn.passes(utrn_submitted(), said("status", state="refused", reason="utrn-not-well-formed"))
no_utrn.fails("no-refusal", utrn_submitted(), said("status", state="received", reason=None))
no_utrn.fails(
    "no-refusal", utrn_submitted(), said("status", state="refused", reason="utrn-not-well-formed", request="02")
)
no_utrn.fails("other-reason", utrn_submitted(), said("status", state="refused", reason="unknown-meter"))
no_utrn.cannot_tell("nothing-asked", submitted())

cannot_relay = Group("says-it-cannot-relay")
cannot_relay.passes(submitted(), said("status", state="refused"))
cannot_relay.fails("no-refusal", submitted(), said("status", state="refused", request="02"))
cannot_relay.fails("no-refusal", submitted())
cannot_relay.fails("no-refusal", submitted(), said("status", state="refused"), submitted(request="02"))
cannot_relay.passes(submitted(), submitted(request="02"), said("status", state="refused", request="02"))
cannot_relay.cannot_tell("nothing-asked")

# What the meter does, and the DCC, and the SM WAN.

altered = Group("altered-refused", meter="esme")
altered.passes(asked(), tunnel(OUT, ALTERED))
altered.passes(asked(), tunnel(OUT, ALTERED), tunnel(BACK, gbcs("response", success=False)))
altered.passes(asked(), tunnel(BACK, RESPONSE), tunnel(OUT, ALTERED))
altered.fails("altered-executed", asked(), tunnel(OUT, ALTERED), tunnel(BACK, RESPONSE))
altered.cannot_tell("nothing-altered", asked(), tunnel(OUT, COMMAND))
altered.cannot_tell("nothing-altered", tunnel(OUT, ALTERED))

second = Group("second-copy-refused", meter="esme")
second.passes(tunnel(OUT, COMMAND), tunnel(BACK, RESPONSE), tunnel(OUT, COMMAND))
second.passes(
    tunnel(OUT, COMMAND), tunnel(BACK, RESPONSE), tunnel(OUT, COMMAND), tunnel(BACK, gbcs("response", success=False))
)
second.passes(tunnel(OUT, COMMAND), tunnel(OUT, COMMAND))
second.passes(tunnel(OUT, COMMAND), tunnel(OUT, COMMAND), tunnel(OUT, COMMAND), tunnel(BACK, RESPONSE))
second.fails(
    "second-success", tunnel(OUT, COMMAND), tunnel(BACK, RESPONSE), tunnel(OUT, COMMAND), tunnel(BACK, RESPONSE)
)
second.cannot_tell("no-second-copy", tunnel(OUT, COMMAND), tunnel(BACK, RESPONSE), tunnel(OUT, ALTERED))


def signed(cra: str, counter: int, **more: Any) -> dict[str, Any]:
    return gbcs(cra, counter=counter, tag=f"gbcs:{cra}{counter}", signed=True, **more)


LATER = (tunnel(OUT, signed("command", 9)), tunnel(BACK, signed("response", 9)))
stale = Group("stale-refused", meter="esme")
stale.passes(*LATER, tunnel(OUT, signed("command", 8)))
stale.passes(*LATER, tunnel(OUT, signed("command", 8)), tunnel(BACK, signed("response", 8, success=False)))
stale.fails("stale-executed", *LATER, tunnel(OUT, signed("command", 8)), tunnel(BACK, signed("response", 8)))
stale.fails(
    "stale-executed",
    tunnel(OUT, COMMAND),
    *LATER,
    tunnel(OUT, signed("command", 8)),
    tunnel(BACK, signed("response", 8)),
)
stale.cannot_tell("nothing-stale", *LATER, tunnel(OUT, signed("command", 9)))
stale.cannot_tell("nothing-stale", tunnel(OUT, signed("command", 0)), tunnel(BACK, signed("response", 0)))
stale.cannot_tell("nothing-stale", tunnel(OUT, signed("command", 8)), tunnel(BACK, signed("response", 8)), *LATER)
stale.cannot_tell("nothing-stale", *LATER, tunnel(OUT, gbcs(counter=8)), tunnel(BACK, gbcs("response", counter=8)))

both_ways = Group("same-command-both-ways")
both_ways.passes(asked(), on_wan())
both_ways.fails("different-octets", asked(), on_wan(ALTERED))
both_ways.cannot_tell("no-pair", asked(), on_wan(gbcs(request="another")))
both_ways.cannot_tell("no-pair", asked(), on_wan(lost="line down"))

carried = Group("wan-carried", request="r7")
carried.passes(on_wan())
carried.passes(on_wan(way="dcc>neighbour-hub"), on_wan(way="neighbour-hub>hub"))
carried.fails("not-carried", on_wan(way="dcc>neighbour-hub"))
carried.fails("not-carried", on_wan(lost="line down"))
carried.fails("not-carried", on_wan(gbcs(request="another")))
carried.needs("wan")

uncarried = Group("wan-did-not-carry", request="r7")
uncarried.passes(asked(), on_wan(lost="line down"))
uncarried.fails("carried-nevertheless", asked(), on_wan())
uncarried.cannot_tell("not-asked", asked(request="another"))

# Times.

SECOND = 10**9


ASKED = 100  # seconds after the beginning


def timed(beyond_hub: float, whole: float) -> tuple[Line, ...]:
    """An exchange that takes so many seconds beyond the hub, of a request that takes so many in all."""
    times = {"asked_at": ASKED * SECOND, "settled_at": int((ASKED + whole) * SECOND)}
    return (
        tunnel(OUT, COMMAND, ASKED + 1),
        tunnel(BACK, RESPONSE, ASKED + 1 + beyond_hub),
        record("delivered-verified", **times),
    )


in_time = Group("response-in-time", request="r7", meter="esme")
in_time.passes(*timed(0, 30))
in_time.passes(*timed(1800, 1830))
in_time.fails("late", *timed(0, 31))
in_time.fails("late", *timed(5, 36))
in_time.fails("late", *timed(1800, 1831))
in_time.fails("late", *timed(0, 26), limits={"response-on-demand": 25})
in_time.passes(tunnel(BACK, RESPONSE), *timed(1800, 1830))
in_time.passes(record("pending"), record("pending"), *timed(0, 30))
late = timed(0, 31)
for request in ("another", "r8"):
    stray = gbcs(counter=8, request=request), gbcs("response", counter=8)
    in_time.passes(tunnel(OUT, stray[0]), tunnel(BACK, stray[1]), *timed(1800, 1830))
    in_time.fails("late", late[0], tunnel(BACK, stray[1], 1900), *late[1:])
in_time.fails("no-response", record("unknown"))
in_time.fails("no-response")
in_time.cannot_tell("no-exchange", tunnel(OUT, COMMAND), record("delivered-verified", settled_at=SECOND))
in_time.cannot_tell("within-uncertainty", *timed(0, 30), uncertainty=SECOND)
in_time.passes(*timed(0, 29), uncertainty=SECOND)
in_time.cannot_tell("within-uncertainty", *timed(0, 31), uncertainty=SECOND)
in_time.fails("late", *timed(0, 32), uncertainty=SECOND)
in_time.fails("late", *timed(0, 30.75), uncertainty=SECOND // 2)
in_time.cannot_tell("no-target", *timed(0, 1)[:2], record("delivered-verified", srv="4.4.5", settled_at=SECOND))
in_time.cannot_tell("within-uncertainty", *timed(0, 29.75), uncertainty=SECOND // 2)


def pre_command_asked(**more: Any) -> Line:
    return "duis", "dcc-user>dcc", "request", ASKED, {"request": "r7", "srv": "7.1", "cv": 4, **more}


def pre_command(after: float, **more: Any) -> Line:
    return "duis", "dcc>dcc-user", "response", ASKED + after, {"request": "r7", "kind": "pre-command", **more}


transform = Group("pre-command-in-time", request="r7")
transform.passes(pre_command_asked(), pre_command(3))
transform.passes(pre_command_asked(cv=6), pre_command_asked(), pre_command(1), pre_command(9))
transform.fails("late", pre_command_asked(), pre_command(3.25))
transform.fails("late", pre_command_asked(), pre_command(2.5), limits={"pre-command": 2})
transform.fails("no-pre-command", pre_command_asked(), pre_command(1, kind="acknowledgement"))
transform.fails("no-pre-command", pre_command_asked(), pre_command(1, request="r8"))
transform.fails("no-pre-command", pre_command_asked(), pre_command(1, lost="line down"))
transform.cannot_tell("not-asked", pre_command_asked(cv=2), pre_command_asked(request="r8"), pre_command(1))
transform.cannot_tell("within-uncertainty", pre_command_asked(), pre_command(3.25), uncertainty=SECOND // 2)


def wake(seconds: int, exchanges: int = 1) -> tuple[Line, ...]:
    return tuple(tunnel("gsme>hub", {"exchange": "get"}, seconds + number) for number in range(exchanges))


battery = Group("few-gas-exchanges")
battery.passes(*wake(0), *wake(1800), *wake(3600, 5))
battery.passes(*wake(0), *wake(1800), *wake(3600, 4))
battery.fails("too-many-exchanges", *wake(0), *wake(1800, 6))
battery.passes(*wake(0), *wake(1800, 6), limits={"gas-extra-exchanges": 5})
battery.cannot_tell("no-wake", tunnel("hub>gsme", {"exchange": "get-response"}))


# What others do, each by a name that comes before and one that comes after that of who or what is judged.


def _of_others(name: str) -> tuple[Line, ...]:
    stray = gbcs(tag=f"gbcs:{name}", request=name)
    return (
        balance(77, name),
        record("delivered-verified", request=name, settlements=2, credits=2),
        asked(stray, kind=name, request=name),
        returned(original=name, request=name),
        on_wan(stray),
        *(on_wan(gbcs(cra, tag=f"gbcs:{name}"), way=f"dcc>{name}") for cra in ("response", name)),
        *(tunnel(way, COMMAND) for way in (f"{name}>hub", f"hub>{name}")),
        *(tunnel(way, RESPONSE) for way in (f"esme>{name}", f"{name}>hub", f"hub>{name}")),
        *(tunnel(way, gbcs(name)) for way in (IN, HOME)),
        ("han", f"{name}>ppmid", name, 0, {}),
        ("han", f"esme>{name}", "consumer-top-up-response", 0, {"accepted": True}),
        said("status", state="refused", request=name),
        ("avenue", f"{name}>delivery-service", "status", 0, {"request": "01", "state": "unknown", "text": "[utrn:1]"}),
        ("keypad", f"{name}>harness", name, 0, {}),
    )


OTHERS = (*_of_others("a"), *_of_others("z"))


def judged(case: Case, make_log: Callable[..., Log], *, among: tuple[Line, ...] = ()) -> tuple[dict[str, Any], Log]:
    """The check's entry for a case, and its log, which has been through JSON as a written one has."""
    lines, arguments, home = json.loads(json.dumps([[*among, *case.lines, *among], case.arguments, case.home]))
    log = make_log(lines, **home)
    return evaluate(CHECKS[case.check], log, arguments), log


def verdict_of(entry: Mapping[str, Any]) -> tuple[str, str]:
    return entry["verdict"], entry["reason_code"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_check_comes_to(case: Case, make_log: Callable[..., Log]) -> None:
    entry, log = judged(case, make_log)
    assert verdict_of(entry) == (case.verdict, case.reason_code), entry["reason"]
    assert entry["reason"]
    assert set(entry["evidence"]) <= set(range(len(log.entries)))
    if case.verdict is PASS:
        assert entry["evidence"], "a pass shows what it rests on"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_others_do_changes_no_verdict(case: Case, make_log: Callable[..., Log]) -> None:
    entry, _ = judged(case, make_log, among=OTHERS)
    assert verdict_of(entry) == (case.verdict, case.reason_code), entry["reason"]


@pytest.mark.parametrize(
    ("check", "arguments", "lines", "evidence"),
    [
        ("says-it-cannot-relay", {}, [submitted(), said("status", state="refused"), submitted(request="02")], [3]),
        ("says-it-cannot-relay", {}, [submitted(), *[said("status", state="refused")] * 2], [1, 2]),
        ("same-command-both-ways", {}, [asked(), on_wan(), asked(EIGHTH, request="r8"), on_wan(EIGHTH)], [1, 2]),
        ("response-in-time", {"request": "r7", "meter": "esme"}, [record("pending")] * 3, [3]),
    ],
)
def test_of_several_the_evidence_names_the_one_that_was_judged(
    make_log: Callable[..., Log], check: str, arguments: dict[str, str], lines: list[Line], evidence: list[int]
) -> None:
    assert evaluate(CHECKS[check], make_log(lines), arguments)["evidence"] == evidence


RESTS_ON_MORE = {
    "altered-refused": "the Commands that the DCC made",
    "credited-once": "the top-up that was seen, or not seen, to reach the meter",
    "no-success-before-the-meter": "what was submitted",
    "response-passed-unaltered": "what was submitted",
    "response-routed-back": "the Command that was relayed",
    "stale-refused": "the later Command that was executed",
    "wan-did-not-carry": "the DCC's answer",
}
"""The checks whose evidence alone does not bear their verdict out, and what it lacks."""


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.check not in RESTS_ON_MORE], ids=lambda case: case.name
)
def test_the_evidence_alone_bears_the_verdict_out(case: Case, make_log: Callable[..., Log]) -> None:
    entry, log = judged(case, make_log)
    cited = Log(tuple(one for one in log.entries if one.n in {0, *entry["evidence"]}))
    assert verdict_of(evaluate(CHECKS[case.check], cited, case.arguments)) == verdict_of(entry)


def test_every_reason_of_every_check_is_proved() -> None:
    proved = {(case.check, case.verdict, case.reason_code) for case in CASES if case.verdict is FAIL}
    assert proved == {(check.id, FAIL, reason) for check in CHECKS.values() for reason in check.reasons}
    for verdict in (PASS, INCONCLUSIVE):
        assert {case.check for case in CASES if case.verdict is verdict} == set(CHECKS), verdict


@pytest.mark.parametrize(
    ("outcome", "proven"),
    [("delivered-verified", 1), ("refused-verified", 1), ("reported-unverified", 0), ("unknown", 0), ("pending", 0)],
)
def test_whether_an_outcome_is_proven_is_measured(make_log: Callable[..., Log], outcome: str, proven: int) -> None:
    log = make_log([record(outcome)])
    for check in (("response-verified", {}), ("outcome-is", {"outcome": "unknown"})):
        entry = evaluate(CHECKS[check[0]], log, {"request": "r7", **check[1]})
        assert entry["measurements"] == [{"id": "outcome-proven", "value": proven, "unit": "share", "n": 1}]


@pytest.mark.parametrize(
    ("millipence", "written"),
    [(0, "£0.00"), (1_000, "£0.01"), (-40_000, "-£0.40"), (1_234_567, "£12.35"), (10**9, "£10000.00")],
)
def test_money_is_written_in_pounds(millipence: int, written: str) -> None:
    assert pounds(millipence) == written


def measured(entry: Mapping[str, Any]) -> dict[str, float]:
    return {one["id"]: one["value"] for one in entry["measurements"]}


def test_four_times_are_kept_apart(make_log: Callable[..., Log]) -> None:
    """36.25 s at the User, 5.5 s of them beyond the hub: 30.75 s by the DCC's reckoning, by hand.

    The Command is at the meter 1 s after it was asked for, and 0.25 s after it left the User's systems.
    """
    log = make_log([submitted(seconds=ASKED + 0.75), *timed(5.5, 36.25)], uncertainty=SECOND // 2)
    entry = evaluate(CHECKS["response-in-time"], log, {"request": "r7", "meter": "esme"})
    assert measured(entry) == {
        "user-time": 36.25,
        "path-time": 0.25,
        "beyond-hub-time": 5.5,
        "dcc-equivalent-time": 30.75,
        "customer-time": 6.5,
    }
    assert entry["reason"] == "30.750 s of 30 s, margin -0.750 s, clock ±0.5 s (5.500 s beyond the hub deducted)"


@pytest.mark.parametrize(
    ("seconds", "extra"),
    [((0,), 0), ((0, 1), 1), ((0, 60), 1), ((0, 61), 0), ((0, 61, 122, 183), 0), ((100, 160, 220, 281), 2)],
)
def test_exchanges_a_minute_apart_are_of_one_wake(
    make_log: Callable[..., Log], seconds: tuple[int, ...], extra: int
) -> None:
    log = make_log([line for second in seconds for line in wake(second)])
    entry = evaluate(CHECKS["few-gas-exchanges"], log, {})
    assert measured(entry) == {"gas-extra-exchanges": extra}
