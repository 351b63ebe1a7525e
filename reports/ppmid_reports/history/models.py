"""The tables of the history. A run's rows are written once, from its record, and hold nothing that the record lacks.

Parts of a run are told by the run's id and their place in its record, so that no row needs another's id to be written.
``migrations/`` makes these tables; a test holds the two equal.
"""

from typing import Annotated

from sqlalchemy import JSON, Double, ForeignKey, ForeignKeyConstraint, MetaData, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

VERSION_TABLE = "ppmid_history_version"
"""Where a database says which revision of these tables it has; by it a history is known as such."""

Json = JSON().with_variant(JSONB(), "postgresql")

Value = bool | float | str
"""What can be declared of a device, and observed of it."""

Id = Annotated[int, mapped_column(primary_key=True)]
Place = Annotated[int, mapped_column(primary_key=True, autoincrement=False)]
OfRun = Annotated[int, mapped_column(ForeignKey("run.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)]


class Base(DeclarativeBase):
    """Names every constraint, so that a migration can speak of it on any database."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_name)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {str: Text(), float: Double(), list[str]: Json, list[Value]: Json, Value: Json}


class Device(Base):
    """What was under test. Its class is its ``role``.

    ``name``: as the bench file has it; where it names none, the adapter's, and ``named`` is false.
    """

    __tablename__ = "device"
    __table_args__ = (UniqueConstraint("role", "named", "name"),)

    id: Mapped[Id]
    role: Mapped[str]
    named: Mapped[bool]
    name: Mapped[str]


class Firmware(Base):
    """A version of a device: ``declared`` in its IXIT, and ``told`` by itself where that is something else."""

    __tablename__ = "firmware"
    __table_args__ = (UniqueConstraint("device_id", "declared", "told"),)

    id: Mapped[Id]
    device_id: Mapped[int] = mapped_column(ForeignKey("device.id"))
    declared: Mapped[str]
    told: Mapped[str]

    device: Mapped[Device] = relationship(lazy="joined", innerjoin=True)


class RunRow(Base):
    """One run, known by the SHA-256 of its ``record.json``. Times are UTC in ISO 8601 with microseconds.

    ``kind`` and ``adapter`` are those of the party under test. ``seed`` is a text: no column holds all numbers.
    ``integrity``: see ``intake``.
    """

    __tablename__ = "run"

    id: Mapped[Id]
    sha256: Mapped[str] = mapped_column(unique=True)
    firmware_id: Mapped[int] = mapped_column(ForeignKey("firmware.id"), index=True)
    added: Mapped[str]
    source: Mapped[str]
    integrity: Mapped[str]
    fingerprint: Mapped[str]
    started: Mapped[str] = mapped_column(index=True)
    ended: Mapped[str]
    kind: Mapped[str]
    adapter: Mapped[str]
    seed: Mapped[str]
    mode: Mapped[str]
    suite: Mapped[str]
    profile: Mapped[str]
    time: Mapped[str]
    lab: Mapped[str]
    harness: Mapped[str]
    runner: Mapped[str]
    claim: Mapped[str]
    fault: Mapped[str]
    verdict: Mapped[str]
    planned: Mapped[int]
    passed: Mapped[int]
    fail: Mapped[int]
    inconclusive: Mapped[int]
    error: Mapped[int]
    not_applicable: Mapped[int]
    not_run: Mapped[int]

    firmware: Mapped[Firmware] = relationship(lazy="joined", innerjoin=True)


class PartyRow(Base):
    """By what a party of the run was played."""

    __tablename__ = "party"

    run_id: Mapped[OfRun]
    n: Mapped[Place]
    role: Mapped[str]
    adapter: Mapped[str]
    kind: Mapped[str]


class DeclaredRow(Base):
    """What the ICS or IXIT says of the device under test, and what was observed."""

    __tablename__ = "declared"

    run_id: Mapped[OfRun]
    n: Mapped[Place]
    item: Mapped[str]
    declared: Mapped[Value]
    observed: Mapped[list[Value]]
    agrees: Mapped[bool | None]


class ScenarioRow(Base):
    """A planned scenario and its verdict. ``watched``: it counts for no certificate, nor for a statement."""

    __tablename__ = "scenario"

    run_id: Mapped[OfRun]
    n: Mapped[Place]
    id: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    verdict: Mapped[str]
    because: Mapped[str]
    watched: Mapped[bool]


class CheckRow(Base):
    """A check as it was judged. ``of_iut``: it judges the party under test."""

    __tablename__ = "judgement"
    __table_args__ = (
        ForeignKeyConstraint(["run_id", "scenario_n"], ["scenario.run_id", "scenario.n"], ondelete="CASCADE"),
    )

    run_id: Mapped[Place]
    scenario_n: Mapped[Place]
    n: Mapped[Place]
    id: Mapped[str]
    version: Mapped[int]
    of_iut: Mapped[bool]
    verdict: Mapped[str]
    reason_code: Mapped[str]
    reason: Mapped[str]
    requirements: Mapped[list[str]]
    threats: Mapped[list[str]]
    purposes: Mapped[list[str]]


class MeasurementRow(Base):
    """A measured value; ``of``: the request that it was measured of, where a later one takes its place."""

    __tablename__ = "measurement"
    __table_args__ = (
        ForeignKeyConstraint(["run_id", "scenario_n"], ["scenario.run_id", "scenario.n"], ondelete="CASCADE"),
    )

    run_id: Mapped[Place]
    scenario_n: Mapped[Place]
    n: Mapped[Place]
    id: Mapped[str]
    value: Mapped[float]
    unit: Mapped[str]
    of: Mapped[str]


class AnswerRow(Base):
    """The answer to one requirement of one modification; ``origin``: from simulated, real or mixed parties."""

    __tablename__ = "answer"

    run_id: Mapped[OfRun]
    n: Mapped[Place]
    modification: Mapped[str]
    requirement: Mapped[str]
    answer: Mapped[str]
    because: Mapped[str]
    origin: Mapped[str]
