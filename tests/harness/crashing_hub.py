"""A hub with a bug of ours in it: it breaks when something comes from the PPMID."""

from ppmid_devices.hub.carrying import Carrying
from ppmid_devices.hub.simulated import SimulatedHub


class _Crashing(Carrying):
    def _relay(self, *_arguments: object) -> None:
        raise ZeroDivisionError("a bug in the hub")


class CrashingHub(SimulatedHub):
    """Raises what no hub should."""

    carrying = _Crashing
