"""Dated changes of the demo region: one ahead that holds already, one that reaches back and waits for a decision."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlmodel import Session, select

from actions.changes import ask_change
from analytics.change_preview import change_preview
from models.actor import actor_of
from models.tables import Account
from seed.demand import epoch
from seed.parts import instant
from seed.population import ADMINISTRATOR
from seed.region import ZONE, HallPlan
from standards.vocabulary import ChangeKind

_REACHES_BACK = timedelta(days=4)
_ASKED_BEFORE = timedelta(hours=21)


def put_changes(session: Session, plans: tuple[HallPlan, ...], *, first_on: date, now: datetime) -> None:
    """The changes that the administrator asked for, each with what it was said to change."""
    asked_at = max(instant(epoch(first_on)), now - _ASKED_BEFORE)
    today = asked_at.astimezone(ZONE).date()
    for plan in plans:
        if plan.declines:
            next_month = (now.astimezone(ZONE).date().replace(day=1) + timedelta(days=32)).replace(day=1)
            _walking(session, plan, 25, next_month, "大厅改造后座位后移，实测走到柜台 25 秒", asked_at)
        if plan.short_day and today - _REACHES_BACK >= first_on:
            _walking(session, plan, 30, today - _REACHES_BACK, "排队区上周已移到门口，实测 30 秒，申请补记", asked_at)


def _walking(session: Session, plan: HallPlan, seconds: int, from_on: date, why: str, now: datetime) -> None:
    named = session.exec(select(Account).where(Account.name == ADMINISTRATOR)).one()
    actor, kind, content = actor_of(session, named), ChangeKind.WALKING, {"walking_ms": 1000 * seconds}
    preview = change_preview(session, actor, kind, "", content, from_on, branch_id=plan.code, now=now)
    ask_change(session, actor, kind, "", content, from_on, why, preview.kept(), branch_id=plan.code, now=now)
