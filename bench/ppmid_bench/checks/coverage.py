"""What gives a home the SM WAN, and what does not."""

from ppmid_bench.checks.check import Finding, check, failed, inconclusive, passed
from ppmid_bench.evidence import Log


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
