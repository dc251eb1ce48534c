"""A file read once from end to end before anything of it is taken: its digest, its rows, and that it is whole."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import file_digest
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO, TextIO

from ingest.mapping import Mapping
from ingest.reading import Line, Sheet, encoding_of, opened, sheet, text_lines, workbook_lines
from ingest.workbook import check_name, is_workbook, rows_of

_HEAD = 8
"""Bytes by which a workbook is known."""


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A file that somebody gave: its name, its bytes or where they are, of a workbook the sheet (else the first)."""

    name: str
    content: bytes = field(default=b"", repr=False)
    sheet: str | None = None
    path: Path | None = None

    def opened(self) -> BinaryIO:
        """Its bytes, to be read from the beginning; raises BrokenFile."""
        return io.BytesIO(self.content) if self.path is None else opened(self.path)


@dataclass(frozen=True, slots=True)
class Survey:
    """A file that can be read to its end: its SHA-256, its rows under the header, and they themselves once more."""

    name: str
    digest: str
    rows: int
    again: Callable[[], Sheet]


@contextmanager
def surveyed(given: GivenFile, mapping: Mapping) -> Iterator[Survey]:
    """A file as a mapping reads it, open within the block; raises BrokenFile.

    A workbook is taken apart once, into a file that has no name and ends with the block: its cells cost most of the
    work, and hold far more memory than their text.
    """
    with given.opened() as file, TemporaryFile("w+", encoding="utf-8", newline="") as spool:
        digest = file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]  # it is asked for no more than it has
        file.seek(0)
        head = file.read(_HEAD)
        check_name(given.name, head)
        lines = _workbook(file, given, mapping, spool) if is_workbook(head) else _text(file, mapping)
        rows = sum(1 for _ in sheet(lines(), mapping.needed).lines)
        yield Survey(given.name, digest, rows, lambda: sheet(lines(), mapping.needed))


def _text(file: BinaryIO, mapping: Mapping) -> Callable[[], Iterator[Line]]:
    encoding = encoding_of(file)
    return lambda: text_lines(file, encoding, mapping.delimiter)


def _workbook(file: BinaryIO, given: GivenFile, mapping: Mapping, spool: TextIO) -> Callable[[], Iterator[Line]]:
    file.seek(0)
    written = csv.writer(spool)
    for line in workbook_lines(rows_of(file.read(), given.sheet), mapping.times.formats):
        written.writerow([line.number, *line.fields])
    return lambda: _spooled(spool)


def _spooled(spool: TextIO) -> Iterator[Line]:
    spool.seek(0)
    return (Line(int(row[0]), row[1:]) for row in csv.reader(spool))
