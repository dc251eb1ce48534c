"""A random region: stages at whole and broken seconds near the limits, every outcome, begin, channel and hall."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import strategies as some
from sqlmodel import Session, delete

from models.standing import catalogue, row_of
from models.tables import ServiceStandard, new_id
from standards.vocabulary import Begun, Channel, Measure, Outcome, Source
from tests.factories import DAY, at, minutes, seconds

NOW = at(12)
CHANGE = DAY + timedelta(days=1)
LIMITED = frozenset({Measure.WAIT, Measure.GREETING, Measure.DOOR_GREETING, Measure.HANDLING})
SPANS = [0, 1, 7_500, 14_999, 15_000, 15_001, 300_000, 600_000, 600_001, 1_200_001]
# The outcomes on which most rules turn come more often.
OUTCOMES = [*Outcome, *[Outcome.COMPLETED] * 6, *[Outcome.LEFT] * 5, *[Outcome.NO_SHOW] * 2]
CHANNELS = [Channel.COUNTER, Channel.COUNTER, Channel.COUNTER, Channel.TELEPHONE]


@some.composite
def interactions(draw: some.DrawFn) -> dict[str, Any]:
    arrived_at = at(
        draw(some.integers(8, 11)), draw(some.integers(0, 59)), day=DAY + timedelta(draw(some.integers(0, 2)))
    )
    stamps, clock = {}, arrived_at
    for stage in ("called_at", "at_counter_at", "greeted_at", "started_at", "ended_at"):
        clock += timedelta(milliseconds=draw(some.sampled_from(SPANS)))
        stamps[stage] = clock if draw(some.sampled_from([True, True, False])) else None
    promised_at = draw(some.none() | some.sampled_from([at(11), NOW, at(13)]))
    return stamps | {
        "id": new_id(),
        "branch_id": draw(some.sampled_from(["H1", "H2"])),
        "arrived_at": arrived_at,
        "last_called_at": stamps["called_at"],
        "left_at": clock if draw(some.booleans()) else None,
        "door_greeted_at": draw(some.none() | some.just(arrived_at + seconds(15))),
        "begun": draw(some.sampled_from(Begun)),
        "outcome": draw(some.sampled_from(OUTCOMES)),
        "channel": draw(some.sampled_from(CHANNELS)),
        "business_type": draw(some.sampled_from(["payment", "new_connection"])),
        "items": draw(some.integers(0, 3)),
        "counter_id": draw(some.none() | some.integers(1, 2)),
        "staff_id": draw(some.none() | some.sampled_from(["S1", "S2"])),
        "source": draw(some.sampled_from(Source)),
        "rating": draw(some.none() | some.integers(1, 5)),
        "promised_at": promised_at,
        "promise_kept_at": promised_at and draw(some.none() | some.sampled_from([at(10), promised_at, at(14)])),
        "held_since_at": draw(some.none() | some.just(arrived_at + minutes(1))),
    }


@some.composite
def observations(draw: some.DrawFn) -> dict[str, Any]:
    return {
        "index": draw(some.integers(0, 30)),
        "code": draw(some.sampled_from(["H02", "H07", "H10", "H11", "T04"])),
        "item": draw(some.integers(1, 5)),
        "met": draw(some.sampled_from([True, True, True, False])),
    }


def switch_on_and_change(session: Session) -> None:
    """Every interaction standard on, and those with a time limit tightened from the second day."""
    rows = catalogue(session)
    session.exec(delete(ServiceStandard))
    for row in rows:
        session.add(row_of(replace(row, on=True)))
        if row.measure in LIMITED and row == max((r for r in rows if r.code == row.code), key=lambda r: r.issuer):
            session.add(row_of(replace(row, on=True, limit=row.limit // 2, edition="next", in_force_from=CHANGE)))
