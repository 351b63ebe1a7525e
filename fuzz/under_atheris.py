"""The process of one target under atheris: ``python -m fuzz.under_atheris TARGET [libFuzzer options] FOLDER``.

The decoders are imported while atheris watches, so that it can see which of their code an input reaches.
"""

import importlib
import sys
from collections.abc import Sequence
from typing import Any


def main(arguments: Sequence[str]) -> None:
    """Fuzz until the options say enough, or at the first finding; ends the process."""
    atheris: Any = importlib.import_module("atheris")  # an extra
    with atheris.instrument_imports(include=["ppmid_protocols"], enable_loader_override=False):
        targets = importlib.import_module("fuzz.targets")
    name, *options = arguments
    atheris.Setup([sys.argv[0], *options], targets.TARGETS[name].run)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1:])
