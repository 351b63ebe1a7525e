"""One request as the User keeps it, and the Command Variants by which it is asked for."""

from dataclasses import dataclass, field

from ppmid_devices.dcc_user.contract import RequestRecord, Way
from ppmid_devices.dcc_user.exchange import Exchange
from ppmid_devices.dcc_user.outcomes import Event, News
from ppmid_devices.dcc_user.vending import Vended
from ppmid_devices.ports import Timer
from ppmid_protocols.duis.bodies import RequestBody, TopUpDevice
from ppmid_protocols.duis.service_body import ServiceBody
from ppmid_protocols.duis.services import SERVICE_REQUESTS
from ppmid_protocols.errors import Malformed, Unsupported
from ppmid_protocols.gbcs.prepayment import ResponseOutcome
from ppmid_protocols.secret import Secret

TRANSFORM = 4
VARIANTS = {Way.WAN: 1, Way.LOCAL: 2, Way.HHT: 2, Way.BOTH: 3}
SIGNED_VARIANTS = {Way.WAN: 5, Way.LOCAL: 6, Way.HHT: 6, Way.BOTH: 7}
NON_DEVICE = 8
"""Command Variants (DUIS schema 5.4): of critical and non-critical requests, signed Pre-Commands, and SRV 8.13."""


def body_for(srv: str, body: ServiceBody | None) -> RequestBody:
    """``body``, or the empty one, of a Service Request that a User may ask of a device by itself.

    Raises Unsupported for an SRV that is none, or not to a device, or a top-up; Malformed for the body of another SRV.
    """
    known = SERVICE_REQUESTS.get(srv)
    if known is None or known.non_device or known.body is TopUpDevice:
        raise Unsupported(f"SRV {srv}: expected a Service Request to a device, and for a top-up to be vended")
    if body is not None and body.name != known.body_name:
        raise Malformed("Request/Body", f"expected {known.body_name} for SRV {srv}, found {body.name}")
    return body or known.body()


@dataclass(slots=True, eq=False)
class Ask:
    """What the User keeps of one request beside its record.

    ``exchange`` is None for a UTRN sent to the PPMID. ``vended`` is there for a top-up with a UTRN of this User.
    ``command``: the Command for local delivery, once it has come. ``returned``: its Response went back by SRV 8.13.
    ``copies``: how many times its Command goes to the device. ``reads_back``: the top-up that it is to tell of.
    ``read_back``: this top-up is, or was, asked after. ``certification_request``: what a device asks a certificate for.
    """

    record: RequestRecord
    way: Way
    exchange: Exchange | None
    patience: Timer
    vended: Vended | None = None
    command: bytes = field(default=b"", repr=False)
    returned: bool = False
    copies: int = 1
    reads_back: "Ask | None" = None
    read_back: bool = False
    certification_request: bytes = field(default=b"", repr=False)

    def news_of(self, said: ResponseOutcome, readings: tuple[Secret, ...], at: int, by: str) -> News:
        """What a verified Response to it comes to. Of a top-up that went in copies, one refused is no refusal."""
        top_up = self.vended is not None
        refused = Event.COPY_REFUSED if top_up and self.copies > 1 else Event.REFUSED
        return News(
            event=Event.DELIVERED if said.success else refused,
            at=at,
            by=by,
            credits=int(said.success and top_up),
            balance=said.values.get("balance"),
            readings=readings,
            detail="" if said.success else f"refused: result {said.code}",
        )
