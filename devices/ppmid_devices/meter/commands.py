"""Which GBCS Commands a meter executes: the tests that come before, in their order (GBCS 6.2.4; inferred)."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from cryptography.hazmat.primitives.asymmetric import ec

from ppmid_devices.meter import use_case_rules
from ppmid_devices.meter.log_codes import LogCode
from ppmid_devices.meter.trust import TrustAnchors
from ppmid_protocols.errors import NotAuthentic, ProtocolError
from ppmid_protocols.gbcs import crypto
from ppmid_protocols.gbcs.counters import ExecutionCounters
from ppmid_protocols.gbcs.message import Cra, Message, decode
from ppmid_protocols.gbcs.payload import Payload, read_payload
from ppmid_protocols.gbcs.use_cases import USE_CASES, Kind
from ppmid_protocols.smki import Role


class Refusal(Enum):
    """Why a Command is not executed, and the code that the Security Log gets (which gets which is assumed)."""

    FORMAT = LogCode.COMMAND_FORMAT, "not a Command of this meter's use cases"
    TARGET = LogCode.COMMAND_UNEXPECTED, "meant for another device"
    ORIGINATOR = LogCode.NO_AUTHORITY, "its originator may not send it"
    MAC = LogCode.SOURCE_NOT_AUTHENTIC, "its MAC does not hold"
    SIGNATURE = LogCode.SOURCE_NOT_AUTHENTIC, "its signature does not hold"
    COUNTER = LogCode.COMMAND_UNEXPECTED, "its counter is not above the last one"

    def __init__(self, log_code: LogCode, text: str) -> None:
        self.log_code, self.text = log_code, text


@dataclass(frozen=True, slots=True)
class Accepted:
    """A Command to be executed, and its payload."""

    message: Message
    payload: Payload


@dataclass(frozen=True, slots=True)
class Refused:
    """A Command that is not executed; ``message`` is None when it could not be read."""

    why: Refusal
    message: Message | None = None

    @property
    def known_originator(self) -> bool:
        """Whether there is a known party that could be answered."""
        return self.why not in (Refusal.FORMAT, Refusal.TARGET, Refusal.ORIGINATOR)


class CommandRules:
    """The tests of one device. ``key`` is its key agreement key, ``codes`` are the Message Codes that it executes."""

    def __init__(self, anchors: TrustAnchors, key: ec.EllipticCurvePrivateKey, codes: frozenset[int]) -> None:
        self._anchors, self._key, self._codes = anchors, key, codes
        self._tests: tuple[tuple[Refusal, Callable[[Message], bool]], ...] = (
            (Refusal.TARGET, self.is_for_me),
            (Refusal.FORMAT, self.has_form),
            (Refusal.ORIGINATOR, self.is_from_entitled),
            (Refusal.MAC, self.mac_holds),
            (Refusal.SIGNATURE, self.signature_holds),
        )

    def examine(self, octets: bytes, counters: ExecutionCounters) -> Accepted | Refused:
        """Read a message and put it to every test."""
        try:
            message = decode(octets)
        except ProtocolError:
            return Refused(Refusal.FORMAT)
        for refusal, holds in self._tests:
            if not holds(message):
                return Refused(refusal, message)
        try:
            payload = read_payload(message)
        except ProtocolError:
            return Refused(Refusal.FORMAT, message)
        if not use_case_rules.allows(message.message_code, payload):
            return Refused(Refusal.FORMAT, message)
        if not self.is_fresh(message, counters):
            return Refused(Refusal.COUNTER, message)
        return Accepted(message, payload)

    def is_for_me(self, message: Message) -> bool:
        """Whether this meter is its target."""
        return message.target == self._anchors.parties.meter

    def has_form(self, message: Message) -> bool:
        """Whether it is a Command that this device knows, signed if and only if that use case is critical.

        A read of security credentials is authenticated either way (CS02a, CS02f).
        """
        known = message.cra is Cra.COMMAND and message.message_code in self._codes
        if known and message.message_code in _EITHER_WAY:
            return bool(message.signature) != (message.mac is not None)
        return known and bool(message.signature) == bool(USE_CASES[message.message_code].critical)

    def is_from_entitled(self, message: Message) -> bool:
        """Whether its originator has a role that may send it: the PPMID what is for the HAN, nobody else that."""
        allowed = use_case_rules.rules()[message.message_code].parties
        return bool(self._anchors.names_of(message.originator) & allowed)

    def mac_holds(self, message: Message) -> bool:
        """The Access Control Broker's MAC; on a Command of the HAN the PPMID's own (GBCS 4.3).

        Those of recovery and the signed reads of credentials go without (RTDS 4.5.0).
        """
        if message.mac is None and message.signature and message.message_code in _WITHOUT_MAC:
            return True
        try:
            crypto.verify_mac(message, self._key, self._authenticator(message))
        except NotAuthentic:
            return False
        return True

    def _authenticator(self, message: Message) -> ec.EllipticCurvePublicKey:
        """The key of whoever makes the MAC. Raises NotAuthentic where it is not held."""
        if _of_han(message):
            return self._anchors.agreement_key(message.originator)
        broker = self._anchors.anchor(Role.ACCESS_CONTROL_BROKER, "agreement")
        if broker is None:
            raise NotAuthentic("certificate", "no agreement certificate of an Access Control Broker is held")
        return broker.key

    def signature_holds(self, message: Message) -> bool:
        """The originator's signature on a critical Command, in a role that may send it."""
        if not message.signature:
            return True
        allowed = use_case_rules.rules()[message.message_code].parties
        return any(_is_signed(message, key) for key in self._anchors.signing_keys(message.originator, allowed))

    def is_fresh(self, message: Message, counters: ExecutionCounters) -> bool:
        """Whether its counter is above that of the last Command, where its use case is so protected."""
        return counters.admits(message)


_EITHER_WAY = (0x0008, 0x011B)
_WITHOUT_MAC = (*_EITHER_WAY, 0x0108, 0x0109)


def _is_signed(message: Message, key: ec.EllipticCurvePublicKey) -> bool:
    try:
        crypto.verify_signature(message, key)
    except NotAuthentic:
        return False
    return True


def _of_han(message: Message) -> bool:
    return USE_CASES[message.message_code].kind is Kind.HAN
