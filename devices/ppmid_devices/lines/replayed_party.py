"""A party of which only what it did on the HAN earlier is known (``adapter = "replay"``): it can be asked nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, NoReturn

from ppmid_devices.ports import CannotArrange, Nature
from ppmid_devices.remote.contracts import CONTRACTS, VERBS


@dataclass(frozen=True, slots=True)
class ReplayedSettings:
    """It has none."""


class ReplayedParty:
    """Takes being switched on; whatever else a contract has raises CannotArrange."""

    nature: ClassVar[Nature] = Nature(real=True)

    def __init__(self, *, settings: ReplayedSettings, **needs: Any) -> None:  # noqa: ARG002 (there are none)
        self._role = getattr(needs.get("membership"), "name", "a party")

    def start(self) -> None:
        """It has been on."""

    def __getattr__(self, name: str) -> Callable[..., NoReturn]:
        if name not in VERBS:
            raise AttributeError(name)

        def refuse(*arguments: Any) -> NoReturn:  # noqa: ARG001 (whatever they are)
            raise CannotArrange(f"{self._role} is replayed from a capture: it cannot be asked for {name}")

        return refuse() if name in _PROPERTIES else refuse


_PROPERTIES = {
    name for contract in CONTRACTS.values() for name, one in vars(contract).items() if isinstance(one, property)
}
