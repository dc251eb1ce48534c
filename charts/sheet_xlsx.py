"""A report as an A4 workbook, landscape, ready to print and to calculate with."""

from __future__ import annotations

from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.worksheet import Worksheet

from charts.sheet import Line, Sheet, printable
from ingest.formulas import put

_WIDTHS = (40, 22, 12, 10, 60)
_THIN = Side(style="thin", color="999999")
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_SHADE = PatternFill("solid", fgColor="E8EEF4")
_LAST = "E"


def xlsx_of(sheet: Sheet) -> bytes:
    """The workbook's bytes; numbers are numbers, what people typed is text and never a formula."""
    book = Workbook()
    page = book.worksheets[0]
    page.title = _tab(printable(sheet.title))
    row = _head(page, sheet)
    for section in sheet.sections:
        row = _band(page, row, section.heading)
        for line in section.lines:
            row = _line(page, row, line)
    for heading, text in sheet.texts:
        row = _band(page, row, heading)
        row = _wide(page, row, text)
    _signatures(page, row + 1, sheet)
    _for_printing(page, sheet)
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def _tab(title: str) -> str:
    return "".join(letter for letter in title if letter not in r"[]:*?/\\")[:31] or "1"


def _put(page: Worksheet, row: int, column: int, value: str | float | None, *, bold: bool = False) -> Cell:
    cell: Cell = page.cell(row=row, column=column)
    put(cell, printable(value) if isinstance(value, str) else value)
    cell.font = Font(name="Microsoft YaHei", size=10, bold=bold)
    cell.alignment = Alignment(wrap_text=True, vertical="center")
    cell.border = _BOX
    return cell


def _merged(page: Worksheet, row: int, text: str, *, bold: bool = False) -> Cell:
    for column in range(1, len(_WIDTHS) + 1):
        _put(page, row, column, None)
    page.merge_cells(f"A{row}:{_LAST}{row}")
    return _put(page, row, 1, text, bold=bold)


def _head(page: Worksheet, sheet: Sheet) -> int:
    title = _merged(page, 1, sheet.title, bold=True)
    title.font = Font(name="Microsoft YaHei", size=16, bold=True)
    title.alignment = Alignment(horizontal="center")
    row = 2
    for line in sheet.about:
        _merged(page, row, line)
        row += 1
    for column, head in enumerate(sheet.heads, 1):
        _put(page, row, column, head, bold=True).fill = _SHADE
    page.print_title_rows = f"{row}:{row}"
    page.freeze_panes = f"A{row + 1}"
    return row + 1


def _band(page: Worksheet, row: int, heading: str) -> int:
    _merged(page, row, heading, bold=True).fill = _SHADE
    return row + 1


def _line(page: Worksheet, row: int, line: Line) -> int:
    _put(page, row, 1, line.label)
    value = _put(page, row, 2, line.value if line.number is None else line.number)
    value.alignment = Alignment(horizontal="right", vertical="center", wrap_text=True)
    if line.number is not None:
        value.number_format = line.number_format
    _put(page, row, 3, line.unit)
    _put(page, row, 4, line.cases)
    _put(page, row, 5, line.beside)
    return row + 1


def _wide(page: Worksheet, row: int, text: str) -> int:
    cell = _merged(page, row, text)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    page.row_dimensions[row].height = 16 * max(2, 1 + text.count("\n") + len(text) // 70)
    return row + 1


def _signatures(page: Worksheet, row: int, sheet: Sheet) -> None:
    for place, (head, who) in enumerate(sheet.signatures):
        _merged(page, row + place, f"{head}{who or '____________________'}")
        page.row_dimensions[row + place].height = 24


def _for_printing(page: Worksheet, sheet: Sheet) -> None:
    for letter, width in zip("ABCDE", _WIDTHS, strict=True):
        page.column_dimensions[letter].width = width
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = page.PAPERSIZE_A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.print_area = f"A1:{_LAST}{page.max_row}"
    page.oddFooter.center.text = sheet.page
