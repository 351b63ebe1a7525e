"""Octets that nobody may read in a log, a status text or a report."""


class Secret(bytes):
    """Secret octets (a symmetric key, a token): they compute like bytes and print as ``<secret>``."""

    def __repr__(self) -> str:
        return "<secret>"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format(repr(self), spec)
