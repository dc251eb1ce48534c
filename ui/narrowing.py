"""Narrowing a period's interactions, step by step, through the address: each group of a figure is a filter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import streamlit as st

from analytics.directory import Business, Hall, business_types
from analytics.people import Person, counters, staff
from analytics.selection import By, Selection
from models.actor import Actor, Right
from standards.standard import Standard
from standards.vocabulary import Channel
from ui import address, answers, filters
from ui.keys import Key
from ui.language import Translator, label, words

FIELDS: dict[By, str] = {
    By.HOUR: "hour",
    By.DAY: "day",
    By.BUSINESS_TYPE: "business_type",
    By.CHANNEL: "channel",
    By.COUNTER: "counter",
    By.STAFF: "staff",
}
"""What the figures are grouped by, and the filter of the address that one group is."""
_ABOUT_A_CLERK = (By.COUNTER, By.STAFF)


@dataclass(frozen=True, slots=True)
class Names:
    """What the groups of a hall are called."""

    businesses: Mapping[str, Business]
    counters: tuple[int, ...]
    people: Mapping[str, Person]

    def of(self, by: By, value: Any, t: Translator) -> str:
        """A group in words."""
        if value is None:
            return t.words("Not recorded")
        match by:
            case By.DAY:
                return f"{t.short_day(value)} {t.weekday(value)}"
            case By.HOUR:
                return f"{value:02d}:00–{value + 1:02d}:00"
            case By.BUSINESS_TYPE if value in self.businesses:
                return t.name(self.businesses[value].name, self.businesses[value].name_en)
            case By.COUNTER:
                return t.words("Counter {number}", number=value)
            case By.STAFF if value in self.people:
                person = self.people[value]
                return t.joined(" ", [t.name(person.name, person.name_en), t.text(str(value))])
            case By.CHANNEL:
                return t.label(Channel(value))
        return t.text(str(value))


def short_name(names: Names, by: By, value: Any, t: Translator) -> str:
    """A group's name on an axis where many stand side by side."""
    if value is None or by not in {By.HOUR, By.DAY}:
        return names.of(by, value, t)
    return f"{value}:00" if by is By.HOUR else t.short_day(value)


def names_of(who: Actor, hall: Hall) -> Names:
    """The names of a hall's groups."""
    return Names(
        {kind.id: kind for kind in answers.answer(business_types, who)},
        answers.answer(counters, who, branch_id=hall.id),
        {person.id: person for person in answers.answer(staff, who, branch_id=hall.id)},
    )


def selection(hall: Hall, first_on: date, last_on: date) -> Selection:
    """The period, narrowed by what the address says; a day outside the period is shown all the same."""
    view = address.here()
    return Selection(
        branch_ids=(hall.id,),
        first_on=view.day or first_on,
        last_on=view.day or last_on,
        channel=view.channel,
        business_type=view.business_type,
        counter_id=view.counter,
        staff_id=view.staff,
        hour=view.hour,
    )


def in_its_channel(asked: Selection, standard: Standard) -> Selection:
    """The selection within a standard's channel, where it has but one."""
    channels = standard.scope.channels
    return replace(asked, channel=channels[0]) if asked.channel is None and len(channels) == 1 else asked


def groupings(who: Actor, hall: Hall, *, chargeable: bool) -> list[By]:
    """What a standard can be looked at by: a wait never by counter or person, results by person not for everybody."""
    offered = [by for by in FIELDS if chargeable or by not in _ABOUT_A_CLERK]
    return [by for by in offered if by is not By.STAFF or who.may(Right.READ_STAFF, hall.id)]


def draw_choices(names: Names, t: Translator) -> None:
    """The filters behind one button; each offers what the hall has."""
    with st.popover(words("Narrow down")):
        _choice(By.BUSINESS_TYPE, list(names.businesses), Key.BUSINESS_TYPE, names, t)
        _choice(By.CHANNEL, list(Channel), Key.CHANNEL, names, t)
        _choice(By.HOUR, list(range(24)), Key.COMPLIANCE_HOUR, names, t)
        _choice(By.COUNTER, list(names.counters), Key.COMPLIANCE_COUNTER, names, t)
        if names.people:
            _choice(By.STAFF, list(names.people), Key.COMPLIANCE_STAFF, names, t)


def _choice(by: By, options: list[Any], key: Key, names: Names, t: Translator) -> None:
    filters.choice(
        FIELDS[by], options, lambda value: names.of(by, value, t.plain), text=label(by), key=key, every=words("All")
    )


def draw_narrowed(names: Names, t: Translator) -> None:
    """What the view is narrowed to, and the way back; nothing where it is not."""
    view = address.here()
    chosen = {by: getattr(view, field) for by, field in FIELDS.items() if getattr(view, field) is not None}
    if not chosen:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        said = t.joined(" · ", (names.of(by, value, t) for by, value in chosen.items()))
        st.markdown(words("Narrowed to **{groups}**", groups=said), width="content")
        st.button(words("Show all again"), key=Key.COMPLIANCE_WIDEN, type="tertiary", on_click=_widen)
    if {By.COUNTER, By.STAFF} & chosen.keys():
        st.caption(words("Waits are not charged to a counter or a person: standards of waiting are left out here."))


def _widen() -> None:
    address.change(**dict.fromkeys(FIELDS.values()))


def narrow(by: By, group: str) -> None:
    """Narrow to a group that was clicked, given as text; what the address can't hold is left."""
    try:
        value = address.PARAMETERS[FIELDS[by]].read(group)
    except ValueError:
        return
    address.change(**{FIELDS[by]: value}, tab=None)


def clicked(key: str) -> str | None:
    """The key of the mark that was clicked last in a figure, or None where a click took the choice back."""
    points = st.session_state[key]["selection"]["points"]
    given = points[0].get("customdata") if points else None
    return str(given[0] if isinstance(given, list | tuple) else given) if given not in (None, "", []) else None
