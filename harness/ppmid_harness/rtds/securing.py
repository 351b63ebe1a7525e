"""A Command of the data set made anew with our keys: the same payload, the same parties and counter.

What in a payload depends on keys is made anew too: a UTRN has a MAC of its own.
"""

import re
from dataclasses import replace

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from ppmid_harness.rtds.cast import Cast
from ppmid_protocols import utrn as utrns
from ppmid_protocols.errors import ProtocolError
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import crypto
from ppmid_protocols.gbcs.message import Message
from ppmid_protocols.gbcs.prepayment.requests import CS01A, CS01B, PCS01
from ppmid_protocols.gbcs.use_cases import USE_CASES, Kind
from ppmid_protocols.utrn import Utrn

_DIGITS = re.compile(rb"[0-9]{20}")


def secured(command: Message, cast: Cast) -> Message:
    """The Command as its parties make it with our keys."""
    plain = replace(command, payload=_payload(command, cast), signature=b"", mac=None)
    if command.supplementary_certificate and command.supplementary_party is not None:
        own = cast.credentials[command.supplementary_party].own("agreement").certificate
        plain = replace(plain, supplementary_certificate=own.public_bytes(serialization.Encoding.DER))
    if command.signature:
        plain = crypto.sign(plain, cast.credentials[command.originator].own("signing").private)
    if command.mac is None:
        return plain
    local = USE_CASES[command.message_code].kind is Kind.HAN
    authenticator = cast.credentials[command.originator if local else cast.broker].own("agreement").private
    return crypto.with_mac(plain, authenticator, _public(cast, command.target))


def opened(message: Message, sealed: bytes, cast: Cast) -> bytes:
    """A sealed part of a Response that a device of the cast made, as its reader opens it. Raises NotAuthentic."""
    reader, counter = crypto.reader_of(message)
    z = crypto.shared_secret(cast.credentials[reader].own("agreement").private, _public(cast, message.originator))
    return crypto.unseal(sealed, crypto.encryption_key(z, message.originator, reader, counter), message.originator)


def check_authentic(response: Message, cast: Cast) -> None:
    """Raises NotAuthentic unless the signature or the MAC of a Response holds."""
    if response.signature:
        crypto.verify_signature(response, cast.credentials[response.originator].own("signing").private.public_key())
    else:
        own = cast.credentials[response.target].own("agreement").private
        crypto.verify_mac(response, own, _public(cast, response.originator))


def _payload(command: Message, cast: Cast) -> bytes:
    if command.message_code not in (CS01A, CS01B, PCS01):
        return command.payload
    return _DIGITS.sub(lambda found: _vended(found[0], command, cast), command.payload, count=1)


def _vended(digits: bytes, command: Message, cast: Cast) -> bytes:
    """The UTRN of the same value and counter for our meter; digits that are none stay as they are."""
    try:
        given = Utrn.parse(digits)
    except ProtocolError:
        return digits
    local = USE_CASES[command.message_code].kind is Kind.HAN
    counter = given.truncated_counter << 32 if local else command.counter
    return vended(given.value, counter, given.value_class, command.target, cast).digits


def vended(value: int, counter: int, value_class: utrns.ValueClass, meter: Eui, cast: Cast) -> Utrn:
    """A UTRN that the cast's Supplier vends for one of its meters."""
    private = cast.credentials[cast.supplier].own("prepayment").private
    return utrns.make(cast.supplier, meter, counter, value, value_class, private, _public(cast, meter))


def _public(cast: Cast, eui: Eui) -> ec.EllipticCurvePublicKey:
    return cast.credentials[eui].own("agreement").private.public_key()
