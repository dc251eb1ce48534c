"""The duty roster of a day: read by everybody, kept by whoever runs the hall."""

from __future__ import annotations

from datetime import date, timedelta

import streamlit as st

from actions.duty import DutyLine, copy_roster, put_roster
from actions.hours import openings_of
from actions.refusal import Refused
from analytics.roster import OnDuty, Roster, roster
from standards.message import message
from standards.vocabulary import DutyPost
from ui import answers
from ui.hall_day_view import DayView, digest, rows, shown_day
from ui.language import say, words

_DAYS_SHOWN = 15
_LINE_PIXELS = 560


def draw_duty(view: DayView) -> None:
    """A day's roster; today's unless another is chosen."""
    days = [view.day.today + timedelta(days=ahead) for ahead in range(-1, _DAYS_SHOWN)]
    on: date = st.selectbox(
        words("Day"), days, index=1, format_func=lambda day: shown_day(view, day), key=view.kept("duty-day"), width=260
    )
    shown = answers.fresh(roster, view.who, branch_id=view.hall.id, day_on=on)
    editable = view.runs and on >= view.day.today
    if not shown.lines:
        st.info(words("Nobody is on the roster of this day yet."))
    elif not editable:
        rows([_row(view, line) for line in shown.lines])
    if editable:
        _draw_editing(view, shown)


def _row(view: DayView, line: OnDuty) -> dict[str, object]:
    t = view.t.plain
    return {
        words("Post"): t.label(line.post),
        words("Counter staff"): t.name(*view.day.people.of_staff(line.staff_id)),
        words("Counter"): "" if line.counter_id is None else str(line.counter_id),
        words("From–to"): _span(line),
    }


def _said(view: DayView, line: OnDuty) -> str:
    """A line short enough for a telephone, the button beside it: the counter or else the post, person, from and to."""
    post = view.t.label(line.post)
    where = post if line.counter_id is None else words("Counter {number}", number=line.counter_id)
    return view.t.joined(" · ", (where, view.staff(line.staff_id), _span(line)))


def _span(line: OnDuty) -> str:
    if line.begins is None or line.ends is None:
        return words("All day")
    return f"{_clock(line.begins)}–{_clock(line.ends)}"


def _clock(minute: int) -> str:
    return f"{minute // 60 % 24:02d}:{minute % 60:02d}"


def _draw_editing(view: DayView, shown: Roster) -> None:
    there = tuple(_stored(line) for line in shown.lines)
    state = digest(shown.day_on, there)
    for line in shown.lines:
        place = st.container(horizontal=True, vertical_alignment="center", width=_LINE_PIXELS)
        place.markdown(_said(view, line), width="stretch")
        rest = tuple(one for one in there if one != _stored(line))
        name = f"off-{line.staff_id}-{line.post}-{state}"
        view.button(
            place, message("Take off"), put_roster, name, bound=False, lines=rest, of_day=shown.day_on, instead_of=there
        )
    if not shown.lines and shown.before:
        copy = message("Copy from the week before")
        view.button(st, copy, copy_roster, f"copy-{state}", bound=False, primary=True, of_day=shown.day_on)
    _draw_adding(view, shown, there, state)


def _draw_adding(view: DayView, shown: Roster, there: tuple[DutyLine, ...], state: str) -> None:
    t = view.t.plain
    names = {number: t.name(*shown.people.of_staff(number)) for number in shown.people.serving}
    columns = st.columns([3, 2, 2, 3, 2], vertical_alignment="bottom")
    who = columns[0].selectbox(
        words("Counter staff"),
        list(names),
        index=None,
        format_func=lambda number: names.get(number, number),
        placeholder=words("Choose"),
        key=view.kept(f"duty-who-{state}"),
    )
    post = columns[1].selectbox(words("Post"), list(DutyPost), index=2, format_func=t.label, key=view.kept("duty-post"))
    counter = columns[2].selectbox(
        words("Counter"),
        list(shown.counters),
        index=None,
        format_func=str,
        placeholder=words("None"),
        disabled=post is not DutyPost.COUNTER,
        key=view.kept(f"duty-counter-{state}"),
    )
    span = columns[3].text_input(
        words("From–to"), placeholder=words("All day, or 08:30-12:00"), key=view.kept("duty-span"), max_chars=13
    )
    begins, ends, readable = _read(span)
    line = DutyLine(who or "", post or DutyPost.COUNTER, counter if post is DutyPost.COUNTER else None, begins, ends)
    view.button(
        columns[4],
        message("Put on the roster"),
        put_roster,
        f"on-{digest(state, line)}",
        bound=False,
        disabled=who is None or not readable,
        width="stretch",
        of_day=shown.day_on,
        instead_of=there,
        lines=(*there, line),
    )


def _read(span: str) -> tuple[int | None, int | None, bool]:
    """The minutes of what was typed; nothing is the whole day."""
    if not span.strip():
        return None, None, True
    try:
        (opening,) = openings_of(span, [0])
    except (Refused, ValueError) as refused:
        st.caption(say(refused.message) if isinstance(refused, Refused) else words("One span, such as 08:30-12:00"))
        return None, None, False
    return opening.opens, opening.closes, True


def _stored(line: OnDuty) -> DutyLine:
    return DutyLine(line.staff_id, line.post, line.counter_id, line.begins, line.ends)
