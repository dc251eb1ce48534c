"""The trail is found by who, when, what, about what, from where and why, by nobody but who may audit there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from analytics.audit_trail import Sought, audit_trail, audited_halls, trail_state, whole_trail
from models.actor import Actor, Grant, NotAllowed
from models.audit_check import ChainFault
from models.store import Store
from models.tables import Base, new_id
from standards.vocabulary import Role
from tests.factories import a_hall, an_interaction
from tests.trails import NOW, a_line, tamper

AUDITOR = Actor("1", "auditor", (Grant(Role.AUDITOR, None),))
OF_ONE_HALL = Actor("2", "auditor-1", (Grant(Role.AUDITOR, frozenset({"H1"})),))
HALLS = ("H1", "H2", "*")
LINES = 12


@pytest.fixture
def written(empty_store: Store) -> Iterator[Session]:
    """Twelve lines in each of two halls and of none, a second apart, two of each at the same instant."""
    with Session(empty_store.engine) as session:
        a_hall(session, "H1")
        a_hall(session, "H2")
        for nth in range(LINES):
            for hall in HALLS:
                a_line(session, hall, nth // 2 * 2, reason=f"because 100%_{nth}", subject=f"visit {nth}")
        yield session
        session.rollback()


def sought(*halls: str, **narrowed: Any) -> Sought:
    return Sought(**{"branch_ids": halls or HALLS, "since": NOW, "until": NOW + timedelta(days=1), **narrowed})


def found(session: Session, **narrowed: Any) -> list[tuple[str, str]]:
    page = audit_trail(session, AUDITOR, sought(**narrowed), limit=100)
    assert not page.more
    return [(line.branch_id, line.subject) for line in page.lines]


def test_the_newest_lines_come_first_from_every_hall(written: Session) -> None:
    page = audit_trail(written, AUDITOR, sought(), limit=100)
    places = [line.place for line in page.lines]
    assert places == sorted(places, reverse=True)
    assert len(page.lines) == LINES * len(HALLS)
    assert not page.more


@settings(max_examples=6, deadline=None)
@given(data=st.data())
def test_pages_of_any_size_give_each_line_once_in_the_order_of_all(data: st.DataObject) -> None:
    sizes = data.draw(st.integers(1, 20))
    store = Store("sqlite://")
    with store.engine.begin() as connection:
        Base.metadata.create_all(connection)
        with Session(connection) as session:
            for nth in range(LINES):
                a_line(session, HALLS[nth % 3], nth // 3)
            whole = audit_trail(session, AUDITOR, sought(), limit=100).lines
            assert tuple(whole_trail(session, AUDITOR, sought(), most=100, batch=sizes)) == whole
            assert tuple(whole_trail(session, AUDITOR, sought(), most=5, batch=sizes)) == whole[:5]


def test_a_line_that_comes_meanwhile_moves_no_page(written: Session) -> None:
    first = audit_trail(written, AUDITOR, sought(), limit=10)
    before = audit_trail(written, AUDITOR, sought(), older_than=first.lines[-1].place, limit=10)
    a_line(written, "H1", 3600)
    assert audit_trail(written, AUDITOR, sought(), older_than=first.lines[-1].place, limit=10) == before


@pytest.mark.parametrize(
    ("narrowed", "expected"),
    [
        ({"subject": "visit 11"}, 3),
        ({"subject": "visit 1"}, 9),
        ({"text": "BECAUSE"}, 36),
        ({"text": "100%_7"}, 3),
        ({"text": "100_"}, 0),
        ({"account": "Keep"}, 36),
        ({"account": "eeper"}, 0),
        ({"action": "call_next"}, 36),
        ({"action": "call"}, 0),
        ({"counter_id": 3}, 36),
        ({"counter_id": 4}, 0),
        ({"origin": "10.0.0."}, 36),
        ({"origin": "10.0.0.8"}, 0),
        ({"since": NOW + timedelta(seconds=10)}, 6),
        ({"until": NOW + timedelta(seconds=2)}, 6),
        ({"until": NOW}, 0),
        ({"branch_ids": ("H1",)}, 12),
        ({"branch_ids": ()}, 0),
    ],
)
def test_what_is_sought_is_found_and_nothing_else(written: Session, narrowed: dict[str, Any], expected: int) -> None:
    assert len(found(written, **narrowed)) == expected


def test_only_who_may_audit_there_reads_the_trail(written: Session) -> None:
    assert audited_halls(written, AUDITOR) == HALLS
    assert audited_halls(written, OF_ONE_HALL) == ("H1",)
    assert len(audit_trail(written, OF_ONE_HALL, sought("H1")).lines) == LINES
    for halls in (("H2",), ("*",), ("H1", "H2")):
        for ask in (audit_trail, lambda s, a, w: list(whole_trail(s, a, w, most=9))):
            with pytest.raises(NotAllowed):
                ask(written, OF_ONE_HALL, sought(*halls))
        with pytest.raises(NotAllowed):
            trail_state(written, OF_ONE_HALL, halls)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.AUDITOR, Role.ADMINISTRATOR}))
def test_no_other_role_audits(written: Session, role: Role) -> None:
    other = Actor("3", "other", (Grant(role, None),))
    assert audited_halls(written, other) == ()
    with pytest.raises(NotAllowed):
        audit_trail(written, other, sought("H1"))


def test_giving_roles_and_auditing_can_be_kept_apart(written: Session) -> None:
    administrator = Actor("4", "administrator", (Grant(Role.ADMINISTRATOR, None),))
    apart = Actor("4", "administrator", (Grant(Role.ADMINISTRATOR, None),), separated=True)
    assert audited_halls(written, administrator) == HALLS
    assert audited_halls(written, apart) == ()


def test_a_line_about_a_visit_names_its_ticket_and_its_time_and_any_other_none(written: Session) -> None:
    visit = an_interaction(written, "H1", ticket="A031")
    for hall, subject in (("H1", str(visit)), ("H2", str(visit)), ("H1", str(new_id()))):
        a_line(written, hall, LINES, subject=subject)
    page = audit_trail(written, AUDITOR, sought(since=NOW + timedelta(seconds=LINES)), limit=100)
    assert {(line.branch_id, line.subject): line.visit and line.visit.ticket for line in page.lines} == {
        (line.branch_id, line.subject): "A031" if (line.branch_id, line.subject) == ("H1", str(visit)) else None
        for line in page.lines
    }
    assert len(page.lines) == 3


def test_the_state_of_the_trail_says_where_it_ends_and_what_is_broken(written: Session) -> None:
    whole = trail_state(written, AUDITOR, ("H1", "*"))
    assert [(end.branch_id, end.line) for end in whole.ends] == [("H1", LINES), ("*", LINES)]
    assert (whole.count, whole.lines) == (0, 2 * LINES)
    tamper(written, 4, reason="otherwise", hall="H2")
    broken = trail_state(written, AUDITOR, HALLS)
    assert [(one.branch_id, one.fault, one.line) for one in broken.breaks] == [("H2", ChainFault.EDITED, 4)]
    assert broken.count == 1


def test_a_line_tells_all_that_was_written(written: Session) -> None:
    a_line(written, "H1", 60, undoes=(undone := new_id()))
    line = audit_trail(written, AUDITOR, sought("H1"), limit=1).lines[0]
    assert (line.actor, line.action, line.counter_id, line.origin) == ("keeper", "call_next", 3, "10.0.0.7")
    assert (line.line, line.undoes, line.at) == (LINES + 1, undone, NOW + timedelta(seconds=60))
    assert line.before["counter 3"]["state"] == "idle"
