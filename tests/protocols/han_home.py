"""The devices of one home on their HAN, as the tests of ZigBee and captures have them."""

from collections.abc import Mapping
from dataclasses import dataclass

from ppmid_protocols.eui import Eui
from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee.han import HanKeys, Radio


@dataclass(frozen=True)
class Home:
    """The devices of one home with their keys and short addresses."""

    chf: Eui
    esme: Eui
    gsme: Eui
    ppmid: Eui
    keys: HanKeys
    addresses: Mapping[int, Eui]

    def short(self, eui: Eui) -> int:
        return next(short for short, device in self.addresses.items() if device == eui)

    def all_keys(self) -> list[Secret]:
        return [self.keys.network_key, *self.keys.device_keys.values(), *self.keys.pair_keys.values()]

    def radio(self, eui: Eui, start: int = 1) -> Radio:
        """A sender whose numbering begins at ``start``, its frame counters at a hundred times that."""
        return Radio(
            eui=eui,
            short=self.short(eui),
            mac_sequence=start,
            nwk_sequence=start,
            nwk_counter=100 * start,
            aps_sequence=start,
            aps_counter=100 * start,
        )
