"""Line by line from text to an interaction's columns, or to the reason why not."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from itertools import islice, zip_longest
from typing import Any, Protocol

from actions.imports import Part, ReadLine, RejectedLine
from ingest.at_rest import collector_at_rest
from ingest.fields import COLUMNS, FIELDS, IMPOSSIBLE_STAGES, NEEDED_STAGES, STAGES, TIMES, UNSAID
from ingest.formulas import as_said
from ingest.mapping import Mapping
from ingest.reading import Line, Sheet
from ingest.rejects import REASON_COLUMN, Reason, Rejected
from ingest.times import Clock
from standards.facts import QUEUED
from standards.message import message
from standards.vocabulary import OPEN, Begun, Outcome, Source

_BEYOND = re.compile(r"\+\d+")
"""What the fields beyond a header are named; a mended reject has nothing left in them."""
_NONE: frozenset[str] = frozenset()
_UNSAID: dict[str, Any] = {**UNSAID, "begun": Begun.TICKET, "source": Source.IMPORT}


class Occurrences(Protocol):
    """How often each text was met."""

    def met(self, text: str) -> int:
        """Count it once more, and say how often that is."""


class OccurrencesInMemory(Counter[str]):
    """How often each of a few texts was met."""

    def met(self, text: str) -> int:
        """As `Occurrences` says."""
        self[text] += 1
        return self[text]


@dataclass(frozen=True, slots=True)
class Checker:
    """What lines are held against: the mapping, its clock, and what the hall knows; without business types, any is."""

    mapping: Mapping
    clock: Clock
    business_types: frozenset[str]
    now: datetime
    looked_in: tuple[tuple[str, tuple[str, ...], frozenset[str]], ...] = field(init=False, repr=False, compare=False)
    """Each field, the columns to look in, and what says nothing there."""

    def __post_init__(self) -> None:
        never = self.clock.times.never
        looked_in = ((name, places, never if name in TIMES else _NONE) for name, places in self.mapping.columns.items())
        object.__setattr__(self, "looked_in", tuple(looked_in))

    def check(self, sheet: Sheet) -> Part:
        """Every line of a sheet, taken or rejected; raises BrokenFile where it can't be read on."""
        return next(self.parts(sheet, None, OccurrencesInMemory()), Part())

    def parts(self, sheet: Sheet, size: int | None, occurrences: Occurrences, after: int = 0) -> Iterator[Part]:
        """The lines after one, so many rows at a time; raises BrokenFile.

        Where rows are known by all they say, `occurrences` counts the equal ones from the file's beginning.
        """
        header = header_of(sheet, self.mapping)
        lines = self._lines_after(sheet, header, occurrences, after)
        while some := list(islice(lines, size)):
            part = Part()
            with collector_at_rest():
                for line in some:
                    self._put(part, header, line, occurrences)
            yield part

    def _lines_after(self, sheet: Sheet, header: Header, occurrences: Occurrences, after: int) -> Iterator[Line]:
        for line in sheet.lines:
            if line.number > after:
                yield line
            elif self.mapping.reference is None:
                self._put(Part(), header, line, occurrences)

    def _put(self, part: Part, header: Header, line: Line, occurrences: Occurrences) -> None:
        content = header.content(line)
        try:
            self._take(part, header, line, content, occurrences)
        except Rejected as rejected:
            said = rejected.message
            part.rejects.append(RejectedLine(line.number, rejected.reason.value, str(said), content, said))

    def _take(self, part: Part, header: Header, line: Line, content: dict[str, str], occurrences: Occurrences) -> None:
        if len(line.fields) != len(header.names) or (header.beyond and any(content[name] for name in header.beyond)):
            raise Rejected(
                Reason.WRONG_FIELDS,
                message(
                    "The line has {found} fields, the header {wanted}.",
                    found=len(line.fields),
                    wanted=len(header.names),
                ),
            )
        skip = self.mapping.skip
        if skip and any(content[column].strip() in texts for column, texts in skip.items()):
            part.skipped.append(line.number)
            return
        row, adjusted = self.row(content)
        if self.mapping.reference is None:
            met = occurrences.met(row["external_ref"])
            row["external_ref"] = self.mapping.reference_of(content, self.clock.day, met)
        part.read.append(ReadLine(line.number, content, row, adjusted))

    def row(self, content: Dictionary[str, str]) -> tuple[dict[str, Any], bool]:
        """The columns of an interaction, and whether its clocks were adjusted; raises Rejected."""
        texts = self._texts(content)
        row: dict[str, Any] = _UNSAID.copy()
        times: dict[str, str] = {}
        for name, text in texts.items():
            if name in TIMES:
                times[name] = text
            else:
                row[COLUMNS.get(name, name)] = _value(name, text)
        self._check_kinds(row)
        for name in self.mapping.drop.get(row["outcome"], _NONE):
            times.pop(name, None)
        instants, adjusted = self.clock.stages(_stages(row, times))
        if max(instants.values()) > self.now and any(instants[name] > self.now for name in instants.keys() & STAGES):
            raise Rejected(Reason.IN_FUTURE, message("Something in it has not happened yet."))
        row |= instants
        row["external_ref"] = self.mapping.reference_of(content, self.clock.day)
        return row, adjusted

    def _texts(self, content: Dictionary[str, str]) -> dict[str, str]:
        """What the line says of each field, constants and meanings put in; what is not said is not there."""
        found = dict(self.mapping.constants)
        for name, columns, never in self.looked_in:
            for column in columns:
                text = content[column].strip()
                if text and text not in never:
                    found[name] = text
                    break
        for name, meanings in self.mapping.values.items():
            if name in found:
                found[name] = meanings.get(found[name], found[name])
        return found if all(found.values()) else {name: text for name, text in found.items() if text}

    def _check_kinds(self, row: Dictionary[str, Any]) -> None:
        for name in ("outcome", "channel", "business_type"):
            if name not in row:
                raise Rejected(Reason.MISSING, message("{field} is missing.", field=name))
        if row["outcome"] in OPEN:
            raise Rejected(
                Reason.NOT_OVER, message("{outcome}: only visits that are over are taken.", outcome=row["outcome"])
            )
        if self.business_types and row["business_type"] not in self.business_types:
            raise Rejected(
                Reason.UNKNOWN_BUSINESS,
                message("There is no business type with the code {code}.", code=row["business_type"]),
            )


@dataclass(frozen=True, slots=True)
class Header:
    """A sheet's column names, whether the last is the reason that rejects come with, and those of fields beyond it."""

    names: tuple[str, ...]
    reasoned: bool
    beyond: tuple[str, ...]

    @property
    def own(self) -> tuple[str, ...]:
        """The columns without the reason, which is not read back."""
        return self.names[:-1] if self.reasoned else self.names

    def content(self, line: Line) -> dict[str, str]:
        """The line as it stands, by column; fields beyond the header get numbers, an earlier reason goes."""
        if len(line.fields) == len(self.names) and not self.reasoned:
            return dict(zip(self.names, line.fields, strict=True))
        names = [*self.names, *(f"+{place}" for place in range(1, len(line.fields) - len(self.names) + 1))]
        content = dict(zip_longest(names, line.fields, fillvalue=""))
        if not self.reasoned:
            return content
        content.pop(REASON_COLUMN, None)
        return {name: as_said(text) for name, text in content.items()}


def header_of(sheet: Sheet, mapping: Mapping) -> Header:
    """The header of a sheet, as a mapping reads it."""
    reasoned = sheet.header[-1] == REASON_COLUMN and REASON_COLUMN not in mapping.needed
    names = sheet.header[:-1] if reasoned else sheet.header
    return Header(sheet.header, reasoned, tuple(name for name in names if _BEYOND.fullmatch(name)))


@lru_cache(maxsize=10_000)
def _value(name: str, text: str) -> Any:
    understood = FIELDS[name]
    try:
        return text if understood is None else understood(text)
    except ValueError:
        raise Rejected(
            Reason.BAD_VALUE, message("{field} says {text}, which can't be read.", field=name, text=text)
        ) from None


def _stages(row: Dictionary[str, Any], texts: dict[str, str]) -> dict[str, str]:
    """The stages that an interaction which ended so can have; raises Rejected where one it must have is missing."""
    outcome: Outcome = row["outcome"]
    impossible = IMPOSSIBLE_STAGES.get(outcome, ())
    stages = {name: text for name, text in texts.items() if name not in impossible}
    queued = row["begun"] in QUEUED
    for name in ("arrived_at", *NEEDED_STAGES.get(outcome, ())):
        if name not in stages and (queued or name != "called_at"):
            raise Rejected(
                Reason.MISSING, message("{outcome}, but the time {field} is missing.", outcome=outcome, field=name)
            )
    if "called_at" in stages:
        stages.setdefault("last_called_at", stages["called_at"])
    return stages
