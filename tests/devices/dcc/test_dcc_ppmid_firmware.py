"""SRV 11.4 at the DCC: the image goes to the hub, and the User hears of the activation."""

from typing import Any

from dcc_bench import Bench
from home_parts import BROKER, ESME, GSME, HUB, KEYS, PPMID, SUPPLIER

from ppmid_devices import firmware_alerts, roles
from ppmid_devices.ports import SECOND
from ppmid_protocols import distribution
from ppmid_protocols.distribution import Distribution
from ppmid_protocols.duis.answers import DccBody
from ppmid_protocols.duis.bodies import DccAlert
from ppmid_protocols.duis.documents import Request
from ppmid_protocols.duis.request_id import RequestId
from ppmid_protocols.duis.service_body import ServiceBody
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import crypto
from ppmid_protocols.gbcs.message import Cra, Message
from ppmid_protocols.zigbee.ota import ImageHead

IMAGE = ImageHead(manufacturer=1, image_type=2, file_version=3, stack_version=2, name="x", size=56).encode()
NOW = 1_800_000_000 * SECOND


class Updating(Bench):
    def update(self, *devices: Eui, counter: int = 7) -> str:
        plain: dict[str, Any] = {"FirmwareImage": IMAGE, "FirmwareVersion": "00000003", "DeviceIDList": devices}
        body = ServiceBody.of("UpdatePPMIDFirmware", plain)
        answer = self.ask(Request(RequestId(SUPPLIER, BROKER, counter), 8, "11.4", body))
        assert answer is not None
        return str(answer.code)

    @property
    def images(self) -> list[Distribution]:
        carried = [one.frame for one in self.tap.carried("wan", roles.DCC)]
        return [distribution.decode(frame) for frame in carried if distribution.is_distribution(frame)]

    @property
    def events(self) -> list[DccBody]:
        found = [one.body.event for one in self.answers if isinstance(one.body, DccAlert)]
        return [one for one in found if isinstance(one, DccBody)]


def signed(code: int, payload: bytes, device: Eui, role: str) -> bytes:
    """An Alert of ``device``, signed with the key of ``role``."""
    plain = Message(cra=Cra.ALERT, counter=1, originator=device, target=BROKER, message_code=code, payload=payload)
    return crypto.sign(plain, KEYS.credentials_of(role).own("signing").private).encode()


def activated(role: str = roles.PPMID) -> bytes:
    return signed(0x012B, firmware_alerts.activation(3, NOW), PPMID, role)


def test_an_image_for_meters_goes_to_the_hub_for_each_and_for_nothing_but_meters() -> None:
    """SRV 11.1."""
    bench = Updating()

    def ask(*devices: Eui, counter: int) -> str:
        plain: dict[str, Any] = {"FirmwareImage": IMAGE, "FirmwareVersion": "00000003", "DeviceIDList": devices}
        body = ServiceBody.of("UpdateFirmware", plain)
        answer = bench.ask(Request(RequestId(SUPPLIER, BROKER, counter), 8, "11.1", body))
        assert answer is not None
        return str(answer.code)

    assert ask(ESME, GSME, counter=7) == "I0"
    bench.clock.advance(10 * SECOND)
    assert bench.images == [Distribution(ESME, IMAGE), Distribution(GSME, IMAGE)]
    assert ask(ESME, PPMID, counter=8) == "E19"
    bench.clock.advance(10 * SECOND)
    assert len(bench.images) == 2


def test_the_image_goes_to_the_hub_as_it_is() -> None:
    bench = Updating()
    assert bench.update(PPMID) == "I0"
    bench.clock.advance(10 * SECOND)
    assert bench.images == [Distribution(PPMID, IMAGE)]


def test_it_waits_for_the_sm_wan() -> None:
    bench = Updating()
    bench.wan.set_up(False)
    assert bench.update(PPMID) == "I0"
    bench.clock.advance(10 * SECOND)
    assert bench.images == []
    bench.wan.set_up(True)
    bench.clock.advance(10 * SECOND)
    assert bench.images == [Distribution(PPMID, IMAGE)]


def test_a_list_with_another_device_is_refused_as_a_whole() -> None:
    bench = Updating()
    assert bench.update(PPMID, ESME) == "E19"
    bench.clock.advance(10 * SECOND)
    assert bench.images == []


def test_the_user_is_told_of_the_activation() -> None:
    bench = Updating()
    bench.update(PPMID)
    bench.from_hub(activated())
    (event,) = bench.events
    assert event.name == "PPMIDAlert"
    texts = {one.name: one.text for one in event.node.children}
    assert (texts["DeviceID"], texts["DeviceAlertCode"]) == (str(PPMID), "8F8B")
    told = {one.name: one.text for one in event.node.at("PPMIDFirmwareUpgradeAlert").children}
    assert told == {"FirmwareVersion": "00000003", "ActivateImageResultCode": "ActivationSuccess"}


def test_a_forged_activation_one_that_nobody_asked_for_and_the_hubs_own_alert_are_told_to_nobody() -> None:
    bench = Updating()
    bench.from_hub(activated())  # before anybody sent an image
    bench.update(PPMID)
    bench.from_hub(activated(roles.ESME))
    bench.from_hub(signed(0x0128, firmware_alerts.transfer(PPMID, 3, good=True, now=NOW), HUB, roles.HUB))
    assert bench.events == []
    assert len(bench.dcc.refused) == 3
