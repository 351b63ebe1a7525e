"""A PPMID that is not ours: its sheet, when it is there, and who is waited for."""

import json
import os
import re
import shlex
import socket
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from line_ends import wait_for

from ppmid_bench.offers import offers
from ppmid_bench.wall_clock import WallClock
from ppmid_devices import roles
from ppmid_devices.lines.certificates import TestPki
from ppmid_devices.lines.ends import End, LineFault, Unheard
from ppmid_devices.lines.tls import TlsHarnessEnd
from ppmid_devices.lines.tls_settings import TlsListener
from ppmid_devices.lines.zep import ZepHan, ZepSettings
from ppmid_devices.links.han import HanMembership
from ppmid_devices.links.link import Conditions, Link
from ppmid_devices.on_sheet import NAME, PpmidOnSheet, SheetSettings
from ppmid_devices.ports import SECOND, Awaited, CannotArrange
from ppmid_devices.ppmid.contract import PpmidSituation
from ppmid_protocols.eui import Eui
from ppmid_protocols.secret import Secret
from ppmid_protocols.zigbee import zep

PAGE = (Path(__file__).parents[2] / "docs" / "lab-sheet.md").read_text(encoding="utf-8")
(TOLD,) = map(json.loads, re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL))
EUIS = {one["role"]: Eui.parse(one["eui"]) for one in TOLD["devices"]}
PPMID = Eui.parse(TOLD["ppmid"])
KEY = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(TOLD["avenue"]["key"]))
Make = Callable[..., PpmidOnSheet]


class _Own:
    """Credentials of which nothing but the identifier is looked at."""

    eui = PPMID


class Lab:
    """A bench's clock, lines and needs, as the page's sheet has them."""

    def __init__(self, folder: Path) -> None:
        self.clock = WallClock()
        pki = TestPki(b"seed", "lab-3", datetime.now(UTC) - timedelta(hours=1))
        pki.write(folder, PPMID)
        files = {name: str(folder / file) for name, file in (("certificate", "harness.pem"), ("key", "harness.key"))}
        settings = TlsListener(**files, trust=str(folder / "trust.pem"), bench="lab-3")
        tap: Any = Unheard()
        end = End(
            name="avenue",
            here=roles.DELIVERY_SERVICE,
            there=roles.PPMID,
            ppmid=PPMID,
            clock=self.clock,
            tap=tap,
            random=Random(1),
        )
        self.avenue = TlsHarnessEnd(end, settings)
        self.han = ZepHan("han", self.clock, tap, Random(1), Conditions(), settings=ZepSettings(port=0))
        self.plain = Link("avenue", self.clock, tap, Random(1), Conditions())

    def needs(self, **other: Any) -> dict[str, Any]:
        by_role = {one["role"]: one for one in TOLD["devices"]}
        membership = HanMembership(
            name=roles.PPMID,
            eui=PPMID,
            short=TOLD["han"]["short"],
            network_key=Secret(bytes.fromhex(TOLD["han"]["network_key"])),
            link_keys={EUIS[role]: Secret(bytes.fromhex(by_role[role]["link_key"])) for role in ("esme", "hub")},
            addresses={EUIS["esme"]: 0x1001, EUIS["hub"]: 0, PPMID: 0x1002},
        )
        return {
            "clock": self.clock,
            "credentials": _Own(),
            "key": KEY,
            "senders": {"delivery-service": KEY.public_key()},
            "home": TOLD["home"],
            "avenue": self.avenue,
            "han": self.han,
            "membership": membership,
            "hub": EUIS["hub"],
            "gpf": EUIS["gpf"],
            "meters": {EUIS["esme"]: roles.ESME},
            "situation": None,
            **other,
        }

    def close(self) -> None:
        self.clock.perform(self.avenue.close)
        self.clock.perform(self.han.close)
        self.clock.stop()


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    made = Lab(tmp_path)
    yield made
    made.close()


@pytest.fixture
def make(lab: Lab, tmp_path: Path) -> Make:
    settings = SheetSettings(folder="sheets", patience_s=1).beside(tmp_path)
    return lambda **other: PpmidOnSheet(settings=settings, **lab.needs(**other))


def test_the_sheet_is_the_pages_and_its_owners_alone(make: Make, lab: Lab, tmp_path: Path) -> None:
    ppmid = make()
    path = tmp_path / "sheets" / NAME
    assert not path.exists()
    ppmid.call_up()
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    told = json.loads(path.read_bytes())
    wanted = json.loads(json.dumps(TOLD))
    wanted["id"] = told["id"]
    wanted["avenue"]["connect"] = lab.avenue.address
    wanted["han"]["medium"] = "{}:{}".format(*lab.han.address)
    assert re.fullmatch("[0-9a-f]{16}", told["id"])
    assert told == wanted
    ppmid.close()
    assert not path.exists()
    ppmid.close()


def test_a_gas_meter_is_on_the_sheet_without_a_key(make: Make, tmp_path: Path) -> None:
    gsme = Eui(bytes(8))
    ppmid = make(meters={EUIS["esme"]: roles.ESME, gsme: roles.GSME})
    ppmid.call_up()
    (told,) = (one for one in json.loads((tmp_path / "sheets" / NAME).read_bytes())["devices"] if one["role"] == "gsme")
    assert told == {"role": "gsme", "eui": str(gsme), "short": None, "link_key": None}
    ppmid.close()


def test_each_scenarios_sheet_has_an_id_of_its_own_and_is_taken_away_by_nobody_else(make: Make, tmp_path: Path) -> None:
    one, other = make(), make()
    path = tmp_path / "sheets" / NAME
    one.call_up()
    first = json.loads(path.read_bytes())["id"]
    other.call_up()
    assert json.loads(path.read_bytes())["id"] != first
    one.close()
    assert path.exists()
    other.close()
    assert not path.exists()


def test_it_is_there_once_it_has_said_hello_with_the_sheets_id(make: Make, lab: Lab, tmp_path: Path) -> None:
    ppmid = make()
    assert offers(ppmid, Awaited)
    ppmid.call_up()
    told = json.loads((tmp_path / "sheets" / NAME).read_bytes())["id"]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as device:
        device.sendto(zep.encode(zep.Hello(about=b"another")), lab.han.address)
        lab.clock.advance(SECOND // 5)
        assert not ppmid.there
        assert str(tmp_path / "sheets" / NAME) in ppmid.absence
        device.sendto(zep.encode(zep.Hello(about=told.encode())), lab.han.address)
        assert lab.clock.run_until(lab.clock.now() + 5 * SECOND, lambda: ppmid.there)


@pytest.mark.parametrize(
    ("situation", "why"),
    [
        (PpmidSituation(can_relay=False), "never updated"),
        (PpmidSituation(sleepy=True), "sleeps"),
    ],
)
def test_a_situation_that_nobody_can_bring_it_into(make: Make, situation: PpmidSituation, why: str) -> None:
    make(situation=PpmidSituation(can_relay=True))
    with pytest.raises(CannotArrange, match=why):
        make(situation=situation)


def test_other_lines_are_the_benchs_fault(make: Make, lab: Lab) -> None:
    with pytest.raises(LineFault, match=r'expected \[links.avenue\] adapter = "tls"'):
        make(avenue=lab.plain)


def test_nobody_can_press_its_keys(make: Make) -> None:
    ppmid = make()
    ppmid.start()
    assert ppmid.eui == PPMID
    for ask in (ppmid.restart, ppmid.screen, lambda: ppmid.enter_utrn(EUIS["esme"], "1")):
        with pytest.raises(CannotArrange, match="nobody here can do"):
            ask()
    assert not hasattr(ppmid, "findings")
    assert not hasattr(ppmid, "take_answers")


PROGRAM = "import os, sys, time; open(f'{sys.argv[1]}/{os.getpid()}', 'w').close(); time.sleep(60)"


def started(lab: Lab, folder: Path, command: str) -> PpmidOnSheet:
    """A PPMID whose program is the bench's to start, with its sheet there."""
    settings = SheetSettings(folder="sheets", patience_s=1, command=command).beside(folder)
    ppmid = PpmidOnSheet(settings=settings, **lab.needs())
    ppmid.call_up()
    return ppmid


def test_a_program_is_started_for_each_scenario_with_a_folder_of_its_own_and_ended_with_it(
    lab: Lab, tmp_path: Path
) -> None:
    assert not SheetSettings(folder="sheets").many
    command = f"{sys.executable} -c {shlex.quote(PROGRAM)} {{sheets}}"
    assert SheetSettings(folder="sheets", command=command).many
    one, other = started(lab, tmp_path, command), started(lab, tmp_path, command)
    folders = sorted((tmp_path / "sheets").iterdir())
    assert len(folders) == 2
    wait_for(lambda: all(len(list(folder.iterdir())) == 2 for folder in folders))
    (first,) = (int(path.name) for path in folders[0].iterdir() if path.name != NAME)
    one.restart()  # a cut of its power, after which it finds the same sheet
    wait_for(lambda: len(list(folders[0].iterdir())) == 3)
    with pytest.raises(ProcessLookupError):
        os.kill(first, 0)
    pids = [int(path.name) for folder in folders for path in folder.iterdir() if path.name != NAME]
    for ppmid in (one, other):
        ppmid.close()
        ppmid.close()
    assert not list((tmp_path / "sheets").iterdir())
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_a_program_that_is_not_there_or_ends_at_once_is_named(lab: Lab, tmp_path: Path) -> None:
    with pytest.raises(LineFault, match="the PPMID's program cannot be started: no-such-ppmid: No such file"):
        started(lab, tmp_path, "no-such-ppmid {sheets}")
    ppmid = started(lab, tmp_path, "false")
    wait_for(lambda: ppmid.absence == "the PPMID's program has ended by 1: false")
    assert not ppmid.there
    ppmid.close()
