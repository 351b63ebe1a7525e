"""What a lab gives with a run besides: the documents of ``risk --json`` and ``prove --json``, kept in the run's folder.

They are about the suite and about ways of delivery, not about the device: the report says so where it shows them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Generic, Literal, TypeVar

import msgspec

from ppmid_bench import input_files
from ppmid_bench.beside_runs import Difference
from ppmid_bench.typed import convert

RISK, PROOF = "risk.json", "proof.json"
"""Their names in a run folder."""


class Configuration(msgspec.Struct, frozen=True):
    """A way of delivery, and how many cells of class and attacker come to each level."""

    id: str
    name: str
    counts: dict[str, int]
    threats: list[str]


class Residual(msgspec.Struct, frozen=True):
    """What is left where every Command is relayed, and what helps."""

    act: str
    attackers: list[str]
    level: str
    why: str
    mitigation: str


class Risk(msgspec.Struct, frozen=True):
    """The document of ``risk --json``, as far as the report shows it."""

    schema: Literal[1]
    seed: int
    trials: int
    floods: int
    parties: str = msgspec.field(name="from")
    configurations: list[Configuration]
    differences: list[Difference]
    residual: list[Residual]

    @property
    def levels(self) -> list[str]:
        """The levels that occur, the worst first."""
        return list(dict.fromkeys(level for one in self.configurations for level in one.counts))

    def worse(self, configuration: str) -> Difference | None:
        """What of a configuration is worse than what it is held against; None of that itself."""
        return next((one for one in self.differences if one.id == configuration), None)


class Proof(msgspec.Struct, frozen=True):
    """The document of ``prove --json``, as far as the report shows it."""

    faulty: int
    killed: int
    checks: int
    survived: list[str]
    wrong_reason: list[str]
    checks_without_killer: list[str]
    requirements_without_killer: list[str]
    threats_without_killer: list[str]
    purposes_without_killer: list[str]
    conformant_scenario_runs: int
    seeds_per_scenario: int
    false_alarms: list[str]
    not_observable: list[str] = []
    undecided: list[str] = []
    accused_wrongly: list[str] = []

    @property
    def short_of(self) -> Mapping[str, list[str]]:
        """What keeps the proof from being whole, by what it is; only what there is."""
        lists = {
            "faulty parties that survived": self.survived,
            "faulty parties caught for another reason than their own": self.wrong_reason,
            "faulty parties not observable on the bench": self.not_observable,
            "checks that no faulty party fails": self.checks_without_killer,
            "requirements that no faulty party refutes": self.requirements_without_killer,
            "threats that no faulty party lets through": self.threats_without_killer,
            "test purposes that no faulty party breaks": self.purposes_without_killer,
            "parties accused of another's fault": self.accused_wrongly,
            "conformant parties blamed": self.false_alarms,
            "conformant scenario runs not decided": self.undecided,
        }
        return {what: found for what, found in lists.items() if found}


_FORMS: Mapping[str, type[Risk | Proof]] = {RISK: Risk, PROOF: Proof}
Form = TypeVar("Form", Risk, Proof)


@dataclass(frozen=True, slots=True)
class Given(Generic[Form]):
    """Such a document, with the SHA-256 of its file."""

    content: Form
    sha256: str


def read_document(path: Path, name: str) -> bytes:
    """The octets of a document that is to stand in a run folder under ``name``. Raises BadInput when it is none."""
    convert(input_files.document(path), _FORMS[name], str(path), "")
    return input_files.octets(path)


def given(folder: Path, name: str, form: type[Form]) -> Given[Form] | None:
    """The document of this name in a run folder; None where nobody gave one. Raises BadInput."""
    path = folder / name
    if not path.is_file():
        return None
    content = convert(input_files.document(path), form, str(path), "")
    return Given(content, sha256(input_files.octets(path)).hexdigest())
