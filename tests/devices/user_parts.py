"""What the tests of the DCC User are built from: a User and a real DCC on one line, all others played by the test."""

from collections.abc import Callable
from dataclasses import replace

from home_parts import (
    BROKER,
    CREDENTIALS,
    ESME,
    HUB,
    METERS,
    POUND,
    PPMID,
    REPOSITORY,
    SUPPLIER,
    Ground,
    signed_by,
    with_mac_of,
)

from ppmid_devices import roles
from ppmid_devices.dcc.settings import DccSettings
from ppmid_devices.dcc.simulated import SimulatedDcc
from ppmid_devices.dcc_user.contract import Way
from ppmid_devices.dcc_user.settings import DccUserSettings
from ppmid_devices.dcc_user.simulated import SimulatedDccUser
from ppmid_devices.ports import SECOND
from ppmid_devices.signed_documents import open_document, sign_document
from ppmid_protocols.duis.documents import Request, Response
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs.message import Cra, Message, decode
from ppmid_protocols.gbcs.prepayment import esme
from ppmid_protocols.gbcs.prepayment.requests import CS01A, Content
from ppmid_protocols.local_interface import CommandResponse
from ppmid_protocols.local_interface import Message as AvenueMessage
from ppmid_protocols.secret import Secret

EPOCH = 1_767_225_600 * SECOND  # 2026-01-01


DEVICES = {**METERS, HUB: roles.HUB, PPMID: roles.PPMID}


class Deliveries:
    """A delivery service that keeps what it is handed, and says what the test makes it say."""

    def __init__(self) -> None:
        self.commands: list[bytes] = []
        self.utrns: list[tuple[Eui, Secret]] = []
        self.names: list[str] = []
        self._heard: list[Callable[[AvenueMessage], None]] = []

    def start(self) -> None:
        """There is no avenue to listen on."""

    def listen(self, heard: Callable[[AvenueMessage], None]) -> None:
        self._heard.append(heard)

    def submit_command(self, target: Eui, command: bytes) -> str:
        assert decode(command).target == target
        self.commands.append(command)
        return self._name()

    def submit_utrn(self, meter: Eui, digits: Secret) -> str:
        self.utrns.append((meter, digits))
        return self._name()

    def _name(self) -> str:
        self.names.append(f"{len(self.names):08x}")
        return self.names[-1]

    def say(self, message: AvenueMessage) -> None:
        for heard in self._heard:
            heard(message)

    def answer(self, response: bytes, name: str | None = None) -> None:
        self.say(CommandResponse(bytes.fromhex(name or self.names[-1]), response))


class Bench(Ground):
    """A User and a real DCC on one line; hub, delivery service and meters are played by the test."""

    def __init__(
        self,
        kind: type[SimulatedDccUser] = SimulatedDccUser,
        settings: DccUserSettings | None = None,
        dcc_settings: DccSettings | None = None,
        dcc: type[SimulatedDcc] = SimulatedDcc,
    ) -> None:
        super().__init__(EPOCH)
        self.duis, self.wan = self.line("duis"), self.line("wan")
        self.sent_over_wan: list[bytes] = []
        self.wan.attach(roles.HUB, lambda _, frame: self.sent_over_wan.append(frame))
        self.delivery = Deliveries()
        self.dcc = dcc(
            clock=self.clock,
            credentials=CREDENTIALS[BROKER],
            directory=REPOSITORY,
            duis=self.duis,
            wan=self.wan,
            devices=DEVICES,
            settings=dcc_settings or DccSettings(),
        )
        self.user = kind(
            clock=self.clock,
            credentials=CREDENTIALS[SUPPLIER],
            directory=REPOSITORY,
            duis=self.duis,
            delivery=self.delivery,
            dcc=BROKER,
            devices=DEVICES,
            settings=settings or DccUserSettings(),
        )
        self.dcc.start()
        self.user.start()

    def requests(self) -> list[Request]:
        """What the User has sent to the DCC, signatures checked."""
        opened = (open_document(one.frame, REPOSITORY) for one in self.tap.carried("duis", roles.DCC_USER))
        return [document for document in opened if isinstance(document, Request)]

    def top_up(self, way: Way, meter: Eui = ESME, amount: int = 10 * POUND) -> str:
        name = self.user.top_up(meter, amount, way)
        self.run(2 * SECOND)
        return name

    def request(self, srv: str, way: Way, meter: Eui = ESME) -> str:
        name = self.user.request(srv, meter, way)
        self.run(3 * SECOND)
        return name

    def over_wan(self, frame: bytes) -> None:
        self.wan.send(roles.HUB, roles.DCC, frame)
        self.run()

    def from_dcc(self, response: Response, signer: Eui = BROKER) -> None:
        """A document that the DCC did not mean to send."""
        frame = sign_document(response, CREDENTIALS[signer].own("xml_signing"))
        self.duis.send(roles.DCC, roles.DCC_USER, frame)
        self.run()


def respond(command: bytes, content: Content) -> bytes:
    """A meter's own Response to ``command``: signed when that was signed, else with its MAC."""
    asked = decode(command)
    response = Message(
        cra=Cra.RESPONSE,
        counter=asked.counter,
        originator=asked.target,
        target=asked.originator,
        message_code=content.message_code,
        payload=content.payload,
    )
    if asked.signature:
        return signed_by(response, asked.target).encode()
    return with_mac_of(response, asked.target, SUPPLIER).encode()


def credited(command: bytes) -> bytes:
    return respond(command, esme.response(CS01A, decode(command).counter))


def refused(command: bytes) -> bytes:
    return respond(command, esme.response(CS01A, decode(command).counter, esme.REFUSED))


def altered(response: bytes) -> bytes:
    """The Response with another payload, its protection as it was."""
    message = decode(response)
    return replace(message, payload=message.payload[:-1] + b"\x01").encode()
