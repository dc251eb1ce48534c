"""What a store distributed by hall can do within one hall alone, or only by pulling every row to one place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sqlalchemy import ColumnClause, ColumnElement, FromClause, Select
from sqlalchemy.dialects.postgresql.ext import DistinctOnClause
from sqlalchemy.engine.default import StrCompileDialect
from sqlalchemy.sql.compiler import StrSQLCompiler
from sqlalchemy.sql.elements import ClauseList, Over, WithinGroup
from sqlalchemy.sql.functions import cube, grouping_sets, rollup
from sqlalchemy.sql.selectable import SelectBase, TableSample

_DIALECT = StrCompileDialect()


def refused_across_halls(query: Select[Any], parts: Iterable[Any], is_hall: Callable[[Any], bool]) -> list[str]:
    """What is refused of a question about several halls; `is_hall` says whether an expression is the hall's column."""
    said = [words for part in parts for element in _within(part) if (words := _of_element(element, is_hall))]
    if query._for_update_arg is not None:
        said.append("locks rows of several halls in one statement")
    if any(isinstance(each, TableSample) for each in froms_of(query)):
        said.append("samples rows of several halls")
    return said


def _of_element(element: Any, is_hall: Callable[[Any], bool]) -> str | None:
    if isinstance(element, WithinGroup):
        return "takes a percentile over several halls"
    if isinstance(element, cube | rollup | grouping_sets):
        return "groups in several ways at once over several halls"
    if isinstance(element, DistinctOnClause):
        return "takes the first of each over several halls (DISTINCT ON)"
    if isinstance(element, Over):
        apart = element.partition_by
        if not any(is_hall(each) for each in (apart.clauses if isinstance(apart, ClauseList) else [apart])):
            return "looks at neighbouring rows of several halls (a window without the hall)"
    return None


def froms_of(query: Any) -> list[Any]:
    """What a question is from, with its joins; as `get_final_froms`, which writes the whole statement out for it."""
    return list(query._compile_state_factory(query, StrSQLCompiler(_DIALECT, None))._get_display_froms())


def is_of_rows(element: Any) -> bool:
    """Whether it stands after FROM; SQLAlchemy's functions might, too, but are values here."""
    return isinstance(element, FromClause) and not isinstance(element, ColumnElement)


def _within(element: Any) -> Iterator[Any]:
    """An expression and its parts; the questions within it are read by themselves."""
    if isinstance(element, SelectBase) or is_of_rows(element):
        return
    yield element
    if not isinstance(element, ColumnClause) and hasattr(element, "get_children"):
        for child in element.get_children():
            yield from _within(child)
