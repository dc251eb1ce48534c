"""Numbers missing in a row of tickets: what a machine gave out between those that it told of."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

MOST_GAPS = 100
_NUMBERED = re.compile(r"(.*?)(\d{1,9})")


def missing_numbers(tickets: Iterable[str]) -> tuple[str, ...]:
    """The numbers that lie between the tickets of each letter and are not among them, at most 100, in order."""
    rows: dict[tuple[str, int], set[int]] = defaultdict(set)
    for ticket in tickets:
        found = _NUMBERED.fullmatch(ticket)
        if found is not None:
            rows[found[1], len(found[2])].add(int(found[2]))
    missing: list[str] = []
    for (letter, digits), numbers in sorted(rows.items()):
        for number in range(min(numbers), max(numbers)):
            if len(missing) == MOST_GAPS:
                return tuple(missing)
            if number not in numbers:
                missing.append(f"{letter}{number:0{digits}d}")
    return tuple(missing)
