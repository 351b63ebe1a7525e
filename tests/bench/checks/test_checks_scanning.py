"""What the checks of the PPMID's Internet side come to."""

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


def called(genuine: bool, refused: str = "") -> Line:
    who = "the delivery service" if genuine else "a certificate of another name"
    return "tls", "ppmid>harness", "call", 0, {"answers": who, "genuine": genuine, "refused": refused}


alone = CASES.of("speaks-to-its-service-alone")
alone.passes(called(True), called(False, "another name"))
alone.fails("spoke-to-another", called(True), called(False))
alone.fails("spoke-to-another", called(True), called(False, "another name"), called(False))
alone.fails("refused-its-service", called(True, "another name"), called(False, "another name"))
alone.cannot_tell("not-called", called(True))
alone.cannot_tell("not-called", called(False))


def in_vain(*waits: float) -> Line:
    return "tls", "ppmid>harness", "calls-in-vain", 0, {"waits": list(waits)}


spread = CASES.of("calls-again-spread")
spread.passes(in_vain(0.5, 1.2), in_vain(0.6, 1.2))
spread.passes(in_vain(0.5), in_vain(0.5), in_vain(0.7))
spread.passes(in_vain(0.5), in_vain(0.56), uncertainty=50_000_000)
spread.fails("on-the-beat", in_vain(0.5, 1.0), in_vain(0.5, 1.0))
spread.fails("on-the-beat", in_vain(0.5), in_vain(0.54), uncertainty=50_000_000)
spread.cannot_tell("not-tried", in_vain(0.5))
spread.cannot_tell("not-tried", in_vain(0.5), in_vain())


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_check_comes_to(case: Case, make_log: MakeLog) -> None:
    case.holds(make_log)


def test_every_reason_of_every_check_is_proved() -> None:
    CASES.are_complete()
