"""What can be set about a simulated DCC."""

from dataclasses import dataclass
from typing import Literal

UserRoleCode = Literal["IS", "ES", "GS", "RSA", "ED", "GT", "OU"]


@dataclass(frozen=True, slots=True)
class DccSettings:
    """Delays, patience and the codes that no public text gives. DUIS's own timers are not public."""

    processing_ms: int = 500  # assumed; from a Request to its synchronous answer
    wan_wait_s: int = 86_400  # assumed; how long a Command waits for the SM WAN before E20
    response_wait_s: int = 7_200  # assumed; from a Command on the SM WAN to E21, longer than a gas meter sleeps
    gbcs_version: str = "4.3"  # DUIS schema 5.4 is aligned to it
    electricity_role: UserRoleCode = "IS"  # assumed; the User's role for electricity meters and for the DCC itself
    gas_role: UserRoleCode = "GS"  # assumed; the User's role for gas meters
    refusal_code: str = "E100"  # assumed; in DUIS without a public meaning, for refusals that no known code fits
    local_response_code: str = "E081301"  # assumed; one of three codes of SRV 8.13 without a public meaning
