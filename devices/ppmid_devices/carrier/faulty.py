"""Carriers with one fault each."""

from collections.abc import Sequence

from ppmid_devices.carrier.simulated import SimulatedCarrier


class AltersMessages(SimulatedCarrier):
    """Turns the last bit of every message that it brings, which is its seal's.

    Breaks: what is carried comes as it was given (local command interface, Carried by hand).
    """

    def _as_brought(self, messages: Sequence[bytes]) -> Sequence[bytes]:
        return tuple(sealed[:-1] + bytes((sealed[-1] ^ 1,)) for sealed in messages)


class LosesAnswers(SimulatedCarrier):
    """Loses on the way back whatever the PPMID gave it.

    Breaks: what the PPMID said is handed in (local command interface, Carried by hand).
    """

    def _hand_in(self, answers: Sequence[bytes]) -> None:
        """Nothing is left of it."""


class MixesUpHomes(SimulatedCarrier):
    """Brings one home what is for another.

    Breaks: a message is brought to the PPMID that it names (local command interface, Carried by hand).
    """

    def _is_for_the_home(self, sealed: bytes) -> bool:  # noqa: ARG002 - that is the fault
        return True
