"""The first message of either end of a connection over the Internet: for which PPMID it is, and of which bench.

It proves nothing, the certificates do. It finds an end that was set up for another bench, and gives it a name:

    8  PPMIDLCI in ASCII
    1  form: 1
    8  EUI-64 of the PPMID
    …  the bench's id, 1 to 64 octets of UTF-8
"""

from dataclasses import dataclass

from ppmid_protocols.errors import Malformed
from ppmid_protocols.eui import Eui

_MAGIC = b"PPMIDLCI"
_FORM = 1
_HEADER = 17
MOST_OCTETS = 64
"""The most octets of a bench's id."""


@dataclass(frozen=True, slots=True)
class Greeting:
    """What an end says of itself."""

    ppmid: Eui
    bench: str

    def __str__(self) -> str:
        return f"PPMID {self.ppmid} of bench {self.bench!r}"

    def encode(self) -> bytes:
        """Its octets. Raises Malformed for an id of another length."""
        bench = self.bench.encode()
        if not 0 < len(bench) <= MOST_OCTETS:
            raise Malformed("bench", f"expected 1 to {MOST_OCTETS} octets, found {len(bench)}")
        return _MAGIC + bytes((_FORM,)) + bytes(self.ppmid) + bench

    @classmethod
    def decode(cls, octets: bytes) -> "Greeting":
        """Read a greeting. Raises Malformed."""
        if octets[:8] != _MAGIC or octets[8:9] != bytes((_FORM,)):
            raise Malformed("greeting", f"expected {_MAGIC.decode()} and the form {_FORM}", 0)
        bench = octets[_HEADER:]
        if not 0 < len(bench) <= MOST_OCTETS:
            raise Malformed("bench", f"expected 1 to {MOST_OCTETS} octets, found {len(bench)}", _HEADER)
        try:
            return cls(Eui(octets[9:_HEADER]), bench.decode())
        except UnicodeDecodeError as problem:
            raise Malformed("bench", f"expected UTF-8: {problem.reason}", _HEADER + problem.start) from problem
