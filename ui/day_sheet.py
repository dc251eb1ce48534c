"""The day's report in the reader's language: the same lines for the page, the document and the workbook."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import timedelta, tzinfo

from analytics.day_report import Report, Signature
from charts.sheet import Line, Section, Sheet
from standards.day_report import Column, Figure, Part, Quantity, columns_of, quantity_of, unit_of
from standards.hall_day import OpeningCheck
from standards.vocabulary import Basis, NoticeKind, Source
from ui.language import Translator

_FORMATS = {Quantity.COUNT: "#,##0", Quantity.SHARE: "0.0%", Quantity.DURATION: "0.0"}
_MINUTE_MS = 60_000


def sheet_of(report: Report, t: Translator, zone: tzinfo) -> Sheet:
    """The whole report; `t` writes for a place that reads no markup."""
    return Sheet(
        title=t.words("Day's report"),
        about=_about(report, t, zone),
        heads=(t.words("Column"), t.words("Figure"), t.words("Unit"), "n", t.words("Interval, limit, remarks")),
        sections=tuple(Section(t.label(part), lines_of(report, part, t, zone)) for part in Part),
        texts=((t.words("Unusual events and what was done"), report.incidents or t.words("Nothing noted.")),),
        signatures=(
            (t.words("Filled in by: {name}", name=""), _signed(report.signed, t, zone)),
            (t.words("Reviewed by: {name}", name=""), _signed(report.reviewed, t, zone)),
        ),
        page=t.words("Page {number} of {all}", number="&P", all="&N"),
    )


def _about(report: Report, t: Translator, zone: tzinfo) -> tuple[str, ...]:
    hall = t.words("Hall: {name}", name=t.name(report.name, report.name_en))
    day = t.words("Day: {day}", day=f"{t.day(report.day_on)} {t.weekday(report.day_on)}")
    as_of = t.words("Figures as of {moment}", moment=t.moment(report.as_of, zone))
    return tuple(filter(None, (hall, day, as_of, *exclusions_said(report, t))))


def exclusions_said(report: Report, t: Translator) -> tuple[str, ...]:
    """What a reader must know of exclusions: which figures leave them out, and what was decided after the writing."""
    said = []
    if report.figure(Column.EXCLUDED).value:
        said.append(t.words("Counts hold everybody who came; shares, times and ratings leave the excluded out."))
    if report.excluded_since > 0:
        said.append(t.words("{n} more interactions were excluded after this was written.", n=report.excluded_since))
    if report.excluded_since < 0:
        said.append(t.words("{n} interactions count again since this was written.", n=-report.excluded_since))
    return tuple(said)


def _signed(signature: Signature | None, t: Translator, zone: tzinfo) -> str:
    if signature is None:
        return ""
    return f"{t.name(signature.name, signature.name_en)} · {t.moment(signature.at, zone)}"


def lines_of(report: Report, part: Part, t: Translator, zone: tzinfo) -> tuple[Line, ...]:
    """The rows of one part; an amended figure stands with the computed one and the reason beside it."""
    return tuple(_line(report, column, t, zone) for column in columns_of(part))


def _line(report: Report, column: Column, t: Translator, zone: tzinfo) -> Line:
    figure, edit = report.figure(column), report.edit(column)
    unit = t.label(unit_of(column)) if figure.value is not None else ""
    beside = _beside(column, figure, t)
    if edit is not None:
        counted = t.words("amended, counted {figure}: {why}", figure=_value(column, figure, t), why=edit.why)
        return Line(t.label(column), t.text(edit.value), "", None, t.joined(" · ", (counted, beside)))
    number, number_format = _number(column, figure)
    shown = _value(column, figure, t)
    return Line(t.label(column), shown, unit, figure.n, beside, number, number_format)


def _value(column: Column, figure: Figure, t: Translator) -> str:
    """The figure in words; what nobody measured is no data, never a nought."""
    value = figure.value
    if value is None:
        return t.words("none") if column in _CODED else t.words("No data")
    if isinstance(value, str):
        return _CODED[column](value, t) if column in _CODED else t.text(value)
    match quantity_of(column):
        case Quantity.SHARE:
            return t.share(value)
        case Quantity.DURATION:
            return t.duration(timedelta(milliseconds=value))
    return f"{int(value):,}"


def _number(column: Column, figure: Figure) -> tuple[float | None, str]:
    """The figure to calculate with: minutes rounded up, a share cut, so that neither looks better than it was."""
    value = figure.value
    if value is None or isinstance(value, str):
        return None, "General"
    quantity = quantity_of(column)
    if quantity is Quantity.DURATION:
        return math.ceil(value / _MINUTE_MS * 10) / 10, _FORMATS[quantity]
    return (math.floor(value * 1000) / 1000 if quantity is Quantity.SHARE else value), _FORMATS[quantity]


def _beside(column: Column, figure: Figure, t: Translator) -> str:
    before = ""
    if figure.n_before is not None:
        was = _value(column, Figure(figure.before), t)
        before = t.words("before exclusion {figure}{sample}", figure=was, sample=t.sample(figure.n_before))
    limit = None if figure.limit_ms is None else timedelta(milliseconds=figure.limit_ms)
    return t.joined(
        " · ",
        (
            t.interval(figure.low, figure.high),
            before,
            "" if limit is None else t.words("limit {limit}", limit=limit),
            t.words("{n} settled at closing, their times are not in it", n=figure.untimed) if figure.untimed else "",
            t.words("Source: {source}", source=_sources(figure.source, t)) if figure.source else "",
            _missing(column, figure, t),
        ),
    )


def _sources(codes: str, t: Translator) -> str:
    known = {member.value: member for member in (*Source, *Basis)}
    return t.words(", ").join(t.label(known[code]) for code in codes.split() if code in known)


def _missing(column: Column, figure: Figure, t: Translator) -> str:
    """Why a column has no data, where that is not plain."""
    if figure.value is not None:
        return ""
    return {
        Column.COMPLAINTS: t.words("not recorded here yet"),
        Column.OPINIONS: t.words("not recorded here yet"),
        Column.PRAISE: t.words("not recorded here yet"),
        Column.COUNTERS_DUE: t.words("no roster for this day"),
        Column.WAIT_SHARE: t.words("no limit for a single wait is in force"),
    }.get(column, "")


def _notices(codes: str, t: Translator) -> str:
    """`system_failure 10:02-10:20; notice 11:00-` in words."""
    told = []
    for each in codes.split("; "):
        kind, _, times = each.partition(" ")
        told.append(f"{t.label(NoticeKind(kind))} {times.replace('-', '–')}")
    return t.joined("; ", told)


def _faults(codes: str, t: Translator) -> str:
    """`queue_machine: no paper; printers: ` in words."""
    told = []
    for each in codes.split("; "):
        item, _, note = each.partition(":")
        named = t.label(OpeningCheck(item))
        told.append(t.words("{item} ({note})", item=named, note=note.strip()) if note.strip() else named)
    return t.joined("; ", told)


_CODED: dict[Column, Callable[[str, Translator], str]] = {Column.NOTICES: _notices, Column.FAULTS: _faults}
"""Columns that are stored in codes, and how they are said."""
