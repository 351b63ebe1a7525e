"""A whole message as named nodes: MAC header, grouping header, payload, signature, MAC."""

from collections.abc import Iterator

from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs import dlms
from ppmid_protocols.gbcs.ber import length_octets
from ppmid_protocols.gbcs.message import MAC_OCTETS, Message
from ppmid_protocols.gbcs.names.der_nodes import der_node
from ppmid_protocols.gbcs.names.dlms_nodes import DlmsNodes
from ppmid_protocols.gbcs.names.gbz_nodes import GbzNodes
from ppmid_protocols.gbcs.names.kinds import words
from ppmid_protocols.gbcs.payload import DerPayload, GbzPayload, Payload
from ppmid_protocols.gbcs.tree import Node, Walk
from ppmid_protocols.gbcs.use_cases import describe

_SECRET_CARRIERS = frozenset((0x0001, 0x0003, 0x0018, 0x0058, 0x0083, 0x00FE, *range(0x0100, 0x010A)))
"""Use cases with a key or PIN in their payload: CCS01, CCS03, CS14, ECS50, GCS36, CCS07, CS02b."""


def message_nodes(message: Message, payload: Payload | None, plain: Iterator[bytes | None]) -> list[Node]:
    """The nodes of ``message.encode()`` from its first octet to its last.

    ``payload``: what was read of it; None leaves its octets as one leaf. ``plain``: the opened sealed parts of the
    payload in their order, None for one that was not opened.
    """
    walk = Walk(message.encode())
    nodes: list[Node] = []
    if message.mac is not None:
        nodes.append(_mac_header(walk, message))
    nodes += _grouping_header(walk, message)
    nodes.append(_payload(walk, message, payload, plain))
    if not message.pre_command:
        nodes.append(walk.leaf(1, "signature length", value=len(message.signature)))
    if message.signature:
        nodes.append(walk.leaf(len(message.signature), "signature", "r and s"))
    if message.mac is not None:
        nodes.append(walk.leaf(MAC_OCTETS, "MAC"))
    return nodes


def _mac_header(walk: Walk, message: Message) -> Node:
    length = 5 + len(message.grouping()) + MAC_OCTETS
    children = [
        walk.leaf(7, "general-ciphering", "six fields of no length"),
        walk.leaf(length_octets(length), "ciphered-service length", value=length),
        walk.leaf(5, "security header", "authenticated only, invocation counter 0"),
    ]
    return walk.branch("MAC header", children)


def _grouping_header(walk: Walk, message: Message) -> Iterator[Node]:
    other = message.other_information
    yield walk.leaf(1, "general-signing")
    yield walk.leaf(1, "transaction-id length", value=9)
    yield walk.leaf(1, "CRA flag", message.cra.name.title(), int(message.cra))
    yield walk.leaf(8, "Originator Counter", value=message.counter)
    yield walk.leaf(9, "originator", value=str(message.originator))
    yield walk.leaf(9, "target", value=str(message.target))
    yield walk.leaf(1 + len(message.date_time), "date-time", words("time", message.date_time) or "none")
    yield walk.leaf(length_octets(len(other)), "other-information length", value=len(other))
    yield walk.leaf(2, "Message Code", describe(message.message_code), f"{message.message_code:04X}")
    yield from _supplement(walk, message)


def _supplement(walk: Walk, message: Message) -> Iterator[Node]:
    if message.supplementary_party is not None:
        yield walk.leaf(8, "Supplementary Remote Party", value=str(Eui(message.supplementary_party)))
    if message.supplementary_party_counter is not None:
        yield walk.leaf(8, "Supplementary Remote Party Counter", value=message.supplementary_party_counter)
    if message.supplementary_originator_counter is not None:
        yield walk.leaf(8, "Supplementary Originator Counter", value=message.supplementary_originator_counter)
    if message.supplementary_certificate:
        yield walk.leaf(len(message.supplementary_certificate), "Supplementary certificate", "X.509")


def _payload(walk: Walk, message: Message, payload: Payload | None, plain: Iterator[bytes | None]) -> Node:
    size = len(message.payload)
    children = [walk.leaf(length_octets(size), "payload length", value=size)]
    match payload:
        case None:
            children.append(walk.leaf(size, "octets", "not read", secret=message.message_code in _SECRET_CARRIERS))
        case GbzPayload(components, alert):
            children += GbzNodes(walk, plain).nodes(components, alert)
        case DerPayload(_, element):
            children.append(der_node(walk, element))
        case apdu:
            children += DlmsNodes(walk, message.message_code, dlms.invoke_id(message.counter), plain).nodes(apdu)
    return walk.branch("payload", children)
