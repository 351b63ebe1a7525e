"""Validation of DUIS documents by the XML schema, which is not part of this project: its files are given.

libxml2 does not take the published files as they are: a schemaLocation with spaces in it is not found, and a DOCTYPE
would have it fetch a DTD. Here the files are looked up by name among those given, nothing else is read, and the
DOCTYPE is cut off.
"""

import re
from collections.abc import Mapping
from urllib.parse import unquote

from lxml import etree
from lxml.etree import _Element

from ppmid_protocols.duis.safe_xml import SR, local_name
from ppmid_protocols.errors import Malformed

_XS = "{http://www.w3.org/2001/XMLSchema}"
_LOCATION = "schemaLocation"
_DOCTYPE = re.compile(rb"<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>", re.DOTALL)


class Schema:
    """A schema for Requests and Responses, from its files: name and octets of each.

    Raises Malformed when the files are no schema of DUIS, or lack one that another names.
    """

    def __init__(self, files: Mapping[str, bytes]) -> None:
        parser = etree.XMLParser(no_network=True, load_dtd=False, resolve_entities=False)
        resolver = _Files(files)
        parser.resolvers.add(resolver)
        try:
            roots = {name: etree.fromstring(prepared(octets), parser) for name, octets in sorted(files.items())}
            main = next((one for one in roots.values() if one.get("targetNamespace") == SR), None)
            if main is None:
                raise Malformed("schema", f"expected a file with the target namespace {SR}")
            self._schema = etree.XMLSchema(main)
        except (etree.XMLSyntaxError, etree.XMLSchemaParseError) as problem:
            lacking = f"; not among the files: {', '.join(resolver.lacking)}" if resolver.lacking else ""
            raise Malformed("schema", " ".join(str(problem).split()) + lacking) from problem

    def check(self, root: _Element) -> None:
        """A document's root, with its signature or without. Raises Malformed, with the first thing that is wrong."""
        try:
            self._schema.assertValid(root)
        except etree.DocumentInvalid as problem:
            raise Malformed(local_name(root), " ".join(str(problem).replace(f"{{{SR}}}", "").split())) from problem


def prepared(octets: bytes) -> bytes:
    """A schema file without DOCTYPE, the locations in it without spaces."""
    root = etree.fromstring(_DOCTYPE.sub(b"", octets), etree.XMLParser(no_network=True, resolve_entities=False))
    for element in root.iter(f"{_XS}import", f"{_XS}include"):
        location = element.get(_LOCATION)
        if location is not None:
            element.set(_LOCATION, _plain(location))
    return etree.tostring(root)


def _plain(location: str) -> str:
    """The name of a file, as a location that libxml2 finds."""
    return "schema:" + unquote(location).rsplit("/", 1)[-1].replace(" ", "_")


class _Files(etree.Resolver):
    """Gives the files by their plain names, and nothing for any other."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = {_plain(name): octets for name, octets in files.items()}
        self.lacking: list[str] = []

    def resolve(self, system_url: str, _: str, context: object) -> object:  # type: ignore[override]  # stubs lack context
        octets = self._files.get(system_url)
        if octets is None:
            self.lacking.append(system_url.removeprefix("schema:"))
        return self.resolve_string(b"" if octets is None else prepared(octets), context, base_url=system_url)
