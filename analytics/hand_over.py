"""Hand-overs: what would be handed over now, and those that were given, with who gave and who took them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from analytics.hall_people import Names, names
from models.actor import Actor, Right
from models.hand_over import standing
from models.tables import ShiftChange
from standards.masking import masked
from standards.vocabulary import Channel, Outcome

SHOWN = 10


@dataclass(frozen=True, slots=True)
class Handed:
    """One visit that is handed over: as what it stood since when, or (`promised`) for when an answer is promised."""

    id: UUID
    ticket: str | None
    channel: Channel
    business_type: str
    counter_id: int | None
    staff_id: str | None
    outcome: Outcome
    at: datetime


@dataclass(frozen=True, slots=True)
class MachineSeen:
    """A machine and when it was last heard of."""

    name: str
    seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands in the hall at one moment, as a shift hands it on."""

    as_of: datetime
    held: tuple[Handed, ...]
    promised: tuple[Handed, ...]
    open: tuple[Handed, ...]
    waiting: int
    machines: tuple[MachineSeen, ...]
    notices: tuple[tuple[str, str, str], ...]
    """Kind, words, words in English."""

    @property
    def nothing(self) -> bool:
        return not (self.held or self.promised or self.open or self.waiting)


@dataclass(frozen=True, slots=True)
class HandOver:
    """A hand-over; `moved` is how many visits have the taker's name since. Withdrawn: nobody took it or will."""

    id: UUID
    given_by: str
    given_at: datetime
    of: str | None
    mine: bool
    taken_by: str | None
    taken_at: datetime | None
    withdrawn: bool
    moved: int
    note: str
    content: Standing

    @property
    def waits(self) -> bool:
        """Whether it still has to be taken."""
        return self.taken_at is None


@dataclass(frozen=True, slots=True)
class HandOvers:
    """What stands now, the newest hand-overs, and the names of those in it."""

    now: Standing
    given: tuple[HandOver, ...]
    people: Names


def hand_overs(session: Session, actor: Actor, branch_id: str, *, now: datetime) -> HandOvers:
    """What would be handed over at `now`, and the last ten hand-overs, the newest first."""
    actor.require(Right.READ_HALL, branch_id)
    people = names(session, actor, branch_id)
    rows = session.exec(
        select(ShiftChange)
        .where(ShiftChange.branch_id == branch_id)
        .order_by(col(ShiftChange.given_at).desc(), col(ShiftChange.id).desc())
        .limit(SHOWN)
    ).all()
    return HandOvers(
        now=_standing(standing(session, branch_id, now=now)),
        given=tuple(_hand_over(row, actor) for row in rows),
        people=people,
    )


def _hand_over(row: ShiftChange, actor: Actor) -> HandOver:
    return HandOver(
        id=row.id,
        given_by=row.given_by,
        given_at=row.given_at,
        of=row.content.get("of"),
        mine=row.given_by == actor.name,
        taken_by=row.taken_by,
        taken_at=row.taken_at,
        withdrawn=row.taken_at is not None and row.taken_by is None,
        moved=len(row.content.get("moved", ())),
        note=masked(row.note),
        content=_standing(row.content),
    )


def _standing(content: dict[str, Any]) -> Standing:
    return Standing(
        as_of=datetime.fromisoformat(content["as_of"]),
        held=_handed(content["held"]),
        promised=_handed(content["promised"]),
        open=_handed(content["open"]),
        waiting=content["waiting"],
        machines=tuple(
            MachineSeen(one["name"], datetime.fromisoformat(one["seen_at"]) if one["seen_at"] else None)
            for one in content["machines"]
        ),
        notices=tuple((one["kind"], one["words"], one["words_en"]) for one in content["notices"]),
    )


def _handed(items: list[dict[str, Any]]) -> tuple[Handed, ...]:
    return tuple(
        Handed(
            id=UUID(item["id"]),
            ticket=item["ticket"],
            channel=Channel(item["channel"]),
            business_type=item["business_type"],
            counter_id=item["counter_id"],
            staff_id=item["staff_id"],
            # Records of before held a state of those at counters alone.
            outcome=Outcome(item.get("outcome", Outcome.HELD)),
            at=datetime.fromisoformat(item["at"]),
        )
        for item in items
    )
