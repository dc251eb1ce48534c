"""Data that grows"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('import_run', schema=None) as batch_op:
        batch_op.add_column(sa.Column('of_rows', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('reached', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('reached_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        batch_op.create_index('ix_import_run_digest', ['branch_id', 'digest'], unique=False)
    op.execute("UPDATE import_run SET of_rows = rows")

    with op.batch_alter_table('interaction', schema=None) as batch_op:
        batch_op.create_index('ix_interaction_import', ['branch_id', 'import_id'], unique=False, sqlite_where=sa.text('import_id IS NOT NULL'), postgresql_where=sa.text('import_id IS NOT NULL'))

    with op.batch_alter_table('counter_spell', schema=None) as batch_op:
        batch_op.create_index('ix_counter_spell_open', ['branch_id', 'counter_id'], unique=False, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
