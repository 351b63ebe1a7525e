"""The command line of a run, for whoever starts one as a process of its own."""

import sys
from pathlib import Path

from ppmid_harness.plan import Options


def run_command(
    options: Options, *, runner: str = "pytest", workers: int = 1, sign: Path | None = None, out: Path | None = None
) -> list[str]:
    """The arguments of ``ppmid-harness run`` with these options, beginning with the program."""
    given = {
        "bench": options.bench,
        "ics": options.ics,
        "tags": options.tags,
        "runner": runner,
        "mode": options.mode,
        "seed": options.seed,
        "max-wall": options.max_wall,
        "workers": workers,
        "tolerances": options.tolerances,
        "sign": sign,
        "out": out,
        "desk": options.desk,
    }
    named = [f"--{name}={value}" for name, value in given.items() if value is not None]
    only = [f"--only={id}" for id in options.only]
    return [sys.executable, "-m", "ppmid_harness", "run", *named, *only, "--", *map(str, options.paths)]
