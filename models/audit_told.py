"""What a walk along the audit trail found, in lines for a person; the same lines, kept elsewhere, are read back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from models.audit_check import Break, ChainFault, ChainFindings, Noted
from models.command_line import Refusal
from standards.message import message

_NOTED = re.compile(r"^Trail (\S+) of (\S+): line (\d+), hash ([0-9a-f]{64})$", re.MULTILINE)
_LONGEST = 10_000_000


def chain_lines(found: ChainFindings) -> Iterator[str]:
    """Every break that is named, every chain's end, and the counts."""
    yield from map(_broken, found.breaks)
    yield from (f"Trail {end.branch_id} of {end.chain}: line {end.line}, hash {end.hash}" for end in found.ends)
    yield f"{found.lines:,} lines of the audit trail read again, {found.count:,} faults."


def noted_in(file: Path) -> tuple[Noted, ...]:
    """The ends of chains in what an earlier check printed; Refusal where there are none."""
    with file.open(encoding="utf-8", errors="replace") as opened:
        found = _NOTED.findall(opened.read(_LONGEST))
    if not found:
        raise Refusal(
            "nothing_noted", message("{path} holds no lines of the audit trail from an earlier check.", path=file)
        )
    return tuple(Noted(hall, chain, int(line), hashed) for hall, chain, line, hashed in found)


def _broken(one: Break) -> str:
    lines = f"line {one.line}" if one.line == one.until else f"lines {one.line} to {one.until}"
    if one.fault is ChainFault.OUTSIDE:
        return f"Trail {one.branch_id}: event {one.event} belongs to no trail"
    event = f" (event {one.event})" if one.event else ""
    return f"Trail {one.branch_id} of {one.chain}, {lines}{event}: {one.fault.label}"
