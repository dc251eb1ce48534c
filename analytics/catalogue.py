"""The catalogue as a reader asks for it: how each dated row stands on a day, and whether facts come in for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, literal
from sqlmodel import Session, col, select

from analytics.judged import in_scope
from models.actor import Actor, Right
from models.standing import catalogue
from models.tables import Branch, Interaction, Observation
from standards.message import Worded
from standards.standard import Span, Standard, followed
from standards.vocabulary import Issuer, Measure, Subject


class Standing(Worded):
    """How a dated row stands on a day for the halls that follow an issuer."""

    IN_FORCE = "in_force", "In force"
    OFF = "off", "Switched off"
    REPLACED = "replaced", "Replaced by a later edition"
    COMING = "coming", "Not yet in force"
    NOT_FOLLOWED = "not_followed", "Another issuer's row is followed"


class Collection(Worded):
    """Whether there are facts to judge by, in the halls that the reader may see."""

    COMING_IN = "coming_in", "Data is coming in"
    NONE_SO_FAR = "none_so_far", "No data so far"
    NOT_YET = "not_yet", "No data collection yet"


@dataclass(frozen=True, slots=True)
class CatalogueLine:
    """A dated row; `ends_on` is its last day, None where no later row of its code and issuer ends it."""

    standard: Standard
    standing: Standing
    ends_on: date | None
    collection: Collection


_FACTS: dict[Measure, Any] = {
    Measure.WAIT: Interaction.wait_ms,
    Measure.GREETING: Interaction.greeting_ms,
    Measure.DOOR_GREETING: Interaction.door_greeting_ms,
    Measure.HANDLING: Interaction.handling_ms,
    Measure.RATING: Interaction.rating,
    Measure.PROMISE: Interaction.promised_at,
}
_ORDER = "HTCF"


def catalogue_lines(session: Session, actor: Actor, issuer: Issuer, day: date) -> tuple[CatalogueLine, ...]:
    """Every row of the catalogue as it stands on `day` for a hall of `issuer`; the newest of a code first.

    The catalogue is the same for every reader; whether there is data is told of the halls that the actor may see.
    """
    actor.require_somewhere(Right.READ_HALL)
    rows = catalogue(session)
    followed_keys = {row.key for row in followed(rows, issuer)}
    collections = _collections(session, actor, rows)
    lines = [
        CatalogueLine(row, _standing(row, rows, followed_keys, day), _ends_on(row, rows), collections[row.key])
        for row in rows
    ]
    return tuple(sorted(lines, key=_place))


def _place(line: CatalogueLine) -> tuple[int, str, bool, str, int]:
    row = line.standard
    letter = _ORDER.find(row.code[:1]) % (len(_ORDER) + 1)
    newest_first = -_starts(row).toordinal()
    return letter, row.code, line.standing is Standing.NOT_FOLLOWED, row.issuer, newest_first


def _starts(row: Standard) -> date:
    return row.in_force_from or date.min


def _ends_on(row: Standard, rows: Iterable[Standard]) -> date | None:
    later = [
        _starts(other)
        for other in rows
        if (other.code, other.issuer) == (row.code, row.issuer) and _starts(other) > _starts(row)
    ]
    return min(later) - timedelta(days=1) if later else None


def _standing(row: Standard, rows: Iterable[Standard], followed_keys: set[Any], day: date) -> Standing:
    if row.key not in followed_keys:
        return Standing.NOT_FOLLOWED
    if _starts(row) > day:
        return Standing.COMING
    ends_on = _ends_on(row, rows)
    if ends_on is not None and ends_on < day:
        return Standing.REPLACED
    return Standing.IN_FORCE if row.on else Standing.OFF


def _collections(session: Session, actor: Actor, rows: Iterable[Standard]) -> dict[Any, Collection]:
    """By the row's key; what judges halls, cases or supply has no records in this version."""
    readable = actor.halls(Right.READ_HALL, frozenset(session.exec(select(Branch.id))))
    asked = [row for row in rows if row.subject is Subject.INTERACTION]
    found = session.execute(select(*(_any(row, readable) for row in asked))).one() if asked else ()
    told = {
        row.key: Collection.COMING_IN if has_facts else Collection.NONE_SO_FAR
        for row, has_facts in zip(asked, found, strict=True)
    }
    return {row.key: told.get(row.key, Collection.NOT_YET) for row in rows}


def _any(row: Standard, readable: frozenset[str]) -> ColumnElement[bool]:
    if row.measure not in _FACTS:
        seen_there = col(Observation.branch_id).in_(readable)
        return _there_is(seen_there, col(Observation.standard_code) == row.code)
    always = Span(row, date.min, date.max)
    fact = col(_FACTS[row.measure]).is_not(None)
    return _there_is(col(Interaction.branch_id).in_(readable), in_scope(always), fact)


def _there_is(*where: ColumnElement[bool]) -> ColumnElement[bool]:
    # With a limit, each node of a distributed store stops at its first row, and sends none of the others.
    return select(literal(1)).where(*where).limit(1).exists()
