"""A top-up through the PPMID beside its bare cryptographic operations, and a display that reads the meters' figures.

Times here are of the processor, so that other work on the machine counts less.
"""

import hashlib
import os
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.ciphers.aead import AESCCM, AESGCM
from cryptography.hazmat.primitives.hashes import SHA256

from benchmarks import Row
from ppmid_bench.bench_file import BenchFile
from ppmid_bench.scenario import ScenarioRun
from ppmid_devices import roles
from ppmid_devices.dcc_user.contract import Outcome, Way
from ppmid_devices.hub.contract import HubSituation
from ppmid_devices.ports import DAY, HOUR, MINUTE, SECOND
from ppmid_devices.ppmid.settings import PpmidSettings

_REPEATED = 50  # of each bare operation in one measurement
_OCTETS = 160  # what is signed or sealed, as most messages are
_AMOUNT = 100_000


def rows(repeats: int) -> Iterator[Row]:
    """The ratio of a top-up to its operations, by way; and how much faster than life a polling display runs.

    Operations and top-ups are taken by turns, and the ratio is the median of the turns: how fast the machine is changes
    from second to second.
    """
    for what, way in (("a top-up Command through the PPMID", Way.LOCAL), ("a UTRN through the PPMID", None)):
        counts: Counter[str] = Counter()
        turns = []
        with _home(way) as top_up:
            top_up(_Count(counts))
            for _ in range(4 * repeats):
                bare = _bare(counts)
                seconds = min(_timed(top_up) for _ in range(4))
                turns.append((seconds / bare, seconds))
        ratio, seconds = statistics.median_low(turns)
        yield Row(f"{what}: {counts.total()} operations", seconds, f"{ratio:.1f} x bare")
    declared = PpmidSettings()
    for what, days, looks in (
        ("30 days of a PPMID at which somebody looks ten times a day", 30, 10),
        (
            f"a day of a PPMID that polls all the time, every {declared.readings_every_s} s",
            1,
            DAY // (declared.screen_on_s * SECOND),
        ),
    ):
        seconds = _display(days, looks)
        yield Row(what, seconds, f"{days * DAY / SECOND / seconds:,.0f} x")


def _timed(top_up: Callable[[AbstractContextManager[None]], None]) -> float:
    timed = _Timed()
    top_up(timed)
    return timed.seconds


class _Timed:
    """The processor's seconds between its being entered and left."""

    seconds = 0.0

    def __enter__(self) -> None:
        self._began = time.process_time()

    def __exit__(self, *_: object) -> None:
        self.seconds = time.process_time() - self._began


@contextmanager
def _home(way: Way | None) -> Iterator[Callable[[AbstractContextManager[None]], None]]:
    """A home without SM WAN; gives what makes one top-up after the other there, at its electricity meter.

    Each is made with a context around what lies between the Supplier's asking and its holding the outcome. The first
    shows how long that takes in virtual time; for as long the others wait, so that no asking after each event whether
    the outcome is there yet, which is the benchmark's work, is taken for the top-up's.
    """
    with tempfile.TemporaryDirectory() as folder:
        world = ScenarioRun("benchmark/top-up", "A top-up", (), BenchFile(points=frozenset()), 1, Path(folder))
        world.home.meters, world.home.hub = [roles.ESME], HubSituation(can_relay=way is not None)
        bed = world.bed
        bed.links.wan.set_up(False)
        bed.wait(HOUR)
        meter, user = bed.eui(roles.ESME), bed.dcc_user

        def ask() -> str:
            if way is None:
                return user.send_utrn(meter, user.vend(meter, _AMOUNT))
            return user.top_up(meter, _AMOUNT, way)

        def is_settled(request: str) -> bool:
            return user.record(request).outcome is not Outcome.PENDING

        began, first = bed.clock.now(), ask()
        bed.wait(10 * MINUTE, lambda: is_settled(first))
        lasts = bed.clock.now() - began

        def top_up(around: AbstractContextManager[None]) -> None:
            bed.wait(5 * MINUTE)
            before = bed.meter(roles.ESME).display().balance
            with around:
                request = ask()
                bed.wait(lasts)
            assert is_settled(request)
            assert bed.meter(roles.ESME).display().balance - before == _AMOUNT

        yield top_up
        world.close()


def _display(days: int, looks: int) -> float:
    """Seconds for so many days of a home at whose PPMID somebody looks so often a day; its screen stays on a while."""
    with tempfile.TemporaryDirectory() as folder:
        world = ScenarioRun("benchmark/display", "A display", (), BenchFile(points=frozenset()), 1, Path(folder))
        world.home.meters = [roles.ESME, roles.GSME]
        bed = world.bed
        began = time.process_time()
        for _ in range(days * looks):
            bed.ppmid.touch()
            bed.wait(DAY // looks)
        seconds = time.process_time() - began
        world.close()
        return seconds


_NAMES = {
    ("ECPrivateKey", "exchange"): "agree",
    ("ECPrivateKey", "sign"): "sign",
    ("ECPublicKey", "verify"): "verify",
    ("Ed25519PrivateKey", "sign"): "sign 25519",
    ("Ed25519PublicKey", "verify"): "verify 25519",
    ("AESGCM", "encrypt"): "gcm",
    ("AESGCM", "decrypt"): "gcm",
    ("AESCCM", "encrypt"): "ccm",
    ("AESCCM", "decrypt"): "ccm",
    ("module", "openssl_sha256"): "hash",
}
"""The operations that count, by the class and the method that does them (``hashlib``'s are functions)."""


class _Count:
    """Counts the operations that are called by anybody while it is entered."""

    def __init__(self, counts: Counter[str]) -> None:
        self._counts = counts

    def __enter__(self) -> None:
        sys.setprofile(self._called)

    def __exit__(self, *_: object) -> None:
        sys.setprofile(None)

    def _called(self, _frame: FrameType, event: str, function: Any) -> None:
        if event == "c_call":
            name = _NAMES.get((type(getattr(function, "__self__", None)).__name__, function.__name__))
            if name is not None:
                self._counts[name] += 1


def _bare(counts: Counter[str]) -> float:
    """Seconds of so many of each operation, as the path does them.

    Its signatures are deterministic. Keys that are used again are made ready beforehand; that of a GCM never is, since
    GBCS has another one for each message.
    """
    data, digest, exchange = os.urandom(_OCTETS), ec.ECDSA(SHA256()), ec.ECDH()
    signing, key = ec.ECDSA(SHA256(), deterministic_signing=True), bytes(16)
    private, other = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1()).public_key()
    public, signature = private.public_key(), private.sign(data, digest)
    edwards = ed25519.Ed25519PrivateKey.generate()
    edwards_public, edwards_signature = edwards.public_key(), edwards.sign(data)
    ccm = AESCCM(key, tag_length=4)
    works: dict[str, Callable[[], object]] = {
        "agree": lambda: private.exchange(exchange, other),
        "sign": lambda: private.sign(data, signing),
        "verify": lambda: public.verify(signature, data, digest),
        "sign 25519": lambda: edwards.sign(data),
        "verify 25519": lambda: edwards_public.verify(edwards_signature, data),
        "gcm": lambda: AESGCM(key).encrypt(bytes(12), data, None),
        "ccm": lambda: ccm.encrypt(bytes(13), data, data),
        "hash": lambda: hashlib.sha256(data).digest(),
    }

    return sum(number * min(_each(works[name]) for _ in range(4)) for name, number in counts.items())


def _each(work: Callable[[], object]) -> float:
    began = time.process_time()
    for _ in range(_REPEATED):
        work()
    return (time.process_time() - began) / _REPEATED
