"""Who may do what"""

import json
from datetime import UTC
from hashlib import sha256
from uuid import uuid4

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

AT_A_TIME = 2000
SAID = (
    "branch_id", "chain", "line", "id", "key", "at", "actor", "action", "subject", "counter_id",
    "before", "after", "answer", "reason", "undoes", "origin",
)


def instant(name: str, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sqlmodel.sql.sqltypes.UTCDateTime(), nullable=nullable)


def chosen(name: str, kind: str, *members: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Enum(*members, name=kind, native_enum=False, length=32), nullable=nullable)


def word(name: str, length: int, nullable: bool = False, **more) -> sa.Column:
    return sa.Column(name, sqlmodel.sql.sqltypes.AutoString(length=length), nullable=nullable, **more)


def upgrade() -> None:
    with op.batch_alter_table('account') as batch_op:
        batch_op.add_column(word('post', 64, server_default=''))
        batch_op.add_column(sa.Column('leaving_on', sa.Date(), nullable=True))
        batch_op.add_column(word('external_name', 200, nullable=True))
        batch_op.add_column(instant('erased_at'))
    # An index and no constraint: SQLite would build the table anew, and grants refer to it.
    op.create_index('uq_account_external_name', 'account', ['external_name'], unique=True)
    with op.batch_alter_table('staff') as batch_op:
        batch_op.add_column(instant('erased_at'))
    with op.batch_alter_table('device') as batch_op:
        batch_op.add_column(word('pairing_digest', 64, nullable=True))
        batch_op.add_column(instant('pairing_until'))
    op.create_table(
        'credential',
        sa.Column('account_id', sa.Uuid(), nullable=False),
        chosen('kind', 'credentialkind', 'password', 'pin'),
        word('digest', 200),
        instant('set_at', nullable=False),
        sa.Column('temporary', sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_credential_account_id')),
        sa.PrimaryKeyConstraint('account_id', 'kind', name=op.f('pk_credential')),
    )
    op.create_table(
        'account_session',
        word('id', 64),
        sa.Column('account_id', sa.Uuid(), nullable=False),
        chosen('way', 'signinway', 'password', 'pin', 'oidc'),
        *(instant(name, nullable=False) for name in ('began_at', 'seen_at', 'idle_until', 'ends_at')),
        instant('ended_at'),
        chosen(
            'ended_by', 'sessionend',
            'signed_out', 'ended', 'left', 'replaced', 'password_changed', 'disabled', nullable=True,
        ),
        word('address', 64),
        word('browser', 200),
        word('branch_id', 32, nullable=True),
        word('device_id', 32, nullable=True),
        sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_account_session_account_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_account_session')),
    )
    op.create_index('ix_account_session_account', 'account_session', ['account_id', 'began_at'], unique=False)
    op.create_index('ix_account_session_device', 'account_session', ['branch_id', 'device_id'], unique=False)
    op.create_table(
        'throttle',
        word('name', 120),
        sa.Column('failures', sa.Integer(), nullable=False),
        instant('first_at', nullable=False),
        instant('last_at', nullable=False),
        instant('locked_until'),
        sa.PrimaryKeyConstraint('name', name=op.f('pk_throttle')),
    )
    op.create_table(
        'backup_run',
        sa.Column('id', sa.Uuid(), nullable=False),
        instant('began_at', nullable=False),
        instant('ended_at'),
        word('path', 500),
        sa.Column('size', sa.BigInteger(), nullable=False),
        word('digest', 64),
        sa.Column('encrypted', sa.Boolean(), nullable=False),
        instant('rehearsed_at'),
        instant('removed_at'),
        word('error', 200),
        word('by', 64),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_backup_run')),
    )
    op.create_table(
        'audit_head',
        word('branch_id', 32),
        word('chain', 32),
        sa.Column('line', sa.Integer(), nullable=False),
        word('hash', 64),
        sa.Column('first', sa.Integer(), nullable=False),
        word('before_first', 64),
        sa.PrimaryKeyConstraint('branch_id', 'chain', name=op.f('pk_audit_head')),
    )
    with op.batch_alter_table('audit_event') as batch_op:
        batch_op.add_column(word('origin', 80, server_default=''))
        batch_op.add_column(word('chain', 32, server_default=''))
        batch_op.add_column(sa.Column('line', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(word('hash', 64, server_default=''))
    link_what_is_there()
    op.create_index('ix_audit_event_at', 'audit_event', ['branch_id', 'at'], unique=False)
    op.create_index('uq_audit_event_line', 'audit_event', ['branch_id', 'chain', 'line'], unique=True)


def link_what_is_there() -> None:
    """The lines written so far, numbered and linked in the order of their ids, hall by hall."""
    connection = op.get_bind()
    chain = uuid4().hex[-12:]
    connection.execute(sa.text("INSERT INTO setting (name, value) VALUES ('installation', :chain)"), {"chain": chain})
    events = sa.table(
        "audit_event",
        sa.column("branch_id", sa.String), sa.column("id", sa.Uuid), sa.column("key", sa.String),
        sa.column("at", sqlmodel.sql.sqltypes.UTCDateTime()), sa.column("actor", sa.String),
        sa.column("action", sa.String), sa.column("subject", sa.String), sa.column("counter_id", sa.Integer),
        sa.column("before", sa.JSON), sa.column("after", sa.JSON), sa.column("answer", sa.JSON),
        sa.column("reason", sa.String), sa.column("undoes", sa.Uuid), sa.column("origin", sa.String),
        sa.column("chain", sa.String), sa.column("line", sa.Integer), sa.column("hash", sa.String),
    )
    heads = sa.table("audit_head", *(sa.column(name) for name in ("branch_id", "chain", "line", "hash", "first", "before_first")))
    link = (
        sa.update(events)
        .where(events.c.branch_id == sa.bindparam("hall"), events.c.id == sa.bindparam("event"))
        .values(chain=chain, line=sa.bindparam("number"), hash=sa.bindparam("linked"))
    )
    for hall in connection.execute(sa.select(events.c.branch_id).distinct()).scalars().all():
        line, before, last = 0, "", None
        while True:
            asked = sa.select(events).where(events.c.branch_id == hall).order_by(events.c.id).limit(AT_A_TIME)
            rows = connection.execute(asked if last is None else asked.where(events.c.id > last)).mappings().all()
            if not rows:
                break
            links = []
            for row in rows:
                line += 1
                said = dict(row) | {"chain": chain, "line": line}
                text = json.dumps([plain(said[name]) for name in SAID], sort_keys=True, separators=(",", ":"))
                before = sha256((before + text).encode()).hexdigest()
                links.append({"hall": hall, "event": row["id"], "number": line, "linked": before})
            connection.execute(link, links)
            last = rows[-1]["id"]
        connection.execute(
            sa.insert(heads),
            {"branch_id": hall, "chain": chain, "line": line, "hash": before, "first": 1, "before_first": ""},
        )


def plain(value):
    if value is None or isinstance(value, (dict, list, int)):
        return value
    if hasattr(value, "astimezone"):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return str(value)
