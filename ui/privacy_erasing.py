"""Erasing a person or one text: for good, so the number is typed once more and a reason is given."""

from __future__ import annotations

from uuid import UUID

import streamlit as st

from actions.erasing import erase_staff
from actions.erasing_text import Erasable, erase_text
from analytics.directory import Hall
from analytics.stored import erasable_people
from models.actor import Actor, Right
from standards.message import message
from ui import answers, filters
from ui.keys import Key
from ui.language import translator, words
from ui.privacy_press import order

_LONGEST = 500


def draw_erasing(who: Actor) -> None:
    """In one of the halls where the reader may."""
    st.subheader(words("Erase"), anchor=False)
    hall = filters.hall(who)
    if not who.may(Right.ERASE, hall.id):
        st.caption(words("In this hall you may not erase."))
        return
    left, right = st.columns(2, gap="large")
    with left:
        _draw_person(who, hall)
    with right:
        _draw_text(who, hall)


def _draw_person(who: Actor, hall: Hall) -> None:
    st.markdown(f"**{words('A person')}**")
    people = {one.staff_id: one for one in answers.fresh(erasable_people, who, branch_id=hall.id)}
    if not people:
        st.caption(words("Nobody is listed in this hall."))
        return
    t = translator().plain
    names = {code: t.joined(" ", [code, t.name(one.name, one.name_en)]) for code, one in people.items()}
    with st.form(f"{Key.PRIVACY_ERASE} {hall.id}", border=False, enter_to_submit=False):
        chosen = st.selectbox(
            words("Whose name"), list(people), index=None, format_func=lambda code: names.get(code, code),
            key=f"{Key.PRIVACY_PERSON} {hall.id}", placeholder=words("Choose"),
        )  # fmt: skip
        again = st.text_input(words("Their staff number once more"), key=Key.PRIVACY_AGAIN, max_chars=32)
        reason = st.text_input(words("Why (kept in the trail)"), key=Key.PRIVACY_WHY, max_chars=_LONGEST)
        st.caption(
            words(
                "Names, post, password and sign-ins go, and the account is closed for good. The staff number, the "
                "visits and every figure stay. This can't be undone."
            )
        )
        if st.form_submit_button(words("Erase this person")):
            done = message("Erased: {number} has no name any more.", number=chosen or "")
            named = {"branch_id": hall.id, "staff_id": chosen or "", "again": again, "reason": reason}
            order(erase_staff, who, done, **named)
            st.rerun()


def _draw_text(who: Actor, hall: Hall) -> None:
    st.markdown(f"**{words('A text')}**")
    with st.form(f"{Key.PRIVACY_TEXT_ERASE} {hall.id}", border=False, enter_to_submit=False):
        what = st.selectbox(
            words("Where it stands"), list(Erasable), format_func=translator().plain.label, key=Key.PRIVACY_TEXT
        )
        number = st.text_input(
            words("Its number, as the page's address or the audit trail names it"),
            key=Key.PRIVACY_TEXT_ID,
            max_chars=36,
        )
        line = st.number_input(words("Line (of a rejected row)"), 0, 10_000_000, 0, 1, key=Key.PRIVACY_TEXT_LINE)
        reason = st.text_input(words("Why (kept in the trail)"), key=Key.PRIVACY_TEXT_WHY, max_chars=_LONGEST)
        if st.form_submit_button(words("Erase this text")):
            done = message("Erased. The visit and how it was judged stay.")
            named = {"branch_id": hall.id, "what": what, "subject": _an_id(number), "line": line, "reason": reason}
            order(erase_text, who, done, **named)
            st.rerun()


def _an_id(typed: str) -> UUID:
    """What was typed as an id; where it is none, the one that nothing has."""
    try:
        return UUID(typed.strip())
    except ValueError:
        return UUID(int=0)
