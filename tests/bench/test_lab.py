"""A bench at a place of a lab: what is refused before anything runs, and what the place has to have."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from ppmid_bench import lab
from ppmid_bench.adapters import require_adapters
from ppmid_bench.bench_file import BenchFile, read_bench
from ppmid_bench.errors import BadInput, HarnessFault
from ppmid_bench.labgrid_client import LabPlace, LabTable, resources
from ppmid_devices import roles
from ppmid_harness.workers import require_shareable

BENCH = """
[bench]
time = "wall"
points = ["user", "duis", "dcc", "wan", "avenue", "han", "meter-display", "meter-configuration"]

[lab]
place = "ppmid-1"
client = "true"

[parties.ppmid]
adapter = "ppmid_devices.elsewhere:RealPpmid"
power = "place"

[links.avenue]
adapter = "serial"
device = "place"
"""
SHOWN = """Place 'ppmid-1':
  acquired: vm/root
Acquired resource 'NetworkPowerPort' (exp1/ppmid-1/NetworkPowerPort/NetworkPowerPort):
  {'acquired': 'ppmid-1',
   'cls': 'NetworkPowerPort',
   'params': {'extra': {}, 'host': 'http://[::1]/{index}', 'index': 0}}
Acquired resource 'NetworkSerialPort' (exp1/ppmid-1/NetworkSerialPort/NetworkSerialPort):
  {'acquired': 'ppmid-1',
   'cls': 'NetworkSerialPort',
   'params': {'extra': {'proxy_required': False}, 'host': 'lab-7', 'port': 5999, 'speed': 9600}}
"""


def read(folder: Path, text: str) -> BenchFile:
    (folder / "b.toml").write_text(text)
    bench = read_bench(folder / "b.toml")
    require_adapters(bench)
    return bench


@pytest.mark.parametrize(
    ("protocol", "device"),
    [({}, "rfc2217://lab-7:5999"), ({"protocol": "raw"}, "socket://lab-7:5999")],
)
def test_the_place_says_the_port_and_cuts_the_power(tmp_path: Path, protocol: dict[str, Any], device: str) -> None:
    pytest.importorskip("serial", reason="the extra usb is not installed")
    bench = read(tmp_path, BENCH)
    found = resources(SHOWN)
    found["NetworkSerialPort"] |= protocol
    there = lab.at_place(bench, found, LabPlace(LabTable("ppmid-1")).power_cycle)
    assert there.links["avenue"].settings == {"device": device, "baud": 9600}
    power = "labgrid-client -x 127.0.0.1:20408 -p ppmid-1 power cycle -t 2"
    assert there.party(roles.PPMID).settings == {"power": power}
    require_adapters(there)
    assert bench.links["avenue"].settings == {"device": "place"}


def test_a_bench_that_asks_for_nothing_of_its_place_stays_as_it_is() -> None:
    bench = BenchFile(time="wall", place=LabTable("ppmid-1"))
    assert lab.at_place(bench, {}, "labgrid-client") == bench


@pytest.mark.parametrize(
    ("found", "problem"),
    [
        ({"NetworkPowerPort": {}}, "the place has no NetworkSerialPort for the avenue; it has NetworkPowerPort"),
        ({"NetworkSerialPort": {"host": "a", "port": None}}, "has no port, or speaks neither raw nor rfc2217"),
        (
            {"NetworkSerialPort": {"host": "a", "port": 1, "extra": {"proxy_required": True}}},
            "behind a proxy of its exporter, which is not supported",
        ),
    ],
)
def test_a_place_without_a_port_that_can_be_used_is_one_sentence(
    tmp_path: Path, found: dict[str, Any], problem: str
) -> None:
    pytest.importorskip("serial", reason="the extra usb is not installed")
    with pytest.raises(HarnessFault, match=problem):
        lab.at_place(read(tmp_path, BENCH), found, "")


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        (
            '"true"',
            '"no-such-labgrid"',
            r"\[lab\] client: expected labgrid's program: pip install 'ppmid-harness.lab.'.*no-such-labgrid",
        ),
        ("[lab]\nplace", "[identities]\n[other]\nplace", "expected"),
        ('place = "ppmid-1"\n', "", "lab: expected a field `place`, found none"),
        ('client = "true"', 'client = "true"\nanswer_s = 0', "answer_s"),
        ('time = "wall"', 'time = "virtual"', r'\[lab\]: expected time = "wall" with it, found virtual'),
    ],
)
def test_what_cannot_be_used_is_one_line(tmp_path: Path, before: str, after: str, problem: str) -> None:
    assert before in BENCH
    with pytest.raises(BadInput, match=problem) as caught:
        read(tmp_path, BENCH.replace(before, after))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("what", "where"),
    [('power = "place"', r"\[parties.ppmid\] power"), ('device = "place"', r"\[links.avenue\] device")],
)
def test_a_place_that_is_not_named_is_one_line(tmp_path: Path, what: str, where: str) -> None:
    pytest.importorskip("serial", reason="the extra usb is not installed")
    text = BENCH.replace('[lab]\nplace = "ppmid-1"\nclient = "true"\n', "")
    other = {'power = "place"': 'device = "place"', 'device = "place"': 'power = "place"'}[what]
    text = text.replace(other, other.replace("place", "/dev/null"))
    with pytest.raises(BadInput, match=where + r': expected \[lab\] with "place", found none'):
        read(tmp_path, text)


def test_a_place_is_there_but_once() -> None:
    with pytest.raises(BadInput, match=r"\[lab\]: expected nothing that is there but once, with --workers"):
        require_shareable(BenchFile(time="wall", place=LabTable("ppmid-1")))


def test_what_labgrid_shows_and_nobody_can_read_is_one_sentence() -> None:
    with pytest.raises(HarnessFault, match="what labgrid shows of a resource cannot be read"):
        resources("Acquired resource 'A' (b/c/A/A):\n  {'cls': call()}\n")


def test_a_program_that_does_not_answer_is_given_up(tmp_path: Path) -> None:
    slow = tmp_path / "labgrid-client"
    slow.write_text(f"#!{shutil.which('sh')}\nexec sleep 30\n")
    slow.chmod(0o755)
    with pytest.raises(HarnessFault, match="place ppmid-1, acquire: no answer within 1 s"):
        LabPlace(LabTable("ppmid-1", client=str(slow), answer_s=1)).acquire()
