"""Who reads what along: by trials on the bench, and that the table of sights is true of the octets that crossed."""

import re
from pathlib import Path

from ppmid_bench.bench_file import read_bench
from ppmid_bench.risk.exposure import Outcome
from ppmid_bench.scenario import ScenarioRun
from ppmid_harness.risk import plan
from ppmid_harness.risk.reading import reading
from ppmid_harness.risk.report import BASE
from ppmid_harness.risk.trial import outcome
from ppmid_protocols.captures import pcapng
from ppmid_steps.load import all_steps

DIGITS = re.compile(rb"(?<![0-9])[0-9]{20}(?![0-9])")
CALM = [one for one in plan.trials(plan.read_trials()) if one.attack.attacker == "nobody"]


def calm(*configurations: str, kind: str, avenue: str) -> list[Outcome]:
    chosen = [
        one for one in CALM if one.configuration.id in configurations and one.kind.name == kind and one.avenue == avenue
    ]
    return [outcome(one, all_steps(), read_bench(None), 1) for one in chosen]


def test_a_relay_lets_its_carrier_read_what_a_meter_reads() -> None:
    found = reading(calm(BASE, "relay every Command", kind="read", avenue="usb-stick"), BASE)
    (carrier,) = [one for one in found["beyond"] if one["reader"] == "carrier"]
    assert carrier == {
        "configuration": "relay every Command",
        "against": BASE,
        "reader": "carrier",
        "reads": ["what the meter reads", "whether it was done"],
    }
    rows = {(one["configuration"], one["reader"]): one["reads"] for one in found["rows"]}
    assert rows[BASE, "carrier"] == ["what is asked", "at which meter", "that something is under way"]
    assert rows["relay every Command", "HAN"] == ["at which meter", "that something is under way"]


def test_a_utrn_stands_in_clear_on_the_stick_and_nowhere_in_the_air(tmp_path: Path) -> None:
    """As the table has it, so have the octets of the capture; the meter's address is among those of the air."""
    (trial,) = [
        one for one in CALM if (one.configuration.id, one.kind.name, one.avenue) == ("UTRN only", "credit", "usb-stick")
    ]
    registry = all_steps()
    world = ScenarioRun("f/one", "One", (), read_bench(None), 1, tmp_path)
    steps = [("given", one) for one in trial.given]
    for kind, text in [*steps, *(("when", one) for one in (*trial.prepare, *trial.when))]:
        definition, arguments = registry.match(kind, text)
        definition.call(world, arguments, None, None)
    meter = bytes(world.bed.eui("esme"))
    world.close()
    capture = pcapng.read((tmp_path / "captures" / "f__one.pcapng").read_bytes())
    found = {
        link.name: b"".join(frame.octets for frame in capture.frames if frame.link == number)
        for number, link in enumerate(capture.links)
    }
    assert DIGITS.search(found["by-hand"])
    assert not DIGITS.search(found["han"])
    assert meter[::-1] in found["han"]
