"""How a home without SM WAN comes to its coverage: a case, what may happen to it when, and whose turn it is. Pure.

| what happens | who does it                   | what it needs first                         | what it brings         |
|--------------|-------------------------------|---------------------------------------------|------------------------|
| `reported`   | the Supplier                  | nothing                                     | a place in the queue   |
| `advised`    | DCC and Service Provider      | the report                                  | a variant to change to |
| `proposed`   | the DCC, by day 90            | the report                                  | nothing at all         |
| `consented`  | the customer                  | the report                                  | leave to change        |
| `exchanged`  | whoever may order the variant | the advice; consent, where mesh comes in    | another hub            |
| `aerial`     | whoever may order the aerial  | the advice                                  | an aerial              |

Prepayment customers come first, each kind in the order of the reports (SECMP0032). The duty of 90 days is to propose,
not to cure. Consent is asked for a hub that has only the SM WAN's own network and would have mesh. That a T3 is the
DCC's to order and fit, and every other variant the Supplier's, stands in ``links.wan_variants``. What else precedes
what is assumed: public text names the acts and not their order.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Literal

from ppmid_devices.links.contract import Aerial, Installer, Variant
from ppmid_devices.links.wan_variants import FITTED_BY, VARIANTS


class Act(StrEnum):
    """What happens to a case."""

    REPORTED = "reported"
    ADVISED = "advised"
    PROPOSED = "proposed"
    CONSENTED = "consented"
    EXCHANGED = "exchanged"
    AERIAL = "aerial"


class Refusal(StrEnum):
    """Why a visit changes nothing."""

    NOT_ADVISED = "nobody has advised it"
    NO_CONSENT = "the customer has not consented"
    NOT_THEIRS = "it is not this party's to order and fit"
    NO_PLACE = "this hub has no place for an aerial"


Mode = Literal["prepayment", "credit"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A home that has been reported. ``done``: the time of each act (ns); ``variant``: of the hub that it has now.

    ``advised``: the variant that it is advised to change to.
    """

    premise: str
    mode: Mode
    variant: Variant
    advised: Variant | None = None
    done: dict[Act, int] = field(default_factory=dict)

    @property
    def needs_consent(self) -> bool:
        """Whether the advice would bring mesh, or a buddy's line, into a home whose hub has neither."""
        if self.advised is None:
            return False
        return bool(VARIANTS[self.advised].neighbour) and not VARIANTS[self.variant].neighbour

    def after(self, act: Act, now: int) -> "Case":
        """The case once this has happened; the first time of an act stands."""
        return replace(self, done={act: now, **self.done})


def turn(cases: Iterable[Case]) -> list[Case]:
    """The cases in the order of the queue: prepayment first, then by the time of the report, then by name."""
    return sorted(cases, key=lambda one: (one.mode != "prepayment", one.done[Act.REPORTED], one.premise))


def why_not_exchange(case: Case, installer: Installer) -> Refusal | None:
    """Why the hub may not be exchanged for the one advised; None when it may."""
    if case.advised is None:
        return Refusal.NOT_ADVISED
    if installer != "Supplier":
        return Refusal.NOT_THEIRS
    if case.needs_consent and Act.CONSENTED not in case.done:
        return Refusal.NO_CONSENT
    return None


def why_not_fit(case: Case, aerial: Aerial, installer: Installer) -> Refusal | None:
    """Why an aerial may not be fitted to the hub; None when it may."""
    if not VARIANTS[case.variant].takes_aerials:
        return Refusal.NO_PLACE
    return None if FITTED_BY[aerial] == installer else Refusal.NOT_THEIRS
