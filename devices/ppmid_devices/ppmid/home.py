"""The meters of the PPMID's home, and how long it waits for each of them."""

from collections.abc import Callable, Container, Mapping, Set
from dataclasses import dataclass

from ppmid_devices import roles
from ppmid_devices.ports import SECOND
from ppmid_devices.ppmid.settings import PpmidSettings
from ppmid_protocols.errors import NotAuthentic
from ppmid_protocols.eui import Eui
from ppmid_protocols.local_interface import Fuel, Meter

_FUELS = {roles.ESME: Fuel.ELECTRICITY, roles.GSME: Fuel.GAS}


@dataclass(frozen=True, slots=True)
class Home:
    """``meters``: each meter's role, ``roles.ESME`` or ``roles.GSME``.

    ``others``: the PPMID, HCALCSs, and the hub's functions. ``joined``: what it has been joined with since.
    """

    meters: Mapping[Eui, str]
    settings: PpmidSettings
    others: Set[Eui] = frozenset()
    joined: Callable[[], Container[Eui]] = tuple

    def has(self, meter: Eui) -> bool:
        """Whether the meter is one of this home's."""
        return meter in self.meters

    def takes_commands(self, device: Eui) -> bool:
        """Whether Commands for the device are carried: for a meter, an HCALCS, the hub's functions, and itself.

        Those of a hub that has taken another's place: once it is on its HAN, and joined with its gas proxy (assumed).
        """
        return device in self.meters or device in self.others or device in self.joined()

    def require_joined(self, meter: Eui) -> None:
        """Raise NotAuthentic for a meter that the PPMID is not joined with (CS03), or was parted from since (CS04)."""
        if meter not in self.joined():
            raise NotAuthentic("meter", f"this PPMID is not joined with {meter}")

    def is_gas(self, meter: Eui) -> bool:
        """Whether it is a gas meter: it sleeps, and is reached through the hub only."""
        return self.meters.get(meter) == roles.GSME

    def patience(self, meter: Eui) -> int:
        """How long an answer of the meter is waited for, in nanoseconds."""
        return SECOND * (self.settings.gsme_answer_s if self.is_gas(meter) else self.settings.esme_answer_s)

    def listed(self, joined: Container[Eui]) -> tuple[Meter, ...]:
        """The meters among ``joined``, as the local command interface lists them."""
        meters = ((meter, role) for meter, role in self.meters.items() if meter in joined)
        return tuple(Meter(meter, _FUELS[roles.meter_kind(role)]) for meter, role in meters)
