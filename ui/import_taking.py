"""The trial of a file, its import once, and what became of its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import PurePath
from time import monotonic

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from actions.access import Matter
from actions.imports import RejectedLine
from actions.refusal import Refused
from analytics.directory import Hall
from ingest.broken import BrokenFile
from ingest.importing import Progress, Report, Taking, Watched, checker_of, take_file, taking, try_file
from ingest.mapping import Mapping, WrongMapping
from ingest.rejects import REJECTS_ENCODING, rejects_text
from ingest.surveying import GivenFile
from models.actor import Actor
from models.store import StoreAway
from standards.masking import masked, masked_line
from ui import answers, clock
from ui.downloads import Taken, draw_download
from ui.import_preview import draw_rejects
from ui.import_words import in_words, reason_name, said_of_fields
from ui.keys import Key
from ui.language import translator, words


@dataclass(frozen=True, slots=True)
class Trial:
    """What is tried and taken: one file by one mapping in one hall."""

    hall: Hall
    file: GivenFile
    mapping: Mapping
    day: date | None

    @property
    def key(self) -> tuple[object, ...]:
        """What a result belongs to: another file, sheet, mapping, day or hall is another trial."""
        return (self.hall.id, hash(self.file.content), self.file.sheet, repr(self.mapping), self.day)


def draw_done(who: Actor, trial: Trial) -> bool:
    """What became of a trial that was imported just now; whether it was."""
    done = _kept(Key.IMPORT_DONE, trial)
    if done is not None:
        _draw_done(who, trial, done)
    return done is not None


def draw_taking(who: Actor, trial: Trial, now: datetime) -> None:
    """Dry run, then import; the result stays until another file, mapping or day is chosen."""
    tried = _kept(Key.IMPORT_TRIED, trial)
    if st.button(words("Dry run"), key=Key.IMPORT_TRY, type="secondary" if tried else "primary") and _try(
        who, trial, now
    ):
        st.rerun()
    if tried is None:
        return
    _draw_report(tried, trying=True)
    _draw_download(who, trial, tried)
    if tried.begun:
        st.info(words("This import was stopped half-way before: it goes on behind the rows that are in."))
    elif not tried.accepted:
        st.info(words("There is nothing new in it to import."))
        return
    take = words("Go on importing") if tried.begun else words("Import {n} rows", n=tried.accepted)
    if st.button(take, key=Key.IMPORT_TAKE, type="primary"):
        _take(who, trial)


def _kept(key: Key, trial: Trial) -> Report | None:
    kept: tuple[tuple[object, ...], Report] | None = st.session_state.get(key)
    return kept[1] if kept is not None and kept[0] == trial.key else None


def _try(who: Actor, trial: Trial, now: datetime) -> bool:
    try:
        report = _work(who, trial, try_file, words("Checking every row"), now)
    except (BrokenFile, WrongMapping, Refused) as wrong:
        st.error(said_of_fields(translator(), wrong.message))
        return False
    st.session_state[Key.IMPORT_TRIED] = (trial.key, report)
    return True


def _take(who: Actor, trial: Trial) -> None:
    """Import it; what is kept at once makes a second press show this result instead of importing again."""
    try:
        st.caption(words("Leaving this page stops the import; it can go on later."))
        report = _work(who, trial, take_file, words("Importing"), clock.now())
        st.session_state[Key.IMPORT_DONE] = (trial.key, report)
    except (BrokenFile, WrongMapping, Refused) as wrong:
        st.error(said_of_fields(translator(), wrong.message))
        return
    except StoreAway:
        st.error(
            words("The database could not be reached: the import stopped. Press again, and it goes on from there.")
        )
        return
    answers.forget()
    st.rerun()


def _work(who: Actor, trial: Trial, work: Callable[[Taking], Report], doing: str, now: datetime) -> Report:
    """Go through the file with a bar that moves part by part; whoever leaves the page stops it between two parts."""
    with st.spinner(doing):
        checker = answers.fresh(checker_of, who, branch_id=trial.hall.id, mapping=trial.mapping, day=trial.day, now=now)
        bar = st.empty()
        file = answers.in_parts(
            taking,
            who,
            branch_id=trial.hall.id,
            given=trial.file,
            checker=checker,
            now=now,
            watched=Watched(partial(_show, bar, monotonic())),
        )
        with file as opened:
            return work(opened)


def _show(bar: DeltaGenerator, began: float, progress: Progress) -> None:
    """How far it is, and how long the rest takes at the pace so far."""
    done = progress.done - progress.continued
    left = timedelta(seconds=round((monotonic() - began) / done * (progress.rows - progress.done))) if done else None
    if left is None:
        text = words("{n} of {m} rows", n=progress.done, m=progress.rows)
    else:
        text = words("{n} of {m} rows · about {left} left", n=progress.done, m=progress.rows, left=left)
    bar.progress(min(1.0, progress.done / max(1, progress.rows)), text)


def _draw_done(who: Actor, trial: Trial, report: Report) -> None:
    if report.accepted:
        st.success(words("Imported: {n} rows are in the hall's records.", n=report.accepted))
    else:
        st.info(words("Everything in it was imported before: nothing was added."))
    _draw_report(report, trying=False)
    _draw_download(who, trial, report)
    st.button(words("Import another file"), key=Key.IMPORT_ANOTHER, on_click=_another)


def _another() -> None:
    st.session_state[Key.IMPORT_ROUND] = int(st.session_state.get(Key.IMPORT_ROUND, 0)) + 1
    for key in (Key.IMPORT_SEEN, Key.IMPORT_TRIED, Key.IMPORT_DONE):
        st.session_state.pop(key, None)


def _draw_report(report: Report, *, trying: bool) -> None:
    """The counts in a sentence, the reasons with theirs, the first rejected lines."""
    counts = {
        "rows": report.rows,
        "accepted": report.accepted,
        "adjusted": report.adjusted,
        "skipped": report.skipped,
        "rejected": report.rejected,
        "duplicates": report.duplicates,
    }
    if trying:
        st.markdown(
            words(
                "Of {rows} rows {accepted} would be taken ({adjusted} of them with clocks set right), {skipped} left "
                "out, {rejected} rejected; {duplicates} are there already.",
                **counts,
            )
        )
    else:
        st.markdown(
            words(
                "Of {rows} rows {accepted} were taken ({adjusted} of them with clocks set right), {skipped} left out, "
                "{rejected} rejected; {duplicates} were there already.",
                **counts,
            )
        )
    if report.rejects:
        t = translator()
        st.markdown(" · ".join(f"{reason_name(t, reason)} {n}" for reason, n in report.reasons.items()))
        draw_rejects(report.rejects)


def _draw_download(who: Actor, trial: Trial, report: Report) -> None:
    if report.rejects:
        t = translator()
        if report.rejected > len(report.rejects):
            st.caption(
                words(
                    "The file holds the first {n} of {m} rejected rows; after the import all of them can be had below.",
                    n=len(report.rejects),
                    m=report.rejected,
                )
            )
        listed = (_hidden(in_words(t, one)) for one in report.rejects)
        draw_rejects_file(who, trial.hall, listed, report.header, trial.file.name, Key.IMPORT_REJECTS)


def _hidden(line: RejectedLine) -> RejectedLine:
    """What tells of customers is masked; in the history it is shown in plain to who may and gives a reason."""
    return replace(line, detail=masked(line.detail), content=masked_line(line.content))


def draw_rejects_file(
    who: Actor, hall: Hall, rejects: Iterable[RejectedLine], header: Iterable[str], name: str, key: str
) -> None:
    """The rejected lines as a file: mended, it is uploaded here with the same mapping."""
    listed, columns = list(rejects), tuple(header)
    draw_download(
        st,
        words("Rejected rows as CSV, to mend and upload again"),
        lambda: rejects_text(listed, columns).encode(REJECTS_ENCODING),
        f"{PurePath(name).stem}-rejects.csv",
        "text/csv",
        key=key,
        taken=Taken(who, (hall.id,), Matter.REJECTED_ROWS, len(listed), {"file": name}),
    )
