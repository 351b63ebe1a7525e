"""DCC Boxed's SMKI repository and its zip of organisations' keys, as its public clients ask for them.

No namespace, schema or version of these documents is public: elements are known by their local names, and the others
are passed over.
"""

import base64
import binascii
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import quote

from cryptography import x509
from lxml import etree
from lxml.etree import _Element

from ppmid_devices.dcc.boxed.call import Call, HttpAnswer
from ppmid_devices.dcc.boxed.fault import BoxedFault
from ppmid_protocols import smki
from ppmid_protocols.duis.safe_xml import local_name, parse
from ppmid_protocols.errors import ProtocolError
from ppmid_protocols.eui import Eui

SEARCH, RETRIEVE = "/services/certificatesearch", "/services/retrievecertificate"
ZIP = "/assets/crypto/org-crypto.zip"
IN_USE = "I"
DEVICE, ORGANISATION = "CertificateSubjectAltName", "CertificateSubjectName"
FOUND, BAD_PARAMETERS, NONE_FOUND = "200", "401", "402"

_WITHIN_S = 10.0
_LARGEST_ZIP = 1 << 24
_LARGEST_KEY = 1 << 16
_KEY_FILES = (".pem", ".key")


@dataclass(frozen=True, slots=True)
class Found:
    """A certificate as a search lists it: its serial number in hex digits, its status letter, ``DS`` or ``KA``."""

    serial: str
    status: str
    usage: str


class Repository:
    """The repository at ``url``, such as ``http://HOST:8083``. ``apikey`` is what its clients show."""

    def __init__(self, url: str, apikey: str) -> None:
        self._url, self._apikey = url.rstrip("/"), apikey

    def search(self, holder: Eui | str) -> list[Found]:
        """The certificates of a device, by its EUI-64, or of an organisation, by its name. Raises BoxedFault."""
        subject, text = (DEVICE, str(holder)) if isinstance(holder, Eui) else (ORGANISATION, holder)
        root = self._ask(SEARCH, document("CertificateSearchRequest", {subject: text}))
        if root is None:
            return []
        return [
            Found(
                text_of(one, "CertificateSerial"), text_of(one, "CertificateStatus"), text_of(one, "CertificateUsage")
            )
            for one in named(root, "Result")
        ]

    def retrieve(self, serial: str) -> x509.Certificate:
        """The certificate with this serial number. Raises BoxedFault."""
        root = self._ask(RETRIEVE, document("CertificateDataRequest", {"CertificateSerial": serial}))
        body = "" if root is None else text_of(root, "CertificateBody")
        try:
            certificate = smki.load(base64.b64decode(body, validate=False))
        except (ProtocolError, binascii.Error) as problem:
            found = f"no certificate by the serial number {serial}: {problem}"
            raise BoxedFault(self._url + RETRIEVE, found, "that the repository has it") from problem
        return certificate

    def certificates(self, holder: Eui | str) -> list[x509.Certificate]:
        """All certificates of a device or organisation that are in use. Raises BoxedFault, also when there are none."""
        found = [self.retrieve(one.serial) for one in self.search(holder) if one.status == IN_USE]
        if not found:
            raise BoxedFault(self._url + SEARCH, f"no certificate of {holder} in use", "that DCC Boxed knows it")
        return found

    def _ask(self, path: str, body: bytes) -> _Element | None:
        """The root of the answer; None when nothing was found."""
        url = self._url + path
        answer = Call(f"{url}?apikey={quote(self._apikey, safe='')}", body, _WITHIN_S).run()
        root = None if answer.status in (int(BAD_PARAMETERS), int(NONE_FOUND)) else _root(url, answer)
        code = str(answer.status) if root is None else text_of(root, "ResponseCode") or FOUND
        if code == NONE_FOUND:
            return None
        if code != FOUND:
            raise BoxedFault(url, f"code {code}", "the apikey and what was asked for")
        return root


def fetch_zip(url: str) -> dict[str, bytes]:
    """The files of keys and certificates in the zip of the DCC Boxed at ``url``, by their names. Raises BoxedFault.

    Folders in it are dropped; a name that comes twice is refused, and so is a file longer than any key.
    """
    where = url.rstrip("/") + ZIP
    answer = Call(where, None, _WITHIN_S, _LARGEST_ZIP).run()
    if answer.status != 200:
        raise BoxedFault(where, f"status {answer.status}", "host and port of DCC Boxed's own pages")
    files: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(answer.body)) as archive:
            for member in archive.infolist():
                name = PurePosixPath(member.filename).name
                if PurePosixPath(name).suffix.lower() not in _KEY_FILES:
                    continue
                if name in files or member.file_size > _LARGEST_KEY:
                    raise BoxedFault(where, f"{member.filename!r} twice, or too long", "that it is the zip of keys")
                files[name] = archive.read(member)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError) as problem:
        raise BoxedFault(where, f"no zip: {problem}", "host and port of DCC Boxed's own pages") from problem
    if not files:
        raise BoxedFault(where, "a zip without keys or certificates", "that it is the zip of keys")
    return files


def document(name: str, texts: dict[str, str]) -> bytes:
    """A document of one element with these elements in it."""
    root = etree.Element(name)
    for child, text in texts.items():
        etree.SubElement(root, child).text = text
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def named(root: _Element, name: str) -> Iterator[_Element]:
    """All elements with this local name."""
    return (one for one in root.iter() if local_name(one) == name)


def text_of(root: _Element, name: str) -> str:
    """The text of the first element with this local name; empty when there is none."""
    return next(((one.text or "").strip() for one in named(root, name)), "")


def _root(url: str, answer: HttpAnswer) -> _Element:
    if not 200 <= answer.status < 300:
        raise BoxedFault(url, f"status {answer.status}", "host and port of the repository")
    try:
        return parse(answer.body)
    except ProtocolError as problem:
        raise BoxedFault(url, f"no answer of a repository: {problem}", "host and port of the repository") from problem
