"""On a visit's page: that it is taken out, by whom and why, or the way to ask for it."""

from __future__ import annotations

import streamlit as st

from analytics.exclusions import Request, RequestState
from analytics.visit_part import VisitStory
from models.actor import Actor, Right
from ui import address
from ui.exclusion_words import request_title, step_words
from ui.language import translator, words
from ui.navigation import page, screens_for

_STANDING = frozenset({RequestState.ASKED, RequestState.APPROVED})


def draw_exclusion(story: VisitStory, request: Request | None) -> None:
    """What takes this visit out, or asks to, with its trail."""
    if request is not None and request.state in _STANDING:
        t = translator()
        state = words("Excluded") if request.state is RequestState.APPROVED else words("Exclusion asked for")
        trail = "  \n".join(step_words(step, story.zone, t) for step in request.steps)
        st.info(f"**{state}** · {request_title(request, story.zone, t)}  \n{trail}")


def draw_way_to_ask(who: Actor, story: VisitStory, request: Request | None) -> None:
    """The link to the form with this visit filled in, where nothing is asked for yet."""
    standing = request is not None and request.state in _STANDING
    known = any(screen.url_path == "exclusions" for screen in screens_for(who.roles))
    if standing or not known or not who.may(Right.RUN_HALL, story.branch_id):
        return
    query = address.parameters(hall=story.branch_id, visit=story.parts[0].id)
    st.page_link(
        page("exclusions"), label=words("Ask to exclude this visit"), query_params=query, icon=":material/content_cut:"
    )
