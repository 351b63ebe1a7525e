"""Where a hub's new keys come from: its own private key and a count, in the place of a random number generator.

So they are nobody else's to know, and a scenario comes out the same each time.
"""

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC

from ppmid_devices.credentials import Credentials
from ppmid_protocols.eui import Eui
from ppmid_protocols.secret import Secret

_SCALAR_OCTETS, _KEY_OCTETS = 32, 16


class KeyMaker:
    """Raises NotAuthentic for credentials without a signing key."""

    def __init__(self, credentials: Credentials) -> None:
        self._private = credentials.own("signing").private
        self._made = 0

    def link_key(self, device: Eui) -> Secret:
        """A new link key for a device, 16 octets, other than all before."""
        self._made += 1
        number = self._private.private_numbers().private_value
        mac = HMAC(number.to_bytes(_SCALAR_OCTETS, "big"), SHA256())
        mac.update(b"link key" + device + self._made.to_bytes(4, "big"))
        return Secret(mac.finalize()[:_KEY_OCTETS])
