"""A TLS line: both ends certified, a greeting, messages; and every peer that is refused, with its cause."""

import socket
import ssl
import struct
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from line_ends import PPMID, Side, Sides

from ppmid_devices import roles
from ppmid_devices.lines.certificates import TestPki
from ppmid_devices.lines.ends import LineFault, NotUsable
from ppmid_devices.lines.tls import TlsHarnessEnd, TlsPpmidEnd
from ppmid_devices.lines.tls_settings import HARNESS_NAME, TlsCaller, TlsListener, ppmid_name
from ppmid_devices.links.link import DOWN, NOBODY
from ppmid_devices.ports import CannotArrange
from ppmid_protocols.eui import Eui
from ppmid_protocols.local_interface.framing import frame
from ppmid_protocols.local_interface.greeting import Greeting

NOW = datetime.now(UTC)
OTHER = Eui.parse("00-DB-12-34-56-78-90-FE")
END = b"x"


@pytest.fixture
def bench(tmp_path: Path) -> "Bench":
    return Bench(tmp_path)


class Bench:
    """Certificates of several kinds, and ends that use them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.pki("good")

    def pki(self, name: str, ppmid: Eui = PPMID, **differs: Any) -> Path:
        folder = self._folder / name
        folder.mkdir()
        given = {"seed": b"seed", "bench": "bench-1", "not_before": NOW - timedelta(days=1), **differs}
        TestPki(**given).write(folder, ppmid)
        return folder

    def files(self, end: str, folder: str = "good", trust: str = "good") -> dict[str, str]:
        own = self._folder / folder
        return {
            "certificate": str(own / f"{end}.pem"),
            "key": str(own / f"{end}.key"),
            "trust": str(self._folder / trust / "trust.pem"),
        }

    def listener(self, **differs: Any) -> TlsListener:
        return TlsListener(**{"bench": "bench-1", "handshake_s": 2, **self.files("harness"), **differs})

    def caller(self, address: str, **differs: Any) -> TlsCaller:
        given = {"connect": address, "bench": "bench-1", "first_wait_ms": 50, "handshake_s": 2, **self.files("ppmid")}
        return TlsCaller(**{**given, **differs})

    def client(self, folder: str = "good", trust: str = "good", end: str = "ppmid") -> ssl.SSLContext:
        """A plain client of this harness's own making: what a foreign device would do."""
        context = ssl.create_default_context(cafile=self._folder / trust / "trust.pem")
        context.load_cert_chain(self._folder / folder / f"{end}.pem", self._folder / folder / f"{end}.key")
        return context


def harness(sides: Sides, settings: TlsListener, **more: Any) -> Side:
    return sides.harness(lambda end: TlsHarnessEnd(end, settings), **more)


def ppmid(sides: Sides, settings: TlsCaller, **more: Any) -> Side:
    return sides.ppmid(lambda end: TlsPpmidEnd(end, settings), **more)


def pair(sides: Sides, bench: Bench) -> tuple[Side, Side]:
    ours = harness(sides, bench.listener())
    theirs = ppmid(sides, bench.caller(ours.line.address))
    ours.until(lambda: ours.line.up)
    theirs.until(lambda: theirs.line.up)
    return ours, theirs


def test_messages_cross_both_ways_and_are_heard_by_the_tap(sides: Sides, bench: Bench) -> None:
    ours, theirs = pair(sides, bench)
    longest = bytes(4096)
    for message in (b"one", longest, b"three"):
        ours.send(message)
    theirs.send(b"answer")
    theirs.until(lambda: theirs.given == [b"one", longest, b"three"])
    ours.until(lambda: ours.given == [b"answer"])
    to, back = (roles.DELIVERY_SERVICE, roles.PPMID), (roles.PPMID, roles.DELIVERY_SERVICE)
    assert [one for one in ours.tap.crossings if one[0] == roles.DELIVERY_SERVICE] == [
        (*to, b"one", ""),
        (*to, longest, ""),
        (*to, b"three", ""),
    ]
    assert (*back, b"answer", "") in ours.tap.crossings
    assert ours.line._good is not None


def test_the_connection_is_tls_1_3_with_both_certificates(sides: Sides, bench: Bench) -> None:
    ours = harness(sides, bench.listener())
    connection = _dial(ours, bench.client())
    connection.sendall(frame(Greeting(PPMID, "bench-1").encode()))
    ours.until(lambda: ours.line.up)
    assert connection.version() == "TLSv1.3"
    connection.close()


def test_what_is_sent_while_nobody_is_there_is_lost_and_said_to_be(sides: Sides, bench: Bench) -> None:
    ours = harness(sides, bench.listener())
    ours.send(b"too early")
    assert ours.tap.crossings == [(roles.DELIVERY_SERVICE, roles.PPMID, b"too early", DOWN)]
    theirs = ppmid(sides, bench.caller(ours.line.address))
    ours.until(lambda: ours.line.up)
    ours.clock.perform(lambda: ours.line.send(roles.DELIVERY_SERVICE, "nobody", b"elsewhere"))
    assert ours.tap.crossings[-1] == (roles.DELIVERY_SERVICE, "nobody", b"elsewhere", NOBODY)
    ours.send(b"now")
    theirs.until(lambda: theirs.given == [b"now"])


def test_a_line_that_is_taken_down_comes_back_by_itself_once_it_may(sides: Sides, bench: Bench) -> None:
    ours, theirs = pair(sides, bench)
    ours.set_up(False)
    theirs.until(lambda: theirs.changes == [True, False])
    assert not ours.line.up
    ours.set_up(True)
    ours.until(lambda: ours.line.up)
    ours.send(b"again")
    theirs.until(lambda: theirs.given == [b"again"])
    assert ours.changes == [True, False, True]


def test_a_ppmid_that_comes_back_before_its_old_connection_has_ended_is_heard(sides: Sides, bench: Bench) -> None:
    ours = harness(sides, bench.listener())
    greeting = frame(Greeting(PPMID, "bench-1").encode())
    first = _dial(ours, bench.client())
    first.sendall(greeting)
    ours.until(lambda: ours.line.up)
    second = _dial(ours, bench.client())
    second.sendall(greeting + frame(b"in one go with the greeting"))
    ours.until(lambda: ours.given == [b"in one go with the greeting"])
    assert ours.changes == [True]
    first.close()
    second.close()


def _dial(ours: Side, context: ssl.SSLContext) -> ssl.SSLSocket:
    host, port = ours.line.address.split(":")
    connection = socket.create_connection((host, int(port)), 5)
    return context.wrap_socket(connection, server_hostname=HARNESS_NAME)


def _attempt(ours: Side, context: ssl.SSLContext, octets: bytes = b"") -> None:
    """Dial, say something, and hear how it ends."""
    try:
        with _dial(ours, context) as connection:
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
    ours = harness(sides, bench.listener(handshake_s=1))
    began = ours.clock.now()
    _attempt(ours, bench.client(), said)
    ours.until(lambda: ours.noted(why))
    assert ours.clock.now() - began < 5_000_000_000
    assert ours.changes == []


def test_a_peer_that_drips_its_greeting_is_cut_off_at_the_deadline(sides: Sides, bench: Bench) -> None:
    ours = harness(sides, bench.listener(handshake_s=1))
    with _dial(ours, bench.client()) as connection:
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
    ours = harness(sides, bench.listener(handshake_s=3))
    host, port = ours.line.address.split(":")
    with socket.create_connection((host, int(port))):
        ppmid(sides, bench.caller(ours.line.address))
        ours.until(lambda: ours.line.up)
        assert not ours.noted("refused")


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


def test_a_length_that_is_out_of_limits_ends_the_connection_and_nothing_of_it_is_heard(
    sides: Sides, bench: Bench
) -> None:
    ours = harness(sides, bench.listener())
    with _dial(ours, bench.client()) as connection:
        connection.sendall(frame(Greeting(PPMID, "bench-1").encode()) + frame(b"whole"))
        ours.until(lambda: ours.given == [b"whole"])
        connection.sendall(bytes(4) + b"after a length of 0")
        ours.until(lambda: ours.changes == [True, False])
    assert ours.noted("what it says is no frame")
    assert ours.given == [b"whole"]


def test_a_connection_that_breaks_inside_a_message_gives_nothing_of_it(sides: Sides, bench: Bench) -> None:
    ours = harness(sides, bench.listener())
    with _dial(ours, bench.client()) as connection:
        connection.sendall(frame(Greeting(PPMID, "bench-1").encode()) + frame(b"half a message")[:-3])
        ours.until(lambda: ours.line.up)
    ours.until(lambda: ours.noted("inside a message"))
    assert ours.given == []


def test_a_ppmid_that_takes_nothing_is_cut_off(sides: Sides, bench: Bench) -> None:
    ours = harness(sides, bench.listener(stalled_s=1))
    with _dial(ours, bench.client()) as connection:
        connection.sendall(frame(Greeting(PPMID, "bench-1").encode()))
        ours.until(lambda: ours.line.up)
        for _ in range(2000):
            ours.send(bytes(4096))
        ours.until(lambda: ours.noted("has taken nothing for 1 s"))
    assert ours.changes == [True, False]


def test_nobody_within_the_lines_patience_is_an_error_that_says_what_to_look_at(sides: Sides, bench: Bench) -> None:
    ours = harness(sides, bench.listener(patience_s=1))
    with pytest.raises(LineFault, match=r"no ppmid within 1 s\. Look whether it has power and calls 127\.0\.0\.1:"):
        ours.until(lambda: False)


def test_the_error_names_the_wrong_bench_that_called(sides: Sides, bench: Bench) -> None:
    ours = harness(sides, bench.listener(patience_s=1))
    theirs = ppmid(sides, bench.caller(ours.line.address, bench="bench-2"))
    with pytest.raises(LineFault, match=r"of bench 'bench-1', found PPMID \S+ of bench 'bench-2'"):
        ours.until(lambda: False)
    theirs.until(lambda: theirs.noted("of bench 'bench-2', found"))
    assert not theirs.line.up


@pytest.mark.parametrize(
    ("differs", "why"),
    [
        ({"trust": "strange"}, "certificate verify failed"),
        ({"folder": "strange"}, "does not trust who issued it"),
        ({"folder": "old"}, "expired"),
    ],
)
def test_the_ppmids_end_says_why_it_does_not_come_through(
    sides: Sides, bench: Bench, differs: dict[str, str], why: str
) -> None:
    bench.pki("strange", seed=b"other", bench="another")
    bench.pki("old", not_before=NOW - timedelta(days=30), lasts=timedelta(days=1))
    ours = harness(sides, bench.listener())
    theirs = ppmid(sides, bench.caller(ours.line.address, **bench.files("ppmid", **differs)))
    theirs.until(lambda: theirs.noted(why) or theirs.noted("does not hold"))
    assert ours.changes == theirs.changes == []


def test_the_ppmids_end_refuses_a_harness_of_another_name(sides: Sides, bench: Bench) -> None:
    ours = harness(sides, bench.listener())
    theirs = ppmid(sides, bench.caller(ours.line.address, name="somebody.else.test"))
    theirs.until(lambda: theirs.noted("Hostname mismatch"))
    ours.until(lambda: ours.noted("it refuses our certificate"))
    assert theirs.changes == []


def test_the_ppmids_end_waits_longer_each_time_it_fails(sides: Sides, bench: Bench) -> None:
    """Half to one and a half times 100, 200, 400 and then no more than 500 ms."""
    with socket.create_server(("127.0.0.1", 0)) as rude:
        rude.settimeout(5)
        address = f"127.0.0.1:{rude.getsockname()[1]}"
        theirs = ppmid(sides, bench.caller(address, first_wait_ms=100, last_wait_ms=500))
        came = []
        for _ in range(6):
            connection, _ = rude.accept()
            came.append(theirs.clock.now() / 1e6)
            connection.close()
    waits = [later - sooner for sooner, later in pairwise(came)]
    for wait, between in zip(waits, (100, 200, 400, 500, 500), strict=True):
        assert 0.5 * between - 20 < wait < 1.5 * between + 400
    assert waits[0] < waits[2]
    assert not theirs.line.up


def test_nobody_listening_is_said_with_its_cause(sides: Sides, bench: Bench) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        address = f"127.0.0.1:{nobody.getsockname()[1]}"
    theirs = ppmid(sides, bench.caller(address, first_wait_ms=20))
    theirs.until(lambda: theirs.noted("Connection refused"))


def test_a_port_that_is_taken_is_refused_at_once(sides: Sides, bench: Bench) -> None:
    ours = harness(sides, bench.listener())
    with pytest.raises(LineFault, match=r"cannot listen on 127\.0\.0\.1:\d+: .*in use.*Another program may hold"):
        harness(sides, bench.listener(listen=ours.line.address))


def test_the_party_at_the_other_end_cannot_be_in_this_process_too(sides: Sides, bench: Bench) -> None:
    ours = harness(sides, bench.listener())
    with pytest.raises(CannotArrange, match="ppmid is at the other end"):
        ours.clock.perform(lambda: ours.line.attach(roles.PPMID, lambda *_: None))


def test_settings_that_nothing_can_come_of_are_named(bench: Bench, tmp_path: Path) -> None:
    bench.listener().require()
    bench.caller("127.0.0.1:1").require()
    bench.pki("strange", seed=b"other")
    mixed = {**bench.files("harness"), "key": bench.files("harness", "strange")["key"]}
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"listen": "4433"}, "listen: expected host:port"),
        ({"listen": "127.0.0.1:66000"}, "listen: expected host:port"),
        ({"trust": str(tmp_path / "nothing")}, "trust: expected certificates in PEM"),
        ({"certificate": str(tmp_path / "nothing")}, "certificate: expected a certificate and its own key"),
        (mixed, "certificate: expected a certificate and its own key"),
    ]
    for differs, why in wrong:
        with pytest.raises(NotUsable, match=why):
            bench.listener(**differs).require()
