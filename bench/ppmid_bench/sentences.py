"""Amounts, times and numbers of things, as the sentences of checks and reports write them."""

_POUND = 100_000  # millipence


def pounds(amount: int) -> str:
    """An amount in millipence as a person writes it: ``£1.50``; with every digit where it is no whole pence."""
    whole, rest = divmod(abs(amount), _POUND)
    sign = "-" if amount < 0 else ""
    return f"{sign}£{whole}.{rest:05}".removesuffix("000")


def counted(number: int, one: str, several: str = "") -> str:
    """``1 message``, ``2 messages``; ``several`` where it is no mere ``s``."""
    return f"{number} {one if number == 1 else several or one + 's'}"


_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"))
_IN_HOURS = 172_800


def lasted(seconds: float) -> str:
    """A time as a person reads it: ``0.721 s``, ``24 h 3 min 29.4 s``, ``30 d``; in days from two on."""
    if abs(seconds) < 60:
        return f"{seconds:.3f} s"
    whole, thousandths = divmod(round(abs(seconds) * 1_000), 1_000)
    parts = []
    for size, unit in _UNITS:
        if unit == "d" and abs(seconds) < _IN_HOURS:
            continue
        count, whole = divmod(whole, size)
        if count:
            parts.append(f"{count} {unit}")
    rest = f"{whole}.{thousandths:03}".rstrip("0").rstrip(".")
    if rest != "0":
        parts.append(f"{rest} s")
    return ("-" if seconds < 0 else "") + " ".join(parts)


def quantity(value: float, unit: str) -> str:
    """A value with its unit: times as a person reads them, a share in percent, anything else as short as it can be."""
    if unit == "share":
        return f"{100 * value:g} %"
    if unit in _SECONDS_IN:
        return lasted(value * _SECONDS_IN[unit])
    return f"{value:g} {unit}".strip()


_SECONDS_IN = {"s": 1, "d": 86_400}
