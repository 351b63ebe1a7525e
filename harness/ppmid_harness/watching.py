"""Which files a run is made of, and waiting until one of them changes: for those who write features and benches."""

import importlib.util
import time
from collections.abc import Iterator, Mapping
from importlib import resources
from pathlib import Path

from ppmid_bench.bench_file import OPERATOR, OURS, REPLAY, BenchFile, read_bench
from ppmid_bench.errors import BadInput
from ppmid_bench.kinds import find
from ppmid_harness.features import find_features, own_features
from ppmid_harness.plan import Options

LOOKS_S = 0.2
"""How often is looked. A file that is being written is waited for until it is the same at two looks."""

Seen = Mapping[Path, tuple[int, int]]


def watched_files(options: Options) -> list[Path]:
    """The features, bench file, declaration and tolerances of a run, all steps, and the adapters that the bench names.

    What cannot be read, such as a bench file that is half written, is left out but for itself. Raises BadInput when
    there is no feature, nor a folder for one.
    """
    bench = options.bench and find(options.bench)
    given = [path for path in (bench, options.ics, options.tolerances) if path]
    steps = Path(str(resources.files("ppmid_steps")))
    return [*find_features(options.paths or [own_features()]), *given, *steps.rglob("*.py"), *_adapters(bench)]


def _adapters(path: Path | None) -> Iterator[Path]:
    try:
        bench = read_bench(path)
    except BadInput:  # its run says so
        return
    for name in _named(bench):
        try:
            found = importlib.util.find_spec(name)
        except (ImportError, ValueError):  # likewise
            continue
        if found is not None and found.origin:
            yield Path(found.origin)


def _named(bench: BenchFile) -> list[str]:
    adapters = [one.adapter for one in bench.parties.values()] + [one.adapter for one in bench.links.values()]
    return [one.partition(":")[0] for one in adapters if one not in (*OURS, REPLAY, OPERATOR) and ":" in one]


def seen(options: Options) -> Seen:
    """Each file as it is now, by size and by when it was changed. Raises BadInput."""
    found = {}
    for path in watched_files(options):
        try:
            now = path.stat()
        except OSError:  # it has just gone
            continue
        found[path] = (now.st_mtime_ns, now.st_size)
    return found


def changed(before: Seen, options: Options) -> list[Path]:
    """Wait until files are otherwise than ``before``, and no longer change; gives them. Raises BadInput."""
    last = seen(options)
    while True:
        time.sleep(LOOKS_S)
        now = seen(options)
        if now == last != before:
            return sorted(path for path in {*now, *before} if now.get(path) != before.get(path))
        last = now
