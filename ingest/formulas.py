"""Texts that a spreadsheet program would take for formulas: marked in the files that people open, and read back.

Every file of rows that leaves the application is written by `write_csv`, every workbook's cell by `put` (a test looks).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from openpyxl.cell import Cell

_BEGINS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""The last four are the wide signs, which programs in Chinese and Japanese read as the others."""
_MARK = "'"
Value = str | int | float | None


def like_a_formula(text: str) -> bool:
    """Whether a spreadsheet program might reckon with a text; one that looks marked already counts too."""
    return text.lstrip(_MARK).startswith(_BEGINS)


def inert(text: str) -> str:
    """A cell as it is written: an apostrophe before what would be a formula (and before what looks so marked)."""
    return _MARK + text if like_a_formula(text) else text


def as_said(text: str) -> str:
    """A cell as it was before `inert`."""
    return text[1:] if text.startswith(_MARK) and like_a_formula(text) else text


def write_csv(out: TextIO, rows: Iterable[Iterable[Value]]) -> None:
    """Rows as CSV: texts are inert, numbers stay numbers, nothing is an empty cell."""
    csv.writer(out).writerows([inert(value) if isinstance(value, str) else value for value in row] for row in rows)


def put(cell: Cell, value: Value) -> None:
    """A value into a workbook's cell: a text stays a text, also when somebody changes it there or saves it as CSV."""
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"
        cell.quotePrefix = like_a_formula(value)
