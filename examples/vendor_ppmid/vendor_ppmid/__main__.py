"""python -m vendor_ppmid: a PPMID that takes its place in one scenario after the other, by the sheets of the lab."""

import argparse
import asyncio
import contextlib
import ssl
import sys
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from vendor_ppmid import avenue, sealed, sheet
from vendor_ppmid.avenue import Avenue
from vendor_ppmid.kept import Kept
from vendor_ppmid.ppmid import ESME_ANSWER_S, Ppmid
from vendor_ppmid.radio import Radio
from vendor_ppmid.sheet import BadSheet, Sheet
from vendor_ppmid.zigbee import Node

LOOKS_S = 0.1


class Device:
    """One PPMID by one sheet, wired: avenue, seals, requests, HAN."""

    def __init__(self, told: Sheet, tls: ssl.SSLContext, kept: Kept, esme_answer_s: float) -> None:
        self._sheet, self._kept, self._key = told, kept, Ed25519PrivateKey.from_private_bytes(told.key)
        self.radio = Radio(
            told.medium,
            channel=told.channel,
            pan=told.pan,
            short=told.short,
            about=told.id.encode(),
            heard=lambda source, frame: self.node.hear(source, frame),
        )
        self.node = Node(told, kept, self.radio.send, lambda *message: self.ppmid.hear(*message))
        self.ppmid = Ppmid(
            told, say=lambda said: self.avenue.say(said), tell=self.node.tell, esme_answer_s=esme_answer_s
        )
        self.avenue = Avenue(told, tls, seal=self._seal, heard=self._unseal, first=self.ppmid.capabilities)

    async def run(self) -> None:
        """Until it is cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self.radio.run())
            group.create_task(self.avenue.run())

    def _seal(self, message: list[Any]) -> bytes:
        number = self._kept.replay_number()
        return sealed.seal(message, self._key, self._sheet.key_id, self._sheet.home, self._sheet.eui, number)

    def _unseal(self, octets: bytes) -> None:
        """The five steps of what a receiver does; what fails is dropped, and not answered."""
        try:
            opened = sealed.unseal(octets, self._sheet.senders, self._sheet.home, self._sheet.eui)
            if opened.replay <= self._kept.last_heard(opened.sender):
                raise sealed.Dropped("replay")
        except sealed.Dropped as dropped:
            print(f"dropped: {dropped}", file=sys.stderr)
            return
        self._kept.accept(opened.sender, opened.replay)
        if opened.request is not None:
            self.ppmid.take(opened.request)


async def serve(folder: Path, tls: ssl.SSLContext, state: Path, esme_answer_s: float) -> None:
    """Be the PPMID of whatever sheet lies in ``folder``, as long as it lies there."""
    running: asyncio.Task[None] | None = None
    now = ""
    while True:
        told = _look(folder / sheet.NAME)
        if (told.id if told else "") != now or (running is not None and running.done()):
            if running is not None:
                running.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await running
            now, running = told.id if told else "", None
            if told is not None:
                print(f"sheet {now}", file=sys.stderr, flush=True)
                running = asyncio.create_task(Device(told, tls, Kept(state, told.id), esme_answer_s).run())
        await asyncio.sleep(LOOKS_S)


def _look(path: Path) -> Sheet | None:
    try:
        return sheet.read(path)
    except BadSheet as problem:
        raise SystemExit(f"error: {problem}") from None


def main() -> None:
    """Serve until somebody ends it."""
    parser = argparse.ArgumentParser(prog="vendor_ppmid", description=__doc__)
    parser.add_argument("--sheets", type=Path, required=True, help="folder in which the bench puts its sheet")
    parser.add_argument("--tls", type=Path, required=True, help="folder with ppmid.pem, ppmid.key and trust.pem")
    parser.add_argument("--state", type=Path, required=True, help="file that keeps numbers over a loss of power")
    parser.add_argument("--esme-answer-s", type=float, default=ESME_ANSWER_S, help="how long it waits for the meter")
    options = parser.parse_args()
    try:
        tls = avenue.context(options.tls)
    except OSError as problem:
        raise SystemExit(f"error: the certificates in {options.tls} cannot be used: {problem}") from None
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(options.sheets, tls, options.state, options.esme_answer_s))


if __name__ == "__main__":
    main()
