"""What a bench may set about a simulated meter: the Supplier's configuration and the meter's own habits."""

from dataclasses import dataclass
from typing import Literal

from ppmid_devices.meter.accounts import FIVE_STEPS, FOUR_STEPS, Account, Terms
from ppmid_devices.meter.supply import SupplyState
from ppmid_devices.meter.top_ups import LockOut
from ppmid_devices.ports import SECOND

_SUPPLY = {
    "enabled": SupplyState.ENABLED,
    "armed": SupplyState.ARMED,
    "disabled": SupplyState.OUT_OF_CREDIT,
    "disabled-by-supplier": SupplyState.DISABLED_BY_SUPPLIER,
}
_ORDERS = {"five-step": FIVE_STEPS, "four-step": FOUR_STEPS}


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterSettings:
    """Amounts are millipence, durations seconds. "Assumed": no public text settles it."""

    # What stands in the registers when the meter is powered on for the first time.
    balance_mp: int = 500_000  # assumed
    supply: Literal["enabled", "armed", "disabled", "disabled-by-supplier"] = "enabled"  # assumed
    emergency_credit_selected: bool = False  # assumed
    emergency_credit_used_mp: int = 0  # assumed
    accumulated_debt_mp: int = 0  # assumed
    payment_debt_mp: int = 0  # assumed

    # What the Supplier has configured.
    emergency_credit_limit_mp: int = 1_000_000  # assumed; £5 to £15 at the suppliers that publish it
    emergency_credit_threshold_mp: int = 100_000  # assumed; £0 to £2 at the suppliers that publish it
    low_credit_threshold_mp: int = 200_000  # assumed
    disablement_threshold_mp: int = 0  # assumed; the gas value of the DUIS 5.4 templates
    maximum_credit_mp: int = 25_000_000  # assumed; the gas value of the DUIS 5.4 templates
    maximum_balance_mp: int = 50_000_000  # assumed
    debt_recovery_per_payment: int = 1_000  # 1/100 %, 0 to 10,000 (DUIS 5.4); the template's electricity value
    debt_recovery_cap_mp: int = 3_000_000  # in 7 x 24 h; £30, the template's electricity value
    allocation: Literal["own", "five-step", "four-step"] = "own"  # own: ESME five (makers' manuals), GSME four steps
    usage_per_hour_mp: int = 0  # assumed: nothing is used unless a scenario says so

    # UTRNs.
    lock_out_tries: int = 5  # public help page for one make of ESME; assumed for others
    lock_out_window_s: int = 600  # the same
    lock_out_duration_s: int = 3_600  # the same
    duplicate_answer: Literal["failure", "silent"] = "failure"  # to a repeated CS01a or CS01b; assumed
    duplicate_from_ppmid: Literal["answer", "silent"] = "silent"  # SECMP0038 working papers (DP318) tell of silence

    # Commands.
    on_refused: Literal["silent", "failure"] = "silent"  # assumed: the GBCS text on discarding is not public
    refusal_alert: bool = False  # assumed; one make's manual has 0x8F3D and 0x8F1E as critical alerts
    local_credit_alert: bool = True  # 0x810E, RTDS 4.5.0 GNCA
    alert_counter_start: int = 2_000  # RTDS 4.5.0: 07D0 at the ESME
    processing_ms: int = 200  # from a message to its answer; assumed
    off_s: int = 5  # how long a cut of power lasts; assumed

    # The GSME's sleep.
    wake_s: int = 1_800  # public device code: GBCS recommends a report every half hour
    wake_offset_s: int = 30  # from power on to the first wake; chance in the field, assumed
    battery_days: int = 100  # RTDS 4.5.0 GCS33
    linger_s: int = 5  # how long it listens after its last message; assumed

    def terms(self, own: Literal["five-step", "four-step"]) -> Terms:
        """The account's terms; ``own`` is the kind of meter's own allocation order."""
        return Terms(
            emergency_limit=self.emergency_credit_limit_mp,
            emergency_threshold=self.emergency_credit_threshold_mp,
            disablement_threshold=self.disablement_threshold_mp,
            low_credit_threshold=self.low_credit_threshold_mp,
            maximum_credit=self.maximum_credit_mp,
            maximum_balance=self.maximum_balance_mp,
            recovery_per_payment=self.debt_recovery_per_payment,
            recovery_cap=self.debt_recovery_cap_mp,
            order=_ORDERS[own if self.allocation == "own" else self.allocation],
            usage_per_hour=self.usage_per_hour_mp,
        )

    def account(self) -> Account:
        """The registers at first power on."""
        return Account(
            balance=self.balance_mp,
            supply=_SUPPLY[self.supply],
            emergency_selected=self.emergency_credit_selected or self.emergency_credit_used_mp > 0,
            emergency_used=self.emergency_credit_used_mp,
            accumulated_debt=self.accumulated_debt_mp,
            payment_debt=self.payment_debt_mp,
        )

    def lock_out(self) -> LockOut:
        """The lock-out of local UTRN entry."""
        return LockOut(
            tries=self.lock_out_tries,
            window=self.lock_out_window_s * SECOND,
            duration=self.lock_out_duration_s * SECOND,
        )
