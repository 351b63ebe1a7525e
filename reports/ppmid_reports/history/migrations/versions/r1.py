"""The tables as they were at first."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "r1"
down_revision = None

_JSON = sa.JSON().with_variant(JSONB(), "postgresql")
_RUN_TEXTS = (
    "added source integrity fingerprint started ended kind adapter seed mode suite profile time lab harness runner "
    "claim fault verdict"
)
_RUN_COUNTS = "planned passed fail inconclusive error not_applicable not_run"


def _columns(names: str, kind: type[sa.types.TypeEngine[Any]] | sa.types.TypeEngine[Any]) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind, nullable=False) for name in names.split()]


def _key(*names: str) -> list[sa.Column[Any] | sa.PrimaryKeyConstraint]:
    columns = [sa.Column(name, sa.Integer, autoincrement=False, nullable=False) for name in names]
    return [*columns, sa.PrimaryKeyConstraint(*names)]


def _of_run() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["run_id"], ["run.id"], ondelete="CASCADE")


def _of_scenario() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["run_id", "scenario_n"], ["scenario.run_id", "scenario.n"], ondelete="CASCADE")


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "device",
        sa.Column("id", sa.Integer, primary_key=True),
        *_columns("role", sa.Text),
        *_columns("named", sa.Boolean),
        *_columns("name", sa.Text),
        sa.UniqueConstraint("role", "named", "name"),
    )
    op.create_table(
        "firmware",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("device_id", sa.Integer, sa.ForeignKey("device.id"), nullable=False),
        *_columns("declared told", sa.Text),
        sa.UniqueConstraint("device_id", "declared", "told"),
    )
    op.create_table(
        "run",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("sha256", sa.Text, nullable=False, unique=True),
        sa.Column("firmware_id", sa.Integer, sa.ForeignKey("firmware.id"), nullable=False, index=True),
        *_columns(_RUN_TEXTS, sa.Text),
        *_columns(_RUN_COUNTS, sa.Integer),
        sa.Index("ix_run_started", "started"),
    )
    op.create_table("party", *_key("run_id", "n"), *_columns("role adapter kind", sa.Text), _of_run())
    op.create_table(
        "declared",
        *_key("run_id", "n"),
        *_columns("item", sa.Text),
        *_columns("declared observed", _JSON),
        sa.Column("agrees", sa.Boolean),
        _of_run(),
    )
    op.create_table(
        "scenario",
        *_key("run_id", "n"),
        *_columns("id name verdict because", sa.Text),
        *_columns("watched", sa.Boolean),
        _of_run(),
        sa.Index("ix_scenario_id", "id"),
    )
    op.create_table(
        "judgement",
        *_key("run_id", "scenario_n", "n"),
        *_columns("id", sa.Text),
        *_columns("version", sa.Integer),
        *_columns("of_iut", sa.Boolean),
        *_columns("verdict reason_code reason", sa.Text),
        *_columns("requirements threats purposes", _JSON),
        _of_scenario(),
    )
    op.create_table(
        "measurement",
        *_key("run_id", "scenario_n", "n"),
        *_columns("id", sa.Text),
        *_columns("value", sa.Double),
        *_columns("unit of", sa.Text),
        _of_scenario(),
    )
    op.create_table(
        "answer",
        *_key("run_id", "n"),
        *_columns("modification requirement answer because origin", sa.Text),
        _of_run(),
    )


def downgrade() -> None:
    """Take them away, and all that is in them."""
    for table in ("answer", "measurement", "judgement", "scenario", "declared", "party", "run", "firmware", "device"):
        op.drop_table(table)
