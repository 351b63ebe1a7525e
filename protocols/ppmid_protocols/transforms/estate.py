"""The devices and circumstances of the public test data: RTDS 4.5.0 and the DUIS templates that go with it.

``data/estate.csv`` has the type of each device (A6, a stand-alone auxiliary controller, is commanded as an ESME is);
93 to 9C are those that others join, their types as the joins in RTDS have them, and else as the joins allow.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType

from ppmid_protocols.duis.documents import Request
from ppmid_protocols.duis.services import SERVICE_REQUESTS, Target, UserRole
from ppmid_protocols.duis.shapes import read_date_time
from ppmid_protocols.errors import Malformed, Unsupported
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import asn1
from ppmid_protocols.gbcs.message import Message
from ppmid_protocols.secret import Secret
from ppmid_protocols.tables import rows
from ppmid_protocols.transforms.ask import Circumstances, KnownDevice

BROKER = Eui.parse("90-B3-D5-1F-30-00-00-02")
ISSUED = read_date_time("2015-01-01T00:00:00Z")
"""When the Commands of RTDS 4.5.0 were issued."""

_NETWORK_OPERATOR = Eui.parse("90-B3-D5-1F-30-02-00-00")
_CIN = Secret(b"1234")
_TWIN = "_TWIN_"
_JOIN_BY_CERTIFICATE = 0x00AF  # CS03C
_NONE: Mapping[Eui, bytes] = MappingProxyType({})


def _read() -> dict[Eui, KnownDevice]:
    table = rows("ppmid_protocols.transforms", "estate.csv")
    return {Eui.parse(row["eui"]): KnownDevice(Target(row["type"])) for row in table}


DEVICES: Mapping[Eui, KnownDevice] = MappingProxyType(_read())


def target_of(request: Request) -> Target:
    """What a Request is addressed to: a device of the test data, or else the only target of its SRV.

    Raises Malformed where neither tells, and Unsupported for an unknown SRV.
    """
    known = DEVICES.get(request.request_id.target)
    if known is not None:
        return known.type
    service = SERVICE_REQUESTS.get(request.srv)
    if service is None:
        raise Unsupported(f"Service Reference Variant {request.srv}: this version does not know it")
    if len(service.targets) != 1:
        wanted = ", ".join(sorted(service.targets))
        raise Malformed("target", f"expected to be told which of {wanted} {request.request_id.target} is")
    return next(iter(service.targets))


def _joined(given: Message | None) -> bytes:
    """The certificate in a Command to join another device; empty in any other."""
    if given is None or given.message_code != _JOIN_BY_CERTIFICATE:
        return b""
    found = asn1.read(asn1.structure_of(given.message_code, given.cra), given.payload).find("otherDeviceCertificate")
    return b"" if found is None else found.encode()


def circumstances(
    name: str,
    request: Request,
    given: Message | None,
    *,
    target: Target | None = None,
    agreements: Mapping[Eui, bytes] = _NONE,
) -> Circumstances:
    """What the DCC knew when RTDS was made, of the template ``name``; ``target`` None: by ``target_of``.

    ``given`` is the Command of RTDS for it, where there is one: its header tells the broker's counter, and whether the
    device holds the User's credentials; a join, the other device's certificate. None of it stands in the Request.
    ``agreements``: key agreement certificates of other devices, DER.
    """
    identity = request.request_id
    return Circumstances(
        target=target or target_of(request),
        now=ISSUED,
        broker=BROKER,
        broker_counter=identity.counter if given is None else given.counter,
        holds_user=given is None or given.originator == identity.originator,
        elements=2 if _TWIN in name else 1,
        role=UserRole.ELECTRICITY_DISTRIBUTOR if identity.originator == _NETWORK_OPERATOR else UserRole.IMPORT_SUPPLIER,
        devices={
            eui: replace(device, agreement=partial(bytes, _joined(given) or agreements.get(eui, b"")))
            for eui, device in DEVICES.items()
        },
        cin=_CIN,
    )
