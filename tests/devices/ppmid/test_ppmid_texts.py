"""No text of a PPMID holds a UTRN."""

from home_parts import ESME, GSME, UTRN
from ppmid_home import ACCEPTED, Home

from ppmid_devices.ports import SECOND
from ppmid_protocols.zigbee.prepayment import ConsumerTopUpResponse


def test_no_text_that_it_gives_holds_the_digits() -> None:
    home = Home()
    home.esme.answers = [ACCEPTED, ConsumerTopUpResponse(0x02), None]
    for number, meter in enumerate((ESME, ESME, ESME, GSME)):
        home.submit_utrn(meter, request_id=bytes([number]))
        home.run(70 * SECOND)
    home.gas_wakes()
    everything = " ".join((*home.lines, *(one.text for one in home.said), repr(home.said)))
    assert UTRN not in everything
    assert len(home.results) == 4
