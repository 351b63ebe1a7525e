"""What can be set about a simulated DCC."""

from dataclasses import dataclass
from typing import Annotated

from ppmid_devices.assumption import Assumed
from ppmid_devices.dcc.contract import DccLimits
from ppmid_devices.dcc.inventory import InventoryEntry
from ppmid_devices.dcc.users import Registration, UserEntry, UserRoleCode


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
    users: tuple[UserEntry, ...] = ()  # none: all whose documents can be verified
    registrations: tuple[Registration, ...] = ()
    inventory: tuple[InventoryEntry, ...] = ()  # beside the home's own devices
    unlisted_roles: Annotated[
        tuple[UserRoleCode, ...],
        Assumed("the roles of a User that no entry names; a Supplier of both fuels is what the scenarios speak of"),
    ] = ("IS", "GS")
    unknown_locally: Annotated[
        bool, Assumed("whether what nobody knows to be available for local delivery is given; otherwise it is E17")
    ] = False
    refusal_code: Annotated[
        str, Assumed("for refusals that no known code fits; a code of the DUIS schema without a public meaning")
    ] = "E100"
    local_response_code: Annotated[
        str, Assumed("for refusals of SRV 8.13; one of its three codes, none of which has a public meaning")
    ] = "E081301"
    inventory_code: Annotated[
        str, Assumed("for SRV 8.2 that finds nothing; one of its two codes, none of which has a public meaning")
    ] = "E080201"
    inventory_follows: Annotated[
        bool, Assumed("whether what devices answer changes statuses (dcc/follow.py); public text has the statuses only")
    ] = True
    command_failure_alert: Annotated[
        str, Assumed("the code of the DCC alert CommandFailure; the DUIS schema pairs none with it")
    ] = "N999"
    ppmid_alert: Annotated[str, Assumed("the code of the DCC alert PPMIDAlert; the DUIS schema pairs none with it")] = (
        "N999"
    )
    schedule_removal_alert: Annotated[
        str, Assumed("the code of the DCC alert DSPScheduleRemoval; the DUIS schema pairs none with it")
    ] = "N999"

    # Sequences of Requests.
    sequence_answer: Annotated[
        str, Assumed("the synchronous answer to a Request that waits for its turn; no public text gives it")
    ] = "I99"
    sequence_wait_s: Annotated[
        int, Assumed("how long a Request waits for its turn in a sequence; DUIS has no public timer")
    ] = 172_800
    sequence_stops: Annotated[
        bool, Assumed("whether a Request is stopped when the one that precedes it fails or is not answered; not public")
    ] = True
    sequence_code: Annotated[
        str, Assumed("for a Request that is stopped; a code of the DUIS schema without a public meaning")
    ] = "E100"

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
