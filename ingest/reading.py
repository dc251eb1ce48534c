"""A file as rows of text, CSV or XLSX: its encoding found, its columns checked, whatever is broken said at once."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple

from ingest.broken import BrokenFile
from ingest.formulas import as_said
from ingest.workbook import Row, is_workbook, rows_of, texts_of
from standards.message import Message, message

__all__ = [
    "BrokenFile",
    "Line",
    "Sheet",
    "check_width",
    "encoding_of",
    "lines_of",
    "opened",
    "read_bytes",
    "sheet",
    "sheet_of",
    "text_lines",
    "text_of",
]

_BOM = b"\xef\xbb\xbf"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_NOT_TEXT = b"\x00"
_BLOCK = 1 << 20
MOST_COLUMNS = 1_000


class Line(NamedTuple):
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
    with opened(path) as file:
        return file.read()


def opened(path: Path) -> BinaryIO:
    """The file, to be read from its beginning; raises BrokenFile."""
    try:
        file = path.open("rb")
        return file if path.is_file() else _kept(file)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise BrokenFile(message("The file {path} can't be read: {reason}.", path=path, reason=reason)) from error


def _kept(pipe: BinaryIO) -> BinaryIO:
    """What comes through a pipe, which can be read but once."""
    with pipe:
        return io.BytesIO(pipe.read())


def text_of(content: bytes) -> str:
    """The text of a file; raises BrokenFile as `encoding_of` does."""
    return content.decode(encoding_of(io.BytesIO(content)))


def encoding_of(file: BinaryIO) -> str:
    """UTF-8 (with or without a mark) or GB18030; a file that is empty or broken in the middle is refused.

    GB18030 gives nearly any bytes some meaning. Where more of the file is good UTF-8 than not, it is UTF-8 that broke.
    """
    marked = _check_bytes(file)
    broken_on = _broken_line(file, "utf-8")
    if broken_on is None:
        return "utf-8-sig"
    if marked or _mostly_utf8(file):
        raise BrokenFile(_unreadable(broken_on, "UTF-8"))
    if (broken_on := _broken_line(file, "gb18030")) is not None:
        raise BrokenFile(_unreadable(broken_on, "GB18030"))
    return "gb18030"


def _check_bytes(file: BinaryIO) -> bool:
    """Refuse what is no text of ours; whether it has a mark of UTF-8."""
    lines, empty, marked = 0, True, False
    for block in _blocks(file):
        if not lines and block.startswith(_UTF16):
            raise BrokenFile(message("The file is in UTF-16: save it as UTF-8 or GB18030."))
        if (at := block.find(_NOT_TEXT)) >= 0:
            line = lines + block.count(b"\n", 0, at) + 1
            raise BrokenFile(
                message("Line {line} holds a zero byte: this is no text file, or it is damaged.", line=line)
            )
        marked = marked or (not lines and block.startswith(_BOM))
        empty = empty and not block.strip()
        lines += block.count(b"\n")
    if empty:
        raise BrokenFile(message("The file is empty."))
    return marked


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    """The whole file in pieces that end with a line: no character of either encoding is torn."""
    file.seek(0)
    while block := file.read(_BLOCK):
        yield block + file.readline()


def _broken_line(file: BinaryIO, encoding: str) -> int | None:
    """The first line that is not of an encoding."""
    lines = 0
    for block in _blocks(file):
        try:
            block.decode(encoding)
        except UnicodeDecodeError as error:
            return lines + block.count(b"\n", 0, error.start) + 1
        lines += block.count(b"\n")
    return None


def _mostly_utf8(file: BinaryIO) -> bool:
    good = broken = 0
    for block in _blocks(file):
        decoded = block.decode("utf-8", errors="replace")
        lost = decoded.count("\ufffd")
        good += len(decoded) - len(decoded.encode("ascii", errors="ignore")) - lost
        broken += lost
    return good > broken


def _unreadable(line: int, encoding: str) -> Message:
    return message("Line {line} is not {encoding}: the file is damaged.", line=line, encoding=encoding)


def sheet_of(
    content: bytes, delimiter: str, needed: frozenset[str], formats: tuple[str, ...] = (), name: str | None = None
) -> Sheet:
    """The header and rows of a file, of a workbook those of one sheet; moments in its cells by the first `formats`."""
    return sheet(lines_of(content, delimiter, formats, name), needed)


def lines_of(content: bytes, delimiter: str, formats: tuple[str, ...] = (), name: str | None = None) -> Iterator[Line]:
    """The rows that hold anything, the header's first; raises BrokenFile."""
    if is_workbook(content):
        return workbook_lines(rows_of(content, name), formats)
    file = io.BytesIO(content)
    return text_lines(file, encoding_of(file), delimiter)


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
    names = [as_said(name.strip()) for name in first.fields]
    check_width(first.number, names)
    if missing := sorted(needed - set(names)):
        raise BrokenFile(message("The file lacks columns: {columns}.", columns=", ".join(missing)))
    if double := sorted({name for name in names if name in needed and names.count(name) > 1}):
        raise BrokenFile(message("The file has columns twice: {columns}.", columns=", ".join(double)))
    header = (f"{name} ({place})" if name in names[:place] else name for place, name in enumerate(names))
    return Sheet(tuple(header), lines)


def check_width(line: int, names: Sequence[str]) -> None:
    """Raise BrokenFile for a header of more names than any file of visits has."""
    if sum(map(bool, names)) > MOST_COLUMNS:
        raise BrokenFile(_too_wide(line))


def _too_wide(line: int) -> Message:
    return message("Line {line} has more than {n} columns: this is no file of rows.", line=line, n=MOST_COLUMNS)


def text_lines(file: BinaryIO, encoding: str, delimiter: str) -> Iterator[Line]:
    """The rows of a text file that hold anything, read as they are asked for; the file stays open."""
    file.seek(0)
    text = io.TextIOWrapper(file, encoding, newline="")
    try:
        yield from csv_lines(text, delimiter)
    finally:
        if not file.closed:
            text.detach()


def csv_lines(text: Iterable[str], delimiter: str) -> Iterator[Line]:
    """The rows that hold anything, with the line each begins on; raises BrokenFile where quotes are open."""
    rows = csv.reader(text, delimiter=delimiter, strict=True)
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
        if len(fields) > MOST_COLUMNS:
            raise BrokenFile(_too_wide(begins))
        if any(map(str.strip, fields)):
            yield Line(begins, fields)
        begins = rows.line_num + 1
