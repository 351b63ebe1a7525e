"""Validation by an XML schema that is given: here one of a few lines, with both things that libxml2 stumbles over."""

import os
from pathlib import Path

import pytest

from ppmid_protocols.duis.safe_xml import SR, parse
from ppmid_protocols.duis.schema import Schema
from ppmid_protocols.errors import Malformed

_XS = 'xmlns:xs="http://www.w3.org/2001/XMLSchema"'
MAIN = f"""<xs:schema {_XS} xmlns:o="urn:other" targetNamespace="{SR}" elementFormDefault="qualified">
  <xs:import namespace="urn:other" schemaLocation="Other Schema V1.xsd"/>
  <xs:element name="Request"><xs:complexType><xs:sequence>
    <xs:element name="Number" type="o:number"/></xs:sequence></xs:complexType></xs:element>
</xs:schema>""".encode()
OTHER = f"""<?xml version="1.0"?>
<!DOCTYPE schema PUBLIC "-//W3C//DTD XMLSchema 200102//EN" "http://127.0.0.1:9/XMLSchema.dtd" [
  <!ATTLIST schema a CDATA #FIXED 'b'>
]>
<xs:schema {_XS} targetNamespace="urn:other">
  <xs:simpleType name="number"><xs:restriction base="xs:int"/></xs:simpleType>
</xs:schema>""".encode()
FILES = {"Main Schema.xsd": MAIN, "Other Schema V1.xsd": OTHER}


def document(number: str) -> bytes:
    return f'<Request xmlns="{SR}"><Number>{number}</Number></Request>'.encode()


def test_a_document_that_fits_is_valid_and_another_is_told_why() -> None:
    schema = Schema(FILES)
    schema.check(parse(document("5")))
    with pytest.raises(Malformed, match=r"Number.*'five'"):
        schema.check(parse(document("five")))


def test_files_that_are_no_schema_or_not_all_of_it_are_refused() -> None:
    with pytest.raises(Malformed, match=r"not among the files: Other_Schema_V1\.xsd"):
        Schema({"Main Schema.xsd": MAIN})
    with pytest.raises(Malformed, match="target namespace"):
        Schema({"Other Schema V1.xsd": OTHER})
    with pytest.raises(Malformed, match="schema"):
        Schema({"Main Schema.xsd": b"<xs:schema"})


def test_the_published_schema_takes_every_template(shared: Path) -> None:
    folder = os.environ.get("PPMID_DUIS_SCHEMA")
    if not folder:
        pytest.skip("PPMID_DUIS_SCHEMA does not name a folder with the DUIS schema")
    schema = Schema({file.name: file.read_bytes() for file in Path(folder).glob("*.xsd")})
    for file in sorted((shared / "data" / "duis_templates").iterdir()):
        schema.check(parse(file.read_bytes()))
