"""A capture as a conversation: who says what, what stays shut, and what frame counters tell (field case C16)."""

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from ppmid_protocols import local_interface
from ppmid_protocols.captures.captured import Frame
from ppmid_protocols.captures.conversation import Conversation, Entry
from ppmid_protocols.eui import Eui
from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee import aps_commands, prepayment, tunneling
from ppmid_protocols.zigbee.aps_commands import CommandHeader, RequestKey
from ppmid_protocols.zigbee.frames import ApsHeader, MacFrame, NwkHeader, NwkType, fcs
from ppmid_protocols.zigbee.gb_hrgp import Get, GetResponse
from ppmid_protocols.zigbee.han import Radio, build_ack, build_frames, open_frame
from ppmid_protocols.zigbee.prepayment import ConsumerTopUp, ConsumerTopUpResponse
from ppmid_protocols.zigbee.security import FrameCounterGuard, secure_aps, secure_nwk
from ppmid_protocols.zigbee.sniffer import LabelledKey
from ppmid_protocols.zigbee.tunneling import RequestTunnel, TransferData
from ppmid_protocols.zigbee.zcl import Direction, ReadAttributes, ZclFrame, general_frame

if TYPE_CHECKING:
    from han_home import Home

TO_SERVER, TO_CLIENT = Direction.TO_SERVER, Direction.TO_CLIENT
UTRN = "73946144332040217315"
SECOND = 10**9


def labelled(home: "Home") -> list[LabelledKey]:
    """The home's keys as a run labels them."""
    names = {home.esme: "hub and esme", home.gsme: "hub and gsme", home.ppmid: "hub and ppmid"}
    return [
        LabelledKey(home.keys.network_key, "network"),
        *(LabelledKey(key, names[eui]) for eui, key in home.keys.device_keys.items()),
        *(LabelledKey(key, "ppmid and esme") for key in home.keys.pair_keys.values()),
    ]


def listen(conversation: Conversation, frames: Iterable[bytes], *, first: int = 1, every: int = SECOND) -> list[Entry]:
    heard = (
        conversation.hear(Frame(number, number * every, 195, octets, "han"))
        for number, octets in enumerate(frames, first)
    )
    return [entry for entry in heard if entry is not None]


class Talk:
    """Sends messages of the home's devices, and gives the frames."""

    def __init__(self, home: "Home") -> None:
        self._home = home
        self._radios: dict[Eui, Radio] = {eui: home.radio(eui) for eui in home.addresses.values()}

    def say(self, source: Eui, target: Eui, cluster: int, zcl: ZclFrame) -> list[bytes]:
        frames, self._radios[source] = build_frames(
            self._radios[source], target, self._home.short(target), cluster, zcl.encode(), self._home.keys
        )
        return frames


def top_up() -> ZclFrame:
    return prepayment.frame(ConsumerTopUp(Secret(UTRN.encode())), 1)


def test_who_says_what_to_whom(home: "Home", rtds: Mapping[str, bytes]) -> None:
    talk, command = Talk(home), rtds["CS01a_2.2_SUCCESS_COMMAND"]
    tunnel = tunneling.CLUSTER
    frames = [
        *talk.say(home.chf, home.ppmid, tunnel, tunneling.frame(RequestTunnel(), TO_SERVER, 1)),
        *talk.say(home.ppmid, home.chf, tunnel, tunneling.frame(TransferData(1, command), TO_CLIENT, 2)),
        *talk.say(home.gsme, home.chf, tunnel, tunneling.frame(TransferData(2, Get().encode()), TO_SERVER, 3)),
        *talk.say(
            home.chf,
            home.gsme,
            tunnel,
            tunneling.frame(TransferData(2, GetResponse(1, command).encode()), TO_CLIENT, 3),
        ),
        *talk.say(home.ppmid, home.esme, prepayment.CLUSTER, top_up()),
        *talk.say(home.esme, home.ppmid, prepayment.CLUSTER, prepayment.frame(ConsumerTopUpResponse(0x12, 5), 1)),
    ]
    conversation = Conversation(labelled(home))
    entries = listen(conversation, frames)
    assert [(one.sender, one.receiver, one.what) for one in entries] == [
        ("hub", "ppmid", "tunneling, request tunnel"),
        ("ppmid", "hub", "tunneling: CS01a Top up, command"),
        ("gsme", "hub", "tunneling, get"),
        ("hub", "gsme", "tunneling, get response: CS01a Top up, command"),
        ("ppmid", "esme", "prepayment, consumer top up"),
        ("esme", "ppmid", "prepayment, consumer top up response"),
    ]
    assert entries[1].frames == (2, 3, 4)
    assert entries[1].time == 4 * SECOND
    assert entries[1].fields == {
        "tunnel": 1,
        "originator": "90-B3-D5-1F-30-01-00-00",
        "target": "00-DB-12-34-56-78-90-A0",
        "counter": 12884901888,
        "message_code": "0007",
        "utrn": "<secret>",
    }
    assert entries[3].fields["remaining"] == 1
    assert entries[5].fields == {
        "result": "accepted supply armed",
        "value": 5,
        "source": "in home device",
        "credit_remaining": None,
    }
    assert conversation.parties["gsme"] == {"short": "0003", "eui": "00-DB-12-34-56-78-90-A1"}
    assert [one for one in entries if one.notes or one.problem] == []


def test_a_utrn_shows_only_when_asked_for(home: "Home", rtds: Mapping[str, bytes]) -> None:
    frames = Talk(home).say(home.ppmid, home.esme, prepayment.CLUSTER, top_up())
    carried = tunneling.frame(TransferData(1, rtds["PCS01_NA_SUCCESS_COMMAND"]), TO_CLIENT, 2)
    frames += Talk(home).say(home.ppmid, home.chf, tunneling.CLUSTER, carried)
    shown = str(listen(Conversation(labelled(home), show_secrets=True), frames))
    hidden = str(listen(Conversation(labelled(home)), frames))
    assert UTRN in shown
    assert len(set(re.findall(r"\d{20}", shown))) == 2
    assert re.search(r"\d{20}", hidden) is None
    assert UTRN.encode().hex() not in hidden


def test_the_other_links_of_a_run(home: "Home", rtds: Mapping[str, bytes]) -> None:
    """Devices go by the names that the HAN gave them; nobody's key is needed to read, and no signature is checked."""
    conversation = Conversation(labelled(home))
    opening = tunneling.frame(RequestTunnel(), TO_SERVER, 1)
    listen(conversation, Talk(home).say(home.gsme, home.chf, tunneling.CLUSTER, opening))
    key = Ed25519PrivateKey.from_private_bytes(bytes(32))

    def sealed(message: local_interface.Message) -> bytes:
        return local_interface.seal(message, key=key, sender=b"x", home="h", ppmid=home.ppmid, replay=1)

    digits = Secret(UTRN.encode())
    result = local_interface.UtrnResult(b"1234", local_interface.UtrnOutcome.ACCEPTED, 5, 0, f"{UTRN[:4]} {UTRN[4:]}")
    heard = [
        conversation.hear(Frame(number, 0, link_type, octets))
        for number, (link_type, octets) in enumerate(
            (
                (147, rtds["PCS01_NA_SUCCESS_RESPONSE"]),
                (150, sealed(local_interface.SubmitUtrn(b"1234", home.esme, digits))),
                (150, sealed(local_interface.SubmitCommand(b"1235", home.esme, rtds["CS01a_2.2_SUCCESS_COMMAND"]))),
                (150, sealed(result)),
            )
        )
    ]
    entries = [entry for entry in heard if entry is not None]
    ppmid = str(home.ppmid)
    assert [(one.sender, one.receiver, one.what) for one in entries] == [
        ("gsme", ppmid, "PCS01 Top up from the PPMID over the HAN, response"),
        ("delivery-service", "ppmid", "local interface, submit utrn"),
        ("delivery-service", "ppmid", "local interface, submit command: CS01a Top up, command"),
        ("ppmid", "delivery-service", "local interface, utrn result"),
    ]
    assert entries[0].fields["success"] is True
    assert [entries[1].fields["utrn"], entries[2].fields["utrn"], entries[3].fields["text"]] == ["<secret>"] * 3


@given(st.sampled_from((147, 148, 150, 151, 195, 230, 283)), st.binary(max_size=80))
def test_any_octets_are_an_entry_or_passed_over(link_type: int, octets: bytes) -> None:
    conversation = Conversation([LabelledKey(Secret(bytes(16)), "a and b")])
    entry = conversation.hear(Frame(1, 0, link_type, octets))
    assert entry is not None or conversation.passed_over
    for ending in conversation.end():
        assert ending.problem


@given(st.integers(0, 60), st.integers(0, 255), st.booleans())
def test_a_changed_octet_inside_is_an_entry_all_the_same(home: "Home", at: int, octet: int, cut: bool) -> None:
    """Sealed anew, so that the damage reaches the decoders."""
    inside = bytearray(ApsHeader(cluster=prepayment.CLUSTER, counter=1, secured=False).encode() + top_up().encode())
    index = at % len(inside)
    inside[index] = octet
    nwk = NwkHeader(destination=1, source=2, sequence=1).encode()
    plain = bytes(inside[:index] if cut else inside)
    payload = secure_nwk(nwk, plain, home.keys.network_key, home.ppmid, 5)
    frame = MacFrame(sequence=0, pan=1, destination=1, source=2, payload=payload).encode()
    conversation = Conversation(labelled(home))
    entries = [*listen(conversation, [frame]), *conversation.end()]
    assert entries or conversation.passed_over


def test_what_no_key_opens_is_said(home: "Home") -> None:
    talk = Talk(home)
    frames = [
        *talk.say(home.chf, home.ppmid, tunneling.CLUSTER, tunneling.frame(RequestTunnel(), TO_SERVER, 1)),
        *talk.say(home.ppmid, home.esme, prepayment.CLUSTER, top_up()),
    ]
    only_network = Conversation([LabelledKey(home.keys.network_key)])
    assert [entry.problem for entry in listen(only_network, frames)] == ["no key given opens its APS layer"] * 2
    assert only_network.sealed == 2
    nothing = Conversation()
    assert [entry.problem for entry in listen(nothing, frames)] == ["no key given opens its NWK layer"] * 2
    without_pair = Conversation(labelled(home)[:-1])
    assert [entry.what for entry in listen(without_pair, frames)] == ["tunneling, request tunnel", "sealed frame"]
    assert without_pair.sealed == 1


def test_damage_is_said(home: "Home") -> None:
    (frame,) = Talk(home).say(home.ppmid, home.esme, prepayment.CLUSTER, top_up())
    mic = frame[:-3] + bytes((frame[-3] ^ 1,))
    damaged = [frame[:-1] + bytes((frame[-1] ^ 1,)), mic + fcs(mic), b"\x41"]
    problems = [entry.problem for entry in listen(Conversation(labelled(home)), damaged)]
    assert problems[0].startswith("FCS at offset")
    assert problems[1] == "no key given opens its NWK layer"
    assert problems[2].startswith("frame control at offset 0")


def test_a_frame_that_the_capture_cut_is_said(home: "Home") -> None:
    entry = Conversation(labelled(home)).hear(Frame(1, 0, 195, b"\x41\x88", cut=True))
    assert entry is not None
    assert entry.problem == "the capture kept only a part of it"


def test_a_message_that_never_becomes_whole_is_told_at_the_end(home: "Home", rtds: Mapping[str, bytes]) -> None:
    carried = tunneling.frame(TransferData(1, rtds["CS01a_2.2_SUCCESS_COMMAND"]), TO_CLIENT, 2)
    frames = Talk(home).say(home.ppmid, home.chf, tunneling.CLUSTER, carried)
    conversation = Conversation(labelled(home))
    assert listen(conversation, [frames[0], frames[2]]) == []
    (ending,) = conversation.end()
    assert (ending.sender, ending.receiver) == ("ppmid", "hub")
    assert ending.problem == "blocks are missing: 1"


def test_what_says_nothing_to_a_person_is_counted(home: "Home") -> None:
    frames = Talk(home).say(home.ppmid, home.chf, tunneling.CLUSTER, tunneling.frame(RequestTunnel(), TO_SERVER, 1))
    heard = open_frame(frames[0], home.keys, home.addresses)
    acknowledgement, _ = build_ack(home.radio(home.chf), heard, home.keys)
    command = NwkHeader(type=NwkType.COMMAND, destination=0xFFFC, source=0, sequence=1)
    sealed = secure_nwk(command.encode(), b"\x08", home.keys.network_key, home.chf, 500)
    nwk = MacFrame(sequence=1, pan=1, destination=0xFFFF, source=0, payload=sealed).encode()
    zdp = ApsHeader(profile=0, cluster=0x0013, counter=1, secured=False).encode() + b"\x01"
    joined = NwkHeader(destination=0xFFFD, source=0, sequence=2)
    announce = MacFrame(
        sequence=2,
        pan=1,
        destination=0xFFFF,
        source=0,
        payload=secure_nwk(joined.encode(), zdp, home.keys.network_key, home.chf, 501),
    ).encode()
    mac_ack = bytes.fromhex("020005")
    conversation = Conversation(labelled(home))
    assert listen(conversation, [acknowledgement, nwk, announce, mac_ack + fcs(mac_ack)]) == []
    assert conversation.hear(Frame(5, 0, 1, b"ethernet")) is None
    assert dict(conversation.passed_over) == {
        "APS acknowledgement": 1,
        "NWK command": 1,
        "message of profile 0x0000": 1,
        "MAC acknowledgement": 1,
        "link type 1": 1,
    }


def test_a_key_request_is_part_of_the_conversation(home: "Home") -> None:
    header = CommandHeader(1).encode()
    link_key = home.keys.link_key(home.ppmid, home.chf)
    sealed = secure_aps(header, aps_commands.encode(RequestKey(home.esme)), link_key, home.ppmid, 6)
    nwk = NwkHeader(destination=0, source=2, sequence=1).encode()
    payload = secure_nwk(nwk, sealed, home.keys.network_key, home.ppmid, 5)
    frame = MacFrame(sequence=0, pan=1, destination=0, source=2, payload=payload).encode()
    (entry,) = listen(Conversation(labelled(home)), [frame])
    assert (entry.sender, entry.receiver, entry.what) == ("ppmid", "hub", "APS, request key")
    assert entry.fields == {"partner": str(home.esme)}


def test_a_message_without_a_link_key_is_marked(home: "Home") -> None:
    aps = ApsHeader(cluster=prepayment.CLUSTER, counter=1, secured=False).encode() + top_up().encode()
    nwk = NwkHeader(destination=1, source=2, sequence=1).encode()
    payload = secure_nwk(nwk, aps, home.keys.network_key, home.ppmid, 5)
    frame = MacFrame(sequence=0, pan=1, destination=1, source=2, payload=payload).encode()
    (entry,) = listen(Conversation(labelled(home)), [frame])
    assert entry.notes == ("not secured by a link key: devices take no such message",)


def test_a_repeated_and_a_relayed_frame_are_marked(home: "Home") -> None:
    (frame,) = Talk(home).say(home.ppmid, home.esme, prepayment.CLUSTER, top_up())
    nwk = open_frame(frame, home.keys, home.addresses).nwk
    inside = secure_aps(
        ApsHeader(cluster=prepayment.CLUSTER, counter=1).encode(),
        top_up().encode(),
        home.keys.link_key(home.ppmid, home.esme),
        home.ppmid,
        100,
    )
    hop = secure_nwk(nwk.encode(), inside, home.keys.network_key, home.chf, 900)
    relayed = MacFrame(sequence=9, pan=0x1A62, destination=1, source=0, payload=hop).encode()
    entries = listen(Conversation(labelled(home)), [frame, frame, relayed])
    assert [entry.notes for entry in entries] == [(), ("sent again",), ("relayed by hub",)]


def test_a_block_sent_again_is_counted_and_an_old_one_is_told(home: "Home", rtds: Mapping[str, bytes]) -> None:
    carried = tunneling.frame(TransferData(1, rtds["CS01a_2.2_SUCCESS_COMMAND"]), TO_CLIENT, 2)
    first, second, third = Talk(home).say(home.ppmid, home.chf, tunneling.CLUSTER, carried)
    conversation = Conversation(labelled(home))
    told, whole = listen(conversation, [first, second, second, first, third])
    assert (told.frames, told.what) == ((4,), "block of a message")
    assert told.notes == ("old frame counter 100, the last was 101: receivers drop it",)
    assert (whole.frames, whole.notes) == ((1, 2, 5), ())
    assert dict(conversation.passed_over) == {"block sent again": 1}


def test_what_a_run_says_of_a_frame_s_fate_is_kept(home: "Home") -> None:
    (frame,) = Talk(home).say(home.ppmid, home.esme, prepayment.CLUSTER, top_up())
    entry = Conversation(labelled(home)).hear(Frame(1, 0, 195, frame, "han", ("When asked", "lost: lost")))
    assert entry is not None
    assert entry.notes == ("lost: lost",)


def test_c16_a_restarted_hub_with_old_counters_is_told_from_a_dead_one(home: "Home") -> None:
    """The hub stood at 41,200 and had stored 40,000; it resumes there, and sends a frame every 2 s."""
    radio = home.radio(home.chf)._replace(nwk_counter=41_200, aps_counter=41_200)
    ask = general_frame(ReadAttributes((0,)), TO_SERVER, 1).encode()

    def send(sender: Radio) -> tuple[bytes, Radio]:
        (frame,), after = build_frames(sender, home.ppmid, 2, 0x0025, ask, home.keys)
        return frame, after

    before, _ = send(radio)
    restarted = radio._replace(nwk_counter=40_000, aps_counter=50_000)
    frames, after = [], restarted
    for _ in range(1_203):
        frame, after = send(after)
        frames.append(frame)
    conversation = Conversation(labelled(home))
    listen(conversation, [before], every=2 * SECOND)
    entries = listen(conversation, frames, first=2, every=2 * SECOND)
    dropped = [entry for entry in entries if entry.notes]
    assert len(dropped) == 1_201, "counters 40,000 to 41,200"
    assert dropped[0].notes == ("old frame counter 40000, the last was 41200: receivers drop it",)
    assert round((dropped[-1].time - dropped[0].time) / SECOND / 60) == 40, "minutes"
    assert [entry.notes for entry in entries[1_201:]] == [(), ()], "heard again, and each once"


def test_c16_a_good_hub_skips_ahead_and_is_heard_at_once(home: "Home") -> None:
    stored, interval, used = 40_000, 4_096, 41_200
    guard = FrameCounterGuard()
    assert guard.accept(home.chf, used)
    assert guard.fresh(home.chf, stored + interval)
    assert not guard.fresh(home.chf, stored)


def test_c16_a_counter_is_one_device_s_and_never_ends(home: "Home") -> None:
    guard = FrameCounterGuard()
    for source, counter, taken in (
        (home.chf, 41_200, True),
        (home.ppmid, 7, True),
        (home.chf, 41_200, False),
        (home.chf, 41_199, False),
        (home.ppmid, 8, True),
        (home.chf, 0xFFFFFFFE, True),
        (home.chf, 0xFFFFFFFF, False),
        (home.chf, 0, False),
    ):
        assert guard.accept(source, counter) is taken


def test_names_follow_from_the_labels_of_the_keys(home: "Home") -> None:
    """Without labels devices go by their short addresses, but for the coordinator."""
    frames = Talk(home).say(home.ppmid, home.esme, prepayment.CLUSTER, top_up())
    unnamed = Conversation(LabelledKey(one.key) for one in labelled(home))
    assert [(one.sender, one.receiver) for one in listen(unnamed, frames)] == [("0x0002", "0x0001")]
    named = Conversation(labelled(home))
    assert [(one.sender, one.receiver) for one in listen(named, frames)] == [("0x0002", "0x0001")], "either of two"
    talk = Talk(home)
    talk.say(home.ppmid, home.esme, prepayment.CLUSTER, top_up())
    hello = talk.say(home.ppmid, home.chf, tunneling.CLUSTER, tunneling.frame(RequestTunnel(), TO_SERVER, 1))
    assert [(one.sender, one.receiver) for one in listen(named, hello)] == [("ppmid", "hub")]
