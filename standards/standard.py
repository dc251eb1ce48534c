"""A dated service standard, and which ones are in force for a hall on a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from standards.vocabulary import (
    Aggregation,
    Basis,
    Calendar,
    Channel,
    Characteristic,
    Dimension,
    Grade,
    HallClass,
    Issuer,
    Measure,
    Subject,
    Unit,
)

CASE_JUDGING = frozenset({Aggregation.WITHIN, Aggregation.BOOLEAN, Aggregation.DEADLINE})
INTERACTION_MEASURES = frozenset(
    {
        Measure.WAIT,
        Measure.GREETING,
        Measure.DOOR_GREETING,
        Measure.HANDLING,
        Measure.OBSERVATION,
        Measure.RATING,
        Measure.PROMISE,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which cases a standard speaks of; an empty tuple means all.

    `business_types` are codes; `except_business_types` takes some out again (H06: every business but payment).
    `case_channels` are the routes a case came in by (95598, 12398, 12345, other), `case_kinds` its kinds.
    """

    channels: tuple[Channel, ...] = ()
    business_types: tuple[str, ...] = ()
    except_business_types: tuple[str, ...] = ()
    hall_classes: tuple[HallClass, ...] = ()
    case_channels: tuple[str, ...] = ()
    case_kinds: tuple[str, ...] = ()

    def covers(self, channel: Channel, business_type: str, hall_class: HallClass) -> bool:
        """Whether an interaction is in scope."""
        return (
            (not self.channels or channel in self.channels)
            and (not self.business_types or business_type in self.business_types)
            and business_type not in self.except_business_types
            and (not self.hall_classes or hall_class in self.hall_classes)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Standard:
    """One dated row of the catalogue.

    `limit` is an integer in `unit`: milliseconds for clocks, days, checks that must all be met, findings allowed, the
    lowest satisfying level, or per cent of a share (unit SHARE). `target` is the share (0 to 1) to be reached.
    `in_force_from` None means always. `grade` is the evidence for the limit; target, weight, dimension and
    characteristic are not in the sources and are ours throughout (grade I), editable.
    """

    code: str
    issuer: Issuer
    edition: str
    name_zh: str
    name_en: str
    dimension: Dimension
    characteristic: Characteristic
    subject: Subject
    measure: Measure
    basis: Basis
    aggregation: Aggregation
    limit: int
    unit: Unit
    calendar: Calendar = Calendar.CLOCK
    per_item: bool = False
    scope: Scope = Scope()
    target: float
    weight: float = 1.0
    critical: bool = False
    on: bool = True
    headline: bool = False
    in_force_from: date | None = None
    source: str
    source_url: str | None = None
    grade: Grade
    note: str | None = None

    @property
    def key(self) -> tuple[str, Issuer, date | None]:
        """What tells a row from every other."""
        return self.code, self.issuer, self.in_force_from

    def __hash__(self) -> int:
        # Answers are kept by standard: of two dozen fields three tell almost all of them apart.
        return hash(self.key)

    @property
    def limit_time(self) -> timedelta:
        """The limit of a clock standard."""
        return timedelta(milliseconds=self.limit)

    @property
    def judges_interactions(self) -> bool:
        """Whether each interaction has a verdict; means and counts are judged on a period alone."""
        return (
            self.subject is Subject.INTERACTION
            and self.aggregation in CASE_JUDGING
            and self.measure in INTERACTION_MEASURES
        )


@dataclass(frozen=True, slots=True)
class Span:
    """A standard and the days (inclusive) on which it is in force within a period."""

    standard: Standard
    first_on: date
    last_on: date


def followed(rows: Iterable[Standard], issuer: Issuer) -> tuple[Standard, ...]:
    """The rows that a hall of `issuer` follows: one issuer per code.

    Its own company's where it has issued that code, else the law's, training material's, its own, then another
    company's.
    """
    order = [issuer, Issuer.LAW, Issuer.TRAINING, Issuer.OWN, Issuer.STATE_GRID, Issuer.SOUTHERN_GRID]
    by_code: dict[str, dict[Issuer, list[Standard]]] = {}
    for row in rows:
        by_code.setdefault(row.code, {}).setdefault(row.issuer, []).append(row)
    chosen: list[Standard] = []
    for issuers in by_code.values():
        chosen.extend(issuers[min(issuers, key=order.index)])
    return tuple(chosen)


def _starts(row: Standard) -> date:
    return row.in_force_from or date.min


def spans(rows: Iterable[Standard], issuer: Issuer, first_on: date, last_on: date) -> tuple[Span, ...]:
    """What a hall of `issuer` is judged by from `first_on` to `last_on` (inclusive), each row cut to its days.

    The next row of the same code and issuer ends the last. Rows that are off are left out, and a row that is off
    ends its forerunner too.
    """
    by_code: dict[str, list[Standard]] = {}
    for row in sorted(followed(rows, issuer), key=_starts):
        by_code.setdefault(row.code, []).append(row)
    found: list[Span] = []
    for code in sorted(by_code):
        dated = by_code[code]
        ends = [_starts(later) - timedelta(days=1) for later in dated[1:]] + [date.max]
        for row, ends_on in zip(dated, ends, strict=True):
            first, last = max(first_on, _starts(row)), min(last_on, ends_on)
            if row.on and first <= last:
                found.append(Span(row, first, last))
    return tuple(found)


def in_force(rows: Iterable[Standard], issuer: Issuer, day: date) -> tuple[Standard, ...]:
    """The standards that are on for a hall of `issuer` on `day`, one per code."""
    return tuple(span.standard for span in spans(rows, issuer, day, day))
