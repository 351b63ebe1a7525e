"""The states of a tunnel's client: the table by itself, and two ends of a tunnel under whatever happens to them."""

from itertools import product

import pytest
from home_parts import HUB, PPMID, Ground
from hypothesis import given, settings
from hypothesis import strategies as st

from ppmid_devices.links.tunnel import KEPT, PATIENCE, RENEWAL, RETRY, TunnelClient, TunnelServer
from ppmid_devices.links.tunnel_states import MOVES, Action, Event, Move, State, after
from ppmid_devices.ports import SECOND
from ppmid_protocols.eui import Eui
from ppmid_protocols.zigbee import tunneling
from ppmid_protocols.zigbee.han import AppMessage
from ppmid_protocols.zigbee.tunneling import CloseTunnel, RequestTunnel, RequestTunnelResponse
from ppmid_protocols.zigbee.zcl import Direction

OPEN, ASKING = {State.OPEN, State.RENEWING}, {State.ASKING, State.RENEWING}
ANSWERS = (Event.SUCCESS, Event.NO_MORE_TUNNEL_IDS, Event.REFUSED, Event.SILENT)


@pytest.mark.parametrize(("state", "event"), [*product(State, Event)])
def test_what_a_client_does_agrees_with_where_it_goes(state: State, event: Event) -> None:
    to, does = after(state, event)
    assert (to in OPEN) is ((state in OPEN or Action.BEGIN in does) and not {Action.CLOSE_OLD, Action.FORGET} & {*does})
    answered = event in ANSWERS and state in ASKING
    assert (to in ASKING) is (Action.ASK in does or (state in ASKING and not answered))
    if answered and event is not Event.SUCCESS:
        assert Action.RETRY in does or Action.ASK in does  # it never gives up for good
    if (state, event) not in MOVES:
        assert (to, does) == Move(state)


def test_no_ids_left_closes_the_old_tunnel_once_and_then_waits() -> None:
    closing = after(State.RENEWING, Event.NO_MORE_TUNNEL_IDS)
    assert closing.does == (Action.CLOSE_OLD, Action.ASK)
    assert after(closing.to, Event.NO_MORE_TUNNEL_IDS) == Move(State.CLOSED, (Action.RETRY,))


@given(st.lists(st.sampled_from(Event), max_size=40))
def test_of_all_that_may_happen_one_request_at_a_time_is_under_way(events: list[Event]) -> None:
    state, under_way = State.CLOSED, 0
    for event in events:
        if event in ANSWERS and not under_way:
            continue  # nobody answers what was not asked
        under_way -= event in ANSWERS
        state, does = after(state, event)
        under_way += does.count(Action.ASK)
        assert under_way == (state in ASKING)


class Pair(Ground):
    """A hub (client) and a PPMID (server), with what each has sent into the tunnel and heard from it."""

    def __init__(self) -> None:
        super().__init__()
        self.sent = 0
        self.down: list[int] = []
        self.up: list[int] = []
        self.hub, self.ppmid = self.node(HUB), self.node(PPMID)
        heard_up = lambda octets: self.up.append(int.from_bytes(octets, "big"))  # noqa: E731
        heard_down = lambda octets: self.down.append(int.from_bytes(octets, "big"))  # noqa: E731
        self.client = TunnelClient(self.hub, PPMID, self.clock, heard_up, renewal=RENEWAL)
        self.server = TunnelServer(self.ppmid, HUB, heard_down)

    def message(self) -> bytes:
        self.sent += 1
        return self.sent.to_bytes(4, "big")

    def do(self, what: str) -> None:
        match what:
            case "open":
                self.client.open()
            case "send down":
                self.client.send(self.message())
            case "send up":
                self.server.send(self.message())
            case "HAN down" | "HAN up":
                self.han.set_up(what == "HAN up")
            case "client loses power":
                self.client.stop()
            case "server loses power":
                self.server.lose()
            case "a moment":
                self.run()
            case "three minutes":
                self.run(RETRY)
            case "a day":
                self.run(86_400 * SECOND)


DOES = ("open", "send down", "send up", "HAN down", "HAN up", "client loses power", "server loses power")
PASSES = ("a moment", "three minutes", "a day")


@settings(max_examples=60)
@given(st.lists(st.sampled_from([*DOES, *PASSES]), max_size=25))
def test_whatever_happens_nothing_comes_twice_or_out_of_order_and_it_works_again_afterwards(steps: list[str]) -> None:
    pair = Pair()
    for step in steps:
        pair.do(step)
    for heard in (pair.down, pair.up):
        assert heard == sorted(set(heard))
    pair.han.set_up(True)
    pair.client.open()
    pair.run(2 * RETRY)
    assert pair.client.send(pair.message()) or pair.client.is_open is False
    pair.run(2 * RETRY)  # a server that has lost the tunnel says so, and the next message opens another
    pair.client.send(pair.message())
    pair.run(2 * RETRY)
    assert pair.down[-1] == pair.sent
    assert pair.server.send(pair.message())
    pair.run()
    assert pair.up[-1] == pair.sent


def test_a_client_keeps_so_many_messages_while_it_has_no_tunnel() -> None:
    pair = Pair()
    for _ in range(KEPT + 3):
        pair.do("send down")
    pair.run()
    assert pair.down == [*range(4, KEPT + 4)]


@pytest.mark.parametrize(("declared", "octets"), [(700, 700), (1500, 1500), (0xFFFF, 1500)])
def test_a_server_keeps_to_what_its_client_says_that_it_takes(declared: int, octets: int) -> None:
    pair = Pair()
    request = tunneling.frame(RequestTunnel(largest_incoming=declared), Direction.TO_SERVER, 9)
    pair.hub.send_frame(PPMID, tunneling.CLUSTER, request)
    pair.run()
    assert pair.server.largest == octets
    assert not pair.server.send(bytes(octets + 1))
    assert pair.server.send(bytes(octets))


@pytest.mark.parametrize(("declared", "octets"), [(700, 700), (1500, 1500), (0xFFFF, 1500)])
def test_a_client_keeps_to_what_its_server_says_that_it_takes(declared: int, octets: int) -> None:
    air = Ground()
    hub, ppmid = air.node(HUB), air.node(PPMID)
    client = TunnelClient(hub, PPMID, air.clock, lambda _: None)

    def answer(_: Eui, message: AppMessage) -> None:
        if isinstance(tunneling.read(message.zcl), RequestTunnel):
            said = RequestTunnelResponse(9, largest_incoming=declared)
            frame = tunneling.frame(said, Direction.TO_CLIENT, message.zcl.header.sequence)
            ppmid.send_frame(HUB, tunneling.CLUSTER, frame)

    ppmid.on(tunneling.CLUSTER, answer)
    client.open()
    air.run()
    assert client.largest == octets
    assert not client.send(bytes(octets + 1))
    assert client.send(bytes(octets))


def test_an_unasked_answer_and_an_unasked_closing_change_nothing() -> None:
    pair = Pair()
    pair.do("open")
    pair.run()
    for command, direction, node, peer in (
        (RequestTunnelResponse(77), Direction.TO_CLIENT, pair.ppmid, HUB),
        (CloseTunnel(77), Direction.TO_SERVER, pair.hub, PPMID),
    ):
        node.send_frame(peer, tunneling.CLUSTER, tunneling.frame(command, direction, 200))
    pair.run(PATIENCE)
    assert pair.client.send(pair.message())
    pair.run()
    assert pair.down == [1]
