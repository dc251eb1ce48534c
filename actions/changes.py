"""Dated changes of what visits are judged by: asked for by who owns it, decided above where they reach back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from actions.applying import DERIVING, put_in, rows_of, take_out
from actions.audit import images, record
from actions.change_content import Content, checked
from actions.change_scope import alone_in, may_approve, scope_of, today_in
from actions.hall import branch_of, move_pulse
from actions.refusal import Refused
from actions.text import a_text
from models.actor import EVERYWHERE, Actor, NotAllowed, Right
from models.tables import Branch, DatedChange, new_id
from standards.message import message
from standards.vocabulary import ChangeKind, Decision

MOST_AHEAD = timedelta(days=5 * 366)
EARLIEST = date(1990, 1, 1)
LONGEST_WHY = 500


def ask_change(
    session: Session,
    actor: Actor,
    kind: ChangeKind,
    subject: str,
    content: Mapping[str, Any],
    from_on: date,
    why: str,
    preview: Mapping[str, Any],
    *,
    branch_id: str,
    now: datetime,
) -> UUID:
    """Ask for a change from a local day on and return its id; `branch_id` is `*` for what every hall shares.

    One that begins after today applies at once; one of today or before waits until somebody else approves it. A
    business type is not dated and applies at once. `preview` is what the asker was shown of its effect.
    """
    alone_in(session, branch_id)
    given, was = check_change(session, actor, kind, subject, content, from_on, why, branch_id=branch_id, now=now)
    given_why = a_text(why, LONGEST_WHY)
    change = DatedChange(
        branch_id=branch_id,
        id=new_id(),
        kind=kind,
        subject=subject,
        from_on=from_on,
        content=given,
        was=was,
        preview=dict(preview),
        why=given_why,
        asked_by=actor.name,
        asked_at=now,
    )
    session.add(change)
    session.flush()
    about = str(change.id)
    record(session, actor, "ask_change", [change], branch_id=branch_id, subject=about, reason=given_why, now=now)
    if applies_at_once(session, kind, branch_id, from_on, now):
        _apply(session, actor, change, now)
    return change.id


def check_change(
    session: Session,
    actor: Actor,
    kind: ChangeKind,
    subject: str,
    content: Mapping[str, Any],
    from_on: date,
    why: str,
    *,
    branch_id: str,
    now: datetime,
) -> tuple[Content, Content]:
    """What a change would put in and what it would replace; Refused or NotAllowed as asking for it would be."""
    actor.require(Right.SET_UP, scope_of(branch_id))
    if (kind in DERIVING) is (branch_id == EVERYWHERE):
        raise Refused("scope", message("This change belongs to one hall, or to all."))
    if branch_id != EVERYWHERE:
        branch_of(session, branch_id)
    if not a_text(why, LONGEST_WHY):
        raise Refused("no_reason", message("A reason is needed."))
    if len(why.strip()) > LONGEST_WHY:
        raise Refused("text", message("A text must have 1 to {most} characters.", most=LONGEST_WHY))
    last_on = today_in(session, branch_id, now) + MOST_AHEAD
    if not EARLIEST <= from_on <= last_on:
        raise Refused("day", message("Choose a day from {first} to {last}.", first=EARLIEST, last=last_on))
    if any(change.decided_at is None for change in _of_that_day(session, kind, branch_id, subject, from_on)):
        raise Refused("waiting", message("A change of this from {day} waits for a decision already.", day=from_on))
    return checked(session, kind, branch_id, subject, content, from_on)


def applies_at_once(session: Session, kind: ChangeKind, branch_id: str, from_on: date, now: datetime) -> bool:
    """Whether no day that has begun is concerned: neither of the hall nor, for what all share, of any hall."""
    return kind is ChangeKind.BUSINESS_TYPE or from_on > today_in(session, branch_id, now)


def decide_change(
    session: Session, actor: Actor, change_id: UUID, *, branch_id: str, approve: bool, why: str, now: datetime
) -> None:
    """Approve a change that waits, which applies it, or refuse it; deciding the same again does nothing.

    Needs the right to approve in every hall concerned, and is never for whoever asked.
    """
    may_approve(session, actor, branch_id)
    change = _change(session, branch_id, change_id)
    if actor.name == change.asked_by:
        raise NotAllowed(message("Somebody else must decide what you asked for."))
    decision = Decision.APPROVED if approve else Decision.REFUSED
    if change.decision is decision:
        return
    if change.decided_at is not None or change.applied_at is not None:
        raise Refused("decided", message("This has been decided already."))
    if not approve and not a_text(why, LONGEST_WHY):
        raise Refused("no_reason", message("A reason is needed."))
    if approve:
        checked(session, change.kind, branch_id, change.subject, _again(change), change.from_on)
    _close(session, actor, change, decision, why, now)
    if approve:
        _apply(session, actor, change, now)


def withdraw_change(
    session: Session, actor: Actor, change_id: UUID, *, branch_id: str, why: str, now: datetime
) -> None:
    """Take back a change that waits or has not begun; it stays listed, and what was before holds on."""
    actor.require(Right.SET_UP, scope_of(branch_id))
    change = _change(session, branch_id, change_id)
    if change.decided_at is not None and change.decision is None:
        return
    begun = change.kind is ChangeKind.BUSINESS_TYPE or change.from_on <= today_in(session, branch_id, now)
    if change.decision is Decision.REFUSED or (change.applied_at is not None and begun):
        raise Refused("begun", message("This has begun or been refused: make another change instead."))
    if not a_text(why, LONGEST_WHY):
        raise Refused("no_reason", message("A reason is needed."))
    if change.applied_at is not None:
        before = images(rows_of(session, change))
        take_out(session, change)
        change.applied_at = None
        after = rows_of(session, change)
        record(
            session,
            actor,
            "take_out_change",
            after,
            branch_id=branch_id,
            subject=str(change_id),
            before=before,
            now=now,
        )
    _close(session, actor, change, None, why, now)


def _change(session: Session, branch_id: str, change_id: UUID) -> DatedChange:
    alone_in(session, branch_id)
    wanted = select(DatedChange).where(DatedChange.branch_id == branch_id, DatedChange.id == change_id)
    change = session.exec(wanted.with_for_update()).first()
    if change is None:
        raise Refused("unknown_change", message("There is no such change."))
    return change


def _of_that_day(session: Session, kind: ChangeKind, branch_id: str, subject: str, from_on: date) -> list[DatedChange]:
    """The changes of the same thing from the same day that were not applied."""
    return list(
        session.exec(
            select(DatedChange).where(
                DatedChange.branch_id == branch_id,
                DatedChange.kind == kind,
                DatedChange.subject == subject,
                DatedChange.from_on == from_on,
                col(DatedChange.applied_at).is_(None),
            )
        )
    )


def _again(change: DatedChange) -> Content:
    """The content of a stored change as its asker gave it."""
    if change.kind is ChangeKind.DAY_HOURS and change.content["intervals"] is not None:
        parts = (part.split("-") for part in change.content["intervals"].split())
        return {"intervals": [[int(opens), int(closes)] for opens, closes in parts]}
    return change.content


def _close(
    session: Session, actor: Actor, change: DatedChange, decision: Decision | None, why: str, now: datetime
) -> None:
    before = images([change])
    change.decision = decision
    change.decided_by, change.decided_at, change.decided_why = actor.name, now, a_text(why, LONGEST_WHY)
    session.flush()
    action = "withdraw_change" if decision is None else "decide_change"
    subject = str(change.id)
    record(session, actor, action, [change], branch_id=change.branch_id, subject=subject, before=before, now=now)


def _apply(session: Session, actor: Actor, change: DatedChange, now: datetime) -> None:
    """Put a change into effect once; the trail says what was before and after."""
    if change.applied_at is not None:
        return
    before = images([change, *rows_of(session, change)])
    put_in(session, change, now=now)
    change.applied_at = now
    session.flush()
    rows = [change, *rows_of(session, change)]
    subject = str(change.id)
    record(session, actor, "apply_change", rows, branch_id=change.branch_id, subject=subject, before=before, now=now)
    if change.branch_id == EVERYWHERE:
        for hall in session.exec(select(Branch.id)).all():
            move_pulse(session, hall, now)
