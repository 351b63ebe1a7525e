"""The kinds of bench: what each says of itself on a report's first page, and which parties are real in it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from types import MappingProxyType

from ppmid_devices import roles

SUFFIX = ".toml"


@dataclass(frozen=True, slots=True)
class Kind:
    """``says``: in a sentence. ``real``: parties that are real on it; where there are none, no party is.

    ``air``: whether its HAN is a radio's, or heard from one, so that frames can be lost that nobody knows of.
    """

    says: str
    real: tuple[str, ...] = ()
    air: bool = True


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "rehearsal": Kind(
            "A rehearsal: our own simulations as separate processes, over the lines that real devices use.",
            air=False,
        ),
        "host build": Kind(
            "Kind A, a host build: the PPMID's own software on a computer, over ZEP and its avenue; its radio, its "
            "hardware and all other parties are not real.",
            (roles.PPMID,),
            air=False,
        ),
        "radio": Kind(
            "Kind B, a radio bench: PPMID, hub and electricity meter are devices on a real HAN; DCC and User are not.",
            (roles.PPMID, roles.HUB, roles.ESME),
        ),
        "coordinator": Kind(
            "Kind C, a coordinator: the PPMID is a device, and a radio coordinator stands behind the hub's contract; "
            "untried until a lab has done it.",
            (roles.PPMID,),
        ),
        "hub port": Kind(
            "A hub with a port of its own: the Communications Hub is a device that takes Commands by a wire or NFC, as "
            "none in the field does; all other parties are not real.",
            (roles.HUB,),
        ),
    }
)
"""By the word of a bench file's ``kind``."""


def own_benches() -> Path:
    """The bench files of this project: inside the installed package, or the repository's folder beside it."""
    packaged = Path(str(resources.files("ppmid_bench"))) / "benches"
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "benches"


def find(path: Path) -> Path:
    """The bench file that ``path`` names: itself, or where there is none the project's own of this name."""
    if os.path.exists(path):  # a name that no system takes is no file, and no error
        return path
    own = own_benches() / f"{path.name.removesuffix(SUFFIX)}{SUFFIX}"
    return own if os.path.isfile(own) and path.parent.name in ("", own.parent.name) else path
