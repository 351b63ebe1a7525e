"""A stand-in for DCC Boxed's SMKI repository and its zip of keys, for tests and rehearsals; see ``stand_in``."""

import base64
import io
import zipfile
from collections.abc import Iterable, Mapping

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree
from lxml.etree import _Element

from ppmid_devices.dcc.boxed.http_service import XML, Asked, Reply
from ppmid_devices.dcc.boxed.repository import (
    BAD_PARAMETERS,
    DEVICE,
    FOUND,
    IN_USE,
    NONE_FOUND,
    ORGANISATION,
    RETRIEVE,
    SEARCH,
    ZIP,
    text_of,
)
from ppmid_protocols import smki
from ppmid_protocols.duis.safe_xml import parse
from ppmid_protocols.errors import ProtocolError


class RepositoryStandIn:
    """Answers searches for ``certificates``, gives them out, and gives ``files`` as the zip of keys."""

    def __init__(self, certificates: Iterable[x509.Certificate], apikey: str, files: Mapping[str, bytes]) -> None:
        self._by_serial = {f"{one.serial_number:032X}": one for one in certificates}
        self._apikey, self._files = apikey, dict(files)

    def answer(self, asked: Asked) -> Reply:
        """For the ``more`` of a ``StandIn``."""
        if asked.path == ZIP and asked.method == "GET":
            return Reply(200, self._zip(), "application/zip")
        if asked.path not in (SEARCH, RETRIEVE) or asked.method != "POST":
            return Reply(404)
        try:
            root = parse(asked.body)
        except ProtocolError:
            return Reply(400)
        if asked.query.get("apikey") != self._apikey:
            return _reply("CertificateSearchResponse", BAD_PARAMETERS, [])
        return self._search(root) if asked.path == SEARCH else self._retrieve(root)

    def _search(self, root: _Element) -> Reply:
        wanted = text_of(root, DEVICE) or text_of(root, ORGANISATION)
        found = [
            _element(
                "Result",
                {
                    "CertificateSerial": serial,
                    **_subject(one),
                    "CertificateStatus": IN_USE,
                    "CertificateUsage": _usage(one),
                },
            )
            for serial, one in self._by_serial.items()
            if wanted in _subject(one).values()
        ]
        return _reply("CertificateSearchResponse", FOUND if found else NONE_FOUND, found)

    def _retrieve(self, root: _Element) -> Reply:
        serial = text_of(root, "CertificateSerial").upper()
        found = self._by_serial.get(serial)
        if found is None:
            return _reply("CertificateDataResponse", NONE_FOUND, [])
        body = base64.b64encode(found.public_bytes(Encoding.DER)).decode("ascii")
        texts = {**_subject(found), "CertificateSerial": serial, "CertificateStatus": IN_USE, "CertificateBody": body}
        response = _element("CertificateResponse", texts | {"CertificateUsage": _usage(found)})
        return _reply("CertificateDataResponse", FOUND, [response])

    def _zip(self) -> bytes:
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w") as archive:
            for name, octets in self._files.items():
                archive.writestr(f"{'key' if name.endswith('.key') else 'cert'}/{name}", octets)
        return content.getvalue()


def _subject(certificate: x509.Certificate) -> dict[str, str]:
    facts = smki.read(certificate)
    return {DEVICE if facts.is_device else ORGANISATION: str(facts.eui)}


def _usage(certificate: x509.Certificate) -> str:
    return smki.read(certificate).usage.value


def _element(name: str, texts: Mapping[str, str]) -> _Element:
    element = etree.Element(name)
    for child, text in texts.items():
        etree.SubElement(element, child).text = text
    return element


def _reply(name: str, code: str, parts: Iterable[_Element]) -> Reply:
    root = _element(name, {"ResponseCode": code})
    root.extend(parts)
    return Reply(200, etree.tostring(root), XML)
