"""A hub with a bug of ours in it: it breaks when something comes from the PPMID."""

from ppmid_devices.hub.simulated import SimulatedHub


class CrashingHub(SimulatedHub):
    """Raises what no hub should."""

    def _relay(self, *_arguments: object) -> None:
        raise ZeroDivisionError("a bug in the hub")
