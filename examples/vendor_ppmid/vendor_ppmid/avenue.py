"""The Internet: TLS 1.3 with certificates at both ends, one greeting, then sealed messages behind their lengths."""

import asyncio
import contextlib
import random
import ssl
import sys
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

from vendor_ppmid.sheet import Sheet

HARNESS = "delivery-service.ppmid.test"
GREETING_S = 10
STALLED_S = 10
FIRST_WAIT_S, LAST_WAIT_S = 0.5, 30.0
HELD = 100
LARGEST = 4096


def context(folder: Path) -> ssl.SSLContext:
    """TLS with the three files that the lab made for this PPMID: ``ppmid.pem``, ``ppmid.key``, ``trust.pem``."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # which asks for a certificate, and looks at its name
    made.minimum_version = ssl.TLSVersion.TLSv1_3
    made.load_verify_locations(folder / "trust.pem")
    made.load_cert_chain(folder / "ppmid.pem", folder / "ppmid.key")
    return made


class Avenue:
    """The PPMID's end. It calls, and calls again whenever the connection fails or ends, until it is cancelled.

    What is to be said waits until somebody hears it, the newest hundred messages of it. ``seal`` seals each only when
    it goes, so that replay numbers rise in the order in which messages are sent.
    """

    def __init__(
        self,
        sheet: Sheet,
        tls: ssl.SSLContext,
        *,
        seal: Callable[[list[Any]], bytes],
        heard: Callable[[bytes], None],
        first: Callable[[], list[Any]],
    ) -> None:
        """``first``: the message that each connection begins with."""
        self._sheet, self._tls, self._seal, self._heard, self._first = sheet, tls, seal, heard, first
        self._waiting: deque[list[Any]] = deque(maxlen=HELD)
        self._more = asyncio.Event()

    def say(self, message: list[Any]) -> None:
        """Send ``message``, now or as soon as there is a connection."""
        self._waiting.append(message)
        self._more.set()

    async def run(self) -> None:
        """Until it is cancelled."""
        wait = FIRST_WAIT_S
        while True:
            try:
                async with asyncio.timeout(GREETING_S):
                    reader, writer = await self._connect()
            except (OSError, asyncio.IncompleteReadError, ValueError) as problem:
                print(f"avenue: {type(problem).__name__} {problem}", file=sys.stderr)
                await asyncio.sleep(wait * random.uniform(0.5, 1.5))
                wait = min(2 * wait, LAST_WAIT_S)
                continue
            wait = FIRST_WAIT_S
            await self._converse(reader, writer)
            await asyncio.sleep(wait * random.uniform(0.5, 1.5))

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        host, port = self._sheet.connect
        reader, writer = await asyncio.open_connection(host, port, ssl=self._tls, server_hostname=HARNESS)
        try:
            greeting = b"PPMIDLCI\x01" + self._sheet.eui + self._sheet.bench.encode()
            writer.write(_framed(greeting))
            theirs = await _frame(reader)
            if theirs != greeting:
                raise ValueError(f"another bench greets: {theirs!r}")
        except BaseException:
            writer.close()
            raise
        return reader, writer

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Speak and listen until the connection ends."""
        both = [asyncio.create_task(self._listen(reader)), asyncio.create_task(self._speak(writer))]
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in both:
                task.cancel()
            ends = await asyncio.gather(*both, return_exceptions=True)
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()
        for end in ends:
            if isinstance(end, Exception) and not isinstance(end, OSError | asyncio.IncompleteReadError | ValueError):
                raise end

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        while True:
            self._heard(await _frame(reader))

    async def _speak(self, writer: asyncio.StreamWriter) -> None:
        writer.write(_framed(self._seal(self._first())))
        while True:
            while self._waiting:
                writer.write(_framed(self._seal(self._waiting.popleft())))
            async with asyncio.timeout(STALLED_S):
                await writer.drain()
            self._more.clear()
            await self._more.wait()


def _framed(octets: bytes) -> bytes:
    return len(octets).to_bytes(4, "big") + octets


async def _frame(reader: asyncio.StreamReader) -> bytes:
    """Raises IncompleteReadError, ValueError for a length that no message has."""
    length = int.from_bytes(await reader.readexactly(4), "big")
    if not 0 < length <= LARGEST:
        raise ValueError(f"a message of {length} octets")
    return await reader.readexactly(length)
