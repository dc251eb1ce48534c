"""Whatever is done to the audit trail behind the product's back is found by a walk along it; nothing else is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, text, update
from sqlmodel import Session

from models.__main__ import main
from models.audit_check import AT_A_TIME, ChainFault, ChainFindings, Noted, check_chains
from models.audit_told import noted_in
from models.command_line import Refusal
from models.store import Store
from models.tables import new_id
from tests.trails import EVENTS, HEADS, NOW, a_line, let_go, lines_of, take_away, tamper

LINES = 6
OTHERWISE: dict[str, Any] = {
    "id": new_id(),
    "key": "another key",
    "at": datetime(2026, 3, 2, 2, 0, 0, 123457, tzinfo=UTC),
    "actor": "somebody else",
    "action": "no_show",
    "subject": "another visit",
    "counter_id": None,
    "before": {},
    "after": {"counter 3": {"state": "serving", "名": ["一", None, False]}},
    "answer": {"counter_version": 99},
    "reason": None,
    "undoes": None,
    "origin": "10.0.0.8",
    "hash": "0" * 64,
    "chain": "another",
    "branch_id": "H9",
    "line": 4711,
}
"""Another value for every column of a line."""

examples = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def faults(found: ChainFindings) -> set[tuple[ChainFault, int, int]]:
    return {(one.fault, one.line, one.until) for one in found.breaks}


def found_after(store: Store, tampering: Callable[[Session], None], lines: int = LINES) -> ChainFindings:
    """What a walk finds in a hall of so many lines after something was done to it; nothing of it is kept."""
    with Session(store.engine) as session:
        for nth in range(lines):
            a_line(session, nth=nth)
        tampering(session)
        found = check_chains(session)
        session.rollback()
    return found


def test_nothing_is_found_in_a_trail_that_nobody_touched(empty_store: Store) -> None:
    with empty_store.writing() as session:
        for nth in range(LINES):
            a_line(session, "H1", nth)
            a_line(session, "*", nth)
    with empty_store.reading() as session:
        found = check_chains(session)
        ends = {hall: lines_of(session, hall)[-1].hash for hall in ("*", "H1")}
    assert (found.count, found.lines) == (0, 2 * LINES)
    assert {end.branch_id: (end.first, end.line, end.hash) for end in found.ends} == {
        hall: (1, LINES, last) for hall, last in ends.items()
    }


def test_every_column_of_a_line_is_held() -> None:
    assert set(OTHERWISE) == set(EVENTS.c.keys())


@pytest.mark.parametrize("line", [1, 3, LINES])
def test_an_edit_of_any_column_of_a_line_is_found(empty_store: Store, line: int) -> None:
    for column, value in OTHERWISE.items():

        def edit(session: Session, column: str = column, value: Any = value) -> None:
            tamper(session, line, **{column: value})

        assert found_after(empty_store, edit).count > 0, column


@examples
@given(line=st.integers(1, LINES), said=st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40))
def test_a_reason_that_is_written_otherwise_is_found_at_its_line(empty_store: Store, line: int, said: str) -> None:
    expected = set() if said == "按规定" else {(ChainFault.EDITED, line, line)}
    assert faults(found_after(empty_store, lambda session: tamper(session, line, reason=said))) == expected


@examples
@given(gone=st.sets(st.integers(1, LINES), min_size=1))
def test_lines_that_are_taken_away_are_found_as_gaps(empty_store: Store, gone: set[int]) -> None:
    found = found_after(empty_store, lambda session: take_away(session, *gone))
    missing = {line for one in found.breaks for line in range(one.line, one.until + 1)}
    assert {one.fault for one in found.breaks} == {ChainFault.MISSING}
    assert missing == gone


@examples
@given(places=st.lists(st.integers(1, LINES), min_size=2, max_size=2, unique=True))
def test_two_lines_that_change_places_are_found(empty_store: Store, places: list[int]) -> None:
    one, other = places

    def swap(session: Session) -> None:
        tamper(session, one, line=-1)
        tamper(session, other, line=one)
        tamper(session, -1, line=other)

    assert found_after(empty_store, swap).count > 0


@examples
@given(at=st.integers(1, LINES + 1))
def test_a_line_that_is_slipped_in_is_found(empty_store: Store, at: int) -> None:
    def slip_in(session: Session) -> None:
        lines = lines_of(session)
        for line in range(LINES, at - 1, -1):
            tamper(session, line, line=line + 1)
        new = lines[0]._asdict() | {"id": new_id(), "key": "slipped in", "line": at}
        session.connection().execute(insert(EVENTS), new)

    assert found_after(empty_store, slip_in).count > 0


def test_a_line_beyond_the_end_or_before_the_beginning_was_slipped_in(empty_store: Store) -> None:
    for line in (0, LINES + 1):

        def slip_in(session: Session, line: int = line) -> None:
            new = lines_of(session)[0]._asdict() | {"id": new_id(), "key": "slipped in", "line": line}
            session.connection().execute(insert(EVENTS), new)

        assert faults(found_after(empty_store, slip_in)) == {(ChainFault.SLIPPED_IN, line, line)}


def test_a_line_that_is_there_twice_is_found(empty_store: Store) -> None:
    def double(session: Session) -> None:
        session.connection().execute(text("DROP INDEX uq_audit_event_line"))
        new = lines_of(session)[2]._asdict() | {"id": new_id(), "key": "doubled"}
        session.connection().execute(insert(EVENTS), new)

    assert (ChainFault.DOUBLED, 3, 3) in faults(found_after(empty_store, double))


def test_an_end_that_is_cut_off_is_found_even_where_the_head_is_set_back(empty_store: Store) -> None:
    def cut_off(session: Session) -> None:
        take_away(session, LINES)
        session.connection().execute(update(HEADS).values(line=LINES - 1))

    assert faults(found_after(empty_store, cut_off)) == {(ChainFault.CUT_OFF, LINES - 1, LINES - 1)}


def test_lines_without_a_head_belong_to_no_trail(empty_store: Store) -> None:
    def behead(session: Session) -> None:
        session.connection().execute(HEADS.delete())

    found = found_after(empty_store, behead)
    assert {one.fault for one in found.breaks} == {ChainFault.OUTSIDE}
    assert found.count == LINES


def test_a_whole_trail_that_is_taken_away_is_missed(empty_store: Store) -> None:
    found = found_after(empty_store, lambda session: take_away(session, *range(1, LINES + 1)))
    assert faults(found) == {(ChainFault.MISSING, 1, LINES)}


@examples
@given(until=st.integers(1, LINES))
def test_lines_let_go_after_their_time_are_not_missed(empty_store: Store, until: int) -> None:
    found = found_after(empty_store, lambda session: let_go(session, until))
    assert (found.count, found.lines) == (0, LINES - until)


def test_lines_are_allowed_to_be_gone_only_as_far_as_the_head_says(empty_store: Store) -> None:
    def too_far(session: Session) -> None:
        let_go(session, 2)
        take_away(session, 3)

    assert faults(found_after(empty_store, too_far)) == {(ChainFault.MISSING, 3, 3)}


def test_an_edit_of_the_oldest_line_left_is_found(empty_store: Store) -> None:
    def edit(session: Session) -> None:
        let_go(session, 2)
        tamper(session, 3, actor="somebody else")

    assert faults(found_after(empty_store, edit)) == {(ChainFault.EDITED, 3, 3)}


def test_what_can_no_longer_be_read_is_found_and_breaks_nothing(embedded_store: Store) -> None:
    for column, value in {"after": "{", "at": "yesterday", "id": "no id", "undoes": "7", "line": "x"}.items():

        def edit(session: Session, column: str = column, value: str = value) -> None:
            where = "branch_id = 'H1' AND line = 3"
            session.connection().execute(text(f"UPDATE audit_event SET {column} = :v WHERE {where}"), {"v": value})

        assert found_after(embedded_store, edit).count > 0, column


def test_a_trail_of_more_than_one_batch_is_read_to_its_end(empty_store: Store) -> None:
    last = AT_A_TIME + 1
    found = found_after(empty_store, lambda session: tamper(session, last, actor="somebody else"), AT_A_TIME + 3)
    assert faults(found) == {(ChainFault.EDITED, last, last)}
    assert found.lines == AT_A_TIME + 3


def test_the_newest_lines_can_be_read_alone(empty_store: Store) -> None:
    with Session(empty_store.engine) as session:
        for nth in range(LINES):
            a_line(session, nth=nth)
        tamper(session, 2, actor="somebody else")
        assert check_chains(session, newest=2).count == 0
        assert check_chains(session, newest=2).lines == 2
        tamper(session, LINES, actor="somebody else")
        assert faults(check_chains(session, newest=2)) == {(ChainFault.EDITED, LINES, LINES)}
        session.rollback()


def test_a_trail_that_was_worked_out_anew_does_not_fit_what_was_noted(empty_store: Store) -> None:
    with Session(empty_store.engine) as session:
        for nth in range(LINES):
            a_line(session, nth=nth)
        end = check_chains(session).ends[0]
        noted = (Noted(end.branch_id, end.chain, end.line, end.hash),)
        a_line(session, nth=LINES)
        assert check_chains(session, noted=noted).count == 0
        lines = lines_of(session)
        session.connection().execute(EVENTS.delete())
        session.connection().execute(HEADS.delete())
        for line in lines:
            a_line(session, **(line._asdict() | {"actor": "somebody else"}))
        assert check_chains(session).count == 0
        assert faults(check_chains(session, noted=noted)) == {(ChainFault.NOT_AS_NOTED, LINES, LINES)}
        session.rollback()


def test_a_noted_line_that_was_let_go_after_its_time_is_not_missed(empty_store: Store) -> None:
    with Session(empty_store.engine) as session:
        for nth in range(LINES):
            a_line(session, nth=nth)
        noted = [Noted("H1", line.chain, line.line, line.hash) for line in lines_of(session)]
        let_go(session, 3)
        assert check_chains(session, noted=noted).count == 0
        wrong = [Noted(one.branch_id, one.chain, one.line, "0" * 64) for one in noted]
        assert {one.line for one in check_chains(session, noted=wrong).breaks} == {3, 4, 5, 6}
        session.rollback()


def test_the_command_tells_each_end_and_compares_what_it_told_before(
    embedded_store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with embedded_store.writing() as session:
        a_line(session)
    assert main(["check"]) == 0
    told = capsys.readouterr().out
    with embedded_store.reading() as session:
        assert f"line 1, hash {lines_of(session)[0].hash}" in told
    kept = tmp_path / "noted.txt"
    kept.write_text(told, "utf-8")
    assert {one.branch_id for one in noted_in(kept)} == {"*", "H1"}
    assert main(["check", "--noted", str(kept)]) == 0
    with embedded_store.writing() as session:
        tamper(session, 1, reason="otherwise")
    capsys.readouterr()
    assert main(["check", "--noted", str(kept)]) == 1
    assert "line 1 (event" in capsys.readouterr().out


def test_a_file_that_holds_nothing_noted_is_refused(tmp_path: Path) -> None:
    (tmp_path / "noted.txt").write_text("nothing of ours", "utf-8")
    with pytest.raises(Refusal):
        noted_in(tmp_path / "noted.txt")


def test_the_end_of_a_trail_is_told_where_it_is_now(empty_store: Store) -> None:
    with Session(empty_store.engine) as session:
        a_line(session)
        first = check_chains(session).ends[0]
        a_line(session, at=NOW)
        assert check_chains(session, "H1").ends[0].line == first.line + 1
        assert check_chains(session, "H2").ends == []
        session.rollback()
