"""Whether the tests of a module notice a mutant: they run in a fork of this process, on a copy of the sources."""

import importlib
import os
import resource
import shutil
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import hypothesis
import pytest

REPOSITORY = Path(__file__).parents[1]
ROOTS = ("protocols", "devices", "bench", "steps", "reports", "harness")

_LIBRARIES = ("cbor2", "cryptography.x509", "hypothesis.stateful", "jinja2", "lxml.etree", "msgspec")
_OPTIONS = (
    *("-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:pytest-bdd", "--hypothesis-profile=mutation"),
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),  # of the libraries that are imported already
    *("-o", "addopts=--import-mode=importlib --strict-markers"),  # without the harness's own plugin
)
_MOST_MEMORY = 4 << 30  # octets: a mutated shift or power may ask for any amount
_PASSED = 0


def prepare(folder: Path) -> None:
    """Copy the sources to ``folder``, and have this process and its forks import them from there.

    What is slow to import and never mutated is imported here, once. The tests stay where they are.
    """
    for root in ROOTS:
        shutil.copytree(REPOSITORY / root, folder / root)
        sys.path.insert(0, str(folder / root))
    sys.pycache_prefix = str(folder / "bytecode")
    os.chdir(REPOSITORY)
    for library in _LIBRARIES:
        importlib.import_module(library)
    phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)  # the first example will do, it need not be small
    hypothesis.settings.register_profile("mutation", phases=phases, derandomize=True, database=None, deadline=None)


def passes(tests: Sequence[str], timeout: int, *, mutated: bool) -> bool:
    """Whether these test files pass, within ``timeout`` seconds, as the copied sources now stand."""
    child = os.fork()
    if child == 0:
        _run(tests, timeout, mutated)
    return os.waitpid(child, 0)[1] == _PASSED


def _run(tests: Sequence[str], timeout: int, mutated: bool) -> NoReturn:
    """The whole life of the fork."""
    code = 1
    try:
        sys.dont_write_bytecode = mutated  # of two mutants of one second and one size, one would stand for both
        signal.alarm(timeout)
        resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
        silence = os.open(os.devnull, os.O_WRONLY)
        for output in (1, 2):
            os.dup2(silence, output)
        code = int(pytest.main([*_OPTIONS, *tests]))
    finally:
        os._exit(code)
