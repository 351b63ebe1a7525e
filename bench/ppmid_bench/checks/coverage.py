"""What gives a home the SM WAN, and what does not; who works on it, in which order, and within which time."""

from collections.abc import Mapping
from typing import Any

from ppmid_bench.checks.check import Finding, Measurement, check, failed, inconclusive, limit, passed
from ppmid_bench.evidence import Entry, Log
from ppmid_devices.links.wan_variants import FITTED_BY, VARIANTS
from ppmid_devices.ports import DAY

_Act = Mapping[str, Any]


@check(
    "no-coverage-by-proposal",
    judges="route",
    needs=("wan",),
    reasons=("up-by-proposal",),
    requirements=("REQ-044",),
)
def no_coverage_by_proposal(log: Log) -> Finding:
    """That a solution is proposed brings no SM WAN: until something is fitted, the hub has what it had before."""
    proposals = log.of("wan", "solution-proposed")
    if not proposals:
        return inconclusive("nothing-proposed", "nobody has proposed a solution")
    proposal = proposals[0]
    coverage = log.of("wan", "coverage")
    before = [entry for entry in coverage if entry.n < proposal.n]
    if not before or before[-1].fields["up"]:
        return inconclusive("covered-before", "the hub had the SM WAN before, or nobody looked", proposal, *before[-1:])
    fitted = [entry for entry in log.of("wan", "aerial", fitted=True) if entry.n > proposal.n]
    came = [entry for entry in coverage if entry.n > proposal.n and entry.fields["up"]]
    if came and not any(entry.n < came[0].n for entry in fitted):
        sentence = "the hub had the SM WAN though nothing was fitted"
        return failed("up-by-proposal", sentence, before[-1], proposal, came[0])
    return passed("a solution was proposed, and the hub stayed without the SM WAN", before[-1], proposal)


@check(
    "wan-of-its-kind",
    judges="route",
    needs=("wan",),
    reasons=("up-though-never", "up-unaided"),
    requirements=("REQ-017",),
)
def wan_of_its_kind(log: Log) -> Finding:
    """An intermittent SM WAN comes and goes, one to come comes by what is fitted or next door, others stay away."""
    home, seen = log.home["home"], log.of("wan", "coverage")
    up, down = ([entry for entry in seen if entry.fields["up"] is state] for state in (True, False))
    if home["wan"] == "intermittent":
        if not up or not down:
            return inconclusive("not-seen-both", "the SM WAN was not seen both there and away", *seen)
        return passed("the SM WAN was there, and away", up[0], down[0])
    aids = log.of("wan", "aerial", fitted=True)
    if home["wan"] == "never-wan":
        unaided, sentence = up, "the SM WAN reached a home that it never reaches"
        reason = "up-though-never"
    else:
        unaided = [one for one in up if home["neighbour_hub"] is None and not any(aid.t <= one.t for aid in aids)]
        sentence, reason = "the SM WAN came, and nothing had been fitted", "up-unaided"
    if unaided:
        return failed(reason, sentence, *down[:1], unaided[0])
    if not down:
        return inconclusive("not-looked", "nobody saw the home without the SM WAN", *seen)
    return passed("the SM WAN came by what was fitted or next door, or stayed away", *down, *aids, *up)


# What stands in the record of those who work on coverage


def _record(log: Log) -> tuple[list[Entry], list[_Act]]:
    """The latest reading of the record, in a list, and what stands in it, oldest first."""
    readings = log.of("dcc", "coverage-acts")[-1:]
    return readings, [act for entry in readings for act in entry.fields["acts"]]


def _done(acts: list[_Act], act: str) -> list[_Act]:
    return [one for one in acts if one["act"] == act and not one["refused"]]


@check(
    "prepayment-first",
    judges="coverage-desk",
    needs=("dcc",),
    reasons=("credit-before-prepayment",),
    requirements=("REQ-046",),
)
def prepayment_first(log: Log) -> Finding:
    """Of two homes for which all is ready, the one that prepays has its hub exchanged before one on credit."""
    read, acts = _record(log)
    compared = 0
    for place, exchange in enumerate(acts):
        if exchange["act"] != "exchanged" or exchange["refused"] or exchange["mode"] == "prepayment":
            continue
        passed_over = _prepaying_and_ready(acts[:place])
        if passed_over:
            sentence = f"{exchange['premise']} is on credit and came before {', '.join(passed_over)}, which prepays"
            return failed("credit-before-prepayment", sentence, *read)
        compared += 1
    if not compared or not any(one["mode"] == "prepayment" for one in _done(acts, "exchanged")):
        return inconclusive("nothing-to-compare", "not both kinds of home have had a hub exchanged", *read)
    return passed("every home that prepays came first", *read)


def _prepaying_and_ready(acts: list[_Act]) -> list[str]:
    """The homes that prepay, for which all is ready, and that have not been served."""
    advised = {one["premise"] for one in _done(acts, "advised") if one["mode"] == "prepayment"}
    consented = {one["premise"] for one in _done(acts, "consented")}
    return sorted((advised & consented) - {one["premise"] for one in _done(acts, "exchanged")})


@check(
    "consent-before-exchange",
    judges="coverage-desk",
    needs=("dcc",),
    reasons=("without-consent",),
    requirements=("REQ-043",),
)
def consent_before_exchange(log: Log) -> Finding:
    """No hub without mesh is exchanged for one with it before the customer's consent is on record."""
    read, acts = _record(log)
    visits = [one for one in acts if one["act"] == "exchanged" and _brings_mesh(one)]
    if not visits:
        return inconclusive("no-visit", "nobody has come to exchange a hub for one with mesh", *read)
    for visit in visits:
        agreed = [one for one in _done(acts, "consented") if one["premise"] == visit["premise"]]
        if not visit["refused"] and not any(one["at"] <= visit["at"] for one in agreed):
            return failed("without-consent", f"{visit['premise']} has another hub, and nobody was asked", *read)
    refused = sum(bool(one["refused"]) for one in visits)
    return passed(f"of {len(visits)} visits {refused} changed nothing, and no hub was exchanged without consent", *read)


def _brings_mesh(visit: _Act) -> bool:
    return bool(VARIANTS[visit["detail"]].neighbour) and not VARIANTS[visit["before"]].neighbour


@check(
    "fitted-by-whom-it-is-for",
    judges="coverage-desk",
    needs=("dcc",),
    reasons=("not-theirs",),
    requirements=("REQ-042",),
)
def fitted_by_whom_it_is_for(log: Log) -> Finding:
    """A T3 aerial is fitted by the DCC alone, every other variant by Suppliers."""
    read, acts = _record(log)
    came = [one for one in acts if one["act"] == "aerial"]
    if not came:
        return inconclusive("nobody-came", "nobody has come to fit an aerial", *read)
    wrong = [one for one in came if not one["refused"] and FITTED_BY[one["detail"]] != one["by"]]
    if wrong:
        return failed("not-theirs", f"a {wrong[0]['detail']} was fitted by the {wrong[0]['by']}", *read)
    return passed("every aerial was fitted by whom it is for, or not at all", *read)


@check(
    "advised-in-time",
    judges="coverage-desk",
    needs=("dcc", "wan"),
    reasons=("not-advised", "late"),
    requirements=("REQ-038", "REQ-045"),
    limits=("coverage-advice",),
    assumed=("coverage-desk.advice_days", "coverage-desk.visit_days"),
)
def advised_in_time(log: Log) -> Finding:
    """DCC and Service Provider advise the Supplier to exchange the home's hub within the time for coverage."""
    return _in_time(log, "advised", "not-advised", "coverage-advice")


@check(
    "proposed-in-time",
    judges="coverage-desk",
    needs=("dcc", "wan"),
    reasons=("no-proposal", "late"),
    requirements=("REQ-038", "REQ-044"),
    limits=("coverage-proposal",),
)
def proposed_in_time(log: Log) -> Finding:
    """The DCC proposes a solution for a reported home within the time of its duty; what comes of it is measured."""
    return _in_time(log, "proposed", "no-proposal", "coverage-proposal")


def _in_time(log: Log, act: str, missing: str, allowed: str) -> Finding:
    read, acts = _record(log)
    mine = [one for entry in read for one in acts if one["premise"] == entry.fields["home"]]
    reports, done = _done(mine, "reported"), _done(mine, act)
    if not reports:
        return inconclusive("not-reported", "nobody has reported the home", *read)
    reported, due = reports[0]["at"], limit(log, allowed).value * DAY
    if not done:
        if read[0].t - reported <= due:
            return inconclusive("not-due", f"the home is not {act}, and need not be yet", *read)
        return failed(missing, f"the home was not {act} within {limit(log, allowed).value:g} days", *read)
    took = done[0]["at"] - reported
    if took > due:
        return failed("late", f"the home was {act} after {took / DAY:g} days", *read)
    rest, days = _coverage_since(log, reported, read[0])
    sentence = f"the home was {act} after {took / DAY:g} days; it had no SM WAN for {days.value:g} days"
    by_then = Measurement(f"days-until-{act}", took / DAY, "d", "home")
    return passed(sentence, *rest, *read, measurements=(by_then, days))


def _coverage_since(log: Log, reported: int, read: Entry) -> tuple[list[Entry], Measurement]:
    """For how many days the home had no SM WAN since the report, until it came or the record was read."""
    came = [entry for entry in log.of("wan", "coverage", up=True) if reported <= entry.t and entry.n < read.n][:1]
    until = came[0].t if came else read.t
    return came, Measurement("days-without-coverage", (until - reported) / DAY, "d", "home")
