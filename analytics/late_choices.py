"""What a late entry may name: the hall's counters, and whose visits the reader may enter."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session, col, select

from models.actor import Actor, Right
from models.tables import Counter, Staff


@dataclass(frozen=True, slots=True)
class Server:
    """Somebody who serves in the hall, by staff number."""

    staff_id: str
    name: str
    name_en: str


@dataclass(frozen=True, slots=True)
class LateChoices:
    """The counters by number, and the people: a clerk alone for their own visits, else all of the hall."""

    counters: tuple[int, ...]
    staff: tuple[Server, ...]


def late_choices(session: Session, actor: Actor, branch_id: str) -> LateChoices:
    """What the reader may choose among; needs the right to serve there."""
    actor.require(Right.STAMP, branch_id)
    counters = session.exec(select(Counter.id).where(Counter.branch_id == branch_id).order_by(col(Counter.id)))
    people = session.exec(
        select(Staff).where(Staff.branch_id == branch_id, col(Staff.active).is_(True)).order_by(col(Staff.id))
    )
    anybody = actor.may(Right.READ_STAFF, branch_id)
    return LateChoices(
        tuple(counters),
        tuple(Server(one.id, one.name, one.name_en) for one in people if anybody or one.id == actor.staff_id),
    )
