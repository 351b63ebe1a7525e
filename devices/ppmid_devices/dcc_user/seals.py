"""What a User does with its keys: signs what it sends, verifies what comes, opens what was sealed for it."""

from collections.abc import Iterable

from ppmid_devices.credentials import Credentials, Directory
from ppmid_devices.dcc_user import exchange as exchanges
from ppmid_devices.dcc_user.exchange import Exchange
from ppmid_devices.signed_documents import open_response, sign_document
from ppmid_protocols.duis.answers import FutureDatedAlert
from ppmid_protocols.duis.bodies import DeviceAlert, SignedPreCommand
from ppmid_protocols.duis.documents import Request, Response
from ppmid_protocols.gbcs import crypto
from ppmid_protocols.gbcs.message import Cra, Message
from ppmid_protocols.secret import Secret


class Seals:
    """The signing, key agreement and XML-signing keys of one User, and the certificates of others."""

    def __init__(self, credentials: Credentials, directory: Directory, *, unsigned_errors: bool) -> None:
        self._eui, self._directory, self._unsigned_errors = credentials.eui, directory, unsigned_errors
        self._signing = credentials.own("signing")
        self._agreement = credentials.own("agreement")
        self._xml_signing = credentials.own("xml_signing")

    def document(self, request: Request) -> bytes:
        """A Request as it goes to the DCC."""
        return sign_document(request, self._xml_signing)

    def answer(self, document: bytes) -> Response:
        """A Response of the DCC. Raises ProtocolError for anything else."""
        return open_response(document, self._directory, unsigned_errors=self._unsigned_errors)

    def signed(self, exchange: Exchange, octets: bytes, issued: Iterable[int]) -> SignedPreCommand:
        """A Pre-Command that is what was asked for, signed. Raises ProtocolError for one that is not."""
        pre_command = exchange.read(octets, Cra.COMMAND)
        exchange.require_asked(pre_command, issued)
        return SignedPreCommand(crypto.sign(pre_command, self._signing.private).encode())

    def authenticate(self, exchange: Exchange, response: Message) -> None:
        """Raise NotAuthentic unless the device made ``response`` for this User."""
        exchange.authenticate(response, self._agreement, self._directory)

    def opened(self, response: Message) -> tuple[Secret, ...]:
        """What the device sealed for this User, in plain. Raises ProtocolError."""
        return exchanges.opened(response, self._agreement, self._directory)

    def alert(self, alert: DeviceAlert | FutureDatedAlert) -> Message:
        """A device's Alert to this User. Raises ProtocolError when it is not that, or not authentic."""
        return exchanges.read_alert(alert.gbcs, alert.alert_code, self._eui, self._agreement, self._directory)
