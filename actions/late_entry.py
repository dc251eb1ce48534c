"""Late entry 补录: visits written down on paper while the system was away, to the minute, row by row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlmodel import Session

from actions.hall import branch_of
from actions.late_rows import LateProblem, LateRow, problems_of
from actions.overlapping import Overlap, overlap_of
from actions.parts import new_visit
from actions.press import Press, Stamp, perform
from models.actor import Actor, Right
from models.tables import Interaction
from standards.vocabulary import Begun, Channel, Outcome, Source, Stage


@dataclass(frozen=True, slots=True)
class LateReceipt:
    """What became of the rows by their line: saved (with the visit's id), wrong, or saved but overlapping another."""

    saved: tuple[tuple[int, UUID], ...]
    problems: tuple[LateProblem, ...]
    overlaps: tuple[Overlap, ...]


class _Wrong(Exception):
    """A row that can't be saved as it is."""

    def __init__(self, problems: tuple[LateProblem, ...]) -> None:
        super().__init__(*problems)
        self.problems = problems


def add_late_entries(session: Session, actor: Actor, stamp: Stamp, rows: Sequence[LateRow]) -> LateReceipt:
    """Save each row that is right, wholly or not at all; the stamp's key and the line name a row once.

    What was typed is marked inexact: a greeting to the minute is not judged, a wait and a handling time are. Raises
    NotAllowed without the right to serve, Refused for no such hall.
    """
    actor.require(Right.STAMP, stamp.branch_id)
    branch_of(session, stamp.branch_id, alone=True)
    saved: list[tuple[int, UUID]] = []
    problems: list[LateProblem] = []
    overlaps: list[Overlap] = []
    for row in rows:
        try:
            visit_id = _add(session, actor, replace(stamp, key=f"{stamp.key}:{row.line}", seen=None), row)
        except _Wrong as wrong:
            problems += wrong.problems
            continue
        saved.append((row.line, visit_id))
        overlap = overlap_of(session, session.get_one(Interaction, (stamp.branch_id, visit_id)), row.line)
        overlaps += [] if overlap is None else [overlap]
    return LateReceipt(tuple(saved), tuple(problems), tuple(overlaps))


def _add(session: Session, actor: Actor, stamp: Stamp, row: LateRow) -> UUID:
    def work(press: Press) -> None:
        # Looked at only where the key is new: a row that is saved would be refused as recorded already.
        if problems := problems_of(session, actor, press.branch, row, now=stamp.now):
            raise _Wrong(problems)
        press.interaction_id = press.add(Interaction(**_columns(press, row))).id

    receipt = perform(session, actor, stamp, "late_entry", work, right=Right.STAMP)
    if receipt.interaction_id is None:
        raise LookupError("a late entry without its visit")
    return receipt.interaction_id


def _columns(press: Press, row: LateRow) -> dict[str, Any]:
    """The row as a visit; nobody measured a wait where there was no queue."""
    arrived_at = row.arrived_at or row.served_at or press.now
    here = {} if row.unserved else {"counter_id": row.counter_id, "staff_id": row.staff_id}
    return {
        **new_visit(press, row.business_type or "", Channel.COUNTER),
        **here,
        "begun": Begun.TICKET if row.queued else Begun.WALK_IN,
        "ticket": row.ticket or None,
        "items": row.items,
        "arrived_at": arrived_at,
        "queued_at": arrived_at,
        "called_at": row.called_at,
        "last_called_at": row.called_at,
        "greeted_at": row.greeted_at,
        "started_at": row.served_at,
        "ended_at": row.ended_at,
        "left_at": row.left_at,
        "outcome": row.ended_as or Outcome.COMPLETED,
        "source": Source.LATE_ENTRY,
        "inaccurate": " ".join(_inexact(row)),
    }


def _inexact(row: LateRow) -> list[str]:
    """The stages that were typed to the minute, in their order."""
    typed = {stage for stage, _ in row.stamped()}
    if Stage.CALLED in typed:
        typed.add(Stage.LAST_CALLED)
    if row.served_at is not None:
        typed.add(Stage.STARTED)
    return [stage.value for stage in Stage if stage in typed]
