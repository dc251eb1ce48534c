"""What a dated change would do, said before it is confirmed: which days, halls and verdicts, and which targets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlmodel import Session, select

from analytics.derived_flips import NewClock, rederived
from analytics.followed import speaks_of_interactions
from analytics.selection import By, Selection
from analytics.shares import grouped_shares
from analytics.standard_share import StandardShare, together
from analytics.verdict_flips import Flips, Judging, standard_flips
from models.actor import EVERYWHERE, Actor, Right
from models.concerned import days_concerned
from models.standing import catalogue
from models.tables import Branch, CalendarDay
from standards.changed import base_of, changed, ends_on, starts_on
from standards.derive import day_on
from standards.standard import Standard, followed, in_force
from standards.vocabulary import ChangeKind, Issuer

AS_IF_DAYS = 28
_DAY = timedelta(days=1)
Shares = Mapping[str, StandardShare]
"""A standard's figures by hall."""


@dataclass(frozen=True, slots=True)
class Reach:
    """A hall whose figure reaches its target before or after a change, but not both."""

    branch_id: str
    before: bool | None
    after: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePreview:
    """The effect of a change on stored days, counted in the halls that the reader may see.

    `first_on` to `last_on` are the days it was counted on (None: on none); with `as_if` they are days before it
    begins, as if it had been in force. `was` and `becomes` are a standard's figures of those days over all halls
    (None: not judged by it). `times` is how many visits get other times. `flips` holds every hall and day
    with a verdict. `provisional` says that a calendar day loses its mark, `judged_by` which standards speak of a
    business type.
    """

    kind: ChangeKind
    from_on: date
    as_if: bool = False
    first_on: date | None = None
    last_on: date | None = None
    flips: tuple[Flips, ...] = ()
    times: int = 0
    reaches: tuple[Reach, ...] = ()
    was: StandardShare | None = None
    becomes: StandardShare | None = None
    provisional: bool = False
    judged_by: tuple[str, ...] = ()

    @property
    def judged(self) -> int:
        return sum(one.judged for one in self.flips)

    @property
    def changed(self) -> int:
        return sum(one.changed for one in self.flips)

    @property
    def flipped(self) -> tuple[Flips, ...]:
        """The halls and days on which a verdict changes."""
        return tuple(one for one in self.flips if one.changed)

    def total(self, name: str) -> int:
        """The sum of one of the flips' counts."""
        return sum(getattr(one, name) for one in self.flips)

    def kept(self) -> dict[str, Any]:
        """As it is kept with the change: numbers, days and halls."""
        flipped = self.flipped
        return {
            "as_if": self.as_if,
            "first_on": None if self.first_on is None else self.first_on.isoformat(),
            "last_on": None if self.last_on is None else self.last_on.isoformat(),
            "judged": self.judged,
            "changed": self.changed,
            **{name: self.total(name) for name in ("to_met", "to_missed", "into", "out_of")},
            "times": self.times,
            "days": len({one.day_on for one in flipped}),
            "halls": sorted({one.branch_id for one in flipped}),
            "reaches": [[one.branch_id, one.before, one.after] for one in self.reaches],
            "provisional": self.provisional,
            "judged_by": list(self.judged_by),
        }


def change_preview(
    session: Session,
    actor: Actor,
    kind: ChangeKind,
    subject: str,
    content: Mapping[str, Any],
    from_on: date,
    *,
    branch_id: str,
    now: datetime,
) -> ChangePreview:
    """What a change, with its content as it is kept, would do; needs the right to see the hall.

    Of what all halls share, those count that the reader may see.
    """
    if kind is ChangeKind.CALENDAR:
        day = session.get(CalendarDay, (subject, from_on))
        return ChangePreview(kind=kind, from_on=from_on, provisional=day is not None and day.provisional)
    if branch_id != EVERYWHERE:
        actor.require(Right.READ_HALL, branch_id)
        return _of_times(session, kind, content, from_on, session.get_one(Branch, branch_id), now)
    halls = [hall for hall in session.exec(select(Branch)).all() if actor.may(Right.READ_HALL, hall.id)]
    if kind is ChangeKind.BUSINESS_TYPE:
        codes = _judged_by(catalogue(session), halls, subject, from_on)
        return ChangePreview(kind=kind, from_on=from_on, judged_by=codes)
    return _of_standard(session, actor, subject, content, from_on, halls, now)


def _days(from_on: date, last_on: date, today: date) -> tuple[bool, date, date]:
    """Whether the change is yet to begin, and the stored days to count on: then the last four weeks."""
    if from_on > today:
        return True, today - AS_IF_DAYS * _DAY, today - _DAY
    return False, from_on, min(last_on, today)


def _of_times(
    session: Session, kind: ChangeKind, content: Mapping[str, Any], from_on: date, hall: Branch, now: datetime
) -> ChangePreview:
    today = day_on(now, hall.zone_info)
    first_on, last_on = days_concerned(session, kind, hall.id, from_on)
    as_if, first_counted, last_counted = _days(from_on, last_on, today)
    if not as_if:
        first_counted = first_on
    if as_if and kind is ChangeKind.DAY_HOURS:
        return ChangePreview(kind=kind, from_on=from_on, as_if=True)
    clock = NewClock(kind, content, from_on, as_if)
    visits, flips = rederived(session, hall, clock, first_counted, last_counted, now=now)
    return ChangePreview(
        kind=kind, from_on=from_on, as_if=as_if, first_on=first_counted, last_on=last_counted, flips=flips, times=visits
    )


def _of_standard(
    session: Session,
    actor: Actor,
    subject: str,
    content: Mapping[str, Any],
    from_on: date,
    halls: list[Branch],
    now: datetime,
) -> ChangePreview:
    code, _, issuer = subject.partition(" ")
    rows = catalogue(session)
    base = base_of(rows, code, Issuer(issuer), from_on)
    if base is None:
        return ChangePreview(kind=ChangeKind.STANDARD, from_on=from_on)
    own = [hall for hall in halls if base.key in {row.key for row in followed(rows, hall.issuer)}]
    today = max((day_on(now, hall.zone_info) for hall in own), default=now.astimezone(UTC).date())
    last_on = ends_on(rows, code, base.issuer, from_on) or date.max
    as_if, first_on, last_on = _days(from_on, last_on, today)
    becomes = changed(base, content, from_on)
    was = base if starts_on(base) <= from_on else None
    before, after = _judging(was, own), _judging(becomes, own)
    flips = standard_flips(session, before, after, first_on, last_on, now=now)
    shares_was, shares_then = (_shares(session, actor, one, (first_on, last_on), now) for one in (before, after))
    return ChangePreview(
        kind=ChangeKind.STANDARD,
        from_on=from_on,
        as_if=as_if,
        first_on=first_on,
        last_on=last_on,
        flips=flips,
        reaches=_reaches(shares_was, shares_then),
        was=_together(shares_was),
        becomes=_together(shares_then),
    )


def _judging(row: Standard | None, halls: list[Branch]) -> Judging:
    if row is None or not row.on:
        return Judging(None, frozenset())
    classes = row.scope.hall_classes
    return Judging(row, frozenset(hall.id for hall in halls if not classes or hall.hall_class in classes))


def _reaches(was: Shares, becomes: Shares) -> tuple[Reach, ...]:
    """The halls where the figure of those days reaches its target under one row and not under the other."""

    def reached(shares: Shares, hall: str) -> bool | None:
        return shares[hall].reached if hall in shares else None

    found = (Reach(hall, reached(was, hall), reached(becomes, hall)) for hall in sorted(was.keys() | becomes.keys()))
    return tuple(one for one in found if one.before != one.after)


def _together(shares: Shares) -> StandardShare | None:
    return together(shares.values()) if shares else None


def _shares(session: Session, actor: Actor, judging: Judging, days: tuple[date, date], now: datetime) -> Shares:
    row = judging.standard
    if row is None or not judging.branch_ids or not speaks_of_interactions(row) or days[0] > days[1]:
        return {}
    selection = Selection(branch_ids=tuple(sorted(judging.branch_ids)), first_on=days[0], last_on=days[1])
    groups = grouped_shares(session, actor, selection, row, (By.HALL,), now=now, spread=False)
    return {group.key[0]: group.share for group in groups}


def _judged_by(rows: tuple[Standard, ...], halls: list[Branch], business_type: str, day: date) -> tuple[str, ...]:
    """The codes in force in some hall that speak of a business type."""
    return tuple(
        sorted(
            {
                row.code
                for issuer in {hall.issuer for hall in halls}
                for row in in_force(rows, issuer, day)
                if speaks_of_interactions(row)
                and business_type not in row.scope.except_business_types
                and (not row.scope.business_types or business_type in row.scope.business_types)
            }
        )
    )
