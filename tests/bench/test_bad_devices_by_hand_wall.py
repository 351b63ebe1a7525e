"""A cable to a device that says rubbish, a tap that ends inside an APDU, no reader: each an error with its cause, and
the next scenario has the line again.
"""

import os
import sys
import threading
import tty
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any, Unpack

import pytest
from card_ports import card_port
from waiting_wall import LONG_S

from ppmid_bench.bench_file import BenchFile, LinkTable, PartyEntry
from ppmid_bench.evidence import read_log
from ppmid_bench.home_keys import EUIS
from ppmid_bench.scenario import ScenarioRun
from ppmid_devices import roles
from ppmid_devices.lines.ends import LineFault
from ppmid_devices.lines.nfc_card import NfcCardSettings
from ppmid_devices.lines.table import home_end
from ppmid_devices.needs import PpmidNeeds
from ppmid_devices.ports import SECOND
from ppmid_devices.ppmid.contract import PpmidSituation
from ppmid_devices.ppmid.settings import PpmidSettings
from ppmid_devices.ppmid.simulated import SimulatedPpmid

PORT: list[int] = []
"""The UDP port of the card of the present test."""


class OnCard(SimulatedPpmid):
    """Our PPMID as a card; ``answers``: how many APDUs it answers before it is taken away inside one, None: all."""

    answers: int | None = None

    def __init__(self, *, settings: PpmidSettings, **needs: Unpack[PpmidNeeds]) -> None:
        card = NfcCardSettings(port=PORT[0])
        self._line = home_end("nfc", card, device=EUIS[roles.PPMID], clock=needs["clock"], random=Random(1))
        needs["avenue"] = self._line
        left = self.answers
        send = self._line.send

        def send_while_there(sender: str, receiver: str, frame: bytes) -> None:
            nonlocal left
            left = None if left is None else left - 1
            if left is None or left >= 0:
                send(sender, receiver, frame)
            else:
                self._line.set_up(False)

        self._line.send = send_while_there  # type: ignore[method-assign]
        super().__init__(settings=settings, **needs)

    def close(self) -> None:
        self._line.close()


class TakenAway(OnCard):
    """One that is taken off the reader inside the third APDU."""

    answers = 2


class Absent(SimulatedPpmid):
    """Nobody's."""

    def start(self) -> None:
        """There is nothing to switch on."""


@pytest.fixture(autouse=True)
def lab(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("lab")
    module.__dict__.update(OnCard=OnCard, TakenAway=TakenAway, Absent=Absent)
    monkeypatch.setitem(sys.modules, "lab", module)
    PORT[:] = [card_port()]


@contextmanager
def world(folder: Path, port: Any, adapter: str, line: str, **settings: Any) -> Iterator[ScenarioRun]:
    """A home with a meter, a UTRN for it on board of what carries, which then comes to the home."""
    folder.mkdir()
    bench = BenchFile(
        source=str(folder / "bench.toml"),
        time="wall",
        settling_ms=500,
        links={"avenue": LinkTable(line, settings={"patience_s": 3, **settings})},
        parties={roles.PPMID: PartyEntry(adapter)},
    )
    made = ScenarioRun("carried/one", "Carried", ("UTRN-INTERNET", "REQ-026"), bench, 1, folder)
    made.home.meters, made.home.carrier = [roles.ESME], True
    made.home.ppmid = PpmidSituation(port=port)
    monkeypatch = pytest.MonkeyPatch()
    monkeypatch.setattr(made, "close", cache(made.close))
    try:
        user, meter = made.bed.dcc_user, made.bed.eui(roles.ESME)
        user.send_utrn(meter, user.vend(meter, 1_000_000))
        made.bed.wait(2 * SECOND)
        made.bed.take_carrier_away()
        made.bed.bring_carrier()
        yield made
    finally:
        made.close()


def ends_in(made: ScenarioRun, because: str) -> None:
    """It ends in an error that says this, within the line's patience and some."""
    with pytest.raises(LineFault, match=because) as caught:
        made.bed.wait(60 * SECOND)
    made.crashed(caught.value)
    assert made.close()["verdict"] == "error"


def test_a_tap_that_ends_inside_an_apdu_is_an_error_and_the_next_scenario_taps_again(tmp_path: Path) -> None:
    pytest.importorskip("nfc", reason="the extra nfc is not installed")
    reader = {"reader": f"udp:127.0.0.1:{PORT[0]}", "answer_s": 1}
    with world(tmp_path / "first", "nfc", "lab:TakenAway", "nfc", **reader) as made:
        ends_in(made, r"no ppmid within 3 s\. Look whether the PPMID lies on the reader udp:.*last thing noticed")
    log = read_log(tmp_path / "first" / "evidence" / "carried__one.jsonl")
    assert not log.of("han", "consumer-top-up"), "nothing is done by half"
    assert any("taken away, or fell silent, in an APDU" in one.fields["text"] for one in log.of("harness", "finding"))
    with world(tmp_path / "second", "nfc", "lab:OnCard", "nfc", **reader) as made:
        assert made.bed.wait(60 * SECOND, lambda: made.bed.seen("han", "consumer-top-up"))
        made.bed.wait(2 * SECOND)
        made.bed.read_meter(roles.ESME)
        made.judge("credited-once", {"meter": roles.ESME, "amount": 1_000_000})
        assert made.close()["verdict"] == "pass"


def test_nothing_on_the_reader_is_an_error_that_says_so(tmp_path: Path) -> None:
    pytest.importorskip("nfc", reason="the extra nfc is not installed")
    with world(tmp_path / "one", "nfc", "lab:Absent", "nfc", reader=f"udp:127.0.0.1:{PORT[0]}") as made:
        ends_in(made, r"avenue: no ppmid within 3 s\. Look whether the PPMID lies on the reader udp:")


@pytest.mark.parametrize("without_end", [False, True])
def test_a_cable_to_a_device_that_says_rubbish_passes_nothing(without_end: bool, tmp_path: Path) -> None:
    pytest.importorskip("serial", reason="the extra usb is not installed")
    own, host = os.openpty()
    tty.setraw(host)
    enough = threading.Event()

    def talk() -> None:
        while not enough.wait(0.02 if without_end else 0.5):
            os.write(own, b"\0rubbish\xff" * 20)
            os.read(own, 4096)

    os.set_blocking(own, False)
    thread = threading.Thread(target=lambda: _while_open(talk), daemon=True)
    thread.start()
    try:
        with world(tmp_path / "one", "usb-serial", "lab:Absent", "serial", device=os.ttyname(host)) as made:
            made.bed.wait(3 * SECOND)
            entry = made.close()
    finally:
        enough.set()
        thread.join(LONG_S)
        os.close(host)
        os.close(own)
    assert entry["verdict"] == "error"
    assert entry["because"] == "nothing that was observed comes from the ppmid"


def _while_open(talk: Any) -> None:
    """Talk on where nothing has come, or nobody takes it."""
    while True:
        try:
            talk()
            return
        except BlockingIOError:
            continue
