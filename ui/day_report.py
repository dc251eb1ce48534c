"""The day's report on the screen: its figures, amendments, signatures, and the documents made of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import streamlit as st

from actions.access import Matter
from actions.day_report import LONGEST_EDIT, amend, note_incidents, review, sign, write_report
from actions.press import Receipt
from analytics.day_figures import as_json, day_figures
from analytics.day_report import Report
from analytics.directory import Hall
from charts.sheet import Sheet
from charts.sheet_docx import docx_of
from charts.sheet_xlsx import xlsx_of
from models.actor import Actor, Right
from standards.day_report import Column, Part
from ui import answers
from ui.counted import figure_with_unit
from ui.day_sheet import exclusions_said, lines_of, sheet_of
from ui.downloads import Taken, draw_download
from ui.keys import Key
from ui.language import translator, words
from ui.press import draw_refusal, nonce, press

_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class ReportView:
    """What the parts of the screen share."""

    who: Actor
    hall: Hall
    report: Report
    now: datetime

    def give(self, command: Callable[..., Receipt], name: str, **named: Any) -> None:
        """A press bound to the report as it is shown."""
        self.taken(command, name, **named)

    def taken(self, command: Callable[..., Receipt], name: str, **named: Any) -> bool:
        """The same, and whether it was taken."""
        day_on = self.report.day_on
        key = f"{name}:{day_on}:{self.report.version}:{nonce()}"
        named = {"day_on": day_on, **named}
        return press(command, self.who, self.hall.id, key, self.report.version, named, name) is not None

    @property
    def may_run(self) -> bool:
        return self.who.may(Right.RUN_HALL, self.hall.id)


def write_day_report(who: Actor, hall_id: str, day_on: date, now: datetime, seen: int | None = None) -> None:
    """Count the day and store it as its report; the closing of the hall does the same."""
    figures = answers.fresh(day_figures, who, branch_id=hall_id, day_on=day_on, now=now) or {}
    named = {"day_on": day_on, "figures": as_json(figures)}
    press(write_report, who, hall_id, f"write-report:{day_on}:{seen}:{nonce()}", seen, named, "write-report")


def draw_state(view: ReportView) -> None:
    """Where the report stands: so far, written, signed, reviewed; and the next press."""
    t, report, zone = translator(), view.report, view.hall.zone
    said = [t.words("Figures as of {moment}", moment=t.moment(report.as_of, zone))]
    if report.written is None:
        said.append(words("not written yet: these are the figures so far"))
    if (signed := report.signed) is not None:
        name = t.plain.name(signed.name, signed.name_en)
        said.append(words("Signed by {name}, {moment}", name=name, moment=t.moment(signed.at, zone)))
    if (reviewed := report.reviewed) is not None:
        name = t.plain.name(reviewed.name, reviewed.name_en)
        said.append(words("Reviewed by {name}, {moment}", name=name, moment=t.moment(reviewed.at, zone)))
    if report.edits:
        said.append(words("{n} figures amended by hand", n=len(report.edits)))
    st.caption(" · ".join(said))
    for sentence in exclusions_said(report, t):
        st.info(sentence)
    draw_refusal()
    _draw_presses(view)


def _draw_presses(view: ReportView) -> None:
    report, row = view.report, st.container(horizontal=True)
    if view.may_run:
        again = report.written is not None
        row.button(
            words("Write the figures anew") if again else words("Write the report"),
            key=f"{Key.REPORT_WRITE}-{report.version}",
            help=words("It must be signed again then.") if report.signed else None,
            type="secondary" if again else "primary",
            on_click=write_day_report,
            args=(view.who, view.hall.id, report.day_on, view.now, report.version),
        )
    if view.may_run and report.written is not None and report.signed is None:
        name = f"{Key.REPORT_SIGN}-{report.version}"
        row.button(words("Sign"), key=name, type="primary", on_click=view.give, args=(sign, "sign"))
    reviews = view.who.may(Right.APPROVE, view.hall.id) and report.signed is not None and report.reviewed is None
    if reviews and report.signed is not None and report.signed.account != view.who.name:
        name = f"{Key.REPORT_REVIEW}-{report.version}"
        row.button(words("Review and sign"), key=name, type="primary", on_click=view.give, args=(review, "review"))
    _draw_downloads(view, row)


def _draw_downloads(view: ReportView, row: Any) -> None:
    sheet = sheet_of(view.report, translator().plain, view.hall.zone)
    name = f"{sheet.title}-{view.hall.id}-{view.report.day_on:%Y%m%d}"
    for ending, mime, made, key in (
        ("docx", _DOCX, docx_of, Key.REPORT_DOCX),
        ("xlsx", _XLSX, xlsx_of, Key.REPORT_XLSX),
    ):
        filters = {"day": view.report.day_on, "format": ending}
        taken = Taken(view.who, (view.hall.id,), Matter.DAY_REPORT, len(view.report.figures), filters)
        draw_download(row, ending.upper(), _made(made, sheet), f"{name}.{ending}", mime, key=key, taken=taken)


def _made(make: Callable[[Sheet], bytes], sheet: Sheet) -> Callable[[], bytes]:
    """The document is made when it is asked for, not at every look at the page."""
    return lambda: make(sheet)


def draw_figures(view: ReportView) -> None:
    """Every column with its figure, n, and what stands beside it."""
    t = translator()
    heads = (words("Column"), words("Figure"), "n", words("Interval, limit, remarks"))
    rows: list[dict[str, str]] = []
    for part in Part:
        rows.append(dict(zip(heads, (f"**{t.label(part)}**", "", "", ""), strict=True)))
        for line in lines_of(view.report, part, t, view.hall.zone):
            cases = "" if line.cases is None else f"{line.cases:,}"
            told = figure_with_unit(line.value, line.unit)
            rows.append(dict(zip(heads, (line.label, told, cases, line.beside), strict=True)))
    st.table(rows)


def draw_incidents(view: ReportView) -> None:
    """What was unusual, in a person's words."""
    st.markdown(f"###### {words('Unusual events and what was done')}")
    if not view.may_run or view.report.version is None:
        st.write(translator().text(view.report.incidents) or words("Nothing noted."))
        return
    key = f"{Key.REPORT_INCIDENTS}-{view.hall.id}-{view.report.day_on}"
    st.session_state.setdefault(key, view.report.incidents)
    st.text_area(words("Unusual events and what was done"), key=key, max_chars=2000, label_visibility="collapsed")

    def keep() -> None:
        view.give(note_incidents, "incidents", text=st.session_state[key])

    same = st.session_state[key].strip() == view.report.incidents
    st.button(words("Keep these words"), key=Key.REPORT_NOTE, on_click=keep, disabled=same)


def draw_amendments(view: ReportView) -> None:
    """Put another value beside a counted one, with its reason; what was typed stays until it is taken."""
    if not view.may_run or view.report.version is None:
        return
    with st.expander(words("Amend a figure by hand")):
        st.caption(words("The counted figure stays beside it. A signed report must be signed again."))
        t = translator().plain
        st.selectbox(words("Column"), list(Column), format_func=t.label, key=Key.REPORT_COLUMN)
        value = st.text_input(words("What should stand there"), key=Key.REPORT_VALUE, max_chars=LONGEST_EDIT)
        why = st.text_input(words("Reason"), key=Key.REPORT_WHY, max_chars=500)

        def take() -> None:
            column = st.session_state[Key.REPORT_COLUMN]
            if view.taken(amend, f"amend-{column}", column=column, value=value, why=why):
                st.session_state[Key.REPORT_VALUE] = st.session_state[Key.REPORT_WHY] = ""

        st.button(words("Amend"), key=Key.REPORT_AMEND, on_click=take, disabled=not why.strip())
        if view.report.edit(st.session_state[Key.REPORT_COLUMN]) is not None:
            st.caption(words("Leave it empty to take the amendment back."))
