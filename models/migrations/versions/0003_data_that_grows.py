"""Data that grows"""

from uuid import uuid4

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


SECOND, MINUTE = 1000, 60_000
OUTCOMES = ("completed", "transferred", "diverted", "no_show", "left", "void", "test")
PLAIN = (
    *OUTCOMES, "tickets", "abandoned", "gave_up", "attention",
    "rated_1", "rated_2", "rated_3", "rated_4", "rated_5", "promise_kept", "promise_late",
)
WAIT = tuple(SECOND * s for s in (9, 12, 15, 20, 30)) + tuple(
    MINUTE * m for m in (1, 2, 3, 5, 8, 10, 12, 15, 20, 25, 30, 45, 60, 120, 240)
)
GREETING = tuple(SECOND * s for s in (3, 5, 8, 10, 12, 15, 20, 30)) + (MINUTE, 5 * MINUTE)
DOOR = tuple(SECOND * s for s in (5, 10, 15, 30)) + (MINUTE, 5 * MINUTE)
HANDLING = (30 * SECOND,) + tuple(MINUTE * m for m in (1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 45, 60, 120, 240))
ITEM = tuple(MINUTE * m for m in (3, 5, 10, 15, 20))
LIMITS = (9 * SECOND, 12 * SECOND, 15 * SECOND, 20 * SECOND) + tuple(MINUTE * m for m in (5, 10, 15, 20, 30))
MEASURED = ("wait_ms", "transfer_wait_ms", "greeting_ms", "handling_ms", "door_greeting_ms")
SPANS = {
    "interaction": dict.fromkeys(("held_ms", "phone_held_ms"), False) | dict.fromkeys(MEASURED, True),
    "device": {"difference_ms": True, "doubted_ms": True},
    "service_standard": {"limit": False},
}
OF_SERVICE = {"greeting_completed": GREETING, "greeting_parted": GREETING, "handling": HANDLING, "handling_item": ITEM}
OF_WAITING = {"wait_completed": WAIT, "wait_parted": WAIT, "wait_gave_up": WAIT, "door_greeting": DOOR}


def kept(families: dict[str, tuple[int, ...]], edges: tuple[int, ...] | None = None) -> list[sa.Column]:
    columns = []
    for name, own in families.items():
        columns.append(sa.Column(f"{name}_n", sa.Integer(), nullable=False))
        columns.append(sa.Column(f"{name}_ms", sa.BigInteger(), nullable=False))
        columns += [
            sa.Column(f"{name}_le_{edge}", sa.Integer(), nullable=False)
            for edge in own
            if edges is None or edge in edges
        ]
    return columns


def cells(name: str, keys: dict[str, sa.types.TypeEngine], *sums: sa.Column) -> None:
    op.create_table(
        name,
        sa.Column("branch_id", sa.String(length=32), nullable=False),
        sa.Column("day_on", sa.Date(), nullable=False),
        *(sa.Column(key, kind, autoincrement=False, nullable=False) for key, kind in keys.items()),
        *sums,
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"], name=op.f(f"fk_{name}_branch_id")),
        sa.PrimaryKeyConstraint("branch_id", "day_on", *keys, name=op.f(f"pk_{name}")),
        sqlite_with_rowid=False,
    )


def keys(*names: str) -> dict[str, sa.types.TypeEngine]:
    channel = sa.Enum("counter", "telephone", name="channel", native_enum=False, length=32)
    source = sa.Enum("device", "staff", "import", "api", "late_entry", name="source", native_enum=False, length=32)
    kinds: dict[str, sa.types.TypeEngine] = {
        "channel": channel,
        "source": source,
        "served": source,
        "excluded": sa.Boolean(),
        "mentored": sa.Boolean(),
        "hour_at": sqlmodel.sql.sqltypes.UTCDateTime(),
        "counter_id": sa.Integer(),
        "observed": sa.Integer(),
        "failed": sa.Integer(),
    }
    return {name: kinds.get(name, sa.String(length=32)) for name in names}


def upgrade() -> None:
    with op.batch_alter_table('import_run', schema=None) as batch_op:
        batch_op.add_column(sa.Column('of_rows', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('reached', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('reached_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        batch_op.create_index('ix_import_run_digest', ['branch_id', 'digest'], unique=False)
    op.execute("UPDATE import_run SET of_rows = rows")

    with op.batch_alter_table('interaction', schema=None) as batch_op:
        batch_op.drop_index('ix_interaction_day')
        batch_op.create_index(
            'ix_interaction_day',
            [
                'branch_id', 'day_on', 'channel', 'business_type', 'outcome', 'excluded',
                'wait_ms', 'greeting_ms', 'handling_ms',
            ],
            unique=False,
        )
        batch_op.create_index('ix_interaction_import', ['branch_id', 'import_id'], unique=False, sqlite_where=sa.text('import_id IS NOT NULL'), postgresql_where=sa.text('import_id IS NOT NULL'))

    with op.batch_alter_table('counter_spell', schema=None) as batch_op:
        batch_op.create_index('ix_counter_spell_open', ['branch_id', 'counter_id'], unique=False, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))

    def plain() -> list[sa.Column]:
        return [sa.Column(name, sa.Integer(), nullable=False) for name in PLAIN]

    ends = ("source", "served", "excluded")
    whole = (OF_SERVICE, OF_WAITING)
    cells("rollup_day", keys("channel", *ends), *plain(), *(c for each in whole for c in kept(each)))
    cells(
        "rollup_business", keys("channel", "business_type", *ends), *plain(), *(c for each in whole for c in kept(each))
    )
    cells("rollup_hour", keys("hour_at", "channel", *ends), *plain(), *(c for each in whole for c in kept(each, LIMITS)))
    cells(
        "rollup_staff",
        keys("staff_id", "counter_id", "channel", "mentored", *ends),
        *plain(),
        *kept(OF_SERVICE, LIMITS),
    )
    cells(
        "rollup_check",
        keys("channel", "business_type", "source", "excluded", "standard_code", "observed", "failed"),
        sa.Column("interactions", sa.Integer(), nullable=False),
    )
    op.create_table(
        "dirty_day",
        sa.Column("branch_id", sa.String(length=32), nullable=False),
        sa.Column("day_on", sa.Date(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"], name=op.f("fk_dirty_day_branch_id")),
        sa.PrimaryKeyConstraint("branch_id", "day_on", "id", name=op.f("pk_dirty_day")),
    )
    widen_spans()
    mark_what_is_there()


def widen_spans() -> None:
    """Milliseconds of more than 24 days; SQLite's integers are that wide already."""
    if op.get_bind().dialect.name == "sqlite":
        return
    for table, columns in SPANS.items():
        with op.batch_alter_table(table) as batch_op:
            for name, nullable in columns.items():
                batch_op.alter_column(
                    name, existing_type=sa.Integer(), type_=sa.BigInteger(), existing_nullable=nullable
                )


def mark_what_is_there() -> None:
    """Nothing is counted yet: every day that has visits is read from them until its cells are made."""
    connection = op.get_bind()
    visits = sa.table("interaction", sa.column("branch_id", sa.String), sa.column("day_on", sa.Date))
    marks = sa.table(
        "dirty_day", sa.column("branch_id", sa.String), sa.column("day_on", sa.Date), sa.column("id", sa.Uuid)
    )
    days = connection.execute(sa.select(visits.c.branch_id, visits.c.day_on).distinct()).all()
    if days:
        connection.execute(
            sa.insert(marks), [{"branch_id": day.branch_id, "day_on": day.day_on, "id": uuid4()} for day in days]
        )
