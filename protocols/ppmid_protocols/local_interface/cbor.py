"""Deterministic CBOR (RFC 8949 4.2.1): one encoding for each value, and no other accepted."""

import cbor2

from ppmid_protocols.errors import Malformed

_MAX_DEPTH = 8


def encode(field: str, item: object) -> bytes:
    """Encode ``item``. Raises Malformed naming ``field`` when it is nothing that CBOR has."""
    try:
        return cbor2.dumps(item, canonical=True)
    except (cbor2.CBORError, UnicodeEncodeError) as problem:
        raise Malformed(field, f"expected a value with a CBOR form: {problem}") from problem


def decode(field: str, data: bytes, start: int = 0) -> object:
    """Decode exactly one item, from ``start`` on: arrays become lists, maps dicts. Raises Malformed naming ``field``.

    Refused: what is not well formed, octets after the item, lengths and integers longer than need be, indefinite
    lengths, keys out of order or twice, and tags that stand for another value.
    """
    try:
        octets = data[start:]
        item: object = cbor2.loads(octets, max_depth=_MAX_DEPTH)
        only_form = cbor2.dumps(item, canonical=True)
    except cbor2.CBORError as problem:
        raise Malformed(field, f"expected well-formed CBOR: {problem}") from problem
    if only_form != octets:
        if octets.startswith(only_form):
            found, end = len(octets) - len(only_form), start + len(only_form)
            raise Malformed(field, f"expected nothing after the item, found {found} octets", end)
        raise Malformed(field, "expected deterministic CBOR, found another encoding of the value")
    return item
