"""What the keys of a home open of its HAN frames stands octet by octet, but for a secret; else why it stays sealed."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from ppmid_bench.evidence import Entry, Log
from ppmid_protocols.eui import Eui
from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee import prepayment, tunneling
from ppmid_protocols.zigbee.aps_commands import TransportTrustCentreKey
from ppmid_protocols.zigbee.han import HanKeys, Radio, build_command, build_frames, build_nwk_command
from ppmid_protocols.zigbee.nwk_commands import Leave
from ppmid_protocols.zigbee.security import KeyId
from ppmid_protocols.zigbee.sniffer import LabelledKey
from ppmid_protocols.zigbee.zcl import Direction
from ppmid_reports import write_report
from ppmid_reports.opened import HomeKeys, Opened, Opener, keys_of
from ppmid_reports.run import read_run

HUB, PPMID = Eui.parse("00-DB-12-34-56-78-90-A2"), Eui.parse("00-DB-12-34-56-78-90-A4")
NETWORK, LINK = Secret(bytes(range(16))), Secret(bytes(range(16, 32)))
KEYS = HanKeys(NETWORK, HUB, {PPMID: LINK})
LABELLED = HomeKeys((LabelledKey(NETWORK, "network"), LabelledKey(LINK, "hub and ppmid")))
RESPONSE = bytes.fromhex(
    "dd0000000000004c1100000000df090200000001000000000800db1234567890a00890b3d51f300100000c"
    "07ea0109ff0b2a04008000ff0200070cda2000000000000100010300003f5f2ff3710750e5ec458343"
)
UTRN = b"73941569907863060481"
LogOf = Callable[..., Log]


def frames_of(message: bytes, cluster: int, block: int = 48) -> list[bytes]:
    """The HAN frames that bring a ZCL message from the hub to the PPMID."""
    radio = Radio(eui=HUB, short=0, nwk_counter=7, aps_counter=7)
    return build_frames(radio, PPMID, 0x1002, cluster, message, KEYS, block_octets=block)[0]


def tunnelled(data: bytes) -> bytes:
    return tunneling.frame(tunneling.TransferData(1, data), Direction.TO_SERVER, 3).encode()


def topping_up() -> bytes:
    return prepayment.frame(prepayment.ConsumerTopUp(Secret(UTRN)), 5).encode()


@pytest.fixture(name="heard")
def logs_of_frames(log_of: LogOf) -> Callable[..., Log]:
    """A log with these frames from the hub to the PPMID, from entry 1 on."""

    def made(*frames: bytes, apart: float = 0.01) -> Log:
        lines = ((apart * n, "han", "hub", "ppmid", "frame", {"frame": n}) for n in range(1, len(frames) + 1))
        first, *entries = log_of(*lines)
        return Log((first, *(replace(one, octets=octets) for one, octets in zip(entries, frames, strict=True))))

    return made


def opened(log: Log, number: int = -1, home: HomeKeys = LABELLED) -> Opened:
    entry: Entry = log.entries[number]
    return Opener(log, home).open(entry)


def octets_in(lines: tuple[str, ...]) -> bytes:
    """The octets that stand in the columns of a layer."""
    rows = (re.match(r" *(\d+)  ([0-9a-f]+(?:  [0-9a-f]+)?)(?:  |$)", line) for line in lines)
    return b"".join(bytes.fromhex(row[2]) for row in rows if row)


def test_a_frame_is_opened_by_both_keys_octet_by_octet(heard: Callable[..., Log]) -> None:
    found = opened(heard(*frames_of(tunnelled(b"\x02\x00" + RESPONSE), tunneling.CLUSTER, block=1000)))
    aps, zcl = found.layers
    assert aps.name == "APS, opened with the network key"
    assert aps.lines[0].endswith("data, endpoint 1 to 1, profile 0109, cluster 0704 tunneling, counter 0")
    assert "link key (hub and ppmid), counter 7, by 00-DB-12-34-56-78-90-A2" in aps.lines[1]
    assert octets_in(aps.lines)[:8] == bytes.fromhex("6001040709010100")  # R22 2.2.5.1, secured and to be acknowledged
    assert zcl.name == "ZCL, 91 octets, opened with the key of hub and ppmid"
    assert octets_in(zcl.lines) == tunnelled(b"\x02\x00" + RESPONSE)
    assert "tunneling, get response: CS01a Top up, response" in "".join(zcl.lines)
    assert (found.gbcs, found.note) == (RESPONSE, "")  # without the header of GB-HRGP


def test_a_message_in_blocks_is_put_together_and_told_once(heard: Callable[..., Log]) -> None:
    log = heard(*frames_of(tunnelled(RESPONSE), tunneling.CLUSTER))
    opener = Opener(log, LABELLED)
    last, first = opener.open(log.entries[2]), opener.open(log.entries[1])
    assert last.layers[1].name == "ZCL, 89 octets, 2 blocks, opened with the key of hub and ppmid"
    assert octets_in(last.layers[1].lines) == tunnelled(RESPONSE)
    assert last.gbcs == RESPONSE
    assert first.layers[0].lines[0].endswith("counter 0, the first of 2 blocks")
    assert first.layers[1].lines == ("the same message as in entry 2, which shows it",)


@pytest.mark.parametrize("block", [48, 11], ids=["whole", "a UTRN in two blocks"])
def test_no_octet_of_a_utrn_stands_there(heard: Callable[..., Log], block: int) -> None:
    frames = frames_of(topping_up(), prepayment.CLUSTER, block)
    log = heard(*frames)
    opener = Opener(log, LABELLED)
    for entry in log.entries[1:]:
        found = opener.open(entry)
        shown = b"".join(octets_in(layer.lines) for layer in found.layers)
        text = "".join(line for layer in found.layers for line in layer.lines)
        assert not any(UTRN[at : at + 6] in shown for at in range(14))
        assert UTRN.decode() not in text
    found = opened(log)
    assert "code: <secret>" in "".join(found.layers[1].lines)
    assert found.note == "The octets of the message are left out: they hold, or may hold, a secret."


def test_a_block_without_the_others_shows_nothing_of_its_message(heard: Callable[..., Log]) -> None:
    frames = frames_of(topping_up(), prepayment.CLUSTER, 11)
    for log in (heard(frames[-1]), heard(*frames, apart=60)):  # never heard, or long before
        found = opened(log)
        assert [layer.name for layer in found.layers] == ["APS, opened with the network key"]
        assert found.note.startswith("Other blocks of the message were not heard.")


def test_commands_stand_in_words_and_their_keys_nowhere(heard: Callable[..., Log]) -> None:
    given = TransportTrustCentreKey(Secret(b"K" * 16), PPMID, HUB)
    radio = Radio(eui=HUB, short=0)
    frame, radio = build_command(radio, PPMID, 0x1002, given, KEYS, KeyId.KEY_LOAD)
    found = opened(heard(frame))
    assert found.layers[0].name == "APS, transport trust centre key"
    text = "".join(found.layers[0].lines)
    assert "key-load key (hub and ppmid)" in text
    assert "key: <secret>" in text
    assert b"KKKK".hex() not in text
    frame, _ = build_nwk_command(radio, 0x1002, Leave(requested=True), KEYS)
    (layer,) = opened(heard(frame)).layers
    assert layer.name == "NWK command, opened with the network key: leave"
    assert octets_in(layer.lines) == bytes.fromhex("0440")  # R22 3.4.4


def test_what_no_key_opens_stays_sealed_and_says_so(heard: Callable[..., Log]) -> None:
    log = heard(*frames_of(tunnelled(RESPONSE), tunneling.CLUSTER, 1000))
    other = HomeKeys((LabelledKey(Secret(bytes(16)), "network"),))
    assert opened(log, home=other) == Opened(note="It is not opened: no key given opens its NWK layer.")
    half = HomeKeys((LabelledKey(NETWORK, "network"),))
    assert opened(log, home=half) == Opened(note="It is not opened: no key given opens its APS layer.")
    assert opened(log, home=HomeKeys(why="there are none")) == Opened()


def with_parties(folder: Path, kind: str) -> Path:
    record = json.loads((folder / "record.json").read_text())
    for one in record["parties"]:
        one["kind"] = kind
    (folder / "record.json").write_text(json.dumps(record))
    return folder


def test_keys_come_from_the_file_beside_the_capture(make_run: Callable[..., Path]) -> None:
    folder, name = with_parties(make_run(), "simulated"), "captures/keys.a__b.zigbee_pc_keys"
    missing = keys_of(read_run(folder), name)
    assert missing == HomeKeys(why=f"What is sealed stays so here: this run folder has no {name}.")
    (folder / "captures").mkdir(exist_ok=True)
    (folder / name).write_text(f'"{NETWORK.hex(":")}","Normal","network"\n')
    assert keys_of(read_run(folder), name) == HomeKeys((LabelledKey(NETWORK, "network"),))
    (folder / name).write_text('"00:11","Normal","network"\n')
    assert keys_of(read_run(folder), name).why == (
        f"What is sealed stays so here: {name} is not to be read: line 1: expected 32 hex digits, found something else."
    )
    lab = keys_of(read_run(with_parties(folder, "real")), name)
    assert lab == HomeKeys(
        why="What is sealed stays so here: captures of real devices and their keys are the lab's own."
    )


def test_the_page_says_it_once_where_nothing_is_opened(make_run: Callable[..., Any]) -> None:
    folder = with_parties(make_run(), "simulated")
    write_report(folder)
    top: Any = etree.HTML((folder / "report" / "first__fails.html").read_text(encoding="utf-8"))
    said = top.xpath("string(//section[@id='trace']/p)")
    assert "this run folder has no captures/keys.first__fails.zigbee_pc_keys" in said
