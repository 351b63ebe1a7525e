"""Settings that are assumed say so where they stand, and are settings like all others."""

from dataclasses import dataclass
from typing import Annotated, Literal

import msgspec
import pytest

from ppmid_devices.assumption import Assumed, Assumption, assumptions_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    known: int = 1
    routes: Annotated[int, Assumed("how many; no text says")] = 100
    answer: Annotated[Literal["failure", "silent"], Assumed("to a copy; no text says", only="gsme")] = "failure"
    limited: Annotated[int, msgspec.Meta(ge=0)] = 2


def test_the_assumed_settings_come_with_their_defaults_and_reasons_in_order() -> None:
    assert assumptions_of(Settings) == (
        Assumption("routes", 100, "how many; no text says"),
        Assumption("answer", "failure", "to a copy; no text says", "gsme"),
    )


def test_an_assumed_setting_is_read_and_checked_like_any_other() -> None:
    assert msgspec.convert({"routes": 7, "answer": "silent"}, Settings) == Settings(routes=7, answer="silent")
    for wrong in ({"routes": "many"}, {"answer": "loud"}, {"limited": -1}):
        with pytest.raises(msgspec.ValidationError, match=next(iter(wrong))):
            msgspec.convert(wrong, Settings)
