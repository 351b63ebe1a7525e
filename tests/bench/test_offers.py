"""Whether an adapter has what only some have: its attributes count, wherever they come from, and not its class."""

from types import SimpleNamespace
from typing import Protocol

import pytest

from ppmid_bench.offers import offers


class Carried(Protocol):
    written_first: bool

    @property
    def there(self) -> bool:
        """Whether it is."""

    def bring(self) -> None:
        """Bring it."""

    def _own(self) -> None:
        """Nobody's business."""


class Asked:
    """Makes what it is asked for, as a party that lives in a process does."""

    def __getattr__(self, name: str) -> object:
        if name == "lacking":
            raise AttributeError(name)
        return lambda: None


class Lacking(Protocol):
    def lacking(self) -> None:
        """What ``Asked`` does not make."""


def test_all_that_a_contract_has_must_be_there() -> None:
    whole = {"written_first": False, "there": False, "bring": print}
    assert offers(SimpleNamespace(**whole), Carried)
    for name in whole:
        assert not offers(SimpleNamespace(**{other: one for other, one in whole.items() if other != name}), Carried)
        assert not offers(SimpleNamespace(**whole | {name: None}), Carried), "what is None is not there"


@pytest.mark.parametrize(("contract", "expected"), [(Carried, True), (Lacking, False)])
def test_what_is_made_when_it_is_asked_for_counts(contract: type, expected: bool) -> None:
    assert offers(Asked(), contract) is expected
    assert not offers(None, contract)
