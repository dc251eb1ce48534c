"""One row by its key, asked with a statement that is built once: building it would cost more than its answer."""

from __future__ import annotations

from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Select, bindparam, inspect, select
from sqlmodel import Session

from models.base import Base

Row = TypeVar("Row", bound=Base)


def row_by_key(session: Session, table: type[Row], *key: Any) -> Row | None:
    """The row with this primary key, as `session.get` would find it: a loaded one unasked; None where there is none."""
    mapper = inspect(table)
    loaded = session.identity_map.get(mapper.identity_key_from_primary_key(key))
    if loaded is not None and not inspect(loaded).expired:
        return loaded  # type: ignore[no-any-return]  # the map is of every table
    asked = {f"key_{place}": value for place, value in enumerate(key)}
    return session.execute(_statement(table), asked).scalar_one_or_none()


@cache
def _statement(table: type[Base]) -> Select[Any]:
    columns = inspect(table).primary_key
    return select(table).where(*(column == bindparam(f"key_{place}") for place, column in enumerate(columns)))
