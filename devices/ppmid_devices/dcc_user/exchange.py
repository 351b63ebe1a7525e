"""What a User checks of a GBCS message before it believes that it belongs to one of its requests, and is authentic."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ppmid_devices.credentials import Directory, KeyPair
from ppmid_devices.dcc.alerts import alert_code
from ppmid_protocols.duis.variants import SERVICE_REQUESTS
from ppmid_protocols.errors import Malformed, Unsupported
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import crypto, prepayment
from ppmid_protocols.gbcs.message import Cra, Message, decode

_ASKS: Mapping[str, type[prepayment.Request]] = MappingProxyType(
    {
        "2.2": prepayment.TopUp,
        "2.5": prepayment.ActivateEmergencyCredit,
        "4.18": prepayment.ReadBalance,
        "7.1": prepayment.EnableSupply,
        "7.3": prepayment.ArmSupply,
        "7.4": prepayment.ReadSupplyStatus,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One Command and its Response, as their headers must show them. ``critical``: both of them are signed."""

    user: Eui
    meter: Eui
    counter: int
    message_code: int
    critical: bool

    @classmethod
    def of(cls, srv: str, *, user: Eui, meter: Eui, kind: prepayment.Kind, counter: int) -> "Exchange":
        """The exchange that a Service Request leads to. Raises Unsupported where there is no use case for it."""
        code = prepayment.CODES.get((kind, _ASKS[srv])) if srv in _ASKS else None
        if code is None:
            raise Unsupported(f"SRV {srv} for {kind}: GBCS has no use case that is asked for here")
        critical = SERVICE_REQUESTS[srv].critical
        return cls(user=user, meter=meter, counter=counter, message_code=code, critical=critical)

    def read(self, octets: bytes, cra: Cra) -> Message:
        """The message in ``octets``, which must be this exchange's Command or Response. Raises ProtocolError."""
        message = decode(octets)
        originator, target = (self.user, self.meter) if cra is Cra.COMMAND else (self.meter, self.user)
        for field, expected, found in (
            ("CRA flag", cra.name, message.cra.name),
            ("originator", originator, message.originator),
            ("target", target, message.target),
            ("Originator Counter", self.counter, message.counter),
            ("Message Code", f"{self.message_code:04X}", f"{message.message_code:04X}"),
        ):
            if found != expected:
                raise Malformed(field, f"expected {expected}, found {found}")
        return message

    def authenticate(self, response: Message, agreement: KeyPair, directory: Directory) -> None:
        """Raise NotAuthentic unless the meter made ``response``: a critical one it signs, another has its MAC."""
        if self.critical:
            crypto.verify_signature(response, directory.public_key(self.meter, "signing"))
        else:
            crypto.verify_mac(response, agreement.private, directory.public_key(self.meter, "agreement"))


def read_alert(octets: bytes, code: int, user: Eui, agreement: KeyPair, directory: Directory) -> Message:
    """A meter's Alert to ``user`` with this alert code: verified by its MAC where it has one, else by its signature.

    Raises ProtocolError when it is not that, or not authentic.
    """
    alert = decode(octets)
    found = alert_code(alert)
    if alert.target != user or found != code:
        raise Malformed("Alert", f"expected {code:04X} to {user}, found {found:04X} to {alert.target}")
    if alert.mac is None:
        crypto.verify_signature(alert, directory.public_key(alert.originator, "signing"))
    else:
        crypto.verify_mac(alert, agreement.private, directory.public_key(alert.originator, "agreement"))
    return alert
