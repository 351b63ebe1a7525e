"""How a PPMID speaks to the gas meter: GBCS messages of its own, PCS01 and PCS02, with a MAC between the two."""

from ppmid_devices.credentials import Credentials, Directory
from ppmid_devices.ppmid.pending import Choice, Task
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


class GasLine:
    """Makes Commands with the PPMID's own Originator Counter, which only rises, and reads their Responses.

    The keys are the PPMID's and the GSME's key agreement keys (PCS01, PCS02; which keys is assumed).
    """

    def __init__(self, credentials: Credentials, directory: Directory, first_counter: int) -> None:
        self._eui, self._private = credentials.eui, credentials.own("agreement").private
        self._directory = directory
        self._counter = OriginatorCounter(first_counter - 1)

    def command(self, task: Task) -> Message:
        """The Command for a top-up or emergency credit, with the next counter. Raises Unsupported for other choices."""
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
        return crypto.with_mac(message, self._private, self._directory.public_key(task.meter, "agreement"))

    def _content(self, task: Task) -> Content:
        request = TopUp(task.digits) if task.choice is Choice.TOP_UP else ActivateEmergencyCredit()
        return command("ppmid-gsme", self._counter.last, request)

    def outcome(self, response: Message) -> ResponseOutcome:
        """What a Response says. Raises NotAuthentic when the GSME did not make it, Malformed, Unsupported."""
        crypto.verify_mac(response, self._private, self._directory.public_key(response.originator, "agreement"))
        return outcome_of(response)
