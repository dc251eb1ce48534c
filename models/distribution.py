"""How a distributed store would spread the tables: those of a hall by their `branch_id`, the others whole on each node.

`branch_id` is the distribution key: every primary key of a hall's table begins with it, nothing is unique without it,
tables are joined by it, and no row ever changes it. `*` (what every hall shares, in `audit_event`, `audit_head`,
`dated_change` and `import_mapping`) is a value like any other, so these tables have no foreign key to `branch`.
"""

from __future__ import annotations

from models.tables import Base

REFERENCE_TABLES = frozenset(
    {
        "account",  # whoever signs in is looked up by name before any hall is known
        "account_session",
        "backup_run",
        "branch",
        "business_type",
        "calendar_day",
        "credential",
        "region",
        "role_grant",
        "service_standard",
        "setting",
        "throttle",
    }
)
"""Few rows, read with every hall's and seldom written: a whole copy stands on every node."""

BRANCH_TABLES = frozenset(Base.metadata.tables) - REFERENCE_TABLES
"""The rows of one hall, all on one node."""
