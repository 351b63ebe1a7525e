"""The Reference Test Data Set and its published test keys, as these tests use them."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from ppmid_protocols.gbcs.keyring import KeyRing
from ppmid_protocols.gbcs.message import Message, decode


@dataclass(frozen=True, slots=True)
class Sample:
    """One RTDS message: its octets on the wire and what the data set says of it."""

    name: str
    octets: bytes
    facts: dict[str, object]

    @property
    def message(self) -> Message:
        return decode(self.octets)


@pytest.fixture(scope="session")
def rtds(shared: Path) -> dict[str, Sample]:
    """Every supplied RTDS message by its name, without the ending ``_GBCS.HEX``."""
    listed = json.loads((shared / "data/rtds/messages.json").read_text())["messages"]
    samples = (Sample(one["name"].removesuffix("_GBCS.HEX"), bytes.fromhex(one["hex"]), one) for one in listed)
    return {sample.name: sample for sample in samples}


@pytest.fixture(scope="session")
def key_list(shared: Path) -> dict[str, object]:
    """The parsed list of RTDS keys."""
    keys: dict[str, object] = json.loads((shared / "data/rtds/keys.json").read_text())
    return keys


@pytest.fixture(scope="session")
def ring(key_list: dict[str, object]) -> KeyRing:
    """All RTDS keys."""
    return KeyRing.from_json(key_list)
