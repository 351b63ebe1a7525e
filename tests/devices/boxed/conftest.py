"""A User, the adapter for DCC Boxed, and at the other end of real sockets our stand-in or a server with a script."""

import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
from home_parts import BROKER, CREDENTIALS, ESME, KEYS, METERS, POUND, PPMID, REPOSITORY, SUPPLIER, BareEsme
from waiting_wall import LONG_S

from ppmid_bench.wall_clock import WallClock
from ppmid_devices import roles
from ppmid_devices.credentials import Credentials
from ppmid_devices.dcc.boxed import BoxedDcc, RehearsedBoxedDcc
from ppmid_devices.dcc.boxed.call import Call, HttpAnswer
from ppmid_devices.dcc.boxed.http_service import Asked, HttpService, Reply, loudly
from ppmid_devices.dcc.boxed.settings import BoxedSettings
from ppmid_devices.dcc.boxed.stand_in import StandIn
from ppmid_devices.dcc_user.contract import Way
from ppmid_devices.dcc_user.settings import DccUserSettings
from ppmid_devices.dcc_user.simulated import SimulatedDccUser
from ppmid_devices.links.link import Conditions, Link
from ppmid_devices.meter.settings import MeterSettings
from ppmid_devices.meter.trust import Parties
from ppmid_devices.ports import MILLISECOND, SECOND
from ppmid_protocols.duis.documents import Request, Response, from_xml
from ppmid_protocols.eui import Eui
from ppmid_protocols.local_interface import CommandResponse, Message
from ppmid_protocols.utrn import Utrn


class WanMeter(BareEsme):
    """A meter that hears what the stand-in's hub is given, and answers over the stand-in's SM WAN."""

    answer: Callable[[bytes], None]

    def transmit(self, message: bytes) -> None:
        self.answer(message)


class Avenue:
    """A delivery service whose home is one meter, for the User; the meter's answers come by ``answer``."""

    def __init__(self, meter: Callable[[bytes], None]) -> None:
        self.commands: list[bytes] = []
        self._meter = meter
        self._heard: list[Callable[[Message], None]] = []

    def start(self) -> None:
        """There is nothing to start."""

    def listen(self, heard: Callable[[Message], None]) -> None:
        self._heard.append(heard)

    def submit_command(self, target: Eui, command: bytes) -> str:
        self.commands.append(command)
        self._meter(command)
        return f"{len(self.commands):08x}"

    def submit_utrn(self, meter: Eui, utrn: Utrn) -> str:
        raise NotImplementedError

    def answer(self, response: bytes) -> None:
        for heard in self._heard:
            heard(CommandResponse(bytes.fromhex(f"{len(self.commands):08x}"), response))


class Tap:
    """Keeps the DUIS documents with who sent them."""

    def __init__(self) -> None:
        self.frames: list[tuple[str, bytes]] = []

    def crossed(self, link: str, sender: str, receiver: str, frame: bytes, lost: str = "") -> None:
        self.frames.append((sender, frame))


def a_meter(clock: Any, answer: Callable[[bytes], None], kind: type[WanMeter] = WanMeter) -> WanMeter:
    """An armed electricity meter in the time of ``clock``."""
    parties = Parties(meter=ESME, supplier=SUPPLIER, broker=BROKER, ppmid=PPMID)
    settings = MeterSettings(supply="armed", processing_ms=5)
    meter = kind(clock, CREDENTIALS[ESME], KEYS.directory_of(roles.ESME), parties, settings)
    meter.answer = answer
    return meter


class UserAndAdapter:
    """What stands on our side of the interface, in wall-clock time."""

    def __init__(
        self, url: str, kind: type[BoxedDcc] = BoxedDcc, user: dict[str, Any] | None = None, **settings: Any
    ) -> None:
        self.clock, self.tap = WallClock(), Tap()
        line = partial(Link, clock=self.clock, tap=self.tap, random=Random(1), conditions=Conditions(MILLISECOND))
        duis = line("duis")
        given = {"url": url, "listen_port": 0, "answer_s": LONG_S, "over_wan": True} | settings
        self.dcc = kind(
            clock=self.clock,
            credentials=Credentials(eui=BROKER),
            directory=REPOSITORY,
            duis=duis,
            wan=line("wan"),
            devices=METERS,
            settings=BoxedSettings(**given),
        )
        self.avenue = Avenue(lambda command: self.meter.hear(command))
        self.meter = a_meter(self.clock, self.avenue.answer)
        self.user = SimulatedDccUser(
            clock=self.clock,
            credentials=CREDENTIALS[SUPPLIER],
            directory=REPOSITORY,
            duis=duis,
            delivery=self.avenue,
            dcc=BROKER,
            devices=METERS,
            settings=DccUserSettings(**{"read_back": False, **(user or {})}),
        )

    def start(self) -> None:
        self.clock.perform(lambda: (self.dcc.start(), self.user.start(), self.meter.start()))

    def close(self) -> None:
        self.clock.stop()
        self.dcc.close()

    def do(self, action: Callable[[], Any]) -> Any:
        return self.clock.perform(action)

    def until(self, done: Callable[[], bool], seconds: float = LONG_S) -> bool:
        return self.clock.run_until(self.clock.now() + round(seconds * SECOND), done)

    def top_up(self, way: Way = Way.LOCAL) -> str:
        """Ask for a pound of credit; gives the request's name."""
        name: str = self.do(lambda: self.user.top_up(ESME, POUND, way))
        return name

    def requests(self) -> list[Request]:
        read = [from_xml(frame) for sender, frame in self.tap.frames if sender == roles.DCC_USER]
        return [one for one in read if isinstance(one, Request)]

    def responses(self) -> list[Response]:
        read = [from_xml(frame) for sender, frame in self.tap.frames if sender == roles.DCC]
        return [one for one in read if isinstance(one, Response)]


Make = Callable[..., UserAndAdapter]


@pytest.fixture
def ends() -> Iterator[list[Callable[[], None]]]:
    """What is to be closed when the test ends, the last first."""
    ends: list[Callable[[], None]] = []
    yield ends
    for end in reversed(ends):
        end()


@pytest.fixture
def stand_in(ends: list[Callable[[], None]]) -> Callable[..., StandIn]:
    """Makes a stand-in with a meter of its own behind its SM WAN, and starts it."""

    def make(**more: Any) -> StandIn:
        place = SimpleNamespace()
        stand_in = StandIn(
            credentials=CREDENTIALS[BROKER],
            directory=REPOSITORY,
            devices=METERS,
            hub=lambda command: place.meter.hear(command),
            **more,
        )
        place.meter = a_meter(stand_in.clock, stand_in.from_hub)
        stand_in.start()
        stand_in.clock.call_at(0, place.meter.start)
        ends.append(stand_in.close)
        return stand_in

    return make


@pytest.fixture
def with_stand_in(stand_in: Callable[..., StandIn], ends: list[Callable[[], None]]) -> Make:
    """Makes our side, with a stand-in at the other end that knows where to call back."""

    def make(kind: type[BoxedDcc] = RehearsedBoxedDcc, dcc: dict[str, Any] | None = None, **settings: Any) -> Any:
        other = stand_in(**(dcc or {}))
        ours = UserAndAdapter(other.url, kind, **settings)
        ends.append(ours.close)
        ours.start()
        other.callback = ours.dcc.receive_url
        ours.stand_in = other
        return ours

    return make


@pytest.fixture
def with_script(ends: list[Callable[[], None]]) -> Make:
    """Makes our side, with a server at the other end that answers as it is told."""

    def make(answer: Callable[[Asked], Reply], user: dict[str, Any] | None = None, **settings: Any) -> UserAndAdapter:
        other = HttpService("127.0.0.1", 0, answer, loudly, "script")
        other.start()
        ends.append(other.close)
        host, port = other.address
        ours = UserAndAdapter(f"http://{host}:{port}", BoxedDcc, user, **settings)
        ends.append(ours.close)
        ours.start()
        return ours

    return make


@pytest.fixture
def at(ends: list[Callable[[], None]]) -> Make:
    """Makes our side, with whatever is at an address at the other end."""

    def make(url: str, **settings: Any) -> UserAndAdapter:
        ours = UserAndAdapter(url, **settings)
        ends.append(ours.close)
        ours.start()
        return ours

    return make


@pytest.fixture
def call() -> Callable[..., HttpAnswer]:
    """POSTs XML to an address, or with None GETs it."""
    return lambda url, body: Call(url, body, 2.0).run()


@pytest.fixture
def post(call: Callable[..., HttpAnswer]) -> Callable[..., int]:
    """POSTs a document to our receive service; gives the status."""
    return lambda ours, body: call(ours.dcc.receive_url, body).status


@pytest.fixture
def unused() -> Iterator[int]:
    """A port that is taken, and where nobody listens."""
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        yield one.getsockname()[1]
