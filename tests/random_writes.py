"""Random writes to a random region: everything that can change a figure, and refreshes in between."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import strategies as some
from sqlalchemy import delete, select
from sqlmodel import Session

from actions.bulk import add_interactions
from actions.deriving_again import derive_days
from actions.excluding import mark_taken
from actions.hall import begin
from models import rollups
from models.dirty import DIRTY_DAY
from models.standing import catalogue, row_of
from models.store import Store
from models.tables import Branch, BranchWalking, Exclusion, Interaction, Observation, ServiceStandard, new_id
from standards.vocabulary import Decision, ExclusionReason
from tests.factories import DAY, MACHINE, an_interaction, an_observation, at, minutes
from tests.random_region import NOW, interactions, observations

OPERATIONS = ["add"] * 6 + ["correct"] * 4 + ["move"] * 2 + ["refresh"] * 4 + [
    "delete", "other_hall", "observe", "unobserve", "exclude", "include", "limit", "walking", "mentor", "rebuild",
]  # fmt: skip

Operation = tuple[str, int, dict[str, Any], dict[str, Any]]
OPERATION = some.tuples(some.sampled_from(OPERATIONS), some.integers(0, 1000), interactions(), observations())


def begin_anew(store: Store) -> None:
    with store.writing() as session:
        for table in (Observation, Interaction, Exclusion, BranchWalking):
            session.execute(delete(table))
        for cell_table in (*rollups.TABLES, DIRTY_DAY):
            session.execute(delete(cell_table))
        session.execute(delete(ServiceStandard).where(ServiceStandard.edition == "random"))  # type: ignore[arg-type]


def carry_out(store: Store, name: str, chance: int, row: dict[str, Any], seen: dict[str, Any]) -> None:
    if name == "refresh":
        rollups.refresh(store, over_by=None if chance % 2 else at(12, day=DAY + timedelta(days=chance % 5)))
    elif name == "rebuild":
        rollups.rebuild(store)
    else:
        with store.writing() as session:
            _write(session, name, chance, row, seen)


def _write(session: Session, name: str, chance: int, row: dict[str, Any], seen: dict[str, Any]) -> None:
    found = session.scalars(select(Interaction).order_by(Interaction.branch_id, Interaction.id)).all()  # type: ignore[arg-type]
    one = found[chance % len(found)] if found else None
    if name == "add" or one is None:
        _add(session, row)
        return
    if name == "correct":
        for column in ("outcome", "business_type", "items", "rating", "counter_id", "called_at", "ended_at", "source"):
            setattr(one, column, row[column])
    elif name == "move":
        one.arrived_at = row["arrived_at"]
    elif name == "mentor":
        one.mentor_id = None if one.mentor_id else "S9"
    elif name == "delete":
        _delete(session, one)
    elif name == "other_hall":
        kept = one.model_dump(exclude={"branch_id"})
        _delete(session, one)
        add_interactions(session, MACHINE, "H2" if one.branch_id == "H1" else "H1", [kept], now=NOW)
    elif name == "observe":
        an_observation(session, one.id, seen["code"], met=seen["met"], item=seen["item"], branch_id=one.branch_id)
    elif name == "unobserve":
        check_of_it = session.scalars(select(Observation)).first()
        if check_of_it is not None:
            session.delete(check_of_it)
    elif name == "exclude":
        _exclude(session, one, chance)
    elif name == "include":
        request = session.scalars(select(Exclusion).where(Exclusion.reversed_at.is_(None))).first()  # type: ignore[union-attr]
        if request is not None:
            request.reversed_at, request.reversed_by = NOW, "manager"
            mark_taken(session, request)
    elif name == "limit":
        tighten(session, chance)
    elif name == "walking":
        branch = session.get_one(Branch, one.branch_id)
        session.merge(BranchWalking(branch_id=branch.id, from_on=DAY + timedelta(days=chance % 3), walking_ms=7_500))
        derive_days(session, branch, DAY)
    if name in {"correct", "move"}:
        begin(session, session.get_one(Branch, one.branch_id), one)


def _add(session: Session, row: dict[str, Any]) -> None:
    an_interaction(session, waited=None, **(row | {"id": new_id()}))


def _delete(session: Session, one: Interaction) -> None:
    session.execute(delete(Observation).where(Observation.interaction_id == one.id))  # type: ignore[arg-type]
    session.delete(one)
    session.flush()


def _exclude(session: Session, one: Interaction, chance: int) -> None:
    period: dict[str, Any] = {"from_at": one.arrived_at, "until_at": one.arrived_at + minutes(20)} if chance % 2 else {}
    request = Exclusion(
        branch_id=one.branch_id,
        reason=ExclusionReason.DRILL,
        why="drill",
        visit_id=None if period else one.visit_id,
        asked_by="supervisor",
        asked_at=NOW,
        decision=Decision.APPROVED,
        decided_by="manager",
        decided_at=NOW,
        **period,
    )
    session.add(request)
    mark_taken(session, request)


def tighten(session: Session, chance: int) -> None:
    """Another limit from some day on: of the edges that are kept, or beside them."""
    row = next(row for row in catalogue(session) if row.code == ("H01", "H04", "H05", "H01D")[chance % 4])
    limit = (10_000, 7_123, 300_000, 15_000)[chance // 4 % 4]
    from_on = DAY + timedelta(days=1 + chance % 3)
    session.merge(row_of(replace(row, limit=limit, edition="random", in_force_from=from_on)))
