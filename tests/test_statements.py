"""The reader of statements tells what a store distributed by hall refuses, and lets pass what it takes."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import and_, delete, exists, func, insert, literal, select, text, tuple_, union_all, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from models.base import table_of
from models.store import Store
from models.tables import Branch, BranchPulse, Hold, Interaction
from tests.factories import a_hall, at
from tests.statements import recorded, refusals

NOW = at(9)
VISITS: Any = table_of(Interaction)
HOLDS: Any = table_of(Hold)
VISIT: Any = Interaction
HOLD: Any = Hold
PULSE: Any = BranchPulse
LATER: Any = aliased(Interaction)
OF_VISIT = col(HOLD.interaction_id) == VISIT.id
SAME_HALL = col(HOLD.branch_id) == VISIT.branch_id
HERE = col(VISIT.branch_id) == "H1"
HELD: Any = select(col(HOLD.branch_id), col(HOLD.interaction_id))
BOTH = union_all(select(VISITS.c.branch_id, VISITS.c.id), HELD).subquery()
MEDIAN = func.percentile_cont(0.5).within_group(col(VISIT.wait_ms))
ROLLUP: Any = func.rollup
NUMBERED: Any = func.row_number().over(order_by=VISIT.id)
CODES: Any = VISITS.c.branch_id.in_(["H1", "H2"])

REFUSED: dict[str, list[Any]] = {
    "joins": [
        select(VISIT, HOLD).where(OF_VISIT),
        select(VISIT).join(HOLD, OF_VISIT),
        select(VISIT).outerjoin(HOLD, OF_VISIT),
        select(VISIT).join(HELD.subquery(), OF_VISIT),
        select(HOLD).join(BOTH, BOTH.c.id == HOLD.interaction_id),
        select(VISIT, HOLD).where(HERE, HOLD.branch_id == "H2"),
        select(VISIT, HOLD).where(HERE | SAME_HALL, OF_VISIT),
        select(select(VISIT.id).join(HOLD, OF_VISIT).subquery()),
    ],
    "of any hall within": [
        select(VISIT).where(exists().where(OF_VISIT)),
        select(VISIT).where(exists().where(col(LATER.visit_id) == VISIT.visit_id)),
        select(VISIT).where(col(VISIT.id).in_(select(HOLD.interaction_id))),
        select(VISIT).where(HERE, col(VISIT.id).in_(select(HOLD.interaction_id).where(HOLD.branch_id == "H2"))),
        select(VISIT).where(tuple_(VISIT.id, VISIT.visit_id).not_in(HELD)),
        select(VISIT.id, select(func.count()).where(OF_VISIT).scalar_subquery()),
        select(VISIT.id, func.coalesce(select(HOLD.id).where(OF_VISIT).scalar_subquery(), VISIT.id)),
        delete(VISIT).where(HERE, col(VISIT.id).in_(select(HOLD.interaction_id))),
    ],
    "changes the hall": [
        update(VISIT).where(HERE).values(branch_id="H2"),
        update(VISIT).where(HERE).values(items=2, branch_id="H2"),
        postgresql.insert(VISITS).on_conflict_do_update(
            index_elements=["branch_id", "id"], set_={"branch_id": literal("H2")}
        ),
    ],
    "without naming the hall": [
        update(VISIT).where(VISIT.ticket == "A1").values(items=2),
        update(VISIT).where(tuple_(VISIT.branch_id, VISIT.id).in_([("H1", 1)])).values(items=2),
        delete(VISIT),
        insert(VISITS).from_select(["id"], select(HOLDS.c.interaction_id)),
    ],
    "finds the row it meets": [postgresql.insert(VISITS).on_conflict_do_nothing(index_elements=["external_ref"])],
    "into another": [insert(VISITS).from_select(["id", "branch_id"], HELD)],
    "outer join": [select(Branch).outerjoin(VISIT, col(VISIT.branch_id) == Branch.id)],
    "each row of a shared": [select(Branch).where(exists().where(col(VISIT.branch_id) == Branch.id))],
    "without a limit": [select(exists().where(CODES))],
    "percentile": [select(MEDIAN), select(VISIT.branch_id, MEDIAN).where(CODES).group_by(VISIT.branch_id)],
    "locks": [select(PULSE).with_for_update(), select(VISIT).where(CODES).with_for_update()],
    "DISTINCT ON": [select(VISIT).ext(postgresql.distinct_on(VISIT.day_on))],
    "several ways": [select(func.count()).select_from(VISIT).group_by(ROLLUP(VISIT.day_on, VISIT.channel))],
    "a window": [select(NUMBERED)],
    "samples": [select(VISITS.tablesample(1))],
    "recursive": [select(HELD.cte(recursive=True))],
    "can't be followed": [text("SELECT count(*) FROM interaction"), text("DELETE FROM hold")],
}
TAKEN: list[Any] = [
    select(VISIT),
    select(VISIT, HOLD).where(OF_VISIT, SAME_HALL),
    select(VISIT).outerjoin(HOLD, and_(SAME_HALL, OF_VISIT)),
    select(VISIT, HOLD).where(OF_VISIT, HERE, HOLD.branch_id == "H1"),
    select(VISIT, Branch).where(VISIT.branch_id == Branch.id),
    select(VISIT).outerjoin(Branch, col(VISIT.branch_id) == Branch.id),
    select(VISIT).where(exists().where(SAME_HALL, OF_VISIT)),
    select(VISIT).where(exists().where(col(LATER.branch_id) == VISIT.branch_id, col(LATER.visit_id) == VISIT.visit_id)),
    select(VISIT).where(HERE, col(VISIT.id).in_(select(HOLD.interaction_id).where(HOLD.branch_id == "H1"))),
    select(VISIT).where(col(VISIT.branch_id).in_(select(HOLD.branch_id))),
    select(VISIT).where(tuple_(VISIT.branch_id, VISIT.id).not_in(HELD)),
    select(HOLD).join(BOTH, BOTH.c.branch_id == HOLD.branch_id),
    select(exists(select(literal(1)).where(CODES).limit(1))),
    select(VISIT.branch_id, MEDIAN).where(HERE).group_by(VISIT.branch_id),
    select(PULSE).where(PULSE.branch_id == "H1").with_for_update(),
    select(Branch).with_for_update(),
    select(func.row_number().over(partition_by=VISIT.branch_id, order_by=VISIT.id)),
    update(VISIT).where(HERE).values(items=2),
    update(VISIT).where(CODES).values(items=2),
    delete(VISIT).where(HERE, col(VISIT.id).in_(select(HOLD.interaction_id).where(HOLD.branch_id == "H1"))),
    insert(VISITS).from_select(["branch_id", "id"], HELD),
    postgresql.insert(VISITS).on_conflict_do_update(index_elements=["branch_id", "id"], set_={"items": 2}),
    text("SELECT count(*) FROM branch"),
    text("PRAGMA table_info(interaction)"),
]


def refused(statement: Any) -> list[str]:
    dialect: Any = postgresql if "postgresql" in type(statement).__module__ else sqlite
    written = "" if hasattr(statement, "selected_columns") else str(statement.compile(dialect=dialect.dialect()))
    return refusals(written, statement)


@pytest.mark.parametrize(
    ("words", "statement"),
    [(words, statement) for words, statements in REFUSED.items() for statement in statements],
    ids=[f"{words} {number}" for words, statements in REFUSED.items() for number in range(len(statements))],
)
def test_what_a_distributed_store_refuses_is_told(words: str, statement: Any) -> None:
    said = refused(statement)
    assert any(words in each for each in said), said


@pytest.mark.parametrize("statement", TAKEN, ids=range(len(TAKEN)))
def test_what_a_distributed_store_takes_is_let_pass(statement: Any) -> None:
    assert refused(statement) == []


def test_what_a_session_writes_is_heard(store: Store) -> None:
    with recorded() as heard, store.writing() as session:
        a_hall(session)
        session.add(BranchPulse(branch_id="H1", changes=1, changed_at=NOW))
        session.flush()
        pulse = session.get_one(BranchPulse, "H1")
        pulse.changes = 2
        session.flush()
        session.delete(pulse)
    verbs = {text.split()[0] for text in heard if "branch_pulse" in text}
    assert verbs >= {"INSERT", "UPDATE", "DELETE"}
    assert [found for text, statement in heard.items() if (found := refusals(text, statement))] == []


def test_a_row_that_is_moved_to_another_hall_is_told(store: Store) -> None:
    with recorded() as heard, Session(store.engine) as session:
        for code in ("H1", "H2"):
            a_hall(session, code)
        pulse = BranchPulse(branch_id="H1", changes=1, changed_at=NOW)
        session.add(pulse)
        session.flush()
        pulse.branch_id = "H2"
        session.flush()
        session.rollback()
    assert [found for text, statement in heard.items() if (found := refusals(text, statement))] == [
        ["changes the hall of a row"]
    ]
