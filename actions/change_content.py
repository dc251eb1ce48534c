"""What a dated change puts in, checked against what is there: the values to store, and those they take the place of."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from sqlmodel import Session, select

from actions.day_hours import day_hours_rows
from actions.hall import branch_of
from actions.hours import well_formed
from actions.refusal import Refused
from actions.setup import MOST_WALKING, a_code, a_name, new_business
from models.standing import catalogue, standing_week, walking_on
from models.tables import BranchHours, BranchWalking, BusinessType, CalendarDay, DayHours
from standards.changed import base_of, changed, content_of
from standards.derive import Opening
from standards.message import message
from standards.standard import Standard
from standards.vocabulary import Aggregation, ChangeKind, Channel, Issuer, Unit

Content = dict[str, Any]
LONGEST_EXPECTED = timedelta(hours=8)
_TEXTS = {"edition": 32, "name_zh": 200, "name_en": 200, "source": 500}
_LIMITS = {Unit.MILLISECOND: (1000, 366 * 86_400_000), Unit.LEVEL: (1, 5), Unit.SHARE: (0, 100)}
_LETTER = re.compile(r"[A-Z]{1,4}")


def checked(
    session: Session, kind: ChangeKind, branch_id: str, subject: str, content: Mapping[str, Any], from_on: date
) -> tuple[Content, Content]:
    """The content of a change and what it replaces, both as they are kept; Refused where it can't be put in."""
    given, was = _CHECKS[kind](session, branch_id, subject, content, from_on)
    if {name: was.get(name) for name in given} == given:
        raise Refused("no_change", message("Nothing would change."))
    return given, was


def standard_named(session: Session, subject: str, from_on: date) -> tuple[Standard, ...]:
    """The catalogue's rows and, first, the one that a change of `H01 state_grid` starts from; Refused if none."""
    code, _, issuer = subject.partition(" ")
    rows = catalogue(session)
    known = base_of(rows, code, Issuer(issuer), from_on) if issuer in set(Issuer) else None
    if known is None:
        raise Refused("unknown_standard", message("There is no standard {code}.", code=code))
    return known, *rows


def _standard(
    session: Session, branch_id: str, subject: str, content: Mapping[str, Any], from_on: date
) -> tuple[Content, Content]:
    base, *rows = standard_named(session, subject, from_on)
    if any(row.key == (base.code, base.issuer, from_on) for row in rows):
        raise _begun(from_on)
    given = {name: value.strip() if isinstance(value, str) else value for name, value in content.items()}
    try:
        row = changed(base, given, from_on)
    except (ValueError, KeyError, TypeError):
        raise Refused("content", message("This can't be changed of a standard.")) from None
    if row.limit != base.limit:
        _well_limited(row)
    if not 0 < row.target <= 1:
        raise Refused("target", message("A target must be over 0% and at most 100%."))
    if not 0 <= row.weight <= 100:
        raise Refused("weight", message("A weight must be between 0 and 100."))
    for name, longest in _TEXTS.items():
        if not 0 < len(getattr(row, name)) <= longest:
            raise Refused("text", message("A text must have 1 to {most} characters.", most=longest))
    known = set(session.exec(select(BusinessType.id)).all())
    for code in (*given.get("business_types", ()), *given.get("except_business_types", ())):
        if code not in known:
            raise Refused("unknown_business", message("There is no business type {code}.", code=code))
    was = content_of(base)
    if "grade" not in given and row.grade is not base.grade:
        given["grade"] = str(row.grade)
    return given, {name: was[name] for name in given}


def _well_limited(row: Standard) -> None:
    lowest, highest = _LIMITS.get(row.unit, (0 if row.aggregation is Aggregation.COUNT else 1, 10_000))
    if isinstance(row.limit, bool) or not isinstance(row.limit, int) or not lowest <= row.limit <= highest:
        raise Refused("limit", message("This limit is not within what its unit allows."))


def _begun(from_on: date) -> Refused:
    return Refused("same_day", message("Another change begins on {day} already: choose another day.", day=from_on))


def _hours(
    session: Session, branch_id: str, subject: str, content: Mapping[str, Any], from_on: date
) -> tuple[Content, Content]:
    openings = tuple(Opening(*interval) for interval in content["openings"])
    well_formed(openings)
    kept = select(BranchHours).where(BranchHours.branch_id == branch_id, BranchHours.from_on == from_on)
    if session.exec(kept).first() is not None:
        raise _begun(from_on)
    week = standing_week(session, branch_of(session, branch_id), from_on)
    return {"openings": _listed(openings)}, {"openings": _listed(week)}


def _listed(openings: Iterable[Opening]) -> list[list[int]]:
    return sorted([each.weekday, each.opens, each.closes] for each in openings)


def _day_hours(
    session: Session, branch_id: str, subject: str, content: Mapping[str, Any], from_on: date
) -> tuple[Content, Content]:
    intervals = content["intervals"]
    given: Content = {"intervals": None}
    if intervals is not None:
        (row,) = day_hours_rows(branch_id, from_on, [(opens, closes) for opens, closes in intervals], "")
        given = {"intervals": row.intervals}
    stored = session.get(DayHours, (branch_id, from_on))
    return given, {"intervals": None if stored is None else stored.intervals}


def _walking(
    session: Session, branch_id: str, subject: str, content: Mapping[str, Any], from_on: date
) -> tuple[Content, Content]:
    walking = timedelta(milliseconds=content["walking_ms"])
    if not timedelta() <= walking <= MOST_WALKING:
        raise Refused("walking", message("The walking allowance must be between 0 and {most}.", most=MOST_WALKING))
    if session.get(BranchWalking, (branch_id, from_on)) is not None:
        raise _begun(from_on)
    now = walking_on(session, branch_of(session, branch_id), from_on)
    return {"walking_ms": content["walking_ms"]}, {"walking_ms": now // timedelta(milliseconds=1)}


def _calendar(
    session: Session, branch_id: str, subject: str, content: Mapping[str, Any], from_on: date
) -> tuple[Content, Content]:
    row = session.get(CalendarDay, (subject, from_on))
    if row is None:
        raise Refused("unknown_day", message("The calendar has no {day}.", day=from_on))
    working, made_up = bool(content["working"]), bool(content["made_up"])
    if made_up and not working:
        raise Refused("made_up", message("A day is made up for by working: it can't be free."))
    holiday = (content["holiday"] or "").strip() or None
    if holiday is not None and (len(holiday) > 80 or not holiday.isprintable()):
        raise Refused("text", message("A text must have 1 to {most} characters.", most=80))
    was = {"working": row.working, "holiday": row.holiday, "made_up": row.made_up, "provisional": row.provisional}
    return {"working": working, "holiday": holiday, "made_up": made_up, "provisional": False}, was


def _business_type(
    session: Session, branch_id: str, subject: str, content: Mapping[str, Any], from_on: date
) -> tuple[Content, Content]:
    row = session.get(BusinessType, subject)
    if row is None:
        a_code(subject)
        new_business(session, subject)
    channel, letter = content["channel"], content["ticket_letter"].strip()
    if not _LETTER.fullmatch(letter):
        raise Refused("ticket_letter", message("The letter of a ticket is one to four capitals."))
    expected = timedelta(milliseconds=content["expected_ms"])
    if not timedelta() < expected <= LONGEST_EXPECTED:
        raise Refused(
            "expected", message("The expected time must be over 0 and at most {most}.", most=LONGEST_EXPECTED)
        )
    given = {
        "name": a_name(content["name"]),
        "name_en": a_name(content["name_en"]),
        "channel": None if channel is None else str(Channel(channel)),
        "ticket_letter": letter,
        "expected_ms": content["expected_ms"],
        "active": bool(content["active"]),
    }
    return given, {} if row is None else {name: getattr(row, name) for name in given}


_CHECKS: dict[ChangeKind, Callable[..., tuple[Content, Content]]] = {
    ChangeKind.STANDARD: _standard,
    ChangeKind.HOURS: _hours,
    ChangeKind.DAY_HOURS: _day_hours,
    ChangeKind.WALKING: _walking,
    ChangeKind.CALENDAR: _calendar,
    ChangeKind.BUSINESS_TYPE: _business_type,
}
