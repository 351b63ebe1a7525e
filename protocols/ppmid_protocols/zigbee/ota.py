"""Over-the-air upgrade cluster 0x0019, and the head of an image file (ZCL 11).

Little endian. The public DUIS 5.4 template of SRV 11.4 has an image with this head; the commands are from general
knowledge of the ZigBee Cluster Library, since no public reference data has them.
"""

import hashlib
from dataclasses import dataclass
from typing import TypeAlias

from ppmid_protocols.errors import Malformed
from ppmid_protocols.zigbee.commands import CommandTable
from ppmid_protocols.zigbee.octets import Cursor, pack
from ppmid_protocols.zigbee.zcl import Direction, ZclFrame

CLUSTER = 0x0019
MAGIC = 0x0BEEF11E
HEADER_VERSION = 0x0100
SUCCESS, ABORT, INVALID_IMAGE, NO_IMAGE = 0x00, 0x95, 0x96, 0x98
"""Status codes of this cluster."""

_FIXED, _NAME, _HARDWARE = 56, 32, 0x0004
"""Octets of a head without options, octets of its name, and the flag that hardware versions follow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageHead:
    """What stands before the image itself. ``hardware``: lowest and highest hardware version, where they are named.

    ``size``: octets of the whole file, this head among them.
    """

    manufacturer: int
    image_type: int
    file_version: int
    stack_version: int
    name: str
    size: int
    hardware: tuple[int, int] | None = None

    @property
    def octets(self) -> int:
        """Length of the head."""
        return _FIXED + (4 if self.hardware else 0)

    def encode(self) -> bytes:
        """The octets of the head. Raises Malformed."""
        name = self.name.encode("ascii", "replace")
        if len(name) > _NAME:
            raise Malformed("image name", f"expected at most {_NAME} octets, found {len(name)}")
        hardware = b"" if self.hardware is None else b"".join(pack(one, 2, "hardware version") for one in self.hardware)
        return b"".join(
            (
                pack(MAGIC, 4, "magic"),
                pack(HEADER_VERSION, 2, "head version"),
                pack(self.octets, 2, "head length"),
                pack(_HARDWARE if self.hardware else 0, 2, "field control"),
                pack(self.manufacturer, 2, "manufacturer"),
                pack(self.image_type, 2, "image type"),
                pack(self.file_version, 4, "file version"),
                pack(self.stack_version, 2, "stack version"),
                name.ljust(_NAME, b"\0"),
                pack(self.size, 4, "image size"),
                hardware,
            )
        )


def read_head(file: bytes) -> ImageHead:
    """Read the head of an image file. Raises Malformed, also when the file is not as long as it says."""
    cursor = Cursor(file)
    for name, width, expected in (("magic", 4, MAGIC), ("head version", 2, HEADER_VERSION)):
        found = cursor.unsigned(width, name)
        if found != expected:
            raise Malformed(name, f"expected 0x{expected:04X}, found 0x{found:04X}")
    length, control = cursor.unsigned(2, "head length"), cursor.unsigned(2, "field control")
    if control not in (0, _HARDWARE):
        raise Malformed("field control", f"expected 0x0000 or 0x{_HARDWARE:04X}, found 0x{control:04X}")
    head = ImageHead(
        manufacturer=cursor.unsigned(2, "manufacturer"),
        image_type=cursor.unsigned(2, "image type"),
        file_version=cursor.unsigned(4, "file version"),
        stack_version=cursor.unsigned(2, "stack version"),
        name=cursor.take(_NAME, "image name").rstrip(b"\0").decode("ascii", "replace"),
        size=cursor.unsigned(4, "image size"),
        hardware=(cursor.unsigned(2, "hardware"), cursor.unsigned(2, "hardware")) if control else None,
    )
    if length != head.octets:
        raise Malformed("head length", f"expected {head.octets}, found {length}")
    if head.size != len(file):
        raise Malformed("image size", f"the head says {head.size} octets, found {len(file)}")
    return head


def contents_hash(file: bytes) -> bytes:
    """The SHA-256 of an image file without its head, 32 octets: by it an image is activated (CS06).

    That the head is left out is assumed: the RTDS has hashes and no image that belongs to them. Raises Malformed.
    """
    return hashlib.sha256(file[read_head(file).octets :]).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Which image: manufacturer u16 | image type u16 | file version u32."""

    manufacturer: int
    image_type: int
    file_version: int

    def encode(self) -> bytes:
        return (
            pack(self.manufacturer, 2, "manufacturer")
            + pack(self.image_type, 2, "image type")
            + pack(self.file_version, 4, "file version")
        )

    @classmethod
    def read(cls, cursor: Cursor) -> "Named":
        return cls(
            manufacturer=cursor.unsigned(2, "manufacturer"),
            image_type=cursor.unsigned(2, "image type"),
            file_version=cursor.unsigned(4, "file version"),
        )


@dataclass(frozen=True, slots=True)
class ImageNotify:
    """To the client 0x00: payload type u8 (3: manufacturer, type and version are told) | query jitter u8 | image."""

    image: Named
    jitter: int = 100

    def encode(self) -> bytes:
        return b"\x03" + pack(self.jitter, 1, "query jitter") + self.image.encode()

    @classmethod
    def read(cls, cursor: Cursor) -> "ImageNotify":
        kind = cursor.unsigned(1, "payload type")
        if kind != 3:
            raise Malformed("payload type", f"expected 3, found {kind}")
        jitter = cursor.unsigned(1, "query jitter")
        return cls(Named.read(cursor), jitter)


@dataclass(frozen=True, slots=True)
class QueryNextImage:
    """To the server 0x01: field control u8 (0) | the image that runs now."""

    running: Named

    def encode(self) -> bytes:
        return b"\0" + self.running.encode()

    @classmethod
    def read(cls, cursor: Cursor) -> "QueryNextImage":
        control = cursor.unsigned(1, "field control")
        if control:
            raise Malformed("field control", f"expected 0, found {control}")
        return cls(Named.read(cursor))


@dataclass(frozen=True, slots=True)
class QueryNextImageResponse:
    """To the client 0x02: status u8, and on success image | size u32."""

    status: int
    image: Named | None = None
    size: int = 0

    def encode(self) -> bytes:
        head = pack(self.status, 1, "status")
        return head if self.image is None else head + self.image.encode() + pack(self.size, 4, "image size")

    @classmethod
    def read(cls, cursor: Cursor) -> "QueryNextImageResponse":
        status = cursor.unsigned(1, "status")
        if status != SUCCESS:
            return cls(status)
        return cls(status, Named.read(cursor), cursor.unsigned(4, "image size"))


@dataclass(frozen=True, slots=True)
class ImageBlockRequest:
    """To the server 0x03: field control u8 (0) | image | offset u32 | most octets u8."""

    image: Named
    offset: int
    most: int

    def encode(self) -> bytes:
        return b"\0" + self.image.encode() + pack(self.offset, 4, "offset") + pack(self.most, 1, "most octets")

    @classmethod
    def read(cls, cursor: Cursor) -> "ImageBlockRequest":
        control = cursor.unsigned(1, "field control")
        if control:
            raise Malformed("field control", f"expected 0, found {control}")
        return cls(Named.read(cursor), cursor.unsigned(4, "offset"), cursor.unsigned(1, "most octets"))


@dataclass(frozen=True, slots=True)
class ImageBlockResponse:
    """To the client 0x05: status u8, and on success image | offset u32 | length u8 | octets."""

    status: int
    image: Named | None = None
    offset: int = 0
    data: bytes = b""

    def encode(self) -> bytes:
        head = pack(self.status, 1, "status")
        if self.image is None:
            return head
        return head + self.image.encode() + pack(self.offset, 4, "offset") + pack(len(self.data), 1, "n") + self.data

    @classmethod
    def read(cls, cursor: Cursor) -> "ImageBlockResponse":
        status = cursor.unsigned(1, "status")
        if status != SUCCESS:
            return cls(status)
        image, offset = Named.read(cursor), cursor.unsigned(4, "offset")
        return cls(status, image, offset, cursor.take(cursor.unsigned(1, "block length"), "block"))


@dataclass(frozen=True, slots=True)
class UpgradeEnd:
    """To the server 0x06: status u8 | image."""

    status: int
    image: Named

    def encode(self) -> bytes:
        return pack(self.status, 1, "status") + self.image.encode()

    @classmethod
    def read(cls, cursor: Cursor) -> "UpgradeEnd":
        return cls(cursor.unsigned(1, "status"), Named.read(cursor))


OtaCommand: TypeAlias = (
    ImageNotify | QueryNextImage | QueryNextImageResponse | ImageBlockRequest | ImageBlockResponse | UpgradeEnd
)

_TO_CLIENT = {0x00: ImageNotify, 0x02: QueryNextImageResponse, 0x05: ImageBlockResponse}
_TO_SERVER = {0x01: QueryNextImage, 0x03: ImageBlockRequest, 0x06: UpgradeEnd}
COMMANDS: CommandTable[OtaCommand] = CommandTable(
    "over-the-air upgrade",
    {
        **{(Direction.TO_CLIENT, number): kind for number, kind in _TO_CLIENT.items()},
        **{(Direction.TO_SERVER, number): kind for number, kind in _TO_SERVER.items()},
    },
)


def frame(command: OtaCommand, sequence: int) -> ZclFrame:
    """The ZCL frame of ``command``, in the direction that it has. Raises Malformed."""
    direction = Direction.TO_CLIENT if type(command) in _TO_CLIENT.values() else Direction.TO_SERVER
    return COMMANDS.frame(command, direction, sequence)


def read(zcl: ZclFrame) -> OtaCommand:
    """The command of a frame. Raises Malformed; Unsupported for others."""
    return COMMANDS.read(zcl)
