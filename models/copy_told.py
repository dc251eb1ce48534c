"""`copy` for people and scripts: how far it is, what it did, what differs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TextIO

from models.command_line import Answer, Refusal
from models.copying import Copied, Step
from standards.message import message

EVERY = 100_000
"""Rows between two lines of progress within a hall."""


@dataclass(slots=True)
class Lines:
    """A line at each hall's beginning and at every hundred thousand rows, on standard error."""

    to: TextIO = field(default_factory=lambda: sys.stderr)
    hall: str = ""
    said: int = 0

    def __call__(self, step: Step) -> None:
        if step.branch_id == self.hall and step.done - self.said < EVERY and step.done < step.total:
            return
        self.hall, self.said = step.branch_id, step.done
        share = step.done / step.total
        print(f"{step.done:,} of {step.total:,} rows ({share:.0%}): {step.branch_id} {step.table}", file=self.to)


def told(copied: Copied) -> tuple[Answer, str]:
    """The answer and its sentence; Refusal `differs` where a row is not in the target as it is in the source."""
    if not copied.same:
        number = copied.rows("differing")
        left = message("{number} rows stand otherwise in the target: they were left as they are.", number=number)
        raise Refusal("differs", left, copied.answer())
    halls = sum(hall != "*" for hall in copied.halls)
    changed = ", ".join(
        f"{copied.rows(count):,} {count}" for count in ("added", "renewed", "removed") if copied.rows(count)
    )
    said = [f"{copied.rows():,} rows of {halls} halls are in the target, by count and hash: {changed or 'none new'}."]
    if copied.later:
        work = f"Work went on meanwhile in {', '.join(copied.later)}"
        said.append(f"{work}: stop the application and run it again.")
    return copied.answer(), "\n".join(said)


def differences(copied: Copied) -> Iterator[str]:
    """A line for each table of a hall with rows that differ."""
    for hall, tables in copied.halls.items():
        for name, copy in tables.items():
            if copy.differing:
                more = " …" if copy.differing > len(copy.keys) else ""
                yield f"{hall} {name}: {copy.differing:,} of {copy.source.rows:,} differ: {', '.join(copy.keys)}{more}"


def conflicts(refusal: Refusal) -> Iterator[str]:
    """A line for each shared row that the target contradicts."""
    for each in refusal.details.get("conflicts", ()):
        yield f"{each['table']} {each['key']}: {', '.join(each['columns'])}"
