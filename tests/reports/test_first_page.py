"""The first page: what was tested, by whom, on what, who was real, what it cannot say, and where it is signed."""

import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from lxml import etree

from ppmid_bench.bench_file import read_bench
from ppmid_bench.checks import CHECKS
from ppmid_bench.errors import BadInput
from ppmid_bench.record import run_record
from ppmid_reports import write_report

Make = Callable[..., Path]
RUN = {"seed": 5, "mode": "certification", "iut": "ppmid", "suite": "ab" * 32, "time": "wall"}


def first_page(folder: Path) -> Any:
    (found,) = etree.HTML(write_report(folder).read_text(encoding="utf-8")).xpath("//section[@id='summary']")
    return found


def said(node: Any) -> str:
    return " ".join("".join(node.itertext()).split())


def facts(page: Any) -> dict[str, str]:
    (listed,) = page.xpath("dl[@class='facts']")
    cells = [said(cell) for cell in listed]
    return dict(zip(cells[::2], cells[1::2], strict=True))


def party(role: str, kind: str, *points: str) -> dict[str, Any]:
    return {"role": role, "adapter": "some:Adapter", "kind": kind, "points": list(points)}


def limitations(page: Any) -> list[str]:
    return [said(line).removesuffix(" More") for line in page.xpath("ul[contains(@class, 'limitations')]/li")]


def test_device_lab_and_who_was_real_stand_on_it(make_run: Make) -> None:
    parties = [
        party("dcc-user", "simulated", "user"),
        party("hub", "process", "han"),
        party("esme", "manual", "meter-display"),
        party("ppmid", "real", "avenue"),
    ]
    run = RUN | {"kind": "coordinator", "device": "Maker X, model 7", "lab": "The Test House"}
    firmware = {"item": "firmware", "declared": "3.1", "observed": ["3.0"], "agrees": False, "evidence": []}
    page = first_page(make_run(record={"run": run, "parties": parties, "declared": [firmware]}))
    found = facts(page)
    assert found["Under test"] == "PPMID: Maker X, model 7"
    assert found["Its firmware"] == "declared 3.1, told 3.0"
    assert found["Lab"] == "The Test House"
    assert found["Began, ended"] == "25 November 2026, 15:16:10 UTC; 25 November 2026, 15:16:12 UTC"
    assert found["Mode, seed, time"] == "certification, 5, wall"
    assert found["Versions"].startswith("ppmid-harness 0.1.0; suite abababababababab; run ")
    played = [(name, roles) for name, roles in found.items() if name.startswith(("Real", "Simulated"))]
    assert played == [
        ("Real", "PPMID"),
        ("Real, by the hands of a person", "ESME"),
        ("Simulated, in a process of its own", "Hub"),
        ("Simulated", "DCC User"),
    ]
    (bench,) = page.xpath("p[@class='bench']")
    assert said(bench).startswith("Kind C, a coordinator: ")
    assert "The results relate only to the items tested" in said(bench)


def test_what_the_bench_file_does_not_name_is_said_to_be_missing(make_run: Make) -> None:
    found = facts(first_page(make_run()))
    assert found["Under test"] == "PPMID: the bench file names no device"
    assert found["Lab"] == "the bench file names none"


def test_what_bounds_the_results_stands_on_it_and_leads_to_more(make_run: Make) -> None:
    page = first_page(make_run(record={"parties": [party("ppmid", "simulated", "avenue", "han", "ppmid-display")]}))
    found = limitations(page)
    assert found[0].startswith("Time is virtual: ")
    assert found[1].startswith("Not observed on this bench: the User's record of its requests (user); DUIS documents")
    assert "HAN frames" not in found[1]
    blind = [one for one in CHECKS.values() if set(one.needs) - {"avenue", "han", "ppmid-display"}]
    assert 0 < len(blind) < len(CHECKS)
    assert found[2] == f"{len(blind)} of {len(CHECKS)} checks need what is not observed: here they can judge nothing."
    assert found[3:6] == [
        "2 of 6 planned scenarios: not judged.",
        "1 of 6 planned scenarios: inconclusive.",
        "1 of 6 planned scenarios: in error.",
    ]
    assert found[6].startswith("Untested in this run: ")
    assert found[7] == "Verdicts and answers lean on 1 assumption that no public text settles."
    top = page.getroottree()
    for link in page.xpath(".//ul[contains(@class, 'limitations')]//a/@href"):
        assert top.xpath(f"//*[@id='{link[1:]}']")


def test_adapters_of_real_devices_that_nobody_checked_are_a_limitation(make_run: Make) -> None:
    unchecked = "The adapters of this bench were not checked against their contracts before the run."
    assert unchecked in limitations(first_page(make_run(record={"parties": [party("ppmid", "real")]})))
    assert unchecked not in limitations(first_page(make_run()))


@pytest.mark.parametrize(
    ("origins", "sentence"),
    [
        (("simulated", "simulated"), "All of these answers come from simulated parties: "),
        (("simulated", "real"), "Some of these answers come from simulated parties: "),
        (("real", "real"), ""),
    ],
)
def test_nothing_is_shown_by_simulated_parties_without_saying_so(
    make_run: Make, build: ModuleType, origins: tuple[str, str], sentence: str
) -> None:
    answers = [
        build.answer(f"REQ-{number:03}", "shown", "it holds") | {"from": origin}
        for number, origin in zip((4, 7), origins, strict=True)
    ]
    top = etree.HTML(write_report(make_run(record={"answers": answers})).read_text(encoding="utf-8"))
    notes = [said(one) for one in top.xpath("//section[@id='details']/p/strong")]
    assert bool(notes) == bool(sentence)
    assert all(note.startswith(sentence) for note in notes)
    for number, origin in zip((4, 7), origins, strict=True):
        (cell,) = top.xpath(f"//tr[@id='answer-SECMP0038-REQ-{number:03}']/td[1]")
        assert said(cell) == ("✓ shown" if origin == "real" else "✓ shown on simulated parties")


def test_it_has_lines_to_sign_on(make_run: Make) -> None:
    rows = first_page(make_run()).xpath(".//table[@class='signatures']/tbody/tr")
    assert [said(row) for row in rows] == ["The lab that tested", "The lab that reviewed", "The maker of the device"]


def test_device_and_lab_come_from_the_bench_file(tmp_path: Path) -> None:
    path = tmp_path / "lab.toml"
    path.write_text('[bench]\ndevice = "Maker X, model 7"\nlab = "The Test House"\n')
    record = run_record(read_bench(path), seed=1, mode="regular", suite="", plan=[], entries=[], answers=[])
    assert (record["run"]["device"], record["run"]["lab"]) == ("Maker X, model 7", "The Test House")
    path.write_text(f'[bench]\nlab = "{"x" * 201}"\n')
    with pytest.raises(BadInput, match="lab"):
        read_bench(path)


def test_it_says_which_harness_ran_and_what_its_hash_is_of(make_run: Make) -> None:
    folder = make_run()
    path = folder / "environment.json"
    environment = json.loads(path.read_text())
    assert "Harness" not in [said(one) for one in first_page(folder).xpath(".//dt")], "an older run does not tell"
    told = {"version": "1", "sha256": "ab" * 32, "of": "RECORD of the installed wheel", "altered": []}
    path.write_text(json.dumps(environment | {"harness": told}))
    (found,) = first_page(folder).xpath(".//dt[text()='Harness']/following-sibling::dd[1]")
    assert said(found) == f"RECORD of the installed wheel, SHA-256 {'ab' * 32}"
    path.write_text(json.dumps(environment | {"harness": told | {"altered": ["ppmid_harness/x.py"]}}))
    page = etree.HTML(write_report(folder).read_text(encoding="utf-8"))
    first, more = (said(one) for one in page.xpath("//dt[text()='Harness']/following-sibling::dd[1]"))
    assert "; 1 file altered since it was installed" in first
    assert more.endswith("Altered since it was installed: ppmid_harness/x.py")
