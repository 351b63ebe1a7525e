"""Bench file, statement and limits: good ones read as they say, each bad one gives one line that says where."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from ppmid_bench.adapters import kind
from ppmid_bench.bench_file import LINKS, POINTS, LinkTable, read_bench
from ppmid_bench.checks import CHECKS
from ppmid_bench.errors import BadInput
from ppmid_bench.ics import ITEMS, read_ics
from ppmid_bench.limits import LIMITS, with_overrides
from ppmid_devices import roles
from ppmid_devices.links.link import Conditions

Written = Callable[[str | bytes], Path]

WRONG_WAY_ROUND = ("invalid", "object contains", "object missing")
"""What is found must not be said to be expected."""


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """Writes a file's content and gives its path."""

    def write(content: str | bytes) -> Path:
        path = tmp_path / "given.toml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def test_without_a_file_all_is_simulated_in_virtual_time_and_observed() -> None:
    bench = read_bench(None)
    assert (bench.time, bench.seed, bench.iut, bench.points) == ("virtual", 1, "ppmid", frozenset(POINTS))
    assert {kind(role, bench) for role in roles.PARTIES} == {"simulated"}


def test_an_empty_file_says_the_same_as_none(written: Written) -> None:
    named, default = read_bench(written("")), read_bench(None)
    assert (named.time, named.seed, named.iut, named.points) == (
        default.time,
        default.seed,
        default.iut,
        default.points,
    )


def test_a_bench_file_is_read_as_it_says(written: Written) -> None:
    bench = read_bench(
        written(
            """
            [bench]
            time = "wall"
            seed = 7
            iut = "hub"
            points = ["user", "han"]
            [parties.ppmid]
            adapter = "lab.ppmid:Adapter"
            port = "/dev/ttyUSB0"
            [parties.hub]
            adapter = "ppmid_devices.hub.faulty:DropsRelayed"
            [links.han]
            lost = 0.05
            delay_ms = 3
            [limits]
            response-on-demand = 25
            """
        )
    )
    assert (bench.time, bench.seed, bench.iut, bench.points) == ("wall", 7, "hub", {"user", "han"})
    assert (kind("ppmid", bench), bench.party("ppmid").settings) == ("real", {"port": "/dev/ttyUSB0"})
    assert kind("hub", bench) == "simulated", "our faulty ones are simulated too"
    assert bench.party("dcc").adapter == "simulated"
    assert bench.links["han"].conditions(Conditions(delay=1)) == Conditions(delay=3_000_000, lost=0.05)
    assert bench.limits == {"response-on-demand": 25.0}


def test_a_link_keeps_its_own_delay_unless_the_file_has_one() -> None:
    assert LinkTable(jitter_ms=2).conditions(Conditions(delay=9)) == Conditions(delay=9, jitter=2_000_000)


@pytest.mark.parametrize(
    ("content", "place", "expected", "found"),
    [
        ('[bench]\ntime = "slow"', "bench.time", "", "slow"),
        ('[bench]\nseed = "one"', "bench.seed", "int", "str"),
        ("[bench]\nseed = -1", "bench.seed", ">= 0", ""),
        ("[bench]\nspeed = 1", "bench", "", "speed"),
        ("[bunch]\nseed = 1", "", "", "bunch"),
        ('[bench]\npoints = ["user", "mind"]', "[bench] points", "one of user, ", "'mind'"),
        ('[bench]\niut = "toaster"', "[bench] iut", "one of dcc-user, ", "'toaster'"),
        ("[parties.toaster]", "[parties]", "one of dcc-user, ", "'toaster'"),
        ("[parties.hub]\nadapter = 3", "[parties.hub] adapter", "str", "int"),
        ("[links.lan]", "[links]", f"one of {', '.join(LINKS)}", "'lan'"),
        ("[links.han]\nlost = 2", "[links.han].lost", "<= 1", ""),
        ('[parties.hub]\nadapter = "process"\nstart = "by hand"', "[bench] control", "where hub is to call", "none"),
        ('[parties.hub]\nstart = "by hand"', "[parties.hub] start", 'with adapter = "process"', "'by hand'"),
        ('[parties.hub]\nadapter = "process"\nstart = 1', "[parties.hub] start", '"by run"', "1"),
        ('[bench]\ncontrol = "10.0.0.1:7465"', "[bench] control", "HOST:PORT with one of 127.0.0.1", "10.0.0.1"),
        ('[bench]\ncontrol = "127.0.0.1:0"', "[bench] control", "HOST:PORT", "127.0.0.1:0"),
        ('[bench]\nscan = "127.0.0.1"', "[bench] scan", 'time = "wall"', "virtual"),
        ("[bench]\nmuster_s = -1", "bench.muster_s", ">= 0", ""),
        ("[limits]\npatience = 3", "[limits] patience", "one of ", ""),
        ("[bench", "", "TOML", ""),
        (b"\xff\xfe", "byte 0", "UTF-8", ""),
    ],
)
def test_each_fault_of_a_bench_file_gives_one_line_with_place_and_expectation(
    written: Written, content: str | bytes, place: str, expected: str, found: str
) -> None:
    path = written(content)
    with pytest.raises(BadInput) as caught:
        read_bench(path)
    assert (caught.value.source, caught.value.place) == (str(path), place)
    assert expected in caught.value.expected
    assert not caught.value.expected.startswith(WRONG_WAY_ROUND)
    sentence = str(caught.value)
    assert found in sentence
    assert sentence.startswith(f"{path}: ")
    assert "\n" not in sentence


def test_a_bench_of_elsewhere_is_read_without_its_keys_and_the_adapters_that_are_installed_there(
    written: Written,
) -> None:
    path = written(
        '[bench]\ndevice = "A"\nkeys = "nowhere"\n[parties.ppmid]\nadapter = "acme"\n[links.wan]\nlost = 0.5\n'
    )
    with pytest.raises(BadInput, match="acme"):
        read_bench(path)
    bench = read_bench(path, elsewhere=True)
    assert (bench.device, bench.party("ppmid").adapter, bench.links["wan"].lost) == ("A", "acme", 0.5)
    with pytest.raises(BadInput, match="keys"):
        read_bench(written('[bench]\nkeys = "nowhere"\n'))


@pytest.mark.parametrize("name", ["absent.toml", "."])
def test_a_file_that_is_not_there_or_is_a_folder_is_bad_input(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInput, match="expected a readable TOML file"):
        read_bench(tmp_path / name)


def test_without_a_statement_our_ppmid_can_do_everything() -> None:
    assert read_ics(None).items == dict.fromkeys(ITEMS, True)


def test_a_statement_is_read_as_it_says_and_silence_is_no_declaration(written: Written) -> None:
    assert read_ics(written("[ics]\nrelay = true\ngas = false")).items == {"relay": True, "gas": False}


@pytest.mark.parametrize(
    ("content", "place", "problem"),
    [
        ("[ics]\ntoast = true", "[ics]", "expected one of relay, "),
        ('[ics]\nrelay = "yes"', "[ics] relay", "expected true or false, found 'yes'"),
        ("[ics]\nrelay = true\n[ixit]\nfirmware = [2]", "[ixit] firmware", "a text that is not empty, found [2]"),
        ("[ics]\nrelay = true\n[ixit]\nesme-answer-s = [2]", "[ixit] esme-answer-s", "a number of seconds from 0 up"),
        ("relay = true", "", "relay"),
        ("", "", "ics"),
    ],
)
def test_each_fault_of_a_statement_gives_one_line(written: Written, content: str, place: str, problem: str) -> None:
    path = written(content)
    with pytest.raises(BadInput) as caught:
        read_ics(path)
    assert (caught.value.source, caught.value.place) == (str(path), place)
    assert not caught.value.expected.startswith(WRONG_WAY_ROUND)
    assert problem in str(caught.value)
    assert "\n" not in str(caught.value)


def test_every_limit_says_whether_it_is_known_and_from_where() -> None:
    assert LIMITS
    for limit in LIMITS.values():
        assert limit.status in ("known", "assumed")
        assert limit.source
        assert limit.unit


def test_every_limit_is_used() -> None:
    """One that nothing looks at could be overridden, and would be listed as assumed, for nothing."""
    used = {name for check in CHECKS.values() for name in check.limits}
    floods = {
        "latency-under-flood",
        "recovery-after-flood",
        "mailbox-service-kept",
    }  # what the floods of the risk are held against
    elsewhere = floods | {"clock-uncertainty-wall", "held-back"}  # the clock's, and what its trials are held against
    assert used | elsewhere == set(LIMITS)


def test_a_bench_overrides_a_limit_and_the_limit_says_so() -> None:
    limits = with_overrides({"ppmid-answer": 60})
    assert (limits["ppmid-answer"].value, limits["ppmid-answer"].source) == (60.0, "bench file")
    assert limits["ppmid-answer"].status == LIMITS["ppmid-answer"].status
    assert limits["pre-command"] == LIMITS["pre-command"]
    assert LIMITS["ppmid-answer"].value != 60.0


def test_the_limits_agree_with_the_reference_table(shared: Path) -> None:
    """The same quantity has the same number there; ``<= 30`` is written ``30`` here."""
    reference = {row["id"]: row for row in csv.DictReader((shared / "limits.csv").read_text().splitlines())}
    for limit in LIMITS.values():
        if limit.id in reference:
            row = reference[limit.id]
            assert (float(row["limit"].lstrip("<=> ")), row["unit"], row["status"]) == (
                limit.value,
                limit.unit,
                limit.status,
            )
