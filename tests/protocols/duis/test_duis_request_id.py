"""RequestID: the regular expression of the schema, its edges, and the swap that makes a ResponseID."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppmid_protocols.duis.request_id import RequestId, response_id
from ppmid_protocols.errors import Malformed
from ppmid_protocols.eui import Eui

SUPPLIER, ESME = "90-B3-D5-1F-30-01-00-00", "00-DB-12-34-56-78-90-A0"


def test_a_published_request_id_has_the_parts_originator_target_and_counter() -> None:
    found = RequestId.parse(f"{SUPPLIER}:{ESME}:12884901888")
    assert found == RequestId(Eui.parse(SUPPLIER), Eui.parse(ESME), 3 << 32)


def test_the_response_id_swaps_the_parties_and_keeps_the_counter() -> None:
    assert str(response_id(RequestId.parse(f"{SUPPLIER}:{ESME}:1000"))) == f"{ESME}:{SUPPLIER}:1000"


@pytest.mark.parametrize("counter", ["0", "18446744073709551615"])
def test_counters_at_the_edges_are_read(counter: str) -> None:
    assert str(RequestId.parse(f"{SUPPLIER}:{ESME}:{counter}")).endswith(f":{counter}")


@pytest.mark.parametrize(
    "counter", ["18446744073709551616", "99999999999999999999", "01", "00", "-1", "+1", "", "1 ", "١"]
)
def test_other_counters_are_refused(counter: str) -> None:
    with pytest.raises(Malformed, match="counter"):
        RequestId.parse(f"{SUPPLIER}:{ESME}:{counter}")


@pytest.mark.parametrize("eui", ["90B3D51F30010000", "90:B3:D5:1F:30:01:00:00", "90-B3-D5-1F-30-01-00", ""])
def test_euis_in_another_form_are_refused(eui: str) -> None:
    with pytest.raises(Malformed, match="RequestID"):
        RequestId.parse(f"{eui}:{ESME}:1")


def test_hex_digits_of_either_case_are_the_same_identifier() -> None:
    assert RequestId.parse(f"{SUPPLIER.lower()}:{ESME}:1") == RequestId.parse(f"{SUPPLIER}:{ESME}:1")


@given(st.binary(min_size=8, max_size=8), st.binary(min_size=8, max_size=8), st.integers(0, 2**64 - 1))
def test_any_request_id_comes_back_from_its_text_and_swaps_twice_to_itself(
    originator: bytes, target: bytes, counter: int
) -> None:
    made = RequestId(Eui(originator), Eui(target), counter)
    assert RequestId.parse(str(made)) == made
    assert response_id(response_id(made)) == made
