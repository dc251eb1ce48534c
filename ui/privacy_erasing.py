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
from ui.privacy_press import draw_said, order

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
    draw_said(Key.PRIVACY_ERASE)
    people = {one.staff_id: one for one in answers.fresh(erasable_people, who, branch_id=hall.id)}
    if not people:
        st.caption(words("Nobody is listed in this hall."))
        return
    t = translator().plain
    names = {code: t.joined(" ", [code, t.name(one.name, one.name_en)]) for code, one in people.items()}
    chosen = st.selectbox(
        words("Whose name"), list(people), index=None, format_func=lambda code: names.get(code, code),
        key=f"{Key.PRIVACY_PERSON} {hall.id}", placeholder=words("Choose"),
    )  # fmt: skip
    if chosen is not None:
        _draw_second_step(who, hall, chosen)


def _draw_second_step(who: Actor, hall: Hall, chosen: str) -> None:
    """What goes and what stays, and the number once more: only now is there anything to press."""
    with st.form(f"{Key.PRIVACY_ERASE} {hall.id} {chosen}", border=False, enter_to_submit=False):
        st.warning(
            words(
                "Names, post, password and sign-ins go, and the account is closed for good. The staff number, the "
                "visits and every figure stay. This can't be undone."
            )
        )
        st.text_input(words("Their staff number once more"), key=Key.PRIVACY_AGAIN, max_chars=32)
        st.text_input(words("Why (kept in the trail)"), key=Key.PRIVACY_WHY, max_chars=_LONGEST)
        st.form_submit_button(words("Erase this person"), on_click=_erase, args=(who, hall, chosen))


def _erase(who: Actor, hall: Hall, chosen: str) -> None:
    """Erase; taken, nothing that was typed is left for the next person."""
    done = message("Erased: {number} has no name any more.", number=chosen)
    typed = {"again": st.session_state[Key.PRIVACY_AGAIN], "reason": st.session_state[Key.PRIVACY_WHY]}
    if order(erase_staff, who, done, beside=Key.PRIVACY_ERASE, branch_id=hall.id, staff_id=chosen, **typed):
        st.session_state.update({Key.PRIVACY_AGAIN: "", Key.PRIVACY_WHY: ""})
        st.session_state[f"{Key.PRIVACY_PERSON} {hall.id}"] = None


def _draw_text(who: Actor, hall: Hall) -> None:
    st.markdown(f"**{words('A text')}**")
    with st.form(f"{Key.PRIVACY_TEXT_ERASE} {hall.id}", border=False, enter_to_submit=False):
        st.selectbox(
            words("Where it stands"), list(Erasable), format_func=translator().plain.label, key=Key.PRIVACY_TEXT
        )
        st.text_input(
            words("Its number, as the page's address or the audit trail names it"),
            key=Key.PRIVACY_TEXT_ID,
            max_chars=36,
        )
        st.number_input(words("Line (of a rejected row)"), 0, 10_000_000, 0, 1, key=Key.PRIVACY_TEXT_LINE)
        st.text_input(words("Why (kept in the trail)"), key=Key.PRIVACY_TEXT_WHY, max_chars=_LONGEST)
        st.form_submit_button(words("Erase this text"), on_click=_erase_text, args=(who, hall))
    draw_said(Key.PRIVACY_TEXT_ERASE)


def _erase_text(who: Actor, hall: Hall) -> None:
    typed = st.session_state
    named = {"branch_id": hall.id, "what": typed[Key.PRIVACY_TEXT], "subject": _an_id(typed[Key.PRIVACY_TEXT_ID])}
    named |= {"line": typed[Key.PRIVACY_TEXT_LINE], "reason": typed[Key.PRIVACY_TEXT_WHY]}
    done = message("Erased. The visit and how it was judged stay.")
    if order(erase_text, who, done, beside=Key.PRIVACY_TEXT_ERASE, **named):
        typed.update({Key.PRIVACY_TEXT_ID: "", Key.PRIVACY_TEXT_WHY: "", Key.PRIVACY_TEXT_LINE: 0})


def _an_id(typed: str) -> UUID:
    """What was typed as an id; where it is none, the one that nothing has."""
    try:
        return UUID(typed.strip())
    except ValueError:
        return UUID(int=0)
