"""What a hall chooses for itself: how a no-show comes back, whether it has a queue, its ticket printer's paper."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from actions.audit import images, record
from actions.hall import branch_of
from actions.refusal import Refused
from models.actor import Actor, Right
from standards.message import message
from standards.vocabulary import RestoreRule

SLIP_WIDTHS = (58, 80)
"""The paper of usual ticket printers, in millimetres."""


def set_rules(
    session: Session,
    actor: Actor,
    branch_id: str,
    *,
    restore_rule: RestoreRule,
    tiny: bool,
    slip_mm: int,
    now: datetime,
) -> None:
    """Set a hall's rules from now on. Needs the right to run the hall; what would change nothing is refused."""
    actor.require(Right.RUN_HALL, branch_id)
    if slip_mm not in SLIP_WIDTHS:
        raise Refused("slip_width", message("Ticket paper is 58 or 80 mm wide."))
    hall = branch_of(session, branch_id, alone=True)
    if (hall.restore_rule, hall.tiny, hall.slip_mm) == (restore_rule, tiny, slip_mm):
        raise Refused("no_change", message("Nothing would change."))
    before = images([hall])
    hall.restore_rule, hall.tiny, hall.slip_mm = restore_rule, tiny, slip_mm
    session.add(hall)
    record(session, actor, "set_rules", [hall], now=now, branch_id=branch_id, subject=branch_id, before=before)
