"""The same on every line: a UTRN comes to the home's end, a PPMID's or a hub's, once, and its answer comes back."""

import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from card_ports import card_port
from home_parts import ESME, KEYS, PPMID, UTRN
from line_ends import Heard

from ppmid_bench.wall_clock import WallClock
from ppmid_devices import roles
from ppmid_devices.carrier.settings import CarrierSettings
from ppmid_devices.carrier.simulated import SimulatedCarrier
from ppmid_devices.delivery_service.settings import DeliveryServiceSettings
from ppmid_devices.delivery_service.simulated import SimulatedDeliveryService
from ppmid_devices.lines.certificates import TestPki
from ppmid_devices.lines.ends import End
from ppmid_devices.lines.real_line import RealLine
from ppmid_devices.lines.table import LINES, home_end
from ppmid_devices.links.avenue_end import AvenueEnd
from ppmid_devices.links.avenues import AVENUES
from ppmid_devices.links.handover import Handover
from ppmid_devices.links.link import Conditions, Link
from ppmid_devices.ports import SECOND
from ppmid_protocols.local_interface import Message, State, Status, SubmitUtrn
from ppmid_protocols.secret import Secret

HOME = "home-1"
DIGITS = Secret(UTRN.encode())
SERVICE, DEVICE = KEYS.avenue_key(roles.DELIVERY_SERVICE), KEYS.avenue_key(roles.PPMID)


def _free_port(kind: int) -> int:
    with socket.socket(type=kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _settings(adapter: str, folder: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """What either end of each line is told."""
    match adapter:
        case "tls":
            TestPki(b"seed", "bench", datetime.now(UTC) - timedelta(hours=1)).write(folder, PPMID)
            address = f"127.0.0.1:{_free_port(socket.SOCK_STREAM)}"
            ours, theirs = (
                {"certificate": f"{end}.pem", "key": f"{end}.key", "trust": "trust.pem", "bench": "bench"}
                for end in ("harness", "ppmid")
            )
            return {**ours, "listen": address}, {**theirs, "connect": address, "first_wait_ms": 50}
        case "serial":
            return {"device": str(folder / "ttyPPMID")}, {"device": "ttyPPMID"}
        case "nfc":
            port = card_port()
            return {"reader": f"udp:127.0.0.1:{port}"}, {"port": port}
        case _:
            (folder / "stick").mkdir()
            return {"folder": "stick", "at_ppmid": "in-ppmid"}, {"folder": "in-ppmid"}


@dataclass
class Device:
    """The home's end in another thread than the harness's: it says RECEIVED to whatever it is asked."""

    role: str

    clock: WallClock
    line: RealLine
    avenue: Any
    heard: list[Message] = field(default_factory=list)

    def start(self, port: Any) -> None:
        self.end = AvenueEnd(
            name=self.role,
            key=DEVICE,
            key_id=self.role,
            senders={roles.DELIVERY_SERVICE: SERVICE.public_key()},
            home=HOME,
            ppmid=PPMID,
            avenue=AVENUES[port](self.clock, self.line, PPMID),
            heard=self._take,
            connected=lambda: None,
        )
        self.end.attach()
        self.end.power(True)

    def _take(self, sender: str, message: Message) -> None:
        self.heard.append(message)
        self.end.tell(sender, Status(message.request_id, State.RECEIVED, None, ""))


ENDS = [(adapter, port, roles.PPMID) for adapter, line in LINES.items() for port in line.ports if port != "serial"]
ENDS += [("serial", "serial", roles.HUB), ("nfc", "nfc", roles.HUB)]


@pytest.mark.parametrize(("adapter", "port", "role"), ENDS)
def test_a_utrn_comes_to_the_homes_end_once_and_its_answer_comes_back(
    adapter: str, port: Any, role: str, tmp_path: Path
) -> None:
    kind = LINES[adapter]
    if kind.missing:
        pytest.skip(f"the extra {kind.missing} is not installed")
    ours, theirs = _settings(adapter, tmp_path)
    at_home, at_bench, tap = WallClock(), WallClock(), Heard()
    settings = kind.home_settings(**theirs).beside(tmp_path)
    line = at_home.perform(
        lambda: home_end(adapter, settings, here=role, device=PPMID, clock=at_home, random=Random(1))
    )
    device = Device(role, at_home, line, None)
    at_home.perform(lambda: device.start(port))
    by_hand = port != "internet"
    end = End(
        name="avenue",
        here=roles.CARRIER if by_hand else roles.DELIVERY_SERVICE,
        there=role,
        ppmid=PPMID,
        clock=at_bench,
        tap=tap,
        random=Random(2),
    )
    harness = kind.harness_settings(**ours, patience_s=20).beside(tmp_path)
    harness.require()
    avenue = at_bench.perform(lambda: kind.harness(end, harness))
    handover: Link = avenue
    if by_hand:
        at_bench.perform(lambda: avenue.set_up(False))
        handover = Handover("avenue", at_bench, tap, Random(3), Conditions(delay=0))
        carrier = SimulatedCarrier(
            clock=at_bench,
            port=port,
            ppmid=PPMID,
            handover=handover,
            avenue=avenue,
            settings=CarrierSettings(),
            there=role,
        )
        at_bench.perform(carrier.start)
    service = SimulatedDeliveryService(
        clock=at_bench,
        key=SERVICE,
        ppmid_key=DEVICE.public_key(),
        homes={HOME: (ESME,)},
        home=HOME,
        ppmid=PPMID,
        avenue=handover,
        settings=DeliveryServiceSettings(),
        there=role,
    )
    answers: list[Message] = []
    service.listen(answers.append)
    at_bench.perform(service.start)
    request = bytes.fromhex(at_bench.perform(lambda: service.submit_utrn(ESME, DIGITS)))

    def move(to_ppmid: bool) -> None:
        """The carrier goes from the Supplier's to the PPMID, or back."""
        at_bench.advance(SECOND // 5)
        at_bench.perform(lambda: (handover if to_ppmid else avenue).set_up(False))
        at_bench.perform(lambda: (avenue if to_ppmid else handover).set_up(True))

    if by_hand:
        move(to_ppmid=True)
    _until(at_home, lambda: bool(device.heard))
    assert device.heard == [SubmitUtrn(request, ESME, DIGITS)]
    if by_hand:
        at_home.advance(3 * SECOND)  # it gathers what it has to say, or the phone asks for it
        move(to_ppmid=False)
    _until(at_bench, lambda: bool(answers))
    assert answers == [Status(request, State.RECEIVED, None, "")]
    if by_hand:  # the carrier does not know whether it was read, and brings the same again
        move(to_ppmid=True)
        at_home.advance(2 * SECOND)
    assert len(device.heard) == 1
    at_bench.perform(avenue.close)
    at_home.perform(line.close)
    at_bench.stop()
    at_home.stop()


def _until(clock: WallClock, done: Callable[[], bool]) -> None:
    assert clock.run_until(clock.now() + 15 * SECOND, done)
