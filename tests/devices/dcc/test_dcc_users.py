"""Who may ask what of which device: each refusal with its code, and nothing is sent on."""

import pytest
from dcc_bench import DAY, EPOCH, Bench, enable, response_of, returned, top_up
from home_parts import CREDENTIALS, ESME, GSME, OTHER_SUPPLIER, SUPPLIER

from ppmid_devices.dcc.authority import FIT
from ppmid_devices.dcc.inventory import InventoryEntry, Status
from ppmid_devices.dcc.settings import DccSettings
from ppmid_devices.dcc.users import Registration, UserEntry, UserRoleCode, Users
from ppmid_devices.signed_documents import sign_document
from ppmid_protocols.duis import bodies
from ppmid_protocols.duis.documents import Request
from ppmid_protocols.duis.request_id import RequestId
from ppmid_protocols.duis.service_body import ServiceBody
from ppmid_protocols.duis.services import Target, UserRole
from ppmid_protocols.duis.variants import Refused, Service
from ppmid_protocols.errors import Malformed
from ppmid_protocols.eui import Eui


def listed(*roles: UserRoleCode, suspended: bool = False) -> DccSettings:
    return DccSettings(users=(UserEntry(eui=str(SUPPLIER), roles=roles, suspended=suspended),))


def asked_by(user: Eui, target: Eui = ESME, counter: int = 5 << 32) -> Request:
    return Request(RequestId(user, target, counter), 1, "2.2", top_up(1).body)


def refused(bench: Bench, request: Request, user: Eui = SUPPLIER) -> str:
    """The code of the refusal; nothing else may have left the DCC."""
    code = bench.code_of(request, user)
    bench.run()
    assert bench.commands == []
    assert len(bench.sent_on) == 1
    assert bench.dcc.services() == []
    return code


def test_who_is_no_user_is_told_so() -> None:
    assert refused(Bench(settings=listed("IS")), asked_by(OTHER_SUPPLIER), OTHER_SUPPLIER) == "E1"


def test_a_suspended_user_gets_nothing() -> None:
    assert refused(Bench(settings=listed("IS", suspended=True)), top_up(1)) == "E3"


@pytest.mark.parametrize("role", ["ES", "RSA", "ED", "OU"])
def test_a_role_that_may_not_ask_it(role: UserRoleCode) -> None:
    assert refused(Bench(settings=listed(role)), top_up(1)) == "E2"


@pytest.mark.parametrize(("role", "target"), [("GS", ESME), ("IS", GSME)])
def test_a_supplier_of_the_other_fuel_is_not_responsible(role: UserRoleCode, target: Eui) -> None:
    assert refused(Bench(settings=listed(role)), top_up(1, target)) == "E4"


@pytest.mark.parametrize(("role", "target"), [("IS", ESME), ("GS", GSME)])
def test_a_supplier_of_this_fuel_is(role: UserRoleCode, target: Eui) -> None:
    assert Bench(settings=listed(role)).code_of(top_up(1, target)) == "I99"


def change_of_supplier() -> Bench:
    """The ESME goes from one Supplier to the other after a day."""
    return Bench(
        settings=DccSettings(
            registrations=(
                Registration(device=str(ESME), user=str(SUPPLIER), role="IS"),
                Registration(device=str(ESME), user=str(OTHER_SUPPLIER), role="IS", since="2026-01-02T00:00:00Z"),
            )
        )
    )


def test_the_old_supplier_is_responsible_until_the_change_and_the_new_one_after_it() -> None:
    bench = change_of_supplier()
    assert bench.code_of(asked_by(OTHER_SUPPLIER, counter=1), OTHER_SUPPLIER) == "E4"
    assert bench.code_of(asked_by(SUPPLIER, counter=1)) == "I99"
    bench.run(DAY)
    assert bench.code_of(asked_by(SUPPLIER, counter=2)) == "E4"
    assert bench.code_of(asked_by(OTHER_SUPPLIER, counter=2), OTHER_SUPPLIER) == "I99"
    assert bench.code_of(asked_by(SUPPLIER, GSME, counter=3)) == "I99"  # nothing has changed there
    assert len(bench.commands) == 3


def test_the_moment_of_the_change_is_the_new_suppliers() -> None:
    users = Users((), change_of_supplier_terms(), ("IS",))
    for now, responsible in ((EPOCH + DAY - 1, SUPPLIER), (EPOCH + DAY, OTHER_SUPPLIER)):
        for user in (SUPPLIER, OTHER_SUPPLIER):
            found = users.is_responsible(user, UserRole.IMPORT_SUPPLIER, ESME, Target.ESME, now)
            assert found is (user == responsible)


def change_of_supplier_terms() -> tuple[Registration, ...]:
    return (
        Registration(device=str(ESME), user=str(OTHER_SUPPLIER), role="IS", since="2026-01-02T00:00:00Z"),
        Registration(device=str(ESME), user=str(SUPPLIER), role="IS", since="2025-01-01T00:00:00Z"),
    )


def test_nobody_is_responsible_before_the_first_registration() -> None:
    users = Users((), change_of_supplier_terms(), ("IS",))
    assert not users.is_responsible(SUPPLIER, UserRole.IMPORT_SUPPLIER, ESME, Target.ESME, 0)


def test_a_pre_command_given_before_the_change_is_not_taken_after_it() -> None:
    bench = change_of_supplier()
    bench.ask(enable(4))
    bench.run(DAY)
    assert bench.code_of(enable(5, b"\xdf")) == "E4"
    assert bench.commands == []


@pytest.mark.parametrize("status", FIT)
def test_what_a_device_takes_depends_on_its_status(status: Status) -> None:
    bench = Bench(settings=DccSettings(inventory=(InventoryEntry(eui=str(ESME), type="ESME", status=status),)))
    read = Request(RequestId(SUPPLIER, ESME, 7), 1, "11.2", ServiceBody.of("ReadFirmwareVersion"))
    codes = (bench.code_of(top_up(1)), bench.code_of(read))
    if status in ("Commissioned", "Recovery", "Recovered"):
        assert codes == ("I99", "I99")
    elif status in ("Suspended", "Decommissioned", "Withdrawn"):
        assert codes == ("E5", "E5")
    else:
        assert codes == ("E5", "I99")
    assert len(bench.commands) == codes.count("I99")


def test_every_status_of_the_schema_has_its_row() -> None:
    statuses = "Pending Whitelisted InstalledNotCommissioned Commissioned Decommissioned Withdrawn Suspended Recovery"
    assert set(FIT) == {*statuses.split(), "Recovered"}


def commission(variant: int) -> Request:
    return Request(RequestId(SUPPLIER, ESME, 7), variant, "8.1.1", bodies.SignedPreCommand(b"\xdf"))


@pytest.mark.parametrize("variant", [6, 7])
def test_what_is_never_given_locally_is_e17(variant: int) -> None:
    assert refused(Bench(), commission(variant)) == "E17"


def limit(variant: int) -> Request:
    """SRV 7.16, of which nobody says whether it is given locally."""
    return Request(RequestId(SUPPLIER, ESME, 7), variant, "7.16", bodies.SignedPreCommand(b"\xdf"))


def test_what_nobody_knows_to_be_given_locally_is_a_setting() -> None:
    assert refused(Bench(), limit(6)) == "E17"
    assert refused(Bench(settings=DccSettings(unknown_locally=True)), limit(6)) == "E100"  # no Pre-Command was given
    assert refused(Bench(), limit(5)) == "E100"  # over the SM WAN nothing is unknown of it


def test_a_request_to_the_wrong_service_is_e13() -> None:
    bench = Bench()
    frame = sign_document(top_up(1), CREDENTIALS[SUPPLIER].own("xml_signing"))
    for at, code in ((Service.TRANSFORM, "E13"), (Service.NON_DEVICE, "E13"), (Service.SEND_COMMAND, "I99")):
        bench.dcc.receive("dcc-user", frame, at)
        bench.run()
        assert bench.answers[-1].code == code
        assert len(bench.commands) == (code == "I99")
    bench.dcc.receive("dcc-user", frame, Service.TRANSFORM)  # also one that has been answered elsewhere
    bench.run()
    assert bench.answers[-1].code == "E13"


def test_who_is_admitted_is_known_in_these_roles_and_nobody_else_is_any_longer() -> None:
    bench = Bench()
    assert bench.code_of(asked_by(OTHER_SUPPLIER, counter=1), OTHER_SUPPLIER) == "I99"
    bench.dcc.admit(SUPPLIER, (UserRole.IMPORT_SUPPLIER,))
    assert bench.code_of(asked_by(OTHER_SUPPLIER, counter=2), OTHER_SUPPLIER) == "E1"
    assert bench.code_of(asked_by(SUPPLIER, counter=1)) == "I99"
    bench.dcc.admit(SUPPLIER, (UserRole.ELECTRICITY_DISTRIBUTOR,))
    assert bench.code_of(asked_by(SUPPLIER, counter=2)) == "E2"
    assert len(bench.commands) == 2


def test_from_the_moment_of_its_registration_a_user_is_responsible() -> None:
    bench = Bench()
    bench.dcc.register(ESME, SUPPLIER, UserRole.IMPORT_SUPPLIER)
    assert bench.code_of(asked_by(SUPPLIER, counter=1)) == "I99"
    assert bench.code_of(asked_by(OTHER_SUPPLIER, counter=1), OTHER_SUPPLIER) == "E4"
    bench.dcc.register(ESME, OTHER_SUPPLIER, UserRole.IMPORT_SUPPLIER)
    assert bench.code_of(asked_by(SUPPLIER, counter=2)) == "E4"
    assert bench.code_of(asked_by(OTHER_SUPPLIER, counter=2), OTHER_SUPPLIER) == "I99"


def test_a_network_operator_may_not_return_what_came_by_local_delivery() -> None:
    """SRV 8.13 is for Suppliers (DUIS schema 5.4)."""
    bench = Bench(settings=listed("ED"))
    read = Request(RequestId(SUPPLIER, ESME, 7), 2, "7.4", ServiceBody.of("ReadSupplyStatus"))
    assert bench.code_of(read) == "I0"
    assert bench.code_of(returned(response_of(ESME, 7), read.request_id)) == "E2"
    assert not bench.dcc.services()[0].delivered_locally


def test_the_same_request_again_is_refused_to_a_user_who_may_no_longer_ask() -> None:
    bench = change_of_supplier()
    assert bench.code_of(top_up(3)) == "I0"
    assert bench.code_of(top_up(3)) == "I0"
    bench.run(DAY)
    assert bench.code_of(top_up(3)) == "E4"
    assert len(bench.commands) == 1


def test_an_entry_that_cannot_be_read_is_refused_at_once() -> None:
    with pytest.raises(Malformed):
        UserEntry(eui="90-B3", roles=("IS",))
    with pytest.raises(Malformed):
        Registration(device=str(ESME), user=str(SUPPLIER), role="IS", since="tomorrow")
    with pytest.raises(Malformed):
        InventoryEntry(eui="90-B3", type="ESME")


def test_without_entries_everybody_is_a_user_in_the_unlisted_roles() -> None:
    users = Users((), (), ("IS", "GS"))
    assert users.roles_of(OTHER_SUPPLIER) == {UserRole.IMPORT_SUPPLIER, UserRole.GAS_SUPPLIER}
    with pytest.raises(Refused, match="E1 "):
        Users((UserEntry(eui=str(SUPPLIER), roles=("IS",)),), (), ("IS",)).roles_of(OTHER_SUPPLIER)
