"""A hall with something in every kind of table, in a file of its own, to be copied elsewhere."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, select, text
from sqlmodel import Session

from actions.bulk import add_interactions
from models.audit_chain import write_line
from models.base import table_of
from models.copy_rows import hall_tables, shared_tables
from models.copying import Copied, Progress, copy_database
from models.migrate import upgrade
from models.settings import DEMO, put_setting
from models.store import Store, store
from models.tables import (
    Account,
    AuditEvent,
    BranchHours,
    Correction,
    Counter,
    CounterSpell,
    DayReport,
    Device,
    DeviceEvent,
    Duty,
    HallDay,
    Hold,
    Region,
    RoleGrant,
    Staff,
    new_id,
)
from standards.vocabulary import (
    Begun,
    Channel,
    CounterState,
    DeviceKind,
    DutyPost,
    EventState,
    HoldKind,
    Outcome,
    Role,
    Source,
)
from tests.factories import DAY, MACHINE, a_hall, an_interaction, an_observation, at, minutes, seconds

NOW = datetime(2026, 3, 3, 1, 0, tzinfo=UTC)
Content = dict[str, list[str]]
"""Rows in words, by table."""


def a_lived_in_hall(session: Session, code: str) -> None:
    """Texts in Chinese, fractions of seconds and none, absent values, nested JSON, an account named as elsewhere."""
    session.add(Region(id="R", name="示范市", name_en="Sample City"))
    session.flush()
    a_hall(session, code, name="城中营业厅", region_id="R")
    account = Account(name="keeper", display_name="管理员")
    session.add(account)
    session.add(Staff(branch_id=code, id="101", name="张敏"))
    session.flush()
    session.add(RoleGrant(account_id=account.id, role=Role.SUPERVISOR, scope=code))
    session.add(Counter(branch_id=code, id=1, staff_id="101", state=CounterState.IDLE, since_at=at(9)))
    session.add(BranchHours(branch_id=code, from_on=date(2020, 1, 1), weekday=0, opens=510, closes=1020))
    session.flush()
    session.add(CounterSpell(branch_id=code, counter_id=1, state=CounterState.IDLE, began_at=at(9)))
    _visits(session, code)
    _trail(session, code)
    session.flush()


def more_visits(session: Session, code: str, number: int) -> None:
    """So many finished visits, one a second."""
    add_interactions(
        session,
        MACHINE,
        code,
        [
            {
                "id": new_id(),
                "begun": Begun.TICKET,
                "channel": Channel.COUNTER,
                "business_type": "payment",
                "outcome": Outcome.LEFT,
                "arrived_at": at(9) + seconds(nth),
                "left_at": at(9) + seconds(nth + 60),
                "source": Source.DEVICE,
            }
            for nth in range(number)
        ],
        now=NOW,
    )


def _visits(session: Session, code: str) -> None:
    plain = an_interaction(session, code, ticket="A001", staff_id="101", rating=5, rating_tags="快 好")
    an_interaction(session, code, arrived_at=at(11), outcome=Outcome.WAITING)
    an_interaction(session, code, arrived_at=at(12) + timedelta(microseconds=500_001), waited=minutes(2))
    noted = an_interaction(session, code, arrived_at=at(13, day=date(2026, 3, 1)), attention=True)
    session.add(Hold(branch_id=code, interaction_id=plain, kind=HoldKind.PHONE, began_at=at(10, 6), ended_at=None))
    session.add(
        Correction(
            branch_id=code,
            interaction_id=noted,
            at=at(14),
            by="keeper",
            field="attention_note",
            became="缺材料\t\\N \n“明天再来”",
        )
    )
    an_observation(session, plain, "H02", met=False, branch_id=code)


def _trail(session: Session, code: str) -> None:
    session.add(
        HallDay(branch_id=code, day_on=DAY, checklist={"屏幕": {"found": False, "note": "不亮"}, "machine": True})
    )
    session.add(
        DayReport(
            branch_id=code,
            day_on=DAY,
            figures={"share": 0.9, "waits": [1, None, "一"]},
            written_at=at(17),
            written_by="keeper",
        )
    )
    session.add(Duty(branch_id=code, day_on=DAY, staff_id="101", post=next(iter(DutyPost))))
    session.add(
        Device(
            branch_id=code,
            id="Q1",
            kind=DeviceKind.QUEUE_MACHINE,
            name="取号机",
            token_digest="0" * 64,
            businesses={"缴费": "payment"},
            added_at=at(8),
        )
    )
    session.flush()
    session.add(
        DeviceEvent(
            branch_id=code,
            device_id="Q1",
            event_id="é-17",
            kind="ticket_taken",
            at=at(10),
            happened_at=at(10),
            received_at=at(10, 0, 1),
            day_on=DAY,
            content={"ticket": "A001", "nested": {"b": 1, "a": [True, None]}},
            state=next(iter(EventState)),
        )
    )
    for branch_id in (code, "*"):
        key = f"a press of {code}"
        event = {"branch_id": branch_id, "id": new_id(), "key": key, "at": NOW, "actor": "keeper", "action": "call"}
        write_line(session, event | {"after": {"电": "话"}})


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with hall H1, to be copied."""
    file = tmp_path_factory.mktemp("hall") / "monitor.db"
    upgrade(f"sqlite:///{file}")
    made = store(f"sqlite:///{file}")
    with made.writing() as session:
        put_setting(session, DEMO, "a story")
        a_lived_in_hall(session, "H1")
    made.close()
    return file


@pytest.fixture
def source(template: Path, tmp_path: Path) -> Iterator[Store]:
    """Hall H1's own database."""
    shutil.copy(template, tmp_path / "monitor.db")
    made = store(f"sqlite:///{tmp_path / 'monitor.db'}")
    yield made
    made.close()


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Store]:
    """Hall H2's own database."""
    url = f"sqlite:///{tmp_path / 'other.db'}"
    upgrade(url)
    with store(url).writing() as session:
        a_lived_in_hall(session, "H2")
    yield store(url)
    store(url).close()


def copied(source: Store, to: str, progress: Progress | None = None) -> Copied:
    return copy_database(source.url, to, "os:keeper", now=NOW, progress=progress)


def _rows(session: Session, table: Table) -> list[str]:
    """A table's rows as the application reads them; the trail without the copies themselves."""
    asked: Any = select(table)
    if table.name == "audit_event":
        asked = asked.where(table.c.action != "copy")
    if table.name == "audit_head":  # a copy begins a chain of the target's own
        trail = table_of(AuditEvent)
        asked = asked.where(table.c.chain.in_(select(trail.c.chain).where(trail.c.action != "copy")))
    return sorted(repr(row) for row in session.connection().execute(asked))


def content(of: Store) -> Content:
    with of.reading() as session:
        return {table.name: _rows(session, table) for table in (*shared_tables(), *hall_tables())}


def everything(of: Store) -> Content:
    """With the copies' own traces."""
    with of.reading() as session:
        tables = ("audit_event", "branch_pulse", "dirty_day", "setting")
        return content(of) | {f"all of {name}": _all_of(session, name) for name in tables}


def _all_of(session: Session, name: str) -> list[str]:
    return sorted(map(repr, session.connection().execute(text(f"SELECT * FROM {name}"))))


def statement(to: str, asked: Any) -> None:
    with store(to).writing() as session:
        session.connection().execute(asked)
