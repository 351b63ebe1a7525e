"""A whole simulated home, and a User's desk on the DUIS line."""

from pathlib import Path

from ppmid_bench.bench_file import BenchFile
from ppmid_bench.derivation import Derivation
from ppmid_bench.home_keys import SUPPLIER, make_home_keys
from ppmid_bench.scenario import ScenarioRun
from ppmid_devices import roles
from ppmid_devices.ports import HOUR, SECOND
from ppmid_devices.signed_documents import open_document, sign_document
from ppmid_protocols.duis import bodies
from ppmid_protocols.duis.documents import Request, Response
from ppmid_protocols.duis.request_id import RequestId
from ppmid_protocols.gbcs import crypto
from ppmid_protocols.gbcs.message import decode

DAY = 24 * HOUR
SCENARIO, SEED = "a/home", 1


class Desk:
    """A place in the Supplier's systems from which documents go to the DCC, beside those of the DCC User."""

    def __init__(self, folder: Path) -> None:
        self.world = ScenarioRun(SCENARIO, "a home", (), BenchFile(), SEED, folder)
        self.world.home.meters = [roles.ESME, roles.GSME]
        self.bed = self.world.bed
        self.keys = make_home_keys(Derivation(SEED, SCENARIO))
        self.supplier = self.keys.credentials_of(SUPPLIER)
        self.heard: list[Response] = []
        self.bed.links.duis.attach("desk", lambda _, frame: self._heard(frame))

    def _heard(self, frame: bytes) -> None:
        document = open_document(frame, self.keys.directory_of(roles.DCC_USER))
        assert isinstance(document, Response)
        self.heard.append(document)

    def send(
        self,
        target: str,
        counter: int,
        variant: int,
        srv: str,
        body: bodies.RequestBody,
        preceding: RequestId | None = None,
    ) -> Response:
        """Send a Request; its synchronous answer."""
        request = Request(self.identity(target, counter), variant, srv, body, preceding=preceding)
        signed = sign_document(request, self.supplier.own("xml_signing"))
        self.bed.links.duis.send("desk", roles.DCC, signed)
        before = len(self.heard)
        self.wait(2 * SECOND)
        return self.heard[before]

    def send_critical(self, target: str, counter: int, variant: int, srv: str, body: bodies.RequestBody) -> Response:
        """Ask for a Pre-Command, sign it and send it by Command Variant ``variant``; the answer to that."""
        given = self.send(target, counter, 4, srv, body).body
        assert isinstance(given, bodies.PreCommand)
        signed = crypto.sign(decode(given.gbcs), self.supplier.own("signing").private).encode()
        return self.send(target, counter, variant, srv, bodies.SignedPreCommand(signed))

    def identity(self, target: str, counter: int) -> RequestId:
        """The RequestID of the Supplier's Request to a role."""
        return RequestId(self.supplier.eui, self.keys.eui(target), counter)

    def wait(self, time: int) -> None:
        self.bed.clock.advance(time)

    @property
    def now(self) -> int:
        return self.bed.clock.now()
