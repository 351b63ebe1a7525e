"""What goes wrong on the way to DCC Boxed and back: each with one clear reason, and nothing hangs."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from home_parts import BROKER, CREDENTIALS, ESME, OTHER_SUPPLIER, REPOSITORY, SUPPLIER
from hypothesis import given
from hypothesis import strategies as st
from waiting_wall import LONG_S

from ppmid_devices.dcc.boxed.call import LARGEST
from ppmid_devices.dcc.boxed.fault import BoxedFault
from ppmid_devices.dcc.boxed.http_service import Asked, Reply
from ppmid_devices.dcc.boxed.reading import read_response
from ppmid_devices.dcc_user.contract import Outcome, Way
from ppmid_devices.signed_documents import sign_document
from ppmid_protocols.duis import response_code
from ppmid_protocols.duis.documents import Request, Response, from_xml, to_xml
from ppmid_protocols.duis.request_id import RequestId
from ppmid_protocols.duis.response_code import ResponseCode
from ppmid_protocols.errors import ProtocolError

Make = Callable[..., Any]
XML = "application/xml"


def signed(document: Request | Response, holder: Any = BROKER) -> bytes:
    return sign_document(document, CREDENTIALS[holder].own("xml_signing"))


def answer(asked: Asked, code: ResponseCode = response_code.ACCEPTED, request_id: RequestId | None = None) -> Response:
    request = from_xml(asked.body)
    assert isinstance(request, Request)
    return Response(request_id or request.request_id, None, code, 0, None, request.srv)


def accepted(asked: Asked) -> Reply:
    return Reply(200, signed(answer(asked)), XML)


OTHER_REQUEST = RequestId(SUPPLIER, ESME, 7)
WRONG_ANSWERS: dict[str, tuple[Callable[[Asked], Reply], str]] = {
    "status": (lambda _: Reply(500), "status 500; check what DCC Boxed's own log says"),
    "not found": (lambda _: Reply(404, b"<html/>", "text/html"), "status 404"),
    "type": (lambda one: Reply(200, signed(answer(one)), "text/html"), "Content-Type 'text/html' in place of"),
    "no type": (lambda one: Reply(200, signed(answer(one))), "Content-Type '' in place of application/xml"),
    "no XML": (lambda _: Reply(200, b"hello", XML), "no DUIS Response: document: not well-formed XML"),
    "a Request": (lambda one: Reply(200, one.body, XML), "expected a Response, found a Request"),
    "another's": (
        lambda one: Reply(200, signed(answer(one, request_id=OTHER_REQUEST)), XML),
        r"I99 to 90-B3.*:7, where 90",
    ),
    "nobody's": (
        lambda _: Reply(200, signed(Response(None, None, ResponseCode("E65"), 0, None, "2.2")), XML),
        "an answer with E65 to no Request, where 90-B3",
    ),
    "not the DCC's": (
        lambda one: Reply(200, signed(answer(one), SUPPLIER), XML),
        r"not authentic: signature: 90-B3-D5-1F-30-01-00-00 may not sign a Response; check that the folder of keys",
    ),
    "altered": (
        lambda one: Reply(200, signed(answer(one)).replace(b">I99<", b">I0<"), XML),
        "not authentic: signature: the document is not the one that was signed",
    ),
    "too long": (lambda _: Reply(200, bytes(LARGEST + 1), XML), f"an answer longer than {LARGEST} octets"),
    "redirect": (
        lambda _: Reply(302, location="/login"),
        "redirected .302. to '/login', which would lose the document",
    ),
    "round and round": (lambda one: Reply(307, location=one.path), "redirected more than 5 times"),
    "redirect to nowhere": (lambda _: Reply(308, location="ftp://else"), "ftp://else: no address of the form"),
}


@pytest.mark.parametrize("case", WRONG_ANSWERS)
def test_a_wrong_answer_ends_the_scenario_with_its_reason(case: str, with_script: Make) -> None:
    script, reason = WRONG_ANSWERS[case]
    ours = with_script(script)
    ours.top_up()
    with pytest.raises(BoxedFault, match=reason):
        ours.until(lambda: False)
    assert ours.responses() == []


def test_a_redirect_that_keeps_the_document_is_followed_and_noted(with_script: Make) -> None:
    ours = with_script(lambda one: Reply(307, location="/at/last") if one.path != "/at/last" else accepted(one))
    name = ours.top_up()
    assert ours.until(lambda: bool(ours.responses()))
    host = ours.dcc._settings.url
    assert ours.dcc.findings == (f"answer to {name}: redirected to {host}/at/last",)


@pytest.fixture
def raw(ends: list[Callable[[], None]]) -> Callable[[Callable[[socket.socket], Any]], str]:
    """A server that speaks no HTTP, or slowly: what it is told to do has the first connection. Gives its address."""

    def make(behave: Callable[[socket.socket], Any]) -> str:
        listener = socket.create_server(("127.0.0.1", 0))

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(1 << 16)
                behave(connection)
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_WR)
                    while connection.recv(1 << 16):  # or what came late is answered by a reset
                        pass

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        ends.extend((listener.close, thread.join))
        return f"http://127.0.0.1:{listener.getsockname()[1]}"

    return make


def drip(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):  # the adapter has had enough
        while True:
            connection.send(b"H")
            time.sleep(0.05)


def say_nothing(connection: socket.socket) -> None:
    """Until the adapter has had enough."""
    while connection.recv(1 << 16):
        pass


RAW: dict[str, tuple[Callable[[socket.socket], Any], str]] = {
    "garbage": (
        lambda one: one.send(b"220 mail.example ESMTP\r\n"),
        r"what answers there is no HTTP \(BadStatus",
    ),
    "hangs up": (lambda _: None, "closed connection without response|reset by peer"),
    "half an answer": (
        lambda one: one.send(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n<"),
        "IncompleteRead",
    ),
    "says nothing": (say_nothing, r"no answer .*within 0.3 s"),
    "drips": (drip, r"no answer .*within 0.3 s"),
}


@pytest.mark.parametrize("case", RAW)
def test_what_speaks_no_http_or_not_soon_enough_is_named(case: str, at: Make, raw: Make) -> None:
    behave, reason = RAW[case]
    ours = at(raw(behave), answer_s=0.3 if "within 0.3 s" in reason else LONG_S)
    ours.top_up()
    with pytest.raises(BoxedFault, match=reason):
        ours.until(lambda: False)


def test_nobody_there(at: Make, unused: int) -> None:
    ours = at(f"http://127.0.0.1:{unused}")
    ours.top_up()
    with pytest.raises(BoxedFault, match=r"/api/v1/serviceD: nobody listens there; check that it runs"):
        ours.until(lambda: False)


@pytest.mark.parametrize("url", ["127.0.0.1:8079", "http://", "http://host:port", "ftp://host", "http://h:0"])
def test_an_address_that_is_none_is_refused_at_the_start(url: str, at: Make) -> None:
    with pytest.raises(BoxedFault, match="no address of the form http://HOST:PORT; check `url`"):
        at(url)


def test_http_that_is_taken_for_https(at: Make, raw: Make) -> None:
    ours = at(raw(lambda one: one.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")).replace("http:", "https:"))
    ours.top_up()
    with pytest.raises(BoxedFault, match=r"no TLS comes about \([A-Z_]+\); check whether it is http or https"):
        ours.until(lambda: False)


def test_a_host_that_nobody_knows(at: Make) -> None:
    ours = at(f"http://{'a' * 70}.invalid")
    ours.top_up()
    with pytest.raises(BoxedFault, match="invalid"):
        ours.until(lambda: False)


def test_our_own_port_may_be_taken(at: Make, unused: int) -> None:
    with pytest.raises(BoxedFault, match="cannot be listened on: Address already in use; check `listen_host`"):
        at("http://127.0.0.1:8079", listen_port=unused)


def test_closing_waits_for_nobody(with_script: Make) -> None:
    released = threading.Event()
    ours = with_script(lambda one: released.wait(LONG_S) and accepted(one), answer_s=LONG_S)
    ours.top_up()
    began = time.monotonic()
    ours.close()
    released.set()
    assert time.monotonic() - began < LONG_S / 2


# Errors without a signature


def unsigned(code: ResponseCode) -> Callable[[Asked], Reply]:
    return lambda asked: Reply(200, to_xml(answer(asked, code)), XML)


def test_an_error_without_a_signature_is_handed_on_noted_and_counts_where_the_user_lets_it(with_script: Make) -> None:
    for lets in (True, False):
        ours = with_script(unsigned(ResponseCode("E65")), user={"unsigned_errors": lets})
        name = ours.top_up()
        settled = lambda ours=ours, name=name: ours.user.record(name).outcome is not Outcome.PENDING  # noqa: E731
        assert ours.until(settled if lets else lambda ours=ours: bool(ours.user.dropped))
        record = ours.do(lambda ours=ours, name=name: ours.user.record(name))
        expected = (Outcome.UNKNOWN, "the DCC answered E65 (meaning not published)") if lets else (Outcome.PENDING, "")
        assert (record.outcome, record.detail) == expected
        assert ours.dcc.findings == (f"answer to {name}: it bears no signature",)


def test_nothing_but_an_error_counts_without_a_signature(with_script: Make) -> None:
    ours = with_script(unsigned(response_code.SUCCESS), user={"unsigned_errors": True})
    ours.top_up()
    assert ours.until(lambda: bool(ours.user.dropped))
    assert ours.user.dropped == ("from dcc: signature: absent",)


# What is called back, or is not


def test_silence_after_i99_is_told_with_the_address_that_was_not_called(with_script: Make) -> None:
    ours = with_script(accepted, esme_response_s=0.2)
    name = ours.top_up(Way.WAN)
    with pytest.raises(BoxedFault, match=f"no Response to {name} within 0.2 s after I99; check the Receive") as caught:
        ours.until(lambda: False)
    assert caught.value.where == ours.dcc.receive_url


def callback(name: str, code: ResponseCode = response_code.NO_RESPONSE) -> Response:
    return Response(RequestId.parse(name), None, code, 0, None, "2.2")


def test_a_refused_callback_is_named_when_none_follows(with_script: Make, post: Make) -> None:
    ours = with_script(accepted, esme_response_s=4)
    name = ours.top_up(Way.WAN)
    assert ours.until(lambda: bool(ours.responses()))
    assert post(ours, signed(callback(name), OTHER_SUPPLIER)) == 400
    with pytest.raises(BoxedFault, match=r"after I99 \(callback refused with 400: signature: .* may not sign"):
        ours.until(lambda: False)


def test_a_late_callback_is_handed_on_and_noted(with_script: Make, post: Make) -> None:
    ours = with_script(accepted, esme_response_s=0.1)
    name = ours.top_up(Way.WAN)
    with pytest.raises(BoxedFault):
        ours.until(lambda: False)
    assert post(ours, signed(callback(name))) == 204
    assert ours.until(lambda: len(ours.responses()) == 2)
    assert ours.dcc.findings == (f"callback for {name}: late, the wait for it was over",)


def test_the_same_callback_is_handed_on_once(with_script: Make, post: Make) -> None:
    ours = with_script(accepted)
    name = ours.top_up(Way.WAN)
    assert ours.until(lambda: bool(ours.responses()))
    document = signed(callback(name))
    assert [post(ours, document), post(ours, document)] == [204, 204]
    assert ours.until(lambda: bool(ours.dcc.findings))
    assert [response.code for response in ours.responses()] == ["I99", "E21"]
    assert ours.dcc.findings == (f"callback for {name}: the same octets came before; not handed on again",)


def test_a_callback_that_overtakes_i99_ends_the_wait_too(with_script: Make, post: Make) -> None:
    def overtaken(asked: Asked) -> Reply:
        assert post(ours, signed(callback(str(answer(asked).request_id)))) == 204
        return accepted(asked)

    ours = with_script(overtaken, esme_response_s=0.1)
    ours.top_up(Way.WAN)
    assert not ours.until(lambda: False, 0.4)
    assert sorted(response.code for response in ours.responses()) == ["E21", "I99"]


def test_a_callback_that_nobody_asked_for_is_noted(with_script: Make, post: Make) -> None:
    ours = with_script(accepted)
    assert post(ours, signed(callback(str(OTHER_REQUEST)))) == 204
    assert ours.until(lambda: bool(ours.responses()))
    assert ours.dcc.findings == (f"callback for {OTHER_REQUEST}: nothing was asked by this RequestID here",)


# The receive service


def ask(ours: Any, request: bytes) -> bytes:
    """Send octets to our receive service; gives the first line of its answer."""
    host, port = ours.dcc._receiver.address
    with socket.create_connection((host, port), timeout=LONG_S) as connection:
        connection.sendall(request)
        return connection.makefile("rb").readline().strip()


def head(*lines: str, path: str = "/smartdcc/duis", method: str = "POST") -> bytes:
    return "\r\n".join((f"{method} {path} HTTP/1.1", "Host: us", *lines, "", "")).encode()


def test_the_receive_service_takes_responses_of_the_dcc_and_nothing_else(with_script: Make, post: Make) -> None:
    ours = with_script(accepted)
    document = signed(callback(str(OTHER_REQUEST)))
    length, xml = f"Content-Length: {len(document)}", f"Content-Type: {XML}; charset=UTF-8"
    cases = [
        (head(length, xml) + document, b"204 No Content"),
        (head(length, xml, path="/elsewhere") + document, b"404 Not Found"),
        (head(length, xml, method="PUT") + document, b"405 Method Not Allowed"),
        (head(length, "Content-Type: text/plain") + document, b"400 Bad Request"),
        (head(xml), b"411 Length Required"),
        (head("Content-Length: -1", xml), b"400 Bad Request"),
        (head("Content-Length: 9999999", xml), b"413 Request Entity Too Large"),
        (head("Content-Length: 5", xml) + b"<a/>\n", b"400 Bad Request"),
    ]
    told = [ask(ours, request).split()[:2] for request, _ in cases]  # the words are for people; Python 3.13 has others
    assert told == [[b"HTTP/1.1", status.split()[0]] for _, status in cases]
    assert post(ours, signed(Request(OTHER_REQUEST, 2, "4.18", _read_balance()))) == 400


def _read_balance() -> Any:
    from ppmid_protocols.duis.bodies import ReadMeterBalance

    return ReadMeterBalance()


def test_it_reads_bodies_in_chunks(with_script: Make) -> None:
    ours = with_script(accepted)
    document = signed(callback(str(OTHER_REQUEST)))
    start = head("Transfer-Encoding: chunked", f"Content-Type: {XML}")
    chunks = b"%x;a=b\r\n" % 10 + document[:10] + b"\r\n" + b"%X\r\n" % (len(document) - 10) + document[10:] + b"\r\n"
    assert ask(ours, start + chunks + b"0\r\nTrailer: x\r\n\r\n") == b"HTTP/1.1 204 No Content"
    for wrong in (b"zz\r\n", b"-5\r\n", b"3\r\nabcd\r\n0\r\n\r\n", b"fffffff\r\n"):
        assert ask(ours, start + wrong).split()[1] in (b"400", b"413")


def test_what_breaks_the_adapter_itself_is_not_hidden(
    with_script: Make, post: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault of ours, in either kind of thread, comes out where the bench waits."""

    def broken(*_: object) -> Any:
        raise ZeroDivisionError

    ours = with_script(accepted)
    monkeypatch.setattr("ppmid_devices.dcc.boxed.adapter.read_response", broken)
    with pytest.raises(BoxedFault):
        post(ours, b"<a/>")
    with pytest.raises(ZeroDivisionError):
        ours.until(lambda: False)
    monkeypatch.setattr("ppmid_devices.dcc.boxed.call.Call.run", broken)
    ours.top_up()
    with pytest.raises(ZeroDivisionError):
        ours.until(lambda: False)


# Reading


SIGNED = signed(callback(str(OTHER_REQUEST)))


@given(place=st.integers(0, len(SIGNED) - 1), bit=st.integers(0, 7))
def test_a_turned_bit_is_refused_or_changes_nothing(place: int, bit: int) -> None:
    octets = bytearray(SIGNED)
    octets[place] ^= 1 << bit
    try:
        document = read_response(bytes(octets), REPOSITORY)
    except ProtocolError:
        return
    assert document.response == callback(str(OTHER_REQUEST))


@given(st.binary(max_size=200) | st.builds(lambda a, b: SIGNED[:a] + SIGNED[b:], st.integers(), st.integers()))
def test_anything_else_is_refused_by_its_kind(octets: bytes) -> None:
    try:
        document = read_response(octets, REPOSITORY)
    except ProtocolError:
        return
    assert document.response == callback(str(OTHER_REQUEST))
