"""A selection that its asker may read, with its halls and its grouping, as conditions and columns in SQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Table, and_, false, not_, or_, true
from sqlmodel import Session, col, select

from analytics.selection import By, Key, Selection
from models.actor import Actor, Right
from models.rollup_tables import DIMENSIONS
from models.tables import Branch, Interaction
from standards.vocabulary import HallClass, Issuer

_ATTRIBUTES = {
    By.HALL: "branch_id",
    By.DAY: "day_on",
    By.HOUR: "hour_at",
    By.WEEKDAY: "day_on",
    By.CHANNEL: "channel",
    By.BUSINESS_TYPE: "business_type",
    By.COUNTER: "counter_id",
    By.STAFF: "staff_id",
    By.SOURCE: "source",
}
_FILTERS = ("channel", "business_type", "counter_id", "staff_id", "source")
_WITHIN_A_HALL = frozenset({By.COUNTER, By.STAFF})


@dataclass(frozen=True, slots=True)
class HallFacts:
    """What an answer must know of a hall."""

    branch_id: str
    zone: ZoneInfo
    hall_class: HallClass
    issuer: Issuer


@dataclass(frozen=True, slots=True)
class Question:
    """A selection that the actor may read, with its halls and its grouping; made by `question`."""

    selection: Selection
    halls: tuple[HallFacts, ...]
    by: tuple[By, ...] = ()

    @property
    def branch_ids(self) -> list[str]:
        """The halls it is about, those alone that exist."""
        return [hall.branch_id for hall in self.halls]

    @property
    def dimensions(self) -> Iterator[str]:
        """What an answer must tell apart beside halls and days."""
        asked = self.selection
        yield from (name for name in self.attributes if name not in {"branch_id", "day_on"})
        yield from (name for name in _FILTERS if getattr(asked, name) is not None)
        if asked.hour is not None:
            yield "hour_at"
        if self._of_people:
            yield "mentored"

    @property
    def _of_people(self) -> bool:
        return self.selection.staff_id is not None or By.STAFF in self.by

    def where(self, columns: Any = Interaction) -> ColumnElement[bool]:
        """The condition on `Interaction`, or on a rollup's columns."""
        days = columns.day_on.between(self.selection.first_on, self.selection.last_on)
        return and_(columns.branch_id.in_(self.branch_ids), days, self.narrowing(columns))

    def narrowing(self, columns: Any = Interaction) -> ColumnElement[bool]:
        """The same without halls and days, for what is known to be of these."""
        asked = self.selection
        conditions: list[ColumnElement[bool]] = [true()]
        for name in _FILTERS:
            if (value := getattr(asked, name)) is not None:
                conditions.append(getattr(columns, name) == value)
        if asked.weekday is not None:
            conditions.append(columns.day_on.in_(list(asked.days)))
        if asked.hour is not None:
            conditions.append(self._at_hour(asked.hour, columns))
        if self._of_people:
            trainee: Any = columns.mentored if columns is not Interaction else col(Interaction.mentor_id).is_not(None)
            conditions.append(not_(trainee))
        return and_(*conditions)

    def excluded(self) -> ColumnElement[bool]:
        """The condition on `Interaction` that it is taken out of the figures asked for."""
        if self.selection.before_exclusion:
            return false()
        stored, also = col(Interaction.excluded).is_(True), self.selection.also_excluded
        if also is None:
            return stored
        visits = also.visit_ids(hall.branch_id for hall in self.halls)
        return or_(stored, col(Interaction.visit_id).in_(visits))

    def kept(self) -> ColumnElement[bool]:
        """The condition on `Interaction` that it stays in the figures asked for."""
        return true() if self.selection.before_exclusion else not_(self.excluded())

    def _at_hour(self, hour: int, columns: Any) -> ColumnElement[bool]:
        """Arrived in one hour of the local day: no arithmetic with times in SQL, but the hours by name."""
        zones: dict[ZoneInfo, list[str]] = {}
        for hall in self.halls:
            zones.setdefault(hall.zone, []).append(hall.branch_id)
        return or_(
            false(),
            *(
                and_(
                    columns.branch_id.in_(branch_ids),
                    columns.hour_at.in_(
                        [start for day in self.selection.days for start in hour_starts(day, hour, zone)]
                    ),
                )
                for zone, branch_ids in zones.items()
            ),
        )

    @property
    def columns(self) -> tuple[Any, ...]:
        """What to group by in SQL: the hall first, then a column per grouping."""
        return tuple(col(getattr(Interaction, name)) for name in self.attributes)

    def cell_columns(self, table: Table) -> tuple[Any, ...]:
        """The same of a rollup."""
        return tuple(
            DIMENSIONS[name].of_cell(table) if name in DIMENSIONS else table.c[name] for name in self.attributes
        )

    @property
    def attributes(self) -> tuple[str, ...]:
        """The names of those columns."""
        return ("branch_id", *(_ATTRIBUTES[by] for by in self.by))

    def keys(self) -> Callable[[tuple[Any, ...]], Key]:
        """What makes the group's key from the values of `columns`; it remembers what it has made."""
        zones = {hall.branch_id: hall.zone for hall in self.halls}
        hours: dict[tuple[ZoneInfo, datetime], int] = {}

        def folded(by: By, value: Any, zone: ZoneInfo) -> Any:
            if by is By.HOUR:
                if (zone, value) not in hours:
                    hours[zone, value] = value.astimezone(zone).hour
                return hours[zone, value]
            return value.weekday() if by is By.WEEKDAY else value

        def key(values: tuple[Any, ...]) -> Key:
            zone = zones[values[0]]
            return tuple(folded(by, value, zone) for by, value in zip(self.by, values[1:], strict=True))

        return key


def narrowed(asked: Question, first_on: date, last_on: date) -> Question:
    """The same question of some of its days."""
    return replace(asked, selection=replace(asked.selection, first_on=first_on, last_on=last_on))


def sorted_keys(keys: set[Key]) -> list[Key]:
    """Keys in rising order, a missing value (no counter, nobody) after every other."""
    return sorted(keys, key=lambda key: [(value is None, "" if value is None else value) for value in key])


def hour_starts(day: date, hour: int, zone: ZoneInfo) -> set[datetime]:
    """When a local hour of a day begins in UTC: once, twice where clocks go back, never where they skip it."""
    starts = (datetime.combine(day, time(hour, fold=fold), zone).astimezone(UTC) for fold in (0, 1))
    return {start for start in starts if start.astimezone(zone).hour == hour}


def question(session: Session, actor: Actor, selection: Selection, by: tuple[By, ...] = ()) -> Question:
    """The selection with its halls, or NotAllowed; halls that do not exist have nothing to say."""
    if len(selection.branch_ids) > 1 and _WITHIN_A_HALL.intersection(by) and By.HALL not in by:
        raise ValueError("counters and staff are numbered within a hall: group by hall too")
    for branch_id in selection.branch_ids:
        actor.require(Right.READ_HALL, branch_id)
        if (selection.staff_id is not None or By.STAFF in by) and not _own(actor, selection):
            actor.require(Right.READ_STAFF, branch_id)
    rows = session.exec(
        select(Branch.id, Branch.zone, Branch.hall_class, Branch.issuer).where(col(Branch.id).in_(selection.branch_ids))
    )
    halls = tuple(
        HallFacts(branch_id, ZoneInfo(zone), HallClass(of_class), Issuer(issuer))
        for branch_id, zone, of_class, issuer in rows
    )
    return Question(selection, halls, by)


def _own(actor: Actor, selection: Selection) -> bool:
    """Whether it asks for the actor's own work alone."""
    return (
        actor.staff_id is not None
        and selection.staff_id == actor.staff_id
        and selection.branch_ids == (actor.branch_id,)
    )
