"""Saving the grid: what is right goes, what is wrong stays where it can be mended."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, tzinfo
from uuid import uuid4

import streamlit as st

from actions.late_entry import add_late_entries
from actions.late_rows import LateProblem
from actions.overlapping import Overlap
from actions.press import Stamp
from actions.refusal import Refused
from models.actor import Actor, NotAllowed
from models.store import StoreAway
from standards.message import Message, message
from ui import answers, clock
from ui.keys import Key
from ui.language import Translator
from ui.late_grid import HEADS, Cells, Usual, empty_grid, grid_of, meant, typed_rows


@dataclass(frozen=True, slots=True)
class Saved:
    """What came of a press: how many visits, what is wrong in the lines that stay, what overlaps, what was closed."""

    visits: int
    problems: tuple[LateProblem, ...] = ()
    overlaps: tuple[Overlap, ...] = ()
    closed: tuple[date, ...] = ()
    refused: Message | None = None


def grid_key() -> str:
    """The grid's widget, a new one for every round; on the way back to the page it begins with what was typed."""
    key = f"{Key.LATE_GRID}-{st.session_state.setdefault(Key.LATE_ROUND, 0)}"
    if key not in st.session_state:
        st.session_state[Key.LATE_BASE] = st.session_state.get(Key.LATE_TYPED, empty_grid())
    return key


def save(who: Actor, hall_id: str, usual: Usual) -> Saved:
    """Save what is right of the grid; the rest is its next round. A second press of the same round does nothing."""
    rows = typed_rows(st.session_state[Key.LATE_TYPED])
    if not rows:
        nothing = Saved(0, refused=message("Nothing is typed yet."))
        came_of_it: Saved = st.session_state.get(Key.LATE_RESULT, nothing)  # a second press: that of the first stays
        return came_of_it
    read = {line: meant(line, cells, usual) for line, cells in rows.items()}
    problems = [problem for _, unread in read.values() for problem in unread]
    stamp = Stamp(hall_id, st.session_state.setdefault(Key.LATE_NONCE, uuid4().hex), clock.now())
    try:
        receipt = answers.order(add_late_entries, who, stamp=stamp, rows=[row for row, _ in read.values()])
    except (Refused, NotAllowed) as refusal:
        return Saved(0, refused=refusal.message)
    except StoreAway:
        logging.getLogger(__name__).exception("late entries were not stored")
        return Saved(0, refused=message("The database could not be reached: nothing was saved. Save again."))
    problems += receipt.problems
    return Saved(len(receipt.saved), _next_round(rows, problems), receipt.overlaps, receipt.closed)


def _next_round(rows: dict[int, Cells], problems: Iterable[LateProblem]) -> tuple[LateProblem, ...]:
    """The lines that are wrong move to the top of a new grid, marked; their problems with them."""
    wrong = sorted({problem.line for problem in problems})
    moved = {line: place for place, line in enumerate(wrong, start=1)}
    st.session_state[Key.LATE_TYPED] = grid_of([rows[line] for line in wrong])
    st.session_state[Key.LATE_ROUND] += 1
    st.session_state[Key.LATE_NONCE] = uuid4().hex
    return tuple(replace(problem, line=moved[problem.line]) for problem in problems)


def draw_saved(saved: Saved, t: Translator, zone: tzinfo) -> None:
    """What was saved, what to mend by row and column, and what to look at."""
    if saved.refused is not None:
        st.error(t.say(saved.refused))
    if saved.visits:
        st.success(t.words("Saved: {n} visits.", n=saved.visits))
    for day in saved.closed:
        st.warning(
            t.words("{day} was closed already: its report counts these visits once it is written anew.", day=day)
        )
    if saved.problems:
        said = [
            t.words("Row {line}, {column}: {why}", line=one.line, column=HEADS[one.column], why=one.why)
            for one in sorted(saved.problems, key=lambda one: (one.line, list(HEADS).index(one.column)))
        ]
        st.error("\n".join([t.words("Not saved yet; nothing typed is lost:"), "", *(f"- {line}" for line in said)]))
    for one in saved.overlaps:
        st.warning(
            t.words(
                "A visit that was saved overlaps another at counter {counter}: {ticket}, {begin} to {end}.",
                counter=one.counter_id,
                ticket=t.text(one.ticket or "") or t.words("Without a ticket"),
                begin=t.time(one.began_at, zone),
                end=t.time(one.ended_at, zone),
            )
        )
