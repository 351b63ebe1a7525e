"""The line between a bench and a party in a process: what crosses it, who is at its ends, what is said otherwise."""

import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import ValidationError
from waiting_wall import LONG_S

from ppmid_devices.credentials import Credentials, Directory, KeyPair
from ppmid_devices.dcc_user.contract import Outcome, RequestRecord
from ppmid_devices.links.han import HanMembership
from ppmid_devices.remote import host
from ppmid_devices.remote.loop import WallLoop
from ppmid_devices.remote.peer import Peer, PeerFault
from ppmid_devices.remote.values import decode, encode
from ppmid_protocols import smki
from ppmid_protocols.eui import Eui
from ppmid_protocols.secret import Secret
from ppmid_protocols.utrn import Utrn

EUI = Eui(bytes(range(8)))
ISSUED = datetime(2026, 1, 1, tzinfo=UTC)
A_UTRN = "73951773847901038897"


def credentials() -> Credentials:
    issuer = smki.mint_issuer("T", smki.derive_private_key(b"seed", "issuer"), not_before=ISSUED, role=None)
    key = smki.derive_private_key(b"seed", "device")
    certificate = smki.mint_device(EUI, smki.Usage.KEY_AGREEMENT, key.public_key(), issuer, not_before=ISSUED)
    return Credentials(eui=EUI, agreement=KeyPair.of(key, certificate))


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        (EUI, Eui),
        (Utrn.parse(A_UTRN), Utrn),
        (
            HanMembership(
                name="hub",
                eui=EUI,
                short=0,
                network_key=Secret(b"n"),
                link_keys={EUI: Secret(b"k")},
                addresses={EUI: 0x1001},
            ),
            HanMembership,
        ),
        (
            RequestRecord(
                request="r",
                srv="2.2",
                device=EUI,
                outcome=Outcome.UNKNOWN,
                asked_at=1_800_000_000_000_000_000,
                settled_at=None,
                verified_by="",
                credits=0,
                settlements=0,
            ),
            RequestRecord,
        ),
    ],
    ids=["EUI", "UTRN", "membership", "record"],
)
def test_a_value_of_the_contracts_comes_out_as_it_went_in(value: Any, shape: Any) -> None:
    found = decode(encode(value), shape)
    assert found == value
    assert type(found) is type(value)


def test_keys_and_certificates_cross() -> None:
    sent = credentials()
    found = decode(encode(sent), Credentials)
    assert found.own("agreement").certificate == sent.own("agreement").certificate
    assert found.own("agreement").private.private_numbers() == sent.own("agreement").private.private_numbers()
    assert found.signing is None
    key = Ed25519PrivateKey.from_private_bytes(bytes(32))
    assert decode(encode(key), Ed25519PrivateKey).private_bytes_raw() == bytes(32)
    directory = Directory()
    directory.add(sent)
    held = decode(encode(directory), Directory)
    assert held.public_key(EUI, "agreement").public_numbers() == directory.public_key(EUI, "agreement").public_numbers()
    assert held.by_serial(sent.own("agreement").certificate.serial_number) == sent.own("agreement").certificate
    assert not held.knows(EUI, "signing")


def test_what_no_contract_has_does_not_cross() -> None:
    with pytest.raises(TypeError, match="expected a value of the contracts, found object"):
        encode(object())
    with pytest.raises(ValidationError):
        decode(encode("text"), int)


ARRIVED = threading.Event()


@pytest.fixture
def ends() -> Iterator[tuple[Peer, Peer]]:
    """The bench's end and a hub's, of one line. ``ARRIVED`` is set when the hub has something to serve."""
    ARRIVED.clear()
    one, other = socket.socketpair()
    bench = Peer(one, "hub", arrived=lambda: None, nested=True)
    hub = Peer(other, "bench", arrived=ARRIVED.set)
    yield bench, hub
    bench.close()
    hub.close()


def beside(run: Callable[[], object]) -> tuple[threading.Thread, list[str]]:
    """Runs the other end; what it raises is in the list once the thread has ended."""
    said: list[str] = []

    def guarded() -> None:
        try:
            run()
        except PeerFault as problem:
            said.append(str(problem))

    thread = threading.Thread(target=guarded)
    thread.start()
    return thread, said


def test_both_ends_greet_and_then_call(ends: tuple[Peer, Peer]) -> None:
    bench, hub = ends
    called: list[int] = []

    def half(number: int) -> int:
        called.append(number)
        return number // 2

    def serve() -> None:
        while not called:
            ARRIVED.wait(0.01)
            hub.serve()

    thread, said = beside(lambda: hub.greet("b1", "hub"))
    bench.greet("b1", "bench")
    thread.join()
    hub.offer("party", {"half": half})
    thread, more = beside(serve)
    assert decode(bench.ask("party", "half", 8), int) == 4
    thread.join()
    assert said == more == []


@pytest.mark.parametrize(
    ("bench_id", "name", "heard"),
    [("b2", "hub", ["expected bench of bench b2, found bench of bench b1"]), ("b1", "ppmid", [])],
)
def test_an_end_that_is_not_the_right_one_is_named(
    ends: tuple[Peer, Peer], bench_id: str, name: str, heard: list[str]
) -> None:
    bench, hub = ends
    thread, said = beside(lambda: hub.greet(bench_id, name))
    with pytest.raises(PeerFault, match=f"expected hub of bench b1, found {name} of bench {bench_id}"):
        bench.greet("b1", "bench")
    thread.join()
    assert said == heard


def test_a_call_may_be_made_inside_a_call(ends: tuple[Peer, Peer]) -> None:
    bench, hub = ends

    def ask_back(number: int) -> int:
        return int(decode(hub.ask("delivery", "double", number), int)) + 1

    def double(number: int) -> int:
        return 2 * number

    bench.offer("delivery", {"double": double})
    hub.offer("party", {"ask_back": ask_back})

    def serve() -> None:
        ARRIVED.wait()
        hub.serve()

    thread, said = beside(serve)
    assert decode(bench.ask("party", "ask_back", 4), int) == 9
    thread.join()
    assert said == []


def test_what_is_not_offered_is_not_called(ends: tuple[Peer, Peer]) -> None:
    bench, hub = ends
    hub.tell("party", "close")
    thread, said = beside(lambda: bench.ask("party", "anything"))
    thread.join()
    assert said == ["hub calls party.close with 0, which is not offered"]


def test_octets_that_are_no_message_are_named() -> None:
    for octets, problem in (
        (b"HTTP/1.1 400 Bad Request", "hub says what no end of this line says"),
        (b"\0\0\0\x01\xc1", "hub says what no end of this line says"),
        (b"\0\0", "hub has closed the line"),
    ):
        one, other = socket.socketpair()
        peer = Peer(one, "hub", arrived=lambda: None)
        other.sendall(octets)
        other.close()
        with pytest.raises(PeerFault, match=problem):
            peer.greet("b", "bench")
        peer.close()


def test_an_end_that_breaks_says_by_what(ends: tuple[Peer, Peer]) -> None:
    bench, hub = ends
    hub.break_off(ZeroDivisionError("a bug"))
    with pytest.raises(PeerFault, match="hub broke: ZeroDivisionError: a bug"):
        bench.ask("party", "start")
    with pytest.raises(PeerFault, match="hub broke"):
        bench.ask("party", "start")


def test_a_party_of_another_bench_ends_and_names_both() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"127.0.0.1:{listener.getsockname()[1]}"
        command = [sys.executable, "-m", "ppmid_devices.remote", "ppmid", "--connect", address, "--bench", "mine"]
        process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        connection, _ = listener.accept()
    other = Peer(connection, "ppmid", arrived=lambda: None)
    with pytest.raises(PeerFault, match="expected ppmid of bench other, found ppmid of bench mine"):
        other.greet("other", "bench")
    _, said = process.communicate(timeout=LONG_S)
    other.close()
    assert process.returncode == 3
    assert said == "ppmid of bench mine: expected bench of bench mine, found bench of bench other\n"


def test_a_bench_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert host.main(["hub", "--connect", f"127.0.0.1:{port}", "--bench", "b"]) == 3
    assert capsys.readouterr().err.startswith("hub of bench b: ")


@pytest.mark.parametrize("address", ["nowhere", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:-1"])
def test_an_address_that_is_none_is_wrong_usage(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        host.main(["hub", "--connect", address, "--bench", "b"])
    assert caught.value.code == 2
    assert f"--connect: expected HOST:PORT, found {address!r}" in capsys.readouterr().err


def test_the_loop_runs_calls_in_their_order_and_no_cancelled_one() -> None:
    loop, ran = WallLoop(), list[str]()
    soon = loop.now()
    loop.call_at(soon + 2_000_000, lambda: ran.append("late"))
    loop.call_at(soon + 3_000_000, loop.stop)
    loop.call_at(soon + 1_000_000, lambda: ran.append("early"))
    loop.call_later(0, pytest.fail).cancel()
    loop.call_at(0, lambda: ran.append("past"))
    loop.run()
    assert ran == ["past", "early", "late"]
