"""The table of target response times against the Service Requests of DUIS and the limits that it names."""

import pytest

from ppmid_bench.limits import LIMITS
from ppmid_bench.response_times import RESPONSE_TIMES
from ppmid_protocols.duis.services import SERVICE_REQUESTS


def test_every_service_reference_variant_has_a_row() -> None:
    assert set(RESPONSE_TIMES) == set(SERVICE_REQUESTS)


def test_every_limit_that_is_named_exists() -> None:
    assert {name for name in RESPONSE_TIMES.values() if name} == {"response-on-demand"}
    assert LIMITS["response-on-demand"].status == "assumed"


def test_what_the_dcc_answers_itself_has_no_target() -> None:
    assert [srv for srv, known in SERVICE_REQUESTS.items() if known.non_device and RESPONSE_TIMES[srv]] == []


@pytest.mark.parametrize("srv", ["1.5", "1.6", "2.1", "2.2", "2.3", "2.5", "3.5", "4.3", "4.18", "7.1", "7.4"])
def test_ordinary_services_have_the_on_demand_target(srv: str) -> None:
    assert RESPONSE_TIMES[srv] == "response-on-demand"


@pytest.mark.parametrize("srv", ["4.4.5", "4.8.1", "6.13", "11.1"])
def test_logs_bulk_reads_and_firmware_have_none_that_is_known(srv: str) -> None:
    assert RESPONSE_TIMES[srv] is None
