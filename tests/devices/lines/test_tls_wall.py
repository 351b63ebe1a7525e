"""A TLS line: both ends certified, a greeting, messages, what ends it and how it comes back."""

import socket
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from line_ends import PPMID, Sides
from tls_bench import NOW, Bench, dial, harness, pair, ppmid
from waiting_wall import LONG_S

from ppmid_devices import roles
from ppmid_devices.lines.ends import LineFault, NotUsable
from ppmid_devices.lines.tls_settings import TlsCaller
from ppmid_devices.links.link import DOWN, NOBODY
from ppmid_devices.ports import CannotArrange
from ppmid_protocols.local_interface.framing import frame
from ppmid_protocols.local_interface.greeting import Greeting


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
    connection = dial(ours, bench.client())
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
    first = dial(ours, bench.client())
    first.sendall(greeting)
    ours.until(lambda: ours.line.up)
    second = dial(ours, bench.client())
    second.sendall(greeting + frame(b"in one go with the greeting"))
    ours.until(lambda: ours.given == [b"in one go with the greeting"])
    assert ours.changes == [True]
    first.close()
    second.close()


def test_a_length_that_is_out_of_limits_ends_the_connection_and_nothing_of_it_is_heard(
    sides: Sides, bench: Bench
) -> None:
    ours = harness(sides, bench.listener())
    with dial(ours, bench.client()) as connection:
        connection.sendall(frame(Greeting(PPMID, "bench-1").encode()) + frame(b"whole"))
        ours.until(lambda: ours.given == [b"whole"])
        connection.sendall(bytes(4) + b"after a length of 0")
        ours.until(lambda: ours.changes == [True, False])
    assert ours.noted("what it says is no frame")
    assert ours.given == [b"whole"]


def test_a_connection_that_breaks_inside_a_message_gives_nothing_of_it(sides: Sides, bench: Bench) -> None:
    ours = harness(sides, bench.listener())
    with dial(ours, bench.client()) as connection:
        connection.sendall(frame(Greeting(PPMID, "bench-1").encode()) + frame(b"half a message")[:-3])
        ours.until(lambda: ours.line.up)
    ours.until(lambda: ours.noted("inside a message"))
    assert ours.given == []


def test_a_ppmid_that_takes_nothing_is_cut_off(sides: Sides, bench: Bench) -> None:
    ours = harness(sides, bench.listener(stalled_s=1))
    with dial(ours, bench.client()) as connection:
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


def test_the_ppmids_end_waits_longer_each_time_it_fails(
    sides: Sides, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half to one and a half times 100, 200, 400 and then no more than 500 ms."""
    asked: list[float] = []
    wait_ms = TlsCaller.wait_ms

    def noting(caller: TlsCaller, failures: int, chance: float) -> float:
        asked.append(wait_ms(caller, failures, chance))
        return asked[-1]

    monkeypatch.setattr(TlsCaller, "wait_ms", noting)
    with socket.create_server(("127.0.0.1", 0)) as rude:
        rude.settimeout(LONG_S)
        address = f"127.0.0.1:{rude.getsockname()[1]}"
        theirs = ppmid(sides, bench.caller(address, first_wait_ms=100, last_wait_ms=500))
        came, refused = [], []
        for _ in range(6):
            connection, _ = rude.accept()
            came.append(theirs.clock.now() / 1e6)
            refused.append(theirs.clock.now() / 1e6)  # it waits from then on, however late it was heard
            connection.close()
    waits = [again - before for before, again in zip(refused, came[1:], strict=False)]
    for wait, wanted, between in zip(waits, asked, (100, 200, 400, 500, 500), strict=False):
        assert 0.5 * between <= wanted < 1.5 * between
        assert wanted - 20 < wait
    assert len(waits) == 5 <= len(asked)
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
