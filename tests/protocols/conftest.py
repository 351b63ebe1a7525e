"""A home's HAN with made-up keys, and the RTDS messages; loads what the tests are built from, so that it has a name.

pytest's importlib mode puts no folder of tests on the path.
"""

import importlib.util
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ppmid_protocols.eui import Eui
from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee.han import HanKeys

if TYPE_CHECKING:
    from han_home import Home

for name in ("any_plain", "avenue_messages", "han_home", "frame_views", "wireshark"):  # as they import each other
    spec = importlib.util.spec_from_file_location(name, Path(__file__).parent / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules[name])


@pytest.fixture(scope="session")
def home() -> "Home":
    chf, esme, gsme, ppmid = (Eui.parse(f"00-DB-12-34-56-78-90-A{last}") for last in (2, 0, 1, 4))
    from han_home import Home

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
