"""The rules of the house that can be seen in what a module mentions; each finds the violation that is planted for it.

Others are held elsewhere: parties hold only their own keys (``tests/bench/test_own_keys.py``), no step is a coroutine
(``tests/steps/test_registry.py``), the layers of the packages (``test_import_linter.py``), pure checks
(``test_pure_checks.py``).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

import pytest

CLOCKS = (
    "time.time*",
    "time.monotonic*",
    "time.perf_counter*",
    "time.sleep",
    "time.localtime",
    "time.gmtime",
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "datetime.datetime.today",
    "datetime.date.today",
    "asyncio*",
)
CHANCE = (
    "random*",
    "secrets*",
    "uuid.uuid[14]",
    "os.urandom",
    "os.getrandom",
    "*.generate_private_key",
    "*PrivateKey.generate",
    "cryptography.x509.random_serial_number",
)
FILES = ("read_text", "read_bytes", "write_text", "write_bytes", "iterdir", "glob", "rglob", "mkdir", "unlink")
IO = (
    "builtins.open",
    "builtins.print",
    "builtins.input",
    "io.open*",
    "os",
    "os.*",
    "sys.std*",
    "pathlib.Path*",
    "socket*",
    "select*",
    "ssl*",
    "subprocess*",
    "threading*",
    "tempfile*",
    "shutil*",
    "urllib.request*",
    "http.*",
    "logging*",
    *(f"[?]*.{verb}" for verb in FILES),
)
WALL_TIME = (
    "ppmid_bench.wall_clock",
    "ppmid_bench.control",
    "ppmid_bench.adapter_check.stopwatch",
    "ppmid_devices.remote*",
    "ppmid_devices.lines*",
    "ppmid_devices.operator.console",
)
"""What stands between a bench in wall-clock time, or another process, and the parties; what judges real time."""


@dataclass(frozen=True)
class Rule:
    """The modules ``where``, except in some, mention nothing that is ``forbidden`` and not ``allowed``.

    All are patterns of dotted names. ``planted`` breaks the rule, once a line.
    """

    where: tuple[str, ...]
    forbidden: tuple[str, ...]
    planted: str
    allowed: tuple[str, ...] = ()
    except_in: tuple[str, ...] = ()

    def broken_by(self, module: Any) -> Iterator[str]:
        """Each line that breaks it, with what it mentions."""
        if not _fits(module.name, self.where) or _fits(module.name, self.except_in):
            return
        for line, mentioned in module.mentions():
            if _fits(mentioned, self.forbidden) and not _fits(mentioned, self.allowed):
                yield f"{module.name}:{line}: {mentioned}"


@cache
def _fits(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


RULES = {
    "steps know parties by their contracts only": Rule(
        where=("ppmid_steps*",),
        forbidden=("ppmid_devices.*",),
        allowed=("ppmid_devices.roles*", "ppmid_devices.ports*", "ppmid_devices.*.contract*"),
        planted="""
            from ppmid_devices.meter.esme import SimulatedEsme
            import ppmid_devices.ppmid.faulty
            from ppmid_devices.hub import simulated as hub
        """,
    ),
    "protocols do no I/O": Rule(
        where=("ppmid_protocols*",),
        forbidden=IO,
        planted="""
            import socket
            from pathlib import Path
            print("here")
            frames = open("frames", "rb")
            text = given.read_text()
            import sys; sys.stderr.write("here")
        """,
    ),
    "scapy has one place": Rule(
        where=("ppmid_*",),
        forbidden=("scapy*",),
        except_in=("ppmid_protocols.captures.scapy_layers", "ppmid_protocols.captures.scapy_view"),
        planted="""
            from scapy.packet import Packet
            import scapy.all
        """,
    ),
    "time comes from the clock that is given": Rule(
        where=("ppmid_protocols*", "ppmid_devices*", "ppmid_bench*", "ppmid_steps*"),
        forbidden=CLOCKS,
        except_in=WALL_TIME,
        planted="""
            import time as t; t.monotonic_ns()
            from time import sleep
            from datetime import datetime; datetime.now(UTC)
            import datetime as d; d.datetime.today()
        """,
    ),
    "chance is derived from the seed": Rule(
        where=("ppmid_protocols*", "ppmid_devices*", "ppmid_bench*", "ppmid_steps*"),
        forbidden=CHANCE,
        except_in=("ppmid_bench.derivation",),
        planted="""
            import random
            from os import urandom
            from uuid import uuid4
            from secrets import token_bytes
            from cryptography.hazmat.primitives.asymmetric import ec; ec.generate_private_key(curve)
            from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey as K; K.generate()
        """,
    ),
    "tests of virtual time do not wait": Rule(
        where=("tests*",),
        forbidden=("time.sleep", "asyncio*"),
        # They wait for another process (a signal, a pipe, a party beyond a socket), or are about real time.
        except_in=(
            "tests.bench.test_adapter_check",
            "tests.harness.small_bench",
            "tests.harness.test_cli_capture",
            "tests.harness.test_bad_input",
            "tests.devices.boxed*",
            "tests.devices.line_ends",
            "tests.examples*",
            "tests.*remote*",
            "tests.*wall*",
        ),
        planted="""
            from time import sleep
            import time; time.sleep(1)
        """,
    ),
}


@pytest.mark.parametrize("says", RULES)
def test_the_project_keeps_it(says: str, tree: list[Any], tests: list[Any]) -> None:
    judged = [module for module in [*tree, *tests] if _fits(module.name, RULES[says].where)]
    assert len(judged) > 5
    assert [line for module in judged for line in RULES[says].broken_by(module)] == []


@pytest.mark.parametrize("says", RULES)
def test_it_finds_each_planted_violation(says: str, plant: Callable[..., Any]) -> None:
    rule = RULES[says]
    lines = [line.strip() for line in rule.planted.strip().splitlines()]
    for place in rule.where:
        planted = plant(place.replace("*", ".planted"), "\n".join(lines))
        found = {int(line.split(":")[1]) for line in rule.broken_by(planted)}
        assert found == set(range(1, len(lines) + 1))


def test_what_is_like_a_violation_and_is_none(plant: Callable[..., Any]) -> None:
    """A table of the package's own, a moment that is given, a stream of chance that is given, a party's contract."""
    innocent = plant(
        "ppmid_protocols.innocent",
        "from importlib.resources import files\n"
        "from datetime import UTC, datetime\n"
        "table = files(__package__).joinpath('t.csv').read_text()\n"
        "when = datetime.fromtimestamp(given, UTC)\n"
        "def lost(random): return random.random() < 0.5\n"
        "def wakes(self): self.time.sleep()\n",
    )
    contract = plant("ppmid_steps.innocent", "from ppmid_devices.hub.contract import Hub\nfrom . import values\n")
    assert [line for rule in RULES.values() for one in (innocent, contract) for line in rule.broken_by(one)] == []
