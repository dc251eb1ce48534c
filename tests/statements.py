"""What a store distributed by hall would refuse of a statement, or answer by pulling every row to one place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import CompoundSelect, Delete, Engine, Insert, Select, TextClause, Update, event
from sqlalchemy.sql.elements import BinaryExpression

from models.distribution import BRANCH_TABLES
from tests.statement_scopes import Scope, answer_of, conjuncts, halls_named, token_of

_SETS_THE_HALL = re.compile(r"\bSET\b.*\bbranch_id\s*=", re.IGNORECASE | re.DOTALL)
_WHERE = re.compile(r"\bWHERE\b", re.IGNORECASE)
_READS_OR_WRITES = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH|MERGE|COPY)\b", re.IGNORECASE)
_BRANCH_TABLE = re.compile(r"\b(" + "|".join(sorted(BRANCH_TABLES)) + r")\b")
_INSERT = re.compile(r"INSERT INTO \w+ \(([^)]*)\)", re.IGNORECASE)
_VALUES = re.compile(r"INSERT INTO \w+ \(([^)]*)\) VALUES \((?:[^A-Za-z']|NULL|'(?:[^']|'')*')*\)$", re.IGNORECASE)
_CONFLICT = re.compile(r"ON CONFLICT \(([^)]*)\)", re.IGNORECASE)


@contextmanager
def recorded() -> Iterator[dict[str, Any]]:
    """Every statement sent to a store from now on: its text, once, with what it was made of (None: text alone)."""
    heard: dict[str, Any] = {}

    def hear(_connection: object, _cursor: object, text: str, _values: object, context: Any, _many: bool) -> None:
        statement = getattr(context, "invoked_statement", None)
        # SQLite's text is silent about a lock that other stores take.
        lock = " FOR UPDATE" if getattr(statement, "_for_update_arg", None) is not None else ""
        heard.setdefault(text + lock, statement)

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        yield heard
    finally:
        event.remove(Engine, "before_cursor_execute", hear)


def refusals(text: str, statement: Any) -> list[str]:
    """What such a store would refuse of a statement, in words; `text` is what is sent."""
    if isinstance(statement, Select | CompoundSelect):
        return list(answer_of(statement).said)
    if isinstance(statement, Insert):
        return _of_insert(text, statement)
    if isinstance(statement, Update | Delete):
        return _of_change(text, statement)
    plain = _VALUES.match(text)
    if plain and statement is None:
        return [] if "branch_id" in _columns(plain[1]) else ["inserts without naming the hall"]
    if (statement is None or isinstance(statement, TextClause)) and _READS_OR_WRITES.match(text):
        return [
            f"speaks of {name} in words that can't be followed" for name in sorted(set(_BRANCH_TABLE.findall(text)))
        ]
    return []


def _of_insert(text: str, statement: Insert) -> list[str]:
    if _name(statement) not in BRANCH_TABLES:
        return []
    listed = _INSERT.search(text)
    columns = _columns(listed[1]) if listed else []
    said = [] if "branch_id" in columns else ["inserts without naming the hall"]
    conflict = _CONFLICT.search(text)
    if conflict and "branch_id" not in _columns(conflict[1]):
        said.append("finds the row it meets without the hall")
    if conflict and _sets_the_hall(text[conflict.end() :]):
        said.append("changes the hall of a row")
    if statement.select is not None:
        answer = answer_of(statement.select)
        said += answer.said
        if not said and answer.of_halls and columns.index("branch_id") not in answer.keys and answer.hall is None:
            said.append("writes rows of one hall into another")
    return said


def _of_change(text: str, statement: Update | Delete) -> list[str]:
    table = statement.table
    if _name(statement) not in BRANCH_TABLES:
        return []
    scope = Scope([table])
    conditions = list(conjuncts(statement.whereclause))
    scope.follow(conditions)
    if isinstance(statement, Update) and _sets_the_hall(text):
        scope.said.append("changes the hall of a row")
    if not scope.one_hall and not any(_names_halls(condition, table) for condition in conditions):
        scope.said.append(f"changes {_name(statement)} without naming the hall")
    scope.refuse_within(statement.get_children())
    return scope.said


def _name(statement: Insert | Update | Delete) -> str:
    return str(getattr(statement.table, "name", ""))


def _names_halls(condition: Any, table: Any) -> bool:
    if not isinstance(condition, BinaryExpression):
        return False
    of_hall = hash(condition.left) == token_of(table.c.branch_id)[1]
    return of_hall and condition.operator.__name__ in {"eq", "in_op"} and bool(halls_named(condition.right))


def _sets_the_hall(text: str) -> bool:
    return bool(_SETS_THE_HALL.search(_WHERE.split(text, maxsplit=1)[0]))


def _columns(listed: str) -> list[str]:
    return [name.strip().strip('"') for name in listed.split(",")]
