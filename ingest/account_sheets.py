"""Workbooks for people: the template of a file of accounts, and temporary passwords to print and cut apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.worksheet import Worksheet

from ingest.formulas import put

_FONT = "Microsoft YaHei"
_CUT = Border(bottom=Side(style="dashed", color="888888"))
_SHADE = PatternFill("solid", fgColor="E8EEF4")
_TEXT = "@"
_ROWS_AS_TEXT = 200


def template_sheet(title: str, headers: Sequence[str], notes: Iterable[str], notes_title: str) -> bytes:
    """A workbook with a header and empty lines, and a second sheet that says what goes into the columns."""
    book = Workbook()
    page = book.worksheets[0]
    page.title = title[:31]
    _put_row(page, 1, headers, bold=True)
    for row in range(2, _ROWS_AS_TEXT + 2):
        for column in range(1, len(headers) + 1):
            page.cell(row=row, column=column).number_format = _TEXT  # 0017 stays 0017
    page.freeze_panes = "A2"
    _widths(page, [16] * len(headers))
    said = book.create_sheet(notes_title[:31])
    for row, note in enumerate(notes, 1):
        _put_row(said, row, [note])
    _widths(said, [110])
    return _bytes_of(book)


def password_sheet(title: str, headers: Sequence[str], slips: Iterable[Sequence[str]], note: str) -> bytes:
    """A slip a person, a line each with room to cut between; what is told of them is text and never a formula."""
    book = Workbook()
    page = book.worksheets[0]
    page.title = title[:31]
    _put_row(page, 1, headers, bold=True)
    last = 1
    for last, slip in enumerate(slips, 2):
        _put_row(page, last, [*slip, note], border=_CUT)
        page.row_dimensions[last].height = 36
    _widths(page, [20] * (len(headers) - 1) + [48])
    page.print_title_rows = "1:1"
    page.freeze_panes = "A2"
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", page.PAPERSIZE_A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.print_area = f"A1:{page.cell(row=1, column=len(headers)).column_letter}{last}"
    return _bytes_of(book)


def _put_row(
    page: Worksheet, row: int, texts: Iterable[str], *, bold: bool = False, border: Border | None = None
) -> None:
    for column, text in enumerate(texts, 1):
        cell = page.cell(row=row, column=column)
        put(cell, "".join(letter for letter in text if letter.isprintable()))
        cell.number_format = _TEXT
        cell.font = Font(name=_FONT, size=11, bold=bold)
        cell.alignment = Alignment(vertical="center", wrap_text=True)
        if bold:
            cell.fill = _SHADE
        if border is not None:
            cell.border = border


def _widths(page: Worksheet, widths: Sequence[int]) -> None:
    for column, width in enumerate(widths, 1):
        page.column_dimensions[page.cell(row=1, column=column).column_letter].width = width


def _bytes_of(book: Workbook) -> bytes:
    written = BytesIO()
    book.save(written)
    return written.getvalue()
