"""The two ends of a tunnel: opening, transfer, refusals, recovery after either end has lost it."""

import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

import pytest

from ppmid_devices.links.han import Han, HanMembership
from ppmid_devices.links.han_node import HanNode
from ppmid_devices.links.link import Conditions
from ppmid_devices.links.tunnel import PATIENCE, RENEWAL, RETRY, TunnelClient, TunnelServer
from ppmid_devices.ports import SECOND
from ppmid_protocols.eui import Eui
from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee import tunneling
from ppmid_protocols.zigbee.han import AppMessage, Dissector, HanKeys
from ppmid_protocols.zigbee.tunneling import OpenStatus, RequestTunnel, RequestTunnelResponse, TransferStatus
from ppmid_protocols.zigbee.zcl import Direction

HUB, PPMID = Eui.parse("00DB1234567890A2"), Eui.parse("00DB1234567890A4")
ADDRESSES = {HUB: 0, PPMID: 2}
NAMES = {0: "hub", 2: "ppmid"}
NETWORK_KEY, LINK_KEY = Secret(b"n" * 16), Secret(b"l" * 16)


class Timer:
    cancelled = False

    def cancel(self) -> None:
        self.cancelled = True


class Clock:
    """Virtual time: a heap of calls."""

    def __init__(self) -> None:
        self._now, self._calls, self._number = 0, [], count()

    def now(self) -> int:
        return self._now

    def call_at(self, when: int, run: Callable[[], None]) -> Timer:
        timer = Timer()
        heapq.heappush(self._calls, (max(when, self._now), next(self._number), timer, run))
        return timer

    def call_later(self, delay: int, run: Callable[[], None]) -> Timer:
        return self.call_at(self._now + delay, run)

    def advance(self, delay: int) -> None:
        end = self._now + delay
        while self._calls and self._calls[0][0] <= end:
            self._now, _, timer, run = heapq.heappop(self._calls)
            if not timer.cancelled:
                run()
        self._now = end


@dataclass
class Tap:
    """Opens what it hears, as a sniffer with the home's keys: the tunnel commands in order."""

    commands: list[tunneling.TunnelCommand] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._eye = Dissector(HanKeys(NETWORK_KEY, HUB, {PPMID: LINK_KEY}), {0: HUB, 2: PPMID})

    def crossed(self, _: str, __: str, ___: str, frame: bytes, lost: str = "") -> None:
        message = self._eye.feed(frame, 0)
        if message is not None and not lost:
            self.commands.append(tunneling.read(message.zcl))


def node(clock: Clock, han: Han, eui: Eui, peer: Eui) -> HanNode:
    short = ADDRESSES[eui]
    return HanNode(
        clock,
        han,
        HanMembership(
            name=NAMES[short],
            eui=eui,
            short=short,
            network_key=NETWORK_KEY,
            link_keys={peer: LINK_KEY},
            addresses=ADDRESSES,
            names=NAMES,
        ),
    )


class Pair:
    """A hub (client) and a PPMID (server), and what each end heard."""

    def __init__(self, renewal: int | None = None) -> None:
        self.clock, self.tap = Clock(), Tap()
        self.han = Han("han", self.clock, self.tap, random.Random(1), Conditions(delay=1_000_000))
        self.hub, self.ppmid = node(self.clock, self.han, HUB, PPMID), node(self.clock, self.han, PPMID, HUB)
        self.at_hub: list[bytes] = []
        self.at_ppmid: list[bytes] = []
        self.refusals: list[int] = []
        self.opened = 0
        self.client = TunnelClient(
            self.hub, PPMID, self.clock, self.at_hub.append, opened=self._count_opening, renewal=renewal
        )
        self.server = TunnelServer(self.ppmid, HUB, self.at_ppmid.append, refused=self.refusals.append)

    def _count_opening(self) -> None:
        self.opened += 1

    def run(self, delay: int = SECOND) -> None:
        self.clock.advance(delay)


def test_both_ends_transfer_once_the_client_has_opened() -> None:
    pair = Pair()
    assert not pair.server.send(b"too early")
    pair.client.open()
    pair.run()
    assert pair.client.is_open
    assert pair.server.is_open
    assert pair.client.send(b"down")
    assert pair.server.send(b"up")
    pair.run()
    assert (pair.at_ppmid, pair.at_hub) == ([b"down"], [b"up"])
    assert pair.tap.commands == [
        RequestTunnel(protocol=6, manufacturer=0xFFFF, flow_control=False, largest_incoming=1500),
        RequestTunnelResponse(1),
        tunneling.TransferData(1, b"down"),
        tunneling.TransferData(1, b"up"),
    ]


def test_a_client_that_is_not_open_opens_first_and_then_sends_in_order() -> None:
    pair = Pair()
    assert not pair.client.send(b"one")
    assert not pair.client.send(b"two")
    pair.run()
    assert pair.at_ppmid == [b"one", b"two"]
    assert pair.opened == 1


@pytest.mark.parametrize(("octets", "taken"), [(1500, True), (1501, False)])
def test_a_transfer_has_at_most_1500_octets(octets: int, taken: bool) -> None:
    pair = Pair()
    pair.client.open()
    pair.run()
    assert pair.client.send(bytes(octets)) is taken
    assert pair.server.send(bytes(octets)) is taken
    pair.run(2 * SECOND)
    assert [len(data) for data in pair.at_ppmid + pair.at_hub] == [octets] * 2 * taken


def test_an_oversized_transfer_is_refused_with_overflow() -> None:
    pair = Pair()
    pair.client.open()
    pair.run()
    frame = tunneling.frame(tunneling.TransferData(1, bytes(1501)), Direction.TO_SERVER, 9)
    pair.hub.send_frame(PPMID, tunneling.CLUSTER, frame)
    pair.run(2 * SECOND)
    assert pair.tap.commands[-1] == tunneling.TransferDataError(1, TransferStatus.DATA_OVERFLOW)
    assert pair.at_ppmid == []


def test_a_server_whose_client_lost_the_tunnel_learns_it_and_stops_sending() -> None:
    pair = Pair()
    pair.client.open()
    pair.run()
    pair.client.stop()
    assert pair.server.send(b"into the void")
    pair.run()
    assert pair.refusals == [TransferStatus.NO_SUCH_TUNNEL]
    assert not pair.server.send(b"no more")
    assert pair.at_hub == []


def test_a_client_whose_server_lost_the_tunnel_opens_another_for_the_next_message() -> None:
    pair = Pair()
    pair.client.open()
    pair.run()
    pair.server.lose()
    pair.client.send(b"lost")
    pair.run()
    assert not pair.client.is_open
    pair.client.send(b"next")
    pair.run()
    assert pair.at_ppmid == [b"next"]
    assert pair.tap.commands[-2:] == [RequestTunnelResponse(2), tunneling.TransferData(2, b"next")]


def test_the_last_transfer_can_be_refused() -> None:
    pair = Pair()
    pair.client.open()
    pair.run()
    pair.client.refuse(TransferStatus.WRONG_DEVICE)
    pair.run()
    assert pair.refusals == [TransferStatus.WRONG_DEVICE]
    assert pair.server.is_open


def test_an_unanswered_request_is_made_again_after_three_minutes() -> None:
    pair = Pair()
    pair.han.set_up(False)
    pair.client.open()
    pair.run(PATIENCE)
    pair.han.set_up(True)
    pair.run(RETRY - SECOND)
    assert not pair.client.is_open
    pair.run(2 * SECOND)
    assert pair.client.is_open


def test_a_client_renews_its_tunnel_when_told_to() -> None:
    pair = Pair(renewal=RENEWAL)
    pair.client.open()
    pair.run(RENEWAL - SECOND)
    assert pair.opened == 1
    pair.run(2 * SECOND)
    assert pair.opened == 2
    assert pair.tap.commands[-1] == RequestTunnelResponse(2)


class FullServer:
    """Answers each RequestTunnel with the next of the given statuses."""

    def __init__(self, node: HanNode, statuses: list[int]) -> None:
        self._node, self._statuses = node, statuses
        node.on(tunneling.CLUSTER, self._hear)

    def _hear(self, _: Eui, message: AppMessage) -> None:
        if isinstance(tunneling.read(message.zcl), RequestTunnel):
            answer = RequestTunnelResponse(7, self._statuses.pop(0))
            frame = tunneling.frame(answer, Direction.TO_CLIENT, message.zcl.header.sequence)
            self._node.send_frame(HUB, tunneling.CLUSTER, frame)


def client_of(statuses: list[int], renewal: int | None = None) -> tuple[Clock, Tap, TunnelClient]:
    clock, tap = Clock(), Tap()
    han = Han("han", clock, tap, random.Random(1), Conditions(delay=1_000_000))
    FullServer(node(clock, han, PPMID, HUB), statuses)
    client = TunnelClient(node(clock, han, HUB, PPMID), PPMID, clock, lambda _: None, renewal=renewal)
    client.open()
    return clock, tap, client


def test_a_busy_server_is_asked_again_after_three_minutes_not_earlier() -> None:
    clock, _, client = client_of([OpenStatus.BUSY, OpenStatus.SUCCESS])
    clock.advance(RETRY - SECOND)
    assert not client.is_open
    clock.advance(2 * SECOND)
    assert client.is_open


def test_a_server_without_tunnel_ids_gets_the_old_one_back_first() -> None:
    clock, tap, client = client_of(
        [OpenStatus.SUCCESS, OpenStatus.NO_MORE_TUNNEL_IDS, OpenStatus.SUCCESS], renewal=RENEWAL
    )
    clock.advance(RENEWAL + SECOND)
    assert client.is_open
    assert [type(command).__name__ for command in tap.commands[2:]] == [
        "RequestTunnel",
        "RequestTunnelResponse",
        "CloseTunnel",
        "RequestTunnel",
        "RequestTunnelResponse",
    ]


def test_a_server_without_tunnel_ids_and_no_old_tunnel_is_left_in_peace_for_three_minutes() -> None:
    clock, tap, client = client_of([OpenStatus.NO_MORE_TUNNEL_IDS, OpenStatus.SUCCESS])
    clock.advance(RETRY - SECOND)
    assert len(tap.commands) == 2
    clock.advance(2 * SECOND)
    assert client.is_open


def test_a_sleeping_client_asks_only_after_it_has_woken() -> None:
    pair = Pair()
    pair.hub.sleep()
    pair.client.open()
    pair.run()
    assert pair.tap.commands == []
    pair.hub.wake()
    pair.client.open()
    pair.run()
    assert pair.client.is_open


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (RequestTunnel(protocol=1), OpenStatus.PROTOCOL_NOT_SUPPORTED),
        (RequestTunnel(manufacturer=0x1234), OpenStatus.PROTOCOL_NOT_SUPPORTED),
        (RequestTunnel(flow_control=True), OpenStatus.FLOW_CONTROL_NOT_SUPPORTED),
    ],
)
def test_a_server_refuses_other_protocols_and_flow_control(request_: RequestTunnel, status: int) -> None:
    pair = Pair()
    pair.hub.send_frame(PPMID, tunneling.CLUSTER, tunneling.frame(request_, Direction.TO_SERVER, 5))
    pair.run()
    assert pair.tap.commands[-1] == RequestTunnelResponse(0xFFFF, status)
    assert not pair.server.is_open
