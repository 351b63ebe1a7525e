"""A second DCC, from the contract and the protocols: it makes top-up Commands, and hears what came of them.

Its anomaly detection knows a User's threshold and none of its own, and counts what came in the last day.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ppmid_devices import roles
from ppmid_devices.credentials import Credentials, Directory
from ppmid_devices.dcc.contract import (
    AnomalyCount,
    Breach,
    DccLimits,
    Fate,
    Quarantined,
    ServiceRecord,
    UserThresholds,
)
from ppmid_devices.links.link import Link
from ppmid_devices.ports import DAY, CannotArrange, Clock
from ppmid_protocols.duis import response_code, signature
from ppmid_protocols.duis.bodies import (
    DccAlert,
    GbcsPayload,
    LocalCommand,
    ResponseBody,
    ReturnLocalCommandResponse,
    TopUpDevice,
    UserThresholdBreach,
)
from ppmid_protocols.duis.documents import Request, Response, from_xml, to_xml
from ppmid_protocols.duis.request_id import RequestId, response_id
from ppmid_protocols.duis.services import UserRole
from ppmid_protocols.errors import Malformed, ProtocolError
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import crypto, prepayment
from ppmid_protocols.gbcs.message import Cra, Message, decode
from ppmid_protocols.secret import Secret

WAN, LOCAL, BOTH = 1, 2, 3
"""The Command Variants of a non-critical request."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Nothing of it can be set."""


class SecondDcc:
    def __init__(
        self,
        *,
        clock: Clock,
        credentials: Credentials,
        directory: Directory,
        duis: Link,
        wan: Link,
        devices: Mapping[Eui, str],
        settings: Settings,
    ) -> None:
        self._clock, self._own, self._others = clock, credentials, directory
        self._duis, self._wan, self._devices = duis, wan, devices
        self._records: dict[str, ServiceRecord] = {}
        self._waiting: list[tuple[str, bytes]] = []
        self._thresholds: dict[tuple[Eui, str], UserThresholds] = {}
        self._asked: list[tuple[int, Eui]] = []
        self._held: list[tuple[Quarantined, Request, Secret]] = []

    @property
    def eui(self) -> Eui:
        return self._own.eui

    def start(self) -> None:
        self._duis.attach(roles.DCC, self._from_user)
        self._wan.attach(roles.DCC, self._from_wan)
        self._wan.watch(self._changed)

    def services(self) -> list[ServiceRecord]:
        waiting = {request for request, _ in self._waiting}
        return [replace(record, waiting=record.request in waiting) for record in self._records.values()]

    def admit(self, user: Eui, roles: tuple[UserRole, ...]) -> None:
        raise CannotArrange(f"{user} as {', '.join(roles)}: this DCC asks nobody for roles")

    def register(self, device: Eui, user: Eui, role: UserRole) -> None:
        raise CannotArrange(f"{user} for {device} as {role}: this DCC asks nobody who is responsible")

    def certificate_issued(self, certificate: bytes) -> None:
        self._others.enter_issued(certificate)

    def set_user_thresholds(self, thresholds: UserThresholds) -> None:
        self._thresholds[thresholds.user, thresholds.srv] = thresholds

    def set_limits(self, limits: DccLimits) -> None:
        raise CannotArrange(f"SRV {limits.srv}: this DCC has no limits of its own")

    def anomaly_counts(self) -> list[AnomalyCount]:
        since = self._clock.now() - DAY
        lately = [user for at, user in self._asked if at > since]
        return [
            AnomalyCount(
                user=user, srv="2.2", count=lately.count(user), of_all=len(lately), warned=self._beyond(user, "warning")
            )
            for user in sorted(set(lately))
        ]

    def _beyond(self, user: Eui, which: str) -> bool:
        threshold = getattr(self._thresholds.get((user, "2.2")), which, None)
        return threshold is not None and sum(who == user for _, who in self._asked) > threshold

    def quarantined(self) -> list[Quarantined]:
        return [record for record, _, _ in self._held]

    def release(self, reference: int) -> None:
        request, digits = self._settle(reference, Fate.RELEASED)
        self._make(request, digits)

    def delete(self, reference: int) -> None:
        request, _ = self._settle(reference, Fate.DELETED)
        self._say(request.request_id, response_code.DEVICE_STATUS_UNFIT, request.srv)

    def _settle(self, reference: int, fate: Fate) -> tuple[Request, Secret]:
        for place, (record, request, digits) in enumerate(self._held):
            if record.reference == reference and record.fate is Fate.HELD:
                self._held[place] = replace(record, fate=fate), request, digits
                return request, digits
        raise Malformed("reference", f"{reference} is not held")

    def _from_user(self, _: str, document: bytes) -> None:
        try:
            verified = signature.verify(document, self._others.by_serial)
            request = from_xml(document)
        except ProtocolError:
            return
        if not isinstance(request, Request) or not signature.entitled(verified, request):
            return
        match request.body:
            case TopUpDevice(utrn):
                self._top_up(request, utrn.digits)
            case ReturnLocalCommandResponse(_, octets):
                self._note(str(RequestId(*decode(octets).command_key)), delivered_locally=True)
                self._say(request.request_id, response_code.SUCCESS, request.srv)
            case _:
                self._say(request.request_id, response_code.NOT_FOR_DEVICE_TYPE, request.srv)

    def _top_up(self, request: Request, digits: Secret) -> None:
        identity = request.request_id
        self._asked.append((self._clock.now(), identity.originator))
        if not self._beyond(identity.originator, "quarantine"):
            self._make(request, digits)
            return
        reference = 1_000 + len(self._held)
        breach = Quarantined(reference=reference, request=str(identity), breach=Breach.USER_THRESHOLD, fate=Fate.HELD)
        self._held.append((breach, request, digits))
        self._say(identity, response_code.ACCEPTED, request.srv)
        self._send(
            Response(
                None,
                None,
                response_code.SUCCESS,
                self._clock.now(),
                DccAlert("N1", event=UserThresholdBreach(identity, reference)),
                None,
            )
        )

    def _make(self, request: Request, digits: Secret) -> None:
        identity, name = request.request_id, str(request.request_id)
        kind = roles.meter_kind(self._devices[identity.target])
        content = prepayment.top_up_command(kind, identity.counter, digits)
        message = Message(
            cra=Cra.COMMAND,
            counter=identity.counter,
            originator=identity.originator,
            target=identity.target,
            message_code=content.message_code,
            payload=content.payload,
        )
        peer = self._others.public_key(identity.target, "agreement")
        command = crypto.with_mac(message, self._own.own("agreement").private, peer).encode()
        self._records[name] = ServiceRecord(
            request=name,
            srv=request.srv,
            command_variant=request.command_variant,
            delivered_locally=False,
            delivered_over_wan=False,
            waiting=False,
        )
        local = LocalCommand(command) if request.command_variant in (LOCAL, BOTH) else None
        self._say(identity, response_code.SUCCESS if local else response_code.ACCEPTED, request.srv, local)
        if request.command_variant in (WAN, BOTH):
            self._waiting.append((name, command))
            self._changed(self._wan.up)

    def _changed(self, up: bool) -> None:
        while up and self._waiting:
            self._wan.send(roles.DCC, roles.HUB, self._waiting.pop(0)[1])

    def _from_wan(self, _: str, octets: bytes) -> None:
        try:
            message = decode(octets)
        except ProtocolError:
            return
        identity = RequestId(*message.command_key)
        record = self._records.get(str(identity))
        if message.cra is Cra.RESPONSE and record is not None:
            self._note(record.request, delivered_over_wan=True)
            self._say(identity, response_code.SUCCESS, record.srv, GbcsPayload(octets))

    def _note(self, request: str, **news: bool) -> None:
        if request in self._records:
            self._records[request] = replace(self._records[request], **news)  # type: ignore[arg-type]

    def _say(
        self, identity: RequestId, code: response_code.ResponseCode, srv: str, body: ResponseBody | None = None
    ) -> None:
        self._send(Response(identity, response_id(identity), code, self._clock.now(), body, srv))

    def _send(self, answer: Response) -> None:
        pair, document = self._own.own("xml_signing"), to_xml(answer)
        issuer, serial = pair.certificate.issuer.rfc4514_string(), pair.certificate.serial_number
        self._duis.send(roles.DCC, roles.DCC_USER, signature.sign(document, pair.private, issuer, serial))
