"""What the Supplier has done at a meter, by its name in the features: the Service Request, and its parameters.

The names are those of ``data/services.toml``.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from importlib import resources
from types import MappingProxyType
from typing import Any

import msgspec

from ppmid_bench.bed_parts import FORMER
from ppmid_devices import roles
from ppmid_devices.ports import DAY
from ppmid_protocols.duis.service_body import ServiceBody
from ppmid_protocols.duis.services import SERVICE_REQUESTS
from ppmid_protocols.eui import Eui
from ppmid_protocols.secret import Secret

_PLACEHOLDER = re.compile("<(?:(now)|([0-9]+) days ago|the (.+)|an (install code))>")
_INSTALL_CODE = Secret(bytes(range(16)))
_DEVICES = {
    "PPMID": roles.PPMID,
    "Hand-Held Terminal": roles.HHT,
    "gas proxy": roles.GPF,
    "gas meter": roles.GSME,
    "electricity meter": roles.ESME,
    "hub": roles.HUB,
    "former hub": FORMER[roles.HUB],
    "former gas proxy": FORMER[roles.GPF],
}


class Service(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One entry of the table: the parameters by DUIS names, those of both fuels and those of one.

    ``changes``: the parts of a meter (``parts.PARTS``) that it may configure otherwise.
    """

    srv: str
    body: dict[str, Any] = {}
    esme: dict[str, Any] = {}
    gsme: dict[str, Any] = {}
    changes: tuple[str, ...] = ()

    def body_for(self, device: str, now: int, eui: Callable[[str], Eui]) -> ServiceBody:
        """The body for a device; ``now`` in ns since 1970-01-01 UTC, ``eui`` gives the identifier of a role.

        Raises Malformed where the table does not fit the schema.
        """
        own = self.esme if device == roles.ESME else self.gsme if device == roles.GSME else {}
        return ServiceBody.of(SERVICE_REQUESTS[self.srv].body_name, _filled({**self.body, **own}, now, eui))


def _filled(plain: Any, now: int, eui: Callable[[str], Eui]) -> Any:
    """Plain values with what stands in angle brackets filled in."""
    match plain:
        case dict():
            return {name: _filled(value, now, eui) for name, value in plain.items()}
        case list():
            return [_filled(value, now, eui) for value in plain]
        case str() if (found := _PLACEHOLDER.fullmatch(plain)) is not None:
            present, days, device, code = found.groups()
            if code is not None:
                return _INSTALL_CODE
            if device is not None:
                return eui(_DEVICES[device])
            return now if present else now - int(days) * DAY
    return plain


def _read(name: str) -> dict[str, Service]:
    text = (resources.files("ppmid_steps") / "data" / name).read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), dict[str, Service])


SERVICES: Mapping[str, Service] = MappingProxyType(_read("services.toml"))
"""By the name that a feature calls it."""

DCC_SERVICES: Mapping[str, Service] = MappingProxyType(_read("dcc_services.toml"))
"""What a Supplier asks of the DCC itself."""

LOCAL_SERVICES: Mapping[str, Service] = MappingProxyType(_read("local_services.toml"))
"""More that is given for local delivery, by the names that tables of features have."""
