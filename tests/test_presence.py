"""What is asked and written for a reader is asked and written for who is signed in now, with the rights of now."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, select

from models.actor import Actor
from models.sessions import digest_of, end_sessions, sessions_of
from models.store import Store
from models.tables import AccountSession, Region, RoleGrant, SessionEnd
from standards.vocabulary import Role
from tests import small_region as small
from tests.signing_in import a_session, account_of, put_region
from ui import answers, presence
from ui.presence import SignedOut


@pytest.fixture
def region(embedded_store: Store) -> Store:
    with embedded_store.writing() as session:
        put_region(session, now=datetime.now(UTC))
    return embedded_store


@pytest.fixture
def clerk(region: Store) -> Actor:
    cookie = a_session(region, small.CLERK, now=datetime.now(UTC) - timedelta(minutes=30))
    found = presence.in_session(digest_of(cookie.partition("=")[2].rpartition(".")[0]))
    assert found is not None
    return found


def add_region(*, session: Session, actor: Actor, code: str) -> str:
    session.add(Region(id=code, name=actor.name))
    return code


def roles(*, session: Session, actor: Actor) -> frozenset[Role]:
    return actor.roles


def in_parts(*, store: Store, actor: Actor) -> frozenset[Role]:
    return actor.roles


def end(region: Store) -> None:
    with region.writing() as session:
        rows = sessions_of(session, account_of(session, small.CLERK).id)
        end_sessions(session, rows, SessionEnd.ENDED, now=datetime.now(UTC))


def test_after_the_session_is_over_nothing_is_written(region: Store, clerk: Actor) -> None:
    assert answers.order(add_region, clerk, code="before") == "before"
    end(region)
    with pytest.raises(SignedOut):
        answers.order(add_region, clerk, code="after")
    with pytest.raises(SignedOut):
        answers.in_parts(in_parts, clerk)
    with region.reading() as session:
        assert session.get(Region, "before") is not None
        assert session.get(Region, "after") is None


def test_after_the_session_is_over_nothing_is_answered_not_even_what_is_kept(region: Store, clerk: Actor) -> None:
    assert answers.answer(roles, clerk) == {Role.CLERK}
    end(region)
    presence.forget()
    for ask in (answers.answer, answers.live, answers.fresh):
        with pytest.raises(SignedOut):
            ask(roles, clerk)


def test_a_role_that_was_given_meanwhile_counts_at_once(region: Store, clerk: Actor) -> None:
    assert answers.fresh(roles, clerk) == {Role.CLERK}
    with region.writing() as session:
        session.add(RoleGrant(account_id=account_of(session, small.CLERK).id, role=Role.GUIDE, scope="*"))
    presence.forget()
    assert answers.fresh(roles, clerk) == answers.in_parts(in_parts, clerk) == {Role.CLERK, Role.GUIDE}
    assert answers.order(roles, clerk) == {Role.CLERK, Role.GUIDE}


def test_what_a_person_does_begins_the_idle_time_anew_and_a_refresh_does_not(region: Store) -> None:
    begun = datetime.now(UTC) - timedelta(minutes=30)
    a_session(region, small.GUIDE, now=begun)

    def times() -> tuple[str, datetime, datetime]:
        with region.reading() as session:
            row = session.exec(select(AccountSession)).one()
            return row.id, row.seen_at, row.idle_until

    guide = Actor("", small.GUIDE, (), session_id=times()[0])
    answers.fresh(roles, guide)
    assert times()[1] == begun
    answers.order(roles, guide)
    _, seen_at, idle_until = times()
    assert seen_at > begun
    assert idle_until - seen_at == timedelta(minutes=120)
