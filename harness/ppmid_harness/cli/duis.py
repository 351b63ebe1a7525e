"""``ppmid-harness duis``: what passes between a DCC User and the DCC."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from ppmid_harness.cli.keys import read_messages
from ppmid_harness.cli.output import emit, emit_json

if TYPE_CHECKING:
    from cryptography import x509

    from ppmid_protocols.eui import Eui

app = typer.Typer(help="Verify and transform DUIS documents.", rich_markup_mode=None)

_VERIFY_HELP = """Check the XML signature of a Request or Response, and that its signer was entitled to sign it.

A Request must be signed by its originator, a Response by the DCC. Certificates are found by serial number; dates are
not looked at. Exit code 0 only when the signature holds and the signer is entitled; 2 when it is no DUIS document.

\b
Examples:
  ppmid-harness duis verify request.xml --certs certificates/
  ppmid-harness duis verify request.xml --certs certificates/ --schema xsd/ --json
"""

_TRANSFORM_HELP = """Show the GBCS Command or Pre-Command that the DCC makes of a Request, without signature and MAC.

The signature of the Request is not looked at. Without --target, the devices of the public test data are known by their
EUI. The octets hold what the Request holds, a UTRN included.

\b
Examples:
  ppmid-harness duis transform request.xml --json
  ppmid-harness duis transform request.xml --target gsme --issued 2030-01-15T09:00:00Z
"""

_COVERAGE_HELP = """Count the Requests that are transformed, and those whose payload equals that of the test data.

Without templates, it shows what the tables say of each Service Reference Variant.

\b
Example:
  ppmid-harness duis coverage --templates duis_templates/ --rtds messages.json --keys keys.json --json
"""

_ROLES_HELP = """Count, by roles of DCC Users, the use cases whose Command can be had for local delivery, and verified.

A Response is verified by the device's signature, by the MAC made for this User, or by the DCC alone; the last column
says whether the role may return it to the DCC (SRV 8.13).

\b
Example:
  ppmid-harness duis roles --json
"""

_DOCUMENT_HELP = "A DUIS document, or - for standard input."
_MARKS = ("transformed", "payload_equal", "answered", "deliverable")

Document = Annotated[Path, typer.Argument(help=_DOCUMENT_HELP, metavar="FILE")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


@app.command("verify", help=_VERIFY_HELP)
def verify(
    file: Document,
    certs: Annotated[Path, typer.Option(help="A folder of certificates, PEM or DER.", metavar="DIR")],
    schema: Annotated[Path | None, typer.Option(help="A folder with the XML schema's files.", metavar="DIR")] = None,
    json: AsJson = False,
) -> int:
    """Verify a document."""
    from ppmid_protocols.duis.verify import report

    octets = _xml(file)
    found = report(octets, _certificates(certs).get)
    answer = found.as_json()
    invalid = "" if schema is None else _schema_problem(schema, octets)
    if schema is not None:
        answer["schema"] = invalid or "valid"
    if json:
        emit_json(answer)
    else:
        signer = "" if found.signer is None else f", by {found.signer} ({found.role})"
        emit(f"{found.root}: signature {found.signature}{signer}")
        if found.signer is not None:
            emit("the signer is entitled" if found.signer_entitled else "the signer is not entitled to sign it")
        for problem in filter(None, (found.problem, invalid)):
            emit(problem)
    return 0 if found.accepted and not invalid else 1


@app.command("transform", help=_TRANSFORM_HELP)
def transform(
    file: Document,
    target: Annotated[
        Literal["esme", "gsme", "gpf", "chf", "hcalcs", "ppmid"] | None, typer.Option(help="What it is addressed to.")
    ] = None,
    use_case: Annotated[str | None, typer.Option(help="The one of several that the device's firmware has.")] = None,
    issued: Annotated[str, typer.Option(help="When the Command is issued.")] = "2015-01-01T00:00:00Z",
    broker_counter: Annotated[int, typer.Option(min=0, help="Counter of a Command in the DCC's own name.")] = 0,
    json: AsJson = False,
) -> int:
    """Transform a Service Request."""
    from dataclasses import replace

    from ppmid_bench.errors import BadInput
    from ppmid_protocols.duis.documents import Request, from_xml
    from ppmid_protocols.duis.services import Target
    from ppmid_protocols.duis.shapes import read_date_time
    from ppmid_protocols.transforms import estate
    from ppmid_protocols.transforms import transform as made_of

    request = from_xml(_xml(file))
    if not isinstance(request, Request):
        raise BadInput(str(file), "", "a Request", "a Response")
    known = estate.circumstances("", request, None, target=Target(target.upper()) if target else None)
    moment = read_date_time(issued)
    made = made_of(request, replace(known, now=moment, use_case=use_case, broker_counter=broker_counter))
    answer = {
        "srv": request.srv,
        "use_case": made.use_case,
        "message_code": f"{made.message_code:04X}",
        "kind": made.kind.value,
        "hex": made.message.encode().hex().upper(),
    }
    if json:
        emit_json(answer)
    else:
        emit(f"SRV {request.srv}: {made.use_case} ({made.message_code:04X}), a {made.kind.value}")
        emit(answer["hex"])
    return 0


@app.command("coverage", help=_COVERAGE_HELP)
def coverage(
    templates: Annotated[Path | None, typer.Option(help="A folder of Requests in XML.", metavar="DIR")] = None,
    rtds: Annotated[Path | None, typer.Option(help="Messages to compare with: a JSON file or a folder.")] = None,
    keys: Annotated[Path | None, typer.Option(help="Certificates of devices: a JSON file of keys or a folder.")] = None,
    json: AsJson = False,
) -> int:
    """Count what is transformed."""
    from ppmid_devices.meter import functions
    from ppmid_protocols.transforms.coverage import cover

    messages = read_messages(rtds) if rtds is not None else ()
    found = cover(_documents(templates), messages, None if keys is None else _agreements(keys))
    answer: dict[str, Any] = found.as_json(functions.executed().__contains__)
    if json:
        emit_json(answer)
        return 0
    emit(f"{answer['transformed']} of {answer['templates']} templates are transformed")
    emit(f"{answer['payload_equal']} of {answer['comparable']} payloads are equal")
    for row in answer["srvs"]:
        marks = [mark.replace("_", " ") for mark in _MARKS if row[mark]]
        emit(f"{row['srv']}: {', '.join(marks) or 'nothing'}; local delivery: {row['local']}")
    for one in found.outcomes:
        if one.problem:
            emit(f"{one.name}: {one.problem}", sys.stderr)
    return 0


@app.command("roles", help=_ROLES_HELP)
def roles(json: AsJson = False) -> int:
    """Count what each role can do."""
    from dataclasses import asdict

    from ppmid_protocols.transforms.users import reaches

    rows = [asdict(row) for row in reaches()]
    if json:
        emit_json({"roles": rows})
        return 0
    for row in rows:
        emit(
            f"{row['role']}: obtains {row['obtains']}, verifies {row['by_signature']} by signature and "
            f"{row['by_own_mac']} by its own MAC; {row['dcc_alone']} the DCC alone; "
            f"{'returns' if row['returns'] else 'cannot return'} Responses"
        )
    return 0


def _document(file: Path) -> bytes:
    from ppmid_bench import input_files

    return input_files.standard_input() if str(file) == "-" else input_files.octets(file)


def _xml(file: Path) -> bytes:
    """The octets of a document. Raises BadInput, which names the file, for what is no XML."""
    from ppmid_bench.errors import BadInput
    from ppmid_protocols.duis.safe_xml import parse
    from ppmid_protocols.errors import Malformed

    octets = _document(file)
    try:
        parse(octets)
    except Malformed as problem:
        raise BadInput(str(file), "", "a DUIS document", str(problem)) from problem
    return octets


def _files(folder: Path) -> list[Path]:
    from ppmid_bench.errors import BadInput

    if not os.path.isdir(folder):  # unlike Path.is_dir, it takes a name that is too long
        found = "a file" if os.path.isfile(folder) else "none of this name"
        raise BadInput(str(folder), "", "a folder", found)
    return sorted(file for file in folder.iterdir() if file.is_file())


def _documents(folder: Path | None) -> list[tuple[str, bytes]]:
    from ppmid_bench.errors import BadInput

    if folder is None:
        return []
    found = [(file.name, _document(file)) for file in _files(folder) if file.suffix.lower() == ".xml"]
    if not found:
        raise BadInput(str(folder), "", "files that end in .XML", "none")
    return found


def _certificates(folder: Path) -> "Mapping[int, x509.Certificate]":
    """The certificates in a folder by serial number; one that cannot be read is a warning."""
    from ppmid_protocols import smki
    from ppmid_protocols.errors import Malformed

    found: dict[int, x509.Certificate] = {}
    for file in _files(folder):
        try:
            certificate = smki.load(_document(file))
        except Malformed as problem:
            emit(f"warning: {file.name} is left out: {problem}", sys.stderr)
            continue
        found[certificate.serial_number] = certificate
    return found


def _agreements(path: Path) -> "dict[Eui, bytes]":
    """The key agreement certificates of devices, DER, from a folder or a JSON file of keys."""
    from cryptography.hazmat.primitives.serialization import Encoding

    from ppmid_protocols import smki

    found = _certificates(path).values() if os.path.isdir(path) else _published(path)
    facts = [(smki.read(one), one.public_bytes(Encoding.DER)) for one in found]
    return {one.eui: der for one, der in facts if one.is_device and one.usage is smki.Usage.KEY_AGREEMENT}


def _published(file: Path) -> "list[x509.Certificate]":
    """The certificates in a JSON file of keys, as the public test data have it."""
    import base64
    from json import loads

    from ppmid_bench.errors import BadInput
    from ppmid_protocols import smki

    try:
        entries = loads(_document(file))["certificates"]
        texts = [entry["certificate_der_base64"] for entry in entries if entry.get("certificate_der_base64")]
        return [smki.load(base64.b64decode(text, validate=True)) for text in texts]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
        expected = "JSON with certificates, each with certificate_der_base64"
        raise BadInput(str(file), "", expected, "something else") from problem


def _schema_problem(folder: Path, octets: bytes) -> str:
    """What of a document does not fit the schema; empty when all does."""
    from ppmid_protocols.duis.safe_xml import parse
    from ppmid_protocols.duis.schema import Schema
    from ppmid_protocols.errors import Malformed

    schema = Schema({file.name: _document(file) for file in _files(folder) if file.suffix.lower() == ".xsd"})
    try:
        schema.check(parse(octets))
    except Malformed as problem:
        return f"by the schema: {problem}"
    return ""
