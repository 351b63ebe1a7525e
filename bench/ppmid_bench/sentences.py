"""Amounts and numbers of things, as the sentences of checks and reports write them."""

_POUND = 100_000  # millipence


def pounds(amount: int) -> str:
    """An amount in millipence as a person writes it: ``£1.50``; with every digit where it is no whole pence."""
    whole, rest = divmod(abs(amount), _POUND)
    sign = "-" if amount < 0 else ""
    return f"{sign}£{whole}.{rest:05}".removesuffix("000")


def counted(number: int, one: str, several: str = "") -> str:
    """``1 message``, ``2 messages``; ``several`` where it is no mere ``s``."""
    return f"{number} {one if number == 1 else several or one + 's'}"
