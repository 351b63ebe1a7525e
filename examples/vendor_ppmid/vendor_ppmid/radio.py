"""A radio of IEEE 802.15.4 without a radio: MAC data frames between short addresses, in ZEP version 2 over UDP."""

import asyncio
import struct
import time
from collections import deque
from collections.abc import Callable

_ZEP = struct.Struct(">2sBBBHBBQI10sB")
_DATA, _HELLO = 1, 255
_NTP_OF_1970 = 2_208_988_800
_MAC = struct.Struct("<HBHHH")
_DATA_FRAME = 0x8841  # data, PAN id compressed, both addresses short
_ACK_REQUEST, _ACK = 0x0020, 0x0002
RETRIES = 3
ACK_WAIT_S = 0.2  # a radio waits 0.9 ms; a datagram goes through two programs
GREETING_S = 1.0


class Radio(asyncio.DatagramProtocol):
    """One device's radio. It hears what is meant for its short address, and acknowledges that."""

    def __init__(
        self,
        medium: tuple[str, int],
        *,
        channel: int,
        pan: int,
        short: int,
        about: bytes,
        heard: Callable[[int, bytes], None],
    ) -> None:
        """``about``: what its hellos say. ``heard`` is called with the sender's short address and the MAC payload."""
        self._medium, self._channel, self._pan, self._short = medium, channel, pan, short
        self._about, self._heard = about, heard
        self._datagrams = self._frames = 0
        self._waiting: deque[bytes] = deque()
        self._going: bytes | None = None
        self._air: asyncio.DatagramTransport | None = None
        self._timer: asyncio.TimerHandle | None = None

    async def run(self) -> None:
        """Be on the air until this is cancelled; a hello each second makes the radio known to the medium."""
        loop = asyncio.get_running_loop()
        self._air, _ = await loop.create_datagram_endpoint(lambda: self, remote_addr=self._medium)
        try:
            while True:
                self._put(self._zep(_HELLO, b"HELLO", self._about))
                await asyncio.sleep(GREETING_S)
        finally:
            if self._timer is not None:
                self._timer.cancel()
            self._air.close()

    def error_received(self, problem: Exception) -> None:
        """Nobody is at the medium's port: then nobody hears."""

    # Sending.

    def send(self, destination: int, payload: bytes) -> None:
        """Send a frame, after those that wait; it is repeated until it is acknowledged, three times at most."""
        self._frames = (self._frames + 1) & 0xFF
        control = _DATA_FRAME | _ACK_REQUEST
        frame = _MAC.pack(control, self._frames, self._pan, destination, self._short) + payload
        self._waiting.append(frame + fcs(frame))
        if self._going is None:
            self._next()

    def _next(self) -> None:
        self._going = self._waiting.popleft() if self._waiting else None
        if self._going is not None:
            self._attempt(RETRIES)

    def _attempt(self, retries: int) -> None:
        assert self._going is not None
        self._radiate(self._going)
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(ACK_WAIT_S, *((self._attempt, retries - 1) if retries else (self._next,)))

    def _radiate(self, frame: bytes) -> None:
        self._put(self._zep(_DATA, b"", frame))

    def _put(self, datagram: bytes) -> None:
        if self._air is not None:
            self._air.sendto(datagram)

    def _zep(self, kind: int, reserved: bytes, content: bytes) -> bytes:
        """Check sequence and not LQI at the frame's end (mode 1); the time as NTP has it."""
        self._datagrams = (self._datagrams + 1) & 0xFFFFFFFF
        seconds, rest = divmod(time.time_ns(), 10**9)
        now = ((seconds + _NTP_OF_1970 & 0xFFFFFFFF) << 32) + (rest << 32) // 10**9
        head = b"EX", 2, kind, self._channel, 0, 1, 255, now, self._datagrams, reserved, len(content)
        return _ZEP.pack(*head) + content

    # Hearing.

    def datagram_received(self, octets: bytes, _: object) -> None:
        """ZEP from the medium; what is no data frame with a check sequence that holds is passed over."""
        if octets[:4] != b"EX\x02\x01" or len(octets) < _ZEP.size:
            return
        frame = octets[_ZEP.size :]
        body, check = frame[:-2], frame[-2:]
        if len(frame) != octets[_ZEP.size - 1] & 0x7F or len(body) < 3 or fcs(body) != check:
            return
        control = int.from_bytes(body[:2], "little")
        if control & 7 == _ACK:
            self._acknowledged(body[2])
        elif control & ~_ACK_REQUEST & ~0x3010 == _DATA_FRAME & ~0x3010 and len(body) >= _MAC.size:
            _, sequence, pan, destination, source = _MAC.unpack_from(body)
            if (pan, destination) == (self._pan, self._short):
                if control & _ACK_REQUEST:
                    acknowledgement = bytes((_ACK, 0, sequence))
                    self._radiate(acknowledgement + fcs(acknowledgement))
                self._heard(source, body[_MAC.size :])

    def _acknowledged(self, sequence: int) -> None:
        if self._going is not None and self._going[2] == sequence and self._timer is not None:
            self._timer.cancel()
            self._next()


def fcs(frame: bytes) -> bytes:
    """The frame check sequence, CRC-16 of ITU-T with its bits reflected, as sent (IEEE 802.15.4 7.2.1.9)."""
    crc = 0
    for octet in frame:
        crc ^= octet
        for _ in range(8):
            crc = crc >> 1 ^ (0x8408 if crc & 1 else 0)
    return crc.to_bytes(2, "little")
