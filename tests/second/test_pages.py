"""What the pages for vendors say of adapters and of the line to a process is what the code does."""

import re
import socket
import threading
from pathlib import Path

import pytest

from ppmid_bench.control import STARTS_S
from ppmid_devices.needs import NEEDS
from ppmid_devices.remote.peer import PATIENCE_S, Peer, PeerFault

DOCS = Path(__file__).parents[2] / "docs"
LINE, BENCHES = (DOCS.joinpath(page).read_text(encoding="utf-8") for page in ("process-line.md", "benches.md"))


def test_the_frames_on_the_page_are_those_on_the_line() -> None:
    (page,) = re.findall(r"```hex\n(.*?)```", LINE, re.DOTALL)
    expected = bytes.fromhex(page)
    hub, bench = socket.socketpair()
    peer = Peer(hub, "bench", arrived=lambda: None)
    greeting = threading.Thread(target=lambda: peer.greet("b1", "hub"))
    greeting.start()
    bench.sendall(bytes.fromhex("00000020 83 a474797065 a568656c6c6f a562656e6368 a26231 a46e616d65 a562656e6368"))
    greeting.join()
    peer.tell("wan", "send", "hub", "dcc", b"\x01\x02")
    with bench.makefile("rb") as stream:
        assert stream.read(len(expected)) == expected
    bench.close()
    peer.close()


def test_the_limits_on_the_page_are_those_of_the_line() -> None:
    assert f"after {PATIENCE_S:g} s of silence" in LINE
    assert f"{STARTS_S:g} s to call" in LINE
    hub, bench = socket.socketpair()
    peer = Peer(hub, "bench", arrived=lambda: None)
    bench.sendall((16_777_216 + 1).to_bytes(4, "big"))
    with pytest.raises(PeerFault, match="expected at most 16777216 octets, found 16777217"):
        peer.greet("b1", "hub")
    assert "at most 16777216 octets" in LINE
    bench.close()
    peer.close()


def rows(page: str, heading: str) -> dict[str, str]:
    """The rows of the table under this heading, the first column to the second."""
    table = page.split(f"{heading} |\n", 1)[1].split("\n\n", 1)[0]
    cells = [line.strip("| ").split(" | ") for line in table.splitlines()[1:]]
    return dict(cells)


def names(cell: str) -> list[str]:
    return re.findall(r"`([\w-]+)`", cell)


def test_the_page_has_all_that_an_adapter_is_called_with() -> None:
    told = rows(BENCHES, "beside `clock` and `settings`")
    assert {role: {"clock", *names(cell)} for roles_, cell in told.items() for role in names(roles_)} == NEEDS
    explained = {name for cell in rows(BENCHES, "what it is") for name in names(cell)}
    assert explained == set().union(*NEEDS.values()) - {"clock"}
