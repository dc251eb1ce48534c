"""The counter's less frequent presses: items at once, the rest by group, so that the menu stays short."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any

import streamlit as st

from actions.marking import assist, change_business, mark_bulk, promise, set_items
from actions.serving import add_business, hold, left, transfer
from analytics.counter_places import CounterPlace
from analytics.desk import Present
from standards.message import Worded, message
from standards.vocabulary import CounterState, HoldKind, LeftReason, Outcome
from ui.desk import ACTIONS, DeskView
from ui.keys import Key
from ui.language import words

_HOLDS = (HoldKind.AWAY_FOR_PAPERS, HoldKind.PAPERS_KEPT)


class Group(Worded):
    """What the rare presses are about."""

    BUSINESS = "business", "Business type"
    HOLD = "hold", "Hold"
    TRANSFER = "transfer", "Transfer"
    PROMISE = "promise", "Promise"
    MARKS = "marks", "Marks and note"
    LEFT = "left", "Customer left"


def draw_more(view: DeskView, here: Present, places: tuple[CounterPlace, ...]) -> None:
    """Everything that is done now and then with the customer at the counter."""
    others = tuple(place for place in places if place.id != view.desk.counter_id)
    draw: dict[Group, Callable[[], None]] = {
        Group.BUSINESS: partial(_business, view, here),
        Group.HOLD: partial(_holds, view),
        Group.TRANSFER: partial(_transfer, view, others),
        Group.PROMISE: partial(_promise, view),
        Group.MARKS: partial(_marks, view, here),
        Group.LEFT: partial(_left, view),
    }
    if here.outcome is not Outcome.SERVING:
        del draw[Group.HOLD]
    if view.desk.tiny:
        del draw[Group.TRANSFER]  # there is no queue to send anybody to
    _items(view, here)
    chosen = st.pills(
        words("What else"),
        list(draw),
        default=Group.BUSINESS,
        required=True,
        format_func=view.t.label,
        key=_input(view, "group"),
        label_visibility="collapsed",
    )
    draw[Group.BUSINESS if chosen is None else chosen]()


def _input(view: DeskView, name: str) -> str:
    """A widget's key: a new one for every state of the counter, so that nothing chosen for one visit is left over."""
    return f"{Key.DESK_INPUT}-{name}-{view.desk.version}"


def note_key(view: DeskView) -> str:
    """Where the note for attention is typed."""
    return _input(view, "attention")


def _holds(view: DeskView) -> None:
    for kind in _HOLDS:
        view.button(st, message("Hold: {kind}", kind=kind), hold, f"hold_{kind}", kind=kind)


def _items(view: DeskView, here: Present) -> None:
    key = _input(view, "items")

    def take() -> None:
        view.give(set_items, "items", items=int(st.session_state[key]))

    st.number_input(words("Items"), 1, 999, here.items, key=key, on_change=take)


def _business(view: DeskView, here: Present) -> None:
    key = _input(view, "business")
    known = list(view.businesses)

    def named(code: str) -> str:
        return view.businesses.get(code, code)

    chosen = st.selectbox(
        words("Business type"),
        known,
        index=known.index(here.business_type) if here.business_type in known else None,
        format_func=named,
        key=key,
    )
    row = st.container(horizontal=True)
    idle = chosen is None or chosen == here.business_type
    text = message("Change to this")
    view.button(row, text, change_business, "change_business", disabled=idle, business_type=chosen)
    serving = here.outcome is Outcome.SERVING
    add = ACTIONS["add_business"]
    view.button(row, add, add_business, "add_business", disabled=not serving, business_type=chosen)


def _transfer(view: DeskView, others: tuple[CounterPlace, ...]) -> None:
    options: list[int | str] = [place.id for place in others] + list(view.businesses)
    closed = {place.id for place in others if place.state is CounterState.CLOSED}

    def named(option: int | str) -> str:
        if isinstance(option, str):
            return view.businesses[option]
        if option in closed:
            return view.t.words("Counter {counter} (closed)", counter=option)
        return view.t.words("Counter {counter}", counter=option)

    target = st.selectbox(
        words("Transfer to a counter or business type"),
        options,
        index=None,
        format_func=named,
        placeholder=words("Choose"),
        key=_input(view, "transfer"),
    )
    where: dict[str, Any] = {"business_type": target} if isinstance(target, str) else {"to_counter_id": target}
    view.button(st, ACTIONS["transfer"], transfer, "transfer", disabled=target is None, **where)


def _promise(view: DeskView) -> None:
    local = view.now.astimezone(view.zone)
    closing = datetime.combine(local.date(), time(17, 0), view.zone)
    tomorrow = datetime.combine(local.date() + timedelta(days=1), time(10, 0), view.zone)
    soon = local.replace(minute=0, second=0, microsecond=0) + timedelta(hours=2 if local.minute else 1)
    usual = sorted({at for at in (soon, closing, tomorrow) if at > local})
    chosen = st.datetime_input(
        words("Promised answer time"),
        value=usual[0].replace(tzinfo=None),
        min_value=local.replace(tzinfo=None, second=0, microsecond=0),
        key=_input(view, "promise"),
        step=timedelta(minutes=15),
    )
    at = None if chosen is None else chosen.replace(tzinfo=view.zone)
    view.button(st, ACTIONS["promise"], promise, "promise", disabled=at is None, promised_at=at)


def _marks(view: DeskView, here: Present) -> None:
    """The note goes with the mark for attention, which has a button of its own."""
    row = st.container(horizontal=True)
    assisted = message("Not assisted") if here.assisted else message("Assisted")
    view.button(row, assisted, assist, "assist", assisted=not here.assisted)
    bulk = message("Not on behalf of many") if here.bulk else ACTIONS["mark_bulk"]
    view.button(row, bulk, mark_bulk, "bulk", bulk=not here.bulk)
    st.text_input(words("Note for attention"), key=note_key(view), max_chars=500)


def _left(view: DeskView) -> None:
    why = st.selectbox(
        words("Why the customer left"),
        list(LeftReason),
        index=None,
        format_func=view.t.label,
        placeholder=words("Choose"),
        key=_input(view, "left"),
    )
    view.button(st, ACTIONS["left"], left, "left", disabled=why is None, why=why)
