"""Handing over the shift: what stands now, a signature of each, and the hand-overs before."""

from __future__ import annotations

import streamlit as st

from actions.shift import hand_over, take_over, withdraw
from analytics.hand_over import Handed, HandOver, HandOvers, Standing, hand_overs
from models.hand_over import WORKS_THERE
from standards.message import message
from standards.vocabulary import NoticeKind
from ui import answers
from ui.hall_day_view import DayView, rows
from ui.language import label, words


def draw_hand_over(view: DayView) -> None:
    """What waits for a signature first, then (where nothing of one's own waits) what would be given now, then what was.

    One's own that waits is what stands: the same beneath it would only be signed twice.
    """
    shown = answers.fresh(hand_overs, view.who, branch_id=view.hall.id, now=view.now)
    signs = any(view.who.may(right, view.hall.id) for right in WORKS_THERE)
    waiting = [one for one in shown.given if one.waits]
    for one in waiting:
        _draw_waiting(view, one, signs)
    if not any(one.mine for one in waiting):
        _draw_giving(view, shown, signs)
    _draw_earlier(view, [one for one in shown.given if not one.waits])


def _draw_waiting(view: DayView, one: HandOver, signs: bool) -> None:
    with st.container(border=True):
        by, at = view.person(one.given_by), view.at(one.given_at)
        st.markdown(f"**{words('Given by {name} at {time}', name=by or '–', time=at)}**")
        if one.note:
            st.markdown(view.t.text(one.note))
        _draw_standing(view, one.content)
        if not signs:
            return
        if one.mine:
            st.caption(words("It waits for the signature of whoever takes over."))
        else:
            take = message("Take over and sign")
            view.button(st, take, take_over, f"take-{one.id}", bound=False, primary=True, change_id=one.id)
        if one.mine or view.runs:
            view.button(st, message("Take back"), withdraw, f"withdraw-{one.id}", bound=False, change_id=one.id)


def _draw_giving(view: DayView, shown: HandOvers, signs: bool) -> None:
    st.markdown(f"**{words('What stands now')}**")
    _draw_standing(view, shown.now)
    if not signs:
        return
    note = st.text_area(words("Note for the next shift"), key=view.kept("shift-note"), max_chars=1000, height=80)
    of = _whose(view)
    # Another press is another hand-over: the key holds how many were given before.
    name = f"give-{len(shown.given)}-{shown.given[0].id if shown.given else ''}"
    give = message("Hand over and sign")
    view.button(st, give, hand_over, name, bound=False, primary=True, note=note, staff_id=of)


def _whose(view: DayView) -> str | None:
    """Whose held and promised visits are given: one's own, or (for whoever runs the hall) somebody else's."""
    if not view.runs:
        return None
    t = view.t.plain
    names = {number: t.name(*view.day.people.of_staff(number)) for number in view.day.people.serving}
    return st.selectbox(
        words("For somebody who has gone already (optional)"),
        list(names),
        index=None,
        format_func=lambda number: names.get(number, number),
        placeholder=words("Nobody: only what stands in the hall"),
        key=view.kept("shift-of"),
    )


def _draw_standing(view: DayView, content: Standing) -> None:
    counted = [
        words("on hold: {n}", n=len(content.held)),
        words("answers promised: {n}", n=len(content.promised)),
        words("at counters: {n}", n=len(content.open)),
        words("waiting: {n}", n=content.waiting),
    ]
    st.markdown(" · ".join(counted))
    lines = [
        *(_line(view, label(one.outcome), one) for one in content.held),
        *(_line(view, words("Answer promised for"), one) for one in content.promised),
        *(_line(view, label(one.outcome), one) for one in content.open),
    ]
    if lines:
        rows(lines)
    for kind, said, said_en in content.notices:
        notice = view.t.name(said, said_en)
        st.caption(" · ".join(part for part in (label(NoticeKind(kind)), notice) if part))
    for machine in content.machines:
        seen = view.at(machine.seen_at) if machine.seen_at else words("never")
        st.caption(words("{machine}: last heard of {time}", machine=machine.name, time=seen))


def _line(view: DayView, what: str, one: Handed) -> dict[str, object]:
    t = view.t.plain
    return {
        words("Ticket"): view.number(one.ticket, one.channel),
        words("Business type"): view.businesses.get(one.business_type, one.business_type),
        words("State"): f"{what} {view.at(one.at)}",
        words("Counter"): "" if one.counter_id is None else str(one.counter_id),
        words("Counter staff"): t.name(*view.day.people.of_staff(one.staff_id)),
    }


def _draw_earlier(view: DayView, earlier: list[HandOver]) -> None:
    if not earlier:
        return
    st.markdown(f"**{words('Earlier hand-overs')}**")
    for one in earlier:
        given = words("given by {name} at {time}", name=view.person(one.given_by) or "–", time=view.at(one.given_at))
        if one.withdrawn:
            st.caption(f"{given} · {words('taken back')}")
        elif one.taken_at is not None:
            taken = words(
                "taken by {name} at {time}", name=view.person(one.taken_by) or "–", time=view.at(one.taken_at)
            )
            moved = words("visits with a new owner: {n}", n=one.moved)
            st.caption(f"{given} · {taken} · {moved}")
