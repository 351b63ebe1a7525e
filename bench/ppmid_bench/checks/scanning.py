"""The PPMID's Internet side: what answers there, and to whom it speaks."""

import re

from ppmid_bench.checks.check import Finding, check, failed, inconclusive, passed
from ppmid_bench.evidence import Log
from ppmid_devices.ports import SECOND


@check(
    "no-other-port-open",
    judges="ppmid",
    needs=(),
    reasons=("undeclared-port",),
    requirements=("REQ-011",),
    threats=("I6",),
    purposes=("PP-018",),
)
def no_other_port_open(log: Log) -> Finding:
    """On its Internet side the PPMID takes connections on the ports that its maker declares, and on no others."""
    scans = log.of("network-scan", "open-ports")
    if not scans:
        return inconclusive("not-scanned", "its Internet side was not scanned")
    declared = {int(port) for port in re.findall(r"[0-9]+", str(log.home.get("declared", {}).get("open-ports", "")))}
    found = scans[-1].fields["ports"]
    more = [str(port) for port in found if port not in declared]
    if more:
        return failed("undeclared-port", f"it answers on what its maker does not declare: {', '.join(more)}", scans[-1])
    return passed(f"it answers on {', '.join(map(str, found)) or 'no port'}, as its maker declares", scans[-1])


@check(
    "speaks-to-its-service-alone",
    judges="ppmid",
    needs=(),
    reasons=("spoke-to-another", "refused-its-service"),
    requirements=("REQ-011",),
    threats=("I1b",),
    purposes=("PP-017",),
)
def speaks_to_its_service_alone(log: Log) -> Finding:
    """By TLS the PPMID speaks to the delivery service, and to nobody of another name, issuer, date or older version."""
    genuine, others = log.of("tls", "call", genuine=True), log.of("tls", "call", genuine=False)
    if not genuine or not others:
        return inconclusive("not-called", "it has not called both the delivery service and another", *genuine, *others)
    for one in genuine:
        if one.fields["refused"]:
            return failed(
                "refused-its-service", f"it refused the delivery service: {one.fields['refused']}", one, *others
            )
    for one in others:
        if not one.fields["refused"]:
            return failed("spoke-to-another", f"it spoke to one with {one.fields['answers']}", *genuine, one)
    why = "; ".join(str(one.fields["refused"]) for one in others)
    return passed(f"it spoke to the delivery service, and refused another: {why}", *genuine, *others)


@check(
    "calls-again-spread",
    judges="ppmid",
    needs=(),
    reasons=("on-the-beat",),
    purposes=("PP-016",),
)
def calls_again_spread(log: Log) -> Finding:
    """After calls in vain the PPMID calls again by itself, and not on the same beat each time, as all others would."""
    series = log.of("tls", "calls-in-vain")
    if len(series) < 2 or not all(one.fields["waits"] for one in series):
        return inconclusive("not-tried", "it has not called in vain twice over", *series)
    unsure = log.home["uncertainty"] / SECOND
    first, *others = (one.fields["waits"] for one in series)
    if all(abs(one - other) <= unsure for more in others for one, other in zip(first, more, strict=False)):
        waits = ", ".join(f"{one:.3f} s" for one in first)
        return failed("on-the-beat", f"each time it called again after the same waits: {waits}", *series)
    return passed("it called again after other waits each time", *series)
