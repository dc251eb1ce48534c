"""Which rows of a question are of one hall with which: SQLAlchemy's tree of a statement, read scope by scope."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, ColumnClause, CompoundSelect, Join, Label, Select, Table
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import BinaryExpression, BooleanClauseList, ClauseList, Grouping
from sqlalchemy.sql.selectable import CTE, AliasedReturnsRows, Exists, FromGrouping, SelectBase, SelectStatementGrouping

from models.distribution import BRANCH_TABLES
from tests.refused_words import froms_of, is_of_rows, refused_across_halls

# What is compared with the hall among its columns is compared within the hall, whether it is in or not.
_MEMBERSHIP = (operators.in_op, operators.not_in_op)
Token = tuple[str, Any]
"""A column ("column", its hash) or a hall as it was named ("hall", its code, or the parameter that will hold it)."""


class Bonds:
    """Which columns are known to hold the same hall, and of which this is a hall named in the statement."""

    def __init__(self, of: Bonds | None = None) -> None:
        self._above: dict[Token, Token] = dict(of._above) if of else {}

    def root(self, token: Token) -> Token:
        while token in self._above:
            token = self._above[token]
        return token

    def tie(self, one: Token, other: Token) -> None:
        one, other = sorted((self.root(one), self.root(other)), key=lambda token: token[0] == "hall")
        if one != other:
            self._above[one] = other


@dataclass(frozen=True)
class Answer:
    """What a question gives the one around it: which columns hold the hall of a row, and the one hall, if any."""

    of_halls: bool
    keys: frozenset[int]
    hall: Token | None
    said: tuple[str, ...]


class Scope:
    """The tables of one question, what ties them together, and what is refused of it."""

    def __init__(self, froms: Iterable[Any], outer: Scope | None = None) -> None:
        self.bonds: Bonds = Bonds(outer.bonds if outer else None)
        self.outer_keys: dict[str, Token] = outer.all_keys if outer else {}
        self.relations: frozenset[int] = outer.relations if outer else frozenset()
        self.keys: dict[str, Token] = {}
        self.said: list[str] = []
        self.conditions: list[Any] = []
        for each in froms:
            self._add(each)

    @property
    def all_keys(self) -> dict[str, Token]:
        return self.outer_keys | self.keys

    @property
    def one_hall(self) -> bool:
        """Whether all its rows are of a hall that the statement names."""
        return all(self.bonds.root(key)[0] == "hall" for key in self.keys.values())

    def is_hall(self, element: Any) -> bool:
        """Whether an expression is the hall of its rows."""
        side = _side(element)
        return side is not None and self.bonds.root(side) in {self.bonds.root(key) for key in self.keys.values()}

    def _add(self, each: Any) -> None:
        if isinstance(each, Join):
            self._add_join(each)
        elif isinstance(each, FromGrouping):
            self._add(each.element)
        else:
            self._add_relation(each)

    def _add_join(self, join: Join) -> None:
        before = len(self.keys)
        self._add(join.left)
        left = len(self.keys)
        self._add(join.right)
        if (join.isouter and left == before < len(self.keys)) or join.full:
            self.said.append("keeps rows of a shared table that have none of a hall (outer join)")
        self.conditions.append(join.onclause)
        self.follow(conjuncts(join.onclause))

    def _add_relation(self, each: Any) -> None:
        self.relations |= {hash(each)}
        if isinstance(each, AliasedReturnsRows) and isinstance(each.element, SelectBase):
            self._add_answer(each)
            return
        table = each.element if isinstance(each, AliasedReturnsRows) else each
        if isinstance(table, Table) and table.name in BRANCH_TABLES:
            self.keys[_name(each, self.all_keys)] = token_of(each.c.branch_id)

    def _add_answer(self, each: AliasedReturnsRows) -> None:
        if isinstance(each, CTE) and each.recursive:
            self.said.append("asks again and again (recursive)")
            return
        answer = answer_of(each.element)
        self.said += answer.said
        if not answer.of_halls:
            return
        own: Token = ("rows", hash(each))
        for place, column in enumerate(each.c):
            if place in answer.keys:
                self.bonds.tie(token_of(column), own)
        if answer.hall:
            self.bonds.tie(own, answer.hall)
        self.keys[_name(each, self.all_keys)] = own

    def follow(self, conditions: Iterable[Any]) -> None:
        """Learn from equalities which columns hold the same hall."""
        for condition in conditions:
            if isinstance(condition, BinaryExpression) and condition.operator in (operators.eq, operators.in_op):
                one, other = _side(condition.left), _side(condition.right)
                if one and other:
                    self.bonds.tie(one, other)

    def refuse_loose(self) -> None:
        """Refuse where its tables are not of one hall with each other, and with those of the question around it."""
        roots = {self.bonds.root(key) for key in self.keys.values()}
        if len(roots) > 1:
            self.said.append(f"joins {', '.join(sorted(self.keys))} without the hall")
        elif roots and self.outer_keys and not roots & {self.bonds.root(key) for key in self.outer_keys.values()}:
            around = ", ".join(sorted(self.outer_keys))
            self.said.append(f"asks {', '.join(sorted(self.keys))} of any hall within a question about {around}")

    def refuse_within(self, elements: Iterable[Any]) -> None:
        """Refuse what the questions within these expressions do."""
        for query, holder in {id(found[0]): found for element in elements for found in questions_in(element)}.values():
            self.said += answer_of(query, self, holder).said


def answer_of(query: Any, outer: Scope | None = None, holder: Any = None) -> Answer:
    """What a question gives, and what is refused of it."""
    if isinstance(query, SelectStatementGrouping):
        return answer_of(query.element, outer, holder)
    if isinstance(query, CompoundSelect):
        return _of_parts([answer_of(part, outer, holder) for part in query.selects])
    assert isinstance(query, Select), type(query)
    named = froms_of(query)
    own = [each for each in named if outer is None or hash(each) not in outer.relations] or named
    scope = Scope(own, outer)
    scope.follow(conjuncts(query.whereclause))
    columns = [_side(column) for column in query.selected_columns]
    if isinstance(holder, BinaryExpression):
        compared = holder.left.clauses if isinstance(holder.left, ClauseList) else [holder.left]
        for one, other in zip(map(_side, compared), columns, strict=False):
            if one and other:
                scope.bonds.tie(one, other)
    scope.refuse_loose()
    if outer and scope.keys:
        _refuse_from_outside(scope, query, outer, holder, correlated=len(own) < len(named))
    parts = [part for part in query.get_children() if not is_of_rows(part)]
    scope.refuse_within([*parts, *scope.conditions])
    roots = {scope.bonds.root(key) for key in scope.keys.values()}
    if roots and not scope.one_hall:
        scope.said += refused_across_halls(query, parts, scope.is_hall)
    places = {place for place, column in enumerate(columns) if column and scope.bonds.root(column) in roots}
    hall = next(iter(roots)) if roots and scope.one_hall else None
    return Answer(bool(roots), frozenset(places), hall, tuple(scope.said))


def _refuse_from_outside(scope: Scope, query: Any, outer: Scope, holder: Any, *, correlated: bool) -> None:
    if correlated and not outer.all_keys:
        scope.said.append(f"asks {', '.join(sorted(scope.keys))} for each row of a shared table")
    if isinstance(holder, Exists) and not correlated and not scope.one_hall and query._limit_clause is None:
        scope.said.append(f"asks all halls whether {', '.join(sorted(scope.keys))} has any, without a limit")


def _of_parts(parts: list[Answer]) -> Answer:
    of_halls = [part for part in parts if part.of_halls]
    halls = {part.hall for part in of_halls}
    keys = frozenset.intersection(*(part.keys for part in of_halls)) if of_halls else frozenset()
    said = tuple(words for part in parts for words in part.said)
    return Answer(bool(of_halls), keys, halls.pop() if len(halls) == 1 else None, said)


def conjuncts(condition: Any) -> Iterator[Any]:
    """The conditions that all have to hold."""
    if isinstance(condition, Grouping):
        yield from conjuncts(condition.element)
    elif isinstance(condition, BooleanClauseList) and condition.operator is operators.and_:
        for clause in condition.clauses:
            yield from conjuncts(clause)
    elif condition is not None:
        yield condition


def questions_in(element: Any, holder: Any = None) -> Iterator[tuple[Any, Any]]:
    """The questions within an expression, each with the IN or EXISTS that holds it."""
    if isinstance(element, SelectBase):
        yield element, holder
    elif not (isinstance(element, ColumnClause) or is_of_rows(element)) and hasattr(element, "get_children"):
        holds = isinstance(element, Exists) or getattr(element, "operator", None) in _MEMBERSHIP
        for child in element.get_children():
            yield from questions_in(child, element if holds else holder)


def token_of(column: Any) -> Token:
    """A column as a token; SQLAlchemy's annotated copies of a column hash as the column does."""
    return "column", hash(column)


def halls_named(element: Any) -> list[Token]:
    """The halls that a parameter holds, or will hold."""
    if not isinstance(element, BindParameter):
        return []
    value = element.effective_value
    if value is None:
        return [("hall", element.key)]
    return [("hall", each) for each in (value if isinstance(value, list | tuple | set | frozenset) else [value])]


def _side(element: Any) -> Token | None:
    """A column, or the one hall of a parameter."""
    if isinstance(element, Label | Grouping):
        return _side(element.element)
    if isinstance(element, ColumnClause):
        return token_of(element)
    halls = halls_named(element)
    return halls[0] if len(halls) == 1 else None


def _name(each: Any, taken: Mapping[str, Token]) -> str:
    table = each if isinstance(each, Table) else getattr(each, "element", None)
    name = table.name if isinstance(table, Table) else "an inner question"
    return name if name not in taken else f"{name} ({len(taken) + 1})"
