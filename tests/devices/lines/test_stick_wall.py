"""A stick as a folder: put in and taken out, and pulled, full, damaged or somebody else's."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from line_ends import Side, Sides, wait_for

from ppmid_devices import roles
from ppmid_devices.lines import stick_folder
from ppmid_devices.lines.ends import LineFault, NotUsable
from ppmid_devices.lines.stick_folder import PpmidStickSettings, StickHarnessEnd, StickPpmidEnd, StickSettings
from ppmid_devices.links import stick_access
from ppmid_devices.links.stick_access import Ask, Assembly, Block
from ppmid_protocols.errors import Malformed
from ppmid_protocols.local_interface import stick
from ppmid_protocols.local_interface.stick import Direction

IN, OUT = "567890A4.IN", "567890A4.OUT"
BROUGHT = stick.write_file(Direction.TO_PPMID, (b"one", b"two" * 100))
ANSWERED = stick.write_file(Direction.FROM_PPMID, (b"answer",))


class Carrier:
    """At the harness's end: gives the file that it has when it is asked, and keeps what comes."""

    def __init__(self, sides: Sides, folder: Path, file: bytes = BROUGHT, **settings: Any) -> None:
        made = StickSettings(folder=str(folder), **settings)
        self.file, self.came = file, Assembly(OUT)
        self.side: Side = sides.harness(lambda end: StickHarnessEnd(end, made), here=roles.CARRIER, attach=False)
        self.side.attach(self._hear)

    def _hear(self, sender: str, frame: bytes) -> None:
        said = stick_access.decode(frame)
        if isinstance(said, Ask):
            for block in stick_access.blocks(said.name, self.file):
                self.side.line.send(roles.CARRIER, sender, block)
            return
        if said.offset == 0:
            self.came = Assembly(OUT)
        self.came.add(said)


class Reader:
    """At the PPMID's end: asks for its file whenever a stick is in."""

    def __init__(self, sides: Sides, folder: Path) -> None:
        made = PpmidStickSettings(folder=str(folder))
        self.file = Assembly(IN)
        self.side = sides.ppmid(lambda end: StickPpmidEnd(end, made), there=roles.CARRIER, attach=False)
        self.side.line.watch(self._changed)
        self.side.attach(self._hear)

    def write(self, file: bytes) -> None:
        for block in stick_access.blocks(OUT, file):
            self.side.send(block)

    def _changed(self, up: bool) -> None:
        if up:
            self.file = Assembly(IN)
            self.side.line.send(roles.PPMID, roles.CARRIER, Ask(IN).encode())

    def _hear(self, _: str, frame: bytes) -> None:
        said = stick_access.decode(frame)
        if isinstance(said, Block):
            self.file.add(said)


@pytest.fixture
def here(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


@pytest.fixture
def there(tmp_path: Path) -> Path:
    return tmp_path / "in the PPMID"


def test_a_stick_is_carried_to_the_ppmid_and_back(sides: Sides, here: Path, there: Path) -> None:
    reader, carrier = Reader(sides, there), Carrier(sides, here, at_ppmid=str(there))
    reader.side.until(lambda: reader.file.data == BROUGHT)
    assert (there / IN).read_bytes() == BROUGHT
    assert not here.exists()
    reader.write(ANSWERED)
    wait_for((there / OUT).exists)
    carrier.side.set_up(False)
    assert carrier.came.data == ANSWERED
    assert (here / OUT).read_bytes() == ANSWERED
    assert not there.exists()
    reader.side.until(lambda: reader.side.changes == [True, False])
    blocks = [frame for sender, _, frame, lost in carrier.side.tap.crossings if sender == roles.CARRIER and not lost]
    assert blocks == stick_access.blocks(IN, BROUGHT)


def test_a_folder_that_both_ends_see_is_read_when_its_file_changes(sides: Sides, here: Path) -> None:
    carrier, reader = Carrier(sides, here), Reader(sides, here)
    reader.side.until(lambda: reader.file.data == BROUGHT)
    reader.write(ANSWERED)
    carrier.side.until(lambda: carrier.came.data == ANSWERED)
    later = stick.write_file(Direction.TO_PPMID, (b"later",))
    stick_folder.write(here / IN, later)
    reader.side.until(lambda: reader.file.data == later)


def test_a_carrier_with_nothing_brings_no_old_file(sides: Sides, here: Path, there: Path) -> None:
    (here / IN).write_bytes(BROUGHT)
    Carrier(sides, here, file=b"", at_ppmid=str(there))
    wait_for(there.exists)
    assert not (there / IN).exists()


def test_a_stick_that_is_pulled_while_it_is_written_holds_nothing_new(sides: Sides, here: Path, there: Path) -> None:
    reader, carrier = Reader(sides, there), Carrier(sides, here, at_ppmid=str(there))
    reader.side.until(lambda: reader.file.data == BROUGHT)
    blocks = stick_access.blocks(OUT, stick.write_file(Direction.FROM_PPMID, (bytes(500),)))
    for block in blocks[:-1]:
        reader.side.send(block)
    carrier.side.set_up(False)
    assert [path.name for path in here.iterdir()] == [IN]
    assert carrier.came.data == b""


def test_one_that_is_pulled_and_stays_out_is_an_error(sides: Sides, here: Path) -> None:
    carrier = Carrier(sides, here, patience_s=3)
    carrier.side.until(lambda: carrier.side.line.up)
    here.rename(here.with_name("taken-away"))  # at once, as a stick is: it may be written to at this moment
    with pytest.raises(LineFault, match=r"no ppmid within 3 s. Look whether a stick is mounted on .*stick.*is gone"):
        carrier.side.until(lambda: False)


def test_no_stick_at_all_is_an_error_in_time(sides: Sides, there: Path) -> None:
    carrier = Carrier(sides, there, patience_s=1)
    with pytest.raises(LineFault, match=r"no ppmid within 1 s. Look whether a stick is mounted"):
        carrier.side.until(lambda: False)


def test_one_that_cannot_be_written_is_an_error_that_says_so(sides: Sides, here: Path) -> None:
    (here / "567890A4.TMI").mkdir()
    carrier = Carrier(sides, here)
    with pytest.raises(LineFault, match=r"the stick is of no use. Look whether it is full.*567890A4"):
        carrier.side.until(lambda: False)


def test_both_files_may_be_written_at_once_where_both_ends_see_the_folder(here: Path) -> None:
    """One writer each, as fast as they can: no file is ever half of one and half of the other, and none fails."""
    contents = {IN: BROUGHT, OUT: ANSWERED}

    def write(name: str) -> None:
        for _ in range(50):
            stick_folder.write(here / name, contents[name])

    with ThreadPoolExecutor() as pool:
        assert list(pool.map(write, contents)) == [None, None]
    assert {path.name: path.read_bytes() for path in here.iterdir()} == contents


@pytest.mark.parametrize("damage", [ANSWERED[:-1], ANSWERED[:-1] + b"?", b"garbage", bytes(300_000)])
def test_a_damaged_file_crosses_as_it_is_and_holds_nothing(sides: Sides, here: Path, damage: bytes) -> None:
    """It is refused by who reads it: the line says what was there, up to one octet more than a file may have."""
    carrier = Carrier(sides, here)
    wait_for((here / IN).exists)
    (here / OUT).write_bytes(damage)
    carrier.side.until(lambda: carrier.came.data == damage[: stick.LARGEST_FILE + 1])
    with pytest.raises(Malformed):
        stick.read_file(Direction.FROM_PPMID, carrier.came.data)


def test_what_is_no_file_is_not_followed(sides: Sides, here: Path) -> None:
    (here / "elsewhere").write_bytes(ANSWERED)
    (here / OUT).symlink_to(here / "elsewhere")
    carrier = Carrier(sides, here)
    wait_for((here / IN).exists)
    carrier.side.clock.advance(500_000_000)
    assert carrier.came.data == b""


def test_a_folder_in_the_ppmid_is_beside_the_stick(here: Path) -> None:
    StickSettings(folder=str(here), at_ppmid=str(here.parent / "other")).require()
    with pytest.raises(NotUsable, match="at_ppmid: expected a folder beside"):
        StickSettings(folder=str(here), at_ppmid="/mnt/other").require()
