"""All chance of a scenario comes from its seed and its id, and from nothing else."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from ppmid_bench.derivation import Derivation
from ppmid_devices.ports import SECOND

FIRST = int(datetime(2026, 1, 1, 9, tzinfo=UTC).timestamp())


def test_equal_seed_id_and_label_give_equal_octets_and_any_other_gives_others() -> None:
    wanted = Derivation(1, "f/s").octets("smki")
    assert wanted == Derivation(1, "f/s").octets("smki")
    assert len(wanted) == 32
    others = [
        Derivation(2, "f/s").octets("smki"),
        Derivation(1, "f/t").octets("smki"),
        Derivation(1, "f/s").octets("han"),
    ]
    assert len({wanted, *others}) == 4


def test_the_octets_do_not_change_between_versions() -> None:
    """SHA-512 of ``ppmid-harness/1 NUL 1 NUL f/s NUL smki``, by sha512sum."""
    assert Derivation(1, "f/s").octets("smki", 4).hex() == "6cc1fd9a"


def test_streams_of_chance_repeat_and_do_not_depend_on_each_other() -> None:
    derivation = Derivation(1, "f/s")
    wan = [derivation.random("wan").random() for _ in range(2)]
    assert wan[0] == wan[1] != derivation.random("han").random()


@given(st.integers(min_value=0), st.text())
def test_a_scenario_begins_between_nine_and_ten_on_a_day_of_2026(seed: int, scenario_id: str) -> None:
    epoch = Derivation(seed, scenario_id).epoch()
    day, second = divmod(epoch // SECOND - FIRST, 86400)
    assert epoch % SECOND == 0
    assert 0 <= day < 365
    assert 0 <= second < 3600
