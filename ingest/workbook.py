"""An Excel workbook (.xlsx) as rows of cells: typed cells become the text that a mapping reads; bombs are refused."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from ingest.archive import check_archive
from ingest.broken import BrokenFile
from ingest.time_formats import has_date
from standards.message import message

Cell = str | int | float | bool | datetime | date | time | timedelta | None
"""What a cell holds: text, a number, yes or no, a moment, a day, a time of day, a length of time, or nothing."""

ZIP = b"PK\x03\x04"
_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED = "EncryptedPackage".encode("utf-16-le")
MOST_ROWS = 1_048_576
MOST_CELLS = 6_000_000
_ZEROS = re.compile(r"0{1,255}")
# What the reader of a damaged workbook raises; its parsers know no common fault.
_FAULTS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a sheet that holds anything, by its number there (from 1)."""

    number: int
    cells: tuple[Cell, ...]


def is_workbook(content: bytes) -> bool:
    """Whether the bytes are a workbook of any kind, also one that can't be read."""
    return content.startswith((ZIP, _OLD))


def check_name(name: str, content: bytes) -> None:
    """Raise BrokenFile where a file is called a workbook and is none: as a CSV it would make no sense."""
    if name.lower().endswith((".xlsx", ".xlsm")) and not is_workbook(content):
        raise BrokenFile(message("This is no XLSX file, whatever its name says: save it again as XLSX or CSV."))


def sheet_names(content: bytes) -> tuple[str, ...]:
    """The names of the sheets that hold cells, those in sight first; raises BrokenFile."""
    with _opened(content) as workbook:
        ordered = sorted(workbook.worksheets, key=lambda found: found.sheet_state != "visible")
        return tuple(found.title for found in ordered)


def rows_of(content: bytes, sheet: str | None = None) -> Iterator[Row]:
    """The rows of a sheet (without a name: the first in sight) that hold anything; raises BrokenFile."""
    with _opened(content) as workbook:
        names = [found.title for found in workbook.worksheets]
        ordered = sorted(workbook.worksheets, key=lambda found: found.sheet_state != "visible")
        chosen = next((found for found in ordered if sheet in (None, found.title)), None)
        if not ordered:
            raise BrokenFile(message("The file is empty."))
        if chosen is None:
            said = message("There is no sheet {sheet}; there are: {known}.", sheet=sheet, known=", ".join(names))
            raise BrokenFile(said)
        chosen.reset_dimensions()  # some programs write them wrong
        yield from _rows(chosen.iter_rows())


def _rows(found: Iterable[tuple[Any, ...]]) -> Iterator[Row]:
    cells = 0
    for number, row in enumerate(found, start=1):
        cells += len(row)
        if number > MOST_ROWS or cells > MOST_CELLS:
            raise BrokenFile(message("The sheet is too large: split it into several files."))
        values = tuple(_value(cell) for cell in row)
        if any(value not in (None, "") for value in values):
            yield Row(number, values)


@contextmanager
def _opened(content: bytes) -> Iterator[Any]:
    """The workbook, read as it goes; whatever is wrong with it is one sentence."""
    if content.startswith(_OLD):
        if _LOCKED in content:
            raise BrokenFile(message("The workbook is locked by a password: save it without one."))
        raise BrokenFile(message("The file is an old Excel workbook (.xls): save it as .xlsx or CSV."))
    from openpyxl import load_workbook  # takes a quarter of a command's start, which mostly reads no workbook

    workbook = None
    try:
        check_archive(content)
        workbook = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        yield workbook
    except _FAULTS as error:
        raise BrokenFile(message("The file is no Excel workbook (.xlsx), or it is damaged.")) from error
    finally:
        if workbook is not None:
            workbook.close()


def _value(cell: Any) -> Cell:
    """A cell's value; a day without a time of day, and a number that is written with zeros before it, stay so."""
    value: Cell = cell.value
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, datetime):
        from openpyxl.styles.numbers import is_datetime

        return value.date() if value.time() == time() and is_datetime(cell.number_format) == "date" else value
    if isinstance(value, int) and value >= 0 and _ZEROS.fullmatch(cell.number_format or ""):
        return str(value).zfill(len(cell.number_format))
    return value


def texts_of(row: Row, formats: tuple[str, ...]) -> list[str]:
    """The row's cells as text; moments by the first of a mapping's formats that keeps them whole."""
    return [text_of_cell(cell, formats) for cell in row.cells]


def text_of_cell(cell: Cell, formats: tuple[str, ...] = ()) -> str:
    """A cell as the text a mapping expects; `formats` are those of its times.

    A moment that no format keeps is written as 2026-02-13 10:31:04, a day as 2026-02-13, a time as 10:31:04.
    """
    match cell:
        case None:
            return ""
        case bool():
            return "1" if cell else "0"
        case float():
            return str(int(cell)) if cell.is_integer() else repr(cell)
        case timedelta():
            return _moment_text(_time_of(cell), formats) if timedelta() <= cell < timedelta(days=1) else str(cell)
        case datetime() | date() | time():
            return _moment_text(cell, formats)
    return str(cell).replace("\x00", "")


def _time_of(length: timedelta) -> time:
    return (datetime.combine(date(1900, 1, 1), time()) + length).time()


def _moment_text(cell: datetime | date | time, formats: tuple[str, ...]) -> str:
    whole = _whole(cell)
    for form in formats:
        if has_date(form) is isinstance(cell, time):
            continue
        written = whole.strftime(form)
        try:
            again = datetime.strptime(written, form)  # noqa: DTZ007 - a cell has no zone
        except ValueError:
            continue
        if again.replace(tzinfo=None) == whole or (isinstance(cell, time) and again.time() == cell):
            return written
    return cell.isoformat(sep=" ") if isinstance(cell, datetime) else cell.isoformat()


def _whole(cell: datetime | date | time) -> datetime:
    """The cell as a moment; what it lacks is the first of its kind."""
    if isinstance(cell, datetime):
        return cell
    if isinstance(cell, date):
        return datetime.combine(cell, time())
    return datetime.combine(date(1900, 1, 1), cell)
