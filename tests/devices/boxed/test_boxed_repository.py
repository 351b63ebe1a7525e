"""The SMKI repository and the zip of keys, over real sockets against our stand-in and against servers that err."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from home_parts import CREDENTIALS, ESME, FOREIGN, SUPPLIER

from ppmid_devices.dcc.boxed.fault import BoxedFault
from ppmid_devices.dcc.boxed.http_service import XML, Asked, HttpService, Reply, loudly
from ppmid_devices.dcc.boxed.repository import Found, Repository, fetch_zip
from ppmid_devices.dcc.boxed.repository_stand_in import RepositoryStandIn

ALL = [certificate for one in CREDENTIALS.values() for certificate in one.certificates()]
KEY = "an apikey & more"
Serve = Callable[[Callable[[Asked], Reply]], str]


@pytest.fixture
def serve(ends: list[Callable[[], None]]) -> Serve:
    """Starts a server that answers by a function; gives its address."""

    def start(answer: Callable[[Asked], Reply]) -> str:
        server = HttpService("127.0.0.1", 0, answer, loudly)
        server.start()
        ends.append(server.close)
        host, port = server.address
        return f"http://{host}:{port}/"

    return start


@pytest.fixture
def repository(serve: Serve) -> Repository:
    return Repository(serve(RepositoryStandIn(ALL, KEY, {}).answer), KEY)


def test_a_devices_certificates_are_found_and_retrieved(repository: Repository) -> None:
    own = {f"{one.serial_number:032X}": one for one in CREDENTIALS[ESME].certificates()}
    found = repository.search(ESME)
    assert {one.usage for one in found} == {"DS", "KA"}
    assert found == [Found(serial, "I", one.usage) for serial, one in zip(own, found, strict=True)]
    assert repository.certificates(ESME) == list(own.values())
    assert {repository.retrieve(serial) for serial in own} == set(own.values())


def test_an_organisations_are_found_by_its_name(repository: Repository) -> None:
    assert set(repository.certificates(str(SUPPLIER))) == set(CREDENTIALS[SUPPLIER].certificates())


def test_nobody_and_nothing(repository: Repository) -> None:
    assert repository.search(FOREIGN) == []
    with pytest.raises(BoxedFault, match="no certificate of 00-DB-12-34-56-78-90-FF in use; check that DCC Boxed"):
        repository.certificates(FOREIGN)
    with pytest.raises(BoxedFault, match="no certificate by the serial number 00"):
        repository.retrieve("00")


def test_what_is_sent_is_what_the_public_clients_send(serve: Serve) -> None:
    asked: list[Asked] = []
    url = serve(lambda one: asked.append(one) or Reply(402))  # type: ignore[func-returns-value]
    repository = Repository(url, KEY)
    assert repository.search(ESME) == []
    assert repository.search("Z1-supplier") == []
    with pytest.raises(BoxedFault):
        repository.retrieve("0A")
    assert [(one.method, one.path, one.query, one.content_type) for one in asked] == [
        ("POST", f"/services/{name}", {"apikey": KEY}, XML)
        for name in ("certificatesearch", "certificatesearch", "retrievecertificate")
    ]
    assert [one.body.partition(b"?>")[2].strip() for one in asked] == [
        (
            b"<CertificateSearchRequest><CertificateSubjectAltName>00-DB-12-34-56-78-90-A0</CertificateSubjectAltName>"
            b"</CertificateSearchRequest>"
        ),
        (
            b"<CertificateSearchRequest><CertificateSubjectName>Z1-supplier</CertificateSubjectName>"
            b"</CertificateSearchRequest>"
        ),
        b"<CertificateDataRequest><CertificateSerial>0A</CertificateSerial></CertificateDataRequest>",
    ]


def answering(body: bytes, status: int = 200) -> Callable[[Asked], Reply]:
    return lambda _: Reply(status, body, XML)


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (answering(b"<a><ResponseCode>401</ResponseCode></a>"), "code 401; check the apikey"),
        (answering(b"", 401), "code 401; check the apikey"),
        (answering(b"", 500), "status 500"),
        (answering(b"hello"), "no answer of a repository: document"),
        (answering(b"<!DOCTYPE a><a/>"), "expected no DOCTYPE"),
        (answering(b"<a><ResponseCode>500</ResponseCode></a>"), "code 500"),
        (answering(b"<a><Result><CertificateStatus>R</CertificateStatus></Result></a>"), "in use; check"),
    ],
)
def test_what_it_should_not_say_is_named_and_the_apikey_is_not(
    answer: Callable[[Asked], Reply], problem: str, serve: Serve
) -> None:
    with pytest.raises(BoxedFault, match=problem) as caught:
        Repository(serve(answer), KEY).certificates(ESME)
    assert "apikey=" not in str(caught.value)


def test_nobody_there_and_the_apikey_is_not_shown(unused: int) -> None:
    with pytest.raises(BoxedFault, match="/services/certificatesearch: nobody listens there") as caught:
        Repository(f"http://127.0.0.1:{unused}", KEY).search(ESME)
    assert "apikey" not in str(caught.value)


def test_a_body_that_is_no_certificate(serve: Serve) -> None:
    for body in (b"AAAA", b"!", b""):
        answer = answering(b"<a><CertificateBody>" + body + b"</CertificateBody></a>")
        with pytest.raises(BoxedFault, match="no certificate by the serial number 01"):
            Repository(serve(answer), KEY).retrieve("01")


FILES = {"a.pem": ALL[0].public_bytes(Encoding.PEM), "a.key": b"-----BEGIN PRIVATE KEY-----"}


def test_the_zip_gives_its_keys_and_certificates(serve: Serve) -> None:
    assert fetch_zip(serve(RepositoryStandIn([], KEY, FILES).answer)) == FILES


def zipped(*members: tuple[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, octets in members:
            archive.writestr(name, octets)
    return content.getvalue()


def test_nothing_in_a_zip_leads_out_of_the_folder(serve: Serve) -> None:
    octets = zipped(("../../up.pem", b"1"), ("/abs/one.key", b"2"), ("read.me", b"3"))
    assert fetch_zip(serve(answering(octets))) == {"up.pem": b"1", "one.key": b"2"}


@pytest.mark.parametrize(
    ("octets", "problem"),
    [
        (b"no zip", "no zip: File is not a zip file"),
        (zipped(("read.me", b"")), "without keys"),
        (zipped(("a/1.pem", b""), ("b/1.pem", b"")), "'b/1.pem' twice, or too long"),
        (zipped(("bomb.pem", bytes(1 << 20))), "'bomb.pem' twice, or too long"),
    ],
)
def test_a_zip_that_is_none_or_too_much(octets: bytes, problem: str, serve: Serve) -> None:
    with pytest.raises(BoxedFault, match=problem):
        fetch_zip(serve(answering(octets)))


def test_the_stand_in_refuses_what_no_client_sends(serve: Serve, call: Any) -> None:
    url = serve(RepositoryStandIn(ALL, KEY, FILES).answer)
    assert call(f"{url}services/certificatesearch?apikey=x", b"<a/>").body.count(b"401") == 1
    assert call(f"{url}services/certificatesearch", None).status == 404
    assert call(f"{url}services/certificatesearch", b"no XML").status == 400
