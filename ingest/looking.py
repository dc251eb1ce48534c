"""What a file looks like before anybody has said what its columns mean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import zip_longest

from actions.imports import RejectedLine
from ingest.broken import BrokenFile
from ingest.checking import Checker
from ingest.formulas import as_said
from ingest.reading import Line, check_width, lines_of, sheet, text_of, workbook_lines
from ingest.surveying import GivenFile
from ingest.workbook import Row, check_name, is_workbook, rows_of, sheet_names, text_of_cell
from standards.message import message

SHOWN_ROWS, SHOWN_VALUES, MOST_MEANINGS = 20, 5, 30
_DELIMITERS = ",;\t|"
_READ_AT_MOST = 200


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its name: the first texts in it that are not empty, and all that it says where they are few."""

    name: str
    samples: tuple[str, ...]
    texts: tuple[str, ...]
    meanings: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Look:
    """A file's columns (those whose name is their own), how many rows it has, and the first of them."""

    name: str
    digest: str
    delimiter: str
    sheets: tuple[str, ...]
    sheet: str | None
    rows: int
    columns: tuple[Column, ...]
    header: Row = field(repr=False)
    first: tuple[Row, ...] = field(repr=False)

    def column(self, name: str) -> Column | None:
        """The column of a name."""
        return next((column for column in self.columns if column.name == name), None)


@dataclass(frozen=True, slots=True)
class PreviewLine:
    """How a row would be understood: as these columns of an interaction, or left out, or rejected."""

    number: int
    row: Dictionary[str, object] | None = None
    adjusted: bool = False
    rejected: RejectedLine | None = None


def look_at(given: GivenFile) -> Look:
    """Read a file once; raises BrokenFile with what is wrong with it."""
    check_name(given.name, given.content)
    workbook = is_workbook(given.content)
    delimiter = "," if workbook else guess_delimiter(given.content)
    rows = rows_of(given.content, given.sheet) if workbook else _csv_rows(given.content, delimiter)
    header = next(rows, None)
    if header is None:
        raise BrokenFile(message("The file is empty."))
    names = [as_said(text_of_cell(cell).strip()) for cell in header.cells]
    check_width(header.number, names)
    counted: list[Counter[str] | None] = [Counter() for _ in names]
    texts: list[list[str]] = [[] for _ in names]
    first: list[Row] = []
    count = 0
    for row in rows:
        count += 1
        if len(first) < SHOWN_ROWS:
            first.append(row)
        _count(row, counted, texts)
    own = [place for place, name in enumerate(names) if name and names.count(name) == 1]
    return Look(
        name=given.name,
        digest=sha256(given.content).hexdigest(),
        delimiter=delimiter,
        sheets=sheet_names(given.content) if workbook else (),
        sheet=given.sheet,
        rows=count,
        columns=tuple(_column(names[place], texts[place], counted[place]) for place in own),
        header=header,
        first=tuple(first),
    )


def guess_delimiter(content: bytes) -> str:
    """What parts the columns of a CSV file: what stands most often in its first line."""
    line = text_of(content).lstrip().partition("\n")[0]
    return max(_DELIMITERS, key=line.count)


def _csv_rows(content: bytes, delimiter: str) -> Iterator[Row]:
    return (Row(line.number, tuple(line.fields)) for line in lines_of(content, delimiter))


def _count(row: Row, counted: list[Counter[str] | None], texts: list[list[str]]) -> None:
    for place, (cell, few) in enumerate(zip_longest(row.cells[: len(counted)], counted, fillvalue=None)):
        if few is None and len(texts[place]) >= _READ_AT_MOST:
            continue
        text = text_of_cell(cell).strip()
        if not text:
            continue
        if len(texts[place]) < _READ_AT_MOST:
            texts[place].append(text)
        if few is not None:
            few[text] += 1
            if len(few) > MOST_MEANINGS:
                counted[place] = None


def _column(name: str, texts: list[str], counted: Counter[str] | None) -> Column:
    meanings = None if counted is None else tuple(text for text, _ in counted.most_common())
    return Column(name, tuple(dict.fromkeys(texts))[:SHOWN_VALUES], tuple(texts), meanings)


def preview(look: Look, checker: Checker) -> tuple[PreviewLine, ...]:
    """How the first rows would be understood; raises BrokenFile where the mapping needs columns that are not there."""
    mapping = checker.mapping
    if look.sheets:
        lines = workbook_lines(iter((look.header, *look.first)), mapping.times.formats)
    else:
        lines = iter([Line(row.number, [str(cell) for cell in row.cells]) for row in (look.header, *look.first)])
    checked = checker.check(sheet(lines, mapping.needed))
    found = {line.line: PreviewLine(line.line, line.row, line.adjusted) for line in checked.read}
    found |= {reject.line: PreviewLine(reject.line, rejected=reject) for reject in checked.rejects}
    return tuple(found.get(row.number, PreviewLine(row.number)) for row in look.first)
