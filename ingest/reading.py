"""A CSV file as rows of text: its encoding found, its columns checked, and whatever is broken said at once."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from standards.message import Message, message

_BOM = b"\xef\xbb\xbf"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_NOT_TEXT = b"\x00"


class BrokenFile(Exception):
    """The file can't be read as a whole, and nothing of it was taken; `message` says why and where."""

    reason = "broken_file"

    def __init__(self, said: Message) -> None:
        super().__init__(str(said))
        self.message = said


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


def sheet(text: str, delimiter: str, needed: frozenset[str]) -> Sheet:
    """The header and rows of a CSV text; raises BrokenFile where columns are missing or double, or quotes are open."""
    lines = _lines(text, delimiter)
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


def _lines(text: str, delimiter: str) -> Iterator[Line]:
    """The rows that hold anything, with the line each begins on."""
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
