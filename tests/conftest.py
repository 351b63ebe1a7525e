"""Fixtures for all tests."""

import fcntl
import gc
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from ppmid_bench.errors import BadInput, NotPassed
from ppmid_harness.plan import Options, make_plan
from ppmid_harness.run_folder import open_run_folder
from ppmid_harness.selection import Planned, seconds_needed
from ppmid_harness.session import Session, StepCrashed
from ppmid_reports.pdf import require_weasyprint

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent

gc.disable()  # until all tests are collected
sys.path.insert(0, str(HERE))  # pytest's importlib mode puts no folder of tests there

import postgres  # noqa: E402
import started  # noqa: E402

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell lets what is in its background ignore it
for one in ("GITHUB_ACTIONS", "FORCE_COLOR", "PY_COLORS", "NO_COLOR"):  # what is printed there is tested by itself
    os.environ.pop(one, None)
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # or every worker and every process compiles all modules anew

# An example's wall time says nothing on a full machine. What passed once passes again: examples that nobody tried yet
# are for those who ask for them (CONTRIBUTING).
settings.register_profile("always the same", deadline=None, derandomize=True, database=None)
settings.register_profile("explore", deadline=None, max_examples=1000, print_blob=True)
settings.load_profile("always the same")


LONGEST_FIRST = (
    "harness/test_bad_devices_wall.py",
    "harness/test_parity_sample.py",
    "harness/test_plain_runners.py",
    "harness/test_faults.py",
    "examples/test_vendor_bench_wall.py",
    "reports/test_pdf.py",
    "reports/history/test_adding.py",
    "harness/test_redaction.py",
    "harness/test_interruptions.py",
    "harness/console/test_console_begun_wall.py",
    "harness/test_init.py",
    "protocols/captures/test_scapy_agreement.py",
)
"""Files that take long, by the seconds of one of their workers: begun last, they would have the others wait."""


def pytest_configure(config: pytest.Config) -> None:
    """Workers take the files in the order of the collection, where there are workers (xdist).

    Each collects the folders beginning with another, so that what one has compiled the others find: all at once they
    would compile the same files side by side.
    """
    if hasattr(config.option, "loadscopereorder"):
        config.option.loadscopereorder = False  # would begin with the files of many tests, however short these are
    worker = getattr(config, "workerinput", {}).get("workerid", "")
    if worker and [Path(one).resolve() for one in config.args] == [HERE]:
        folders = sorted({str(HERE / path.relative_to(HERE).parts[0]) for path in HERE.rglob("test_*.py")})
        first = int(worker.removeprefix("gw")) % len(folders)
        config.args[:] = folders[first:] + folders[:first]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Two workers for each core: the tests of real lines and of processes wait for most of their time."""
    return 2 * len(os.sched_getaffinity(0))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first; the others by their paths, however they were collected."""
    places = {HERE / name: place for place, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: (places.get(item.path, len(places)), item.path))


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop() -> None:
    """What was collected stays until the end: it is looked through for garbage no more."""
    gc.enable()
    gc.freeze()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference data (RTDS messages, test keys, DUIS templates) that may lie beside a checkout."""
    folder = REPOSITORY.parent / "shared"
    if not (folder / "data").is_dir():
        pytest.skip("the reference data (../shared/data) are not beside this checkout")
    return folder


@pytest.fixture(scope="session")
def some_of_each() -> tuple[str, ...]:
    """Options that choose a scenario of each feature: the first of a day at most, or the shortest."""
    of_feature: dict[str, list[Planned]] = {}
    for planned in make_plan(Options()).to_run:
        of_feature.setdefault(planned.feature, []).append(planned)
    assert len(of_feature) > 40
    chosen = (min(some, key=lambda one: max(seconds_needed(one.tags) or 0, 86_400)) for some in of_feature.values())
    return tuple(word for one in chosen for word in ("--only", one.id))


@pytest.fixture(scope="session")
def sample_run(tmp_path_factory: pytest.TempPathFactory, some_of_each: tuple[str, ...]) -> Path:
    """The folder of a run of some of each feature under pytest, with a hash seed of its own. For reading only.

    It is made in a process, as a user makes it, and once for all workers of a test run: the first to ask makes it, the
    others wait for it.
    """
    place = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        place = place.parent  # what the workers share
    folder = place / "sample-run"
    with (place / "sample-run.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (place / "sample-run.done").exists():
            assert started.start(folder, *some_of_each, hash_seed="1") == (folder, 0)
            (place / "sample-run.done").touch()
    return folder


@pytest.fixture(scope="session")
def server() -> Iterator[postgres.Server]:
    """A PostgreSQL server for the history. It is skipped without the driver, and where none is installed."""
    pytest.importorskip("pg8000", reason="the extra postgres is not installed")
    programs = postgres.programs()
    if programs is None:
        pytest.skip("no PostgreSQL server is installed here (initdb, pg_ctl)")
    with postgres.serving(programs) as found:
        yield found


@pytest.fixture(scope="session")
def weasyprint() -> None:
    """What PDFs are made by. It is skipped without it, and without the Pango that it needs of the system."""
    try:
        require_weasyprint()
    except BadInput as missing:
        pytest.skip(str(missing))


@pytest.fixture
def for_sockets() -> Iterator[Path]:
    """A folder whose path is short: that of a socket has 107 octets at most, and a test's own folder may have more."""
    with tempfile.TemporaryDirectory(prefix="ppmid-", dir="/tmp") as folder:
        yield Path(folder)


Play = Callable[..., dict[str, Any]]


@pytest.fixture
def play(tmp_path: Path) -> Play:
    """Plays scenarios on the bench of a text by hand, in this process, the way that a runner does; gives the record."""

    def run(bench: str, *, only: tuple[str, ...] = (), feature: str = "", folder: str = "run") -> dict[str, Any]:
        paths: tuple[Path, ...] = ()
        if feature:
            paths = (tmp_path / "some.feature",)
            paths[0].write_text(feature, encoding="utf-8")
        (tmp_path / "bench.toml").write_text(bench, encoding="utf-8")
        plan = make_plan(Options(paths=paths, bench=tmp_path / "bench.toml", only=only))
        session = Session(plan, open_run_folder(tmp_path / folder, plan, resume=False), runner="by hand")
        for planned in session.to_run:
            session.begin(planned.id)
            try:
                for step in planned.steps:
                    session.run_step(step.kind, step.text, **_carried(step.carried()))
            except (NotPassed, StepCrashed):
                pass  # the record has it
            session.end()
        return session.finish()

    return run


def _carried(carried: dict[str, Any]) -> dict[str, Any]:
    return {{"text": "docstring"}.get(name, name): value for name, value in carried.items()}
