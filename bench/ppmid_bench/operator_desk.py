"""Having the operators of a bench asked elsewhere than at the terminal, for one run: the bench file stays as it is."""

from pathlib import Path

import msgspec

from ppmid_bench.adapters import settings_shape
from ppmid_bench.bench_file import BenchFile, PartyEntry
from ppmid_devices.operator.settings import OperatorSettings

_DESK, _ANSWERS = "desk", "answers"


def asked_at(bench: BenchFile, desk: Path | None) -> BenchFile:
    """The bench whose operators are asked at the socket ``desk``, but for those whose answers lie in a file."""
    if desk is None:
        return bench
    parties = {role: _asked_at(bench, role, entry, desk) for role, entry in bench.parties.items()}
    return msgspec.structs.replace(bench, parties=parties)


def _asked_at(bench: BenchFile, role: str, entry: PartyEntry, desk: Path) -> PartyEntry:
    shape = settings_shape(role, entry.adapter, bench.source)
    if not issubclass(shape, OperatorSettings) or entry.settings.get(_ANSWERS):
        return entry
    return msgspec.structs.replace(entry, settings={**entry.settings, _DESK: str(desk.absolute())})
