"""A home's HAN for the tests of ZigBee and captures: hub, ESME, GSME, PPMID, made-up keys; and the RTDS messages.

Also loads ``any_plain``, so that the tests of the protocols can import it by name: pytest's importlib mode puts no
folder of tests on the path.
"""

import importlib.util
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from ppmid_protocols.eui import Eui
from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee.han import HanKeys, Radio

_SPEC = importlib.util.spec_from_file_location("any_plain", Path(__file__).parent / "any_plain.py")
assert _SPEC is not None
assert _SPEC.loader is not None
any_plain = importlib.util.module_from_spec(_SPEC)
sys.modules[_SPEC.name] = any_plain
_SPEC.loader.exec_module(any_plain)


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


@pytest.fixture(scope="session")
def home() -> Home:
    chf, esme, gsme, ppmid = (Eui.parse(f"00-DB-12-34-56-78-90-A{last}") for last in (2, 0, 1, 4))
    return Home(
        chf=chf,
        esme=esme,
        gsme=gsme,
        ppmid=ppmid,
        keys=HanKeys(
            network_key=Secret(bytes.fromhex("00112233445566778899aabbccddeeff")),
            trust_centre=chf,
            device_keys={
                esme: Secret(b"hub and electric"),
                gsme: Secret(b"hub and gasmeter"),
                ppmid: Secret(b"hub and displays"),
            },
            pair_keys={(ppmid, esme): Secret(bytes.fromhex("0f0e0d0c0b0a09080706050403020100"))},
        ),
        addresses={0x0000: chf, 0x0001: esme, 0x0002: ppmid, 0x0003: gsme},
    )


@pytest.fixture(scope="session")
def rtds(shared: Path) -> Mapping[str, bytes]:
    """The messages of the Reference Test Data Set by file name, without its ``_GBCS.HEX`` ending."""
    messages = json.loads((shared / "data" / "rtds" / "messages.json").read_text())["messages"]
    return {message["name"].removesuffix("_GBCS.HEX"): bytes.fromhex(message["hex"]) for message in messages}
