"""A file as rows of text, CSV or XLSX: its encoding found, its columns checked, whatever is broken said at once."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ingest.broken import BrokenFile
from ingest.workbook import Row, is_workbook, rows_of, texts_of
from standards.message import Message, message

__all__ = ["BrokenFile", "Line", "Sheet", "csv_lines", "lines_of", "read_bytes", "sheet", "sheet_of", "text_of"]

_BOM = b"\xef\xbb\xbf"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_NOT_TEXT = b"\x00"


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the file and the line it begins on (1 is the header's); `fields` are short or long where it is torn."""

    number: int
    fields: list[str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file's header, double names told apart by their place, and its rows to be read once."""

    header: tuple[str, ...]
    lines: Iterator[Line]


def read_bytes(path: Path) -> bytes:
    """The file's bytes, or BrokenFile."""
    try:
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise BrokenFile(message("The file {path} can't be read: {reason}.", path=path, reason=reason)) from error


def text_of(content: bytes) -> str:
    """The text of a file in UTF-8 (with or without a mark) or GB18030; a file broken in the middle is refused.

    GB18030 gives nearly any bytes some meaning. Where more of the file is good UTF-8 than not, it is UTF-8 that broke.
    """
    if not content.strip():
        raise BrokenFile(message("The file is empty."))
    if content.startswith(_UTF16):
        raise BrokenFile(message("The file is in UTF-16: save it as UTF-8 or GB18030."))
    if _NOT_TEXT in content:
        line = _line_of(content, content.index(_NOT_TEXT))
        raise BrokenFile(message("Line {line} holds a zero byte: this is no text file, or it is damaged.", line=line))
    try:
        return content.removeprefix(_BOM).decode("utf-8")
    except UnicodeDecodeError as error:
        broken_at = error.start + (len(_BOM) if content.startswith(_BOM) else 0)
    if content.startswith(_BOM) or _mostly_utf8(content):
        raise BrokenFile(_unreadable(content, broken_at, "UTF-8"))
    try:
        return content.decode("gb18030")
    except UnicodeDecodeError as error:
        raise BrokenFile(_unreadable(content, error.start, "GB18030")) from error


def _mostly_utf8(content: bytes) -> bool:
    decoded = content.decode("utf-8", errors="replace")
    broken = decoded.count("\ufffd")
    return sum(character > "\x7f" for character in decoded) - broken > broken


def _unreadable(content: bytes, at: int, encoding: str) -> Message:
    return message("Line {line} is not {encoding}: the file is damaged.", line=_line_of(content, at), encoding=encoding)


def _line_of(content: bytes, at: int) -> int:
    return content.count(b"\n", 0, at) + 1


def sheet_of(
    content: bytes, delimiter: str, needed: frozenset[str], formats: tuple[str, ...] = (), name: str | None = None
) -> Sheet:
    """The header and rows of a file, of a workbook those of one sheet; moments in its cells by the first `formats`."""
    return sheet(lines_of(content, delimiter, formats, name), needed)


def lines_of(content: bytes, delimiter: str, formats: tuple[str, ...] = (), name: str | None = None) -> Iterator[Line]:
    """The rows that hold anything, the header's first; raises BrokenFile."""
    if is_workbook(content):
        return workbook_lines(rows_of(content, name), formats)
    return csv_lines(text_of(content), delimiter)


def workbook_lines(rows: Iterator[Row], formats: tuple[str, ...]) -> Iterator[Line]:
    """A sheet's rows as lines as wide as its header: cells have no end of a line that could be torn."""
    width = 0
    for row in rows:
        fields = texts_of(row, formats)
        while len(fields) > width and not fields[-1].strip():
            fields.pop()
        width = width or len(fields)
        yield Line(row.number, fields + [""] * (width - len(fields)))


def sheet(lines: Iterator[Line], needed: frozenset[str]) -> Sheet:
    """Lines under their header; raises BrokenFile where columns are missing or double."""
    first = next(lines, None)
    if first is None:
        raise BrokenFile(message("The file is empty."))
    names = [name.strip() for name in first.fields]
    if missing := sorted(needed - set(names)):
        raise BrokenFile(message("The file lacks columns: {columns}.", columns=", ".join(missing)))
    if double := sorted({name for name in names if name in needed and names.count(name) > 1}):
        raise BrokenFile(message("The file has columns twice: {columns}.", columns=", ".join(double)))
    header = (f"{name} ({place})" if name in names[:place] else name for place, name in enumerate(names))
    return Sheet(tuple(header), lines)


def csv_lines(text: str, delimiter: str) -> Iterator[Line]:
    """The rows that hold anything, with the line each begins on; raises BrokenFile where quotes are open."""
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begins = 1
    while True:
        try:
            fields = next(rows, None)
        except csv.Error as error:
            raise BrokenFile(
                message("The row that begins on line {line} is no CSV: {reason}.", line=begins, reason=error)
            ) from error
        if fields is None:
            return
        if any(field.strip() for field in fields):
            yield Line(begins, fields)
        begins = rows.line_num + 1
