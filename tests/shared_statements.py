"""Statements that are compiled once for all databases of a kind, in a process that opens a new one for each test."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Dialect
from sqlalchemy.sql.elements import ClauseElement
from sqlalchemy.util import LRUCache

_MOST = 20_000


def share_statements() -> None:
    """From now on every engine of this process keeps what it compiled where the others of its kind find it.

    Each engine remembers its own statements, and a test that has an engine of its own compiled them all anew: up to a
    third of its time. A statement stands under the same key as ever, so two that differ never take each other's place.
    """
    compiled = ClauseElement._compile_w_cache
    first: dict[type[Dialect], Dialect] = {}
    statements: LRUCache[Any, Any] = LRUCache(_MOST)

    def shared(self: ClauseElement, dialect: Dialect, *, compiled_cache: Any, **named: Any) -> Any:
        of_kind = first.setdefault(type(dialect), dialect)
        kept = None if compiled_cache is None else statements
        return compiled(self, of_kind, compiled_cache=kept, **named)

    ClauseElement._compile_w_cache = shared  # type: ignore[method-assign]
