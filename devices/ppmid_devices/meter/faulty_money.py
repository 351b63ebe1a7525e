"""Meters with one fault each in what becomes of a top-up's money. Names without a kind are electricity meters."""

from dataclasses import replace

from ppmid_devices.meter import accounts, allocation
from ppmid_devices.meter.accounts import LARGEST, Account, Step
from ppmid_devices.meter.esme import SimulatedEsme
from ppmid_devices.meter.gsme import SimulatedGsme
from ppmid_devices.meter.top_ups import TopUps


class _TopUpsWithoutMaximum(TopUps):
    __slots__ = ()

    def may_hold(self, balance: int) -> bool:
        return balance <= LARGEST


class _TopUpsOfAnyAmount(TopUps):
    __slots__ = ()

    def may_take(self, _amount: int) -> bool:
        return True


class _TopUpsThatRepayTwice(TopUps):
    __slots__ = ()

    def credited(self, account: Account, amount: int, now: int) -> Account:
        once = super().credited(account, amount, now)
        share = min(account.payment_debt - once.payment_debt, once.payment_debt)
        return replace(once, payment_debt=once.payment_debt - share, balance=once.balance - share)


class _TopUpsWithoutCap(TopUps):
    __slots__ = ()

    def credited(self, account: Account, amount: int, now: int) -> Account:
        return allocation.topped_up(account, replace(self.terms, recovery_cap=LARGEST), amount, now)


class _TopUpsThatGiveBack(TopUps):
    __slots__ = ()

    def credited(self, account: Account, amount: int, now: int) -> Account:
        repaid = super().credited(account, amount, now)
        given_back = account.emergency_used - repaid.emergency_used
        return accounts.settled(replace(repaid, balance=repaid.balance + given_back), self.terms)


class _TopUpsThatLeaveItOwed(TopUps):
    __slots__ = ()

    def credited(self, account: Account, amount: int, now: int) -> Account:
        order = tuple(step for step in self.terms.order if step is not Step.EMERGENCY_CREDIT)
        return allocation.topped_up(account, replace(self.terms, order=order), amount, now)


class _TopUpsThatLendAgain(TopUps):
    __slots__ = ()

    def credited(self, account: Account, amount: int, now: int) -> Account:
        return allocation.topped_up(account, replace(self.terms, lends_repaid=True), amount, now)


class CreditsOverTheMaximum(SimulatedEsme):
    """Takes what leads above the Maximum Meter Balance. Breaks Add Credit, SMETS2 5.6.3.3 and 5.7.4.27."""

    top_ups_type = _TopUpsWithoutMaximum


class CreditsOverTheMaximumGsme(SimulatedGsme):
    """As CreditsOverTheMaximum, SMETS2 4.5.3.3 and 4.6.4.18."""

    top_ups_type = _TopUpsWithoutMaximum


class CreditsAnyAmount(SimulatedEsme):
    """Takes a code above the Maximum Credit Threshold. Breaks Add Credit, SMETS2 5.6.3.3 and 5.7.4.25."""

    top_ups_type = _TopUpsOfAnyAmount


class RepaysDebtTwice(SimulatedEsme):
    """Takes the share for the Payment Debt Register two times over. Breaks Add Credit, SMETS2 5.6.3.3."""

    top_ups_type = _TopUpsThatRepayTwice


class IgnoresTheCap(SimulatedEsme):
    """Goes on repaying debt over the Debt Recovery Rate Cap. Breaks Add Credit, SMETS2 5.6.3.3 and 5.7.4.13."""

    top_ups_type = _TopUpsWithoutCap


class IgnoresTheCapGsme(SimulatedGsme):
    """As IgnoresTheCap, SMETS2 4.5.3.3 and 4.6.4.10."""

    top_ups_type = _TopUpsWithoutCap


class GivesEmergencyCreditBack(SimulatedEsme):
    """Repays emergency credit, and leaves that money on the balance too. Breaks Add Credit, SMETS2 5.6.3.3."""

    top_ups_type = _TopUpsThatGiveBack


class LeavesEmergencyCreditOwed(SimulatedGsme):
    """A gas meter that gives all to the balance, and emergency credit stays owed. Breaks Add Credit, SMETS2 4.5.3.3."""

    top_ups_type = _TopUpsThatLeaveItOwed


class ArmsInEmergencyCredit(SimulatedEsme):
    """Arms the supply though emergency credit that has run out is repaid in part only, and lends that again.

    Breaks: all of it is to be repaid before supply returns (suppliers' help pages; a setting of a meter here).
    """

    top_ups_type = _TopUpsThatLendAgain


class ArmsInEmergencyCreditGsme(SimulatedGsme):
    """As ArmsInEmergencyCredit."""

    top_ups_type = _TopUpsThatLendAgain
