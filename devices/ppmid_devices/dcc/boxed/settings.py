"""Where DCC Boxed is, where it finds us, and how long either may take."""

from dataclasses import dataclass
from typing import Annotated

import msgspec

from ppmid_devices.assumption import Assumed

Seconds = Annotated[float, msgspec.Meta(gt=0, le=86_400)]
Port = Annotated[int, msgspec.Meta(ge=0, le=65_535)]


@dataclass(frozen=True, slots=True)
class BoxedSettings:
    """``listen_…`` is what stands as Receive Response Service address on DCC Boxed's DUIS Interface page.

    ``over_wan``: DCC Boxed's own SM WAN leads to the meters of this bench, so Commands may be sent over it.
    """

    url: str = "http://127.0.0.1:8079"  # the port that DCC Boxed comes with
    listen_host: str = "127.0.0.1"
    listen_port: Port = 8090
    listen_path: str = "/smartdcc/duis"  # as the public client has it
    over_wan: bool = False
    answer_s: Annotated[Seconds, Assumed("how long DCC Boxed may take to answer; its public client waits so long")] = (
        3.0
    )
    esme_response_s: Annotated[
        Seconds, Assumed("how long after I99 DCC Boxed may say nothing of an ESME; DUIS has no public timer")
    ] = 90.0
    gsme_response_s: Annotated[
        Seconds, Assumed("how long after I99 DCC Boxed may say nothing of a GSME; DUIS has no public timer")
    ] = 7_000.0
