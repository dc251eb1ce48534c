"""Imports that come in part by part: stopped anywhere they go on, nothing lost or doubled; presses get in between."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from actions.import_undo import undo_import
from actions.refusal import Refused
from ingest import importing
from ingest.importing import Progress, Report, Watched, import_file
from ingest.mapping import Mapping
from models.store import Store
from models.tables import AuditEvent, ImportReject, ImportRun, ImportState, Interaction
from tests.engines import Databases, Holding, new_store
from tests.factories import MACHINE, a_hall
from tests.test_ingest import HEADER, NOW, a_line, mapped, nameless

ROOT = Path(__file__).resolve().parent.parent


class Stopped(BaseException):
    """What ends an import half-way: whoever looked at it left the page."""


def visits(rows: int, bad: int = 10) -> str:
    """A file in which every so many lines one is bad, one is skipped and one says what the line before it says."""
    lines = []
    for number in range(rows):
        said: dict[str, str] = {"no": f"B{number}"}
        match number % bad:
            case 3:
                said["taken"] = "never"
            case 5:
                said["how"] = "nothing"
            case 7:
                said["no"] = f"B{number - 1}"
        lines.append(a_line(**said))
    return HEADER + "".join(lines)


@pytest.fixture
def hall(databases: Databases) -> Iterator[Store]:
    """A hall on each store."""
    with new_store(databases, Holding.REFERENCE) as made:
        with made.writing() as session:
            a_hall(session)
        yield made


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of seven rows; another process takes as many as it always does."""
    monkeypatch.setattr(importing, "PART", 7)


def take(store: Store, file: Path, *, mapping: Mapping | None = None, stop_at: int | None = None) -> Report:
    """Import a file; with `stop_at` it is stopped after the part that brings it to so many rows."""

    def show(progress: Progress) -> None:
        if stop_at is not None and progress.done >= stop_at:
            raise Stopped

    return import_file(store, MACHINE, "H1", file, mapping or mapped(), now=NOW, watched=Watched(show))


def a_file(folder: Path, content: str) -> Path:
    file = folder / "visits.csv"
    file.write_text(content, "utf-8")
    return file


def counts(report: Report | ImportRun) -> tuple[int, ...]:
    return (report.rows, report.accepted, report.skipped, report.rejected, report.adjusted, report.duplicates)


def stored(store: Store) -> list[dict[str, Any]]:
    """What the visits say, without what every one has of its own."""
    own = {"id", "visit_id", "import_id"}
    with store.reading() as session:
        rows = session.exec(select(Interaction).order_by(Interaction.external_ref))
        return [row.model_dump(exclude=own) for row in rows]


def the_run(store: Store) -> ImportRun:
    with store.reading() as session:
        run = session.exec(select(ImportRun)).one()
        session.expunge_all()
    return run


def trail(store: Store) -> list[str]:
    with store.reading() as session:
        return list(session.exec(select(AuditEvent.action).where(AuditEvent.branch_id == "H1")))


def rejected_lines(store: Store) -> list[tuple[int, str]]:
    with store.reading() as session:
        found = session.exec(select(ImportReject.line, ImportReject.reason).order_by(ImportReject.line))  # type: ignore[arg-type]
        return [(line, reason) for line, reason in found]


def test_a_stopped_import_goes_on_and_equals_one_that_was_not(
    hall: Store, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = a_file(tmp_path, visits(60))
    for stop_at in (7, 20, 40):
        with pytest.raises(Stopped):
            take(hall, file, stop_at=stop_at)
        run = the_run(hall)
        assert (run.state, run.of_rows, run.accepted) == (ImportState.RUNNING, 60, len(stored(hall)))
        assert run.rows == run.accepted + run.skipped + run.rejected + run.duplicates >= stop_at
    done = take(hall, file)
    assert trail(hall) == ["import"]
    assert counts(done) == counts(the_run(hall))

    monkeypatch.setattr(importing, "PART", 1000)
    with store.writing() as session:
        a_hall(session)
    at_once = take(store, file)
    assert counts(done) == counts(at_once)
    assert (done.reasons, [one.line for one in done.rejects]) == (
        at_once.reasons,
        [one.line for one in at_once.rejects],
    )
    assert stored(hall) == stored(store)
    assert rejected_lines(hall) == rejected_lines(store)


@pytest.mark.parametrize("stop_at", [7, 35])
def test_equal_rows_without_a_reference_are_as_many_after_a_stop(hall: Store, tmp_path: Path, stop_at: int) -> None:
    file = a_file(tmp_path, HEADER + a_line(no="A1") * 25 + a_line(no="A2") * 25)
    with pytest.raises(Stopped):
        take(hall, file, mapping=nameless(), stop_at=stop_at)
    assert take(hall, file, mapping=nameless()).accepted == 50
    assert take(hall, file, mapping=nameless()).duplicates == 50
    assert len({row["external_ref"] for row in stored(hall)}) == 50


def test_lines_of_an_earlier_part_are_known(hall: Store, tmp_path: Path) -> None:
    lines = "".join(a_line(no=f"B{number}") for number in range(20))
    report = take(hall, a_file(tmp_path, HEADER + lines + a_line(no="B3") + a_line(no="B4", gone="", how="vanished")))
    assert (report.accepted, report.duplicates, report.reasons) == (20, 1, {"bad_value": 1})
    other = take(
        hall, a_file(tmp_path, HEADER + a_line(no="C1") + lines + a_line(no="C1", finished="2026-03-02 10:13:00"))
    )
    assert (other.accepted, other.duplicates, other.reasons) == (1, 20, {"other_content": 1})
    assert other.rejects[0].detail.startswith("An earlier line is 2026-03-02 10:00:00 C1 too")


def test_a_trial_of_a_stopped_import_says_that_it_goes_on(hall: Store, tmp_path: Path) -> None:
    file = a_file(tmp_path, visits(30))
    assert not import_file(hall, MACHINE, "H1", file, mapped(), now=NOW, dry_run=True).begun
    with pytest.raises(Stopped):
        take(hall, file, stop_at=14)
    tried = import_file(hall, MACHINE, "H1", file, mapped(), now=NOW, dry_run=True)
    assert (tried.begun, tried.rows, tried.accepted + len(stored(hall))) == (True, 30, 24 - 3)


def test_half_an_import_is_taken_back_and_comes_again_whole(hall: Store, tmp_path: Path) -> None:
    file = a_file(tmp_path, visits(30))
    with pytest.raises(Stopped):
        take(hall, file, stop_at=14)
    half = the_run(hall)
    with hall.writing() as session:
        assert undo_import(session, MACHINE, "H1", half.id, "wrong hall", now=NOW) == half.accepted
    assert stored(hall) == []
    again = take(hall, file)
    assert (again.import_id != half.id, again.rows, again.accepted) == (True, 30, len(stored(hall)))


def test_an_import_that_is_taken_back_while_it_runs_adds_nothing_more(hall: Store, tmp_path: Path) -> None:
    def take_back(progress: Progress) -> None:
        if progress.done >= 14:
            with hall.writing() as session:
                undo_import(session, MACHINE, "H1", the_run(hall).id, "wrong hall", now=NOW)

    with pytest.raises(Refused, match="taken back while it ran"):
        import_file(hall, MACHINE, "H1", a_file(tmp_path, visits(40)), mapped(), now=NOW, watched=Watched(take_back))
    assert stored(hall) == []


def test_two_that_bring_the_same_file_at_once_take_each_line_once(hall: Store, tmp_path: Path) -> None:
    file = a_file(tmp_path, visits(60))
    inner: list[Report] = []

    def meanwhile(progress: Progress) -> None:
        if progress.done == 21:
            inner.append(take(hall, file))

    outer = import_file(hall, MACHINE, "H1", file, mapped(), now=NOW, watched=Watched(meanwhile))
    assert [counts(report) for report in inner] == [counts(outer)]
    assert outer.accepted == len(stored(hall)) == len({row["external_ref"] for row in stored(hall)})
    assert trail(hall) == ["import"]
