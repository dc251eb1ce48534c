"""A whole import taken back: its visits go, the import stays in the history, and the file may come again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from sqlmodel import Session, col, select

from actions.import_undo import undo_import
from actions.refusal import Refused
from analytics.imports import imports
from ingest.importing import Report, import_file
from models.actor import Actor, Grant, NotAllowed
from models.store import Store
from models.tables import (
    AuditEvent,
    BranchPulse,
    Correction,
    Exclusion,
    HelpCall,
    Hold,
    ImportReject,
    ImportState,
    Interaction,
)
from standards.vocabulary import ExclusionReason, HoldKind, Role
from tests.factories import MACHINE, a_hall, an_interaction, an_observation, at
from tests.test_ingest import GOOD, HEADER, NOW, a_line, mapped

AUDITOR = Actor("a", "a", (Grant(Role.AUDITOR, None),))


def take(store: Store, folder: Path, content: str) -> Report:
    (folder / "visits.csv").write_text(content, "utf-8")
    return import_file(store, MACHINE, "H1", folder / "visits.csv", mapped(), now=NOW)


def undo(store: Store, import_id: UUID | None, why: str = "wrong hall", actor: Actor = MACHINE) -> int:
    assert import_id is not None
    with store.writing() as session:
        return undo_import(session, actor, "H1", import_id, why, now=NOW)


def references(store: Store) -> list[str | None]:
    with store.reading() as session:
        return sorted(session.exec(select(Interaction.external_ref)).all(), key=str)


@pytest.fixture
def hall(store: Store) -> Store:
    with store.writing() as session:
        a_hall(session)
    return store


FILE = HEADER + GOOD + a_line(no="A2") + a_line(no="A3", taken="never")


def test_the_visits_go_and_the_import_stays_with_who_and_why(hall: Store, tmp_path: Path) -> None:
    with hall.writing() as session:
        an_interaction(session, external_ref="own")
    taken = take(hall, tmp_path, FILE)
    assert undo(hall, taken.import_id, " wrong hall ") == 2
    assert references(hall) == ["own"]
    with hall.reading() as session:
        (line,) = imports(session, AUDITOR, "H1")
        (event,) = session.exec(select(AuditEvent).where(AuditEvent.action == "undo_import"))
        rejects = session.exec(select(ImportReject)).all()
        pulse = session.get_one(BranchPulse, "H1")
        assert (line.state, line.undone_by, line.undone_at) == (ImportState.UNDONE, MACHINE.name, NOW)
        assert (line.undone_why, line.accepted, line.rejected) == ("wrong hall", 2, 1)
        assert (event.reason, event.answer, len(rejects)) == ("wrong hall", {"removed": 2}, 1)
        assert pulse.changes >= 3


def test_the_same_file_comes_in_again_afterwards(hall: Store, tmp_path: Path) -> None:
    first = take(hall, tmp_path, FILE)
    undo(hall, first.import_id)
    again = take(hall, tmp_path, FILE)
    assert (again.accepted, again.duplicates, len(references(hall))) == (2, 0, 2)
    assert again.import_id != first.import_id


def test_a_second_undo_is_refused(hall: Store, tmp_path: Path) -> None:
    taken = take(hall, tmp_path, FILE)
    undo(hall, taken.import_id)
    with pytest.raises(Refused, match="taken back already"):
        undo(hall, taken.import_id)


def test_what_it_had_mended_is_to_be_mended_again(hall: Store, tmp_path: Path) -> None:
    take(hall, tmp_path, HEADER + a_line(no="A2", how="vanished"))
    mended = take(hall, tmp_path, HEADER + a_line(no="A2"))
    assert _mended(hall) == [1, 0]
    undo(hall, mended.import_id)
    assert _mended(hall) == [0, 0]


def _mended(store: Store) -> list[int]:
    with store.reading() as session:
        return [line.mended for line in sorted(imports(session, MACHINE, "H1"), key=lambda line: line.id)]


def correct(session: Session, row: Interaction) -> None:
    session.add(Correction(branch_id="H1", interaction_id=row.id, at=NOW, by="x", field="items"))


def observe(session: Session, row: Interaction) -> None:
    an_observation(session, row.id, "P01", met=True)


def exclude(session: Session, row: Interaction) -> None:
    session.add(
        Exclusion(
            branch_id="H1",
            reason=ExclusionReason(next(iter(ExclusionReason))),
            visit_id=row.visit_id,
            why="x",
            asked_by="x",
            asked_at=NOW,
        )
    )


def amend(_session: Session, row: Interaction) -> None:
    row.version = 2


def continue_it(session: Session, row: Interaction) -> None:
    an_interaction(session, previous_id=row.id, visit_id=row.visit_id)


def ask_for_help(session: Session, row: Interaction) -> None:
    session.add(HelpCall(branch_id="H1", counter_id=1, interaction_id=row.id, asked_by="x", asked_at=NOW))


@pytest.mark.parametrize("work", [correct, observe, exclude, amend, continue_it, ask_for_help])
def test_what_was_worked_on_since_is_not_taken_away(
    hall: Store, tmp_path: Path, work: Callable[[Session, Interaction], None]
) -> None:
    taken = take(hall, tmp_path, FILE)
    with hall.writing() as session:
        work(session, session.exec(select(Interaction).where(col(Interaction.ticket) == "A1")).one())
    before = references(hall)
    with pytest.raises(Refused, match=r"^1 of its visits were worked on"):
        undo(hall, taken.import_id)
    assert references(hall) == before


def test_work_on_other_visits_is_in_nobodys_way(hall: Store, tmp_path: Path) -> None:
    taken = take(hall, tmp_path, FILE)
    with hall.writing() as session:
        other = an_interaction(session, external_ref="own")
        an_observation(session, other, "P01", met=True)
    assert undo(hall, taken.import_id) == 2


def test_holds_go_with_their_visits(hall: Store, tmp_path: Path) -> None:
    taken = take(hall, tmp_path, HEADER + GOOD)
    with hall.writing() as session:
        row = session.exec(select(Interaction)).one()
        session.add(Hold(branch_id="H1", interaction_id=row.id, kind=HoldKind.PHONE, began_at=at(10)))
    undo(hall, taken.import_id)
    with hall.reading() as session:
        assert session.exec(select(Hold)).all() == []


def test_without_a_reason_or_a_right_nothing_goes(hall: Store, tmp_path: Path) -> None:
    taken = take(hall, tmp_path, FILE)
    with pytest.raises(Refused, match="reason"):
        undo(hall, taken.import_id, "  ")
    with pytest.raises(NotAllowed):
        undo(hall, taken.import_id, actor=AUDITOR)
    with pytest.raises(Refused, match="no import"):
        undo(hall, UUID(int=1))
    assert len(references(hall)) == 2


def test_who_reads_no_hall_reads_no_history(hall: Store) -> None:
    with hall.reading() as session, pytest.raises(NotAllowed):
        imports(session, Actor("n", "n", ()), "H1")
