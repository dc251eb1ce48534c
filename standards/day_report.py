"""The columns of the day's report 营业厅日报: what each one is, and in which part of the report it stands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from standards.message import Worded


class Part(Worded):
    """The parts of the report, in their order."""

    DUTY = "duty", "On duty"
    TRAFFIC = "traffic", "Customers and business"
    TIMES = "times", "Waiting and handling"
    STANDARDS = "standards", "Standards met"
    RATINGS = "ratings", "Customers' ratings"
    CASES = "cases", "Complaints and praise"
    OPEN = "open", "Unfinished and unusual"


class Quantity(StrEnum):
    """How a column is written."""

    COUNT = "count"
    SHARE = "share"
    DURATION = "duration"
    TEXT = "text"


class Unit(Worded):
    """What a column counts; times and shares carry their unit in the figure."""

    COUNTERS = "counters", "counters"
    TICKETS = "tickets", "tickets"
    INTERACTIONS = "interactions", "interactions"
    RATINGS = "ratings", "ratings"
    CASES = "cases", "cases"
    TIMES = "times", "times"
    NONE = "none", ""


class Column(Worded):
    """A column of the report; its value is stable, its label is what people read."""

    LEAD = "lead", "Person in charge"
    COUNTERS_DUE = "counters_due", "Counters due to open"
    COUNTERS_OPEN = "counters_open", "Counters opened"
    TICKETS = "tickets", "Tickets taken"
    COMPLETED = "completed", "Interactions finished"
    PAYMENT = "payment", "of these payment"
    NEW_CONNECTION = "new_connection", "of these new connection"
    CHANGE = "change", "of these change of supply"
    ENQUIRY = "enquiry", "of these enquiry"
    INVOICE = "invoice", "of these invoice"
    OTHER = "other", "of these other business"
    DIVERTED = "diverted", "Diverted at the door"
    NO_SHOWS = "no_shows", "No-shows"
    ABANDONED = "abandoned", "Abandoned"
    ABANDONED_SHARE = "abandoned_share", "Abandoned share"
    MEAN_WAIT = "mean_wait", "Mean wait"
    MEDIAN_WAIT = "median_wait", "Median wait"
    P90_WAIT = "p90_wait", "Wait of nine in ten at most"
    LONGEST_WAIT = "longest_wait", "Longest wait"
    LONGEST_WAIT_AT = "longest_wait_at", "Hour of the longest wait"
    MEAN_HANDLING = "mean_handling", "Mean handling time"
    MEDIAN_HANDLING = "median_handling", "Median handling time"
    P90_HANDLING = "p90_handling", "Handling time of nine in ten at most"
    WAIT_SHARE = "wait_share", "Wait within the limit"
    PAYMENT_SHARE = "payment_share", "Payment handled within the limit"
    BUSINESS_SHARE = "business_share", "Business handled within the limit"
    GREETING_SHARE = "greeting_share", "Greeted within the limit"
    ASKED = "asked", "Asked for a rating"
    RATED = "rated", "Ratings given"
    RESPONSE_SHARE = "response_share", "Response rate"
    SATISFIED_SHARE = "satisfied_share", "Satisfied or better"
    COMPLAINTS = "complaints", "Complaints"
    OPINIONS = "opinions", "Opinions"
    PRAISE = "praise", "Praise"
    UNFINISHED = "unfinished", "Unfinished"
    SETTLED = "settled", "Settled at closing"
    FORGOTTEN = "forgotten", "Forgotten tickets settled by rule"
    PROMISES_DUE = "promises_due", "Promised answers due"
    PROMISES_UNKEPT = "promises_unkept", "of these not given yet"
    EXCLUDED = "excluded", "Interactions excluded"
    FAULTS = "faults", "Faults at opening"
    NOTICES = "notices", "Failures and notices"
    HELP_CALLS = "help_calls", "Calls for help"


_PARTS: dict[Part, tuple[Column, Column]] = {
    Part.DUTY: (Column.LEAD, Column.COUNTERS_OPEN),
    Part.TRAFFIC: (Column.TICKETS, Column.ABANDONED_SHARE),
    Part.TIMES: (Column.MEAN_WAIT, Column.P90_HANDLING),
    Part.STANDARDS: (Column.WAIT_SHARE, Column.GREETING_SHARE),
    Part.RATINGS: (Column.ASKED, Column.SATISFIED_SHARE),
    Part.CASES: (Column.COMPLAINTS, Column.PRAISE),
    Part.OPEN: (Column.UNFINISHED, Column.HELP_CALLS),
}
_TEXTS = frozenset({Column.LEAD, Column.LONGEST_WAIT_AT, Column.FAULTS, Column.NOTICES})
_TIMES = frozenset(column for column in Column if column.endswith(("_wait", "_handling")))


def columns_of(part: Part) -> tuple[Column, ...]:
    """The columns of a part, in their order."""
    first, last = (list(Column).index(column) for column in _PARTS[part])
    return tuple(Column)[first : last + 1]


def quantity_of(column: Column) -> Quantity:
    """How the column is written."""
    if column in _TEXTS:
        return Quantity.TEXT
    if column in _TIMES:
        return Quantity.DURATION
    return Quantity.SHARE if column.endswith("_share") else Quantity.COUNT


_UNITS = {
    Unit.COUNTERS: {Column.COUNTERS_DUE, Column.COUNTERS_OPEN},
    Unit.TICKETS: {Column.TICKETS, Column.DIVERTED, Column.NO_SHOWS, Column.ABANDONED, Column.FORGOTTEN},
    Unit.RATINGS: {Column.ASKED, Column.RATED},
    Unit.CASES: {Column.COMPLAINTS, Column.OPINIONS, Column.PRAISE, Column.PROMISES_DUE, Column.PROMISES_UNKEPT},
    Unit.TIMES: {Column.HELP_CALLS},
}


def unit_of(column: Column) -> Unit:
    """What a count is of."""
    if quantity_of(column) is not Quantity.COUNT:
        return Unit.NONE
    return next((unit for unit, columns in _UNITS.items() if column in columns), Unit.INTERACTIONS)


@dataclass(frozen=True, slots=True)
class Figure:
    """One column's figure: a count, a share (0 to 1), milliseconds, or a text; None is no data.

    `n` is how many cases it is of, `low` and `high` its 95 % interval, `before` the same figure with excluded visits
    counted (where any were), `source` who delivered it, `limit_ms` what it is held against,
    `untimed` how many that were settled without a time are not in it.
    """

    value: float | str | None
    n: int | None = None
    low: float | None = None
    high: float | None = None
    before: float | None = None
    n_before: int | None = None
    source: str = ""
    limit_ms: int | None = None
    untimed: int | None = None

    def as_json(self) -> dict[str, Any]:
        """What is stored of it: every field that says something."""
        kept = {name: getattr(self, name) for name in self.__slots__}
        return {name: value for name, value in kept.items() if value not in (None, "")}


def figure_of(stored: dict[str, Any]) -> Figure:
    """The figure that was stored."""
    return Figure(**({"value": None} | stored))


Figures = dict[Column, Figure]
