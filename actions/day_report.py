"""The day's report 营业厅日报: written from its figures, amended by hand with a trail, signed, reviewed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sqlmodel import Session

from actions.press import Press, Receipt, Stamp, perform, unless_stale
from actions.refusal import Refused
from actions.text import a_text
from models.actor import Actor, Right
from models.tables import DayReport
from standards.day_report import Column
from standards.derive import day_on as local_day
from standards.message import message

LONGEST_EDIT = 120


def write_report(session: Session, actor: Actor, stamp: Stamp, day_on: date, figures: Mapping[str, Any]) -> Receipt:
    """Write the report of a day that has begun, or write its figures anew; amendments stay, signatures do not.

    What was signed is not what stands there now: it must be signed again.
    """

    def work(press: Press) -> None:
        if day_on > local_day(stamp.now, press.branch.zone_info):
            raise Refused("future", message("This day has not begun."))
        report = session.get(DayReport, (stamp.branch_id, day_on))
        if report is None:
            press.add(
                DayReport(
                    branch_id=stamp.branch_id,
                    day_on=day_on,
                    figures=dict(figures),
                    written_at=stamp.now,
                    written_by=actor.name,
                )
            )
            return
        unless_stale(report.version, press.seen)
        press.touch(report)
        _take_back_signatures(report)
        report.figures, report.written_at, report.written_by = dict(figures), stamp.now, actor.name
        report.version += 1

    return perform(session, actor, stamp, "write_report", work, right=Right.RUN_HALL)


def amend(session: Session, actor: Actor, stamp: Stamp, day_on: date, column: Column, value: str, why: str) -> Receipt:
    """Put another value beside a computed one, with the reason; an empty value takes the amendment back.

    The computed figure stays. A signed report loses its signatures: what was signed is not what stands there now.
    """
    written, reason = a_text(value, LONGEST_EDIT), a_text(why, 500)
    if not reason:
        raise Refused("no_reason", message("A reason is needed."))

    def change(report: DayReport) -> None:
        edits = {name: edit for name, edit in report.edits.items() if name != column.value}
        if written:
            edits[column.value] = {"value": written, "why": reason, "by": actor.name, "at": stamp.now.isoformat()}
        elif len(edits) == len(report.edits):
            raise Refused("no_change", message("Nothing would change."))
        report.edits = edits
        _take_back_signatures(report)

    return _change(session, actor, stamp, day_on, "amend_report", change, Right.RUN_HALL, reason)


def note_incidents(session: Session, actor: Actor, stamp: Stamp, day_on: date, text: str) -> Receipt:
    """Write what was unusual and what was done about it 异常与处置."""

    said = a_text(text, 2000)

    def change(report: DayReport) -> None:
        if report.incidents == said:
            raise Refused("no_change", message("Nothing would change."))
        report.incidents = said
        _take_back_signatures(report)

    return _change(session, actor, stamp, day_on, "note_incidents", change, Right.RUN_HALL)


def sign(session: Session, actor: Actor, stamp: Stamp, day_on: date) -> Receipt:
    """Sign the report as whoever filled it in."""

    def change(report: DayReport) -> None:
        if report.signed_at is not None:
            raise Refused("signed", message("This report is signed already."))
        report.signed_at, report.signed_by = stamp.now, actor.name

    return _change(session, actor, stamp, day_on, "sign_report", change, Right.RUN_HALL)


def review(session: Session, actor: Actor, stamp: Stamp, day_on: date) -> Receipt:
    """Sign the report as its reviewer, one level up; never whoever signed it."""

    def change(report: DayReport) -> None:
        if report.signed_at is None:
            raise Refused("unsigned", message("This report is not signed yet."))
        if report.reviewed_at is not None:
            raise Refused("signed", message("This report is reviewed already."))
        if report.signed_by == actor.name:
            raise Refused("own", message("Somebody else reviews what you signed."))
        report.reviewed_at, report.reviewed_by = stamp.now, actor.name

    return _change(session, actor, stamp, day_on, "review_report", change, Right.APPROVE)


def _change(
    session: Session,
    actor: Actor,
    stamp: Stamp,
    day_on: date,
    action: str,
    change: Callable[[DayReport], None],
    right: Right,
    reason: str | None = None,
) -> Receipt:
    def work(press: Press) -> None:
        report = session.get(DayReport, (stamp.branch_id, day_on))
        if report is None:
            raise Refused("no_report", message("This day's report is not written yet."))
        unless_stale(report.version, stamp.seen)
        change(press.touch(report))
        report.version += 1

    return perform(session, actor, stamp, action, work, right=right, reason=reason)


def _take_back_signatures(report: DayReport) -> None:
    report.signed_at = report.signed_by = report.reviewed_at = report.reviewed_by = None
