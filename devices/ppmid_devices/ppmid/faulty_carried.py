"""PPMIDs with one fault each in what they do with messages that are brought by hand."""

from ppmid_devices.links import stick_access
from ppmid_devices.links.asking import Requests
from ppmid_devices.links.avenue_end import AvenueEnd
from ppmid_devices.links.avenues import AVENUES, StickAvenue
from ppmid_devices.links.faulty_ends import ForgetfulEnd
from ppmid_devices.links.link import Link
from ppmid_devices.ports import Clock
from ppmid_devices.ppmid.simulated import SimulatedPpmid
from ppmid_protocols.eui import Eui
from ppmid_protocols.local_interface import Deframer, Message, Opened, addressed_to, open_sealed

_FILE_HEADER = 16


class _HastyStickAvenue(StickAvenue):
    def __init__(self, clock: Clock, line: Link, device: Eui) -> None:
        super().__init__(clock, line, device)
        self._deframer = Deframer()

    def _block(self, sender: str, block: stick_access.Block) -> None:
        if block.offset == 0:
            self._deframer = Deframer()
        for message in self._deframer.feed(block.data[_FILE_HEADER:] if block.offset == 0 else block.data):
            self._receive(sender, message)


class ActsOnHalfAFile(SimulatedPpmid):
    """Takes each message of a stick's file as soon as its octets are there, and never looks at the file's end.

    Breaks PP-024: a transfer that breaks off is without effect.
    """

    avenues = {**AVENUES, "usb-stick": _HastyStickAvenue}


class ActsOnCopies(SimulatedPpmid):
    """Knows no message and no request again.

    Breaks PP-007 and PP-024: what is brought twice is not acted on twice.
    """

    avenue_end = ForgetfulEnd

    def _from_avenue(self, sender: str, message: Message) -> None:
        self._voice._requests = Requests()
        super()._from_avenue(sender, message)


class _EndOfAnyHome(AvenueEnd):
    def _open(self, frame: bytes) -> Opened:
        home, _ = addressed_to(frame)
        return open_sealed(frame, keys=self._others, home=home, ppmid=self._ppmid)


class HeedsNoHome(SimulatedPpmid):
    """Asks of a message whether it is for this PPMID, and not for which home: it may have stood in another one before.

    Breaks PP-006: a message is bound to home and PPMID (local command interface).
    """

    avenue_end = _EndOfAnyHome
