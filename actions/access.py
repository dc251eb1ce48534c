"""What was looked at or taken along: exports, and views of what concerns single people, in the trail of each hall.

It changes nothing in a hall, so that its change counter stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from actions.audit import write_event
from models.actor import EVERYWHERE, Actor, NotAllowed, Right, rights_of
from models.base import table_of
from models.tables import AuditEvent
from standards.message import Worded, message

EXPORT, VIEW = "export", "view_personal"
ONCE_IN = timedelta(minutes=10)
"""A view of the same thing by the same session counts once in this time, so that refreshes don't fill the trail."""
_EVENTS = table_of(AuditEvent)
_MAY_SEE = (Right.READ_HALL, Right.DISPLAY, Right.READ_AUDIT)
_DIGEST = 32


class Matter(Worded):
    """What was looked at or taken along; a word that is stored stays."""

    AUDIT_TRAIL = "audit_trail", "The audit trail"
    DAY_REPORT = "day_report", "The day's report"
    REJECTED_ROWS = "rejected_rows", "Rejected rows of an import"
    MAPPING = "mapping", "A mapping of columns"
    RESULTS_BY_PERSON = "results_by_person", "Results by person"
    VISIT = "visit", "A visit, with who served"
    VISITS = "visits", "Visits, with who served"
    PEOPLE = "people", "A list of people"
    ACCOUNTS = "accounts", "The accounts"
    PASSWORD_SLIPS = "password_slips", "Slips with temporary passwords"
    OTHER = "other", "Another list"


def note_export(
    session: Session,
    actor: Actor,
    branch_ids: Iterable[str],
    what: Matter,
    filters: Mapping[str, Any],
    rows: int,
    *,
    now: datetime,
) -> None:
    """Write that a file was taken: what it is, by which filters, how many rows; a line in each hall it is about.

    `*` stands for what belongs to no hall. Needs the right to see each hall.
    """
    for branch_id in _seen_by(actor, branch_ids):
        _write(session, actor, branch_id, EXPORT, what, filters, rows, "", now)


def note_view(
    session: Session,
    actor: Actor,
    branch_ids: Iterable[str],
    what: Matter,
    filters: Mapping[str, Any],
    rows: int,
    *,
    now: datetime,
) -> int:
    """Write that something about single people was looked at; how many lines that made.

    The same by the same session counts once in ten minutes. Needs the right to see each hall.
    """
    written = 0
    for branch_id in _seen_by(actor, branch_ids):
        about = _about(actor, filters)
        if not _noted(session, branch_id, what, about, now):
            _write(session, actor, branch_id, VIEW, what, filters, rows, about, now)
            written += 1
    return written


def _seen_by(actor: Actor, branch_ids: Iterable[str]) -> list[str]:
    """The halls in the order in which their trails are written, `*` last."""
    halls = sorted(set(branch_ids), key=lambda branch_id: (branch_id == EVERYWHERE, branch_id))
    for branch_id in halls:
        if not _may_see(actor, branch_id):
            raise NotAllowed(message("You may not do this here: {right}.", right=Right.READ_HALL))
    return halls


def _may_see(actor: Actor, branch_id: str) -> bool:
    """What belongs to no hall is seen by everybody who sees one."""
    if branch_id != EVERYWHERE:
        return any(actor.may(right, branch_id) for right in _MAY_SEE)
    return actor.all_rights or any(rights_of(grant.role).intersection(_MAY_SEE) for grant in actor.grants)


def _about(actor: Actor, filters: Mapping[str, Any]) -> str:
    """What two views of the same thing in the same session have in common."""
    said = [actor.name, actor.session_id or actor.origin, sorted((key, str(value)) for key, value in filters.items())]
    return sha256(repr(said).encode()).hexdigest()[:_DIGEST]


def _noted(session: Session, branch_id: str, what: Matter, about: str, now: datetime) -> bool:
    events = _EVENTS.c
    lately = (events.branch_id == branch_id, events.subject == what.value, events.at > now - ONCE_IN)
    same = (events.action == VIEW, events.key.startswith(f"{about} ", autoescape=True))
    return session.connection().execute(select(events.id).where(*lately, *same).limit(1)).first() is not None


def _write(
    session: Session,
    actor: Actor,
    branch_id: str,
    action: str,
    what: Matter,
    filters: Mapping[str, Any],
    rows: int,
    about: str,
    now: datetime,
) -> None:
    asked = {name: str(value) for name, value in filters.items() if value is not None}
    write_event(
        session,
        actor,
        action,
        now=now,
        branch_id=branch_id,
        subject=what.value,
        after={action: {**asked, "rows": rows}},
        known_by=about,
    )
