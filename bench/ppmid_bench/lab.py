"""A bench at a place of a lab: what of it the place says, and the same bench once it is acquired.

In a bench file ``place`` stands for what is known then only: the serial device of the avenue, the power of the PPMID.
"""

import shutil
from collections.abc import Mapping
from typing import Any

import msgspec

from ppmid_bench.bench_file import BenchFile
from ppmid_bench.errors import BadInput, HarnessFault
from ppmid_devices import roles

PLACE = "place"

_SERIAL = "NetworkSerialPort"
_URLS = {"raw": "socket", "rfc2217": "rfc2217"}


def serial_of_place(bench: BenchFile) -> bool:
    """Whether the avenue is the serial port of the place."""
    return "avenue" in bench.links and bench.links["avenue"].settings.get("device") == PLACE


def _power_of_place(bench: BenchFile) -> bool:
    return bench.party(roles.PPMID).settings.get("power") == PLACE


def require(bench: BenchFile, *, files: bool = True) -> None:
    """Raise BadInput for a place that is asked for and not named, or that nobody here can ask for."""
    if bench.place is None:
        asked = {"[links.avenue] device": serial_of_place(bench), "[parties.ppmid] power": _power_of_place(bench)}
        for where in (name for name, asks in asked.items() if asks):
            raise BadInput(bench.source, where, f'[lab] with "{PLACE}"', "none")
    elif bench.time != "wall":
        raise BadInput(bench.source, "[lab]", 'time = "wall" with it', bench.time)
    elif files and shutil.which(bench.place.client) is None:
        expected = (
            "labgrid's program: pip install 'ppmid-harness[lab]' into an environment of its own, and name it here"
        )
        raise BadInput(bench.source, "[lab] client", expected, f"no program {bench.place.client}")


def at_place(bench: BenchFile, resources: Mapping[str, Mapping[str, Any]], power_cycle: str) -> BenchFile:
    """The bench with what the place has. Raises HarnessFault where it lacks what the bench asks for."""
    links, parties = dict(bench.links), dict(bench.parties)
    if serial_of_place(bench):
        port = _port(resources)
        settings = {**links["avenue"].settings, **port}
        links["avenue"] = msgspec.structs.replace(links["avenue"], settings=settings)
    if _power_of_place(bench):
        entry = bench.party(roles.PPMID)
        parties[roles.PPMID] = msgspec.structs.replace(entry, settings={**entry.settings, "power": power_cycle})
    return msgspec.structs.replace(bench, links=links, parties=parties)


def _port(resources: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    port = resources.get(_SERIAL)
    if port is None:
        has = ", ".join(sorted(resources)) or "nothing"
        raise HarnessFault(f"the place has no {_SERIAL} for the avenue; it has {has}")
    protocol = str(port.get("protocol", "rfc2217"))
    if protocol not in _URLS or not isinstance(port.get("port"), int):
        raise HarnessFault(f"the place's {_SERIAL} has no port, or speaks neither raw nor rfc2217: {dict(port)}")
    if port.get("extra", {}).get("proxy_required"):
        raise HarnessFault(f"the place's {_SERIAL} is behind a proxy of its exporter, which is not supported")
    return {"device": f"{_URLS[protocol]}://{port['host']}:{port['port']}", "baud": int(port.get("speed", 115_200))}
