"""Peers that a TLS line refuses, each with its cause: by certificate, version, greeting, or silence."""

import socket
import ssl
import struct
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from line_ends import PPMID, Side, Sides
from tls_bench import NOW, Bench, dial, harness, ppmid

from ppmid_devices.lines.tls_settings import ppmid_name
from ppmid_protocols.eui import Eui
from ppmid_protocols.local_interface.framing import frame
from ppmid_protocols.local_interface.greeting import Greeting

OTHER = Eui.parse("00-DB-12-34-56-78-90-FE")


def _attempt(ours: Side, context: ssl.SSLContext, octets: bytes = b"") -> None:
    """Dial, say something, and hear how it ends."""
    try:
        with dial(ours, context) as connection:
            connection.sendall(octets)
            while connection.recv(4096):
                pass
    except OSError:
        pass  # it was refused, which the harness is to name


def _only_tls_1_2(bench: Bench) -> ssl.SSLContext:
    context = bench.client()
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    return context


def _no_certificate(bench: Bench) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(bench.files("ppmid")["trust"])
    return context


def _of(bench: Bench, name: str, ppmid: Eui = PPMID, **differs: Any) -> ssl.SSLContext:
    bench.pki(name, ppmid, **differs)
    return bench.client(name)


REFUSED: dict[str, tuple[Callable[[Bench], ssl.SSLContext], str]] = {
    "TLS 1.2 only": (_only_tls_1_2, "it does not offer TLS 1.3"),
    "no certificate": (_no_certificate, "it shows no certificate"),
    "of another issuer": (partial(_of, name="strange", seed=b"other"), "unable to get local issuer certificate"),
    "expired": (
        partial(_of, name="old", not_before=NOW - timedelta(days=30), lasts=timedelta(days=1)),
        "certificate has expired",
    ),
    "not yet valid": (partial(_of, name="new", not_before=NOW + timedelta(days=1)), "certificate is not yet valid"),
    "of another PPMID": (partial(_of, name="other", ppmid=OTHER), f"expected the name {ppmid_name(PPMID)}"),
    "a server's": (lambda bench: bench.client(end="harness"), "unsuitable certificate purpose"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_a_peer_whose_certificate_or_version_is_wrong_is_refused_and_named(
    sides: Sides, bench: Bench, kind: str
) -> None:
    context, why = REFUSED[kind]
    ours = harness(sides, bench.listener())
    _attempt(ours, context(bench), frame(Greeting(PPMID, "bench-1").encode()))
    ours.until(lambda: ours.noted(why))
    assert ours.changes == []
    assert ours.noted("refused 127.0.0.1:")


SAYS = {
    "another bench": (
        frame(Greeting(PPMID, "bench-2").encode()),
        f"another bench: expected PPMID {PPMID} of bench 'bench-1', found PPMID {PPMID} of bench 'bench-2'",
    ),
    "another PPMID": (frame(Greeting(OTHER, "bench-1").encode()), "found PPMID 00-DB-12-34-56-78-90-FE"),
    "no greeting": (frame(b"sealed"), "expected PPMIDLCI"),
    "garbage": (b"\xff" * 64, "expected 1 to 4096, found 4294967295"),
    "nothing": (b"", "it fell silent"),
    "half a greeting": (frame(Greeting(PPMID, "bench-1").encode())[:-1], "it fell silent"),
}


@pytest.mark.parametrize("kind", SAYS)
def test_a_certified_peer_that_does_not_greet_as_it_must_is_refused_in_time(
    sides: Sides, bench: Bench, kind: str
) -> None:
    said, why = SAYS[kind]
    ours = harness(sides, bench.listener(handshake_s=1 if why == "it fell silent" else 5))
    _attempt(ours, bench.client(), said)
    ours.until(lambda: ours.noted(why))
    assert ours.changes == []


def test_a_peer_that_drips_its_greeting_is_cut_off_at_the_deadline(sides: Sides, bench: Bench) -> None:
    ours = harness(sides, bench.listener(handshake_s=1))
    with dial(ours, bench.client()) as connection:
        connection.settimeout(0.2)
        for octet in frame(Greeting(PPMID, "bench-1").encode()):
            try:
                connection.sendall(bytes((octet,)))
                if not connection.recv(1):
                    break
            except TimeoutError:
                continue
            except OSError:
                break
    ours.until(lambda: ours.noted("it fell silent"))


def test_one_that_connects_and_says_nothing_holds_up_nobody(sides: Sides, bench: Bench) -> None:
    ours = harness(sides, bench.listener(handshake_s=9))
    host, port = ours.line.address.split(":")
    with socket.create_connection((host, int(port))):
        ppmid(sides, bench.caller(ours.line.address))
        ours.until(lambda: ours.line.up)
        assert not ours.noted("refused")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # ssl leaves one to the collector
def test_those_that_call_and_are_gone_at_once_do_no_harm(sides: Sides, bench: Bench) -> None:
    ours = harness(sides, bench.listener())
    host, port = ours.line.address.split(":")
    for _ in range(30):
        with socket.create_connection((host, int(port))) as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # a reset, no end
    ppmid(sides, bench.caller(ours.line.address))
    ours.until(lambda: ours.line.up)


def test_what_does_not_speak_tls_at_all_is_named(sides: Sides, bench: Bench) -> None:
    ours = harness(sides, bench.listener())
    host, port = ours.line.address.split(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\n\r\n")
        ours.until(lambda: ours.noted("it speaks HTTP, not TLS"))
