"""What the check of a scan of the PPMID's Internet side comes to."""

import pytest
from check_cases import Case, Cases, Line, MakeLog

CASES = Cases("scanning")


def scan(*ports: int) -> Line:
    return "network-scan", "ppmid>harness", "open-ports", 0, {"ports": list(ports)}


shut = CASES.of("no-other-port-open")
shut.passes(scan(), declared={"open-ports": "none"})
shut.passes(scan())
shut.passes(scan(443, 8883), declared={"open-ports": "443, 8883 and 5683"})
shut.fails("undeclared-port", scan(23), declared={"open-ports": "none"})
shut.fails("undeclared-port", scan(23, 443), declared={"open-ports": "443"})
shut.fails("undeclared-port", scan(44), declared={"open-ports": "443"})
shut.cannot_tell("not-scanned")


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_check_comes_to(case: Case, make_log: MakeLog) -> None:
    case.holds(make_log)


def test_every_reason_of_every_check_is_proved() -> None:
    CASES.are_complete()
