"""How the payload of each use case is made: every table, in one."""

from collections.abc import Mapping
from types import MappingProxyType

from ppmid_protocols.transforms import (
    esme_calendars,
    esme_prepayment,
    esme_settings,
    esme_tariffs,
    gsme_calendars,
    gsme_prepayment,
    gsme_readings,
    gsme_settings,
    hub,
    keys,
    prepayment,
)
from ppmid_protocols.transforms.ask import Builder
from ppmid_protocols.transforms.dlms_values import read

_READS = """
    CCS06 CCS07 DBCH01 DBCH02 DBCH03 ECS17a ECS17b ECS17c ECS17d ECS17e ECS18a ECS18b ECS19 ECS20a ECS20b ECS20c ECS20d
    ECS21a ECS21b ECS21c ECS22a ECS22b ECS22c ECS23 ECS23b ECS24 ECS24b ECS25r1 ECS25r2 ECS26a ECS26b ECS26c ECS26e
    ECS26f ECS26j ECS26k ECS26l ECS26m ECS26n ECS27 ECS35a ECS35b ECS35c ECS35d ECS35e ECS35f ECS35g ECS40 ECS52
    ECS61c ECS61d ECS61e ECS66
"""
"""Use cases that only read: the table of requests in ``gbcs`` says what."""

PAYLOADS: Mapping[str, Builder] = MappingProxyType(
    {
        **dict.fromkeys(_READS.split(), read),
        **prepayment.PAYLOADS,
        **esme_prepayment.PAYLOADS,
        **esme_calendars.PAYLOADS,
        **esme_tariffs.PAYLOADS,
        **esme_settings.PAYLOADS,
        **gsme_prepayment.PAYLOADS,
        **gsme_calendars.PAYLOADS,
        **gsme_readings.PAYLOADS,
        **gsme_settings.PAYLOADS,
        **hub.PAYLOADS,
        **keys.PAYLOADS,
    }
)
"""By the name of the use case."""
