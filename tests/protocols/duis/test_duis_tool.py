"""The DCC's own signing tool judges our documents, and we its: npm's @smartdcc/duis-sign-wrap, with node and java.

It is not part of this project: PPMID_DUIS_SIGN_WRAP names the folder of the unpacked package. Its keys are published
test keys, read from it.
"""

import os
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_private_key, load_pem_private_key
from lxml import etree
from waiting_wall import LONG_S

from ppmid_protocols import smki
from ppmid_protocols.duis import bodies
from ppmid_protocols.duis.documents import Request, Response, from_xml, to_xml
from ppmid_protocols.duis.request_id import RequestId
from ppmid_protocols.duis.signature import entitled, sign, verify
from ppmid_protocols.errors import Malformed, NotAuthentic
from ppmid_protocols.utrn import Utrn

REQUEST_ID = RequestId.parse("90-B3-D5-1F-30-01-00-00:00-DB-12-34-56-78-90-A0:12884901888")
TOP_UP = Request(REQUEST_ID, 2, "2.2", bodies.TopUpDevice(Utrn.parse("73946144332040217315")), "5.1")
READ = Request(REQUEST_ID, 1, "4.18", bodies.ReadMeterBalance(execution_date_time=0), "5.1")
SIGNER = "xml-sign-90B3D51F30010000-ds"
OTHER_SIGNER = "xml-sign-90B3D51F30020000-ds"

_SCRIPT = """
const tool = require(process.argv[1]);
let xml = '';
process.stdin.on('data', (part) => (xml += part)).on('end', () =>
  tool[process.argv[2]]({ xml, preserveCounter: true }).then(
    (said) => process.stdout.write(said),
    (problem) => { process.stderr.write(String(problem.message)); process.exit(10); }));
"""


class Tool:
    def __init__(self, package: Path) -> None:
        self._package = package
        self._jar = zipfile.ZipFile(package / "dist" / "tool.jar")

    def run(self, what: str, document: bytes) -> subprocess.CompletedProcess[bytes]:
        command = ["node", "-e", _SCRIPT, str(self._package / "dist" / "index.js"), what]
        return subprocess.run(command, input=document, capture_output=True, check=False, timeout=LONG_S)

    def accepts(self, document: bytes) -> bool:
        done = self.run("validateDuis", document)
        assert done.returncode in (0, 10), done.stderr
        return done.returncode == 0

    def signed(self, document: bytes) -> bytes:
        done = self.run("signDuis", document)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def sign_as(self, name: str, document: Request) -> bytes:
        """Our signature, with a key of the tool."""
        octets = self._jar.read(f"{name}.key")
        load: Callable[..., object] = load_pem_private_key if octets.startswith(b"-----") else load_der_private_key
        private = load(octets, None)
        assert isinstance(private, ec.EllipticCurvePrivateKey)
        return sign(to_xml(document), private, "CN=Z1,OU=07", self.certificate(name).serial_number)

    def certificate(self, name: str) -> x509.Certificate:
        return smki.load(self._jar.read(f"{name}.pem"))

    def certificates(self) -> Iterator[x509.Certificate]:
        for name in self._jar.namelist():
            if name.endswith("-ds.pem"):
                try:
                    yield smki.load(self._jar.read(name))
                except Malformed:
                    continue


@pytest.fixture(scope="module")
def tool() -> Tool:
    folder = os.environ.get("PPMID_DUIS_SIGN_WRAP")
    if not folder:
        pytest.skip("PPMID_DUIS_SIGN_WRAP does not name the folder of @smartdcc/duis-sign-wrap")
    missing = [name for name in ("node", "java") if shutil.which(name) is None]
    if missing:
        pytest.skip(f"the tool needs {' and '.join(missing)}")
    return Tool(Path(folder))


@pytest.mark.parametrize("document", [TOP_UP, READ], ids=lambda request: request.srv)
def test_the_tool_accepts_what_we_sign(tool: Tool, document: Request) -> None:
    assert tool.accepts(tool.sign_as(SIGNER, document))


def test_the_tool_refuses_what_was_altered_after_signing_or_never_signed(tool: Tool) -> None:
    signed = tool.sign_as(SIGNER, TOP_UP)
    assert not tool.accepts(signed.replace(b"73946144332040217315", b"73948959061972833313"))
    assert not tool.accepts(to_xml(TOP_UP))


def test_the_tool_does_not_see_indentation_and_we_do(tool: Tool) -> None:
    """Its parser drops white space between elements before it looks at the signature; any other verifier sees it."""
    known = {certificate.serial_number: certificate for certificate in tool.certificates()}
    root = etree.fromstring(tool.sign_as(SIGNER, TOP_UP))
    etree.indent(root)
    indented = etree.tostring(root)
    assert tool.accepts(indented)
    with pytest.raises((Malformed, NotAuthentic)):
        verify(indented, known.get)


@pytest.mark.parametrize("document", [TOP_UP, READ], ids=lambda request: request.srv)
def test_we_accept_what_the_tool_signs(tool: Tool, document: Request) -> None:
    known = {certificate.serial_number: certificate for certificate in tool.certificates()}
    signed = tool.signed(to_xml(document))
    verified = verify(signed, known.get)
    read = from_xml(signed)
    assert not isinstance(read, Response)
    assert read == document
    assert entitled(verified, read)


def test_the_tool_does_not_tie_the_signer_to_the_originator_and_we_do(tool: Tool) -> None:
    known = {certificate.serial_number: certificate for certificate in tool.certificates()}
    by_another = tool.sign_as(OTHER_SIGNER, TOP_UP)
    assert tool.accepts(by_another)
    assert not entitled(verify(by_another, known.get), TOP_UP)
