"""Credentials, joins, clocks and firmware: payloads in DER (checked against RTDS 4.5.0)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from ppmid_protocols.duis.services import Target
from ppmid_protocols.errors import Malformed, Unsupported
from ppmid_protocols.gbcs import asn1
from ppmid_protocols.gbcs.asn1 import Plain
from ppmid_protocols.gbcs.ber import encode_length
from ppmid_protocols.gbcs.message import Cra
from ppmid_protocols.transforms.ask import CANCEL, Ask, Builder

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = 1_000_000_000
_SEQUENCE, _GENERALIZED_TIME = 0x30, 0x18
_CANCELLED = "99991231235959Z"
_MODE_OF_FIRST_CODE = 0x0100  # CS02b: the Message Code is 0100 and the mode of replacement
_LOAD_CONTROLLER_BY_SUPPLIER = 0x0126


def der(plain: Plain | Callable[[Ask], Plain]) -> Builder:
    """The structure that the Message Code has, of these values."""

    def made(ask: Ask) -> bytes:
        structure = asn1.structure_of(ask.message_code, Cra.COMMAND)
        if structure is None:
            raise Unsupported(f"Message Code {ask.message_code:04X}: its Command has no structure here")
        return asn1.make(structure, plain(ask) if callable(plain) else plain).encode()

    return made


def _time(moment: int) -> str:
    """GeneralizedTime of a moment (ns since 1970-01-01 UTC)."""
    if moment == CANCEL:
        return _CANCELLED
    try:
        return f"{_EPOCH + timedelta(seconds=moment // _SECOND):%Y%m%d%H%M%SZ}"
    except OverflowError:
        raise Malformed("GeneralizedTime", "expected a year up to 9999") from None


def _element(tag: int, contents: bytes) -> bytes:
    return bytes((tag,)) + encode_length(len(contents)) + contents


def _sequence(*members: bytes) -> bytes:
    """A SEQUENCE of elements that are coded already, as certificates are."""
    return _element(_SEQUENCE, b"".join(members))


def _checked(ask: Ask, payload: bytes) -> bytes:
    """The payload, if it has the structure of its use case. Raises Malformed: a certificate in it is none."""
    return asn1.read(asn1.structure_of(ask.message_code, Cra.COMMAND), payload).encode()


# Joins

_TYPES = {
    Target.GSME: "gsme",
    Target.ESME: "esme",
    Target.CHF: "chf",
    Target.GPF: "gpf",
    Target.HCALCS: "hcalcs",
    Target.PPMID: "ppmid",
}


def _join(method: str, *, certificate: bool = False) -> Builder:
    def made(ask: Ask) -> bytes:
        other = ask.device("OtherDeviceID")
        held = other.agreement() if certificate else b""
        if certificate and not held:
            raise Unsupported("OtherDeviceID: its key agreement certificate is not in the inventory")
        plain: Plain = {
            "methodAndRole": method,
            "otherDevice": bytes(ask.eui("OtherDeviceID")),
            "otherDeviceType": _TYPES[other.type],
        }
        members = [child.encode() for child in asn1.make("JoinDeviceCommand", plain).children]
        return _checked(ask, _sequence(*members, held))

    return made


def _unjoin(ask: Ask) -> Plain:
    return bytes(ask.eui("OtherDeviceID"))


def _gas_proxy_log(ask: Ask) -> Plain:
    """The log of the Gas Proxy Function before, as it is kept."""
    log = ask.kept("OldGPFID", ask.circumstances.gas_proxy_logs)
    return {"devices": [{"device": bytes(device), "type": kind} for device, kind in log.items()]}


# Credentials

_USAGES = {"Digital Signature": "digitalSignature", "Key Agreement": "keyAgreement"}
_ROLES = {
    "Root": "root",
    "Recovery": "recovery",
    "Supplier": "supplier",
    "NetworkOperator": "networkOperator",
    "ACB": "accessControlBroker",
    "TransCoS": "transitionalCoS",
    "LoadController": "loadController",
}
_REPLACED = (
    ("DigitalSigningCertificate", "digitalSignature", None),
    ("KeyAgreementCertificate", "keyAgreement", None),
    ("KeyAgreementTopUpCertificate", "keyAgreement", "prepaymentTopUp"),
)
_PLACES = ("ReplacementCertificates/SupplierOrNetworkOperatorCertificates", "ReplacementCertificates")


def _usage(ask: Ask) -> Plain:
    return {"keyUsage": _USAGES[ask.text("CredentialType")]}


def _cell(role: str, usage: str, cell: str | None = None) -> dict[str, Plain]:
    made: dict[str, Plain] = {"role": role, "keyUsage": usage}
    return made if cell is None else {**made, "cellUsage": cell}


def _credentials_of(ask: Ask) -> Plain:
    roles: list[Plain] = [_ROLES[node.text] for node in ask.node.all("RemotePartyRole")]
    return {"authorisingCell": _cell("accessControlBroker", "keyAgreement"), "rolesAsked": roles}


def _replacement(ask: Ask) -> bytes:
    """CS02b and CS02g: the certificates of a Remote Party, each with the cell that it goes to."""
    asked = ask.node.find("RemotePartyRole")
    role = _ROLES[asked.text if asked is not None else "ACB"]
    place = next(path for path in _PLACES if ask.has(path))
    replacements = (
        _sequence(ask.octets(f"{place}/{name}"), asn1.make("TrustAnchorCell", _cell(role, usage, cell)).encode())
        for name, usage, cell in _REPLACED
        if ask.has(f"{place}/{name}")
    )
    path = (part.octets("") for part in ask.each("CertificationPathCertificates/Certificate"))
    control = asn1.make("ReplacementControl", _control(ask, role)).encode()
    time = b"" if ask.execution is None else _element(_GENERALIZED_TIME, _time(ask.execution).encode())
    return _checked(ask, _sequence(control, _sequence(*replacements), _sequence(*path), time))


def _control(ask: Ask, role: str) -> Plain:
    made: dict[str, Plain] = {"mode": ask.message_code - _MODE_OF_FIRST_CODE}
    if ask.message_code == _LOAD_CONTROLLER_BY_SUPPLIER:
        made["mode"] = "loadControllerBySupplier"
    if not ask.flag("ApplyTimeBasedCPVChecks"):
        made["timeChecks"] = "disapply"
    usage = "keyAgreement" if role == "accessControlBroker" else "digitalSignature"
    made |= {"authorisingCell": _cell(role, usage), "authorisingCounter": ask.counter}
    floors = (("RemotePartyFloorSeqNumber", "ACBFloorSeqNumber"), ("RemotePartyPrepaymentTopUpFloorSeqNumber",))
    new, top_up = (next((ask.number(name) for name in names if ask.has(name)), None) for names in floors)
    if new is not None:
        made["newPartyFloor"] = new
    if top_up is not None:
        made["newPartySpecialFloors"] = [{"use": "prepaymentTopUp", "floor": top_up}]
    return made


def _window(ask: Ask) -> Plain:
    """The times between which the device's clock is to be set."""
    earliest = ask.number("CurrentDateTime")
    return {"earliest": _time(earliest), "latest": _time(earliest + ask.number("TolerancePeriod") * _SECOND)}


def _firmware(ask: Ask) -> Plain:
    image: dict[str, Plain] = {"imageHash": ask.octets("FirmwareHash"), "originatorCounter": ask.counter}
    return image if ask.execution is None else {**image, "executionTime": _time(ask.execution)}


_NULL = der(None)

PAYLOADS: dict[str, Builder] = {
    "CS02a": der(_credentials_of),
    "CS02b": _replacement,
    "CS02c": der(_usage),
    "CS02d": lambda ask: _checked(ask, ask.octets("DeviceCertificate")),
    "CS02e": der(_usage),
    "CS02f": der(_credentials_of),
    "CS02g": _replacement,
    "CS03A1": _join("methodAInitiator"),
    "CS03A2": _join("methodAResponder"),
    "CS03B": _join("methodB"),
    "CS03C": _join("methodC", certificate=True),
    "CS04AC": der(_unjoin),
    "CS04B": der(_unjoin),
    "CS06": der(_firmware),
    "CS07": _NULL,
    "CS08": _NULL,
    "GCS28": der(_window),
    "GCS59": der(_gas_proxy_log),
}
