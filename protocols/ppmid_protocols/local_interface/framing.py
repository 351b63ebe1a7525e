"""Messages on a stream: each preceded by its length, four octets, big endian."""

from ppmid_protocols.errors import Malformed

DEFAULT_LARGEST = 4096
LENGTH_OCTETS = 4


def frame(data: bytes, *, largest: int = DEFAULT_LARGEST) -> bytes:
    """Length and octets. Raises Malformed unless there are 1 to ``largest`` octets."""
    _require_length(len(data), largest, None)
    return len(data).to_bytes(LENGTH_OCTETS, "big") + data


class Deframer:
    """Takes what a stream gives, in pieces of any size, and gives back whole messages.

    After a wrong length the stream has no known place any more: it must be closed, and every later call raises.
    Between calls it holds less than one frame.
    """

    def __init__(self, *, largest: int = DEFAULT_LARGEST) -> None:
        self._largest = largest
        self._buffer = b""
        self._consumed = 0
        self._broken: Malformed | None = None

    def feed(self, data: bytes) -> list[bytes]:
        """The messages that these octets complete.

        Raises Malformed, with the offset in the stream, for a length of 0 or above ``largest``. Messages before it are
        given first and the next call raises, so that what is given does not hang on how the stream was cut.
        """
        if self._broken:
            raise self._broken
        self._buffer += data
        whole: list[bytes] = []
        while len(self._buffer) >= LENGTH_OCTETS:
            length = int.from_bytes(self._buffer[:LENGTH_OCTETS], "big")
            try:
                _require_length(length, self._largest, self._consumed)
            except Malformed as problem:
                self._broken, self._buffer = problem, b""
                break
            end = LENGTH_OCTETS + length
            if len(self._buffer) < end:
                break
            whole.append(self._buffer[LENGTH_OCTETS:end])
            self._buffer = self._buffer[end:]
            self._consumed += end
        if self._broken and not whole:
            raise self._broken
        return whole

    def finish(self) -> None:
        """The stream has ended. Raises Malformed when it ended inside a message, or at a wrong length."""
        if self._broken:
            raise self._broken
        if self._buffer:
            raise Malformed("frame", f"the stream ended after {len(self._buffer)} octets of one", self._consumed)


def _require_length(length: int, largest: int, offset: int | None) -> None:
    if not 0 < length <= largest:
        raise Malformed("frame length", f"expected 1 to {largest}, found {length}", offset)
