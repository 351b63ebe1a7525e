"""Vending: which UTRN counter comes next for a meter, and which value a UTRN carries for an amount of money."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ppmid_devices.credentials import Credentials, Directory
from ppmid_devices.dcc_user.settings import DccUserSettings
from ppmid_devices.ports import SECOND, Clock
from ppmid_protocols.errors import Malformed, Unsupported
from ppmid_protocols.eui import Eui
from ppmid_protocols.secret import Secret
from ppmid_protocols.utrn import COUNTER_LIMIT, VALUE_LIMIT, Utrn, ValueClass, jump_is_readable, make

UNITS = ((ValueClass.PENCE, 1_000), (ValueClass.POUNDS, 100_000))
"""Value classes with the worth of one unit in millipence, in the order in which they are tried."""


def face_value(amount: int) -> tuple[int, ValueClass]:
    """Value and value class of the UTRN that credits ``amount`` millipence.

    Whole pence up to 8191 go as pence; beyond that, whole pounds up to 8191 as pounds (GBCS 14.2: 13 bits of value).
    Raises Malformed for any other amount.
    """
    for value_class, unit in UNITS:
        value, rest = divmod(amount, unit)
        if not rest and 0 < value < VALUE_LIMIT:
            return value, value_class
    expected = f"1 to {VALUE_LIMIT - 1} whole pence or whole pounds"
    raise Malformed("amount", f"expected {expected}, found {amount} millipence")


@dataclass(frozen=True, slots=True)
class UtrnCounters:
    """The UTRN counters of one meter as its Supplier knows them: the next to vend, and the highest surely used.

    That each meter has its own, apart from the numbers of Commands, is assumed: a keypad follows jumps of 511 at most.
    """

    coming: int
    used: int

    def require_readable(self) -> None:
        """Raise Unsupported when the meter could not rebuild the coming counter from the ten bits of a printed code."""
        if not jump_is_readable(self.used, self.coming):
            raise Unsupported(
                f"UTRN counter {self.coming} cannot be rebuilt by a meter whose highest used counter is {self.used}:"
                " counter out of window; a top-up by SRV 2.2 carries the whole counter"
            )

    def after_vend(self) -> "UtrnCounters":
        """The counters once the coming one has been vended."""
        return replace(self, coming=self.coming + 1)

    def after_use(self, counter: int) -> "UtrnCounters":
        """The counters once the meter is known to have credited a UTRN with ``counter``."""
        return replace(self, used=max(self.used, counter))


@dataclass(frozen=True, slots=True)
class Vended:
    """A UTRN with the counter that it was made with."""

    counter: int
    utrn: Utrn

    @property
    def originator_counter(self) -> int:
        """The 64-bit Originator Counter: the UTRN counter in its upper half (GBCS 14.3)."""
        return self.counter * COUNTER_LIMIT


class Vendor:
    """Makes UTRNs with a Supplier's prepayment key, and remembers which counters it gave and which were used.

    Where a Supplier counts by the clock, the next counter is the time in seconds at the least. ``warnings``: the meters
    whose counters come to an end, oldest first. At that end there is no code any more, by any way, before a handover
    has set the meter's counters back (CS02b with a floor for UTRNs).
    """

    def __init__(
        self,
        *,
        credentials: Credentials,
        directory: Directory,
        meters: Iterable[Eui],
        clock: Clock,
        settings: DccUserSettings,
    ) -> None:
        self._supplier, self._prepayment = credentials.eui, credentials.own("prepayment")
        self._directory, self._clock, self._settings = directory, clock, settings
        first = UtrnCounters(settings.utrn_counter_start, settings.utrn_counter_used)
        self._counters = dict.fromkeys(meters, first)
        self._vended: dict[Eui, dict[Secret, Vended]] = {}
        self._credited: dict[tuple[Eui, int], int] = {}
        self._ending: dict[Eui, str] = {}

    @property
    def warnings(self) -> tuple[str, ...]:
        return tuple(self._ending.values())

    def counters(self, meter: Eui) -> UtrnCounters:
        """The counters of ``meter``. Raises Malformed for a meter that is not this Supplier's."""
        if meter not in self._counters:
            raise Malformed("meter", f"expected a meter of this User, found {meter}")
        counters = self._counters[meter]
        least = self._clock.now() // SECOND if self._settings.utrn_counters == "epoch" else 0
        return replace(counters, coming=max(counters.coming, least))

    def vend(self, meter: Eui, amount: int) -> Vended:
        """The UTRN of ``amount`` millipence with the next counter of ``meter``.

        Raises Malformed as ``face_value``, and where the counters of ``meter`` have come to their end.
        """
        counters = self.counters(meter)
        self._look_ahead(meter, counters.coming)
        value, value_class = face_value(amount)
        originator_counter = counters.coming * COUNTER_LIMIT
        peer = self._directory.public_key(meter, "agreement")
        utrn = make(self._supplier, meter, originator_counter, value, value_class, self._prepayment.private, peer)
        self._counters[meter] = counters.after_vend()
        vended = Vended(counters.coming, utrn)
        self._vended.setdefault(meter, {})[utrn.digits] = vended
        return vended

    def _look_ahead(self, meter: Eui, coming: int) -> None:
        left = COUNTER_LIMIT - coming
        if left <= self._settings.utrn_counters_left:
            warned = (
                f"{left} UTRN counters were left for {meter} when this was first seen: plan a handover with a floor"
            )
            self._ending.setdefault(meter, warned)

    def printed(self, meter: Eui, amount: int) -> Utrn:
        """As ``vend``, for typing in. Raises Unsupported where the meter could not rebuild its counter."""
        if self._settings.refuse_unreadable_codes:
            self.counters(meter).require_readable()
        return self.vend(meter, amount).utrn

    def vended(self, meter: Eui, utrn: Utrn) -> Vended | None:
        """A UTRN that was vended here for ``meter``, with its counter; None for any other."""
        return self._vended.get(meter, {}).get(utrn.digits)

    def credited(self, meter: Eui, counter: int, at: int | None) -> None:
        """``meter`` has credited a UTRN with this counter; ``at``: the moment by which that was proven, if it was."""
        self._counters[meter] = self.counters(meter).after_use(counter)
        if at is not None:
            self._credited.setdefault((meter, counter), at)

    def open_codes(self, meter: Eui, since: int) -> list[Vended]:
        """The codes of ``meter`` that may have been credited after ``since``: all but those that surely were before."""
        codes = self._vended.get(meter, {}).values()
        return [one for one in codes if self._credited.get((meter, one.counter), since) >= since]
