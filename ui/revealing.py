"""Seeing customers' numbers in plain, in one visit or one import: with a reason, which stands in the audit trail."""

from __future__ import annotations

from uuid import UUID

import streamlit as st

from actions.access import Matter
from actions.refusal import Refused
from actions.revealing import reveal
from analytics.visit_part import VisitStory
from models.actor import Actor, NotAllowed, Right
from models.store import StoreAway
from models.store_trouble import said_of
from ui import answers, clock
from ui.keys import Key
from ui.language import say, words

_LONGEST = 500


def draw_reveal_visit(who: Actor, story: VisitStory) -> None:
    """Where a note or a reason of the visit hides a number; nothing where there is none."""
    if story.plain:
        st.caption(words("Numbers are shown in plain to you until you sign out: the trail says why."))
    elif any(part.masked for part in story.parts):
        _draw(who, story.branch_id, Matter.VISIT, story.visit_id)


def draw_reveal_import(who: Actor, branch_id: str, import_id: UUID) -> None:
    """Beside the file of an import's rejected rows."""
    _draw(who, branch_id, Matter.REJECTED_ROWS, import_id)


def _draw(who: Actor, branch_id: str, what: Matter, subject: UUID) -> None:
    said = st.session_state.pop(Key.REVEAL_SAID, None)
    if said is not None:
        st.warning(say(said))
    if not who.may(Right.PERSONAL, branch_id):
        st.caption(words("Names and numbers of customers are masked."))
        return
    with st.popover(words("Customers' numbers are masked …")):
        key = f"{Key.REVEAL_WHY} {subject}"
        why = st.text_input(words("Why you need them (kept in the trail)"), key=key, max_chars=_LONGEST)
        st.button(
            words("Show them in plain"),
            key=f"{Key.REVEAL} {subject}",
            disabled=not why.strip(),
            on_click=_reveal,
            args=(who, branch_id, what, subject, key),
        )


def _reveal(who: Actor, branch_id: str, what: Matter, subject: UUID, key: str) -> None:
    reason = str(st.session_state.get(key, ""))
    asked = {"branch_id": branch_id, "what": what, "subject": subject, "reason": reason}
    try:
        answers.order(reveal, who, **asked, now=clock.now())
    except (Refused, NotAllowed) as refusal:
        st.session_state[Key.REVEAL_SAID] = refusal.message
    except StoreAway as away:
        st.session_state[Key.REVEAL_SAID] = said_of(away)
