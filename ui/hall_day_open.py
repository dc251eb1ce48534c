"""What is to be done now, and opening the hall with its checklist."""

from __future__ import annotations

import streamlit as st

from actions.opening import LONGEST_FAULT, all_in_order, check, open_hall
from standards.hall_day import Look, OpeningCheck
from standards.message import message
from standards.vocabulary import Outcome
from ui import address, navigation
from ui.hall_day_view import DayStep, DayView, digest
from ui.language import label, words


def first_step(view: DayView) -> DayStep:
    """Where the reader begins: with what has to be done now."""
    day = view.day
    if day.closed_at or day.stopped_at or (day.opened_at and not day.hours.open):
        return DayStep.CLOSE
    if day.to_take or not view.runs:
        return DayStep.HAND_OVER
    return DayStep.DUTY if day.opened_at else DayStep.OPEN


def draw_now(view: DayView) -> None:
    """One sentence: where the day stands, and what is next."""
    day = view.day
    st.subheader(_now(view), anchor=False)
    if day.to_take:
        st.info(words("Hand-overs that wait for a signature: {n}", n=day.to_take))
    if day.unsigned_on is not None:
        st.warning(
            words(
                "{day} was opened and never closed. What was left open then is settled below or by rule.",
                day=day.unsigned_on,
            )
        )
    if day.failing and day.closed_at is None:
        found = words(", ").join(f"{label(item)} ({note})" if note else label(item) for item, note in day.failing)
        st.warning(words("Not in order: {items}", items=view.t.text(found)))


def _now(view: DayView) -> str:
    day = view.day
    if day.closed_at is not None:
        return words("Closed at {time}", time=view.at(day.closed_at))
    if day.stopped_at is not None:
        if day.open:
            return words("Closing: visits still open: {n}", n=len(day.open))
        return words("Everything is settled: sign and close")
    if day.opened_at is None:
        if day.visits:
            return words("Not opened here yet; interactions so far: {n}", n=day.visits)
        return words("The hall is not opened yet")
    if not day.hours.open:
        return words("Outside opening hours; visits still open: {n}", n=len(day.open))
    since = words("Open since {time}", time=view.at(day.opened_at))
    waiting = words("waiting: {n}", n=len(day.standing(Outcome.WAITING)))
    closes_at = None if view.hall.round_the_clock else day.hours.closes_at
    closes = words("closes at {time}", time=view.at(closes_at)) if closes_at else ""
    return " · ".join(part for part in (since, closes, waiting) if part)


def draw_opening(view: DayView) -> None:
    """The checklist, and the press that opens the hall."""
    day = view.day
    if day.opened_at is not None:
        by = view.person(day.opened_by)
        at = view.at(day.opened_at)
        st.markdown(words("Opened at {time} by {name}", time=at, name=by) if by else words("Opened at {time}", time=at))
    elif view.runs and day.closed_at is None:
        view.button(st, message("Open the hall"), open_hall, "open", primary=True)
    editable = view.runs and day.closed_at is None
    _draw_unchecked(view, editable)
    columns = st.columns(2, gap="large")
    half = -(-len(day.checks) // 2)
    for number, (item, look) in enumerate(day.checks):
        with columns[number // half]:
            _draw_item(view, item, look, editable)


def _draw_unchecked(view: DayView, editable: bool) -> None:
    """How much nobody has looked at yet, and one press that finds all of it in order."""
    day = view.day
    place = st.container(horizontal=True, vertical_alignment="center")
    place.caption(words("Not looked at: {n} of {total}", n=day.unchecked, total=len(day.checks)), width="content")
    if editable and day.unchecked:
        fine = message("All in order") if day.unchecked == len(day.checks) else message("All others in order")
        view.button(place, fine, all_in_order, f"fine-{day.version}", bound=False, of_day=day.day_on)


def _draw_item(view: DayView, item: OpeningCheck, look: Look, editable: bool) -> None:
    said = {True: words("In order"), False: words("Not in order")}
    if not editable:
        mark = words("Not looked at") if look.found is None else said[look.found]
        note = f" · {view.t.text(look.note)}" if look.note else ""
        st.markdown(f"{label(item)} · **{mark}**{note}")
        return
    # Named by what it shows: a press on one item leaves the others as they are.
    key = view.kept(f"check-{item}-{view.day.day_on}-{look.found}")
    st.segmented_control(
        label(item),
        [True, False],
        format_func=said.__getitem__,
        default=look.found,
        key=key,
        on_change=lambda: _look(view, item, st.session_state[key]),
    )
    if look.found is False:
        _draw_fault(view, item, look)


def _draw_fault(view: DayView, item: OpeningCheck, look: Look) -> None:
    """What is wrong, in the words of whoever looked."""
    key = view.kept(f"fault-{item}-{view.day.day_on}-{digest(look.note)}")
    st.text_input(
        words("What is wrong with it: {item}", item=item),
        look.note,
        max_chars=LONGEST_FAULT,
        key=key,
        placeholder=words("What is wrong (optional)"),
        label_visibility="collapsed",
        on_change=lambda: _look(view, item, False, st.session_state[key]),
    )


def _look(view: DayView, item: OpeningCheck, found: bool | None, note: str = "") -> None:
    """Not bound to the version that was seen: two items looked at in one breath are both taken."""
    named = {"of_day": view.day.day_on, "item": item, "found": found, "note": note}
    view.give(check, f"check-{item}-{found}-{digest(note)}-{view.day.version}", named, None)


def draw_report_link(view: DayView) -> None:
    """To the day's report, for whoever may see it."""
    screens = {screen.url_path for screen in navigation.screens_for(view.who.roles)}
    if "day-report" in screens:
        st.page_link(
            navigation.page("day-report"),
            label=words("To the day's report"),
            query_params=address.parameters(hall=view.hall.id, day=view.day.day_on),
        )
