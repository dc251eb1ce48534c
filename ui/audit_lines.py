"""The lines of the trail: a table, and each line opened with what it changed."""

from __future__ import annotations

from datetime import tzinfo
from typing import Any

import streamlit as st

from analytics.audit_trail import Place, Sought, TrailLine, TrailPage, audit_trail
from models.actor import BY_ITSELF, Actor
from ui import address, answers
from ui.audit_actions import action_words
from ui.audit_filters import View
from ui.audit_words import about_words, changed, origin_words, subject_words
from ui.keys import Key
from ui.language import Translator, words
from ui.navigation import page

MOST = 50


def draw_lines(who: Actor, view: View, t: Translator) -> None:
    """A page of lines, newest first; the chosen one opens below."""
    older_than = _page_begins(view)
    found = answers.fresh(audit_trail, who, sought=view.sought, older_than=older_than, limit=MOST)
    if not found.lines:
        st.info(words("Nothing was done that fits this: widen the period or take a filter away."))
        return
    chosen = st.dataframe(
        [_row(line, view, t.plain) for line in found.lines],
        hide_index=True,
        key=f"{Key.AUDIT_LINES}-{older_than}",
        on_select="rerun",
        selection_mode="single-row",
    )
    _draw_pages(found, older_than, view)
    rows = chosen["selection"]["rows"]
    if not rows:
        st.caption(words("Choose a line for what it changed."))
        return
    _draw_line(found.lines[rows[0]], view, t)


def _page_begins(view: View) -> Place | None:
    """The place that this page's lines are older than; another question begins at the newest again."""
    asked, place = st.session_state.get(Key.AUDIT_PAGE, (None, None))
    return place if asked == view.sought else None


def _draw_pages(found: TrailPage, older_than: Place | None, view: View) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        if older_than is None and not found.more:
            st.caption(words("{n} lines", n=len(found.lines)))
        elif found.more:
            st.caption(words("{n} lines, and there are older ones", n=len(found.lines)))
        else:
            st.caption(words("{n} lines, the oldest that fit", n=len(found.lines)))
        if older_than is not None:
            st.button(words("Back to the newest"), key=Key.AUDIT_NEWEST, on_click=_turn, args=(None, None))
        if found.more:
            place = found.lines[-1].place
            st.button(words("Older lines"), key=Key.AUDIT_OLDER, on_click=_turn, args=(view.sought, place))


def _turn(asked: Sought | None, place: Place | None) -> None:
    st.session_state[Key.AUDIT_PAGE] = (asked, place)


def _row(line: TrailLine, view: View, t: Translator) -> dict[str, Any]:
    of_halls = len(view.sought.branch_ids) > 1
    return {
        t.words("Time"): t.moment(line.at, view.zone(line.branch_id)),
        t.words("Who"): line.actor,
        t.words("What was done"): action_words(line.action, t),
        t.words("About"): about_words(line, t, view.zone(line.branch_id)),
        **({t.words("Hall"): view.hall_name(line.branch_id, t)} if of_halls else {}),
        t.words("Counter"): "" if line.counter_id is None else str(line.counter_id),
        t.words("Reason"): line.reason or "",
        t.words("From where"): origin_words(line, t),
    }


def _draw_line(line: TrailLine, view: View, t: Translator) -> None:
    """What was done, by whom, when, from where, why; then each column before and after."""
    zone = view.zone(line.branch_id)
    with st.container(border=True):
        st.markdown(f"**{action_words(line.action, t)}** · {t.text(line.actor)} · {t.moment(line.at, zone)}")
        said = [view.hall_name(line.branch_id, t), about_words(line, t, zone)]
        said += [_from_words(line, t)] if line.origin else []
        st.markdown(t.joined(" · ", said))
        if line.reason:
            st.markdown(t.words("Reason: {reason}", reason=line.reason))
        if line.visit is not None:
            query = address.parameters(hall=line.branch_id, visit=line.subject)
            st.page_link(page("visit"), label=words("Open the visit"), query_params=query)
        if subject_words(line, t) != about_words(line, t, zone):
            st.caption(t.words("Id: {id}", id=line.subject))
        _draw_changes(line, t, zone)
        if line.undoes is not None:
            st.caption(t.words("It takes back the line {id}.", id=str(line.undoes)))
        st.caption(
            t.words(
                "Line {number} of this trail, id {id}, hash {hash}", number=line.line, id=str(line.id), hash=line.hash
            )
        )


def _from_words(line: TrailLine, t: Translator) -> str:
    origin = origin_words(line, t)
    return origin if line.origin == BY_ITSELF else t.words("from {origin}", origin=origin)


def _draw_changes(line: TrailLine, t: Translator, zone: tzinfo) -> None:
    rows = [
        {
            t.words("What"): t.joined(" · ", (one.row, one.column)),
            t.words("Before the change"): one.before,
            t.words("After the change"): one.after,
        }
        for one in changed(line, t, zone)
    ]
    if rows:
        st.table(rows)
    else:
        st.caption(words("It changed no row."))
