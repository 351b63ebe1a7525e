"""A DCC between a User's end of the DUIS line and a hub's end of the SM WAN, both played by the test."""

from dataclasses import replace

from home_parts import (
    BROKER,
    CREDENTIALS,
    ESME,
    HUB,
    METERS,
    PPMID,
    REPOSITORY,
    SUPPLIER,
    Crossing,
    Ground,
    answer_to,
    check_mac_as,
    command,
)
from home_parts import UTRN as DIGITS

from ppmid_devices import roles
from ppmid_devices.dcc.settings import DccSettings
from ppmid_devices.dcc.simulated import SimulatedDcc
from ppmid_devices.ports import SECOND
from ppmid_devices.signed_documents import open_document, sign_document
from ppmid_protocols.duis import bodies
from ppmid_protocols.duis.documents import Request, Response
from ppmid_protocols.duis.request_id import RequestId
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import prepayment
from ppmid_protocols.gbcs.message import Cra, Message, decode
from ppmid_protocols.utrn import Utrn

EPOCH = 1_767_225_600 * SECOND  # 2026-01-01
UTRN = Utrn.parse(DIGITS)
TOP_UP_COUNTER = 3 << 32
DAY = 86_400 * SECOND
DEVICES = {**METERS, HUB: roles.HUB, PPMID: roles.PPMID}


class Bench(Ground):
    """A DCC between a User's end of the DUIS line and a hub's end of the SM WAN, both played by the test."""

    def __init__(self, kind: type[SimulatedDcc] = SimulatedDcc, settings: DccSettings | None = None) -> None:
        super().__init__(EPOCH)
        self.duis, self.wan = self.line("duis"), self.line("wan")
        self.answers: list[Response] = []
        self.commands: list[bytes] = []
        self.duis.attach(roles.DCC_USER, lambda _, frame: self._heard(frame))
        self.wan.attach(roles.HUB, lambda _, frame: self.commands.append(frame))
        self.dcc = kind(
            clock=self.clock,
            credentials=CREDENTIALS[BROKER],
            directory=REPOSITORY,
            duis=self.duis,
            wan=self.wan,
            devices=DEVICES,
            settings=settings or DccSettings(),
        )
        self.dcc.start()

    def _heard(self, frame: bytes) -> None:
        document = open_document(frame, REPOSITORY)
        assert isinstance(document, Response)
        self.answers.append(document)

    def ask(self, request: Request, user: Eui = SUPPLIER) -> Response | None:
        """Send a Request; its synchronous answer, or None when there is none within two seconds."""
        before = len(self.answers)
        self.send(sign_document(request, CREDENTIALS[user].own("xml_signing")))
        return self.answers[before] if len(self.answers) > before else None

    def code_of(self, request: Request, user: Eui = SUPPLIER) -> str:
        """The code of the synchronous answer to a Request."""
        answer = self.ask(request, user)
        assert answer is not None
        return answer.code

    @property
    def sent_on(self) -> list[Crossing]:
        """What the DCC has put on either line."""
        return [one for one in self.tap.crossings if one.sender == roles.DCC]

    def send(self, frame: bytes) -> None:
        self.duis.send(roles.DCC_USER, roles.DCC, frame)
        self.run(2 * SECOND)

    def from_hub(self, frame: bytes) -> None:
        self.wan.send(roles.HUB, roles.DCC, frame)
        self.run()


def top_up(variant: int, target: Eui = ESME, counter: int = TOP_UP_COUNTER) -> Request:
    return Request(RequestId(SUPPLIER, target, counter), variant, "2.2", bodies.TopUpDevice(UTRN))


def enable(variant: int, gbcs: bytes | None = None) -> Request:
    body = bodies.EnableSupply() if gbcs is None else bodies.SignedPreCommand(gbcs)
    return Request(RequestId(SUPPLIER, ESME, 1000), variant, "7.1", body)


def returned(response: bytes, original: RequestId | None, counter: int = 2000) -> Request:
    identity = RequestId(SUPPLIER, BROKER, counter)
    return Request(identity, 8, "8.13", bodies.ReturnLocalCommandResponse(original, response))


def local_command(answer: Response | None) -> bytes:
    assert answer is not None
    assert answer.code == "I0"
    assert isinstance(answer.body, bodies.LocalCommand)
    return answer.body.gbcs


def verify_as_meter(octets: bytes) -> Message:
    """What a meter finds: the ACB's MAC holds."""
    command = decode(octets)
    check_mac_as(command, command.target, BROKER)
    return command


def response_of(meter: Eui, counter: int = TOP_UP_COUNTER) -> bytes:
    """The meter's Response to a top-up; the DCC cannot check its MAC, so it has any."""
    code = prepayment.CODES["esme", prepayment.TopUp]
    payload = prepayment.esme.response(code, counter).payload
    return replace(answer_to(command(meter, counter, code)), payload=payload).encode()


def pre_command(bench: Bench, request: Request) -> Message:
    answer = bench.ask(request)
    assert answer is not None
    assert isinstance(answer.body, bodies.PreCommand)
    assert answer.body.gbcs[0] == 0xDF  # a bare General-Signing APDU
    assert answer.body.gbcs[-1] == 0  # with a signature of no octets
    return decode(answer.body.gbcs)


def alert(payload: bytes) -> Message:
    return Message(
        cra=Cra.ALERT, counter=9, originator=ESME, target=SUPPLIER, message_code=0x1001, payload=payload, mac=bytes(12)
    )
