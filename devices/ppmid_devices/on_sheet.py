"""A PPMID that is not ours, told its place by a sheet: a file that the bench writes anew for each scenario.

The device is a program or a box that somebody has switched on. It reads the sheet, calls the avenue by TLS, and joins
the HAN by ZEP; its hellos there say the sheet's id, by which the bench knows that it has come. Nobody can press its
keys or read its screen, nor cut its power unless it is a program that the bench starts (``command``): what asks for
that is inconclusive. See docs/lab-sheet.md.

The sheet's id is the time at which its scenario began, so that no two have the same.
"""

import json
import os
import shlex
import shutil
import subprocess
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

    ``key_id``: of its key on the avenue. ``command``: a program that is the PPMID, which is started for each scenario
    and ended with it; ``{sheets}`` in it is the folder of the sheet, which that scenario alone has.
    """

    folder: str
    patience_s: int = 60
    key_id: str = "ppmid"
    command: str = ""

    @property
    def many(self) -> bool:
        """Whether there are as many of the device as are asked for."""
        return bool(self.command)

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
        self._id, folder = f"{needs['clock'].now():016x}", Path(settings.folder)
        if settings.command:
            folder = folder / f"{self._id}-{os.getpid()}"
        self._path, self._command = folder / NAME, settings.command
        self._process: subprocess.Popen[bytes] | None = None
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
        if self._process is not None and self._process.poll() is not None:
            return f"the PPMID's program has ended by {self._process.returncode}: {self._command}"
        return (
            f"no PPMID has come by the sheet {self._path}: look whether it runs, may read that file, and says "
            f"hello at the HAN's medium {'{}:{}'.format(*self._han.address)} with the sheet's id"
        )

    def call_up(self) -> None:
        """Put the sheet where the device looks for it, and start its program where that is the bench's to do.

        Raises LineFault for one that cannot be started.
        """
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        new = self._path.with_suffix(".new")
        new.unlink(missing_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump(self._sheet, file, indent=1)
        new.replace(self._path)
        self._switch_on()

    # The contract of a PPMID.

    @property
    def eui(self) -> Eui:
        """Its device identifier."""
        return self._eui

    def restart(self) -> None:
        """Cut its power and give it back, which is possible where it is a program. Raises CannotArrange, LineFault."""
        if not self._command:
            raise CannotArrange("nobody here can do restart at the PPMID")
        self._cut_power()
        self._switch_on()

    def close(self) -> None:
        """The scenario has ended: the sheet holds no longer, unless another has taken its place."""
        self._cut_power()
        if _id_in(self._path) == self._id:
            self._path.unlink()
        if self._command:  # the folder is this scenario's, with whatever the program has kept there
            shutil.rmtree(self._path.parent, ignore_errors=True)

    def _switch_on(self) -> None:
        words = [word.replace("{sheets}", str(self._path.parent)) for word in shlex.split(self._command)]
        if not words:
            return
        try:  # Ctrl-C is for the bench, which ends it
            self._process = subprocess.Popen(words, stdin=subprocess.DEVNULL, start_new_session=True)
        except OSError as problem:
            raise LineFault(f"the PPMID's program cannot be started: {words[0]}: {problem.strerror}") from problem

    def _cut_power(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()


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
