"""``ppmid-harness rtds replay``: every published Command at the simulated devices, and the Responses by structure."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ppmid_devices.meter import functions
from ppmid_harness.cli import execute
from ppmid_harness.rtds import structure
from ppmid_harness.rtds.cast import cast_of, is_command
from ppmid_harness.rtds.securing import secured
from ppmid_protocols.errors import Malformed
from ppmid_protocols.gbcs import axdr, dlms, gbz
from ppmid_protocols.gbcs.keyring import KeyRing
from ppmid_protocols.gbcs.message import Message, decode
from ppmid_protocols.gbcs.payload import GbzPayload

REPOSITORY = Path(__file__).parents[2]
TARGET_SHARE = 0.9


@pytest.fixture(scope="session")
def files(shared: Path) -> tuple[Path, Path]:
    """The messages of RTDS 4.5.0 and their keys."""
    return shared / "data/rtds/messages.json", shared / "data/rtds/keys.json"


@pytest.fixture(scope="session")
def report(files: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What a replay of all of it says."""
    from ppmid_harness.cli.keys import read_keys, read_messages
    from ppmid_harness.rtds.replay import replay

    ring = read_keys(files[1])
    assert ring is not None
    return replay(read_messages(files[0]), ring)


def test_no_command_is_unanswered_and_nine_successes_in_ten_have_the_published_structure(report: Any) -> None:
    said = report.as_json()
    assert (said["commands"], said["unanswered"], said["success_cases"]) == (279, 0, 198)
    assert said["executed"] + said["refused"] + said["unanswered"] == said["commands"]
    assert said["structure_equal"] + len(said["different"]) == said["success_cases"]
    assert said["structure_equal"] >= TARGET_SHARE * said["success_cases"]
    assert all(one["why"] for one in said["different"] + said["refusals"])


@pytest.mark.parametrize("half", [0, 1])
def test_use_cases_split_by_chance_do_equally_well(report: Any, half: int) -> None:
    """No half of the use cases was written to: the tables name objects, never what asks for them."""
    own = [one for one in report.played if one.success and _half(one.name) == half]
    assert len(own) > 60
    assert sum(one.equal for one in own) >= 0.85 * len(own)


def _half(name: str) -> int:
    return hashlib.sha256(name.split("_")[0].encode()).digest()[0] % 2


def test_what_does_a_command_knows_no_message_code() -> None:
    """Objects, clusters and documents are chosen by what a payload names; only rules of authority go by use case."""
    rooms = [REPOSITORY / "devices/ppmid_devices/meter" / room for room in ("cosem", "zcl")]
    text = "".join(path.read_text(encoding="utf-8") for room in rooms for path in room.glob("*.py"))
    tables = REPOSITORY / "devices/ppmid_devices/meter/data"
    for name in ("objects", "activations", "attributes", "cluster_commands", "publications"):
        assert "code" not in (tables / f"{name}.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
    assert "message_code ==" not in text
    assert "message_code in" not in text


def test_the_command_prints_one_document_and_the_rest_by_name(
    files: tuple[Path, Path], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    everything = json.loads(files[0].read_text())
    wanted = ("ECS82_4.18_SUCCESS", "CS02d_6.15.2_SUCCESS", "CS01a_2.2_SUCCESS")
    some = [one for one in everything["messages"] if one["name"].startswith(wanted)]
    few = tmp_path / "few.json"
    few.write_text(json.dumps({"messages": some}))
    assert execute(["rtds", "replay", str(few), "--keys", str(files[1]), "--json"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert list(said)[:7] == [
        "commands",
        "executed",
        "refused",
        "unanswered",
        "success_cases",
        "structure_equal",
        "different",
    ]
    assert (said["commands"], said["success_cases"], said["structure_equal"]) == (3, 3, 2)
    assert [one["name"] for one in said["different"]] == ["CS02d_6.15.2_SUCCESS_COMMAND_GBCS.HEX"]
    few.write_text(json.dumps({"messages": [one for one in some if not one["name"].startswith("CS02d")]}))
    assert execute(["rtds", "replay", str(few), "--keys", str(files[1])]) == 0
    assert capsys.readouterr().out.startswith("2 Commands: 2 executed, 0 refused, 0 unanswered\n2 of 2 ")


def test_bad_input_is_one_clear_line(capsys: pytest.CaptureFixture[str], tmp_path: Path, shared: Path) -> None:
    empty = tmp_path / "empty.json"
    empty.write_text('{"messages": []}')
    assert execute(["rtds", "replay", str(empty), "--keys", str(shared / "data/rtds/keys.json")]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "expected Commands of a Supplier" in line


# How a Command is secured anew.


@pytest.fixture(scope="session")
def commands(files: tuple[Path, Path]) -> dict[str, Message]:
    """The Commands by name."""
    listed = json.loads(files[0].read_text())["messages"]
    read = ((one["name"].removesuffix("_COMMAND_GBCS.HEX"), decode(bytes.fromhex(one["hex"]))) for one in listed)
    return {name: message for name, message in read if is_command(message)}


def test_a_command_keeps_payload_parties_and_counter(files: tuple[Path, Path], commands: dict[str, Message]) -> None:
    cast = cast_of(commands.values(), KeyRing.from_json(json.loads(files[1].read_text())).roles)
    given = next(one for one in commands.values() if one.message_code == 0x001B)
    made = secured(given, cast)
    kept = ("payload", "originator", "target", "counter", "message_code")
    assert [getattr(made, name) for name in kept] == [getattr(given, name) for name in kept]
    assert made.signature not in (b"", given.signature)
    assert made.mac not in (None, given.mac)
    top_up = next(one for one in commands.values() if one.message_code == 0x0007)
    remade = secured(top_up, cast)
    assert remade.payload[:21] == top_up.payload[:21]
    assert len(remade.payload) == len(top_up.payload)
    assert remade.payload != top_up.payload


# What counts as structure.


def said_of(*results: tuple[dlms.Choice, int, axdr.Data]) -> object:
    return structure.structure(dlms.response(1, *results), nothing())


def nothing() -> Iterator[bytes | None]:
    return iter(())


def number(tag: int, value: int) -> axdr.Number:
    return axdr.Number(tag, value)


def test_values_do_not_count_and_results_types_and_number_do() -> None:
    get = dlms.Choice.GET
    one = said_of((get, 0, number(axdr.DOUBLE_LONG, 5)))
    assert one == said_of((get, 0, number(axdr.DOUBLE_LONG, 70_000)))
    assert one != said_of((get, 0, number(axdr.LONG, 5)))
    assert one != said_of((get, 1, dlms.NULL))
    assert one != said_of((dlms.Choice.SET, 0, number(axdr.DOUBLE_LONG, 5)))
    assert one != said_of(*[(get, 0, number(axdr.DOUBLE_LONG, 5))] * 2)


def test_the_number_of_entries_does_not_count_but_their_kind_and_whether_there_are_any() -> None:
    def listed(*items: axdr.Data) -> object:
        return said_of((dlms.Choice.GET, 0, axdr.array(*items)))

    entry = number(axdr.UNSIGNED, 1)
    assert listed(entry) == listed(entry, number(axdr.UNSIGNED, 2))
    assert listed(entry) != listed()
    assert listed(entry) != listed(number(axdr.ENUM, 1))


def test_a_default_response_counts_with_its_status_and_a_refusal_is_no_success() -> None:
    def payload(status: int, command: int = 4) -> GbzPayload:
        one = gbz.Component(cluster=0x0705, frame_control=8, sequence=0, command=0x0B, body=bytes((command, status)))
        return GbzPayload((one,))

    assert structure.structure(payload(0), nothing()) != structure.structure(payload(1), nothing())
    assert structure.refuses(payload(1))
    assert not structure.refuses(payload(0))
    assert not structure.refuses(payload(0x8B))
    refused = dlms.response(1, (dlms.Choice.ACTION, 250, dlms.NULL))
    assert structure.refuses(refused)


@pytest.mark.parametrize(
    ("command", "body"),
    [(gbz.DEFAULT_RESPONSE, "0B"), (1, "0000"), (1, "000000"), (1, "00000020"), (1, "0000000000"), (1, "000086 00")],
)
def test_a_response_that_is_cut_short_is_malformed_and_no_crash(command: int, body: str) -> None:
    one = gbz.Component(cluster=0x0705, frame_control=8, sequence=0, command=command, body=bytes.fromhex(body))
    with pytest.raises(Malformed):
        structure.refuses(GbzPayload((one,)))


def test_every_executed_code_is_one_that_some_device_has() -> None:
    assert functions.executed() >= {0x0007, 0x0097, 0x0062, 0x007F, 0x000A, 0x010F}
    assert functions.codes("esme").isdisjoint({0x0097, 0x010F})
    assert 0x0014 not in functions.executed()  # the answer to Get Event Log is in no public text
