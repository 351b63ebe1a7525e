"""Hubs in hostile hands: they hold the keys of their own functions and of the HAN, and none of a meter."""

from dataclasses import replace

from ppmid_devices.hub.carrying import Carrying
from ppmid_devices.hub.simulated import SimulatedHub
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs.message import MAC_OCTETS, Cra, Message, decode
from ppmid_protocols.gbcs.prepayment import gsme
from ppmid_protocols.gbcs.prepayment.requests import PCS01
from ppmid_protocols.zigbee.prepayment import TopUpResult


class _Forging(Carrying):
    def from_device(self, device: Eui, octets: bytes) -> None:
        message = decode(octets)
        if message.message_code == PCS01 and message.cra is Cra.COMMAND:
            self.deliver(device, _forged(message).encode(), self._settings.mailbox_life_s)
        else:
            super().from_device(device, octets)


def _forged(command: Message) -> Message:
    """The acceptance of a top-up, with a MAC of noughts: it takes the gas meter's key, or the PPMID's."""
    content = gsme.top_up_response(PCS01, TopUpResult.ACCEPTED)
    return replace(
        command,
        cra=Cra.RESPONSE,
        originator=command.target,
        target=command.originator,
        payload=content.payload,
        mac=bytes(MAC_OCTETS),
    )


class AnswersForTheGasMeter(SimulatedHub):
    """Keeps what a PPMID asks of the gas meter to itself, and says that it is done.

    Breaks: a hub carries PCS01 and PCS02 to the GSME, and its Responses back (GBCS use cases).
    """

    carrying = _Forging
