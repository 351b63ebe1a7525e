"""How a PPMID speaks to the gas meter: GBCS messages of its own, PCS01 and PCS02, with a MAC between the two."""

from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric import ec

from ppmid_devices.credentials import Credentials
from ppmid_devices.ppmid.pending import Choice, Task
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import crypto
from ppmid_protocols.gbcs.counters import OriginatorCounter
from ppmid_protocols.gbcs.message import Cra, Message
from ppmid_protocols.gbcs.prepayment import (
    ActivateEmergencyCredit,
    Content,
    ResponseOutcome,
    TopUp,
    command,
    outcome_of,
)

PeerKey = Callable[[Eui], ec.EllipticCurvePublicKey]


class GasLine:
    """Makes Commands with the PPMID's own Originator Counter, which only rises, and reads their Responses.

    The keys are the PPMID's and the GSME's key agreement keys (PCS01, PCS02; which keys is assumed). ``peer_key`` gives
    that of a meter that the PPMID has been joined with (CS03C), and raises NotAuthentic for others.
    """

    def __init__(self, credentials: Credentials, peer_key: PeerKey, first_counter: int) -> None:
        self._eui, self._private = credentials.eui, credentials.own("agreement").private
        self._peer_key = peer_key
        self._counter = OriginatorCounter(first_counter - 1)

    def command(self, task: Task) -> Message:
        """The Command for a top-up or emergency credit, with the next counter. Raises Unsupported for other choices.

        Raises NotAuthentic for a meter that the PPMID has not been joined with; then no counter is used.
        """
        peer_key = self._peer_key(task.meter)
        self._counter = self._counter.next()
        content = self._content(task)
        message = Message(
            cra=Cra.COMMAND,
            counter=self._counter.last,
            originator=self._eui,
            target=task.meter,
            message_code=content.message_code,
            payload=content.payload,
        )
        return crypto.with_mac(message, self._private, peer_key)

    def _content(self, task: Task) -> Content:
        request = TopUp(task.digits) if task.choice is Choice.TOP_UP else ActivateEmergencyCredit()
        return command("ppmid-gsme", self._counter.last, request)

    def outcome(self, response: Message) -> ResponseOutcome:
        """What a Response says. Raises NotAuthentic when the GSME did not make it, Malformed, Unsupported."""
        crypto.verify_mac(response, self._private, self._peer_key(response.originator))
        return outcome_of(response)
