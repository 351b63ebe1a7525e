"""What a run can be begun with from the page: the features, bench files and declarations of one folder, and our own.

A form names them by what stands in these lists, so nothing else of this machine can be asked for.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ppmid_bench import input_files
from ppmid_bench.errors import BadInput
from ppmid_bench.kinds import SUFFIX as TOML
from ppmid_bench.kinds import own_benches
from ppmid_harness.features import SUFFIX, find_features, own_features
from ppmid_harness.plan import Options

RUNNERS = ("pytest", "behave", "robot")

_BENCH = frozenset(("bench", "identities", "parties", "links", "lab", "limits"))
_DECLARATION = frozenset(("ics", "ixit"))


@dataclass(frozen=True, slots=True)
class Offers:
    """By the name in the form, the file. ``features``: of the folder where it has some, else our own."""

    features: Mapping[str, Path]
    benches: Mapping[str, Path]
    declarations: Mapping[str, Path]


def offers(folder: Path) -> Offers:
    """What ``folder`` and the harness offer. Raises BadInput when the folder cannot be read."""
    place = next((one for one in (folder / "features", folder) if one.is_dir() and _has_features(one)), own_features())
    features = {file.relative_to(place).as_posix(): file for file in find_features([place])}
    tables = {file: _tables(file) for file in _toml_files(folder)}
    own = {f"{file.stem} (the harness's own)": file for file in sorted(own_benches().glob(f"*{TOML}"))}
    return Offers(
        features,
        {file.name: file for file, found in tables.items() if found and found <= _BENCH} | own,
        {file.name: file for file, found in tables.items() if found and found <= _DECLARATION},
    )


def _has_features(folder: Path) -> bool:
    return any(folder.glob(f"*{SUFFIX}")) or (folder.name == "features" and any(folder.rglob(f"*{SUFFIX}")))


def _toml_files(folder: Path) -> Iterable[Path]:
    try:
        return sorted(file for file in folder.iterdir() if file.suffix == TOML and file.is_file())
    except OSError as problem:
        raise BadInput(str(folder), "", "a folder that can be read", problem.strerror or str(problem)) from problem


def _tables(file: Path) -> frozenset[str]:
    """The tables of a TOML file; none of one that is no such file, which is then not offered."""
    try:
        return frozenset(tomllib.loads(input_files.text(file)))
    except (BadInput, ValueError, RecursionError):
        return frozenset()


def chosen(form: Mapping[str, list[str]], offered: Offers) -> tuple[Options, str]:
    """The options and the runner that a form asks for. Raises BadInput for anything that was not offered."""
    tags, seed, runner = (_one(form, name) for name in ("tags", "seed", "runner"))
    if seed and not (seed.isascii() and seed.isdecimal()):
        raise BadInput("seed", "", "a number from 0 up, or nothing", repr(seed))
    if runner not in RUNNERS:
        raise BadInput("runner", "", f"one of {', '.join(RUNNERS)}", repr(runner))
    bench, ics, wanted = _one(form, "bench"), _one(form, "ics"), form.get("features") or offered.features
    options = Options(
        paths=tuple(_offered(one, offered.features, "features") for one in wanted),
        bench=_offered(bench, offered.benches, "bench") if bench else None,
        ics=_offered(ics, offered.declarations, "ics") if ics else None,
        tags=tags or None,
        seed=int(seed) if seed else None,
    )
    return options, runner


def _one(form: Mapping[str, list[str]], name: str) -> str:
    return form.get(name, [""])[-1].strip()


def _offered(name: str, files: Mapping[str, Path], what: str) -> Path:
    if name not in files:
        raise BadInput(what, "", f"one of {', '.join(files) or 'none'}", repr(name))
    return files[name]
