"""Late entry 补录: visits written down on paper while the system was away, to the minute, row by row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import Session

from actions.hall import branch_of
from actions.late_rows import LateProblem, LateRow, problems_of
from actions.overlapping import Overlap, overlap_of
from actions.parts import new_visit
from actions.press import Press, Stamp, perform
from actions.refusal import Refused
from actions.text import a_text
from models.actor import Actor, Right
from models.tables import DayReport, HallDay, Interaction
from standards.derive import day_on
from standards.message import message
from standards.vocabulary import Begun, Channel, Outcome, Source, Stage

LONGEST_TICKET = 32


@dataclass(frozen=True, slots=True)
class LateReceipt:
    """What became of the rows by their line: saved (with the visit's id), wrong, or saved but overlapping another.

    `closed` are the days of saved rows that were closed already.
    """

    saved: tuple[tuple[int, UUID], ...]
    problems: tuple[LateProblem, ...]
    overlaps: tuple[Overlap, ...]
    closed: tuple[date, ...]


class _Wrong(Exception):
    """A row that can't be saved as it is."""

    def __init__(self, problems: tuple[LateProblem, ...]) -> None:
        super().__init__(*problems)
        self.problems = problems


def add_late_entries(session: Session, actor: Actor, stamp: Stamp, rows: Sequence[LateRow]) -> LateReceipt:
    """Save each row that is right, wholly or not at all; the stamp's key and the line name a row once.

    What was typed is marked inexact: a greeting to the minute is not judged, a wait and a handling time are. Raises
    NotAllowed without the right to serve, Refused for no such hall or a day whose report is signed.
    """
    actor.require(Right.STAMP, stamp.branch_id)
    hall = branch_of(session, stamp.branch_id, alone=True)
    days = {day_on(at, hall.zone_info) for row in rows for _, at in row.stamped()[:1]}
    _unless_signed(session, hall.id, days)
    saved: list[tuple[int, UUID]] = []
    problems: list[LateProblem] = []
    overlaps: list[Overlap] = []
    for row in (replace(row, ticket=a_text(row.ticket or "", LONGEST_TICKET) or None) for row in rows):
        try:
            visit_id = _add(session, actor, replace(stamp, key=f"{stamp.key}:{row.line}", seen=None), row)
        except _Wrong as wrong:
            problems += wrong.problems
            continue
        saved.append((row.line, visit_id))
        overlap = overlap_of(session, session.get_one(Interaction, (stamp.branch_id, visit_id)), row.line)
        overlaps += [] if overlap is None else [overlap]
    closed = _closed(session, hall.id, days) if saved else ()
    return LateReceipt(tuple(saved), tuple(problems), tuple(overlaps), closed)


def _unless_signed(session: Session, branch_id: str, days: set[date]) -> None:
    """What somebody signed is what stands there: nothing is added to it behind their back."""
    for day in sorted(days):
        report = session.get(DayReport, (branch_id, day))
        if report is not None and report.signed_at is not None:
            raise Refused(
                "report_signed",
                message(
                    "The report of this day is signed: {day}. "
                    "Amend it with a reason first: that takes its signatures back.",
                    day=day,
                ),
            )


def _closed(session: Session, branch_id: str, days: set[date]) -> tuple[date, ...]:
    found = ((day, session.get(HallDay, (branch_id, day))) for day in sorted(days))
    return tuple(day for day, record in found if record is not None and record.closed_at is not None)


def _add(session: Session, actor: Actor, stamp: Stamp, row: LateRow) -> UUID:
    def work(press: Press) -> None:
        # Looked at only where the key is new: a row that is saved would be refused as recorded already.
        problems = problems_of(session, actor, press.branch, row, now=stamp.now)
        if problems or row.unread:
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
        "ticket": row.ticket,
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
