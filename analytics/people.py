"""Whom and what a hall's figures can be told apart by: its counters and its staff."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session, col, select

from models.actor import Actor, Right
from models.tables import Counter, Staff


@dataclass(frozen=True, slots=True)
class Person:
    """A member of the staff by staff number, with the names for either language."""

    id: str
    name: str
    name_en: str


def counters(session: Session, actor: Actor, branch_id: str) -> tuple[int, ...]:
    """The numbers of a hall's counters, rising."""
    actor.require(Right.READ_HALL, branch_id)
    return tuple(session.exec(select(Counter.id).where(Counter.branch_id == branch_id).order_by(col(Counter.id))))


def staff(session: Session, actor: Actor, branch_id: str) -> tuple[Person, ...]:
    """A hall's staff by staff number, those included who have left; nobody for who may not see results by person."""
    actor.require(Right.READ_HALL, branch_id)
    if not actor.may(Right.READ_STAFF, branch_id):
        return ()
    rows = session.exec(select(Staff).where(Staff.branch_id == branch_id).order_by(col(Staff.id)))
    return tuple(Person(row.id, row.name, row.name_en) for row in rows)
