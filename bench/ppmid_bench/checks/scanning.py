"""What answers on the PPMID's Internet side."""

import re

from ppmid_bench.checks.check import Finding, check, failed, inconclusive, passed
from ppmid_bench.evidence import Log


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
