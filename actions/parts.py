"""A visit's first part and its further ones, as rows about to be written."""

from __future__ import annotations

from typing import Any

from actions.press import Press
from actions.refusal import Refused
from models.by_key import row_by_key
from models.tables import BusinessType, Interaction, new_id
from standards.derive import day_on
from standards.message import message
from standards.vocabulary import Begun, Channel, Outcome


def business_of(press: Press, business_type: str) -> BusinessType:
    """A business type in use, or Refused."""
    kind = row_by_key(press.session, BusinessType, business_type)
    if kind is None or not kind.active:
        raise Refused("unknown_business", message("There is no business type {code}.", code=business_type))
    return kind


def new_visit(press: Press, business_type: str, channel: Channel) -> dict[str, Any]:
    """The columns that every new visit begins with; the derived ones follow when the row is written."""
    visit = new_id()
    return {
        "branch_id": press.branch.id,
        "id": visit,
        "visit_id": visit,
        "channel": channel,
        "business_type": business_type,
        "arrived_at": press.now,
        "queued_at": press.now,
        "wait_from_at": press.now,
        "hour_at": press.now,
        "day_on": day_on(press.now, press.branch.zone_info),
        "recorded_at": press.now,
    }


def next_part(press: Press, row: Interaction, begun: Begun, business_type: str) -> Interaction:
    """A further interaction of the same visit, with its arrival."""
    return Interaction(
        branch_id=row.branch_id,
        id=new_id(),
        visit_id=row.visit_id,
        previous_id=row.id,
        begun=begun,
        ticket=row.ticket,
        channel=row.channel,
        business_type=business_type,
        priority=row.priority,
        assisted=row.assisted,
        arrived_at=row.arrived_at,
        queued_at=press.now,
        wait_from_at=row.wait_from_at,
        hour_at=row.hour_at,
        day_on=row.day_on,
        outcome=Outcome.WAITING,
        recorded_at=press.now,
    )
