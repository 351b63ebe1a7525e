"""A secured HAN frame, NWK and APS, built and opened on the struct path."""

from collections.abc import Callable, Iterator
from itertools import islice

from cryptography.hazmat.primitives.ciphers.aead import AESCCM

from benchmarks import Row, best
from ppmid_protocols.eui import Eui
from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee import tunneling
from ppmid_protocols.zigbee.han import Dissector, HanKeys, Radio, build_frames, open_frame
from ppmid_protocols.zigbee.tunneling import TransferData
from ppmid_protocols.zigbee.zcl import Direction

_FRAMES = 500  # in one measurement
_BLOCK_OCTETS = 40  # of a message in one frame
_HUB, _PPMID = Eui.parse("00-DB-12-34-56-78-90-A2"), Eui.parse("00-DB-12-34-56-78-90-A4")
_HUB_SHORT, _PPMID_SHORT = 0x0000, 0x0002
_KEYS = HanKeys(Secret(bytes(range(16))), _HUB, {_PPMID: Secret(bytes(range(16, 32)))})
_ADDRESSES = {_HUB_SHORT: _HUB, _PPMID_SHORT: _PPMID}


def rows(repeats: int) -> Iterator[Row]:
    """The cost of one frame in microseconds, beside that of its two AES-CCM operations alone."""
    message = tunneling.frame(TransferData(1, bytes(_BLOCK_OCTETS)), Direction.TO_SERVER, 1).encode()
    radio = Radio(eui=_PPMID, short=_PPMID_SHORT)
    frames = list(islice(_frames(radio, message), _FRAMES))
    frame = frames[0]
    cipher, nonce = AESCCM(_KEYS.network_key, tag_length=4), bytes(13)
    dissector = Dissector(_KEYS, _ADDRESSES)

    def bare() -> None:
        cipher.encrypt(nonce, message, nonce)
        cipher.encrypt(nonce, frame, nonce)

    works: dict[str, Callable[[], object]] = {
        "two AES-CCM operations alone": lambda: [bare() for _ in frames],
        "build a secured HAN frame (ZCL to MAC)": lambda: list(islice(_frames(radio, message), _FRAMES)),
        "open a secured HAN frame": lambda: [open_frame(one, _KEYS, _ADDRESSES) for one in frames],
        "open it and read its ZCL message": lambda: [dissector.feed(one, 1) for one in frames],
    }
    times = best(repeats, *works.values())
    for what, seconds in zip(works, times, strict=True):
        yield Row(f"{_FRAMES} x {what}", seconds, f"{seconds / _FRAMES * 1e6:.1f} us each")


def _frames(radio: Radio, message: bytes) -> Iterator[bytes]:
    """Frames one after the other, as a device numbers them."""
    while True:
        (frame,), radio = build_frames(radio, _HUB, _HUB_SHORT, tunneling.CLUSTER, message, _KEYS)
        yield frame
