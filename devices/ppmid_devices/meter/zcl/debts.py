"""The debts of a GSME: what is owed, how fast it is recovered, and the command that changes both (ZSE; GCS04)."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from ppmid_devices.meter import accounts
from ppmid_devices.meter.accounts import Account, Rate, Terms
from ppmid_devices.meter.registers import Registers
from ppmid_devices.meter.zcl.refusals import FAILURE, INVALID_VALUE, ComponentRefused
from ppmid_devices.meter.zcl.store import Given, Reply, View
from ppmid_devices.ports import DAY, HOUR

DEBT_TYPES = {1: 0, 3: 1, 5: 2}
"""Types of Change Debt: time debt 1, 2, payment debt."""
_PAYMENT_DEBT = 2
_FREQUENCIES = {0: HOUR, 1: DAY}
_WHOLE = 10_000
"""The highest share of a top-up: 100 %."""


class Debts:
    """Views and the handler of one meter."""

    def __init__(self, registers: Registers) -> None:
        self._registers = registers

    def views(self) -> Mapping[str, View]:
        """By the attributes."""
        codes = {period: code for code, period in _FREQUENCIES.items()}
        return {
            "0705/0211": View(lambda: self._registers.account.time_debts[0]),
            "0705/0216": View(lambda: codes[self._registers.terms.debt_rates[0].period]),
            "0705/0217": View(lambda: self._registers.terms.debt_rates[0].amount),
            "0705/0221": View(lambda: self._registers.account.time_debts[1]),
            "0705/0226": View(lambda: codes[self._registers.terms.debt_rates[1].period]),
            "0705/0227": View(lambda: self._registers.terms.debt_rates[1].amount),
            "0705/0231": View(lambda: self._registers.account.payment_debt),
            "0705/0239": View(lambda: self._registers.terms.recovery_per_payment),
        }

    def change(self, given: Given) -> Iterable[Reply]:
        """Change Debt: the amount is added to what is owed; the rate, or the share of top-ups, is set."""
        which = DEBT_TYPES.get(given.number("debt type"))
        if which is None:
            raise ComponentRefused(INVALID_VALUE)
        terms = self._new_terms(which, given)
        change = given.number("amount")

        def indebted(account: Account, _terms: Terms) -> Account:
            first, second, third = (debt + change * (at == which) for at, debt in enumerate(accounts.debts(account)))
            return accounts.with_debts(account, (first, second, third))

        before = self._registers.account
        if self._registers.change(indebted) == before and change:
            raise ComponentRefused(FAILURE)
        self._registers.configure(debt_rates=terms.debt_rates, recovery_per_payment=terms.recovery_per_payment)
        return ()

    def _new_terms(self, which: int, given: Given) -> Terms:
        """Raises ComponentRefused for a share above the whole, a period that is none, and a rate below zero."""
        terms = self._registers.terms
        if which == _PAYMENT_DEBT:
            share = given.number("top-up share")
            if share > _WHOLE:
                raise ComponentRefused(INVALID_VALUE)
            return replace(terms, recovery_per_payment=share)
        period, amount = _FREQUENCIES.get(given.number("frequency")), given.number("recovery amount")
        if period is None or amount < 0:
            raise ComponentRefused(INVALID_VALUE)
        first, second = (Rate(amount, period) if at == which else one for at, one in enumerate(terms.debt_rates))
        return replace(terms, debt_rates=(first, second))
