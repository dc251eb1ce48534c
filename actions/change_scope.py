"""Whom a change concerns: one hall, or with `*` all of them; who may decide it, and whose day it is."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlmodel import Session, select

from actions.hall import branch_of
from models.actor import EVERYWHERE, Actor, Right
from models.tables import Branch
from standards.derive import day_on


def may_approve(session: Session, actor: Actor, branch_id: str) -> None:
    """NotAllowed unless the actor may approve in the hall, or for what all share in every hall."""
    if branch_id != EVERYWHERE:
        actor.require(Right.APPROVE, branch_id)
        return
    every = frozenset(session.exec(select(Branch.id)).all())
    if not every or actor.halls(Right.APPROVE, every) != every:
        actor.require(Right.APPROVE)


def today_in(session: Session, branch_id: str, now: datetime) -> date:
    """The hall's local day; for what all share the latest of any hall, so that no hall's day has begun after it."""
    zones = select(Branch).where(*([] if branch_id == EVERYWHERE else [Branch.id == branch_id]))
    return max((day_on(now, hall.zone_info) for hall in session.exec(zones)), default=now.astimezone(UTC).date())


def scope_of(branch_id: str) -> str | None:
    """The hall whose right is asked for, or None: everywhere."""
    return None if branch_id == EVERYWHERE else branch_id


def alone_in(session: Session, branch_id: str) -> None:
    """One writer at a time: into the hall or, for what all share, into every hall, always in the same order.

    Whoever waits here finds what the one before put in.
    """
    if branch_id != EVERYWHERE:
        branch_of(session, branch_id, alone=True)
    else:
        session.exec(select(Branch.id).order_by(Branch.id).with_for_update(key_share=True)).all()
