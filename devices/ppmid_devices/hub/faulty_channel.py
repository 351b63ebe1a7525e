"""Hubs that scan for a quieter channel at 868 MHz, and make the wrong thing of it."""

from ppmid_devices.hub.channel_choice import Trigger
from ppmid_devices.hub.channel_desk import ChannelDesk
from ppmid_devices.hub.simulated import SimulatedHub
from ppmid_protocols.zigbee.sub_ghz import Channels


class _Unmoved(ChannelDesk):
    def scan(self, trigger: Trigger) -> None:
        """Takes it up, and measures nothing."""


class StaysInTheNoise(SimulatedHub):
    """Says that it takes a scan up, and stays on its noisy channel. Breaks: it goes where it is quieter (DBCH07)."""

    channel_desk = _Unmoved


class _Wordless(ChannelDesk):
    def _announce(self, to: Channels) -> None:
        pass


class LeavesWithoutAWord(SimulatedHub):
    """Goes to another channel and tells its devices nothing. Breaks: it announces the change (Sub-GHz cluster)."""

    channel_desk = _Wordless
