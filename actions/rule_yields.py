"""The rule for forgotten visits yields: what machines tell later of how a visit ended comes before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from actions.machine_hall import MachineHall
from actions.ticket_legs import ruled
from models.tables import Correction, Interaction
from standards.queueing import FREES_COUNTER
from standards.ticket_part import Part, end_hold
from standards.vocabulary import OPEN, CorrectionKind, LeftReason, Outcome

_RULE = "rule"
_KEPT = ("outcome", "left_at", "left_reason")


def as_the_rule_has_it(rows: Sequence[Interaction], parts: Sequence[Part]) -> list[Part]:
    """The parts, those settled by the rule settled again where the facts leave them open, by what is known now."""
    last = len(parts) - 1
    return [
        _settled(part)
        if place <= len(rows) - 1 and place == last and ruled(rows[place]) and part.outcome in OPEN
        else part
        for place, part in enumerate(parts)
    ]


def _settled(part: Part) -> Part:
    """As actions/overnight.py does it: nobody saw the end."""
    made = replace(part, holds=list(part.holds), by_rule=True)
    if part.outcome is Outcome.CALLED:
        made.outcome = Outcome.NO_SHOW
    elif part.outcome is Outcome.SERVING:
        made.outcome = Outcome.COMPLETED
    else:
        made.outcome, made.left_at = Outcome.LEFT, part.held_since_at
    if part.outcome is Outcome.HELD and part.held_since_at is not None:
        made.left_reason = LeftReason.PAPERS_MISSING if part.hold_kind in FREES_COUNTER else LeftReason.OTHER
        end_hold(made, part.held_since_at)
    return made


def keep_first_record(hall: MachineHall, row: Interaction, part: Part) -> None:
    """What the rule had said, kept as corrections each, before the facts are written."""
    for name in _KEPT:
        was, became = getattr(row, name), getattr(part, name)
        if was != became:
            hall.session.add(
                Correction(
                    branch_id=row.branch_id,
                    interaction_id=row.id,
                    at=hall.now,
                    by=_RULE,
                    kind=CorrectionKind.RULE,
                    field=name,
                    was=None if was is None else str(was),
                    became=None if became is None else str(became),
                )
            )
