"""Line by line from text to an interaction's columns, or to the reason why not."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field
from datetime import datetime
from itertools import zip_longest
from typing import Any

from actions.imports import ReadLine, RejectedLine
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


@dataclass(slots=True)
class Checked:
    """What a file of so many `lines` under a `header` holds: those that can be taken (`read`), and the rest."""

    header: tuple[str, ...]
    lines: int = 0
    read: list[ReadLine] = field(default_factory=list)
    skipped: int = 0
    rejects: list[RejectedLine] = field(default_factory=list)
    equal: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Checker:
    """What lines are held against: the mapping, its clock, and what the hall knows; without business types, any is."""

    mapping: Mapping
    clock: Clock
    business_types: frozenset[str]
    now: datetime

    def check(self, sheet: Sheet) -> Checked:
        """Every line of a file, taken or rejected; raises BrokenFile where it can't be read on."""
        header = sheet.header[:-1] if _has_reason(sheet.header, self.mapping.needed) else sheet.header
        checked = Checked(header)
        for line in sheet.lines:
            checked.lines += 1
            content = _content(sheet.header, line, self.mapping.needed)
            try:
                self._take(checked, sheet, line, content)
            except Rejected as rejected:
                said = rejected.message
                checked.rejects.append(RejectedLine(line.number, rejected.reason.value, str(said), content, said))
        return checked

    def _take(self, checked: Checked, sheet: Sheet, line: Line, content: dict[str, str]) -> None:
        if len(line.fields) != len(sheet.header) or any(
            text for name, text in content.items() if _BEYOND.fullmatch(name)
        ):
            raise Rejected(
                Reason.WRONG_FIELDS,
                message(
                    "The line has {found} fields, the header {wanted}.",
                    found=len(line.fields),
                    wanted=len(sheet.header),
                ),
            )
        if any(content[column].strip() in texts for column, texts in self.mapping.skip.items()):
            checked.skipped += 1
            return
        row, adjusted = self.row(content)
        if self.mapping.reference is None:
            row["external_ref"] = self._counted(checked, content, row["external_ref"])
        checked.read.append(ReadLine(line.number, content, row, adjusted))

    def _counted(self, checked: Checked, content: dict[str, str], reference: str) -> str:
        checked.equal[reference] += 1
        return self.mapping.reference_of(content, self.clock.day, checked.equal[reference])

    def row(self, content: Dictionary[str, str]) -> tuple[dict[str, Any], bool]:
        """The columns of an interaction, and whether its clocks were adjusted; raises Rejected."""
        texts = self._texts(content)
        row = {COLUMNS.get(name, name): _value(name, text) for name, text in texts.items() if name not in TIMES}
        row = UNSAID | {"begun": Begun.TICKET, "source": Source.IMPORT} | row
        self._check_kinds(row)
        dropped = self.mapping.drop.get(row["outcome"], frozenset())
        stages = _stages(row, {name: text for name, text in texts.items() if name in TIMES - dropped})
        instants, adjusted = self.clock.stages(stages)
        happened = [instant for name, instant in instants.items() if name in STAGES]
        if max(happened) > self.now:
            raise Rejected(Reason.IN_FUTURE, message("Something in it has not happened yet."))
        row |= instants
        row["external_ref"] = self.mapping.reference_of(content, self.clock.day)
        return row, adjusted

    def _texts(self, content: Dictionary[str, str]) -> dict[str, str]:
        """What the line says of each field, constants and meanings put in; what is not said is not there."""
        found = dict(self.mapping.constants)
        for name, columns in self.mapping.columns.items():
            never = self.clock.times.never if name in TIMES else frozenset()
            said = (content[column].strip() for column in columns)
            text = next((text for text in said if text and text not in never), None)
            if text is not None:
                found[name] = text
        for name, meanings in self.mapping.values.items():
            if name in found:
                found[name] = meanings.get(found[name], found[name])
        return {name: text for name, text in found.items() if text}

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


def _content(header: tuple[str, ...], line: Line, needed: frozenset[str]) -> dict[str, str]:
    """The line as it stands, by column of the whole header; fields beyond it get numbers, an earlier reason goes."""
    names = [*header, *(f"+{place}" for place in range(1, len(line.fields) - len(header) + 1))]
    content = dict(zip_longest(names, line.fields, fillvalue=""))
    if _has_reason(header, needed):
        content.pop(REASON_COLUMN, None)
        return {name: as_said(text) for name, text in content.items()}
    return content


def _has_reason(header: tuple[str, ...], needed: frozenset[str]) -> bool:
    """Whether the file is one of rejects, whose reason is not read back."""
    return header[-1] == REASON_COLUMN and REASON_COLUMN not in needed


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
    stages = {name: text for name, text in texts.items() if name not in IMPOSSIBLE_STAGES.get(outcome, ())}
    queued = row["begun"] in QUEUED
    for name in ("arrived_at", *NEEDED_STAGES.get(outcome, ())):
        if name not in stages and (queued or name != "called_at"):
            raise Rejected(Reason.MISSING, message("{outcome}, but {field} is missing.", outcome=outcome, field=name))
    if "called_at" in stages:
        stages.setdefault("last_called_at", stages["called_at"])
    return stages
