"""A small hall at work, for tests of presses and pages: two counters, two clerks, a guide."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from actions.press import Receipt, Stamp
from models.actor import Actor, Grant
from models.migrate import upgrade
from models.store import Store, store
from models.tables import Branch, BranchHours, BusinessType, Counter, Interaction, Staff
from standards.vocabulary import OPEN, Role

MORNING = datetime(2026, 3, 3, 1, 0, tzinfo=UTC)  # nine o'clock on a Tuesday in Shanghai
HALL = "H1"
WANG = Actor("1", "wang", (Grant(Role.CLERK, frozenset({HALL})),), HALL, "S1")
ZHAO = Actor("2", "zhao", (Grant(Role.CLERK, frozenset({HALL})),), HALL, "S2")
GUIDE = Actor("3", "guide", (Grant(Role.GUIDE, frozenset({HALL})),), HALL)
HEAD = Actor("4", "head", (Grant(Role.SUPERVISOR, frozenset({HALL})),), HALL)


def a_working_hall(session: Session) -> None:
    """Hall H1, open 8:30 to 17:30 all week, with counters 1 and 2 and the staff S1 and S2."""
    session.add(Branch(id=HALL, name="一号厅", name_en="Hall One", zone="Asia/Shanghai"))
    for position, code in enumerate(("payment", "enquiry", "change")):
        session.add(BusinessType(id=code, name=code, name_en=code, ticket_letter="ABC"[position], position=position))
    session.flush()
    for weekday in range(7):
        session.add(BranchHours(branch_id=HALL, from_on=date(2020, 1, 1), weekday=weekday, opens=510, closes=1050))
    for staff_id in ("S1", "S2"):
        session.add(Staff(branch_id=HALL, id=staff_id, name=staff_id))
    session.flush()
    for counter_id in (1, 2):
        session.add(Counter(branch_id=HALL, id=counter_id))


def a_store_with(folder: Path, template: Path | None = None) -> Store:
    """A store of its own in a folder, copied from a template where one is given."""
    url = f"sqlite:///{folder / 'monitor.db'}"
    if template is not None:
        shutil.copy(template, folder / "monitor.db")
        return Store(url)
    upgrade(url)
    return store(url)


@lru_cache(maxsize=1)
def the_working_hall() -> Path:
    """A database that holds the hall and nothing else, to be copied."""
    folder = Path(tempfile.mkdtemp())
    made = a_store_with(folder)
    with made.writing() as session:
        a_working_hall(session)
    made.close()
    return folder / "monitor.db"


@dataclass
class Desk:
    """Presses at the hall, each in a transaction of its own, at a clock that the test moves."""

    store: Store
    now: datetime = MORNING
    keys: Iterator[int] = field(default_factory=count)

    @contextmanager
    def later(self, **span: float) -> Iterator[None]:
        self.now += timedelta(**span)
        yield

    def wait(self, **span: float) -> None:
        self.now += timedelta(**span)

    def press(
        self,
        command: Callable[..., Receipt],
        actor: Actor,
        *args: Any,
        key: str | None = None,
        seen: int | None = None,
        **named: Any,
    ) -> Receipt:
        stamp = Stamp(HALL, key or f"key-{next(self.keys)}", self.now, seen)
        with self.store.writing() as session:
            return command(session, actor, stamp, *args, **named)

    def row(self, interaction_id: UUID | None) -> Interaction:
        assert interaction_id is not None
        with self.store.reading() as session:
            found = session.get(Interaction, (HALL, interaction_id))
            assert found is not None
            session.expunge(found)
            return found

    def counter(self, counter_id: int = 1) -> Counter:
        with self.store.reading() as session:
            found = session.get(Counter, (HALL, counter_id))
            assert found is not None
            session.expunge(found)
            return found

    def rows(self) -> list[Interaction]:
        with self.store.reading() as session:
            found = list(session.exec(select(Interaction).order_by(col(Interaction.id))).all())
            session.expunge_all()
            return found

    def open_rows(self) -> list[Interaction]:
        return [row for row in self.rows() if row.outcome in OPEN]
