"""General Block Transfer: a message too long for one transfer in the tunnel, cut into blocks and joined again.

A block (GBCS 7.2.11 and IEC 62056-5-3 7.3.13; layout as public readers of GBCS have it, big endian)::

    DD | 09 CRA(1) Originator Counter(8) | 08 originator(8) | 08 target(8) | 00 | 02 Message Code(2) | 00 | length
       | security header(5) | E0 | control(1) | number(2) | acknowledged(2) | length | data | MAC (0 or 12)
    control: 80 last block, 40 streaming (more of the window follows), 3F window

The data of blocks 1 to the last are one ordinary message (``message.decode``), protected by its own signature and MAC.

No public text has GBCS 7.2.11 whole, so all of this is assumed: the security header and the absence of a MAC of the
block's own (both are kept as they came); that windows, streaming and acknowledgements work as IEC 62056-5-3 4.2.3.13
has them, and that an acknowledgement is a block without data under the same transaction with originator and target
changed over; that a receiver checks the joined message against the header of its blocks, gives up the oldest message
when it has no room, and remembers nothing of a message once it is whole (its counter stops it from acting twice). Sizes
and limits are settings: ``BlockRules``.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import NamedTuple

from ppmid_protocols.errors import Malformed
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import message as messages
from ppmid_protocols.gbcs.ber import LONGEST, encode_length, read_length, take
from ppmid_protocols.gbcs.message import MAC_OCTETS, Cra, Message

WIDEST_WINDOW = 0x3F

_TAG = b"\xdd\x09"
_HEADER_OCTETS = 35  # up to and including the key-info
_FIXED = {1: (9, "transaction-id"), 11: (8, "originator"), 20: (8, "target"), 29: (0, "date-time")} | {
    30: (2, "other-information"),
    33: (0, "key-info"),
}  # offset of each length octet of the header: the length and the name of its element
_SECURITY_HEADER = bytes.fromhex("1100000000")
_SECURITY_OCTETS = len(_SECURITY_HEADER)
_CONTROL_OCTETS = 6  # E0, control, number, acknowledged
_GBT, _LAST, _STREAMING = 0xE0, 0x80, 0x40
_HIGHEST_NUMBER = 0xFFFF


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockRules:
    """Sizes of a sender and limits of a receiver.

    ``whole_octets``: a message of at most so many goes whole (the tunnel's largest transfer, as public device code has
    it). ``block_octets``, ``most_blocks``: data in one block, blocks in one message (the limits of a public reader).
    ``window``: blocks between two acknowledgements, 1 to 63; ``message_octets`` and ``concurrent``: the longest message
    that a receiver joins, and how many at a time, so that it never keeps more than their product (all assumed).
    """

    whole_octets: int = 1_500
    block_octets: int = 1_200
    most_blocks: int = 255
    window: int = 8
    message_octets: int = LONGEST
    concurrent: int = 4


class Transaction(NamedTuple):
    """Of which message a block is a part: the header that all its blocks repeat."""

    cra: Cra
    counter: int
    originator: Eui
    target: Eui
    message_code: int

    @classmethod
    def of(cls, message: Message) -> "Transaction":
        """The transaction of a message."""
        return cls(message.cra, message.counter, message.originator, message.target, message.message_code)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One block. ``number``: from 1; ``acknowledged``: the last block of the unbroken run that its sender holds.

    ``security`` (5 octets) and ``mac`` (0 or 12 octets) are kept as they came. A block without ``data`` only
    acknowledges. Raises Malformed when a field does not fit the wire.
    """

    transaction: Transaction
    number: int
    data: bytes = field(repr=False)  # may hold UTRN digits
    last: bool = False
    streaming: bool = False
    window: int = 1
    acknowledged: int = 0
    security: bytes = _SECURITY_HEADER
    mac: bytes = b""

    def __post_init__(self) -> None:
        for name, value, lowest, highest in (
            ("block number", self.number, 1, _HIGHEST_NUMBER),
            ("block number acknowledged", self.acknowledged, 0, _HIGHEST_NUMBER),
            ("window", self.window, 0, WIDEST_WINDOW),
            ("Originator Counter", self.transaction.counter, 0, 2**64 - 1),
            ("Message Code", self.transaction.message_code, 0, 0xFFFF),
        ):
            if not lowest <= value <= highest:
                raise Malformed(name, f"expected {lowest} to {highest}, found {value}")
        if len(self.security) != _SECURITY_OCTETS:
            raise Malformed("security header", f"expected {_SECURITY_OCTETS} octets, found {len(self.security)}")
        if len(self.mac) not in (0, MAC_OCTETS):
            raise Malformed("MAC", f"expected 0 or {MAC_OCTETS} octets, found {len(self.mac)}")

    def encode(self) -> bytes:
        """The octets on the wire. Raises Malformed for more data than 65,535 octets can hold."""
        cra, counter, originator, target, message_code = self.transaction
        control = self.window | self.last * _LAST | self.streaming * _STREAMING
        contents = b"".join(
            (
                self.security,
                bytes((_GBT, control)),
                self.number.to_bytes(2, "big"),
                self.acknowledged.to_bytes(2, "big"),
                encode_length(len(self.data)),
                self.data,
                self.mac,
            )
        )
        title = bytes((cra,)) + counter.to_bytes(8, "big")
        parties = b"\x08" + originator + b"\x08" + target
        code = b"\x02" + message_code.to_bytes(2, "big")
        return b"".join((_TAG, title, parties, b"\0", code, b"\0", encode_length(len(contents)), contents))


def is_block(octets: bytes) -> bool:
    """Whether octets begin as a block does and a message does not."""
    return octets.startswith(_TAG)


def decode(octets: bytes) -> Message | Block:
    """Read what came through a tunnel: a whole message, or one block of one. Raises Malformed."""
    return decode_block(octets) if is_block(octets) else messages.decode(octets)


def decode_block(octets: bytes) -> Block:
    """Read one block; ``decode_block(octets).encode() == octets``. Raises Malformed with field and offset."""
    if len(octets) > LONGEST:
        raise Malformed("block", f"expected at most {LONGEST} octets, found {len(octets)}", 0)
    if not is_block(octets):
        raise Malformed("block", f"expected DD 09, found {octets[:2].hex(' ').upper() or 'nothing'}", 0)
    take(octets, 0, _HEADER_OCTETS - 1, "block header")
    for at, (wanted, name) in _FIXED.items():
        if octets[at] != wanted:
            raise Malformed(name, f"expected the length {wanted:02X}, found {octets[at]:02X}", at)
    if not 1 <= octets[2] <= 3:
        raise Malformed("CRA flag", f"expected 01, 02 or 03, found {octets[2]:02X}", 2)
    length, at = read_length(octets, _HEADER_OCTETS - 1, "ciphered-service length")
    if at + length != len(octets):
        raise Malformed("ciphered-service length", f"expected {len(octets) - at}, found {length}", _HEADER_OCTETS - 1)
    security = take(octets, at, _SECURITY_OCTETS, "security header")
    at += _SECURITY_OCTETS
    tag, control, *numbers = take(octets, at, _CONTROL_OCTETS, "general-block-transfer")
    if tag != _GBT:
        raise Malformed("general-block-transfer", f"expected E0, found {tag:02X}", at)
    number = numbers[0] << 8 | numbers[1]
    if number == 0:
        raise Malformed("block number", "expected 1 to 65535, found 0", at + 2)
    length, start = read_length(octets, at + _CONTROL_OCTETS, "block data")
    data = take(octets, start, length, "block data")
    mac = octets[start + length :]
    if len(mac) not in (0, MAC_OCTETS):
        raise Malformed("MAC", f"expected 0 or {MAC_OCTETS} octets to the end, found {len(mac)}", start + length)
    return Block(
        transaction=Transaction(
            cra=Cra(octets[2]),
            counter=int.from_bytes(octets[3:11], "big"),
            originator=Eui(octets[12:20]),
            target=Eui(octets[21:29]),
            message_code=int.from_bytes(octets[31:33], "big"),
        ),
        number=number,
        data=data,
        last=bool(control & _LAST),
        streaming=bool(control & _STREAMING),
        window=control & WIDEST_WINDOW,
        acknowledged=numbers[2] << 8 | numbers[3],
        security=security,
        mac=mac,
    )


def transaction_of(octets: bytes) -> Transaction:
    """What is read of a whole message, or a block, by whoever only carries it. Raises Malformed."""
    found = decode(octets)
    return found.transaction if isinstance(found, Block) else Transaction.of(found)


def cut(message: Message, rules: BlockRules = BlockRules()) -> tuple[Block, ...]:
    """The blocks of a message. Raises Malformed when it needs more of them than ``rules`` allow."""
    octets = message.encode()
    parts = [octets[start : start + rules.block_octets] for start in range(0, len(octets), rules.block_octets)]
    if len(parts) > rules.most_blocks:
        most = rules.most_blocks * rules.block_octets
        raise Malformed("message", f"expected at most {most} octets in blocks, found {len(octets)}")
    transaction = Transaction.of(message)
    return tuple(
        Block(transaction=transaction, number=number, data=part, last=number == len(parts), window=rules.window)
        for number, part in enumerate(parts, 1)
    )


def window_after(blocks: tuple[Block, ...], acknowledged: int) -> tuple[Block, ...]:
    """What a sender sends next of ``blocks`` (from ``cut``): the window behind the block acknowledged last (0: none).

    Streaming is set in all but its last block, which asks for the next acknowledgement. A receiver acknowledges the
    unbroken run only, so blocks that were lost come again. Empty when all are acknowledged.
    """
    coming = blocks[acknowledged:]
    coming = coming[: coming[0].window if coming else 0]
    return tuple(replace(block, streaming=block is not coming[-1]) for block in coming)


def transfers_of(octets: bytes, rules: BlockRules = BlockRules()) -> Iterator[bytes]:
    """As ``transfers``, of a message that is octets already; a short one is not read."""
    if len(octets) <= rules.whole_octets:
        yield octets
    else:
        yield from transfers(messages.decode(octets), rules)


def transfers(message: Message, rules: BlockRules = BlockRules()) -> Iterator[bytes]:
    """The octets of each transfer that brings a message where nothing is lost: itself if it is short, else its blocks.

    Raises Malformed as ``cut``.
    """
    whole = message.encode()
    if len(whole) <= rules.whole_octets:
        yield whole
        return
    blocks = cut(message, rules)
    for start in range(0, len(blocks), rules.window):
        yield from (block.encode() for block in window_after(blocks, start))


@dataclass(frozen=True, slots=True)
class _Partial:
    """What is kept of an incomplete message: data by block number, and the number of its last block, when known."""

    data: Mapping[int, bytes] = field(default_factory=dict)
    end: int | None = None

    def with_block(self, block: Block, rules: BlockRules) -> "_Partial":
        """With one more block. Raises Malformed when it cannot belong to this message, or is more than is allowed."""
        end = block.number if block.last else self.end
        size = sum(map(len, self.data.values())) + len(block.data) * (block.number not in self.data)
        problem = None
        if self.data.get(block.number, block.data) != block.data:
            problem = f"expected block {block.number} as it came before, found other data"
        elif block.last and self.end not in (None, block.number):
            problem = f"expected the last block to be {self.end}, found {block.number}"
        elif end is not None and max(block.number, *self.data, 0) > end:
            problem = f"expected no block behind the last, {end}, found {max(block.number, *self.data)}"
        elif size > rules.message_octets:
            problem = f"expected a message of at most {rules.message_octets} octets, found {size}"
        if problem is not None:
            raise Malformed("block", problem)
        return _Partial({**self.data, block.number: block.data}, end)

    @property
    def run(self) -> int:
        """The last block of the unbroken run from block 1."""
        return next(number for number in range(len(self.data) + 1) if number + 1 not in self.data)

    def whole(self) -> bytes | None:
        """The joined data, when no block is missing."""
        if self.end != len(self.data):
            return None
        return b"".join(self.data[number] for number in range(1, self.end + 1))


@dataclass(frozen=True, slots=True)
class Reassembly:
    """The messages that a receiver is joining, by their transactions, oldest first. Each change gives a new object.

    Blocks may come in any order and more than once. Whoever holds a clock calls ``abandon`` for a message whose blocks
    stay out; a transaction whose block was refused is best abandoned too.
    """

    rules: BlockRules = field(default_factory=BlockRules)
    partial: Mapping[Transaction, _Partial] = field(default_factory=lambda: MappingProxyType({}), repr=False)

    def add(self, block: Block) -> tuple["Reassembly", Message | None]:
        """Take one block: what is kept after it, and the message when that is whole.

        Raises Malformed, and changes nothing, for a block without data or over the limits, for one that contradicts
        what came before, and for the block that completes what is no message, or another than its header says.
        """
        if not 0 < len(block.data) <= self.rules.block_octets:
            problem = f"expected 1 to {self.rules.block_octets} octets, found {len(block.data)}"
            raise Malformed("block data", problem)
        if block.number > self.rules.most_blocks:
            raise Malformed("block number", f"expected at most {self.rules.most_blocks}, found {block.number}")
        partial = self.partial.get(block.transaction, _Partial()).with_block(block, self.rules)
        octets = partial.whole()
        if octets is None:
            return self._keeping(block.transaction, partial), None
        message = messages.decode(octets)
        if Transaction.of(message) != block.transaction:
            raise Malformed("block header", f"expected that of the message, {Transaction.of(message)}")
        return self.abandon(block.transaction), message

    def missing(self, transaction: Transaction) -> tuple[int, ...]:
        """The numbers of blocks still out, so far as they are known; empty when nothing is kept."""
        partial = self.partial.get(transaction)
        if partial is None:
            return ()
        end = partial.end or max(partial.data) + 1
        return tuple(number for number in range(1, end + 1) if number not in partial.data)

    def acknowledgement(self, transaction: Transaction) -> Block:
        """The block that tells the sender of an incomplete message how far the unbroken run of its blocks goes."""
        back = transaction._replace(originator=transaction.target, target=transaction.originator)
        partial = self.partial.get(transaction, _Partial())
        return Block(transaction=back, number=1, data=b"", window=self.rules.window, acknowledged=partial.run)

    def abandon(self, transaction: Transaction) -> "Reassembly":
        """Without whatever is kept of a message."""
        kept = {key: partial for key, partial in self.partial.items() if key != transaction}
        return replace(self, partial=MappingProxyType(kept))

    def _keeping(self, transaction: Transaction, partial: _Partial) -> "Reassembly":
        kept = {**self.partial, transaction: partial}
        oldest = list(kept)[: max(0, len(kept) - self.rules.concurrent)]
        return replace(self, partial=MappingProxyType({key: kept[key] for key in kept if key not in oldest}))
