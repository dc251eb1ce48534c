"""Halls and interactions for tests: a test names only what matters to it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import Session

from actions.bulk import add_interactions
from models.actor import machine_actor
from models.standing import row_of
from models.tables import Branch, Interaction, Observation, new_id
from standards.standard import Standard
from standards.vocabulary import Begun, Channel, HallClass, Issuer, Outcome, Source

MACHINE = machine_actor("test")
DAY = date(2026, 3, 2)
"""A Monday."""
ZONE = ZoneInfo("Asia/Shanghai")


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def at(hour: int, minute: int = 0, second: int = 0, *, day: date = DAY, zone: ZoneInfo = ZONE) -> datetime:
    """A local time of day as an instant in UTC."""
    return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=zone).astimezone(UTC)


FIVE_MINUTES = minutes(5)
SIX_MINUTES = minutes(6)
TEN_SECONDS = seconds(10)


def a_hall(session: Session, code: str = "H1", **columns: Any) -> Branch:
    """A hall in China, class C, following State Grid, unless said otherwise."""
    plain = {"name": code, "zone": ZONE.key, "hall_class": HallClass.C, "issuer": Issuer.STATE_GRID}
    hall = Branch(id=code, **(plain | columns))
    session.add(hall)
    session.flush()
    return hall


def the_standards(session: Session, *standards: Standard) -> None:
    """A catalogue of these standards."""
    session.add_all(row_of(standard) for standard in standards)
    session.flush()


def an_interaction(
    session: Session,
    branch_id: str = "H1",
    *,
    arrived_at: datetime | None = None,
    waited: timedelta | None = FIVE_MINUTES,
    greeted_after: timedelta | None = TEN_SECONDS,
    handled: timedelta | None = SIX_MINUTES,
    outcome: Outcome = Outcome.COMPLETED,
    **columns: Any,
) -> UUID:
    """An interaction that arrived at 10 on `DAY`; its stamps follow from how long each stage took and how it ended.

    Called after `waited`, greeted and started after `greeted_after`, ended after `handled`; who left or is waiting was
    not called, and a no-show was not greeted. Any column given by name stands as given. Returns its id.
    """
    arrived_at = arrived_at or at(10)
    row: dict[str, Any] = {
        "id": new_id(),
        "begun": Begun.TICKET,
        "channel": Channel.COUNTER,
        "business_type": "payment",
        "outcome": outcome,
        "arrived_at": arrived_at,
        "source": Source.STAFF,
    }
    row |= _stages(arrived_at, waited, greeted_after, handled, outcome) | columns
    add_interactions(session, MACHINE, branch_id, [row], now=arrived_at)
    return UUID(str(row["id"]))


def _stages(
    arrived_at: datetime,
    waited: timedelta | None,
    greeted_after: timedelta | None,
    handled: timedelta | None,
    outcome: Outcome,
) -> dict[str, datetime | None]:
    stages: dict[str, datetime | None] = {}
    if waited is None or outcome is Outcome.WAITING:
        return stages
    over_at = arrived_at + waited
    if outcome is Outcome.LEFT:
        return {"left_at": over_at}
    stages |= {"called_at": over_at, "last_called_at": over_at}
    if outcome in {Outcome.NO_SHOW, Outcome.CALLED}:
        return stages
    started_at = over_at + (greeted_after or timedelta())
    stages |= {"greeted_at": None if greeted_after is None else started_at, "started_at": started_at}
    if outcome in {Outcome.COMPLETED, Outcome.TRANSFERRED} and handled is not None:
        stages["ended_at"] = started_at + handled
    return stages


def an_observation(session: Session, interaction_id: UUID, code: str, *, met: bool, **columns: Any) -> None:
    """A check somebody observed at an interaction."""
    plain: dict[str, Any] = {"branch_id": "H1", "item": 1, "observed_by": "inspector", "observed_at": at(12)}
    session.add(Observation(interaction_id=interaction_id, standard_code=code, met=met, **(plain | columns)))
    session.flush()


def an_interaction_row(session: Session, interaction_id: UUID, branch_id: str = "H1") -> Interaction:
    """The stored row."""
    row = session.get(Interaction, (branch_id, interaction_id))
    assert row is not None
    return row
