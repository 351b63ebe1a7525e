"""A radio of this machine as a source of frames (Linux: an IEEE 802.15.4 network interface, such as ``wpan0``)."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path

from ppmid_bench.errors import BadInput
from ppmid_protocols.captures.captured import IEEE802_15_4_BARE, IEEE802_15_4_WITH_FCS, Frame

_KINDS = {804: IEEE802_15_4_BARE, 805: IEEE802_15_4_WITH_FCS}
"""Link type by the kernel's device type; that the monitor's frames (805) keep their check sequence is assumed."""
_EVERY_PROTOCOL = 3
_LONGEST = 256
_KNOWN = Path("/sys/class/net")


def listen(name: str) -> Iterator[Frame]:
    """The frames that the interface hears, without end. Raises BadInput: no such interface, no radio, no right."""
    kind = _KNOWN / name / "type"
    if not kind.is_file():
        raise BadInput("--interface", "", "a network interface of this machine", name)
    link_type = _KINDS.get(int(kind.read_text()))
    if link_type is None:
        raise BadInput("--interface", "", "an IEEE 802.15.4 radio", f"{name}, which is none")
    try:
        yield from _heard(name, link_type)
    except PermissionError:
        raise BadInput("--interface", "", "the right to listen to a radio (run as root, or with CAP_NET_RAW)") from None
    except OSError as problem:
        raise BadInput("--interface", "", "a radio that is up", f"{name}: {problem.strerror}") from None


def _heard(name: str, link_type: int) -> Iterator[Frame]:
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_EVERY_PROTOCOL)) as radio:
        radio.bind((name, 0))
        number = 0
        while True:
            octets = radio.recv(_LONGEST)
            number += 1
            yield Frame(number, time.time_ns(), link_type, octets, name)
