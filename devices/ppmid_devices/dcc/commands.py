"""How the DCC makes Commands: by the tables of transforms, with its own counter, signature and MAC where due."""

import hashlib
from dataclasses import replace

from ppmid_devices.credentials import Credentials, Directory
from ppmid_devices.dcc.inventory import SmartMeteringInventory
from ppmid_devices.dcc.kept_logs import KeptLogs
from ppmid_devices.ports import Clock
from ppmid_protocols.duis.bodies import SignedPreCommand
from ppmid_protocols.duis.documents import Request
from ppmid_protocols.duis.request_id import RequestId
from ppmid_protocols.duis.services import Target, UserRole
from ppmid_protocols.errors import Malformed, NotAuthentic
from ppmid_protocols.gbcs import crypto
from ppmid_protocols.gbcs.message import Message, decode
from ppmid_protocols.gbcs.use_cases import USE_CASES
from ppmid_protocols.secret import Secret
from ppmid_protocols.transforms import Circumstances, transform
from ppmid_protocols.transforms.users import KNOWN


class CommandMaker:
    """The Access Control Broker: its keys, and the Originator Counter of Commands in its own name."""

    def __init__(
        self,
        clock: Clock,
        credentials: Credentials,
        directory: Directory,
        inventory: SmartMeteringInventory,
        kept: KeptLogs,
        counter: int,
    ) -> None:
        self._clock, self._directory, self._inventory, self._counter = clock, directory, inventory, counter
        self._kept = kept
        self._eui = credentials.eui
        self._agreement = credentials.own("agreement")
        self._signing = credentials.own("signing")

    def unauthorised(self, request: Request, target: Target, role: UserRole, *, by_schedule: bool = False) -> Message:
        """The Command or Pre-Command of a Request, still without MAC. Raises Unsupported or Malformed.

        What the DCC sends by a schedule it sends in its own name, naming the User: the User's counter is not its to
        step (assumed; no public text says in whose name such a Command is made).
        """
        made = transform(
            request,
            Circumstances(
                target=target,
                now=self._clock.now(),
                broker=self._eui,
                broker_counter=self._counter,
                holds_user=role in KNOWN and not by_schedule,
                role=role,
                devices=self._inventory.known(),
                cin=customer_number(request.request_id),
                hub_logs=self._kept.hubs,
                gas_proxy_logs=self._kept.gas_proxies,
            ),
        ).message
        if made.originator != self._eui:
            return made
        self._counter += 1
        return crypto.sign(made, self._signing.private) if USE_CASES[made.message_code].critical else made

    def signed_as_given(self, given: Message | None, body: SignedPreCommand) -> Message:
        """The signed Pre-Command, which must be the one that was ``given``, with its originator's signature.

        Raises Malformed or NotAuthentic.
        """
        if given is None:
            raise Malformed("SignedPreCommand", "expected a Pre-Command to have been asked for by this RequestID")
        signed = decode(body.gbcs)
        if replace(signed, signature=b"") != given:
            raise Malformed("SignedPreCommand", "expected the Pre-Command that was given, found another")
        self._directory.verify_signature(signed)
        return signed

    def authorised(self, command: Message) -> Message:
        """The Command with the Access Control Broker's MAC."""
        device = self._directory.public_key(command.target, "agreement")
        return crypto.with_mac(command, self._agreement.private, device)

    def check_if_own(self, response: Message) -> None:
        """Verify the MAC of a Response to the broker, which holds no key of any other. Raises NotAuthentic."""
        if response.target == self._eui and response.mac is not None:
            device = self._directory.public_key(response.originator, "agreement")
            crypto.verify_mac(response, self._agreement.private, device)

    def proves(self, response: Message) -> bool:
        """Whether the broker itself can tell that the device made this Response: by its signature, or by the MAC."""
        try:
            if response.signature:
                self._directory.verify_signature(response)
                return True
            self.check_if_own(response)
        except NotAuthentic:
            return False
        return response.target == self._eui and response.mac is not None


def customer_number(identity: RequestId) -> Secret:
    """Four digits for SRV 9.1, the same for one RequestID; the DCC's real ones are random."""
    drawn = int.from_bytes(hashlib.sha256(str(identity).encode()).digest()[:8], "big")
    return Secret(f"{drawn % 10_000:04d}".encode())
