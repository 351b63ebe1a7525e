"""Responses that came by another way than the SM WAN, returned by SRV 8.13."""

import pytest
from dcc_bench import Bench, local_command, response_of, returned, top_up
from home_parts import BROKER, ESME, GSME, OTHER_SUPPLIER

from ppmid_protocols.duis import bodies
from ppmid_protocols.duis.documents import Request
from ppmid_protocols.duis.request_id import RequestId


@pytest.mark.parametrize("original", [top_up(2).request_id, None])
def test_a_returned_response_marks_local_delivery(original: RequestId | None) -> None:
    bench = Bench()
    bench.ask(top_up(2))
    answer = bench.ask(returned(response_of(ESME), original))
    assert answer is not None
    assert (answer.code, answer.srv, answer.body) == ("I0", "8.13", None)
    (record,) = bench.dcc.services()
    assert (record.delivered_locally, record.delivered_over_wan) == (True, False)
    assert (record.request, record.srv, record.command_variant) == (str(top_up(2).request_id), "2.2", 2)


def test_a_returned_response_that_fits_no_request_is_refused() -> None:
    bench = Bench()
    local = local_command(bench.ask(top_up(2)))
    for at, (octets, original) in enumerate(
        (
            (response_of(GSME), None),
            (response_of(ESME), top_up(2, GSME).request_id),
            (local, top_up(2).request_id),  # a Command
        )
    ):
        answer = bench.ask(returned(octets, original, 2000 + at))
        assert answer is not None
        assert answer.code == "E081301"
    assert not bench.dcc.services()[0].delivered_locally


def test_another_user_cannot_return_a_response() -> None:
    bench = Bench()
    bench.ask(top_up(2))
    identity = RequestId(OTHER_SUPPLIER, BROKER, 2000)
    body = bodies.ReturnLocalCommandResponse(top_up(2).request_id, response_of(ESME))
    answer = bench.ask(Request(identity, 8, "8.13", body), OTHER_SUPPLIER)
    assert answer is not None
    assert answer.code == "E081301"
    assert not bench.dcc.services()[0].delivered_locally
