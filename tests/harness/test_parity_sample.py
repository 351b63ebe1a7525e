"""Some of each feature under the three runners: one record, and that of a scenario alone. CI does it with all."""

import json
from pathlib import Path
from typing import Any

import pytest
from started import RUNNERS, TOP_UP, Run, content


@pytest.mark.parametrize("runner", RUNNERS[1:])
def test_they_give_one_record_under_each_runner(
    runner: str, run: Run, sample_run: Path, some_of_each: tuple[str, ...]
) -> None:
    folder, code = run(runner, "--runner", runner, *some_of_each)
    assert code == 0
    first = content(sample_run)  # by pytest
    assert len(first) > 80
    assert content(folder) == first


def test_a_scenario_alone_in_another_folder_under_another_hash_seed_gives_the_same_octets(
    run: Run, sample_run: Path
) -> None:
    alone, _ = run("elsewhere/alone", "--only", TOP_UP, "--runner", "behave", hash_seed="2")
    of_suite, of_alone = content(sample_run), content(alone)
    stem = TOP_UP.replace("/", "__")
    files = [name for name in of_alone if stem in name]
    assert len(files) == 3
    assert [of_suite[name] == of_alone[name] for name in files] == [True] * 3

    def entry(folder: Path) -> list[Any]:
        scenarios = json.loads((folder / "record.json").read_text())["scenarios"]
        return [one for one in scenarios if one["id"] == TOP_UP]

    assert entry(sample_run) == entry(alone)
