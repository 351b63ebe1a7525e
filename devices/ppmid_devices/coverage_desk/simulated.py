"""Simulated work on coverage: it advises, proposes and visits by the calendar, in the order of the queue.

The rules are those of ``cases``. Of the homes in the queue one has a line here; the others take visits, and that is all
that is seen of them.
"""

from dataclasses import replace
from functools import partial

from ppmid_devices.coverage_desk.cases import Act, Case, Mode, Refusal, turn, why_not_exchange, why_not_fit
from ppmid_devices.coverage_desk.contract import CoverageAct
from ppmid_devices.coverage_desk.settings import CoverageDeskSettings
from ppmid_devices.links.contract import Aerial, Installer, Variant
from ppmid_devices.links.wan import Wan
from ppmid_devices.ports import DAY, Clock
from ppmid_protocols.errors import Malformed


class SimulatedCoverageDesk:
    """The work on coverage (``coverage_desk.contract.CoverageDesk``). ``home``: the premise whose line ``wan`` is."""

    def __init__(self, *, clock: Clock, home: str, wan: Wan, settings: CoverageDeskSettings) -> None:
        self._clock, self._home, self._wan, self._settings = clock, home, wan, settings
        self._cases: dict[str, Case] = {}
        self._acts: list[CoverageAct] = []

    def start(self) -> None:
        self._clock.call_later(self._settings.visit_days * DAY, self._visit)

    def report(self, premise: str, mode: Mode, variant: Variant) -> None:
        if premise in self._cases:
            raise Malformed("premise", f"expected one that is not reported yet, found {premise}")
        self._cases[premise] = Case(premise=premise, mode=mode, variant=variant)
        self._do(premise, Act.REPORTED, by="Supplier", detail=variant)
        self._clock.call_later(self._settings.advice_days * DAY, partial(self._advise, premise))
        self._clock.call_later(self._settings.proposal_days * DAY, partial(self._propose, premise))

    def consent(self, premise: str) -> None:
        self._case(premise)
        self._do(premise, Act.CONSENTED, by="customer")

    def fit(self, premise: str, aerial: Aerial, installer: Installer) -> None:
        refusal = self._why_not_fit(self._case(premise), aerial, installer)
        if refusal is None and premise == self._home and not self._wan.fit_aerial(aerial, installer):
            refusal = Refusal.NOT_THEIRS
        self._do(premise, Act.AERIAL, by=installer, detail=aerial, refused=refusal)

    def acts(self) -> list[CoverageAct]:
        return list(self._acts)

    # By the calendar

    def _advise(self, premise: str) -> None:
        advised = self._settings.advised_variant
        self._cases[premise] = replace(self._cases[premise], advised=advised)
        self._do(premise, Act.ADVISED, by="DCC", detail=advised)

    def _propose(self, premise: str) -> None:
        """What the DCC owes by then; nothing comes of it (``Wan.propose``)."""
        self._do(premise, Act.PROPOSED, by="DCC")
        if premise == self._home:
            self._wan.propose()

    def _visit(self) -> None:
        """An engineer has a day to spare, and goes to the first in the queue for whom something can be done."""
        self._clock.call_later(self._settings.visit_days * DAY, self._visit)
        waiting = [case for case in self._turn() if Act.EXCHANGED not in case.done and case.advised is not None]
        ready = [case for case in waiting if self._why_not(case) is None]
        for case in ready[:1] or waiting[:1]:
            self._exchange(case)

    def _exchange(self, case: Case) -> None:
        refusal, advised = self._why_not(case), case.advised
        assert advised is not None  # of one that was not advised nobody thinks
        self._do(case.premise, Act.EXCHANGED, by="Supplier", detail=advised, refused=refusal)
        if refusal is not None:
            return
        self._cases[case.premise] = replace(self._cases[case.premise], variant=advised)
        if case.premise == self._home:
            self._wan.exchange_hub(advised)

    def _turn(self) -> list[Case]:
        return turn(self._cases.values())

    def _why_not(self, case: Case) -> Refusal | None:
        return why_not_exchange(case, "Supplier")

    def _why_not_fit(self, case: Case, aerial: Aerial, installer: Installer) -> Refusal | None:
        return why_not_fit(case, aerial, installer)

    def _case(self, premise: str) -> Case:
        if premise not in self._cases:
            raise Malformed("premise", f"expected one that was reported, found {premise}")
        return self._cases[premise]

    def _do(self, premise: str, act: Act, *, by: str, detail: str = "", refused: Refusal | None = None) -> None:
        """Write an act down; one that was refused changes nothing of the case."""
        case, now = self._cases[premise], self._clock.now()
        self._acts.append(
            CoverageAct(
                premise=premise,
                mode=case.mode,
                act=str(act),
                at=now,
                detail=detail,
                by=by,
                refused=str(refused or ""),
                before=case.variant,
            )
        )
        if refused is None:
            self._cases[premise] = case.after(act, now)
