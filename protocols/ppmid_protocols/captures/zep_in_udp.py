"""ZEP in captures of an IP network: what Wireshark records of a HAN that is carried over UDP, as on a loopback."""

import struct

from ppmid_protocols.zigbee import zep

_ETHERNET, _RAW_IP, _LOOPBACK, _COOKED, _COOKED_2 = 1, 101, 0, 113, 276
_HEADS = {_LOOPBACK: 4, _ETHERNET: 14, _RAW_IP: 0, _COOKED: 16, _COOKED_2: 20}
"""Octets before the IP header, by the numbers of the registry at tcpdump.org."""
_UDP = 17
_IPV4, _IPV6 = 4, 6
_IPV6_HEAD, _UDP_HEAD = 40, 8

LINK_TYPES = frozenset(_HEADS)


def mac_frame(link_type: int, octets: bytes) -> bytes | None:
    """The MAC frame, with its check sequence, in a captured datagram to or from the port of ZEP; None for all else.

    Datagrams in fragments, and behind options of IPv6, are all else. Raises Malformed, Unsupported as ``zep`` does.
    """
    ip = octets[_HEADS[link_type] :]
    version = ip[0] >> 4 if ip else 0
    if version == _IPV4 and len(ip) >= 20:
        if ip[9] != _UDP or int.from_bytes(ip[6:8], "big") & 0x3FFF:
            return None
        datagram = ip[(ip[0] & 0xF) * 4 : int.from_bytes(ip[2:4], "big")]
    elif version == _IPV6 and len(ip) >= _IPV6_HEAD and ip[6] == _UDP:
        datagram = ip[_IPV6_HEAD : _IPV6_HEAD + int.from_bytes(ip[4:6], "big")]
    else:
        return None
    if len(datagram) < _UDP_HEAD or zep.PORT not in struct.unpack_from(">HH", datagram):
        return None
    heard = zep.decode(datagram[_UDP_HEAD:])
    return heard.frame if isinstance(heard, zep.Data) else None
