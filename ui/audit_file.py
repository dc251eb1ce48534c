"""The lines that are found as a workbook or as CSV, with what was asked for; what people typed is never a formula."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from io import BytesIO, StringIO
from itertools import chain

import streamlit as st
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from actions.access import Matter
from analytics.audit_trail import TrailLine, whole_trail
from charts.sheet import printable
from ingest.formulas import put, write_csv
from models.actor import Actor
from models.store import Store
from ui import answers
from ui.audit_actions import action_words
from ui.audit_filters import View, filter_codes, filter_words
from ui.audit_words import Changed, changed, origin_words, subject_words
from ui.downloads import Taken, draw_download
from ui.keys import Key
from ui.language import Translator, words

MOST = 50_000
LONGEST_CELL = 32_767
Row = list[str]
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def draw_files(who: Actor, view: View, t: Translator) -> None:
    """Two buttons; the files are made when they are asked for."""
    plain = t.plain
    days = f"{view.first_on:%Y%m%d}-{view.last_on:%Y%m%d}"
    with st.container(horizontal=True, vertical_alignment="center"):
        for ending, mime, made, key in (
            ("xlsx", _XLSX, workbook, Key.AUDIT_XLSX),
            ("csv", "text/csv", comma_separated, Key.AUDIT_CSV),
        ):
            counted: list[int] = []
            make = partial(answers.in_parts, whole_file, who, view=view, t=plain, made=made, counted=counted)
            filters = filter_codes(view) | {"format": ending}
            taken = Taken(who, view.sought.branch_ids, Matter.AUDIT_TRAIL, partial(sum, counted), filters)
            name = f"{words('Audit trail')}-{days}.{ending}"
            draw_download(st, ending.upper(), make, name, mime, key=key, taken=taken)
        st.caption(words("All that fits, up to {n} lines, with the filters.", n=f"{MOST:,}"))


def whole_file(
    store: Store, actor: Actor, view: View, t: Translator, made: Callable[[Iterator[Row]], bytes], counted: list[int]
) -> bytes:
    """The file of all that is found: its rows are read as they are written, and counted for the file's own line."""
    counted.clear()
    with store.reading() as session:
        lines = whole_trail(session, actor, view.sought, most=MOST)
        return made(chain(_head(view, t), _rows(lines, view, t, counted)))


def _head(view: View, t: Translator) -> Iterator[Row]:
    yield [t.words("Audit trail")]
    yield from ([name, value] for name, value in filter_words(view, t))
    yield []
    yield [
        *(t.words("Time"), t.words("Hall"), t.words("Line"), t.words("Who"), t.words("What was done")),
        *(t.words("Counter"), t.words("About"), t.words("From where"), t.words("Reason"), t.words("Changes")),
        *("id", "hash"),
    ]


def _rows(lines: Iterator[TrailLine], view: View, t: Translator, counted: list[int]) -> Iterator[Row]:
    for line in lines:
        counted.append(1)
        zone = view.zone(line.branch_id)
        yield [
            line.at.astimezone(zone).isoformat(sep=" ", timespec="milliseconds"),
            view.hall_name(line.branch_id, t),
            str(line.line),
            line.actor,
            action_words(line.action, t),
            "" if line.counter_id is None else str(line.counter_id),
            subject_words(line, t),
            origin_words(line, t),
            line.reason or "",
            "\n".join(_said(one, t) for one in changed(line, t, zone)),
            str(line.id),
            line.hash,
        ]


def _said(one: Changed, t: Translator) -> str:
    field = f"{one.row} · {one.column}"
    return t.words("{field}: {was} → {became}", field=field, was=one.before, became=one.after)


def workbook(rows: Iterator[Row]) -> bytes:
    """Every cell is text: what begins like a formula stays a text."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        cells = [WriteOnlyCell(sheet) for _ in row]
        for cell, text in zip(cells, row, strict=True):
            put(cell, printable(text)[:LONGEST_CELL])
        sheet.append(cells)
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def comma_separated(rows: Iterator[Row]) -> bytes:
    """UTF-8 with its mark, as office programs open it; what begins like a formula has an apostrophe before it."""
    written = StringIO(newline="")
    write_csv(written, rows)
    return written.getvalue().encode("utf-8-sig")
