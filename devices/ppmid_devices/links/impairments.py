"""What a faulty way does to what it carries, in the words of bench files and scenarios."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Impairments:
    """``delay_ms``: of everything, in each direction. ``octets_per_s``: the rate of each direction, 0 without a limit.

    ``dropped``: the share of datagrams, or of the pieces that a serial line brings, that are lost; TCP loses none.
    ``reset_after``: octets in both directions together after which a connection is reset, 0 for never.
    """

    delay_ms: int = 0
    octets_per_s: int = 0
    dropped: float = 0.0
    reset_after: int = 0

    def __post_init__(self) -> None:
        """Raises ValueError for a share that is none, and for numbers below zero."""
        if not 0 <= self.dropped <= 1:
            raise ValueError(f"dropped: expected a share from 0 to 1, found {self.dropped}")
        for name in ("delay_ms", "octets_per_s", "reset_after"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name}: expected a number from 0 up, found {getattr(self, name)}")
