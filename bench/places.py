"""The databases that are measured: made for the run, with as many interactions as asked, and thrown away."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, func, select

from actions.bulk import add_interactions
from actions.counters import sign_on
from actions.press import Stamp
from models.actor import machine_actor
from models.migrate import upgrade
from models.store import Store
from models.store import store as store_of
from models.tables import Branch, Counter, Interaction, Staff
from seed import demo, reference
from standards.vocabulary import Begun, Channel, Outcome, Source

ROOT = Path(__file__).resolve().parent.parent
ZONE = ZoneInfo("Asia/Shanghai")
HALL = "BENCH"
A_DAY = 400
REGION_HALLS, REGION_A_DAY = 12, 2_200
MACHINE = machine_actor("bench")


@contextmanager
def temporary() -> Iterator[Store]:
    """A fresh database with the reference data, which `DATABASE_URL` names as long as it lasts."""
    before = os.environ.get("DATABASE_URL")
    with TemporaryDirectory(prefix="bench-") as folder:
        url = f"sqlite:///{Path(folder) / 'monitor.db'}"
        os.environ["DATABASE_URL"] = url
        store_of.cache_clear()
        try:
            upgrade()
            reference.ensure(store_of(), now=datetime.now(UTC))
            yield store_of()
        finally:
            store_of().close()
            store_of.cache_clear()
            os.environ.pop("DATABASE_URL")
            if before is not None:
                os.environ["DATABASE_URL"] = before


def a_hall_with(store: Store, rows: int) -> int:
    """One hall with a manned counter and `rows` finished visits up to yesterday; how many are stored."""
    now = datetime.now(UTC)
    with store.writing() as session:
        session.add(Branch(id=HALL, name="测试厅", name_en="Bench Hall", zone=ZONE.key))
        session.flush()
        session.add(Staff(branch_id=HALL, id="1", name="张敏"))
        session.add(Counter(branch_id=HALL, id=1))
        session.flush()
        add_interactions(session, MACHINE, HALL, (_visit(number, now) for number in range(rows)), now=now)
        sign_on(session, MACHINE, Stamp(HALL, "sign-on", now), 1, staff_id="1")
    return stored(store)


def _visit(number: int, now: datetime) -> dict[str, Any]:
    day, place = divmod(number, A_DAY)
    midnight = now.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    arrived_at = midnight - timedelta(days=day + 1) + timedelta(hours=9, seconds=60 * place)
    called_at = arrived_at + timedelta(seconds=120 + number % 900)
    started_at = called_at + timedelta(seconds=number % 20)
    return {
        "begun": Begun.TICKET,
        "channel": Channel.COUNTER,
        "business_type": "payment",
        "outcome": Outcome.COMPLETED,
        "ticket": f"A{place:04d}",
        "source": Source.DEVICE,
        "counter_id": 1,
        "arrived_at": arrived_at,
        "called_at": called_at,
        "last_called_at": called_at,
        "greeted_at": started_at,
        "started_at": started_at,
        "ended_at": started_at + timedelta(seconds=90 + number % 400),
    }


def a_region_with(store: Store, rows: int) -> int:
    """A demo region up to now of about `rows` interactions; how many are stored."""
    days = max(2, min(demo.DAYS, round(rows / REGION_A_DAY)))
    halls = max(2, min(REGION_HALLS, round(REGION_HALLS * rows / (days * REGION_A_DAY))))
    demo.build(store, demo.Size(halls=halls, days=days, seed=demo.SEED), now=datetime.now(UTC))
    return stored(store)


def stored(store: Store) -> int:
    """The interactions in the database."""
    with store.reading() as session:
        return _count(session)


def _count(session: Session) -> int:
    return session.exec(select(func.count()).select_from(Interaction)).one()
