"""What a Supplier has configured in the meters of the tests of money: £10.00 lent, 10 % of a top-up for debt."""

from ppmid_devices.meter.accounts import FIVE_STEPS, Terms

POUND = 100_000
TERMS = Terms(
    emergency_limit=10 * POUND,
    emergency_threshold=POUND,
    disablement_threshold=0,
    low_credit_threshold=2 * POUND,
    maximum_credit=250 * POUND,
    maximum_balance=500 * POUND,
    recovery_per_payment=1_000,
    recovery_cap=5 * POUND,
    order=FIVE_STEPS,
    usage_per_hour=0,
)
