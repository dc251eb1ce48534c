"""The stamps of visits as nothing but their rows, written with the mark of their day and without; a day's refresh."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from time import perf_counter
from uuid import UUID

from sqlalchemy import orm
from sqlmodel import col, func, select

from bench.places import ZONE
from models.base import new_id
from models.dirty import DIRTY_DAY, mark_days
from models.rollups import refresh
from models.store import Store
from models.tables import Branch, Interaction
from standards.derive import day_on, hour_at, milliseconds
from standards.vocabulary import Begun, Channel, Outcome

STAMPS = ("take_ticket", "call_next", "greet", "finish")
"""What happens to nearly every visit: one row is inserted and updated three times."""
Writing = Callable[[], AbstractContextManager[orm.Session]]


@contextmanager
def without_marks(store: Store) -> Iterator[orm.Session]:
    """A writing session like the store's by its own engine, of the class to which no listener of ours is bound."""
    with orm.Session(store.engine, expire_on_commit=False) as session, session.begin():
        yield session


def a_hall_of_rows(store: Store, hall: str) -> None:
    """A hall where rows are written past the commands."""
    with store.writing() as session:
        session.add(Branch(id=hall, name=hall, zone=ZONE.key))


class StampedRows:
    """One visit after another in a hall, each stamp a transaction: the columns that a press writes, nothing else."""

    def __init__(self, hall: str, writing: Writing) -> None:
        self.hall, self.writing = hall, writing
        self.row_id = UUID(int=0)

    def stamps(self) -> dict[str, Callable[[datetime], None]]:
        """The stamps of a visit by name, in their order."""
        return dict(zip(STAMPS, (self._insert, self._call, self._greet, self._finish), strict=True))

    def _insert(self, now: datetime) -> None:
        self.row_id = new_id()
        with self.writing() as session:
            session.add(
                Interaction(
                    branch_id=self.hall,
                    id=self.row_id,
                    visit_id=self.row_id,
                    begun=Begun.TICKET,
                    ticket="A0001",
                    channel=Channel.COUNTER,
                    business_type="payment",
                    outcome=Outcome.WAITING,
                    arrived_at=now,
                    queued_at=now,
                    wait_from_at=now,
                    recorded_at=now,
                    hour_at=hour_at(now, ZONE),
                    day_on=day_on(now, ZONE),
                )
            )

    def _call(self, now: datetime) -> None:
        with self._row() as row:
            row.outcome, row.counter_id, row.staff_id = Outcome.CALLED, 1, "1"
            row.called_at = row.last_called_at = now
            row.wait_ms = milliseconds(now - row.wait_from_at)

    def _greet(self, now: datetime) -> None:
        with self._row() as row:
            row.outcome = Outcome.SERVING
            row.greeting_ms = milliseconds(now - (row.last_called_at or now))
            row.greeted_at = row.started_at = now

    def _finish(self, now: datetime) -> None:
        with self._row() as row:
            row.outcome, row.ended_at = Outcome.COMPLETED, now
            row.handling_ms = milliseconds(now - (row.started_at or now))

    @contextmanager
    def _row(self) -> Iterator[Interaction]:
        """The visit's row as the session reads it, to be changed."""
        with self.writing() as session:
            row = session.get_one(Interaction, (self.hall, self.row_id))
            yield row
            row.version += 1


def refreshed_day(store: Store, hall: str, *, now: datetime) -> float:
    """Milliseconds of counting yesterday's cells anew, as the application does once the day is over: a stamp's share.

    The day is divided over as many stamps as its visits had.
    """
    yesterday = day_on(now, ZONE) - timedelta(days=1)
    with store.writing() as session:
        mark_days(session, hall, [yesterday])
        of_day = col(Interaction.branch_id) == hall, col(Interaction.day_on) == yesterday
        visits = session.exec(select(func.count()).where(*of_day)).one()
    began = perf_counter()
    counted = refresh(store, over_by=now)
    took = 1000 * (perf_counter() - began)
    if counted.days != 1:
        raise RuntimeError("one day was to be counted")
    return took / (visits * len(STAMPS))


def marked_halls(store: Store) -> set[str]:
    """The halls that have a day marked."""
    with store.reading() as session:
        return set(session.connection().scalars(select(DIRTY_DAY.c.branch_id).distinct()))
