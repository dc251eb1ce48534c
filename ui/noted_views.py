"""Views of what concerns single people, written into the audit trail when they begin, not at every refresh."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import streamlit as st

from actions.access import ONCE_IN, Matter, note_view
from analytics.selection import By, Selection
from analytics.visit_part import VisitStory
from models.actor import Actor
from ui import answers, clock
from ui.keys import Key


def note(who: Actor, halls: Iterable[str], what: Matter, filters: Mapping[str, Any], rows: int) -> None:
    """Once for what is shown; what this tab has noted within ten minutes is not asked for again."""
    now, listed = clock.now(), tuple(sorted(set(halls)))
    shown = (who.name, listed, what.value, tuple(sorted((name, str(value)) for name, value in filters.items())))
    noted = st.session_state.setdefault(Key.NOTED_VIEWS, {})
    if shown in noted and now - noted[shown] < ONCE_IN:
        return
    answers.order(note_view, who, branch_ids=listed, what=what, filters=filters, rows=rows, now=now)
    st.session_state[Key.NOTED_VIEWS] = {key: at for key, at in noted.items() if now - at < ONCE_IN} | {shown: now}


def note_results(who: Actor, asked: Selection, by: By, rows: int) -> None:
    """Figures that are told apart by person or narrowed to one, or a list of visits with who served each."""
    of_people = by is By.STAFF or asked.staff_id is not None
    what = Matter.RESULTS_BY_PERSON if of_people else Matter.VISITS
    filters = {"from": asked.first_on, "to": asked.last_on, "staff": asked.staff_id}
    if of_people or rows:
        note(who, asked.branch_ids, what, filters, rows)


def note_visit(who: Actor, story: VisitStory) -> None:
    """A visit that tells who served in it, where somebody else did."""
    served = {part.staff_id for part in story.parts if part.staff_id is not None}
    own = {who.staff_id} if who.branch_id == story.branch_id else set()
    if served - own:
        note(who, [story.branch_id], Matter.VISIT, {"visit": story.visit_id}, len(story.parts))
