"""Which use case a Service Reference Variant leads to, and in whose name its Command is made (``data/rules.csv``).

The first row counts whose ``targets`` and ``when`` fit; a newer use case stands before the one that it replaces.
``when`` holds conditions, all of which must hold: ``path``, the body has this element; ``path=text``, with this text
(once at least); ``path:TARGET``, the device that it names is of this type; ``phases=3``; ``role=ED``. ``by`` is

- ``user``: the User's own Command, if the device holds the User's credentials, else the broker's on the User's behalf
- ``broker``: the Access Control Broker's, on behalf of the User, whom it names
- ``broker alone``: the Access Control Broker's, without naming the User
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from ppmid_protocols.duis.kinds import Value
from ppmid_protocols.duis.service_body import Node
from ppmid_protocols.duis.services import Target
from ppmid_protocols.errors import Unsupported
from ppmid_protocols.eui import Eui
from ppmid_protocols.gbcs.use_cases import USE_CASES, Kind, UseCase, by_srv
from ppmid_protocols.tables import rows
from ppmid_protocols.transforms.ask import Circumstances


class By(Enum):
    """In whose name a Command is made."""

    USER = "user"
    BROKER = "broker"
    BROKER_ALONE = "broker alone"


_CIRCUMSTANCES = ("phases", "role")
"""Conditions that are not on the body."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One row."""

    srv: str
    use_case: UseCase
    targets: frozenset[Target]
    when: tuple[str, ...]
    by: By

    def holds(self, body: Node, circumstances: Circumstances) -> bool:
        """Whether the body and the circumstances are what the row is for."""
        return all(_holds(condition, body, circumstances) for condition in self.when)


def rule_for(srv: str, body: Node, circumstances: Circumstances) -> Rule:
    """The row for a Request. Raises Unsupported where there is none."""
    name = circumstances.use_case
    fitting = [one for one in RULES if one.srv == srv and circumstances.target in one.targets]
    for rule in fitting:
        if rule.use_case.name == name or (name is None and rule.holds(body, circumstances)):
            return rule
    what = f"use case {name}" if name else "use case"
    raise Unsupported(f"SRV {srv} to {circumstances.target}: this version has no {what} for such a Request")


def rules_for(srv: str, body: Node, target: Target) -> tuple[Rule, ...]:
    """Every row that a Request may lead to, as far as the Request tells: what its sender can expect.

    Conditions on what the DCC alone knows (phases, role, firmware, the type of another device) may come out either way.
    Raises Unsupported where there is none. That a PPMID is asked for its join details in the Broker's name is assumed:
    RTDS 4.5.0 has no such Command; it has others for a PPMID, and those are the Broker's.
    """
    fitting = [one for one in RULES if one.srv == srv and target in one.targets]
    found = tuple(one for one in fitting if all(_may_hold(condition, body) for condition in one.when))
    if not found:
        raise Unsupported(f"SRV {srv} to {target}: this version has no use case for such a Request")
    return found


def _holds(condition: str, body: Node, circumstances: Circumstances) -> bool:
    path, equals, text = condition.partition("=")
    if path in _CIRCUMSTANCES:
        return str(getattr(circumstances, path)) == text
    path, colon, target = path.partition(":")
    if colon:
        return any(_type_of(node.value, circumstances) == target for node in body.all(path))
    return any(not equals or node.text == text for node in body.all(path))


def _may_hold(condition: str, body: Node) -> bool:
    """Whether a condition can hold, for one who knows the body alone."""
    path, equals, text = condition.partition("=")
    if path in _CIRCUMSTANCES:
        return True
    nodes = body.all(path.partition(":")[0])
    return any(not equals or node.text == text for node in nodes)


def _type_of(eui: Value | None, circumstances: Circumstances) -> str | None:
    known = circumstances.devices.get(eui) if isinstance(eui, Eui) else None
    return None if known is None else known.type.value


def _use_case(srv: str, written: str) -> UseCase:
    """``ECS04a``; with its Message Code, ``CS02b/0102``, where an SRV has several of a name."""
    name, _, code = written.partition("/")
    found: Iterable[UseCase] = (USE_CASES[int(code, 16)],) if code else by_srv(srv)
    (use_case,) = (one for one in found if one.name == name and one.kind is Kind.COMMAND)
    return use_case


def _read() -> tuple[Rule, ...]:
    return tuple(
        Rule(
            srv=row["srv"],
            use_case=_use_case(row["srv"], row["use_case"]),
            targets=frozenset(map(Target, row["targets"].split())),
            when=tuple(row["when"].split()),
            by=By(row["by"]),
        )
        for row in rows("ppmid_protocols.transforms", "rules.csv")
    )


RULES = _read()
