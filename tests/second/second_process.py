"""A delivery service as a process, written from docs/process-line.md: it has nothing of our end of the line.

As a module it is the adapter, which is ours with another command; as a script it is the process.
"""

import argparse
import socket
import sys
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from msgspec import msgpack

from ppmid_bench.remote_party import RemoteParty
from ppmid_devices import roles
from ppmid_protocols.errors import ProtocolError
from ppmid_protocols.eui import Eui
from ppmid_protocols.local_interface import (
    Message,
    ReplayGuard,
    SubmitCommand,
    SubmitUtrn,
    messages,
    open_sealed,
    seal,
)
from ppmid_protocols.secret import Secret


@dataclass(frozen=True, slots=True)
class Settings:
    """The id of the PPMID's key."""

    ppmid_key_id: str = "ppmid"


class ProcessDeliveryService(RemoteParty):
    command = (sys.executable, __file__)

    def __init__(self, *, settings: Settings, **needs: Any) -> None:
        super().__init__(roles.DELIVERY_SERVICE, "second", settings=settings, **needs)


class Line:
    """The process's end."""

    def __init__(self, host: str, port: int) -> None:
        self._socket = socket.create_connection((host, port))
        self._stream = self._socket.makefile("rb")

    def say(self, **message: Any) -> None:
        octets = msgpack.encode(message)
        self._socket.sendall(len(octets).to_bytes(4, "big") + octets)

    def call(self, on: str, verb: str, *arguments: Any) -> None:
        self.say(type="call", on=on, verb=verb, arguments=arguments, number=0)

    def hear(self) -> dict[str, Any] | None:
        """The next message; None at the end."""
        length = self._stream.read(4)
        return msgpack.decode(self._stream.read(int.from_bytes(length, "big"))) if length else None


class Party:
    """What the bench calls, by ``on`` and ``verb``."""

    def __init__(self, line: Line) -> None:
        self._line, self._sent, self._guard = line, 0, ReplayGuard()

    def host_build(self, adapter: str, needs: dict[str, Any], lines: dict[str, bool], delivery: bool) -> None:
        assert (adapter, lines, delivery) == ("second", {"avenue": True}, False)
        self._key = Ed25519PrivateKey.from_private_bytes(needs["key"])
        ppmid_key = Ed25519PublicKey.from_public_bytes(needs["ppmid_key"])
        self._keys = {needs["settings"]["ppmid_key_id"].encode(): ppmid_key}
        self._home, self._ppmid = needs["home"], Eui(needs["ppmid"])

    def party_start(self) -> None:
        self._line.call("avenue", "attach", roles.DELIVERY_SERVICE)

    def party_submit_command(self, target: bytes, command: bytes) -> str:
        return self._send(SubmitCommand(self._next_id(), Eui(target), command))

    def party_submit_utrn(self, meter: bytes, digits: bytes) -> str:
        return self._send(SubmitUtrn(self._next_id(), Eui(meter), Secret(digits)))

    def avenue_changed(self, up: bool) -> None:
        """It has no use for that."""

    def avenue_receive(self, party: str, sender: str, frame: bytes) -> None:
        assert (party, sender) == (roles.DELIVERY_SERVICE, roles.PPMID)
        try:
            opened = open_sealed(frame, keys=self._keys, home=self._home, ppmid=self._ppmid)
            self._guard = self._guard.accept(opened)
        except ProtocolError:
            return
        self._line.call("listeners", "heard", messages.encode(opened.message))

    def _next_id(self) -> bytes:
        self._sent += 1
        return self._sent.to_bytes(2, "big")

    def _send(self, message: Message) -> str:
        me = roles.DELIVERY_SERVICE
        sealed = seal(message, key=self._key, sender=me.encode(), home=self._home, ppmid=self._ppmid, replay=self._sent)
        self._line.call("avenue", "send", me, roles.PPMID, sealed)
        return message.request_id.hex()


def main() -> None:
    """Serve until the bench closes the line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("role")
    parser.add_argument("--connect")
    parser.add_argument("--bench")
    options = parser.parse_args()
    host, _, port = options.connect.rpartition(":")
    line = Line(host, int(port))
    line.say(type="hello", bench=options.bench, name=options.role)
    assert line.hear() == {"type": "hello", "bench": options.bench, "name": "bench"}
    party = Party(line)
    while (call := line.hear()) is not None:
        try:
            value = getattr(party, f"{call['on']}_{call['verb']}")(*call["arguments"])
        except ProtocolError as problem:  # what its contract refuses
            line.say(type="broken", text=f"{type(problem).__name__}: {problem}")
            return
        if call["number"]:
            line.say(type="answer", number=call["number"], value=value)


if __name__ == "__main__":
    main()
