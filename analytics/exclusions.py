"""What a hall asked to take out 剔除: the requests with their trail, what each takes, and what that does to figures."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from analytics.accounts import called
from analytics.exclusion_taken import TakenVisits, taken_visits
from analytics.facts import exclusion_of
from analytics.selection import Selection
from analytics.shares import shares
from analytics.standard_share import StandardShare
from analytics.traffic import Traffic, traffic
from models.actor import Actor, NotAllowed, Right
from models.standing import catalogue
from models.stays import Taken, taken_by
from models.tables import Branch, Exclusion, Interaction
from standards.masking import masked
from standards.message import Worded, message
from standards.standard import in_force
from standards.vocabulary import Decision, ExclusionReason, Subject


class RequestState(Worded):
    """Where a request stands."""

    ASKED = "asked", "Waits for a decision"
    APPROVED = "approved", "Excluded"
    REFUSED = "refused", "Refused"
    REVERSED = "reversed", "Reversed"


@dataclass(frozen=True, slots=True)
class NamedVisit:
    """A visit by what people call it: its number and when it came; `interaction_id` is its first part."""

    visit_id: UUID
    interaction_id: UUID
    ticket: str | None
    arrived_at: datetime


@dataclass(frozen=True, slots=True)
class Step:
    """Who did what to a request (by account, and what it is called in either language), when, and why."""

    state: RequestState
    by: str
    at: datetime
    why: str
    called: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Request:
    """A request of a hall, with its steps so far and how much it takes.

    `visit` is the one it asks for, or None for a period.
    """

    branch_id: str
    id: UUID
    reason: ExclusionReason
    taken: Taken
    visit: NamedVisit | None
    takes: TakenVisits
    steps: tuple[Step, ...]

    @property
    def state(self) -> RequestState:
        return self.steps[-1].state

    @property
    def asked_by(self) -> str:
        return self.steps[0].by


@dataclass(frozen=True, slots=True)
class Change:
    """A standard's figure as it stands, and as it would be."""

    now: StandardShare
    then: StandardShare


@dataclass(frozen=True, slots=True)
class Preview:
    """What taking something out would do on the days of its visits (both counted).

    It takes its visits whether or not another exclusion takes them already. `changes` are the headline standards that
    have data on these days, `abandoned` the traffic as it stands and as it would be, where there were tickets.
    """

    takes: TakenVisits
    changes: tuple[Change, ...] = ()
    abandoned: tuple[Traffic, Traffic] | None = None


def exclusion_requests(session: Session, actor: Actor, branch_id: str) -> tuple[Request, ...]:
    """The requests of a hall, those that wait for a decision first, then the newest."""
    actor.require(Right.READ_HALL, branch_id)
    found = session.exec(
        select(Exclusion).where(Exclusion.branch_id == branch_id).order_by(col(Exclusion.asked_at).desc())
    )
    requests = [_request(session, row) for row in found]
    return tuple(sorted(requests, key=lambda one: one.state is not RequestState.ASKED))


def requests_waiting(session: Session, actor: Actor) -> tuple[tuple[str, int], ...]:
    """The halls where the actor may decide and requests wait, with how many."""
    actor.require_somewhere(Right.READ_HALL)
    counted = session.exec(
        select(Exclusion.branch_id, func.count())
        .where(col(Exclusion.decision).is_(None))
        .group_by(col(Exclusion.branch_id))
        .order_by(col(Exclusion.branch_id))
    )
    return tuple((branch_id, count) for branch_id, count in counted if actor.may(Right.APPROVE, branch_id))


def exclusion_preview(session: Session, actor: Actor, branch_id: str, taken: Taken, *, now: datetime) -> Preview:
    """What taking a period or a visit out would do to the figures of its days, beside what is excluded already."""
    actor.require(Right.READ_HALL, branch_id)
    hall = session.get(Branch, branch_id)
    if hall is None:
        raise NotAllowed(message("There is no hall with the code {code}.", code=branch_id))
    takes = taken_visits(session, branch_id, taken)
    if takes.first_on is None or takes.last_on is None:
        return Preview(takes)
    standing = in_force(catalogue(session), hall.issuer, takes.last_on)
    codes = tuple(one.code for one in standing if one.headline and one.subject is Subject.INTERACTION)
    days = Selection(branch_ids=(branch_id,), first_on=takes.first_on, last_on=takes.last_on)
    then_days = replace(days, also_excluded=taken)
    as_it_is = shares(session, actor, days, codes=codes, now=now)
    as_asked = shares(session, actor, then_days, codes=codes, now=now)
    changes = (Change(one, then) for one, then in zip(as_it_is, as_asked, strict=True) if one.has_data)
    came = traffic(session, actor, days)
    abandoned = (came, traffic(session, actor, then_days)) if came.tickets else None
    return Preview(takes, tuple(changes), abandoned)


def visits_numbered(
    session: Session, actor: Actor, branch_id: str, day_on: date, ticket: str
) -> tuple[NamedVisit, ...]:
    """The visits of a day with a number, in the order in which they came."""
    actor.require(Right.READ_HALL, branch_id)
    found = session.exec(
        select(Interaction.visit_id)
        .where(Interaction.branch_id == branch_id, Interaction.ticket == ticket.strip(), Interaction.day_on == day_on)
        .distinct()
    ).all()
    named = (_named(session, branch_id, visit_id) for visit_id in found)
    return tuple(sorted((one for one in named if one is not None), key=lambda one: one.arrived_at))


def visit_named(session: Session, actor: Actor, branch_id: str, interaction_id: UUID) -> NamedVisit | None:
    """The visit that an interaction belongs to, or None where there is no such interaction in the hall."""
    actor.require(Right.READ_HALL, branch_id)
    row = session.get(Interaction, (branch_id, interaction_id))
    return None if row is None else _named(session, branch_id, row.visit_id)


def visit_request(session: Session, actor: Actor, branch_id: str, interaction_id: UUID) -> Request | None:
    """What takes an interaction's visit out, else the newest request for this visit; None without any."""
    actor.require(Right.READ_HALL, branch_id)
    row = session.get(Interaction, (branch_id, interaction_id))
    if row is None:
        return None
    asked = select(Exclusion).where(Exclusion.branch_id == branch_id, Exclusion.visit_id == row.visit_id)
    taking = exclusion_of(session, branch_id, row.visit_id) if row.excluded else None
    found = taking or session.exec(asked.order_by(col(Exclusion.asked_at).desc())).first()
    return None if found is None else _request(session, found)


def _named(session: Session, branch_id: str, visit_id: UUID) -> NamedVisit | None:
    row = session.exec(
        select(Interaction)
        .where(Interaction.branch_id == branch_id, Interaction.visit_id == visit_id)
        .order_by(col(Interaction.queued_at), col(Interaction.id))
    ).first()
    return None if row is None else NamedVisit(visit_id, row.id, row.ticket, row.arrived_at)


def _request(session: Session, row: Exclusion) -> Request:
    taken = taken_by(row)
    takes = taken_visits(session, row.branch_id, taken)
    visit = None if row.visit_id is None else _named(session, row.branch_id, row.visit_id)
    return Request(row.branch_id, row.id, row.reason, taken, visit, takes, _steps(session, row))


def _steps(session: Session, row: Exclusion) -> tuple[Step, ...]:
    names = called(session, (row.asked_by, row.decided_by, row.reversed_by))

    def step(state: RequestState, by: str | None, at: datetime, why: str) -> Step:
        return Step(state, by or "", at, masked(why), names.get(by or "", ("", "")))

    steps = [step(RequestState.ASKED, row.asked_by, row.asked_at, row.why)]
    if row.decision is not None and row.decided_at is not None:
        state = RequestState.APPROVED if row.decision is Decision.APPROVED else RequestState.REFUSED
        steps.append(step(state, row.decided_by, row.decided_at, row.decided_why))
    if row.reversed_at is not None:
        steps.append(step(RequestState.REVERSED, row.reversed_by, row.reversed_at, row.reversed_why))
    return tuple(steps)
