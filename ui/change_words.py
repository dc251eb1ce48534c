"""A dated change in words: what it is about, what was before, and what takes its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from analytics.change_preview import ChangePreview
from models.actor import EVERYWHERE
from models.standing import intervals_of
from seed.calendar import Holiday
from standards.changed import SCOPES
from standards.derive import MINUTES_A_DAY
from standards.message import Message, message
from standards.vocabulary import ChangeKind, Channel, HallClass
from ui.language import Translator
from ui.share_words import figure_words

MONDAY = date(2024, 1, 1)
_NAMES: dict[str, Message] = {
    "limit": message("Limit"),
    "target": message("Target"),
    "weight": message("Weight"),
    "on": message("Judged by it"),
    "edition": message("Edition"),
    "name_zh": message("Chinese name"),
    "name_en": message("English name"),
    "source": message("Source"),
    "grade": message("Grade"),
    "channels": message("Channel"),
    "business_types": message("Business type"),
    "except_business_types": message("Every business but"),
    "hall_classes": message("Hall class"),
    "case_channels": message("Case channel"),
    "case_kinds": message("Kind of case"),
    "openings": message("Weekly opening hours"),
    "intervals": message("Opening hours of a day"),
    "walking_ms": message("Walking allowance"),
    "working": message("Working day"),
    "holiday": message("Holiday"),
    "made_up": message("Made-up working day"),
    "provisional": message("Provisional"),
    "name": message("Chinese name"),
    "channel": message("Channel"),
    "ticket_letter": message("Letter of its tickets"),
    "expected_ms": message("Expected time"),
    "active": message("Offered"),
}


@dataclass(frozen=True)
class ChangeNames:
    """Names to say for codes: of halls, of business types, and of standards by code and issuer."""

    halls: Mapping[str, str]
    businesses: Mapping[str, str]
    standards: Mapping[str, str]

    def standard(self, code: str) -> str:
        """A standard's code and name; the code alone where it has no name."""
        named = (name for subject, name in self.standards.items() if subject.split()[0] == code)
        return f"{code} {next(named, '')}".rstrip()


def place_words(t: Translator, branch_id: str, names: ChangeNames) -> str:
    """Which hall, or all."""
    return t.words("All halls") if branch_id == EVERYWHERE else t.text(names.halls.get(branch_id, branch_id))


def about_words(t: Translator, kind: ChangeKind, subject: str, names: ChangeNames) -> str:
    """What a change is about: its kind, and the standard's code and name, or the business type."""
    if kind is ChangeKind.STANDARD:
        return f"{t.label(kind)} {t.text(' '.join((subject.split()[0], names.standards.get(subject, ''))).rstrip())}"
    if kind is ChangeKind.BUSINESS_TYPE:
        return f"{t.label(kind)}{t.words(': ')}{t.text(names.businesses.get(subject, subject))}"
    return t.label(kind)


def moved(t: Translator, content: Mapping[str, Any], was: Mapping[str, Any], names: ChangeNames) -> list[list[str]]:
    """What changes, a row each: its name, what it was, what it becomes; what stays the same is left out."""
    return [
        [t.say(_NAMES[name]), value_words(t, name, was.get(name), names), value_words(t, name, value, names)]
        for name, value in content.items()
        if name in _NAMES and (name not in was or was[name] != value)
    ]


def value_words(t: Translator, name: str, value: Any, names: ChangeNames) -> str:
    """A value as it is kept, in words."""
    if name == "intervals":
        return t.words("As its weekday") if value is None else day_words(t, intervals_of(value))
    if value is None or value == "":
        return t.words("None")
    match name:
        case "openings":
            return week_words(t, value)
        case "walking_ms" | "expected_ms":
            return t.duration(timedelta(milliseconds=value))
        case "limit":
            return limit_words(t, value)
        case "target":
            return t.share(value)
        case "channel":
            return t.label(Channel(value))
        case "holiday":
            return holiday_words(t, value)
    if isinstance(value, bool):
        return t.words("Yes") if value else t.words("No")
    if name in SCOPES:
        return t.words(", ").join(_code(t, name, code, names) for code in value) or _none(t, name)
    return t.text(str(value))


def _none(t: Translator, name: str) -> str:
    """An empty scope narrows nothing down; an empty exception leaves nothing out."""
    return t.words("None") if name == "except_business_types" else t.words("All")


def limit_words(t: Translator, value: int) -> str:
    """A limit without its unit: times are kept in milliseconds, and nothing else is that large."""
    return t.duration(timedelta(milliseconds=value)) if value >= 1000 else str(value)


def holiday_words(t: Translator, value: str) -> str:
    """A festival's name, or what somebody called the day."""
    return t.label(Holiday(value)) if value in set(Holiday) else t.text(value)


def _code(t: Translator, name: str, code: str, names: ChangeNames) -> str:
    if name == "channels":
        return t.label(Channel(code))
    if name == "hall_classes":
        return t.label(HallClass(code))
    return t.text(names.businesses.get(code, code))


def clock_words(minute: int) -> str:
    """Minutes after midnight as a time of day; past midnight it is the next day's."""
    return "24:00" if minute == MINUTES_A_DAY else f"{minute // 60 % 24:02d}:{minute % 60:02d}"


def intervals_typed(intervals: Sequence[Sequence[int]]) -> str:
    """Intervals as a person types them: 08:30-12:00,13:30-17:30."""
    return ",".join(f"{clock_words(opens)}-{clock_words(closes)}" for opens, closes in intervals)


def day_words(t: Translator, intervals: Sequence[Sequence[int]]) -> str:
    """A day's intervals, or that it is closed."""
    return intervals_typed(intervals).replace(",", " ") or t.words("Closed")


def week_words(t: Translator, openings: Sequence[Sequence[int]]) -> str:
    """A week: days with the same hours together."""
    days: dict[str, list[int]] = {}
    for weekday in range(7):
        own = [(opens, closes) for day, opens, closes in openings if day == weekday]
        days.setdefault(day_words(t, own), []).append(weekday)
    if len(days) == 1:
        return t.words("Every day {hours}", hours=next(iter(days)))
    between = t.words(", ")
    said = [
        f"{between.join(t.weekday(MONDAY + timedelta(days=day)) for day in on)} {hours}" for hours, on in days.items()
    ]
    return t.words("; ").join(said)


def effect_words(t: Translator, found: ChangePreview, names: ChangeNames) -> list[str]:
    """What a change would do, in sentences."""
    said: list[str] = []
    if found.kind is ChangeKind.CALENDAR:
        said.append(t.words("No visit's verdict depends on the calendar: it decides deadlines in working days."))
        if found.provisional:
            said.append(t.words("The day's provisional mark goes, and the published calendar will not overwrite it."))
        return said
    if found.kind is ChangeKind.BUSINESS_TYPE:
        codes = t.words(", ").join(found.judged_by) or t.words("None")
        return [t.words("No stored verdict changes. Standards that speak of it: {codes}.", codes=codes)]
    if found.as_if:
        said.append(t.words("0 verdicts change so far: it begins on {day}.", day=found.from_on))
    if found.first_on is not None and found.last_on is not None:
        said += _counted(t, found, names)
    return said


def _counted(t: Translator, found: ChangePreview, names: ChangeNames) -> list[str]:
    counts = {
        "n": f"{found.changed:,}",
        "m": f"{found.judged:,}",
        "days": len({one.day_on for one in found.flipped}),
        "halls": len({one.branch_id for one in found.flipped}),
    }
    if found.as_if:
        first = t.words(
            "Over the last 28 days it would have changed {n} of {m} verdicts.", n=counts["n"], m=counts["m"]
        )
    else:
        first = t.words("It changes {n} of {m} verdicts, on {days} days in {halls} halls.", **counts)
    said = [first]
    moves = [
        (t.words("missed becomes met {n}", n=found.total("to_met")), found.total("to_met")),
        (t.words("met becomes missed {n}", n=found.total("to_missed")), found.total("to_missed")),
        (t.words("newly judged {n}", n=found.total("into")), found.total("into")),
        (t.words("no longer judged {n}", n=found.total("out_of")), found.total("out_of")),
    ]
    if found.changed:
        said.append(t.words(", ").join(text for text, n in moves if n))
    if found.was is not None or found.becomes is not None:
        was, becomes = (
            t.words("No data") if one is None else figure_words(one, t) for one in (found.was, found.becomes)
        )
        said.append(t.words("Over all halls: {was} → {becomes}.", was=was, becomes=becomes))
    if found.times:
        said.append(t.words("{n} stored visits get other times.", n=f"{found.times:,}"))
    for reach in found.reaches:
        hall = names.halls.get(reach.branch_id, reach.branch_id)
        if reach.after:
            said.append(t.words("{hall} would reach the target.", hall=hall))
        elif reach.before:
            said.append(t.words("{hall} would no longer reach the target.", hall=hall))
    return said
