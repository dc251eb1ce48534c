"""The times of a day"""

from struct import pack

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

DAYS_AT_ONCE = 30
UNCALLED = "called_at IS NULL AND started_at IS NULL"
GAVE_UP = f"begun IN ('ticket', 'transfer') AND (outcome = 'no_show' OR outcome = 'left' AND {UNCALLED})"
PARTED = f"outcome IN ('transferred', 'left', 'no_show') AND NOT ({GAVE_UP})"
COMPLETED = "outcome = 'completed'"
TIMES = {
    "wait_completed": (COMPLETED, "wait_ms"),
    "wait_parted": (PARTED, "wait_ms"),
    "wait_gave_up": (GAVE_UP, "wait_ms"),
    "greeting_completed": (COMPLETED, "greeting_ms"),
    "greeting_parted": (PARTED, "greeting_ms"),
    "greeting_gave_up": (GAVE_UP, "greeting_ms"),
    "handling": (COMPLETED, "handling_ms"),
    "door_greeting": ("outcome NOT IN ('void', 'test', 'diverted')", "door_greeting_ms"),
}


def upgrade() -> None:
    cells = op.create_table(
        "rollup_times",
        sa.Column("branch_id", sa.String(length=32), nullable=False),
        sa.Column("day_on", sa.Date(), nullable=False),
        sa.Column(
            "channel",
            sa.Enum('counter', 'telephone', name='channel', native_enum=False, length=32),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("excluded", sa.Boolean(), autoincrement=False, nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.LargeBinary(), nullable=False) for name in TIMES),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"], name=op.f("fk_rollup_times_branch_id")),
        sa.PrimaryKeyConstraint("branch_id", "day_on", "channel", "excluded", name=op.f("pk_rollup_times")),
    )
    connection = op.get_bind()
    for branch_id in connection.scalars(sa.text("SELECT id FROM branch ORDER BY id")).all():
        made = sa.text("SELECT DISTINCT day_on FROM rollup_day WHERE branch_id = :hall ORDER BY day_on")
        days = connection.scalars(made.columns(day_on=sa.Date()), {"hall": branch_id}).all()
        for first in range(0, len(days), DAYS_AT_ONCE):
            some = days[first : first + DAYS_AT_ONCE]
            if rows := [cell(row) for row in connection.execute(listed(), {"hall": branch_id, "days": some})]:
                connection.execute(cells.insert(), rows)


def listed() -> sa.Select:
    """Every time of each family by the keys of the cells, as a text of numbers."""
    keys = {"branch_id": sa.String(), "day_on": sa.Date(), "channel": sa.String(), "excluded": sa.Boolean()}
    rows = sa.table("interaction", *(sa.column(name, kind) for name, kind in keys.items()))
    texts = (
        sa.func.aggregate_strings(sa.cast(sa.literal_column(f"CASE WHEN {of} THEN {time} END"), sa.String()), ",").label(name)
        for name, (of, time) in TIMES.items()
    )
    own = sa.and_(
        rows.c.branch_id == sa.bindparam("hall"),
        rows.c.day_on.in_(sa.bindparam("days", expanding=True)),
        sa.literal_column("outcome").not_in(['waiting', 'called', 'serving', 'held']),
    )
    return sa.select(*rows.c, *texts).where(own).group_by(*rows.c)


def cell(row: sa.Row) -> dict:
    """Rising, four bytes each, or eight where one of them needs it."""
    texts = {name: row._mapping[name] or "" for name in TIMES}
    times = {name: sorted(int(time) for time in text.split(",") if time) for name, text in texts.items()}
    width = 4 if max((each[-1] for each in times.values() if each), default=0) < 2**31 else 8
    packed = {name: pack(f"<{len(each)}{'i' if width == 4 else 'q'}", *each) for name, each in times.items()}
    return {name: row._mapping[name] for name in ("branch_id", "day_on", "channel", "excluded")} | {"width": width} | packed
