"""The imports of a hall: when, who, which file, what became of it; its rejects, and its undo."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import streamlit as st

from actions.import_undo import undo_import
from actions.imports import RejectedLine
from actions.refusal import Refused
from analytics.directory import Hall
from analytics.imports import ImportLine, imports, refused_lines
from models.actor import Actor, NotAllowed, Right
from models.store import StoreAway
from models.tables import ImportState
from standards.message import message
from ui import answers, clock
from ui.import_taking import draw_rejects_file
from ui.keys import Key
from ui.language import Translator, say, translator, words
from ui.revealing import draw_reveal_import

_MOST = 100
_SILENT = timedelta(seconds=30)
"""A part of an import takes about a second: one that has been silent for so long has stopped."""


def draw_history(who: Actor, hall: Hall) -> None:
    """The newest imports; the one that is chosen can be looked into."""
    st.subheader(words("Imports so far"))
    done, said = st.session_state.pop(Key.IMPORT_UNDO, (True, None))
    if said is not None:
        (st.success if done else st.error)(say(said))
    lines = answers.fresh(imports, who, branch_id=hall.id, limit=_MOST)
    if not lines:
        st.info(words("Nothing was imported into this hall yet."))
        return
    _draw_stopped(who, hall, lines)
    chosen = _draw_table(lines, hall, may_choose=who.may(Right.IMPORT, hall.id))
    if not who.may(Right.IMPORT, hall.id):
        return
    if chosen is None:
        st.caption(words("Choose a row for its rejected rows or to take it back."))
        return
    _draw_rejects(who, hall, chosen)
    if chosen.state is not ImportState.UNDONE:
        _draw_undo(who, hall, chosen)


def _draw_stopped(who: Actor, hall: Hall, lines: Sequence[ImportLine]) -> None:
    """Which imports came to a stop half-way, and what can be done about it; what may have stopped just now."""
    if not who.may(Right.IMPORT, hall.id):
        return
    for line in lines:
        if line.state is ImportState.RUNNING and not _stopped(line):
            st.caption(
                words(
                    "{file} is coming in. Should it move no further for half a minute, it has stopped: open this page "
                    "again, and it says how to go on.",
                    file=line.file_name,
                )
            )
        elif _stopped(line):
            st.warning(
                words(
                    "{file} stopped at {n} of {m} rows. Choose the same file above with the same mapping, and it goes "
                    "on from there; or choose its row below to take back what is in.",
                    file=line.file_name,
                    n=line.rows,
                    m=line.of_rows,
                )
            )


def _stopped(line: ImportLine) -> bool:
    """Whether no part of an import that is not over has come in for a while."""
    at = line.reached_at or line.began_at
    return line.state is ImportState.RUNNING and clock.now() - at > _SILENT


def _draw_table(lines: Sequence[ImportLine], hall: Hall, *, may_choose: bool) -> ImportLine | None:
    t = translator().plain
    rows = [_row(t, line, hall) for line in lines]
    key = f"{Key.IMPORT_HISTORY} {hall.id} {lines[0].id}"
    if not may_choose:
        st.dataframe(rows, key=key, hide_index=True, column_config=_columns())
        return None
    shown = st.dataframe(
        rows, key=key, hide_index=True, column_config=_columns(), on_select="rerun", selection_mode="single-row"
    )
    chosen = shown.selection.rows
    return lines[chosen[0]] if chosen and chosen[0] < len(lines) else None


def _columns() -> dict[str, str | None]:
    return {
        "at": words("When"),
        "by": words("By whom"),
        "file": words("File"),
        "state": words("State"),
        "accepted": words("Taken"),
        "rejected": words("Rejected"),
        "mended": words("Mended"),
        "skipped": words("Left out"),
        "adjusted": words("Clocks set right"),
        "duplicates": words("There already"),
        "rows": words("Rows"),
        "mapping": words("Mapping"),
    }


def _row(t: Translator, line: ImportLine, hall: Hall) -> dict[str, Any]:
    return {
        "at": t.moment(line.began_at, hall.zone),
        "by": t.name(*line.called),
        "file": line.file_name,
        "state": _state(t, line, hall),
        "accepted": line.accepted,
        "rejected": line.rejected,
        "mended": line.mended,
        "skipped": line.skipped,
        "adjusted": line.adjusted,
        "duplicates": line.duplicates,
        "rows": line.rows,
        "mapping": line.mapping,
    }


def _state(t: Translator, line: ImportLine, hall: Hall) -> str:
    if line.state is ImportState.RUNNING:
        counts = {"n": line.rows, "m": line.of_rows}
        stopped = _stopped(line)
        return (
            t.words("Stopped at {n} of {m} rows", **counts)
            if stopped
            else t.words("Coming in: {n} of {m} rows", **counts)
        )
    if line.undone_at is None:
        return t.label(line.state)
    parts = (t.label(line.state), t.moment(line.undone_at, hall.zone), t.name(*line.undone_called), line.undone_why)
    return t.joined(" · ", parts)


def _draw_rejects(who: Actor, hall: Hall, line: ImportLine) -> None:
    if line.rejected:
        kept = answers.fresh(refused_lines, who, import_id=line.id) or ()
        draw_reveal_import(who, hall.id, line.id)
        rejects = [RejectedLine(one.line, one.reason, one.detail, one.content) for one in kept]
        draw_rejects_file(who, hall, rejects, (), line.file_name, f"{Key.IMPORT_HISTORY_REJECTS} {line.id}")


def _draw_undo(who: Actor, hall: Hall, line: ImportLine) -> None:
    """Take the whole import back: with a reason, and sure of it."""
    with st.popover(words("Take this import back …")):
        st.markdown(
            words(
                "{n} rows of {file} are removed from the hall's records. The import stays in this list, and the file "
                "may be imported again.",
                n=line.accepted,
                file=line.file_name,
            )
        )
        why = st.text_input(words("Reason"), key=f"{Key.IMPORT_UNDO_WHY} {line.id}", max_chars=500)
        sure = st.checkbox(words("Remove these rows"), key=f"{Key.IMPORT_UNDO_SURE} {line.id}")
        st.button(
            words("Take it back"),
            key=f"{Key.IMPORT_UNDO} {line.id}",
            type="primary",
            disabled=not (sure and why.strip()),
            on_click=_undo,
            args=(who, hall, line.id, why),
        )


def _undo(who: Actor, hall: Hall, import_id: UUID, why: str) -> None:
    try:
        removed = answers.order(undo_import, who, branch_id=hall.id, import_id=import_id, why=why, now=clock.now())
    except (Refused, NotAllowed) as refusal:
        st.session_state[Key.IMPORT_UNDO] = (False, refusal.message)
        return
    except StoreAway:
        st.session_state[Key.IMPORT_UNDO] = (
            False,
            message("The database could not be reached: nothing was logged. Press again."),
        )
        return
    answers.forget()
    st.session_state.pop(Key.IMPORT_DONE, None)
    st.session_state.pop(Key.IMPORT_TRIED, None)
    st.session_state[Key.IMPORT_UNDO] = (True, message("Taken back: {n} rows are removed.", n=removed))
