"""The contract kit on implementations that are not ours, and on parties in processes of their own."""

from pathlib import Path

import pytest

from ppmid_bench.adapter_check.check import check_role
from ppmid_bench.adapter_check.clauses import clauses_of
from ppmid_bench.bench_file import BenchFile, read_bench
from ppmid_devices import roles

SECOND = {
    roles.DCC_USER: "second_dcc_user:SecondDccUser",
    roles.DCC: "second_dcc:SecondDcc",
    roles.DELIVERY_SERVICE: "second_delivery_service:SecondDeliveryService",
    roles.PPMID: "second_ppmid:SecondPpmid",
    roles.HUB: "second_hub:SecondHub",
    roles.ESME: "second_esme:SecondEsme",
}
WALL = """
[bench]
time = "wall"
settling_ms = 300
[parties.delivery-service]
adapter = "{}"
[parties.dcc]
processing_ms = 20
[parties.esme]
processing_ms = 20
"""


def bench(folder: Path, text: str) -> BenchFile:
    (folder / "bench.toml").write_text(text, encoding="utf-8")
    return read_bench(folder / "bench.toml")


@pytest.mark.parametrize("role", SECOND)
def test_a_second_implementation_keeps_every_clause(role: str, tmp_path: Path) -> None:
    outcomes = check_role(role, bench(tmp_path, f'[parties.{role}]\nadapter = "{SECOND[role]}"'))
    assert [one.clause for one in outcomes] == clauses_of(role)
    assert [(one.clause.id, one.cause) for one in outcomes if one.verdict != "pass"] == []


@pytest.mark.parametrize("adapter", ["process", "second_process:ProcessDeliveryService"])
def test_a_party_in_a_process_keeps_every_clause(adapter: str, tmp_path: Path) -> None:
    outcomes = check_role(roles.DELIVERY_SERVICE, bench(tmp_path, WALL.format(adapter)))
    assert [(one.clause.id, one.cause) for one in outcomes if one.verdict != "pass"] == []
    said = {one.clause.id: one.cause for one in outcomes}
    assert said["refuses-wrong-arguments"] == "submit_command of a Command of no octets, at which its process ends"
