"""What a User checks of a GBCS message before it believes that it belongs to one of its requests, and is authentic."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from ppmid_devices.credentials import Directory, KeyPair
from ppmid_devices.dcc.alerts import alert_code
from ppmid_protocols.duis.bodies import content_of
from ppmid_protocols.duis.documents import Request
from ppmid_protocols.duis.services import SERVICE_REQUESTS
from ppmid_protocols.errors import Malformed, NotAuthentic
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import asn1, crypto
from ppmid_protocols.gbcs.message import Cra, Message, decode
from ppmid_protocols.gbcs.payload import DerPayload, read_payload, sealed_parts
from ppmid_protocols.gbcs.use_cases import USE_CASES
from ppmid_protocols.secret import Secret
from ppmid_protocols.transforms import By, Circumstances, KnownDevice, Rule, rules_for, transform


class MadeForTheBroker(NotAuthentic):
    """A Response whose MAC is made for the Access Control Broker: only the DCC can verify it."""

    def __init__(self) -> None:
        super().__init__("mac", "it is made for the Access Control Broker, which alone can verify it")


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One Service Request, and what its Command and Response must show.

    ``rules``: the use cases that the Request may lead to, by the tables by which the DCC transforms it. ``devices``:
    those that the User knows. ``broker``: the Access Control Broker, in whose name some Commands are made.
    """

    request: Request
    broker: Eui
    devices: Mapping[Eui, KnownDevice]
    rules: tuple[Rule, ...]

    @classmethod
    def of(cls, request: Request, broker: Eui, devices: Mapping[Eui, KnownDevice]) -> "Exchange":
        """The exchange that a Request leads to. Raises Unsupported where there is no use case for it."""
        target = devices[request.request_id.target].type
        rules = rules_for(request.srv, content_of(request.body), target)
        return cls(request=request, broker=broker, devices=devices, rules=rules)

    @property
    def device(self) -> Eui:
        """The device that is asked."""
        return self.request.request_id.target

    @property
    def critical(self) -> bool:
        """Whether the Request is critical: the User signs its Pre-Command."""
        return SERVICE_REQUESTS[self.request.srv].critical

    def read(self, octets: bytes, cra: Cra) -> Message:
        """The message in ``octets``, which must be this exchange's Command or Response. Raises ProtocolError."""
        message = decode(octets)
        identity = self.request.request_id
        user, device, counter = identity.originator, identity.target, identity.counter
        rule = next((one for one in self.rules if one.use_case.code == message.message_code), None)
        asker = message.originator if cra is Cra.COMMAND else message.target
        if rule is not None and rule.by is not By.USER and asker == self.broker:
            user, counter = self.broker, message.counter
            _require("Supplementary Remote Party", self._named(rule), _named_in(message))
        originator, target = (user, device) if cra is Cra.COMMAND else (device, user)
        _require("CRA flag", cra.name, message.cra.name)
        _require("originator", originator, message.originator)
        _require("target", target, message.target)
        _require("Originator Counter", counter, message.counter)
        if rule is None:
            expected = " or ".join(f"{one.use_case.code:04X}" for one in self.rules)
            raise Malformed("Message Code", f"expected {expected}, found {message.message_code:04X}")
        return message

    def require_asked(self, pre_command: Message, issued: Iterable[int]) -> None:
        """Raise Malformed unless the Pre-Command is what this Request comes to, issued at one of these times (ns).

        The User transforms its Request itself and compares: what it does not know to be its own it does not sign.
        """
        name = USE_CASES[pre_command.message_code].name
        given = replace(pre_command, pre_command=False)
        target = self.devices[self.device].type
        for now in issued:
            known = Circumstances(target=target, now=now, broker=self.broker, devices=self.devices, use_case=name)
            if transform(self.request, known).message == given:
                return
        raise Malformed("Pre-Command", f"expected what the Request comes to as {name}, found another payload")

    def authenticate(self, response: Message, agreement: KeyPair, directory: Directory) -> None:
        """Raise NotAuthentic unless the device made ``response``, and made it for this User.

        The use case tells whether a Response is signed or has a MAC. Where it does not, what it bears must hold.
        """
        critical = USE_CASES[response.message_code].critical
        if critical or (critical is None and response.signature):
            directory.verify_signature(response)
        elif response.target == self.broker:
            raise MadeForTheBroker
        else:
            crypto.verify_mac(response, agreement.private, directory.public_key(response.originator, "agreement"))

    def _named(self, rule: Rule) -> tuple[Eui | None, int | None]:
        identity = self.request.request_id
        return (identity.originator, identity.counter) if rule.by is By.BROKER else (None, None)


def certification_request(response: Message) -> bytes:
    """What a device asks a certificate for in ``response``, PKCS #10 in DER; empty in any other (CS02c)."""
    match read_payload(response):
        case DerPayload(element=asn1.Element(name="request") as element):
            return element.encode()
    return b""


def opened(response: Message, agreement: KeyPair, directory: Directory) -> tuple[Secret, ...]:
    """The plain octets of what the device sealed for this User in ``response``. Raises ProtocolError."""
    parts = sealed_parts(read_payload(response))
    if not parts:
        return ()
    z = crypto.shared_secret(agreement.private, directory.public_key(response.originator, "agreement"))
    key = crypto.encryption_key(z, response.originator, *crypto.reader_of(response))
    return tuple(Secret(crypto.unseal(part, key, response.originator)) for part in parts)


def read_alert(octets: bytes, code: int, user: Eui, agreement: KeyPair, directory: Directory) -> Message:
    """A meter's Alert to ``user`` with this alert code: verified by its MAC where it has one, else by its signature.

    Raises ProtocolError when it is not that, or not authentic.
    """
    alert = decode(octets)
    found = alert_code(alert)
    if alert.target != user or found != code:
        raise Malformed("Alert", f"expected {code:04X} to {user}, found {found:04X} to {alert.target}")
    if alert.mac is None:
        directory.verify_signature(alert)
    else:
        crypto.verify_mac(alert, agreement.private, directory.public_key(alert.originator, "agreement"))
    return alert


def _named_in(message: Message) -> tuple[Eui | None, int | None]:
    return message.supplementary_party, message.supplementary_party_counter


def _require(field: str, expected: object, found: object) -> None:
    if found != expected:
        raise Malformed(field, f"expected {expected}, found {found}")
