"""Customers' ratings: whom a counter's screen asks now, and how many of those served answered what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, select

from analytics.question import question
from analytics.selection import Selection
from analytics.statistics import Interval, wilson
from models.actor import Actor, Right
from models.tables import Counter, Interaction
from standards.rating import ANSWER_WITHIN, ASKED_WITHIN, SATISFIED_FROM
from standards.vocabulary import OPEN, Channel, Outcome


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom the screen at a counter asks: the interaction, until when, and what was answered so far."""

    interaction_id: UUID
    business_type: str
    ticket: str | None
    asked: bool
    left: timedelta
    rating: int | None
    reasons_given: bool


def asked_now(session: Session, actor: Actor, branch_id: str, counter_id: int, *, now: datetime) -> Asked | None:
    """The visit that ended last at the counter, while its customer may answer; None as soon as the next is greeted.

    The time runs from when the screen began to ask, or from the answer while reasons are offered.
    """
    actor.require(Right.DISPLAY, branch_id)
    row = _last_finished(session, branch_id, counter_id, now)
    if row is None or _goes_on(session, row) or _next_is_greeted(session, row):
        return None
    left = (row.rated_at or row.rating_asked_at or now) + ANSWER_WITHIN - now
    if left <= timedelta():
        return None
    asked = row.rating_asked_at is not None
    return Asked(row.id, row.business_type, row.ticket, asked, left, row.rating, bool(row.rating_tags))


def counters_to_rate(session: Session, actor: Actor, branch_id: str) -> tuple[int, ...]:
    """The numbers of the hall's counters, for whoever sets up a screen."""
    actor.require(Right.DISPLAY, branch_id)
    wanted = select(Counter.id).where(Counter.branch_id == branch_id).order_by(col(Counter.id))
    return tuple(session.exec(wanted).all())


def _last_finished(session: Session, branch_id: str, counter_id: int, now: datetime) -> Interaction | None:
    """One that ended long ago is asked no more, even where its screen was away."""
    return session.exec(
        select(Interaction)
        .where(
            Interaction.branch_id == branch_id,
            Interaction.counter_id == counter_id,
            col(Interaction.day_on) >= (now - timedelta(days=1)).date(),
            Interaction.outcome == Outcome.COMPLETED,
            Interaction.channel == Channel.COUNTER,
            col(Interaction.ended_at) > now - ASKED_WITHIN,
        )
        .order_by(col(Interaction.ended_at).desc(), col(Interaction.id).desc())
        .limit(1)
    ).first()


def _goes_on(session: Session, row: Interaction) -> bool:
    """Whether more of the same visit is still to come: it is rated at its end."""
    return _any(session, row, col(Interaction.visit_id) == row.visit_id, col(Interaction.outcome).in_(OPEN))


def _next_is_greeted(session: Session, row: Interaction) -> bool:
    """Whether somebody else stands there now: it is not for them to rate."""
    return _any(
        session,
        row,
        col(Interaction.counter_id) == row.counter_id,
        col(Interaction.outcome).in_(OPEN),
        col(Interaction.started_at).is_not(None),
    )


def _any(session: Session, row: Interaction, *conditions: ColumnElement[bool]) -> bool:
    wanted = select(Interaction.id).where(Interaction.branch_id == row.branch_id, *conditions).limit(1)
    return session.exec(wanted).first() is not None


@dataclass(frozen=True, slots=True)
class Ratings:
    """How many interactions were completed, asked for a rating, and rated at each level (5 the best)."""

    completed: int
    asked: int
    by_points: tuple[tuple[int, int], ...]

    @property
    def rated(self) -> int:
        return sum(count for _, count in self.by_points)

    @property
    def satisfied(self) -> int:
        return sum(count for points, count in self.by_points if points >= SATISFIED_FROM)

    @property
    def satisfied_share(self) -> float | None:
        """满意率: satisfied of the rated, 0 to 1, or None; who said nothing is no satisfied customer."""
        return self.satisfied / self.rated if self.rated else None

    @property
    def satisfied_interval(self) -> Interval | None:
        """Its Wilson 95 % interval."""
        return wilson(self.satisfied, self.rated)

    @property
    def response_share(self) -> float | None:
        """参评率: rated of the completed interactions, 0 to 1, or None without any."""
        return self.rated / self.completed if self.completed else None


def ratings(session: Session, actor: Actor, selection: Selection) -> Ratings:
    """The ratings of a selection's completed interactions; needs the right to see the hall.

    What could tell a clerk how one customer answered needs the right to see results by person, their own too.
    """
    if selection.nearly_personal:
        for branch_id in selection.branch_ids:
            actor.require(Right.READ_STAFF, branch_id)
    asked = question(session, actor, selection)
    points = col(Interaction.rating)
    wanted = select(points, func.count(), func.count(col(Interaction.rating_asked_at)))
    rows = session.exec(
        wanted.where(asked.where(), asked.kept(), Interaction.outcome == Outcome.COMPLETED).group_by(points)
    ).all()
    return Ratings(
        completed=sum(count for _, count, _ in rows),
        asked=sum(count for _, _, count in rows),
        by_points=tuple(sorted(((value, count) for value, count, _ in rows if value is not None), reverse=True)),
    )
