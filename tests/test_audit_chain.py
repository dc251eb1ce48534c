"""Every line of the audit trail is numbered and linked, whoever else is writing, and stays so wherever it goes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import column, insert, table, text
from sqlmodel import Session

from actions.calling import call_next
from actions.counters import sign_on
from actions.tickets import take_ticket
from models.audit_chain import INSTALLATION, installation
from models.audit_check import check_chains
from models.migrate import upgrade
from models.settings import setting
from models.store import Store, store
from tests.copied_halls import copied, other, source, template
from tests.desks import GUIDE, HALL, WANG, ZHAO, Desk
from tests.trails import EVENTS, NOW, a_line, let_go, lines_of

__all__ = ["other", "source", "template"]  # pytest finds fixtures by name

ROUNDS = 15
texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
images = st.dictionaries(texts, values, max_size=4)


def at_once(*works: Callable[[], None]) -> None:
    """Several pieces of work at the same moment; what one raises is raised."""
    together = Barrier(len(works))

    def one(work: Callable[[], None]) -> None:
        together.wait()
        work()

    with ThreadPoolExecutor(len(works)) as threads:
        list(threads.map(one, works))


def writes(target: Store, *halls: str, rounds: int = ROUNDS) -> Callable[[], None]:
    """Work that writes a line in each of these halls, in one transaction, again and again."""

    def work() -> None:
        for nth in range(rounds):
            with target.writing() as session:
                for hall in halls:
                    a_line(session, hall, nth)

    return work


def a_line_that_is_taken_back(target: Store) -> None:
    with target.writing() as session:
        a_line(session)
        raise ZeroDivisionError


def whole(target: Store) -> bool:
    with target.reading() as session:
        return check_chains(session).count == 0


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=images, after=images, answer=images, reason=st.none() | texts)
def test_whatever_a_line_says_it_reads_back_as_it_was_linked(
    empty_store: Store, before: object, after: object, answer: object, reason: str | None
) -> None:
    with Session(empty_store.engine) as session:
        a_line(session, before=before, after=after, answer=answer, reason=reason)
        assert check_chains(session).count == 0
        session.rollback()


def test_presses_are_linked_as_they_come(working_hall: Store) -> None:
    desk = Desk(working_hall)
    desk.press(sign_on, WANG, 1)
    desk.press(take_ticket, GUIDE, "payment")
    desk.press(call_next, WANG, 1)
    with working_hall.reading() as session:
        assert [line.line for line in lines_of(session, HALL)] == [1, 2, 3]
    assert whole(working_hall)


def test_a_line_that_was_taken_back_leaves_no_gap(empty_store: Store) -> None:
    with pytest.raises(ZeroDivisionError):
        a_line_that_is_taken_back(empty_store)
    with empty_store.writing() as session:
        a_line(session)
        assert [line.line for line in lines_of(session)] == [1]
    assert whole(empty_store)


def test_the_first_lines_of_two_writers_at_once_are_one_trail(empty_store: Store) -> None:
    for nth in range(ROUNDS):
        work = writes(empty_store, f"N{nth}", rounds=1)
        at_once(work, work)
    with empty_store.reading() as session:
        assert all([line.line for line in lines_of(session, f"N{nth}")] == [1, 2] for nth in range(ROUNDS))
    assert whole(empty_store)


def test_many_writers_of_halls_and_of_what_belongs_to_none_keep_one_trail_each(empty_store: Store) -> None:
    at_once(
        writes(empty_store, "H1"),
        writes(empty_store, "H1", "*"),
        writes(empty_store, "H1", "H2", "*"),
        writes(empty_store, "*"),
    )
    with empty_store.reading() as session:
        counts = {hall: [line.line for line in lines_of(session, hall)] for hall in ("H1", "H2", "*")}
    assert counts == {
        "H1": [*range(1, 3 * ROUNDS + 1)],
        "H2": [*range(1, ROUNDS + 1)],
        "*": [*range(1, 3 * ROUNDS + 1)],
    }
    assert whole(empty_store)


def test_presses_at_once_keep_one_trail(working_hall: Store) -> None:
    desk = Desk(working_hall)
    desk.press(sign_on, WANG, 1)
    desk.press(sign_on, ZHAO, 2)

    def press() -> None:
        desk.press(take_ticket, GUIDE, "payment")

    for _ in range(ROUNDS):
        at_once(press, press, writes(working_hall, "*", rounds=1))
    with working_hall.reading() as session:
        assert [line.line for line in lines_of(session, HALL)] == [*range(1, 2 * ROUNDS + 3)]
    assert whole(working_hall)


def test_an_installation_that_has_no_name_yet_is_given_one_for_good(empty_store: Store) -> None:
    with empty_store.engine.begin() as connection:
        connection.execute(text("DELETE FROM setting WHERE name = :name"), {"name": INSTALLATION})
    with pytest.raises(ZeroDivisionError):
        a_line_that_is_taken_back(empty_store)
    with empty_store.writing() as session:
        a_line(session)
        named = installation(session)
        assert lines_of(session)[0].chain == named
    with empty_store.reading() as session:
        assert setting(session, INSTALLATION) == named == installation(session)


def test_halls_copied_to_postgresql_keep_their_trails_and_go_on(source: Store, other: Store, postgres_url: str) -> None:
    for _ in range(2):
        assert copied(source, postgres_url).same
        assert copied(other, postgres_url).same
        with source.writing() as session:
            a_line(session, "H1")
        assert whole(store(postgres_url))
    writes(store(postgres_url), "H1", "*")()
    assert copied(source, postgres_url).same
    assert whole(store(postgres_url))


def test_lines_let_go_in_the_source_go_from_the_copy_too(source: Store, postgres_url: str) -> None:
    with source.writing() as session:
        for nth in range(4):
            a_line(session, "H1", nth)
    copied(source, postgres_url)
    with source.writing() as session:
        let_go(session, 2)
    assert copied(source, postgres_url).same
    assert whole(store(postgres_url))


OLD_COLUMNS = ("branch_id", "id", "key", "at", "actor", "action", "subject", "counter_id",
               "before", "after", "answer", "reason", "undoes")  # fmt: skip


@pytest.fixture
def old_url(engine: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """A database of its own without a schema, on each engine."""
    if engine == "postgresql":
        yield request.getfixturevalue("postgres_url")
    else:
        yield f"sqlite:///{tmp_path / 'old.db'}"


def test_the_lines_of_an_older_database_are_linked_as_they_were_written(old_url: str) -> None:
    upgrade(old_url, to="0003")
    made = store(old_url)
    old = table("audit_event", *(column(name, EVENTS.c[name].type) for name in OLD_COLUMNS))
    said = {"after": {"名": [1, 0.1, None, True], "b": {"2": 1, "10": 2}}, "before": {"x": None}, "answer": {}}
    blank = {"subject": "", "counter_id": None, "reason": None, "undoes": None}
    with made.engine.begin() as connection:
        for nth in range(5):
            row = {
                **{"branch_id": "*" if nth == 4 else "H1", "id": UUID(int=nth + 1), "key": str(nth), "at": NOW},
                **{"actor": "keeper", "action": "import", **blank, **said},
                **({"reason": "“好”\n", "counter_id": 2, "undoes": UUID(int=9)} if nth == 1 else {}),
            }
            connection.execute(insert(old), row)
    upgrade(old_url)
    with made.writing() as session:
        assert check_chains(session).count == 0
        assert [line.line for line in lines_of(session, "H1")] == [1, 2, 3, 4]
        a_line(session)
        assert lines_of(session, "H1")[-1].line == 5
        assert json.dumps(lines_of(session, "H1")[0].after) == json.dumps(said["after"])
    assert whole(made)
    made.close()


def test_a_database_with_accounts_and_their_roles_is_upgraded(old_url: str) -> None:
    upgrade(old_url, to="0003")
    made = store(old_url)
    account, role = UUID(int=1).hex, "auditor"
    with made.engine.begin() as connection:
        names = "id, name, display_name, display_name_en, active, demo"
        connection.execute(
            text(f"INSERT INTO account ({names}) VALUES (:id, 'a', '', '', :yes, :no)"),
            {"id": account, "yes": True, "no": False},
        )
        connection.execute(
            text("INSERT INTO role_grant (account_id, role, scope) VALUES (:id, :role, '*')"),
            {"id": account, "role": role},
        )
    upgrade(old_url)
    with made.reading() as session:
        assert session.connection().scalar(text("SELECT count(*) FROM role_grant")) == 1
    made.close()
