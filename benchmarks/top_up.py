"""A top-up through the PPMID beside its bare cryptographic operations, and a display that reads the meters' figures.

Times here are of the processor, so that other work on the machine counts less.
"""

import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
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

_REPEATED = 200  # of each bare operation in one measurement
_OCTETS = 160  # what is signed or sealed, as most messages are
_AMOUNT = 1_000_000


def rows(repeats: int) -> Iterator[Row]:
    """The ratio of a top-up to its operations, by way; and how much faster than life a polling display runs."""
    costs = _bare_costs(repeats)
    for what, way in (("a top-up Command through the PPMID", Way.LOCAL), ("a UTRN through the PPMID", None)):
        counts: Counter[str] = Counter()
        _top_up(way, _Count(counts))
        seconds = min(_timed(way) for _ in range(3 * repeats))
        bare = sum(costs[name] * number for name, number in counts.items())
        yield Row(f"{what}: {counts.total()} operations", seconds, f"{seconds / bare:.1f} x bare")
    for what, days, looks in (
        ("30 days of a PPMID at which somebody looks ten times a day", 30, 10),
        ("a day of a PPMID that is looked at all the time, every 30 s", 1, 24 * 30),
    ):
        seconds = _display(days, looks)
        yield Row(what, seconds, f"{days * DAY / SECOND / seconds:,.0f} x")


class _Timed:
    """The processor's seconds between its being entered and left."""

    seconds = 0.0

    def __enter__(self) -> None:
        self._began = time.process_time()

    def __exit__(self, *_: object) -> None:
        self.seconds = time.process_time() - self._began


def _timed(way: Way | None) -> float:
    timed = _Timed()
    _top_up(way, timed)
    return timed.seconds


def _top_up(way: Way | None, around: AbstractContextManager[None]) -> None:
    """A home without SM WAN, and ``around`` what lies between the Supplier's asking and its holding the outcome."""
    with tempfile.TemporaryDirectory() as folder:
        world = ScenarioRun("benchmark/top-up", "A top-up", (), BenchFile(points=frozenset()), 1, Path(folder))
        world.home.meters, world.home.hub = [roles.ESME], HubSituation(can_relay=way is not None)
        world.bed.links.wan.set_up(False)
        world.bed.wait(HOUR)
        meter, user = world.bed.eui(roles.ESME), world.bed.dcc_user
        before = world.bed.meter(roles.ESME).display().balance
        with around:
            if way is None:
                request = user.send_utrn(meter, user.vend(meter, _AMOUNT))
            else:
                request = user.top_up(meter, _AMOUNT, way)
            world.bed.wait(10 * MINUTE, lambda: user.record(request).outcome is not Outcome.PENDING)
        assert world.bed.meter(roles.ESME).display().balance - before == _AMOUNT
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
}
"""The operations that count, by the class and the method that does them."""


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


def _bare_costs(repeats: int) -> dict[str, float]:
    """Seconds of one of each operation, keys made ready beforehand."""
    data, digest, exchange = os.urandom(_OCTETS), ec.ECDSA(SHA256()), ec.ECDH()
    private, other = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1()).public_key()
    public, signature = private.public_key(), private.sign(data, digest)
    edwards = ed25519.Ed25519PrivateKey.generate()
    edwards_public, edwards_signature = edwards.public_key(), edwards.sign(data)
    gcm, ccm = AESGCM(bytes(16)), AESCCM(bytes(16), tag_length=4)
    works: dict[str, Callable[[], object]] = {
        "agree": lambda: private.exchange(exchange, other),
        "sign": lambda: private.sign(data, digest),
        "verify": lambda: public.verify(signature, data, digest),
        "sign 25519": lambda: edwards.sign(data),
        "verify 25519": lambda: edwards_public.verify(edwards_signature, data),
        "gcm": lambda: gcm.encrypt(bytes(12), data, None),
        "ccm": lambda: ccm.encrypt(bytes(13), data, data),
    }

    return {name: min(_each(work) for _ in range(3 * repeats)) for name, work in works.items()}


def _each(work: Callable[[], object]) -> float:
    began = time.process_time()
    for _ in range(_REPEATED):
        work()
    return (time.process_time() - began) / _REPEATED
