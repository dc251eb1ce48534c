"""What every table shares: one registry of our own, identifiers, and columns for closed lists."""

from __future__ import annotations

from enum import StrEnum
from typing import cast
from uuid import UUID

from sqlalchemy import BigInteger, Enum, Integer, MetaData, Table, inspect
from sqlalchemy.orm import registry
from sqlmodel import SQLModel
from uuid_utils.compat import uuid7

# Named constraints, so that a migration can speak of them on every store.
_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(SQLModel, registry=registry(metadata=MetaData(naming_convention=_NAMES))):
    """The base of our tables; a registry of its own survives hot reload (SQLModel's shared one does not)."""


MILLISECONDS = BigInteger().with_variant(Integer(), "sqlite")
"""A column type for spans: PostgreSQL's integers end at 24 days, and a file's wrong month is a span too."""


def closed_list(members: type[StrEnum]) -> Enum:
    """A column type that stores a member's value (not its name) as plain text on every store."""
    return Enum(
        members,
        values_callable=lambda listed: [member.value for member in listed],
        native_enum=False,
        create_constraint=False,
        length=32,
    )


def table_of(model: type[Base]) -> Table:
    """The table of a model: SQLModel makes it at run time, where no check of types sees it."""
    return cast(Table, inspect(model).local_table)


def new_id() -> UUID:
    """A UUIDv7: made by the writer, so that a retry is harmless, and ordered by time, so that indexes stay compact."""
    return uuid7()
