"""Demo regions of the tests: an instant, a store for one, what it holds, and whether it is in step with itself."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

from sqlmodel import col, select

from models.store import Store
from models.store import store as store_of
from models.tables import Counter, Hold, Interaction, Observation
from seed.region import PEOPLES_COUNTER
from standards.queueing import FREES_COUNTER
from standards.vocabulary import OPEN, CounterState, Outcome

NOW = datetime(2026, 3, 19, 2, 40, tzinfo=UTC)
"""A Thursday, 10:40 in the halls."""
AT_A_COUNTER = frozenset({Outcome.CALLED, Outcome.SERVING, Outcome.HELD})


def new_store(reference_file: Path, folder: Path) -> Store:
    shutil.copy(reference_file, folder / "demo.db")
    return store_of(f"sqlite:///{folder / 'demo.db'}")


def everything(store: Store) -> list[dict[str, object]]:
    """Every visit with its holds and observations, as plain values."""
    with store.reading() as session:
        return [
            row.model_dump()
            for table in (Interaction, Hold, Observation)
            for row in session.exec(select(table).order_by(col(table.branch_id), col(table.id)))
        ]


def assert_in_step(store: Store) -> list[Interaction]:
    """Every open visit is where its counter says, and the other way round; the open visits."""
    with store.reading() as session:
        counters = session.exec(select(Counter)).all()
        inside = list(session.exec(select(Interaction).where(col(Interaction.outcome).in_(sorted(OPEN)))))
        open_holds = {hold.interaction_id for hold in session.exec(select(Hold).where(col(Hold.ended_at).is_(None)))}
        session.expunge_all()
    at = {
        (row.branch_id, row.counter_id): row
        for row in inside
        if row.outcome in AT_A_COUNTER and row.hold_kind not in FREES_COUNTER
    }
    for counter in counters:
        row = at.pop((counter.branch_id, counter.id), None)
        assert (row is not None) == (counter.state is CounterState.SERVING)
        assert row is None or counter.staff_id == row.staff_id
        assert (counter.state is CounterState.CLOSED) == (counter.staff_id is None)
        assert (counter.state is CounterState.PAUSED) == (counter.pause_reason is not None)
        assert counter.id != PEOPLES_COUNTER or counter.state is CounterState.CLOSED
    assert not at
    assert {row.id for row in inside if row.outcome is Outcome.HELD} == open_holds
    assert {row.id for row in inside if row.held_since_at is not None} == open_holds
    return inside
