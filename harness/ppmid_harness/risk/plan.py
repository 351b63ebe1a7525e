"""The trials of a risk report: every configuration, with every class of Command, under every attack that fits."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Literal

import msgspec

from ppmid_bench.typed import read_toml

Avenue = Literal["internet", "usb-stick", "usb-serial", "nfc", "hand-held-terminal"]
_Kind = Literal["internet", "hand", "terminal"]

HOME = "a prepayment home with an electricity meter"
BY_HAND: Mapping[Avenue, tuple[str, str]] = {
    "usb-stick": ("a PPMID that is brought its messages on a USB stick", "the stick"),
    "usb-serial": ("a PPMID that is brought its messages by a phone on a USB cable", "the phone"),
    "nfc": ("a PPMID that is brought its messages by a phone that taps", "the phone"),
}
"""For each avenue by hand the Given, and what is carried."""
AVENUES: Mapping[_Kind, tuple[Avenue, ...]] = {
    "internet": ("internet",),
    "hand": tuple(BY_HAND),
    "terminal": ("hand-held-terminal",),
}
IN_EVERY_CONFIGURATION: tuple[Avenue, ...] = ("internet", "usb-stick", "hand-held-terminal")
"""Avenues on which every configuration is tried; the others only where every Command is relayed."""


class Configuration(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What stands in the home. ``list``: the hub's allow-list; ``codes``: a top-up goes as a UTRN alone."""

    id: str
    name: str
    given: list[str]
    list: str = ""
    codes: bool = False
    terminal: bool = False


class Kind(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A class of Command: how the Supplier has one done, gives one to an engineer, or does it by a UTRN."""

    name: str
    ask: str
    give: str
    code: str = ""
    prepare: list[str] = []


class Attack(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an attacker does. ``mitigation``: what is tried is what helps against it, and counts in no cell."""

    attacker: str
    act: str
    avenue: _Kind
    when: list[str]
    given: list[str] = []
    threat: str = ""
    mitigation: str = ""
    commands_only: bool = False


class Trials(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The file: ``before`` stands before the asking."""

    before: list[str]
    configuration: list[Configuration]
    kinds: list[Kind] = msgspec.field(name="class")
    attack: list[Attack]


@dataclass(frozen=True, slots=True)
class Trial:
    """One trial. ``given`` and ``prepare`` bring the situation about, ``when`` is asking and attack."""

    configuration: Configuration
    kind: Kind
    attack: Attack
    avenue: Avenue
    given: tuple[str, ...]
    prepare: tuple[str, ...]
    when: tuple[str, ...]

    @property
    def id(self) -> str:
        """What its keys and chances derive from, together with the seed."""
        parts = (self.configuration.id, self.kind.name, self.avenue, self.attack.attacker, self.attack.act)
        return "risk/" + "/".join(part.replace(" ", "-") for part in parts)


def read_trials() -> Trials:
    """The project's own table. Raises BadInput."""
    with resources.as_file(resources.files("ppmid_harness") / "data" / "risk_trials.toml") as path:
        return read_toml(path, Trials)


def trials(table: Trials) -> Iterator[Trial]:
    """Every trial, in the order of the table."""
    for configuration in table.configuration:
        for kind in table.kinds:
            for attack in table.attack:
                for avenue in AVENUES[attack.avenue]:
                    if _fits(configuration, kind, attack, avenue):
                        yield _trial(table, configuration, kind, attack, avenue)


def _fits(configuration: Configuration, kind: Kind, attack: Attack, avenue: Avenue) -> bool:
    if configuration.terminal != (attack.avenue == "terminal"):
        return False
    if configuration.codes and kind.code and (attack.commands_only or attack.mitigation):
        return False
    return avenue in IN_EVERY_CONFIGURATION or configuration.list == "every Command"


def _trial(table: Trials, configuration: Configuration, kind: Kind, attack: Attack, avenue: Avenue) -> Trial:
    way, hand = BY_HAND.get(avenue, ("", ""))
    ask = kind.code if configuration.codes and kind.code else f"{kind.ask} through the PPMID"
    words = {"ask": f"the Supplier {ask}", "give": f"the Supplier {kind.give}", "hand": hand}
    given = (HOME, *configuration.given, *([way] if way else []), *attack.given)
    when = tuple(sentence.format(**words) for sentence in attack.when)
    return Trial(configuration, kind, attack, avenue, given, (*kind.prepare, *table.before), when)
