"""Where the rows of the catalogue come from, and how a row is built from its origin.

`Origin` carries what a document says of itself; `standard` adds what it says of one matter. A row never has a better
grade than its source was read in: A an official page, B a secondary copy, C a weak page, S training material,
R recalled, I ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from standards.standard import Scope, Standard
from standards.vocabulary import (
    Aggregation,
    Basis,
    Calendar,
    Characteristic,
    Dimension,
    Grade,
    Issuer,
    Measure,
    Subject,
    Unit,
)

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE


@dataclass(frozen=True, slots=True)
class Origin:
    """A source as it was read: who issued it, in which edition, how good the copy is."""

    issuer: Issuer
    edition: str
    in_force_from: date | None
    source: str
    source_url: str | None
    grade: Grade
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """What a row looks at and how its cases are counted."""

    subject: Subject
    measure: Measure
    basis: Basis
    aggregation: Aggregation


@dataclass(frozen=True, slots=True)
class Quality:
    """Where a row stands among the five dimensions and two characteristics: our own setting (grade I)."""

    dimension: Dimension
    characteristic: Characteristic


PROMPT = Quality(Dimension.RESPONSIVENESS, Characteristic.TECHNICAL)
PROMPT_GREETING = Quality(Dimension.RESPONSIVENESS, Characteristic.PERSONAL)
ABLE = Quality(Dimension.ASSURANCE, Characteristic.TECHNICAL)
ABLE_SPEECH = Quality(Dimension.ASSURANCE, Characteristic.PERSONAL)
RELIABLE = Quality(Dimension.RELIABILITY, Characteristic.TECHNICAL)
VISIBLE = Quality(Dimension.TANGIBLES, Characteristic.TECHNICAL)
VISIBLE_CONDUCT = Quality(Dimension.TANGIBLES, Characteristic.PERSONAL)
KIND = Quality(Dimension.EMPATHY, Characteristic.PERSONAL)

_CALENDARS = {Unit.WORKING_DAY: Calendar.WORKING_DAYS, Unit.DAY: Calendar.CALENDAR_DAYS}


def standard(
    origin: Origin,
    code: str,
    name_zh: str,
    name_en: str,
    judged: Judged,
    quality: Quality,
    limit: int,
    unit: Unit = Unit.MILLISECOND,
    *,
    scope: Scope = Scope(),  # noqa: B008 - frozen, as harmless as an empty tuple
    target: float = 1.0,
    weight: float = 1.0,
    per_item: bool = False,
    critical: bool = False,
    on: bool = True,
    headline: bool = False,
    note: str | None = None,
) -> Standard:
    """A row of the catalogue; its calendar follows from the unit, its note stands before the origin's."""
    return Standard(
        code=code,
        issuer=origin.issuer,
        edition=origin.edition,
        name_zh=name_zh,
        name_en=name_en,
        dimension=quality.dimension,
        characteristic=quality.characteristic,
        subject=judged.subject,
        measure=judged.measure,
        basis=judged.basis,
        aggregation=judged.aggregation,
        limit=limit,
        unit=unit,
        calendar=_CALENDARS.get(unit, Calendar.CLOCK),
        per_item=per_item,
        scope=scope,
        target=target,
        weight=weight,
        critical=critical,
        on=on,
        headline=headline,
        in_force_from=origin.in_force_from,
        source=origin.source,
        source_url=origin.source_url,
        grade=origin.grade,
        note=" ".join(text for text in (note, origin.note) if text) or None,
    )
