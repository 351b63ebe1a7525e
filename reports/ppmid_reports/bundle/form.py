"""The form of a bundle's zip (PKWARE APPNOTE 4.3): one way to write a member, so that any other octet is found."""

import zipfile
from collections.abc import Iterator
from typing import BinaryIO

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first date of a zip: equal files give equal members, whenever they were made
_OWNER_ONLY = 0o600 << 16
_DIRECTORY_ENTRY, _END = 46, 22
"""Octets of an entry of the central directory beside its name, and of the end record without a comment."""


def about(name: str) -> zipfile.ZipInfo:
    """How a member of this name is written."""
    info = zipfile.ZipInfo(name, _EPOCH)
    info.external_attr = _OWNER_ONLY
    info.compress_type = zipfile.ZIP_DEFLATED
    info.create_system = 3  # whatever system it is made on
    return info


def misshapen(bundle: zipfile.ZipFile, file: BinaryIO) -> Iterator[str]:
    """The members that another hand has written, or that have octets before or beside them; ``""``: at the end."""
    at = 0
    for one in sorted(bundle.infolist(), key=lambda one: one.header_offset):
        due = about(one.filename)
        due.CRC, due.compress_size, due.file_size = one.CRC, one.compress_size, one.file_size
        header = due.FileHeader(zip64=False)
        file.seek(one.header_offset)
        if one.header_offset != at or file.read(len(header)) != header or _listed(one) != _listed(due):
            yield one.filename
        at = one.header_offset + len(header) + one.compress_size
    names = sum(_DIRECTORY_ENTRY + len(one.filename.encode()) for one in bundle.infolist())
    size = file.seek(0, 2)
    if bundle.start_dir != at or bundle.comment or size != at + names + _END:
        yield ""


def _listed(one: zipfile.ZipInfo) -> tuple[object, ...]:
    """What the central directory says of a member beside its name, place, sizes and CRC."""
    kind = one.compress_type, one.create_system, one.create_version, one.extract_version, one.flag_bits & ~0x800
    return *kind, one.date_time, one.external_attr, one.internal_attr, one.volume, one.reserved, one.extra, one.comment
