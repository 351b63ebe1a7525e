"""The few ways in which bytes can be wrong.

``Malformed``: they do not have the shape that the specification gives them; says where.
``NotAuthentic``: they have the shape, but a signature, MAC, tag or check digit does not hold.
``Unsupported``: they are well formed, but this version knows no way to handle them.
"""


class ProtocolError(ValueError):
    """Base of everything that the protocols raise about bytes, text or keys given to them."""


class Malformed(ProtocolError):
    """The bytes do not have the specified shape.

    ``field`` names the element that could not be read, ``offset`` is its position in the bytes that were given
    (None where a position has no meaning), ``problem`` says what was expected and what was found.
    """

    def __init__(self, field: str, problem: str, offset: int | None = None) -> None:
        self.field, self.problem, self.offset = field, problem, offset
        place = "" if offset is None else f" at offset {offset}"
        super().__init__(f"{field}{place}: {problem}")


class NotAuthentic(ProtocolError):
    """A signature, MAC, authentication tag or check digit does not hold.

    ``what`` is one of ``signature``, ``mac``, ``ciphertext``, ``check digit``, ``certificate``, ``binding`` and
    ``replay``.
    """

    def __init__(self, what: str, reason: str) -> None:
        self.what, self.reason = what, reason
        super().__init__(f"{what}: {reason}")


class Unsupported(ProtocolError):
    """Well formed, but outside what this version handles; the message says what it was."""
