"""The form of a bundle's zip (PKWARE APPNOTE 4.3): one way to write a member, so that any other octet is found."""

import os
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from struct import Struct
from typing import BinaryIO

from ppmid_reports.bundle.manifest import MANIFEST, SIGNATURE

LEVEL = 3
"""Of deflate: it takes half the time of deflate's own choice, 6, for a seventh more octets."""
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


def pack(name: str, content: bytes) -> tuple[zipfile.ZipInfo, bytes]:
    """A member that is to be written, and the octets that stand in the zip for it."""
    due = about(name)
    octets = content if due.compress_type == zipfile.ZIP_STORED else _deflated(content)
    due.CRC, due.file_size, due.compress_size = zlib.crc32(content), len(content), len(octets)
    return due, octets


def _deflated(content: bytes) -> bytes:
    deflate = zlib.compressobj(LEVEL, wbits=-zlib.MAX_WBITS)  # bare, as a zip has it
    return deflate.compress(content) + deflate.flush()


def write(file: BinaryIO, members: Iterable[tuple[zipfile.ZipInfo, bytes]]) -> None:
    """Write a whole zip of what ``pack`` gave, in its order; with ``zipfile`` each would be deflated once more."""
    at, directory = 0, []
    for due, octets in members:
        due.header_offset = at
        header = due.FileHeader(zip64=False)
        file.write(header + octets)
        directory.append(_entry(due, header))
        at += len(header) + len(octets)
    entries = b"".join(directory)
    file.write(entries + _end(len(directory), len(entries), at))


def packed(file: BinaryIO, one: zipfile.ZipInfo) -> bytes:
    """The octets that stand in the zip for a member, in the form that ``misshapen`` finds to be the tool's."""
    file.seek(one.header_offset + _LOCAL.size + len(one.filename.encode()))
    return file.read(one.compress_size)


def misshapen(bundle: zipfile.ZipFile, file: BinaryIO) -> Iterator[str]:
    """The members that another hand has written, or that have octets before them; ``""``: what follows them all."""
    at, directory = 0, []
    there = file.seek(0, os.SEEK_END)
    for one in sorted(bundle.infolist(), key=lambda one: one.header_offset):
        ends = one.header_offset + one.compress_size
        if one.header_offset < 0 or ends > there or one.file_size > zipfile.ZIP64_LIMIT:
            yield one.filename  # where it would stand there is nothing: nor can be said what stands after it
            return
        due = about(one.filename)
        due.CRC, due.compress_size, due.file_size, due.header_offset = one.CRC, one.compress_size, one.file_size, at
        header = due.FileHeader(zip64=False)
        file.seek(one.header_offset)
        if one.header_offset != at or file.read(len(header)) != header:
            yield one.filename
        directory.append(_entry(due, header))
        at = one.header_offset + len(header) + one.compress_size
    entries = b"".join(directory)
    file.seek(at)
    if file.read() != entries + _end(len(directory), len(entries), at):
        yield ""


def _end(count: int, octets: int, at: int) -> bytes:
    """The end record behind a central directory of so many entries and octets, which begins there."""
    return _END.pack(b"PK\x05\x06", 0, 0, count, count, octets, at, 0)


def _entry(due: zipfile.ZipInfo, header: bytes) -> bytes:
    """The entry of the central directory: what the local header has from its version on, and where that stands."""
    name = header[_LOCAL.size :]
    version = due.create_version, due.create_system
    return (
        _ENTRY.pack(b"PK\x01\x02", *version, header[4 : _LOCAL.size], 0, 0, 0, due.external_attr, due.header_offset)
        + name
    )
