"""What a write must know of its hall, and the derivation of a row's times when it is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

from actions.refusal import Refused
from models.standing import openings
from models.tables import Branch, BranchPulse, Interaction
from standards import derive
from standards.message import message
from standards.vocabulary import Channel, Stage

_STAMPS = tuple(field.name for field in fields(derive.Stamps) if field.name != "inaccurate")


@dataclass(frozen=True, slots=True)
class HallClock:
    """A hall's zone, walking allowance and opening intervals on a day."""

    zone: ZoneInfo
    walking: timedelta
    openings: tuple[derive.Opening, ...]

    def begin(self, arrived_at: datetime, channel: Channel) -> dict[str, Any]:
        """The columns that an arrival fixes: `wait_from_at`, `hour_at`, `day_on`."""
        return {
            "wait_from_at": derive.wait_from(arrived_at, channel, self.openings, self.zone),
            "hour_at": derive.hour_at(arrived_at, self.zone),
            "day_on": derive.day_on(arrived_at, self.zone),
        }

    def times(self, row: Mapping[str, Any]) -> dict[str, int | None]:
        """The derived milliseconds of a row given by its columns."""
        stamps = derive.Stamps(
            **{name: row[name] for name in _STAMPS if name in row},
            inaccurate=frozenset(Stage(value) for value in str(row.get("inaccurate") or "").split()),
        )
        derived = derive.times(stamps, self.walking)
        return {field.name: getattr(derived, field.name) for field in fields(derived)}


def branch_of(session: Session, branch_id: str) -> Branch:
    """The hall, or Refused."""
    branch = session.get(Branch, branch_id)
    if branch is None:
        raise Refused("unknown_hall", message("There is no hall with the code {code}.", code=branch_id))
    return branch


def hall_clock(session: Session, branch: Branch, day: date) -> HallClock:
    """The hall's clock on a local day."""
    return HallClock(branch.zone_info, branch.walking, openings(session, branch, day))


def derived(session: Session, branch: Branch, row: Interaction) -> Interaction:
    """The row with its derived columns brought up to its stamps."""
    clock = hall_clock(session, branch, derive.day_on(row.arrived_at, branch.zone_info))
    columns = clock.begin(row.arrived_at, row.channel)
    for name, value in columns.items():
        setattr(row, name, value)
    for name, milliseconds in clock.times(row.model_dump()).items():
        setattr(row, name, milliseconds)
    return row


def move_pulse(session: Session, branch_id: str, now: datetime) -> None:
    """Move the hall's change counter within the writer's transaction."""
    pulse = session.get(BranchPulse, branch_id)
    if pulse is None:
        session.add(BranchPulse(branch_id=branch_id, changes=1, changed_at=now))
        return
    pulse.changes += 1
    pulse.changed_at = now
