"""Closing the hall: tickets stop, who is still inside is settled, the day is signed."""

from __future__ import annotations

from datetime import date

import streamlit as st

from actions.closing import close_hall, come_back, settle, stop_tickets
from actions.opening import reopen_hall
from analytics.hall_day import OpenVisit
from models.actor import Right
from standards.hall_day import Settle
from standards.message import Message, message
from standards.vocabulary import Channel, LeftReason, Outcome
from ui.day_report import write_day_report
from ui.hall_day_open import draw_report_link
from ui.hall_day_settle import draw_one
from ui.hall_day_view import DayView, rows
from ui.language import label, say, words

_ALL: dict[Outcome, tuple[tuple[Settle, Message, Message, LeftReason | None], ...]] = {
    Outcome.WAITING: (
        (
            Settle.LEFT,
            message("All have left"),
            message("They count as abandoned; nobody knows when they left, so no wait is recorded."),
            None,
        ),
        (
            Settle.CARRY_OVER,
            message("Carry all over"),
            message("They count as abandoned today, and have an appointment next time."),
            None,
        ),
    ),
    Outcome.CALLED: (
        (Settle.NO_SHOW, message("All are no-shows"), message("Their wait ended with the first call."), None),
    ),
    Outcome.SERVING: (
        (
            Settle.SERVED,
            message("All are served"),
            message("Nobody knows when they ended, so no handling time is recorded."),
            None,
        ),
    ),
    Outcome.HELD: (
        (
            Settle.LEFT,
            message("All have left"),
            message("They left when they were put on hold, for papers that were missing."),
            LeftReason.PAPERS_MISSING,
        ),
    ),
}

_SINCE = {
    Outcome.WAITING: message("Waiting since"),
    Outcome.CALLED: message("Called at"),
    Outcome.SERVING: message("Serving since"),
    Outcome.HELD: message("On hold since"),
}


def draw_closing(view: DayView) -> None:
    """The steps of closing in their order; whoever does not run the hall reads them."""
    if view.day.untaken:
        st.warning(words("Hand-overs that nobody has taken over yet: {n}", n=view.day.untaken))
    if view.hall.round_the_clock:
        st.caption(words("This hall is open round the clock: closing it holds until its day ends at midnight."))
    before = view.day.unsigned_on
    if before is not None and view.runs:
        sign = message("Sign {day} now", day=before)
        _sign_button(view, sign, before, None, "")
    if view.day.closed_at is not None:
        _draw_closed(view)
    else:
        _draw_stop(view)
        _draw_open(view)
        _draw_sign(view)
    _draw_carried(view)
    _draw_ruled(view)


def _draw_stop(view: DayView) -> None:
    stopped_at = view.day.stopped_at
    if stopped_at is not None:
        st.caption(words("No more tickets since {time}", time=view.at(stopped_at)))
    elif view.runs:
        late = not view.day.hours.open
        view.button(st, message("Stop tickets"), stop_tickets, "stop", primary=late)


def _draw_open(view: DayView) -> None:
    if not view.day.open:
        st.markdown(words("Nobody is left inside."))
        return
    for outcome, presses in _ALL.items():
        visits = view.day.standing(outcome)
        if visits:
            _draw_state(view, outcome, visits, presses)
    if view.runs:
        draw_one(view)


def _draw_state(
    view: DayView,
    outcome: Outcome,
    visits: tuple[OpenVisit, ...],
    presses: tuple[tuple[Settle, Message, Message, LeftReason | None], ...],
) -> None:
    heading = st.container(horizontal=True, vertical_alignment="center")
    heading.markdown(f"**{words('{state}: {n}', state=outcome, n=len(visits))}**", width="content")
    if view.runs:
        seen = tuple((visit.id, visit.version) for visit in visits)
        for how, text, means, why in presses:
            name = f"all-{outcome}-{how}"
            with heading.popover(say(text), key=view.key(f"ask-{name}")):
                st.markdown(say(means))
                sure = message("{what}: settle {n}", what=text, n=len(visits))
                view.button(st, sure, settle, name, primary=True, visits=seen, how=how, why=why)
    rows([_line(view, visit) for visit in visits])


def _line(view: DayView, visit: OpenVisit) -> dict[str, object]:
    t = view.t.plain
    marks = [
        t.label(visit.hold_kind) if visit.hold_kind else "",
        t.label(visit.channel) if visit.channel is Channel.TELEPHONE and visit.ticket else "",
        t.words("taken at a machine after tickets were stopped") if visit.late else "",
    ]
    return {
        words("Ticket"): view.number(visit.ticket, visit.channel),
        words("Business type"): view.businesses.get(visit.business_type, visit.business_type),
        say(_SINCE[visit.outcome]): view.at(visit.since_at),
        words("Counter"): "" if visit.counter_id is None else str(visit.counter_id),
        words("Note"): " · ".join(mark for mark in marks if mark),
    }


def _draw_sign(view: DayView) -> None:
    day = view.day
    if not view.runs:
        return
    note = st.text_input(words("Note (optional)"), key=view.kept("close-note"), max_chars=1000)
    if day.signed_on:
        counters = words(", ").join(str(number) for number in day.signed_on)
        st.caption(words("Still signed on, and signed off by the closing: counter {counters}", counters=counters))
    _sign_button(view, message("Sign and close"), day.day_on, day.version, note)
    if day.open:
        st.caption(words("Visits still open: {n}. Settle each first.", n=len(day.open)))
    elif day.stopped_at is not None:
        _draw_reopen(view)


def _sign_button(view: DayView, text: Message, of_day: date, seen: int | None, note: str) -> None:
    """Sign a day; its report is written with it."""

    def close() -> None:
        if view.give(close_hall, f"close-{of_day}", {"of_day": of_day, "note": note}, seen):
            write_day_report(view.who, view.hall.id, of_day, view.now)

    key, ready = view.key(f"press-close-{of_day}"), not view.day.open
    st.button(say(text), key=key, type="primary" if ready else "secondary", disabled=not ready, on_click=close)


def _draw_closed(view: DayView) -> None:
    day = view.day
    by = view.person(day.closed_by)
    if day.closed_at is not None and by:
        st.markdown(words("Signed at {time} by {name}", time=view.at(day.closed_at), name=by))
    if day.note:
        st.markdown(view.t.text(day.note))
    draw_report_link(view)
    if view.runs and day.day_on == day.today:
        _draw_reopen(view)


def _draw_reopen(view: DayView) -> None:
    with st.popover(words("Open again"), key=view.key("reopen")):
        why = st.text_input(words("Reason"), key=view.kept("reopen-why"), max_chars=500)
        view.button(st, message("Open again"), reopen_hall, "reopen", primary=True, disabled=not why.strip(), why=why)


def _draw_carried(view: DayView) -> None:
    """Customers who were carried over: with the next ticket they have an appointment."""
    carried = view.day.carried
    if not carried:
        return
    st.markdown(f"**{words('Carried over, not back yet: {n}', n=len(carried))}**")
    gives = view.who.may(Right.GUIDE, view.hall.id)
    for one in carried:
        line = st.container(horizontal=True, vertical_alignment="center")
        parts = [view.t.text(one.ticket or "–"), view.business(one.business_type), view.t.short_day(one.day_on)]
        line.markdown(view.t.joined(" · ", parts), width="content")
        if gives:
            back = message("Back: give a ticket")
            view.button(line, back, come_back, f"back-{one.id}", bound=False, interaction_id=one.id)


def _draw_ruled(view: DayView) -> None:
    """What was forgotten and settled by rule, so that somebody asks why."""
    day = view.day
    if not day.ruled_total:
        return
    st.markdown(f"**{words('Forgotten and settled by rule, last 7 days: {n}', n=day.ruled_total)}**")
    lines: list[dict[str, object]] = [
        {
            words("Ticket"): one.ticket or "–",
            words("Business type"): view.businesses.get(one.business_type, one.business_type),
            words("Arrived"): view.at(one.arrived_at),
            words("Settled as"): label(one.outcome),
        }
        for one in day.ruled
    ]
    rows(lines)
