"""What a shift hands to the next: what is on hold, promised and open in a hall, its machines and its notices."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, or_, select

from models.actor import Right
from models.hall_day import HallNotice
from models.machines import Device
from models.visits import Interaction
from standards.queueing import FREES_COUNTER
from standards.vocabulary import NEVER_JUDGED, OPEN, Outcome

WORKS_THERE = (Right.STAMP, Right.GUIDE, Right.RUN_HALL)
"""Whoever has one of these rights in a hall may sign a hand-over."""


def standing(session: Session, branch_id: str, *, now: datetime) -> dict[str, Any]:
    """As JSON: `as_of`; `held`, `promised` and `open` visits; how many are `waiting`; `machines`; `notices`."""
    rows = session.exec(
        select(Interaction)
        .where(Interaction.branch_id == branch_id, col(Interaction.outcome).in_(OPEN))
        .order_by(col(Interaction.arrived_at), col(Interaction.id))
    ).all()
    held = [row for row in rows if is_away(row)]
    present = [row for row in rows if row.outcome is not Outcome.WAITING and not is_away(row)]
    return {
        "as_of": now.isoformat(),
        "held": [_visit(row, _since(row)) | {"kind": row.hold_kind} for row in held],
        "promised": [_visit(row, row.promised_at) for row in promises(session, branch_id)],
        "open": [_visit(row, _since(row)) for row in present],
        "waiting": sum(row.outcome is Outcome.WAITING for row in rows),
        "machines": [_machine(device) for device in _machines(session, branch_id)],
        "notices": [_notice(notice) for notice in _notices(session, branch_id, now)],
    }


def is_away(row: Interaction) -> bool:
    """On hold for papers: nobody stands at a counter."""
    return row.outcome is Outcome.HELD and row.hold_kind in FREES_COUNTER


def promises(session: Session, branch_id: str) -> list[Interaction]:
    """Every answer that was promised and has not been given, the earliest due first."""
    return list(
        session.exec(
            select(Interaction)
            .where(
                Interaction.branch_id == branch_id,
                col(Interaction.promised_at).is_not(None),
                col(Interaction.promise_kept_at).is_(None),
                col(Interaction.outcome).not_in(NEVER_JUDGED),
            )
            .order_by(col(Interaction.promised_at), col(Interaction.id))
        ).all()
    )


def _since(row: Interaction) -> datetime | None:
    """When an open visit came to stand as it does."""
    if row.outcome is Outcome.HELD:
        return row.held_since_at
    return row.last_called_at if row.outcome is Outcome.CALLED else row.started_at


def _visit(row: Interaction, at: datetime | None) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "ticket": row.ticket,
        "channel": row.channel,
        "business_type": row.business_type,
        "counter_id": row.counter_id,
        "staff_id": row.owner_id or row.staff_id,
        "outcome": row.outcome,
        "at": (at or row.arrived_at).isoformat(),
    }


def _machines(session: Session, branch_id: str) -> list[Device]:
    active = select(Device).where(Device.branch_id == branch_id, col(Device.active)).order_by(col(Device.id))
    return list(session.exec(active).all())


def _machine(device: Device) -> dict[str, Any]:
    seen_at = device.last_seen_at.isoformat() if device.last_seen_at else None
    return {"id": device.id, "kind": device.kind, "name": device.name, "seen_at": seen_at}


def _notices(session: Session, branch_id: str, now: datetime) -> list[HallNotice]:
    standing_now = or_(col(HallNotice.until_at).is_(None), col(HallNotice.until_at) > now)
    return list(
        session.exec(
            select(HallNotice)
            .where(HallNotice.branch_id == branch_id, col(HallNotice.from_at) <= now, standing_now)
            .order_by(col(HallNotice.from_at), col(HallNotice.id))
        ).all()
    )


def _notice(notice: HallNotice) -> dict[str, Any]:
    until_at = notice.until_at.isoformat() if notice.until_at else None
    return {"kind": notice.kind, "words": notice.words, "words_en": notice.words_en, "until_at": until_at}
