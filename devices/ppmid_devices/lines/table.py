"""The real lines by the names that a bench file calls them by: what each takes, and how either end of it is made."""

import importlib.util
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from ppmid_devices import roles
from ppmid_devices.lines.ends import End, LineSettings, Unheard
from ppmid_devices.lines.nfc_card import NfcCardSettings, NfcPpmidEnd
from ppmid_devices.lines.nfc_reader import NfcHarnessEnd, NfcSettings
from ppmid_devices.lines.pty import PtySettings, SerialPpmidEnd
from ppmid_devices.lines.real_line import RealLine
from ppmid_devices.lines.serial_port import SerialHarnessEnd, SerialSettings
from ppmid_devices.lines.stick_folder import PpmidStickSettings, StickHarnessEnd, StickPpmidEnd, StickSettings
from ppmid_devices.lines.tls import TlsHarnessEnd, TlsPpmidEnd
from ppmid_devices.lines.tls_settings import TlsCaller, TlsListener
from ppmid_devices.links.contract import HubPort, Port
from ppmid_devices.ports import Clock, Random
from ppmid_protocols.eui import Eui


@dataclass(frozen=True, slots=True)
class Line:
    """A kind of line: for which ports of a PPMID, or of a hub, it is, and its ends with their settings.

    ``home``: the end of whoever takes messages in the home, of a simulated one in a process of its own.

    ``extra`` and ``module``: what must be installed for it beside the harness, and how to see whether it is.
    """

    ports: tuple[Port | HubPort, ...]
    harness_settings: type[LineSettings]
    harness: Callable[[End, Any], RealLine]
    home_settings: type[LineSettings]
    home: Callable[[End, Any], RealLine]
    extra: str = ""
    module: str = ""

    @property
    def missing(self) -> str:
        """The extra that is not installed; empty when nothing is missing."""
        return self.extra if self.module and importlib.util.find_spec(self.module) is None else ""


LINES: Mapping[str, Line] = MappingProxyType(
    {
        "tls": Line(("internet",), TlsListener, TlsHarnessEnd, TlsCaller, TlsPpmidEnd),
        "serial": Line(
            ("usb-serial", "serial"),
            SerialSettings,
            SerialHarnessEnd,
            PtySettings,
            SerialPpmidEnd,
            extra="usb",
            module="serial",
        ),
        "nfc": Line(("nfc",), NfcSettings, NfcHarnessEnd, NfcCardSettings, NfcPpmidEnd, extra="nfc", module="nfc"),
        "stick": Line(("usb-stick",), StickSettings, StickHarnessEnd, PpmidStickSettings, StickPpmidEnd),
    }
)
"""By adapter."""


def home_end(
    adapter: str, settings: LineSettings, *, device: Eui, clock: Clock, random: Random, here: str = roles.PPMID
) -> RealLine:
    """The home's end of a line, for our simulated PPMID or hub in a process of its own: its ``avenue``.

    ``here``: the role of whoever it is, ``device`` its EUI-64. ``settings`` are of the line's ``home_settings``.
    Raises NotUsable and LineFault.
    """
    line = LINES[adapter]
    there = roles.DELIVERY_SERVICE if "internet" in line.ports else roles.CARRIER
    end = End(name="avenue", here=here, there=there, ppmid=device, clock=clock, tap=Unheard(), random=random)
    return line.home(end, settings)
