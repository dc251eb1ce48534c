"""One attack and what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

HELD, BROKEN = "held", "BROKEN"


@dataclass(frozen=True, slots=True)
class Tried:
    """What was tried, where, what the application did, and whether that is a clean refusal or harmless."""

    kind: str
    what: str
    came: str
    held: bool


def table(tried: Iterable[Tried]) -> str:
    """The tries as a table, a line each."""
    rows = [("attack", "what was tried", "what came of it", "")]
    rows += [(one.kind, one.what, one.came, HELD if one.held else BROKEN) for one in tried]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = ["  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])


def broken(tried: Iterable[Tried]) -> list[Tried]:
    """Those that got through."""
    return [one for one in tried if not one.held]
