"""Command Variants and Service Requests: the tables against the published matrix, and each refusal with its code."""

import json
from pathlib import Path

import pytest

from ppmid_protocols.duis import bodies
from ppmid_protocols.duis.documents import Request
from ppmid_protocols.duis.request_id import RequestId
from ppmid_protocols.duis.service_body import ServiceBody
from ppmid_protocols.duis.services import SERVICE_REQUESTS, Local, Target, UserRole
from ppmid_protocols.duis.variants import VARIANTS, Output, Refused, Service, check
from ppmid_protocols.errors import Malformed, Unsupported
from ppmid_protocols.utrn import Utrn

REQUEST_ID = RequestId.parse("90-B3-D5-1F-30-01-00-00:00-DB-12-34-56-78-90-A0:1")
TOP_UP = bodies.TopUpDevice(Utrn.parse("73946144332040217315"))
SIGNED = bodies.SignedPreCommand(b"gbcs")
BODIES: dict[str, bodies.RequestBody] = {
    "2.2": TOP_UP,
    "2.5": bodies.ActivateEmergencyCredit(),
    "4.18": bodies.ReadMeterBalance(),
    "7.1": bodies.EnableSupply(),
    "7.3": bodies.ArmSupply(),
    "7.4": bodies.ReadSupplyStatus(),
    "8.13": bodies.ReturnLocalCommandResponse(None, b"gbcs"),
}


def request(srv: str, variant: int) -> Request:
    return Request(REQUEST_ID, variant, srv, SIGNED if variant in (5, 6, 7) else BODIES[srv])


def test_the_table_agrees_with_the_published_matrix(shared: Path) -> None:
    matrix = json.loads((shared / "data" / "srv_matrix.json").read_text(encoding="utf-8"))
    published = {
        row["Service Reference Variant"]: (
            row["Critical"] == "Yes",
            row["Non-Device Request"] == "Yes",
            frozenset(row["Eligible User Roles"]),
            frozenset(row["Future Dated Response Pattern"].replace("DSP", "dcc").lower().split()) - {"no", "&"},
            row["DCC Scheduled"] == "Yes",
        )
        for row in matrix
    }
    table = {
        srv: (
            row.critical,
            row.non_device,
            frozenset(map(str, row.roles)),
            frozenset(map(str, row.dated)),
            row.scheduled,
        )
        for srv, row in SERVICE_REQUESTS.items()
    }
    assert table == published


def test_a_service_is_named_by_its_body() -> None:
    assert SERVICE_REQUESTS["1.5"].name == "Update Meter Balance"
    assert SERVICE_REQUESTS["4.1.3"].name == "Read Instantaneous Import TOU With Blocks Matrices"
    assert SERVICE_REQUESTS["7.1"].body() == bodies.EnableSupply()
    assert SERVICE_REQUESTS["4.3"].body() == ServiceBody.of("ReadInstantaneousPrepayValues")


def test_what_can_be_delivered_locally_is_what_takes_a_local_command_variant() -> None:
    """The column is an upper bound by the schema; unknown where it allows what may not make sense."""
    for row in SERVICE_REQUESTS.values():
        assert (row.local is Local.NO) == (not row.variants & {2, 6}), row.srv
    counts = {local: sum(row.local is local for row in SERVICE_REQUESTS.values()) for local in Local}
    assert counts == {Local.YES: 108, Local.NO: 18, Local.UNKNOWN: 3}
    assert [row.srv for row in SERVICE_REQUESTS.values() if row.local is Local.UNKNOWN] == ["6.21", "6.23", "7.16"]


def test_the_services_that_a_schedule_may_ask_for() -> None:
    scheduled = {row.srv for row in SERVICE_REQUESTS.values() if row.scheduled}
    reads = {"4.6.1", "4.6.2", "4.8.1", "4.8.2", "4.8.3", "4.10", "4.12.1", "4.12.2", "4.14", "4.15", "4.16", "4.17"}
    assert scheduled == reads | {"14.1"}


def test_what_each_command_variant_gives_and_when() -> None:
    command, local = Output.COMMAND, Output.LOCAL_COMMAND
    expected = {
        1: ((command,), True, False),
        2: ((local,), False, True),
        3: ((command, local), True, True),
        4: ((Output.PRE_COMMAND,), False, True),
        5: ((command,), True, False),
        6: ((local,), False, True),
        7: ((command, local), True, True),
        8: ((Output.SERVICE_RESPONSE,), False, True),
        9: ((), False, False),
    }
    assert {n: (row.gives, row.over_wan, row.synchronous) for n, row in VARIANTS.items()} == expected


@pytest.mark.parametrize("srv", BODIES)
def test_a_service_takes_its_command_variants_and_no_others(srv: str) -> None:
    allowed = {"2.2": {1, 2, 3}, "4.18": {1, 2, 3}, "7.4": {1, 2, 3}, "8.13": {8}}.get(srv, {4, 5, 6, 7})
    for variant in range(1, 10):
        if variant in allowed:
            assert check(request(srv, variant)).srv == srv
        else:
            with pytest.raises(Refused) as refused:
                check(request(srv, variant))
            assert refused.value.code == "E12"


@pytest.mark.parametrize(("variant", "body"), [(4, SIGNED), (5, bodies.ArmSupply()), (6, bodies.ArmSupply())])
def test_only_a_signed_pre_command_is_signed(variant: int, body: bodies.RequestBody) -> None:
    with pytest.raises(Refused, match="E12"):
        check(Request(REQUEST_ID, variant, "7.3", body))


@pytest.mark.parametrize(
    ("srv", "body", "dated", "undated"),
    [
        ("2.1", bodies.SignedPreCommand(b"gbcs", execution_date_time=1), (5,), (6, 7)),
        ("4.18", bodies.ReadMeterBalance(execution_date_time=1), (1,), (2, 3)),
        ("3.1", ServiceBody.of("DisplayMessage", {"ExecutionDateTime": 1, "SupplierMessage": "x"}), (1,), (2, 3)),
    ],
)
def test_future_dating_goes_over_the_wan_only(
    srv: str, body: bodies.RequestBody, dated: tuple[int, ...], undated: tuple[int, ...]
) -> None:
    for variant in dated:
        assert check(Request(REQUEST_ID, variant, srv, body))
    for variant in undated:
        with pytest.raises(Refused, match=r"E12.*future-dated"):
            check(Request(REQUEST_ID, variant, srv, body))


def test_what_is_never_future_dated_bears_no_date() -> None:
    dated = Request(REQUEST_ID, 5, "7.3", bodies.SignedPreCommand(b"gbcs", execution_date_time=1))
    with pytest.raises(Malformed, match=r"SRV 7\.3 cannot be future-dated"):
        check(dated)


@pytest.mark.parametrize(("srv", "variant"), [("8.1.1", 6), ("8.1.1", 7), ("8.5", 2), ("8.5", 3)])
def test_what_no_device_is_given_locally_is_refused_as_such(srv: str, variant: int) -> None:
    with pytest.raises(Refused, match=r"E17.*not given for local delivery"):
        check(Request(REQUEST_ID, variant, srv, SIGNED))


def test_a_request_that_the_dcc_answers_has_no_local_command_to_refuse() -> None:
    with pytest.raises(Refused, match="E12"):
        check(Request(REQUEST_ID, 2, "8.2", ServiceBody.of("ReadInventory", {"UPRN": 1})))


@pytest.mark.parametrize(
    ("variant", "service"),
    [
        (1, Service.SEND_COMMAND),
        (2, Service.NON_DEVICE),
        (3, Service.SEND_COMMAND),
        (4, Service.TRANSFORM),
        (5, Service.SEND_COMMAND),
        (6, Service.NON_DEVICE),
        (7, Service.SEND_COMMAND),
        (8, Service.NON_DEVICE),
    ],
)
def test_each_command_variant_has_one_service(variant: int, service: Service) -> None:
    srv = "2.2" if variant < 4 else "7.1" if variant < 8 else "8.13"
    for tried in Service:
        if tried is service:
            check(request(srv, variant), service=tried)
        else:
            with pytest.raises(Refused) as refused:
                check(request(srv, variant), service=tried)
            assert refused.value.code == "E13"


def test_a_role_that_may_not_ask_is_refused() -> None:
    assert check(request("7.4", 1), role=UserRole.GAS_TRANSPORTER)
    assert check(request("7.1", 4), role=UserRole.IMPORT_SUPPLIER)
    with pytest.raises(Refused) as refused:
        check(request("7.1", 4), role=UserRole.GAS_SUPPLIER)
    assert (refused.value.code, refused.value.reason) == ("E2", "SRV 7.1 is for IS, not GS")


def test_a_device_of_another_type_is_refused() -> None:
    assert check(request("2.2", 2), target=Target.GSME)
    assert check(request("4.18", 1), target=Target.GPF)
    with pytest.raises(Refused) as refused:
        check(request("7.1", 4), target=Target.GSME)
    assert refused.value.code == "E11"


def test_a_body_of_another_service_is_malformed() -> None:
    with pytest.raises(Malformed, match=r"expected ArmSupply for SRV 7\.3, found EnableSupply"):
        check(Request(REQUEST_ID, 4, "7.3", bodies.EnableSupply()))
    with pytest.raises(Malformed, match=r"expected UpdateDebt for SRV 2\.3, found UpdatePaymentMode"):
        check(Request(REQUEST_ID, 4, "2.3", ServiceBody.of("UpdatePaymentMode", {"Credit": None})))


def test_an_unknown_service_is_unsupported() -> None:
    with pytest.raises(Unsupported, match=r"9\.9"):
        check(Request(REQUEST_ID, 1, "9.9", bodies.ArmSupply()))
