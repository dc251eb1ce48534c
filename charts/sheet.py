"""A report as a table of words and numbers, already in its reader's language, for the documents made of it."""

from __future__ import annotations

from dataclasses import dataclass


def printable(text: str) -> str:
    """A text without the marks that no document can hold; line ends and tabs stay."""
    return "".join(letter for letter in text if letter in "\n\t" or letter.isprintable())


@dataclass(frozen=True, slots=True)
class Line:
    """One row: what it is, its value as people read it, and (`number`, `number_format`) as a table calculates it.

    `cases` is the n that the value is of, `beside` its interval and what else must stand next to it.
    """

    label: str
    value: str
    unit: str = ""
    cases: int | None = None
    beside: str = ""
    number: float | None = None
    number_format: str = "General"


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with its rows."""

    heading: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A report: title, what it is about, the heads of the columns (label, value, unit, n, beside), parts, signatures.

    `texts` are headings with paragraphs; `signatures` what stands before the line to sign on, and who signed.
    """

    title: str
    about: tuple[str, ...]
    heads: tuple[str, str, str, str, str]
    sections: tuple[Section, ...]
    texts: tuple[tuple[str, str], ...]
    signatures: tuple[tuple[str, str], ...]
    page: str
