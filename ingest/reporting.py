"""What became of a file's rows: told part by part to who follows it, and at the end in a report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from actions.imports import Part, RejectedLine, Sorted

KEPT_REJECTS = 2000
"""Rejected lines that a report holds; all of them go where `Rejects` puts them."""


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a file's rows: rows = accepted + skipped + rejected + duplicates. A dry run has no `import_id`.

    `rejects` are the first ones; there may be more. An import that was stopped and went on counts the whole file;
    `begun` tells of a trial that such a one waits to go on.
    """

    rows: int
    accepted: int
    skipped: int
    rejected: int
    adjusted: int
    duplicates: int
    import_id: UUID | None
    reasons: Dictionary[str, int]
    rejects: tuple[RejectedLine, ...]
    header: tuple[str, ...]
    begun: bool = False


class Rejects(Protocol):
    """Where rejected lines go, however many."""

    def restart(self, header: tuple[str, ...]) -> None:
        """Forget what came before: the lines of a file with this header follow, in their order."""

    def put(self, rejects: Iterable[RejectedLine]) -> None:
        """The next lines."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of a file's rows were looked at, or are in; `continued` were in before."""

    done: int
    rows: int
    continued: int = 0


@dataclass(frozen=True, slots=True)
class Watched:
    """Who follows an import: its progress after each part, and its rejects."""

    progress: Callable[[Progress], None] = lambda _: None
    rejects: Rejects | None = None


class Tally:
    """What would become of a file's rows, counted part by part."""

    def __init__(self, rejects: Rejects | None, header: tuple[str, ...]) -> None:
        self.rows = self.accepted = self.skipped = self.rejected = self.adjusted = self.duplicates = 0
        self.reasons: Counter[str] = Counter()
        self.first: list[RejectedLine] = []
        self.rejects = rejects
        if rejects is not None:
            rejects.restart(header)

    def add(self, part: Part, found: Sorted) -> None:
        """Count a part and put its rejects where they go."""
        rejects = sorted([*part.rejects, *found.rejects], key=lambda reject: reject.line)
        self.rows += part.rows
        self.accepted += len(found.fresh)
        self.skipped += len(part.skipped)
        self.rejected += len(rejects)
        self.adjusted += found.adjusted
        self.duplicates += found.duplicates
        self.reasons.update(reject.reason for reject in rejects)
        self.first += rejects[: KEPT_REJECTS - len(self.first)]
        if self.rejects is not None:
            self.rejects.put(rejects)

    def report(self, header: tuple[str, ...], import_id: UUID | None, *, begun: bool) -> Report:
        """All parts so far, as those of a whole file."""
        return Report(
            rows=self.rows,
            accepted=self.accepted,
            skipped=self.skipped,
            rejected=self.rejected,
            adjusted=self.adjusted,
            duplicates=self.duplicates,
            import_id=import_id,
            reasons=dict(self.reasons.most_common()),
            rejects=tuple(self.first),
            header=header,
            begun=begun,
        )
