"""A PPMID that is not ours, told its place by a sheet: a file that the bench writes anew for each scenario.

The device is a program or a box that somebody has switched on. It reads the sheet, calls the avenue by TLS, and joins
the HAN by ZEP; its hellos there say the sheet's id, by which the bench knows that it has come. Nobody can press its
keys, cut its power or read its screen: what asks for that is inconclusive. See docs/lab-sheet.md.

The sheet's id is the time at which its scenario began, so that no two have the same.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Unpack

from ppmid_devices import roles
from ppmid_devices.elsewhere import PpmidElsewhere
from ppmid_devices.lines.ends import LineFault
from ppmid_devices.lines.tls import TlsHarnessEnd
from ppmid_devices.lines.zep import ZepHan
from ppmid_devices.needs import PpmidNeeds
from ppmid_devices.ports import CannotArrange
from ppmid_protocols.eui import Eui
from ppmid_protocols.zigbee.han import Radio

NAME = "ppmid.json"
FORM = 1


@dataclass(frozen=True, slots=True)
class SheetSettings:
    """``folder``: where the sheet is put. ``patience_s``: how long the PPMID may take to come onto the HAN.

    ``key_id``: of its key on the avenue.
    """

    folder: str
    patience_s: int = 60
    key_id: str = "ppmid"

    def beside(self, folder: Path) -> "SheetSettings":
        """The same settings, with a relative path taken from ``folder``."""
        return replace(self, folder=str(folder / self.folder))


class PpmidOnSheet(PpmidElsewhere):
    """The bench's side. The sheet is there from ``call_up`` to ``close``, readable by its owner alone."""

    def __init__(self, *, settings: SheetSettings, **needs: Unpack[PpmidNeeds]) -> None:
        """Raises CannotArrange for a situation that nobody can bring the device into, LineFault for other lines."""
        situation = needs["situation"]
        if situation is not None and situation.can_relay is False:
            raise CannotArrange("nobody here can make the PPMID one that was never updated to carry Commands")
        if situation is not None and situation.sleepy:
            raise CannotArrange("nobody here can make the PPMID one that sleeps")
        avenue, han = needs["avenue"], needs["han"]
        if not isinstance(avenue, TlsHarnessEnd) or not isinstance(han, ZepHan):
            expected = '[links.avenue] adapter = "tls" and [links.han] adapter = "zep"'
            raise LineFault(f"a PPMID on a sheet is reached by real lines: expected {expected} in the bench file")
        self._han, self._patience_s = han, settings.patience_s
        self._id, self._path = f"{needs['clock'].now():016x}", Path(settings.folder) / NAME
        self._eui = needs["credentials"].eui
        self._sheet = _sheet(self._id, settings.key_id, avenue, han, needs)

    # Awaited (``ports``).

    @property
    def patience_s(self) -> int:
        """How long it may take to come."""
        return self._patience_s

    @property
    def there(self) -> bool:
        """Whether the device has read this sheet and is on the HAN."""
        return self._han.greeted_by(self._id.encode())

    @property
    def absence(self) -> str:
        """What to look at when it does not come."""
        return (
            f"no PPMID has come by the sheet {self._path}: look whether it runs, may read that file, and says "
            f"hello at the HAN's medium {'{}:{}'.format(*self._han.address)} with the sheet's id"
        )

    def call_up(self) -> None:
        """Put the sheet where the device looks for it."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        new = self._path.with_suffix(".new")
        new.unlink(missing_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump(self._sheet, file, indent=1)
        new.replace(self._path)

    # The contract of a PPMID.

    @property
    def eui(self) -> Eui:
        """Its device identifier."""
        return self._eui

    def close(self) -> None:
        """The scenario has ended: the sheet holds no longer, unless another has taken its place."""
        if _id_in(self._path) == self._id:
            self._path.unlink()


def _id_in(path: Path) -> str:
    try:
        told: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return ""
    return str(told["id"])


def _sheet(sheet_id: str, key_id: str, avenue: TlsHarnessEnd, han: ZepHan, needs: PpmidNeeds) -> dict[str, Any]:
    """What docs/lab-sheet.md says, of one scenario."""
    membership = needs["membership"]
    device_roles = {**needs["meters"], needs["hub"]: roles.HUB, needs["gpf"]: roles.GPF}
    return {
        "form": FORM,
        "id": sheet_id,
        "ppmid": str(membership.eui),
        "home": needs["home"],
        "avenue": {
            "connect": avenue.address,
            "bench": avenue.bench,
            "key_id": key_id,
            "key": needs["key"].private_bytes_raw().hex(),
            "senders": {name: key.public_bytes_raw().hex() for name, key in needs["senders"].items()},
        },
        "han": {
            "medium": "{}:{}".format(*han.address),
            "channel": han.channel,
            "pan": Radio(eui=membership.eui, short=membership.short).pan,
            "short": membership.short,
            "network_key": membership.network_key.hex(),
            "network_key_sequence": 0,
        },
        "devices": [
            {
                "role": roles.meter_kind(role) if device in needs["meters"] else role,
                "eui": str(device),
                "short": membership.addresses.get(device),
                "link_key": key.hex() if (key := membership.link_keys.get(device)) is not None else None,
            }
            for device, role in device_roles.items()
        ],
    }
