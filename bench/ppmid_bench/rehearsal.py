"""Both ends of a real line to a PPMID or hub of ours in a process (``[links.avenue] adapter = "rehearsal"``).

The scenario's port says which line it is. The harness's end stays here; what the process needs to be at the other one,
certificates of a test PKI among it, lies in a folder that is gone with the scenario.
"""

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ppmid_devices.lines.certificates import TestPki
from ppmid_devices.lines.ends import End, LineSettings
from ppmid_devices.lines.nfc_card import NfcCardSettings
from ppmid_devices.lines.nfc_reader import NfcSettings
from ppmid_devices.lines.pty import PtySettings
from ppmid_devices.lines.real_line import RealLine
from ppmid_devices.lines.serial_port import SerialSettings
from ppmid_devices.lines.stick_folder import PpmidStickSettings, StickSettings
from ppmid_devices.lines.table import LINES
from ppmid_devices.lines.tls import TlsHarnessEnd
from ppmid_devices.lines.tls_settings import TlsCaller, TlsListener
from ppmid_devices.lines.zep import ZepHan
from ppmid_devices.lines.zep_node import ZepNodeSettings
from ppmid_devices.links.contract import HubPort, Impairments, Port
from ppmid_devices.links.han import Han
from ppmid_devices.ports import SECOND, CannotArrange
from ppmid_devices.remote.far_ends import ZEP, FarEnd
from ppmid_protocols.local_interface.greeting import MOST_OCTETS

ADAPTER = "rehearsal"

_PKI = b"ppmid-harness rehearsal"
"""The seed of its PKI. Its keys are public, and both ends are on this machine: the greeting tells benches apart."""

PATIENCE_S = 180
"""How long the other end may take to come: it is ours, and late only where many processes start at a time."""

_PATIENT_MS = 500
"""How long a device waits for an acknowledgement, where all processes of a home share a machine with other homes."""
_BACK = timedelta(hours=1)
"""How long before now certificates begin to be valid: clocks of two processes need not agree to the second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RehearsalSettings:
    """``proxy``: what is done to TLS, the serial line and NFC; with it a scenario can spoil them in mid-run."""

    proxy: Impairments | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What the ends are made of."""

    folder: Path
    end: End
    bench: str
    proxy: Impairments | None


class Rehearsal:
    """The harness's end, ``line``, and what the process at the home's end is told of it, ``far``, until ``close``."""

    def __init__(self, port: Port | HubPort, end: End, *, bench: str, settings: RehearsalSettings) -> None:
        """Raises CannotArrange for a line that lacks its extra, LineFault."""
        adapter = next(name for name, line in LINES.items() if port in line.ports)
        kind = LINES[adapter]
        if kind.missing:
            raise CannotArrange(f"the {adapter} line lacks what it needs: pip install 'ppmid-harness[{kind.extra}]'")
        self._folder = Path(tempfile.mkdtemp(prefix="ppmid-"))
        try:
            stage = Stage(folder=self._folder, end=end, bench=sayable(bench), proxy=settings.proxy)
            harness, home = _ENDS[adapter](stage)
            self.line: RealLine = kind.harness(end, harness)
            self.far = FarEnd.of(adapter, home(self.line))
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Remove the folder; the line is closed by whoever has it."""
        shutil.rmtree(self._folder, ignore_errors=True)


def zep_node(han: Han, bench: str) -> FarEnd | None:
    """What a device's process is told of its radio, on a HAN whose members may be elsewhere; both say ``bench``."""
    if not isinstance(han, ZepHan):
        return None
    bench = sayable(bench)
    han.belong_to(bench)
    host, port = han.address
    medium = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    return FarEnd.of(ZEP, ZepNodeSettings(medium=medium, ack_wait_ms=_PATIENT_MS, bench=bench))


def sayable(bench: str) -> str:
    """A bench's id as a greeting can say it: its last octets, which tell runs apart; those before are a file's name."""
    return bench.encode()[-MOST_OCTETS:].decode(errors="ignore")


_Ends = tuple[LineSettings, Callable[[RealLine], LineSettings]]
"""The settings of the harness's end, and those of the home's once the harness's is there."""


def _tls(stage: Stage) -> _Ends:
    now = datetime.fromtimestamp(stage.end.clock.now() // SECOND, UTC)
    pki = TestPki(_PKI, ADAPTER, now - _BACK)  # of every rehearsal: who dials another's end gets as far as the greeting
    pki.write(stage.folder, stage.end.ppmid)

    def files(end: str) -> dict[str, Any]:
        names = {"certificate": f"{end}.pem", "key": f"{end}.key", "trust": "trust.pem"}
        return {setting: str(stage.folder / name) for setting, name in names.items()}

    def caller(line: RealLine) -> LineSettings:
        assert isinstance(line, TlsHarnessEnd)
        line.issue_by(pki)
        return TlsCaller(connect=line.address, bench=stage.bench, first_wait_ms=100, **files("ppmid"))

    settings = TlsListener(
        listen="127.0.0.1:0", bench=stage.bench, proxy=stage.proxy, patience_s=PATIENCE_S, **files("harness")
    )
    return settings, caller


def _serial(stage: Stage) -> _Ends:
    device = str(stage.folder / "ppmid")
    settings = SerialSettings(device=device, proxy=stage.proxy, patience_s=PATIENCE_S, bench=stage.bench)
    return settings, lambda _: PtySettings(device=device, bench=stage.bench)


def _nfc(stage: Stage) -> _Ends:
    place = str(stage.folder / "card")
    settings = NfcSettings(reader=f"udp:{place}", proxy=stage.proxy, patience_s=PATIENCE_S, bench=stage.bench)
    return settings, lambda _: NfcCardSettings(port=0, place=place, bench=stage.bench)


def _stick(stage: Stage) -> _Ends:
    folder, at_ppmid = stage.folder / "stick", stage.folder / "in-ppmid"
    folder.mkdir()
    settings = StickSettings(folder=str(folder), at_ppmid=str(at_ppmid), patience_s=PATIENCE_S)
    return settings, lambda _: PpmidStickSettings(folder=str(at_ppmid))


_ENDS: dict[str, Callable[[Stage], _Ends]] = {"tls": _tls, "serial": _serial, "nfc": _nfc, "stick": _stick}
