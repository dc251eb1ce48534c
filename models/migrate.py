"""Bring a database to the newest schema, and tell whether it is there."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from models.store import LONG, Store, have_patience, store
from models.tables import Base


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def _config_on(connection: Connection) -> Config:
    config = _config()
    config.attributes["connection"] = connection
    return config


def upgrade(url: str | None = None, to: str = "head") -> None:
    """Create the database where there is none, and run the migrations it lacks (up to one), in one transaction."""
    with store(url).engine.begin() as connection:
        have_patience(connection, LONG)
        command.upgrade(_config_on(connection), to)


def revision(target: Store) -> str | None:
    """The schema's revision, or None for a database that was never migrated."""
    with target.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest_revision() -> str | None:
    """The revision that this code wants."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def known_revisions() -> tuple[str, ...]:
    """Every revision that this code can start from, the newest first."""
    return tuple(script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions())


def unknown_revision(target: Store) -> str | None:
    """The schema's revision where this code does not know it: that of a newer version."""
    found = revision(target)
    return None if found in known_revisions() else found


def differences(target: Store) -> list[str]:
    """What in the database's tables departs from the models, in Alembic's words; empty when nothing does."""
    with target.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        return [str(difference) for difference in compare_metadata(context, Base.metadata)]
