"""A device's new key: what SMKI certifies is known beside what was before; either may have signed (CS02c, CS02d)."""

from dataclasses import replace

import pytest
import user_parts
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from home_parts import CREDENTIALS, ESME, FOREIGN, KEYS, REPOSITORY, SUPPLIER, command
from user_parts import Bench, respond

from ppmid_devices.credentials import Directory
from ppmid_devices.dcc_user.contract import Outcome, Way
from ppmid_devices.ports import SECOND
from ppmid_protocols import smki
from ppmid_protocols.duis.service_body import ServiceBody
from ppmid_protocols.errors import Malformed, NotAuthentic
from ppmid_protocols.gbcs import asn1, crypto
from ppmid_protocols.gbcs.message import Cra, Message, decode
from ppmid_protocols.gbcs.prepayment import esme
from ppmid_protocols.gbcs.prepayment.requests import ECS42, Content
from ppmid_protocols.smki import Usage

CS02C = 0x000A
NEW = smki.derive_private_key(b"the meter", "new signing key")
REQUEST = smki.request_device(ESME, Usage.DIGITAL_SIGNATURE, NEW)


@pytest.fixture
def repository(monkeypatch: pytest.MonkeyPatch) -> Directory:
    """A repository that a test may add to."""
    own = Directory.of(REPOSITORY.entries())
    monkeypatch.setattr(user_parts, "REPOSITORY", own)
    return own


def _issued() -> bytes:
    return KEYS.issue(REQUEST).public_bytes(Encoding.DER)


def _answer(signer: ec.EllipticCurvePrivateKey) -> Message:
    return crypto.sign(command(SUPPLIER, originator=ESME, cra=Cra.RESPONSE, mac=None), signer)


def test_smki_issues_what_a_device_asks_for_and_nothing_that_its_own_key_has_not_signed() -> None:
    facts = smki.read(KEYS.issue(REQUEST))
    assert (facts.eui, facts.role, facts.usage) == (ESME, None, Usage.DIGITAL_SIGNATURE)
    assert facts.public_key == NEW.public_key()
    smki.verify_issued_by(KEYS.issue(REQUEST), KEYS.devices.certificate)
    with pytest.raises(NotAuthentic, match="under the key that it is for"):
        KEYS.issue(REQUEST[:-1] + bytes((REQUEST[-1] ^ 1,)))


def test_a_device_signs_with_its_old_key_or_its_new_one_and_no_other(repository: Directory) -> None:
    old = CREDENTIALS[ESME].own("signing").private
    with pytest.raises(NotAuthentic):
        repository.verify_signature(_answer(NEW))
    repository.enter_issued(_issued())
    for signer in (old, NEW):
        repository.verify_signature(_answer(signer))
    with pytest.raises(NotAuthentic):
        repository.verify_signature(_answer(smki.derive_private_key(b"somebody", "else")))


def test_nobody_is_taken_for_the_signer_of_whom_no_certificate_is_held(repository: Directory) -> None:
    with pytest.raises(NotAuthentic, match="no signing certificate"):
        repository.verify_signature(replace(_answer(NEW), originator=FOREIGN))


def test_what_is_no_certificate_is_entered_nowhere(repository: Directory) -> None:
    with pytest.raises(Malformed):
        repository.enter_issued(b"\x30\x00")


def test_the_user_holds_what_the_meter_asks_and_takes_its_new_signature_once_smki_has_issued(
    repository: Directory,
) -> None:
    assert repository.knows(ESME, "signing")
    bench = Bench()
    name = bench.user.request(
        "6.17", ESME, Way.LOCAL, ServiceBody.of("IssueSecurityCredentials", {"CredentialType": "Digital Signature"})
    )
    bench.run(3 * SECOND)
    assert bench.user.certification_request(name) == b""
    payload = asn1.read("IssueSecurityCredentialsResponse", REQUEST).encode()
    bench.delivery.answer(respond(bench.delivery.commands[0], Content(CS02C, payload)))
    assert bench.user.certification_request(name) == REQUEST
    enabled = bench.request("7.1", Way.LOCAL)
    signed = decode(
        respond(bench.delivery.commands[1], esme.response(ECS42, decode(bench.delivery.commands[1]).counter))
    )
    by_new = crypto.sign(replace(signed, signature=b""), NEW).encode()
    bench.delivery.answer(by_new)
    assert bench.user.record(enabled).outcome is Outcome.PENDING
    for party in (bench.dcc, bench.user):
        party.certificate_issued(_issued())
    bench.delivery.answer(by_new)
    assert bench.user.record(enabled).outcome is Outcome.DELIVERED_VERIFIED
