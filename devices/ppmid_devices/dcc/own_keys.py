"""A party's own key pairs, asked for when it is built rather than missed when it is needed."""

from ppmid_devices.credentials import KeyPair
from ppmid_protocols.errors import NotAuthentic


def held(pair: KeyPair | None, use: str) -> KeyPair:
    """``pair``, which must be there. Raises NotAuthentic("certificate") naming the ``use`` that it lacks."""
    if pair is None:
        raise NotAuthentic("certificate", f"expected a key pair of its own for {use}, found none")
    return pair
