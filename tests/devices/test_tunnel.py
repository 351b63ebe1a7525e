"""The two ends of a tunnel: opening, transfer, refusals, recovery after either end has lost it."""

import pytest
from home_parts import HUB, PPMID, Ground, heard_on_the_han

from ppmid_devices.links.tunnel import PATIENCE, RENEWAL, RETRY, TunnelClient, TunnelServer
from ppmid_devices.ports import SECOND
from ppmid_protocols.eui import Eui
from ppmid_protocols.zigbee import tunneling
from ppmid_protocols.zigbee.han import AppMessage
from ppmid_protocols.zigbee.tunneling import OpenStatus, RequestTunnel, RequestTunnelResponse, TransferStatus
from ppmid_protocols.zigbee.zcl import Direction


class Air(Ground):
    """A HAN with a hub's radio and a PPMID's, and the tunnel commands that crossed it."""

    def __init__(self) -> None:
        super().__init__()
        self.hub, self.ppmid = self.node(HUB), self.node(PPMID)

    @property
    def commands(self) -> list[tunneling.TunnelCommand]:
        return [tunneling.read(message.zcl) for message in heard_on_the_han(self.tap.crossings)]


class Pair(Air):
    """A hub (client) and a PPMID (server), and what each end heard."""

    def __init__(self, renewal: int | None = None) -> None:
        super().__init__()
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
    assert pair.commands == [
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
    assert pair.client.send(b"down")
    assert pair.server.send(b"up")
    pair.run(2 * SECOND)
    long = [bytes(octets)] * taken
    assert (pair.at_ppmid, pair.at_hub) == ([*long, b"down"], [*long, b"up"])


def test_an_oversized_transfer_is_refused_with_overflow() -> None:
    pair = Pair()
    pair.client.open()
    pair.run()
    frame = tunneling.frame(tunneling.TransferData(1, bytes(1501)), Direction.TO_SERVER, 9)
    pair.hub.send_frame(PPMID, tunneling.CLUSTER, frame)
    pair.run(2 * SECOND)
    assert pair.commands[-1] == tunneling.TransferDataError(1, TransferStatus.DATA_OVERFLOW)
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
    assert pair.commands[-2:] == [RequestTunnelResponse(2), tunneling.TransferData(2, b"next")]


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
    assert pair.commands[-1] == RequestTunnelResponse(2)


class Choosy(Air):
    """A client at a server that answers each RequestTunnel with the next of the given statuses."""

    def __init__(self, *statuses: int, renewal: int | None = None) -> None:
        super().__init__()
        self._statuses = list(statuses)
        self.ppmid.on(tunneling.CLUSTER, self._hear)
        self.client = TunnelClient(self.hub, PPMID, self.clock, lambda _: None, renewal=renewal)
        self.client.open()

    def _hear(self, _: Eui, message: AppMessage) -> None:
        if isinstance(tunneling.read(message.zcl), RequestTunnel):
            answer = RequestTunnelResponse(7, self._statuses.pop(0))
            frame = tunneling.frame(answer, Direction.TO_CLIENT, message.zcl.header.sequence)
            self.ppmid.send_frame(HUB, tunneling.CLUSTER, frame)


def test_a_busy_server_is_asked_again_after_three_minutes_not_earlier() -> None:
    air = Choosy(OpenStatus.BUSY, OpenStatus.SUCCESS)
    air.run(RETRY - SECOND)
    assert not air.client.is_open
    air.run(2 * SECOND)
    assert air.client.is_open


def test_a_server_without_tunnel_ids_gets_the_old_one_back_first() -> None:
    air = Choosy(OpenStatus.SUCCESS, OpenStatus.NO_MORE_TUNNEL_IDS, OpenStatus.SUCCESS, renewal=RENEWAL)
    air.run(RENEWAL + SECOND)
    assert air.client.is_open
    assert [type(command).__name__ for command in air.commands[2:]] == [
        "RequestTunnel",
        "RequestTunnelResponse",
        "CloseTunnel",
        "RequestTunnel",
        "RequestTunnelResponse",
    ]


def test_a_server_without_tunnel_ids_and_no_old_tunnel_is_left_in_peace_for_three_minutes() -> None:
    air = Choosy(OpenStatus.NO_MORE_TUNNEL_IDS, OpenStatus.SUCCESS)
    air.run(RETRY - SECOND)
    assert len(air.commands) == 2
    air.run(2 * SECOND)
    assert air.client.is_open


def test_a_sleeping_client_asks_only_after_it_has_woken() -> None:
    pair = Pair()
    pair.hub.sleep()
    pair.client.open()
    pair.run()
    assert pair.commands == []
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
    assert pair.commands[-1] == RequestTunnelResponse(0xFFFF, status)
    assert not pair.server.is_open
