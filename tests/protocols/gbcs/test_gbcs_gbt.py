"""General Block Transfer: the layout octet by octet, every order of arrival, abuse, and Wireshark's own reassembly."""

import random
import shutil
import subprocess
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ppmid_protocols.captures.pcapng import Link, LinkType, Writer
from ppmid_protocols.errors import Malformed, ProtocolError, Unsupported
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import gbt
from ppmid_protocols.gbcs import message as messages
from ppmid_protocols.gbcs.gbt import Block, BlockRules, Reassembly, Transaction
from ppmid_protocols.gbcs.message import Cra, Message

SUPPLIER, ESME = Eui.parse("90b3d51f30010000"), Eui.parse("00db1234567890a0")
COMMAND = Message(
    cra=Cra.COMMAND,
    counter=7,
    originator=SUPPLIER,
    target=ESME,
    message_code=0x0102,
    payload=bytes(2000),
    mac=bytes(12),
)
SMALL = BlockRules(block_octets=300, whole_octets=100, window=3)
TRANSACTION = Transaction.of(COMMAND)
BLOCKS = gbt.cut(COMMAND, SMALL)


def joined(blocks, rules=SMALL):
    """What a receiver has after these blocks, and the messages that they gave."""
    kept, whole = Reassembly(rules), []
    for block in blocks:
        kept, message = kept.add(block)
        whole += [message] * (message is not None)
    return kept, whole


def test_the_layout_octet_by_octet():
    block = Block(
        transaction=TRANSACTION, number=2, data=b"\xaa\xbb", last=True, streaming=True, window=5, acknowledged=258
    )
    octets = bytes.fromhex(
        "dd 09 01 0000000000000007 08 90b3d51f30010000 08 00db1234567890a0 00 02 0102 00 0e"
        "1100000000 e0 c5 0002 0102 02 aabb"
    )
    assert block.encode() == octets
    assert gbt.decode(octets) == gbt.decode_block(octets) == block
    with_mac = octets[:34] + b"\x1a" + octets[35:] + bytes(12)
    assert gbt.decode_block(with_mac) == replace(block, mac=bytes(12))


def test_a_block_is_no_message_and_a_message_no_block():
    octets = BLOCKS[0].encode()
    with pytest.raises(Unsupported, match="general-block-transfer"):
        messages.decode(octets)
    with pytest.raises(Malformed, match="expected DD 09, found DD 00"):
        gbt.decode_block(COMMAND.encode())
    assert gbt.decode(COMMAND.encode()) == COMMAND


@given(
    st.builds(
        Block,
        transaction=st.builds(
            Transaction,
            st.sampled_from(Cra),
            st.integers(0, 2**64 - 1),
            st.binary(min_size=8, max_size=8).map(Eui),
            st.binary(min_size=8, max_size=8).map(Eui),
            st.integers(0, 0xFFFF),
        ),
        number=st.integers(1, 0xFFFF),
        data=st.binary(max_size=300),
        last=st.booleans(),
        streaming=st.booleans(),
        window=st.integers(0, 63),
        acknowledged=st.integers(0, 0xFFFF),
        security=st.binary(min_size=5, max_size=5),
        mac=st.sampled_from((b"", b"123456789012")),
    )
)
def test_blocks_come_back_as_they_went(block):
    assert gbt.decode_block(block.encode()) == block


@given(st.binary(max_size=80) | st.binary(max_size=60).map(lambda rest: BLOCKS[0].encode()[:35] + rest))
def test_what_reads_is_written_back_and_all_else_is_refused(octets):
    try:
        block = gbt.decode_block(octets)
    except Malformed:
        return
    assert block.encode() == octets


def test_every_truncation_and_every_fault_names_its_place():
    octets = replace(BLOCKS[0], data=b"short").encode()
    for end in range(len(octets)):
        with pytest.raises(Malformed):
            gbt.decode_block(octets[:end])
    for at, value, field in (
        (2, 4, "CRA flag"),
        (11, 7, "originator"),
        (20, 9, "target"),
        (29, 12, "date-time"),
        (30, 10, "other-information"),
        (33, 2, "key-info"),
        (40, 0xE1, "general-block-transfer"),
    ):
        wrong = bytearray(octets)
        wrong[at] = value
        with pytest.raises(Malformed, match=field) as refused:
            gbt.decode_block(bytes(wrong))
        assert refused.value.offset == at
    with pytest.raises(Malformed, match="ciphered-service length"):
        gbt.decode_block(octets + b"\0")
    with pytest.raises(Malformed, match="at most 65535"):
        gbt.decode_block(octets + bytes(66_000))


@pytest.mark.parametrize(
    ("fault", "field"),
    [
        ({"number": 0}, "block number"),
        ({"number": 65536}, "block number"),
        ({"acknowledged": -1}, "acknowledged"),
        ({"window": 64}, "window"),
        ({"security": b""}, "security header"),
        ({"mac": b"1"}, "MAC"),
        ({"transaction": TRANSACTION._replace(counter=-1)}, "Originator Counter"),
        ({"transaction": TRANSACTION._replace(message_code=65536)}, "Message Code"),
    ],
)
def test_what_does_not_fit_the_wire_is_not_made(fault, field):
    with pytest.raises(Malformed, match=field):
        replace(BLOCKS[0], **fault)


@given(st.permutations(range(len(BLOCKS))), st.lists(st.integers(0, len(BLOCKS) - 1), max_size=6))
def test_order_and_repetition_do_not_matter(order, again):
    missing, rest = order[-1], order[:-1]
    kept, whole = joined([BLOCKS[at] for at in (*rest, *(at for at in again if at != missing))])
    assert not whole
    assert missing + 1 in kept.missing(TRANSACTION) or missing == len(BLOCKS) - 1
    kept, message = kept.add(BLOCKS[missing])
    assert message == COMMAND
    assert kept == Reassembly(SMALL)


@settings(max_examples=40)
@given(st.randoms(use_true_random=False), st.integers(1, 63), st.integers(1, 4000))
def test_a_lossy_link_with_acknowledgements_brings_the_message(chance: random.Random, window, size):
    rules = BlockRules(block_octets=100, window=window)
    blocks = gbt.cut(replace(COMMAND, payload=chance.randbytes(size)), rules)
    kept, message, acknowledged = Reassembly(rules), None, 0
    for _ in range(2000):
        coming = gbt.window_after(blocks, acknowledged)
        assert 0 < len(coming) <= window
        assert [block.streaming for block in coming] == [True] * (len(coming) - 1) + [False]
        for block in coming:
            if chance.random() < 0.7 and message is None:
                kept, message = kept.add(gbt.decode_block(block.encode()))
        if message is not None:
            break
        answer = gbt.decode_block(kept.acknowledgement(blocks[0].transaction).encode())
        assert (answer.data, answer.transaction.originator) == (b"", ESME)
        assert answer.acknowledged >= acknowledged
        acknowledged = answer.acknowledged
    assert message == replace(COMMAND, payload=message.payload)
    assert b"".join(block.data for block in blocks) == message.encode()
    assert gbt.window_after(blocks, len(blocks)) == ()


def test_two_messages_mix_only_by_transaction():
    other = replace(COMMAND, counter=8, payload=b"\x01" * 2000)
    pairs = zip(BLOCKS, gbt.cut(other, SMALL), strict=True)
    assert joined([block for pair in pairs for block in pair])[1] == [COMMAND, other]


@pytest.mark.parametrize(
    ("block", "problem"),
    [
        (replace(BLOCKS[0], data=b"other"), "expected block 1 as it came before"),
        (replace(BLOCKS[3], last=True), "expected the last block to be 7, found 4"),
        (replace(BLOCKS[0], number=8), "expected no block behind the last, 7, found 8"),
        (replace(BLOCKS[0], number=256), "expected at most 255, found 256"),
        (replace(BLOCKS[1], data=bytes(301)), "expected 1 to 300 octets, found 301"),
        (replace(BLOCKS[1], data=b""), "expected 1 to 300 octets, found 0"),
    ],
)
def test_a_block_that_cannot_belong_is_refused_and_changes_nothing(block, problem):
    kept, _ = joined([BLOCKS[0], BLOCKS[-1]])
    with pytest.raises(Malformed, match=problem):
        kept.add(block)
    for good in BLOCKS[1:-1]:
        kept, message = kept.add(good)
    assert message == COMMAND
    assert joined([BLOCKS[0]])[0].abandon(TRANSACTION) == Reassembly(SMALL)


def test_a_last_block_below_what_came_is_refused():
    kept, _ = joined([BLOCKS[4]])
    with pytest.raises(Malformed, match="behind the last, 2, found 5"):
        kept.add(replace(BLOCKS[1], last=True))


def test_the_joined_message_must_be_the_one_of_its_header():
    for change in ({"counter": 8}, {"originator": ESME}, {"message_code": 0x0103}, {"cra": Cra.RESPONSE}):
        wrong = [replace(block, transaction=TRANSACTION._replace(**change)) for block in BLOCKS]
        with pytest.raises(Malformed, match="block header"):
            joined(wrong)
    with pytest.raises(ProtocolError):
        joined([replace(BLOCKS[0], data=b"no message", last=True)])
    nested = [replace(BLOCKS[0], data=BLOCKS[0].encode()[:200], last=True)]
    with pytest.raises(Unsupported, match="general-block-transfer"):
        joined(nested)


def test_memory_is_bounded_by_octets_and_by_messages():
    rules = BlockRules(message_octets=3000)
    kept, _ = joined([replace(BLOCKS[0], number=number, data=bytes(1000)) for number in (1, 2, 3)], rules)
    with pytest.raises(Malformed, match="at most 3000 octets, found 3001"):
        kept.add(replace(BLOCKS[0], number=4, data=b"x"))
    many = [replace(BLOCKS[0], transaction=TRANSACTION._replace(counter=counter)) for counter in range(9)]
    kept, _ = joined(many)
    assert [transaction.counter for transaction in kept.partial] == [5, 6, 7, 8]
    assert kept.missing(TRANSACTION._replace(counter=8)) == (2,)
    assert kept.missing(TRANSACTION._replace(counter=0)) == ()


def test_a_legal_command_over_1500_octets_passes_and_an_abusive_one_does_not(rtds):
    message = max((sample.message for sample in rtds.values()), key=lambda one: len(one.encode()))
    assert len(message.encode()) == 1878  # CS02b, three certificates in one Command
    carried = list(gbt.transfers(message))
    assert list(gbt.transfers_of(message.encode())) == carried
    assert {gbt.transaction_of(octets) for octets in (*carried, message.encode())} == {Transaction.of(message)}
    assert [len(octets) <= 1500 for octets in carried] == [True, True]
    kept = Reassembly()
    kept, nothing = kept.add(gbt.decode_block(carried[0]))
    kept, whole = kept.add(gbt.decode_block(carried[1]))
    assert (nothing, whole) == (None, message)
    with pytest.raises(Malformed, match="at most 600 octets in blocks, found 1878"):
        list(gbt.transfers(message, BlockRules(block_octets=300, most_blocks=2)))
    with pytest.raises(Malformed, match="message of at most 1500 octets"):
        joined(map(gbt.decode_block, carried), BlockRules(message_octets=1500))


def test_a_short_message_goes_whole():
    short = replace(COMMAND, payload=b"")
    assert list(gbt.transfers(short)) == [short.encode()] == list(gbt.transfers_of(short.encode()))
    assert len(list(gbt.transfers(COMMAND, SMALL))) == len(BLOCKS)
    assert [gbt.decode_block(octets).streaming for octets in gbt.transfers(COMMAND, SMALL)] == [
        True,
        True,
        False,
    ] * 2 + [False]


@pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark (Wireshark's dissectors) is not installed")
def test_wireshark_joins_our_blocks(rtds, tmp_path):
    message = rtds["CS01a_2.2_SUCCESS_COMMAND"].message
    blocks = gbt.cut(message, BlockRules(block_octets=40))
    with (tmp_path / "blocks.pcapng").open("wb") as file:
        writer = Writer(file)
        link = writer.add_link(Link("wan", LinkType.GBCS))
        for number, block in enumerate(blocks):
            writer.write(link, number, block.encode())
    header = "gbcs_message.gbt_header"
    fields = (
        f"{header}.block_number",
        f"{header}.block_control.last_block",
        "gbcs_message.gbt.reassembled.length",
        "gbcs_message.mac",
    )
    asked = [part for name in fields for part in ("-e", name)]
    options = [
        "-o",
        'uat:user_dlts:"User 0 (DLT=147)","gbcs_message","0","","0",""',
        "-T",
        "fields",
        "-E",
        "separator=|",
    ]
    run = subprocess.run(
        ["tshark", "-r", str(tmp_path / "blocks.pcapng"), *options, *asked], capture_output=True, text=True, check=True
    )
    assert run.stdout.split() == ["1|0||", "2|0||", f"3|1|{len(message.encode())}|{message.mac.hex()}"]
