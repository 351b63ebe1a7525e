"""Rehearsed calls by TLS: who is spoken to by a PPMID that looks, and by ones that do not."""

from random import Random

import pytest

from ppmid_bench.home_keys import EUIS
from ppmid_bench.tls_call import call, waits
from ppmid_devices import roles
from ppmid_devices.lines.impostors import IMPOSTORS
from ppmid_devices.lines.tls_settings import TlsCaller
from ppmid_devices.ppmid.faulty_tls import CallsOnTheBeat, SpeaksOldTls, TakesAnyCertificate, TakesAnyName, TakesExpired

PPMID = EUIS[roles.PPMID]
ISSUER, EXPIRED, NAME, OLD = IMPOSTORS
TOLD = {ISSUER: "certificate does not hold", EXPIRED: "expired", NAME: "mismatch", OLD: "does not offer TLS 1.3"}


def test_the_delivery_service_is_spoken_to() -> None:
    assert call(TlsCaller, PPMID) == ""


@pytest.mark.parametrize("impostor", IMPOSTORS)
def test_nobody_else_is(impostor: str) -> None:
    assert TOLD[impostor] in call(TlsCaller, PPMID, impostor)


@pytest.mark.parametrize(
    ("careless", "takes"),
    [
        (TakesAnyCertificate, {ISSUER, EXPIRED, NAME}),
        (TakesAnyName, {NAME}),
        (TakesExpired, {EXPIRED}),
        (SpeaksOldTls, {OLD}),
    ],
)
def test_each_careless_one_speaks_to_just_those_that_it_does_not_look_at(careless: type, takes: set[str]) -> None:
    assert {impostor for impostor in IMPOSTORS if not call(careless.tls, PPMID, impostor)} == takes
    assert call(careless.tls, PPMID) == "", "and to the delivery service"


def test_waits_double_up_to_the_longest_each_between_half_and_one_and_a_half_times_as_long() -> None:
    plain = [0.5, 1, 2, 4, 8, 16, 30, 30]
    found = waits(TlsCaller, 8, Random(1))
    assert all(0.5 * one <= wait < 1.5 * one for one, wait in zip(plain, found, strict=True))
    assert waits(TlsCaller, 8, Random(2)) != found
    assert waits(CallsOnTheBeat.tls, 8, Random(2)) == plain
