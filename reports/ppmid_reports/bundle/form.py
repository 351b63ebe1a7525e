"""The form of a bundle's zip (PKWARE APPNOTE 4.3): one way to write a member, so that any other octet is found."""

import zipfile
from collections.abc import Iterator
from struct import Struct
from typing import BinaryIO

from ppmid_reports.bundle.manifest import MANIFEST, SIGNATURE

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first date of a zip: equal files give equal members, whenever they were made
_OWNER_ONLY = 0o600 << 16
_LOCAL, _ENTRY, _END = Struct("<30s"), Struct("<4sBB26sHHHLL"), Struct("<4s4H2LH")
"""Local header, entry of the central directory and end record, without names and comments (4.3.7 to 4.3.16)."""


def about(name: str) -> zipfile.ZipInfo:
    """How a member of this name is written: the manifest and its signature as they are, all else deflated."""
    info = zipfile.ZipInfo(name, _EPOCH)
    info.external_attr = _OWNER_ONLY
    info.compress_type = zipfile.ZIP_STORED if name in (MANIFEST, SIGNATURE) else zipfile.ZIP_DEFLATED
    info.create_system = 3  # whatever system it is made on
    return info


def packed(file: BinaryIO, one: zipfile.ZipInfo) -> bytes:
    """The octets that stand in the zip for a member, in the form that ``misshapen`` finds to be the tool's."""
    file.seek(one.header_offset + _LOCAL.size + len(one.filename.encode()))
    return file.read(one.compress_size)


def misshapen(bundle: zipfile.ZipFile, file: BinaryIO) -> Iterator[str]:
    """The members that another hand has written, or that have octets before them; ``""``: what follows them all."""
    at, directory = 0, b""
    for one in sorted(bundle.infolist(), key=lambda one: one.header_offset):
        due = about(one.filename)
        due.CRC, due.compress_size, due.file_size, due.header_offset = one.CRC, one.compress_size, one.file_size, at
        header = due.FileHeader(zip64=False)
        file.seek(one.header_offset)
        if one.header_offset != at or file.read(len(header)) != header:
            yield one.filename
        directory += _entry(due, header)
        at = one.header_offset + len(header) + one.compress_size
    count = len(bundle.infolist())
    end = _END.pack(b"PK\x05\x06", 0, 0, count, count, len(directory), at, 0)
    file.seek(at)
    if file.read() != directory + end:
        yield ""


def _entry(due: zipfile.ZipInfo, header: bytes) -> bytes:
    """The entry of the central directory: what the local header has from its version on, and where that stands."""
    name = header[_LOCAL.size :]
    version = due.create_version, due.create_system
    return (
        _ENTRY.pack(b"PK\x01\x02", *version, header[4 : _LOCAL.size], 0, 0, 0, due.external_attr, due.header_offset)
        + name
    )
