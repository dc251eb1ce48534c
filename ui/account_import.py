"""Accounts from a workbook: the template, a trial that says what each line would do, and the passwords, once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import streamlit as st

from actions.access import Matter
from actions.refusal import Refused
from analytics.account_places import places
from ingest.account_file import MOST_BYTES, AccountLine, read_account_file
from ingest.account_plan import Change, LineState, PlannedLine, What, plan_accounts
from ingest.account_sheets import password_sheet, template_sheet
from ingest.account_taking import Handed, Taken, counts, take_accounts
from ingest.broken import BrokenFile
from models.actor import EVERYWHERE, Actor, NotAllowed
from models.store import StoreAway
from standards.vocabulary import Role
from ui import answers, clock
from ui.account_words import Places, by_code, place_words, role_words
from ui.downloads import Taken as TakenFile
from ui.downloads import draw_download
from ui.keys import Key
from ui.language import Translator, say, translator, words
from ui.uploading import draw_button_words

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MOST_LISTED = 500
_MEGABYTES = MOST_BYTES // 1_000_000


def draw_import(who: Actor) -> None:
    """From the file to the slips, one step after the other."""
    done: Taken | None = st.session_state.get(Key.ACCOUNTS_TAKEN)
    if done is not None:
        _draw_done(who, done)
        return
    _draw_template()
    turn = int(st.session_state.get(Key.ACCOUNTS_ROUND, 0))
    draw_button_words(f"{Key.ACCOUNTS_FILE}-{turn}")
    uploaded = st.file_uploader(
        words("File of people: XLSX, at most {n} MB", n=_MEGABYTES), key=f"{Key.ACCOUNTS_FILE}-{turn}"
    )
    if uploaded is None:
        return
    try:
        lines = read_account_file(uploaded.getvalue())
    except BrokenFile as broken:
        st.error(say(broken.message))
        return
    planned = answers.fresh(plan_accounts, who, lines=lines)
    _draw_planned(planned, by_code(answers.fresh(places, who)), trying=True)
    number = counts(planned)[LineState.NEW] + counts(planned)[LineState.CHANGED]
    if not number:
        st.info(words("There is nothing new in it."))
    elif st.button(words("Take {n} lines in", n=number), key=Key.ACCOUNTS_TAKE_FILE, type="primary"):
        _take(who, lines, uploaded.name)


def _draw_template() -> None:
    t = translator().plain
    st.markdown(
        words(
            "A line a person. An account that is known is changed to what its line says; what a line leaves empty "
            "stays, and so does everybody who is not in the file."
        )
    )
    draw_download(
        st,
        words("Template (XLSX)"),
        lambda: template(t),
        "accounts-template.xlsx",
        _XLSX,
        key=Key.ACCOUNTS_TEMPLATE,
        taken=None,
    )


def template(t: Translator) -> bytes:
    """The empty workbook in a reader's language; its headers are known to `read_account_file`."""
    headers = [
        t.words("Staff number"),
        t.words("Name"),
        t.words("Hall"),
        t.words("Post"),
        t.words("Role in the system"),
        t.words("Leaving date"),
    ]
    return template_sheet(t.words("Accounts"), headers, _notes(t), t.words("How to fill it in"))


def _notes(t: Translator) -> list[str]:
    roles = t.words(", ").join(t.label(role) for role in Role if role is not Role.DEVICE)
    return [
        t.words("Staff number: it becomes the name of a new account."),
        t.words("Hall: code or name; several with commas; a region takes in all its halls; * is every hall."),
        t.words("Role, several with commas: {roles}.", roles=roles),
        t.words("The roles of a line are all that the person has: others are taken away."),
        t.words("Administrators' and auditors' roles are given by a file, and taken away by hand alone."),
        t.words("Leaving date, such as 2026-02-13: the last day; after it nobody gets in."),
        t.words("Nothing is done before you have seen what each line would do."),
    ]


def _take(who: Actor, lines: Sequence[AccountLine], name: str) -> None:
    bar = st.empty()

    def show(done: int, of: int) -> None:
        bar.progress(done / max(1, of), words("Passwords made: {n} of {m}", n=done, m=of))

    try:
        with st.spinner(words("Taking the file in")):
            taken = answers.in_parts(
                take_accounts, who, lines=tuple(lines), file_name=name, now=clock.now(), progress=show
            )
    except (Refused, NotAllowed) as refused:
        st.error(say(refused.message))
        return
    except StoreAway:
        st.error(words("The database could not be reached: nothing was changed. Try again."))
        return
    answers.forget()
    st.session_state[Key.ACCOUNTS_TAKEN] = taken
    st.rerun()


def _draw_done(who: Actor, done: Taken) -> None:
    known = by_code(answers.fresh(places, who))
    st.success(words("Taken in."))
    if done.handed:
        st.markdown(
            words(
                "Temporary passwords for new people: {n}. They are in this sheet alone, and only now: save it, print "
                "it, cut it apart and hand the slips over.",
                n=len(done.handed),
            )
        )
        st.warning(words("These passwords are shown only here: download them before you leave this page."))
        t = translator().plain
        halls = tuple(sorted({one.branch_id or EVERYWHERE for one in done.handed}))
        draw_download(
            st,
            words("Slips with the passwords (XLSX)"),
            lambda: _slips(t, known, done.handed),
            "temporary-passwords.xlsx",
            _XLSX,
            key=Key.ACCOUNTS_SLIPS,
            taken=TakenFile(who, halls, Matter.PASSWORD_SLIPS, len(done.handed)),
            type="primary",
        )
    st.button(
        words("The sheet is saved: forget the passwords") if done.handed else words("Another file"),
        key=Key.ACCOUNTS_FORGET,
        on_click=_forget,
    )
    _draw_planned(done.lines, known, trying=False)


def _forget() -> None:
    st.session_state.pop(Key.ACCOUNTS_TAKEN, None)
    st.session_state[Key.ACCOUNTS_ROUND] = int(st.session_state.get(Key.ACCOUNTS_ROUND, 0)) + 1


def _slips(t: Translator, known: Places, handed: Sequence[Handed]) -> bytes:
    headers = (t.words("Hall"), t.words("Name"), t.words("Account"), t.words("Temporary password"), t.words("Note"))
    slips = (
        (place_words(t, known, one.branch_id) if one.branch_id else "", one.called, one.account, one.password)
        for one in handed
    )
    note = t.words("Keep it to yourself. You choose your own password at the first sign-in.")
    return password_sheet(t.words("Temporary passwords"), headers, slips, note)


def _draw_planned(planned: Sequence[PlannedLine], known: Places, *, trying: bool) -> None:
    """How many lines of each kind, and each line with what it does; those that are refused first."""
    t = translator()
    number = counts(tuple(planned))
    said = [t.joined(" ", [t.label(state), str(n)]) for state, n in number.items() if n]
    st.markdown(t.joined(" · ", said))
    order = list(LineState)
    listed = sorted(planned, key=lambda one: (-order.index(one.state) if _matters(one) else 1, one.line))
    st.dataframe(
        [_row(t.plain, one, known) for one in listed[:_MOST_LISTED]],
        key=f"{Key.ACCOUNTS_PLANNED} {trying}",
        hide_index=True,
        column_config={
            "line": st.column_config.NumberColumn(words("Line"), width=60),
            "account": st.column_config.TextColumn(words("Account"), width="small"),
            "called": st.column_config.TextColumn(words("Name"), width="small"),
            "state": st.column_config.TextColumn(
                words("What happens") if trying else words("What happened"), width="small"
            ),
            "changes": st.column_config.TextColumn(words("In detail"), width="large"),
        },
    )
    if len(listed) > _MOST_LISTED:
        st.caption(words("The first {n} of {m} lines are shown.", n=_MOST_LISTED, m=len(listed)))


def _matters(one: PlannedLine) -> bool:
    return one.state in {LineState.REFUSED, LineState.CHANGED}


def _row(t: Translator, one: PlannedLine, known: Places) -> dict[str, str | int]:
    detail = t.say(one.refused) if one.refused is not None else change_words(t, known, one.changes)
    state = t.label(one.state)
    return {
        "line": one.line,
        "account": one.account,
        "called": one.called,
        "state": f"⚠ {state}" if one.state is LineState.REFUSED else state,
        "changes": detail,
    }


def change_words(t: Translator, known: Places, changes: Sequence[Change]) -> str:
    """Each change in words: Hall: East Hall → West Hall; Role given: Guide · West Hall."""
    return t.joined(" | ", (_change(t, known, one) for one in changes))


def _change(t: Translator, known: Places, one: Change) -> str:
    if one.what in {What.ROLE_GIVEN, What.ROLE_TAKEN} and isinstance(one.before, Role):
        value = role_words(t, known, one.before, str(one.after))
    else:
        before, after = (_value(t, known, one.what, value) for value in (one.before, one.after))
        value = t.joined(" → ", [before, after])
    return t.joined(t.words(": "), [t.label(one.what), value])


def _value(t: Translator, known: Places, what: What, value: str | date | None) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return t.day(value)
    return place_words(t, known, value) if what is What.HALL else t.text(value)
