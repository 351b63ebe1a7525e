"""Any body that its definition allows is read back from its XML, and transformed or refused: nothing else comes out."""

from types import MappingProxyType

import pytest
from any_plain import Draw, plain_of

from ppmid_protocols.duis.bodies import TYPED_BODIES
from ppmid_protocols.duis.content import BODIES
from ppmid_protocols.duis.documents import Request, from_xml, to_xml
from ppmid_protocols.duis.request_id import RequestId
from ppmid_protocols.duis.service_body import ServiceBody
from ppmid_protocols.duis.services import SERVICE_REQUESTS, ServiceRequest, Target
from ppmid_protocols.errors import ProtocolError
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs.payload import read_payload
from ppmid_protocols.transforms import Circumstances, HubBackUp, KnownDevice, transform
from ppmid_protocols.transforms.payloads import PAYLOADS
from ppmid_protocols.transforms.rules import RULES

IDENTITY = RequestId(Eui(b"\x90" * 8), Eui(b"\x01" * 8), 5)
DEVICES = MappingProxyType(
    {Eui(bytes([number]) * 8): KnownDevice(target) for number, target in enumerate(Target) if target is not Target.DCC}
)
HUB_LOG = HubBackUp(bytes(8), {Eui(bytes(8)): bytes(16)})
NEVER_BY_CHANCE = ("6.15.1", "6.15.2", "6.21", "8.5", "6.28")
"""With certificates, which random octets are none; 6.28 with five numbers that have few enough decimals."""


@pytest.mark.parametrize(
    "service", [row for row in SERVICE_REQUESTS.values() if row.body_name not in TYPED_BODIES], ids=lambda row: row.srv
)
def test_a_body_within_its_definition(service: ServiceRequest) -> None:
    draw, made_of = Draw(service.srv), 0
    for _ in range(20):
        body = ServiceBody.of(service.body_name, plain_of(BODIES[service.body_name].content, draw, list(DEVICES)))
        request = Request(IDENTITY, min(service.variants), service.srv, body)
        assert from_xml(to_xml(request)) == request
        for target in service.targets:
            known = Circumstances(
                target=target,
                now=draw.choice([1_420_070_400, 4_000_000_000]) * 10**9,
                broker=Eui(b"\x02" * 8),
                holds_user=draw.random() < 0.5,
                phases=draw.choice([1, 3]),
                elements=draw.choice([1, 2]),
                devices=DEVICES,
                hub_logs=dict.fromkeys(DEVICES, HUB_LOG),
                gas_proxy_logs={device: {Eui(bytes(8)): 0} for device in DEVICES},
            )
            try:
                made = transform(request, known)
            except ProtocolError:
                continue
            read_payload(made.message)
            made_of += 1
    cases = [rule.use_case.name for rule in RULES if rule.srv == service.srv]
    can_be_made = any(case in PAYLOADS for case in cases) and service.srv not in NEVER_BY_CHANCE
    assert bool(made_of) == can_be_made
