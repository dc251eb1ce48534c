"""The list of dated changes: who asked for what, when and why, what became of it, and the decision on one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import streamlit as st

from actions.changes import decide_change, withdraw_change
from actions.refusal import Refused
from analytics.changes import ChangeLine, ChangeState
from models.actor import Actor, NotAllowed
from standards.message import message
from standards.vocabulary import ChangeKind
from ui import answers, clock
from ui.change_draft import draw_effect, draw_moved, field, names_of, preview_of
from ui.change_words import ChangeNames, about_words, moved, place_words
from ui.escaping import in_markdown
from ui.keys import Key
from ui.language import translator, words


def draw_list(who: Actor, lines: Sequence[ChangeLine], now: datetime) -> None:
    """All changes of a kind, and the one that is chosen."""
    t, names = translator().plain, names_of(who)
    kind = st.selectbox(
        words("Kind of change"),
        ["", *ChangeKind],
        format_func=lambda kind: t.label(ChangeKind(kind)) if kind else t.words("All"),
        key=Key.CHANGE_KIND,
    )
    shown = [line for line in lines if kind in {"", line.kind}]
    if not shown:
        st.info(words("No change has been asked for."))
        return
    chosen = st.dataframe(
        [_row(line, names) for line in shown],
        hide_index=True,
        key=f"{Key.CHANGE_TABLE}-{kind}-{len(shown)}",
        on_select="rerun",
        selection_mode="single-row",
        column_config={t.words("From"): st.column_config.DateColumn(format="YYYY-MM-DD")},
    )
    rows = chosen["selection"]["rows"]
    waiting = [line for line in shown if line.may_decide]
    line = shown[rows[0]] if rows else next(iter(waiting), None)
    if line is None:
        st.caption(words("Choose a change to see it in full."))
        return
    _draw_line(who, line, names, now)


def _row(line: ChangeLine, names: ChangeNames) -> dict[str, object]:
    t = translator().plain
    what = t.words("; ").join(
        f"{name} {was} → {becomes}" for name, was, becomes in moved(t, line.content, line.was, names)
    )
    return {
        t.words("State"): t.label(line.state),
        t.words("What"): about_words(t, line.kind, line.subject, names),
        t.words("Hall"): place_words(t, line.branch_id, names),
        t.words("From"): line.from_on,
        t.words("Was → becomes"): what,
        t.words("Asked by"): t.name(*line.asked_called),
        t.words("Reason"): line.why,
    }


def _draw_line(who: Actor, line: ChangeLine, names: ChangeNames, now: datetime) -> None:
    t = translator()
    with st.container(border=True):
        about, hall = about_words(t, line.kind, line.subject, names), place_words(t, line.branch_id, names)
        st.markdown(f"**{about} · {hall} · {t.label(line.state)}**")
        st.markdown(
            t.words(
                "{name} asked at {at}, from {day}: {why}",
                name=t.plain.name(*line.asked_called),
                at=line.asked_at,
                day=line.from_on,
                why=line.why,
            )
        )
        if line.decided_at is not None and line.decided_called is not None:
            said = t.words("{name} decided at {at}.", name=t.plain.name(*line.decided_called), at=line.decided_at)
            st.markdown(f"{t.label(line.state)}{t.words(': ')}{said} {in_markdown(line.decided_why)}")
        draw_moved(line.content, line.was, names)
        if line.state is ChangeState.WAITING:
            st.caption(words("What it would change, counted now:"))
            draw_effect(
                preview_of(who, line.kind, line.subject, line.content, line.from_on, line.branch_id, now), names
            )
        elif line.preview.get("judged"):
            st.caption(
                words(
                    "Said when it was asked for: {n} of {m} verdicts.",
                    n=line.preview["changed"],
                    m=line.preview["judged"],
                )
            )
        _draw_presses(who, line)


def _draw_presses(who: Actor, line: ChangeLine) -> None:
    if not (line.may_decide or line.may_withdraw):
        return
    st.text_input(words("Reason for the decision"), key=field(f"decide-{line.id}"), max_chars=500)
    presses = st.container(horizontal=True)
    if line.may_decide:
        presses.button(
            words("Approve"), type="primary", key=Key.CHANGE_APPROVE, on_click=_decide, args=(who, line, True)
        )
        presses.button(words("Refuse"), key=Key.CHANGE_REFUSE, on_click=_decide, args=(who, line, False))
    if line.may_withdraw:
        presses.button(words("Withdraw"), key=Key.CHANGE_WITHDRAW, on_click=_decide, args=(who, line, None))


def _decide(who: Actor, line: ChangeLine, approve: bool | None) -> None:
    why = str(st.session_state[field(f"decide-{line.id}")])
    named = {"change_id": line.id, "branch_id": line.branch_id, "why": why, "now": clock.now()}
    try:
        if approve is None:
            answers.order(withdraw_change, who, **named)
        else:
            answers.order(decide_change, who, approve=approve, **named)
    except (Refused, NotAllowed) as refusal:
        st.session_state[Key.CHANGE_ANSWER] = (False, refusal.message)
        return
    answers.forget()
    st.session_state[Key.CHANGE_ANSWER] = (True, message("Done. The change stays in the list."))
