"""A standard in a reader's words: its limit with unit, its scope, its days, what its grade means."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from standards.message import Message, message
from standards.standard import Scope, Standard
from standards.vocabulary import Aggregation, Grade, Measure, Unit
from ui.language import Translator

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)

GRADE_MEANINGS: dict[Grade, Message] = {
    Grade.A: message("Read on an official or primary page."),
    Grade.B: message("Read in a secondary copy that names the rule it quotes."),
    Grade.C: message("Read on a weak page only: check it before you hold anybody to it."),
    Grade.S: message("From training material. It is not a regulation."),
    Grade.R: message("Recalled from memory and not verified."),
    Grade.I: message("Our own setting: no source gives this number."),
}
CASE_KINDS: dict[str, Message] = {
    "complaint": message("complaints"),
    "report": message("misconduct reports"),
    "bad_review": message("bad reviews"),
    "enquiry": message("enquiries"),
}
# In these units one is said in other words than many.
_ONE: dict[Unit, Message] = {
    Unit.WORKING_DAY: message("1 working day"),
    Unit.DAY: message("1 calendar day"),
    Unit.ITEM: message("every time"),
}
_MANY: dict[Unit, Message] = {
    Unit.WORKING_DAY: message("{n} working days"),
    Unit.DAY: message("{n} calendar days"),
    Unit.ITEM: message("all {n} checks"),
    Unit.TIMES: message("{n} times"),
    Unit.LEVEL: message("level {n} of 5 or better"),
    Unit.SHARE: message("{n}%"),
}


def name_of(t: Translator, standard: Standard) -> str:
    return t.name(standard.name_zh, standard.name_en)


def titled(t: Translator, standard: Standard) -> str:
    """Its code and its name."""
    return f"{standard.code} {name_of(t, standard)}"


def limit_in_words(t: Translator, standard: Standard) -> str:
    """The limit with its unit and what it is held against: "on average at most 15 min", "within 5 min an item"."""
    if standard.measure is Measure.PROMISE:
        return t.words("by the promised time")
    limit = _amount(t, standard)
    if standard.unit in {Unit.ITEM, Unit.LEVEL}:
        return limit
    if standard.per_item:
        limit = t.words("{limit} an item", limit=limit)
    if standard.aggregation is Aggregation.MEAN:
        return t.words("on average at most {limit}", limit=limit)
    if standard.aggregation is Aggregation.COUNT:
        return t.words("at most {limit}", limit=limit)
    return t.words("within {limit}", limit=limit)


def _amount(t: Translator, standard: Standard) -> str:
    if standard.unit is Unit.MILLISECOND:
        return _time(t, standard.limit_time)
    words = _ONE if standard.limit == 1 and standard.unit in _ONE else _MANY
    return t.say(Message(words[standard.unit].text, (("n", standard.limit),)))


def _time(t: Translator, limit: timedelta) -> str:
    """A round limit without its noughts; anything else exactly."""
    if limit >= HOUR and not limit % HOUR:
        return t.words("{n} h", n=limit // HOUR)
    if MINUTE <= limit <= 3 * HOUR and not limit % MINUTE:
        return t.words("{n} min", n=limit // MINUTE)
    return t.duration(limit)


def target_in_words(t: Translator, standard: Standard) -> str:
    """The share to be reached; means and counts are held against their limit alone."""
    judged_by_limit = standard.aggregation in {Aggregation.MEAN, Aggregation.COUNT}
    return t.words("the limit itself") if judged_by_limit else t.share(standard.target)


def scope_in_words(t: Translator, scope: Scope, business_names: Mapping[str, str]) -> str:
    """What it applies to; `business_names` gives the business types' names by code."""
    between = t.words(", ")
    businesses, excepted = (
        between.join(business_names.get(code, code) for code in codes)
        for codes in (scope.business_types, scope.except_business_types)
    )
    parts = [
        between.join(t.label(channel) for channel in scope.channels),
        businesses,
        t.words("every business but {names}", names=excepted) if excepted else "",
        between.join(t.label(hall_class) for hall_class in scope.hall_classes),
        between.join(_route(t, route) for route in scope.case_channels),
        between.join(t.say(CASE_KINDS[kind]) if kind in CASE_KINDS else kind for kind in scope.case_kinds),
    ]
    return " · ".join(part for part in parts if part) or t.words("everything")


def _route(t: Translator, route: str) -> str:
    return t.words("every other channel") if route == "other" else route


def days_in_words(t: Translator, in_force_from: date | None, ends_on: date | None) -> str:
    """From when to when a dated row is in force."""
    if in_force_from is None and ends_on is None:
        return t.words("always")
    if in_force_from is None:
        return t.words("until {last}", last=ends_on)
    if ends_on is None:
        return t.words("from {first}", first=in_force_from)
    return t.period(in_force_from, ends_on)


def edition_of(t: Translator, standard: Standard) -> str:
    """Its edition: a year, or that the source prints none."""
    return t.say(Message(standard.edition))


def note_of(t: Translator, standard: Standard) -> str:
    """What its source leaves open, in words; empty where there is nothing to say."""
    return t.say(Message(standard.note)) if standard.note else ""
