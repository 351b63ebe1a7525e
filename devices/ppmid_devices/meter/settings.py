"""What a bench may set about a simulated meter: the Supplier's configuration and the meter's own habits."""

from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal

from msgspec import Meta

from ppmid_devices.assumption import Assumed
from ppmid_devices.meter.accounts import FIVE_STEPS, FOUR_STEPS, Account, Rate, Terms
from ppmid_devices.meter.behaviours import Behaviours, on
from ppmid_devices.meter.contract import ClockState, Edition, MeterSituation, Variant
from ppmid_devices.meter.log_codes import SWITCHED_ALERTS, LogCode
from ppmid_devices.meter.non_disablement import daily
from ppmid_devices.meter.supply import SupplyState
from ppmid_devices.meter.top_ups import LockOut
from ppmid_devices.ports import DAY, HOUR, SECOND
from ppmid_devices.signed import Signed

_SUPPLY = {
    "enabled": SupplyState.ENABLED,
    "armed": SupplyState.ARMED,
    "disabled": SupplyState.OUT_OF_CREDIT,
    "disabled-by-supplier": SupplyState.DISABLED_BY_SUPPLIER,
}
_ORDERS = {"five-step": FIVE_STEPS, "four-step": FOUR_STEPS}
_PERIODS = {"hourly": HOUR, "daily": DAY}
_AMOUNTS = {
    "balance": "balance_mp",
    "emergency_limit": "emergency_credit_limit_mp",
    "emergency_used": "emergency_credit_used_mp",
    "standing_charge": "standing_charge_mp",
    "maximum_balance": "maximum_balance_mp",
    "maximum_credit": "maximum_credit_mp",
}
"""What a situation may ask for, by the names of ``MeterSituation``, and the setting that it is."""
_HOURS = r"^(([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d)?$"


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterSettings:
    """Amounts are millipence, durations seconds."""

    # What stands in the registers when the meter is powered on for the first time.
    balance_mp: Annotated[int, Assumed("what the Meter Balance is at first; the bench's own choice"), Signed()] = (
        500_000
    )
    supply: Annotated[
        Literal["enabled", "armed", "disabled", "disabled-by-supplier"],
        Assumed("what the supply is at first; the bench's own choice"),
    ] = "enabled"
    emergency_credit_selected: Annotated[bool, Assumed("whether it is at first; the bench's own choice")] = False
    emergency_credit_used_mp: Annotated[int, Assumed("what is owed at first; the bench's own choice")] = 0
    accumulated_debt_mp: Annotated[int, Assumed("what is owed at first; the bench's own choice")] = 0
    payment_debt_mp: Annotated[int, Assumed("what is owed at first; the bench's own choice")] = 0

    time_debt_1_mp: Annotated[int, Assumed("what is owed at first; the bench's own choice")] = 0
    time_debt_2_mp: Annotated[int, Assumed("what is owed at first; the bench's own choice")] = 0

    # What the Supplier has configured.
    emergency_credit_limit_mp: Annotated[
        int, Assumed("the Supplier's choice in the field: £5 to £15 at those that publish it")
    ] = 1_000_000
    emergency_credit_threshold_mp: Annotated[
        int, Assumed("the Supplier's choice in the field: £0 to £2 at those that publish it"), Signed()
    ] = 100_000
    low_credit_threshold_mp: Annotated[
        int, Assumed("the Supplier's choice in the field; no public text gives a number"), Signed()
    ] = 200_000
    disablement_threshold_mp: Annotated[
        int, Assumed("the Supplier's choice in the field; the gas value of the DUIS 5.4 templates"), Signed()
    ] = 0
    maximum_credit_mp: Annotated[
        int, Assumed("the Supplier's choice in the field; the gas value of the DUIS 5.4 templates")
    ] = 25_000_000
    maximum_balance_mp: Annotated[
        int, Assumed("the Supplier's choice in the field; twice the gas value of the DUIS 5.4 templates")
    ] = 50_000_000
    debt_recovery_per_payment: int = 1_000  # 1/100 %, 0 to 10,000 (DUIS 5.4); the template's electricity value
    debt_recovery_cap_mp: int = 3_000_000  # in 7 x 24 h; £30, the template's electricity value
    time_debt_1_rate_mp: Annotated[int, Assumed("taken each period; nothing, so that only scenarios have any")] = 0
    time_debt_2_rate_mp: Annotated[int, Assumed("taken each period; nothing, so that only scenarios have any")] = 0
    time_debt_1_period: Annotated[
        Literal["hourly", "daily"], Assumed("the Supplier's choice in the field; DUIS has these two")
    ] = "daily"
    time_debt_2_period: Annotated[
        Literal["hourly", "daily"], Assumed("the Supplier's choice in the field; DUIS has these two")
    ] = "daily"
    standing_charge_mp: Annotated[
        int, Assumed("a day, at midnight UTC; nothing, so that only scenarios move the balance")
    ] = 0
    suspend_debt_emergency: Annotated[
        bool, Assumed("the Supplier's choice in the field; the value of the DUIS 5.4 templates")
    ] = True
    suspend_debt_disabled: Annotated[
        bool, Assumed("the Supplier's choice in the field; the value of the DUIS 5.4 templates")
    ] = True
    suspended_while_disabled: Annotated[
        Literal["not-asked-for", "accumulated"],
        Assumed("what becomes of charges that Suspend Debt Disabled suspends; a manual and an emulator differ"),
    ] = "not-asked-for"
    non_disablement_hours: Annotated[
        str,
        Meta(pattern=_HOURS),
        Assumed("each day in UTC, as 18:00-10:00; none, so that only scenarios have any"),
    ] = ""
    allocation: Annotated[
        Literal["own", "five-step", "four-step"],
        Assumed("the ESME's own is five steps by makers' manuals, the GSME's four by an emulator; the sources differ"),
    ] = "own"
    emergency_credit_repaid_in_part: Annotated[
        Literal["not-lent", "lent"],
        Assumed("whether it is lent again once it has run out; suppliers' help pages and an emulator differ"),
    ] = "not-lent"
    emergency_credit_asked_for_spent: Annotated[
        Literal["refused", "active"],
        Assumed(
            "a request for it once it has run out; the public table of use cases says success where it is activated"
        ),
    ] = "refused"
    usage_per_hour_mp: Annotated[
        int, Assumed("what the home uses; nothing, so that only scenarios move the balance")
    ] = 0

    load_per_hour: Annotated[
        int, Meta(ge=0), Assumed("Wh, or litres of gas, that the home uses on average; chance in the field")
    ] = 300
    second_load_per_hour: Annotated[
        int, Meta(ge=0), Assumed("Wh at the second of two elements, on average; chance in the field", only="esme")
    ] = 100

    # UTRNs.
    lock_out_tries: Annotated[
        int, Assumed("wrong codes before entry is locked; a public help page has it for one make of ESME only")
    ] = 5
    lock_out_window_s: Annotated[
        int, Assumed("within which wrong codes count together; a public help page has it for one make of ESME only")
    ] = 600
    lock_out_duration_s: Annotated[
        int, Assumed("how long entry stays locked; a public help page has it for one make of ESME only")
    ] = 3_600
    duplicate_answer: Annotated[
        Literal["failure", "silent"], Assumed("to a repeated CS01a or CS01b; no public text says")
    ] = "failure"
    duplicate_from_ppmid: Literal["answer", "silent"] = "silent"  # SECMP0038 working papers (DP318) tell of silence

    # Commands.
    on_refused: Annotated[
        Literal["silent", "failure"],
        Assumed("to a Command that is not executed; the GBCS text on discarding is not public"),
    ] = "silent"
    refusal_alert: Annotated[
        bool, Assumed("whether a refusal raises an Alert; one make's manual has 0x8F3D and 0x8F1E as critical ones")
    ] = False
    local_credit_alert: bool = True  # 0x810E, RTDS 4.5.0 GNCA; until the Supplier switches it
    optional_alerts: Annotated[
        bool,
        Assumed("whether the other Alerts that a Supplier can switch are on before it has (all is logged); not public"),
    ] = False
    activation_alert: bool = True  # 0x8F66 and 0x8F67, RTDS 4.5.0 of the future-dated use cases
    variant: Annotated[Variant, Assumed("which kind of ESME it is; the bench's own choice", only="esme")] = (
        "single-element"
    )
    edition: Annotated[
        Edition, Assumed("use cases that others have taken over; no public text says which version of SMETS2 has which")
    ] = "every"
    clock: Annotated[
        ClockState,
        Assumed("whether a meter's clock has been set since it was commissioned; how without SM WAN is not public"),
    ] = "reliable"
    time_asked_s: Annotated[
        int,
        Assumed(
            "how often an electricity meter whose clock is unreliable asks its hub for the time; not public",
            only="esme",
        ),
    ] = 3_600
    firmware: Annotated[int, Assumed("the version of a meter's firmware; the bench's own choice")] = 1
    alert_counter_start: int = 2_000  # RTDS 4.5.0: 07D0 at the ESME
    processing_ms: Annotated[int, Assumed("from a message to a meter's answer; no public text gives a time")] = 200
    off_s: Annotated[int, Assumed("how long a cut of a meter's power lasts; chance in the field")] = 5

    # The GSME's sleep.
    wake_s: Annotated[int, Meta(ge=1)] = 1_800  # public device code: GBCS recommends a report every half hour
    wake_offset_s: Annotated[int, Assumed("from power on to the first wake; chance in the field", only="gsme")] = 30
    battery_days: int = 100  # RTDS 4.5.0 GCS33
    linger_s: Annotated[
        int, Assumed("how long it listens after its last message; no public text gives a time", only="gsme")
    ] = 5

    def under(self, situation: MeterSituation | None) -> "MeterSettings":
        """These settings, as a scenario's situation has it."""
        if situation is None:
            return self
        asked = {setting: getattr(situation, name) for name, setting in _AMOUNTS.items()}
        changes: dict[str, Any] = {setting: amount for setting, amount in asked.items() if amount is not None}
        if situation.recovery is not None:
            changes["payment_debt_mp"] = situation.recovery.debt
            changes["debt_recovery_per_payment"] = situation.recovery.share
            changes["debt_recovery_cap_mp"] = situation.recovery.cap
        if situation.daily_debt is not None:
            changes |= {"time_debt_1_mp": situation.daily_debt.debt, "time_debt_1_rate_mp": situation.daily_debt.a_day}
        if situation.supply is not None:
            changes["supply"] = str(situation.supply)
        if situation.variant is not None:
            changes["variant"] = situation.variant
        if situation.edition is not None:
            changes["edition"] = situation.edition
        if situation.clock is not None:
            changes["clock"] = situation.clock
        if situation.answers_used_utrns is not None:
            changes["duplicate_from_ppmid"] = "answer" if situation.answers_used_utrns else "silent"
        return replace(self, **changes)

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
            standing_charge=self.standing_charge_mp,
            debt_rates=(
                Rate(self.time_debt_1_rate_mp, _PERIODS[self.time_debt_1_period]),
                Rate(self.time_debt_2_rate_mp, _PERIODS[self.time_debt_2_period]),
            ),
            suspend_emergency=self.suspend_debt_emergency,
            suspend_disabled=self.suspend_debt_disabled,
            keeps_suspended=self.suspended_while_disabled == "accumulated",
            lends_repaid=self.emergency_credit_repaid_in_part == "lent",
            spent_is_active=self.emergency_credit_asked_for_spent == "active",
            non_disablement=daily(self.non_disablement_hours),
        )

    def behaviours(self) -> Behaviours:
        """What it tells and writes down until its Supplier switches that."""
        local = LogCode.CREDIT_ADDED_LOCALLY
        others = SWITCHED_ALERTS - {local} if self.optional_alerts else frozenset()
        return Behaviours(alerts=on(*others, *([local] if self.local_credit_alert else [])))

    def account(self) -> Account:
        """The registers at first power on."""
        return Account(
            balance=self.balance_mp,
            supply=_SUPPLY[self.supply],
            emergency_selected=self.emergency_credit_selected or self.emergency_credit_used_mp > 0,
            emergency_used=self.emergency_credit_used_mp,
            accumulated_debt=self.accumulated_debt_mp,
            payment_debt=self.payment_debt_mp,
            time_debts=(self.time_debt_1_mp, self.time_debt_2_mp),
        )

    def lock_out(self) -> LockOut:
        """The lock-out of local UTRN entry."""
        return LockOut(
            tries=self.lock_out_tries,
            window=self.lock_out_window_s * SECOND,
            duration=self.lock_out_duration_s * SECOND,
        )
