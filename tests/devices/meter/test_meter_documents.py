"""Commands in DER: credentials of Remote Parties and of the meter, joining, firmware, time."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from asking import Asker, access, money
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from home_parts import (
    BROKER,
    CREDENTIALS,
    ESME,
    FOREIGN,
    GSME,
    HUB,
    OTHER_SUPPLIER,
    REPOSITORY,
    SUPPLIER,
    BareMeter,
    MakeMeter,
    Vend,
    with_mac_of,
)

from ppmid_bench.clock import VirtualClock
from ppmid_devices.credentials import Credentials, KeyPair
from ppmid_devices.meter.documents import DEVICE_LOG_ENTRIES
from ppmid_devices.meter.log_codes import LogCode
from ppmid_devices.ports import DAY, SECOND
from ppmid_protocols import smki, utrn
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import asn1, crypto, dlms, gbt
from ppmid_protocols.gbcs.asn1 import Element, Plain
from ppmid_protocols.gbcs.message import Cra, Message, decode
from ppmid_protocols.smki import Issuer, Role, Usage

CS02A, CS02C, CS02D, CS02E, JOIN, UNJOIN, FIRMWARE, LOG, GCS28 = 0x08, 0x0A, 0x0B, 0x0C, 0x0D, 0x0F, 0x12, 0x13, 0x7F
BY_SUPPLIER, ECS82 = 0x0102, 0x0069
START = datetime(2014, 1, 1, tzinfo=UTC)
ISSUER = smki.mint_issuer("D1", smki.derive_private_key(b"documents", "issuer"), not_before=START)
STRANGER = smki.mint_issuer("D2", smki.derive_private_key(b"documents", "stranger"), not_before=START)
DEVICES = smki.mint_issuer("D3", smki.derive_private_key(b"documents", "devices"), not_before=START, role=None)


@pytest.fixture
def meter(bare: MakeMeter) -> BareMeter:
    """An ESME with £5.00."""
    return bare()


@pytest.fixture
def ask(meter: BareMeter, clock: VirtualClock) -> Asker:
    """Its Supplier."""
    return Asker(meter, clock)


def der(structure: str, value: Plain) -> bytes:
    return asn1.make(structure, value).encode()


def answer(ask: Asker, code: int, structure: str, value: Plain) -> Element:
    """The Response to a Command of this structure."""
    payload = ask.document(code, der(f"{structure}Command", value))
    assert payload is not None
    return asn1.read(f"{structure}Response", payload)


def child(element: Element, *names: str) -> Element:
    for name in names:
        element = next(one for one in element.children if one.name == name)
    return element


# Credentials of Remote Parties.


def new_supplier(eui: Eui = OTHER_SUPPLIER, issuer: Issuer = ISSUER, role: Role = Role.SUPPLIER) -> Credentials:
    """Keys of a Supplier to come, with certificates of one authority."""

    def pair(usage: Usage, label: str) -> KeyPair:
        private = smki.derive_private_key(b"new supplier", label)
        certificate = smki.mint_organisation(eui, role, usage, private.public_key(), issuer, not_before=START)
        return KeyPair.of(private, certificate)

    return Credentials(
        eui=eui,
        signing=pair(Usage.DIGITAL_SIGNATURE, "signing"),
        agreement=pair(Usage.KEY_AGREEMENT, "agreement"),
        prepayment=pair(Usage.KEY_AGREEMENT, "prepayment"),
    )


def octets(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)


def handover(new: Credentials, cells: int = 3, **control: Any) -> Plain:
    """The Command that puts a Supplier's certificates into its cells."""
    wanted: list[tuple[x509.Certificate, dict[str, Plain]]] = [
        (new.own("signing").certificate, {"keyUsage": "digitalSignature"}),
        (new.own("agreement").certificate, {"keyUsage": "keyAgreement"}),
        (new.own("prepayment").certificate, {"keyUsage": "keyAgreement", "cellUsage": 1}),
    ]
    replacements: list[Plain] = [
        {"certificate": octets(certificate), "cell": {"role": 2, **cell}} for certificate, cell in wanted[:cells]
    ]
    settings: dict[str, Plain] = {"mode": 2, "authorisingCounter": 7, "newPartyFloor": 40, **control}
    return {
        "control": settings,
        "replacements": replacements,
        "certificationPath": [octets(ISSUER.certificate)],
    }


def statuses(response: Element) -> list[int | None]:
    return [child(one, "status").number for one in child(response, "outcome", "replacements").children]


def from_new(new: Credentials, counter: int, code: int, payload: bytes) -> bytes:
    message = Message(
        cra=Cra.COMMAND, counter=counter, originator=new.eui, target=ESME, message_code=code, payload=payload
    )
    return with_mac_of(crypto.sign(message, new.own("signing").private), BROKER, ESME).encode()


def test_a_new_supplier_is_obeyed_above_its_floor_and_the_old_one_no_more(
    ask: Asker, meter: BareMeter, vend: Vend
) -> None:
    new = new_supplier()
    asked = handover(new, newPartySpecialFloors=[{"use": 0, "floor": 9 << 32}])
    response = answer(ask, BY_SUPPLIER, "UpdateSecurityCredentials", asked)
    assert statuses(response) == [0, 0, 0]
    first = child(response, "outcome", "replacements").children[0]
    assert child(first, "formerSubject").contents == SUPPLIER
    assert child(first, "newSubject").contents == OTHER_SUPPLIER
    assert child(response, "outcome", "floors").children[0].children[1].number == 40
    assert ask.results(ECS82, access("get 112/0-0:19.10.0.255/2")) is None
    assert meter.security_log[-1].code is LogCode.NO_AUTHORITY
    for counter, balance in ((40, 500_000), (41, 600_000)):
        payload = dlms.request(counter, access("action 112/0-0:19.10.0.255/1", money(100_000))).encode()
        meter.hear(from_new(new, counter, 0x001C, payload))
        assert meter.display().balance == balance
    assert meter.enter_utrn(vend(10)) == "Invalid code"
    peer = REPOSITORY.public_key(ESME, "agreement")
    key = new.own("prepayment").private
    for number, credited in ((8, False), (9, True)):
        made = utrn.make(OTHER_SUPPLIER, ESME, number << 32, 1, utrn.ValueClass.POUNDS, key, peer)
        assert meter.enter_utrn(made.digits.decode()).startswith("Top up successful") is credited


def test_around_a_change_of_supplier_each_code_counts_on_its_own_side_and_no_money_moves(
    ask: Asker, meter: BareMeter, vend: Vend
) -> None:
    """Field case: the new Supplier's code typed too early is refused, not used up; the old one's is void after it.

    Without a floor for UTRNs the counters that were used stay used.
    """
    new = new_supplier()
    private, peer = new.own("prepayment").private, REPOSITORY.public_key(ESME, "agreement")

    def of_new(counter: int) -> str:
        made = utrn.make(OTHER_SUPPLIER, ESME, counter << 32, 1, utrn.ValueClass.POUNDS, private, peer)
        return made.digits.decode()

    assert meter.enter_utrn(vend(5)).startswith("Top up successful")
    assert meter.enter_utrn(of_new(7)) == "Invalid code"
    before = meter.display()
    answer(ask, BY_SUPPLIER, "UpdateSecurityCredentials", handover(new))
    assert meter.display() == before
    assert meter.enter_utrn(vend(6)) == "Invalid code"
    assert meter.enter_utrn(of_new(5)) == "Credit already used"
    assert meter.display() == before
    assert meter.enter_utrn(of_new(7)).startswith("Top up successful")
    assert meter.enter_utrn(of_new(7)) == "Credit already used"
    assert meter.display().balance == before.balance + 100_000


def sent_in_blocks(ask: Asker, asked: Plain) -> list[bytes]:
    ask.counter += 1
    message = ask.message(BY_SUPPLIER, asn1.make("UpdateSecurityCredentialsCommand", asked).encode())
    return list(gbt.transfers(message))


def test_a_handover_that_comes_in_blocks_is_made_once_the_last_has_come_in_any_order(
    ask: Asker, meter: BareMeter, clock: VirtualClock
) -> None:
    first, last = sent_in_blocks(ask, handover(new_supplier()))
    for octets in (last, last, first):
        assert meter._anchors.supplier == SUPPLIER
        meter.hear(octets)
    assert meter._anchors.supplier == OTHER_SUPPLIER
    clock.advance(SECOND)
    assert [decode(octets).message_code for octets in meter.sent] == [BY_SUPPLIER]
    assert meter.security_log == ()


def test_half_a_handover_is_none_and_is_gone_with_the_power(ask: Asker, meter: BareMeter) -> None:
    first, last = sent_in_blocks(ask, handover(new_supplier()))
    meter.hear(first)
    meter._power_off()
    meter._power_on()
    meter.hear(last)
    assert meter._anchors.supplier == SUPPLIER
    meter.hear(first[:-1])  # what is no block is noted as no message
    assert [entry.code for entry in meter.security_log] == [LogCode.COMMAND_FORMAT]


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        (handover(new_supplier(issuer=STRANGER)), [5, 5, 5]),  # of an authority that is not in the path
        (handover(new_supplier(role=Role.NETWORK_OPERATOR)), [5, 5, 5]),
        (handover(new_supplier(), cells=2), [5, 5]),  # the third cell would be another's
        (handover(new_supplier(), mode=3), [5, 5, 5]),  # not the mode of its Message Code
    ],
)
def test_credentials_that_do_not_fit_replace_nothing(
    ask: Asker, meter: BareMeter, vend: Vend, asked: Plain, wanted: list[int]
) -> None:
    assert statuses(answer(ask, BY_SUPPLIER, "UpdateSecurityCredentials", asked)) == wanted
    assert ask.results(ECS82, access("get 112/0-0:19.10.0.255/2")) == [0]
    assert meter.enter_utrn(vend(1)).startswith("Top up successful")


def test_a_dated_replacement_is_made_at_its_time_and_told(ask: Asker, meter: BareMeter, clock: VirtualClock) -> None:
    asked = handover(new_supplier())
    assert isinstance(asked, dict)
    response = answer(ask, BY_SUPPLIER, "UpdateSecurityCredentials", asked | {"executionTime": "20150601000000Z"})
    assert [one.name for one in response.children] == ["accepted"]
    assert ask.results(ECS82, access("get 112/0-0:19.10.0.255/2")) == [0]
    meter.sent.clear()
    clock.advance(200 * DAY)
    (alert,) = map(decode, meter.sent)
    said = asn1.read("UpdateSecurityCredentialsAlert", alert.payload)
    assert (alert.message_code, said.children[0].number) == (0x00CB, 0x8F66)
    assert ask.results(ECS82, access("get 112/0-0:19.10.0.255/2")) is None


def test_the_year_9999_withdraws_a_dated_replacement(ask: Asker, clock: VirtualClock) -> None:
    asked = handover(new_supplier())
    assert isinstance(asked, dict)
    for time in ("20150601000000Z", "99991231235959Z"):
        answer(ask, BY_SUPPLIER, "UpdateSecurityCredentials", asked | {"executionTime": time})
    clock.advance(200 * DAY)
    assert ask.results(ECS82, access("get 112/0-0:19.10.0.255/2")) == [0]


def test_credentials_are_read_by_role_with_the_highest_counter(ask: Asker) -> None:
    ask.results(0x001C, access("action 112/0-0:19.10.0.255/1", money(1)))
    asked: Plain = {
        "authorisingCell": {"role": 4, "keyUsage": "keyAgreement"},
        "rolesAsked": [2, 3],
    }
    supplier, operator = answer(ask, CS02A, "ProvideSecurityCredentialDetails", asked).children
    assert [child(supplier, name).number for name in ("role", "status", "highestCounter")] == [2, 0, ask.counter]
    keys = [child(cell, "subjectKey").contents for cell in child(supplier, "cells").children]
    own = CREDENTIALS[SUPPLIER]
    pairs = (own.own("signing"), own.own("agreement"), own.own("prepayment"))
    assert keys == [smki.key_identifier(pair.private.public_key()) for pair in pairs]
    assert [child(operator, name).number for name in ("role", "status")] == [3, 25]


# The meter's own credentials.


def test_a_new_signing_key_signs_once_its_certificate_has_come(ask: Asker, meter: BareMeter) -> None:
    response = answer(ask, CS02C, "IssueSecurityCredentials", {"keyUsage": "digitalSignature"})
    request = x509.load_der_x509_csr(response.encode())
    assert request.is_signature_valid
    public: Any = request.public_key()
    wrong = smki.mint_device(FOREIGN, Usage.DIGITAL_SIGNATURE, public, DEVICES, not_before=START)
    right = smki.mint_device(ESME, Usage.DIGITAL_SIGNATURE, public, DEVICES, not_before=START)
    old = smki.mint_device(
        ESME,
        Usage.DIGITAL_SIGNATURE,
        CREDENTIALS[ESME].own("signing").private.public_key(),
        DEVICES,
        not_before=START,
    )
    for certificate, result in ((wrong, 2), (old, 5), (right, 0), (right, 4)):
        payload = ask.document(CS02D, octets(certificate))
        assert payload is not None
        assert payload == bytes((2, 1, result))
    held = answer(ask, CS02E, "ProvideDeviceCertificate", {"keyUsage": "digitalSignature"})
    assert held.encode() == octets(right)
    ask.results(0x001C, access("action 112/0-0:19.10.0.255/1", money(1)))
    crypto.verify_signature(decode(meter.sent[-1]), public)


def test_a_key_for_nothing_that_a_device_does_is_not_issued(ask: Asker) -> None:
    assert answer(ask, CS02C, "IssueSecurityCredentials", {"keyUsage": "crlSign"}).number == 1


# Joining, firmware, time.


def test_devices_join_are_listed_and_leave(ask: Asker) -> None:
    def joined(eui: Eui, method: int = 0) -> int | None:
        return answer(
            ask, JOIN, "JoinDevice", {"methodAndRole": method, "otherDevice": bytes(eui), "otherDeviceType": 5}
        ).number

    def listed() -> list[bytes]:
        found = ask.document(LOG, b"\x05\x00")
        assert found is not None
        read = asn1.read("ReadDeviceJoinDetailsResponse", found)
        return [one.children[0].contents for one in child(read, "devices").children]

    assert (listed(), joined(HUB), joined(HUB), listed()) == ([], 0, 0, [HUB])
    assert joined(GSME, method=7) == 2
    assert ask.document(UNJOIN, der("UnjoinDeviceCommand", bytes(HUB))) == b"\x02\x01\x00"
    assert ask.document(UNJOIN, der("UnjoinDeviceCommand", bytes(HUB))) == b"\x02\x01\x01"
    results = [joined(Eui(bytes(7) + bytes((number,)))) for number in range(DEVICE_LOG_ENTRIES + 1)]
    assert results == [0] * DEVICE_LOG_ENTRIES + [4]


def test_without_an_image_there_is_none_to_activate_now_nor_later(
    ask: Asker, meter: BareMeter, clock: VirtualClock
) -> None:
    wanted: dict[str, Plain] = {"imageHash": bytes(32), "originatorCounter": 9}
    outcome = answer(ask, FIRMWARE, "ActivateFirmware", dict(wanted))
    assert [one.number if one.number is not None else one.contents for one in outcome.children] == [1, b"\0\0\0\x01"]
    assert answer(ask, FIRMWARE, "ActivateFirmware", wanted | {"executionTime": "20150601000000Z"}).kind == "NULL"
    meter.sent.clear()
    clock.advance(200 * DAY)
    (alert,) = map(decode, meter.sent)
    said = asn1.read("ActivateFirmwareAlert", alert.payload)
    assert (alert.message_code, [said.children[at].number for at in (0, 2)]) == (0x00CA, [0x8F67, 9])


def test_a_gas_meters_clock_is_set_within_its_interval_only(bare: MakeMeter, clock: VirtualClock) -> None:
    ask = Asker(bare(GSME), clock)
    for earliest, latest, status in (
        ("20141231233000Z", "20150101003000Z", 0),
        ("20150101010000Z", "20150101020000Z", 2),
    ):
        said = answer(ask, GCS28, "SetTime", {"earliest": earliest, "latest": latest})
        assert (said.children[0].contents, said.children[1].number) == (b"20150101000000Z", status)


def test_a_document_of_another_structure_is_ill_formed(ask: Asker, meter: BareMeter) -> None:
    assert ask.document(JOIN, b"\x05\x00") is None
    assert meter.security_log[-1].code is LogCode.COMMAND_FORMAT


def test_a_read_of_credentials_is_authenticated_by_mac_or_signature_and_one_of_them(
    ask: Asker, meter: BareMeter
) -> None:
    payload = der(
        "ProvideSecurityCredentialDetailsCommand",
        {"authorisingCell": {"role": 2, "keyUsage": "digitalSignature"}, "rolesAsked": [2]},
    )
    plain = replace(ask.message(CS02A, payload), mac=None)
    signed = crypto.sign(plain, CREDENTIALS[SUPPLIER].own("signing").private)
    meter.hear(signed.encode())
    ask.clock.advance(DAY)
    (response,) = map(decode, meter.sent)
    assert response.signature
    assert response.mac is None
    for wrong in (
        plain,
        with_mac_of(signed, BROKER, ESME),
        crypto.sign(plain, CREDENTIALS[HUB].own("signing").private),
    ):
        meter.sent.clear()
        meter.hear(wrong.encode())
        ask.clock.advance(DAY)
        assert meter.sent == []
