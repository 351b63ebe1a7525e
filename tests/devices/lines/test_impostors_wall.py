"""A PPMID's real calls, answered by somebody else: a good one refuses, and a careless one does not."""

from dataclasses import fields
from datetime import timedelta

import pytest
from line_ends import Side, Sides
from tls_bench import NOW, Bench, harness, pair, ppmid

from ppmid_devices.lines.certificates import TestPki
from ppmid_devices.lines.impostors import IMPOSTORS
from ppmid_devices.lines.tls_settings import TlsCaller
from ppmid_devices.ports import CannotArrange
from ppmid_devices.ppmid import faulty_tls

ISSUER = TestPki(b"seed", "bench-1", NOW - timedelta(days=1))
REFUSALS = dict(
    zip(
        IMPOSTORS,
        (
            "it refuses our certificate: it does not trust who issued it",
            "it refuses our certificate: expired",
            "it refuses our certificate",
            "it does not offer TLS 1.3",
        ),
        strict=True,
    )
)
TAKERS = dict(
    zip(
        IMPOSTORS,
        (
            faulty_tls.TakesAnyCertificate.tls,
            faulty_tls.TakesExpired.tls,
            faulty_tls.TakesAnyName.tls,
            faulty_tls.SpeaksOldTls.tls,
        ),
        strict=True,
    )
)


def deceived(ours: Side, flaw: str) -> str:
    ours.clock.perform(lambda: ours.line.issue_by(ISSUER))
    ours.clock.perform(lambda: ours.line.impersonate(flaw))
    ours.until(lambda: bool(ours.line.deceived))
    found: str = ours.line.deceived[0]
    return found


@pytest.mark.parametrize("flaw", IMPOSTORS)
def test_a_good_ppmid_refuses_it_and_then_takes_the_delivery_service_again(
    flaw: str, sides: Sides, bench: Bench
) -> None:
    ours, theirs = pair(sides, bench)
    assert deceived(ours, flaw) == REFUSALS[flaw]
    assert not ours.line.up
    ours.clock.perform(ours.line.be_itself)
    ours.until(lambda: ours.line.up)
    ours.send(b"again")
    theirs.until(lambda: theirs.given == [b"again"])


@pytest.mark.parametrize("flaw", IMPOSTORS)
def test_a_ppmid_that_does_not_look_speaks_to_it(flaw: str, sides: Sides, bench: Bench) -> None:
    ours = harness(sides, bench.listener())
    good = bench.caller(ours.line.address)
    careless: type[TlsCaller] = TAKERS[flaw]
    ppmid(sides, careless(**{field.name: getattr(good, field.name) for field in fields(good)}))
    ours.until(lambda: ours.line.up)
    assert deceived(ours, flaw) == ""


def test_without_the_issuers_keys_nobody_can_be_impersonated(sides: Sides, bench: Bench) -> None:
    ours, _ = pair(sides, bench)
    with pytest.raises(CannotArrange, match="issuer"):
        ours.clock.perform(lambda: ours.line.impersonate(next(iter(IMPOSTORS))))
