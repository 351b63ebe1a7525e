"""Work on coverage with one fault each."""

from ppmid_devices.coverage_desk.cases import Act, Case, Refusal
from ppmid_devices.coverage_desk.simulated import SimulatedCoverageDesk
from ppmid_devices.links.contract import Aerial, Installer
from ppmid_devices.links.wan_variants import FITTED_BY


class FirstComeFirstServed(SimulatedCoverageDesk):
    """Serves homes in the order of the reports, however they pay.

    Breaks: prepayment customers come first (SECMP0032).
    """

    def _turn(self) -> list[Case]:
        return sorted(self._cases.values(), key=lambda one: one.done[Act.REPORTED])


class AsksNobody(SimulatedCoverageDesk):
    """Exchanges a hub for one with mesh without the customer's consent.

    Breaks: no exchange of a hub without mesh for one with it before consent is recorded (SECMP0032).
    """

    def _why_not(self, case: Case) -> Refusal | None:
        found = super()._why_not(case)
        return None if found is Refusal.NO_CONSENT else found


class LetsAnybodyFit(SimulatedCoverageDesk):
    """Has every aerial fitted by whoever comes.

    Breaks: a T3 is the DCC's alone to order and fit, every other one the Supplier's (SECMP0032).
    """

    def fit(self, premise: str, aerial: Aerial, installer: Installer) -> None:
        owner = FITTED_BY[aerial]
        self._wan.fit_aerial(aerial, owner)
        self._do(premise, Act.AERIAL, by=installer, detail=aerial)


class AdvisesNobody(SimulatedCoverageDesk):
    """Takes reports and leaves them.

    Breaks: DCC and Service Provider advise the Supplier in time to exchange the hub within 30 days (SECMP0032).
    """

    def _advise(self, premise: str) -> None:
        """Nobody is told."""


class ProposesNothing(SimulatedCoverageDesk):
    """Lets day 90 pass.

    Breaks: by day 90 the DCC has proposed a solution (SECMP0032).
    """

    def _propose(self, premise: str) -> None:
        """Nothing comes of it."""
