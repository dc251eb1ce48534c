"""The counters of a hall to sign on at, and what the person who wants to must know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from models.actor import Actor, Right
from models.closing import closed_since
from models.tables import Branch, Counter, Staff
from standards.vocabulary import CounterState


@dataclass(frozen=True, slots=True)
class CounterPlace:
    """A counter to sign on at, with who is there."""

    id: int
    state: CounterState
    staff_id: str | None
    staff_name: str
    staff_name_en: str
    version: int


@dataclass(frozen=True, slots=True)
class Mentor:
    """Somebody of the hall who may guide a trainee, by staff number."""

    staff_id: str
    name: str
    name_en: str


@dataclass(frozen=True, slots=True)
class SignOn:
    """How the reader would sign on: whether they cover for somebody, and, as a trainee, who may guide them.

    `closed_at` is when the hall's day was closed: nobody signs on until it is opened again.
    """

    covering: bool
    trainee: bool
    mentors: tuple[Mentor, ...]
    closed_at: datetime | None


def counter_places(session: Session, actor: Actor, branch_id: str) -> tuple[CounterPlace, ...]:
    """The counters of a hall with who is signed on."""
    actor.require(Right.STAMP, branch_id)
    staff = {row.id: row for row in session.exec(select(Staff).where(Staff.branch_id == branch_id))}
    rows = session.exec(select(Counter).where(Counter.branch_id == branch_id).order_by(col(Counter.id)))
    return tuple(
        CounterPlace(
            row.id,
            row.state,
            row.staff_id,
            staff[row.staff_id].name if row.staff_id else "",
            staff[row.staff_id].name_en if row.staff_id else "",
            row.version,
        )
        for row in rows
    )


def signing_on(session: Session, actor: Actor, branch_id: str, *, now: datetime) -> SignOn:
    """What signing on means for the actor: it is needed only where they stand at no counter yet."""
    actor.require(Right.STAMP, branch_id)
    hall = session.get(Branch, branch_id)
    closed_at = None if hall is None else closed_since(session, hall, now=now)
    person = None if actor.staff_id is None else session.get(Staff, (branch_id, actor.staff_id))
    if person is None or not person.trainee:
        return SignOn(actor.may(Right.GUIDE, branch_id), False, (), closed_at)
    colleagues = session.exec(
        select(Staff)
        .where(Staff.branch_id == branch_id, col(Staff.active).is_(True), col(Staff.trainee).is_(False))
        .order_by(col(Staff.id))
    )
    mentors = tuple(Mentor(one.id, one.name, one.name_en) for one in colleagues if one.id != person.id)
    return SignOn(actor.may(Right.GUIDE, branch_id), True, mentors, closed_at)
