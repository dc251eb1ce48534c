"""The catalogue of standards and the calendar.

Shared by every hall: whole on each node of a distributed store (`models.distribution`).
"""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Field

from models.base import MILLISECONDS, Base, closed_list
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


class ServiceStandard(Base, table=True):
    """A dated standard, as `standards.standard.Standard`; scope lists are codes separated by spaces, empty means all.

    `in_force_from` is the earliest date (0001-01-01) where a standard is in force always.
    """

    __tablename__ = "service_standard"

    code: str = Field(primary_key=True, max_length=32)
    issuer: Issuer = Field(primary_key=True, sa_type=closed_list(Issuer))
    in_force_from: date = Field(primary_key=True)
    edition: str = Field(max_length=32)
    name_zh: str = Field(max_length=200)
    name_en: str = Field(max_length=200)
    dimension: Dimension = Field(sa_type=closed_list(Dimension))
    characteristic: Characteristic = Field(sa_type=closed_list(Characteristic))
    subject: Subject = Field(sa_type=closed_list(Subject))
    measure: Measure = Field(sa_type=closed_list(Measure))
    basis: Basis = Field(sa_type=closed_list(Basis))
    aggregation: Aggregation = Field(sa_type=closed_list(Aggregation))
    limit: int = Field(sa_type=MILLISECONDS)
    unit: Unit = Field(sa_type=closed_list(Unit))
    calendar: Calendar = Field(sa_type=closed_list(Calendar))
    per_item: bool = False
    channels: str = ""
    business_types: str = ""
    except_business_types: str = ""
    hall_classes: str = ""
    case_channels: str = ""
    case_kinds: str = ""
    target: float
    weight: float = 1.0
    critical: bool = False
    on: bool = True
    headline: bool = False
    source: str
    source_url: str | None = None
    grade: Grade = Field(sa_type=closed_list(Grade))
    note: str | None = None


class CalendarDay(Base, table=True):
    """A day of the working calendar; `provisional` where the year's holidays are not published yet."""

    __tablename__ = "calendar_day"

    calendar: str = Field(primary_key=True, max_length=16)
    day_on: date = Field(primary_key=True)
    working: bool
    holiday: str | None = Field(default=None, max_length=80)
    made_up: bool = False
    provisional: bool = False
    edited_at: datetime | None = None
