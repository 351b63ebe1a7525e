"""What can be set about a simulated DCC."""

from dataclasses import dataclass
from typing import Annotated, Literal

from ppmid_devices.assumption import Assumed
from ppmid_devices.dcc.contract import DccLimits

UserRoleCode = Literal["IS", "ES", "GS", "RSA", "ED", "GT", "OU"]


@dataclass(frozen=True, slots=True)
class DccSettings:
    """Delays, patience and the codes that no public text gives. DUIS's own timers are not public."""

    processing_ms: Annotated[int, Assumed("from a Request to its synchronous answer; DUIS has no public timer")] = 500
    wan_wait_s: Annotated[
        int, Assumed("how long a Command waits for the SM WAN before E20; DUIS has no public timer")
    ] = 86_400
    response_wait_s: Annotated[
        int,
        Assumed("from a Command on the SM WAN to E21, longer than a gas meter sleeps; DUIS has no public timer"),
    ] = 7_200
    broker_counter_start: Annotated[
        int, Assumed("of the first Command in the broker's own name; how the DCC counts is not public")
    ] = 1_000
    gbcs_version: str = "4.3"  # DUIS schema 5.4 is aligned to it
    electricity_role: Annotated[
        UserRoleCode, Assumed("the User's role for ESMEs and the DCC itself; a Supplier is what the scenarios speak of")
    ] = "IS"
    gas_role: Annotated[
        UserRoleCode, Assumed("the User's role for GSMEs; a Supplier is what the scenarios speak of")
    ] = "GS"
    refusal_code: Annotated[
        str, Assumed("for refusals that no known code fits; a code of the DUIS schema without a public meaning")
    ] = "E100"
    local_response_code: Annotated[
        str, Assumed("for refusals of SRV 8.13; one of its three codes, none of which has a public meaning")
    ] = "E081301"

    # Threshold Anomaly Detection.
    anomaly_window_s: Annotated[
        int, Assumed("the time within which communications count together; no public text gives it")
    ] = 86_400
    anomaly_limits: Annotated[
        tuple[DccLimits, ...], Assumed("the DCC's own thresholds and limits of values; no public text gives one")
    ] = ()
    quarantine_answer: Annotated[
        str, Assumed("the synchronous answer to a request that is quarantined; no public text gives it")
    ] = "I99"
    quarantine_alert: Annotated[
        str, Assumed("the code of the DCC alert QuarantinedRequest; the DUIS schema pairs none with it")
    ] = "N999"
