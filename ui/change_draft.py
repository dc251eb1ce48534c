"""A change on its way: checked, shown with all that it would do, and confirmed; whatever is refused stays typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import streamlit as st

from actions.changes import ask_change, check_change
from actions.refusal import Refused
from analytics.change_preview import ChangePreview, change_preview
from analytics.changes import ChangeState, changes, standard_names
from analytics.directory import business_types, halls
from models.actor import EVERYWHERE, Actor, NotAllowed
from standards.message import Message, message
from standards.vocabulary import ChangeKind
from ui import answers, clock
from ui.change_words import ChangeNames, effect_words, moved
from ui.keys import Key
from ui.language import say, translator, words

_MOST_LISTED, _WITHOUT_SCROLLING, _LIST_PIXELS = 200, 6, 240


@dataclass(frozen=True)
class Draft:
    """A change as it was typed, with what it puts in and replaces as it would be kept."""

    kind: ChangeKind
    subject: str
    branch_id: str
    from_on: date
    why: str
    typed: Mapping[str, Any]
    content: Mapping[str, Any]
    was: Mapping[str, Any]


def names_of(who: Actor) -> ChangeNames:
    """The names of the halls and business types the reader knows."""
    t = translator().plain
    return ChangeNames(
        {hall.id: t.name(hall.name, hall.name_en) for hall in answers.answer(halls, who)},
        {one.id: t.name(one.name, one.name_en) for one in answers.answer(business_types, who)},
        {subject: t.name(*name) for subject, name in answers.answer(standard_names, who).items()},
    )


def shared_day(who: Actor, now: datetime) -> date:
    """The day of what halls share: the latest of their local days, so that no hall's next day has begun before it."""
    days = (clock.day_in(hall.zone, now) for hall in answers.answer(halls, who))
    return max(days, default=clock.day_in(UTC, now))


def propose(
    who: Actor, kind: ChangeKind, subject: str, typed: Mapping[str, Any], from_on: date, why: str, branch_id: str
) -> None:
    """Take what a form says as the draft to be looked at, or keep the sentence that refuses it."""
    st.session_state.pop(Key.CHANGE_DRAFT, None)
    named = {"kind": kind, "subject": subject, "from_on": from_on, "why": why, "branch_id": branch_id}
    try:
        content, was = answers.fresh(check_change, who, content=typed, now=clock.now(), **named)
    except (Refused, NotAllowed) as refusal:
        refuse(refusal.message)
        return
    st.session_state.pop(Key.CHANGE_ANSWER, None)
    st.session_state[Key.CHANGE_DRAFT] = Draft(kind, subject, branch_id, from_on, why, typed, content, was)


def refuse(said: Message) -> None:
    """Keep a sentence for the form to say."""
    st.session_state.pop(Key.CHANGE_DRAFT, None)
    st.session_state[Key.CHANGE_ANSWER] = (False, said)


def field(name: str) -> str:
    """A form's key for a field: a change that was taken begins with an empty form."""
    return f"{Key.CHANGE_FORM}-{name}-{st.session_state.get(Key.CHANGE_ROUND, 0)}"


def draw_answer() -> None:
    """What came of the last press, once."""
    done, said = st.session_state.pop(Key.CHANGE_ANSWER, (True, None))
    if said is not None:
        (st.success if done else st.error)(say(said))


def draw_draft(
    who: Actor, kind: ChangeKind, now: datetime, *, subject: str | None = None, branch_id: str = EVERYWHERE
) -> None:
    """The draft of this form with what it would do, and the press that confirms it."""
    draft: Draft | None = st.session_state.get(Key.CHANGE_DRAFT)
    if draft is None or (draft.kind, draft.branch_id) != (kind, branch_id) or subject not in {None, draft.subject}:
        return
    names = names_of(who)
    with st.container(border=True):
        st.markdown(f"**{words('Look at it before you confirm')}**")
        draw_moved(draft.content, draft.was, names)
        with st.spinner(words("Counting the verdicts it changes")):
            found = preview_of(who, kind, draft.subject, draft.content, draft.from_on, draft.branch_id, now)
        draw_effect(found, names)
        st.button(
            words("Confirm the change"), type="primary", key=Key.CHANGE_CONFIRM, on_click=_confirm, args=(who, found)
        )


def preview_of(
    who: Actor,
    kind: ChangeKind,
    subject: str,
    content: Mapping[str, Any],
    from_on: date,
    branch_id: str,
    now: datetime,
) -> ChangePreview:
    """Count anew what a change would do."""
    found: ChangePreview = answers.fresh(
        change_preview,
        who,
        kind=kind,
        subject=subject,
        content=content,
        from_on=from_on,
        branch_id=branch_id,
        now=now,
    )
    return found


def draw_moved(content: Mapping[str, Any], was: Mapping[str, Any], names: ChangeNames) -> None:
    """What was, and what it becomes."""
    rows = moved(translator().plain, content, was, names)
    columns = [words("What changes"), words("Was"), words("Becomes")]
    st.dataframe([dict(zip(columns, row, strict=True)) for row in rows], hide_index=True, row_height=None)


def draw_effect(found: ChangePreview, names: ChangeNames) -> None:
    """What it would do, in sentences, and the halls and days where verdicts change."""
    t = translator()
    first, *more = effect_words(t, found, names)
    st.markdown(f"**{first}**")
    for sentence in more:
        st.markdown(sentence)
    if found.flipped:
        st.dataframe(
            [
                {
                    t.words("Hall"): names.halls.get(one.branch_id, one.branch_id),
                    t.words("Day"): one.day_on,
                    t.words("Standard"): names.standard(one.code),
                    t.words("Verdicts that change"): one.changed,
                    t.words("Verdicts there were"): one.judged,
                }
                for one in found.flipped[:_MOST_LISTED]
            ],
            hide_index=True,
            height=_LIST_PIXELS if len(found.flipped) > _WITHOUT_SCROLLING else "auto",
            column_config={t.words("Day"): st.column_config.DateColumn(format="YYYY-MM-DD")},
        )


def _confirm(who: Actor, found: ChangePreview) -> None:
    draft: Draft = st.session_state[Key.CHANGE_DRAFT]
    try:
        change = answers.order(
            ask_change,
            who,
            kind=draft.kind,
            subject=draft.subject,
            content=draft.typed,
            from_on=draft.from_on,
            why=draft.why,
            preview=found.kept(),
            branch_id=draft.branch_id,
            now=clock.now(),
        )
    except (Refused, NotAllowed) as refusal:
        refuse(refusal.message)
        return
    answers.forget()
    listed = {line.id: line for line in answers.fresh(changes, who, now=clock.now())}
    waits = change in listed and listed[change].state is ChangeState.WAITING
    said = (
        message("Asked for. Its day has begun already: somebody else must approve it before it holds.")
        if waits
        else message("Saved. It stands in the list of changes.")
    )
    del st.session_state[Key.CHANGE_DRAFT]
    st.session_state[Key.CHANGE_ROUND] = int(st.session_state.get(Key.CHANGE_ROUND, 0)) + 1
    st.session_state[Key.CHANGE_ANSWER] = (True, said)
