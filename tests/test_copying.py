"""A hall's file in PostgreSQL is the hall it was: by every value, however often, wherever the copy was cut off."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from models.copy_rows import hall_tables
from models.copying import Step
from models.dirty import DIRTY_DAY
from models.sessions import Lasting, Place, begin_session
from models.settings import DEMO, setting
from models.store import Store, store
from models.tables import (
    Account,
    AccountSession,
    AuditEvent,
    Credential,
    CredentialKind,
    Interaction,
    RoleGrant,
    SignInWay,
    Staff,
    Throttle,
)
from tests.conftest import ROOT
from tests.copied_halls import NOW, content, copied, everything, more_visits, other, source, template
from tests.factories import an_interaction, minutes

__all__ = ["other", "source", "template"]  # pytest finds fixtures by name


def test_every_value_of_a_hall_is_in_postgresql_as_it_was(source: Store, postgres_url: str) -> None:
    done = copied(source, postgres_url)
    assert done.same
    assert content(store(postgres_url)) == content(source)
    assert all(content(source)[name] for name in ("interaction", "device_event", "hold", "day_report", "role_grant"))
    assert done.rows("added") == done.rows()


def test_the_copied_days_are_to_be_rolled_up(source: Store, postgres_url: str) -> None:
    copied(source, postgres_url)
    with store(postgres_url).reading() as session:
        marked = set(session.connection().execute(select(DIRTY_DAY.c.branch_id, DIRTY_DAY.c.day_on)))
        days = set(session.connection().execute(select(col(Interaction.branch_id), col(Interaction.day_on))))
    assert days
    assert marked == days


def test_two_halls_merge_and_neither_loses_anything(source: Store, other: Store, postgres_url: str) -> None:
    assert copied(source, postgres_url).same
    assert copied(other, postgres_url).same
    merged, first, second = content(store(postgres_url)), content(source), content(other)
    for name in (table.name for table in hall_tables()):
        assert merged[name] == sorted({*first[name], *second[name]}), name


def test_an_account_known_by_name_is_one_with_the_rights_of_both(
    source: Store, other: Store, postgres_url: str
) -> None:
    copied(source, postgres_url)
    copied(other, postgres_url)
    with store(postgres_url).reading() as session:
        keeper = session.scalars(select(Account).where(col(Account.name) == "keeper")).one()
        scopes = session.scalars(select(col(RoleGrant.scope)).where(col(RoleGrant.account_id) == keeper.id)).all()
    assert sorted(scopes) == ["H1", "H2"]


def test_a_new_account_brings_its_password_and_a_known_one_keeps_the_target_s(
    source: Store, other: Store, postgres_url: str
) -> None:
    for at, digest in ((source, "of the first"), (other, "of the second")):
        with at.writing() as session:
            keeper = session.scalars(select(Account).where(col(Account.name) == "keeper")).one()
            session.add(Credential(account_id=keeper.id, kind=CredentialKind.PASSWORD, digest=digest, set_at=NOW))
            lasts = Lasting(timedelta(hours=1), timedelta(hours=1))
            begin_session(session, keeper.id, SignInWay.PASSWORD, Place("10.0.0.7"), lasts, now=NOW)
            session.add(Throttle(name="account keeper", failures=1, first_at=NOW, last_at=NOW))
    assert copied(source, postgres_url).same
    assert copied(other, postgres_url).same
    assert copied(source, postgres_url).same
    with store(postgres_url).reading() as session:
        assert session.scalars(select(col(Credential.digest))).all() == ["of the first"]
        assert session.scalars(select(AccountSession)).all() == []
        assert session.scalars(select(Throttle)).all() == []


def test_the_marks_of_an_installation_stay_with_it(source: Store, postgres_url: str) -> None:
    copied(source, postgres_url)
    with store(postgres_url).reading() as session:
        assert setting(session, DEMO) is None


def test_done_twice_it_is_as_done_once(source: Store, postgres_url: str) -> None:
    copied(source, postgres_url)
    once = everything(store(postgres_url))
    again = copied(source, postgres_url)
    assert (again.same, again.rows("added"), again.rows("renewed")) == (True, 0, 0)
    assert everything(store(postgres_url)) == once


def test_the_copy_is_told_in_the_hall_s_trail(source: Store, postgres_url: str) -> None:
    done = copied(source, postgres_url)
    with store(postgres_url).reading() as session:
        event = session.scalars(
            select(AuditEvent).where(col(AuditEvent.branch_id) == "H1", col(AuditEvent.action) == "copy")
        ).one()
        actor, answer = event.actor, event.answer
    visits = done.halls["H1"]["interaction"]
    assert actor == "os:keeper"
    assert answer["interaction"] == {"rows": visits.source.rows, "hash": visits.target.hash}


class CutOff(Exception):
    pass


@pytest.mark.parametrize("after", [1, 4, 9])
def test_a_copy_cut_off_anywhere_is_continued(source: Store, postgres_url: str, after: int) -> None:
    steps: list[Step] = []

    def cut(step: Step) -> None:
        steps.append(step)
        if len(steps) == after:
            raise CutOff

    with pytest.raises(CutOff):
        copied(source, postgres_url, cut)
    assert content(store(postgres_url)) != content(source)
    assert copied(source, postgres_url).same
    assert content(store(postgres_url)) == content(source)


def test_a_copy_that_was_killed_is_continued_with_what_changed_since(source: Store, postgres_url: str) -> None:
    with source.writing() as session:
        more_visits(session, "H1", 1_500)
    command = [sys.executable, "-m", "models", "copy", "--db", source.url, "--to", postgres_url]
    running = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True, env=os.environ)
    assert running.stderr is not None
    line = next(line for line in running.stderr if "H1" in line)
    running.send_signal(signal.SIGKILL)
    running.communicate()
    assert "rows (" in line
    assert running.returncode == -signal.SIGKILL
    work_goes_on(source)
    assert copied(source, postgres_url).same
    assert content(store(postgres_url)) == content(source)


def work_goes_on(at: Store, hall: str = "H1") -> None:
    """A visit changes, one comes, one goes away; the change counter moves."""
    with at.writing() as session:
        of_hall = select(Interaction).where(col(Interaction.branch_id) == hall).order_by(col(Interaction.id))
        noted = session.scalars(of_hall.where(col(Interaction.ticket) == "A001")).one()
        noted.attention_note = "后来补记"
        plain = of_hall.where(col(Interaction.ticket).is_(None), col(Interaction.attention).is_(False))
        session.delete(session.scalars(plain.limit(1)).one())
        session.flush()
        an_interaction(session, hall, arrived_at=NOW, waited=minutes(3))


def test_what_went_on_in_the_source_is_renewed_until_somebody_works_in_the_target(
    source: Store, postgres_url: str
) -> None:
    copied(source, postgres_url)
    work_goes_on(source)
    again = copied(source, postgres_url)
    assert again.same
    assert (again.rows("renewed"), again.rows("removed")) >= (1, 1)
    assert content(store(postgres_url)) == content(source)
    work_goes_on(store(postgres_url))
    lived_in = content(store(postgres_url))
    with source.writing() as session:
        session.connection().execute(update(Staff).values(name="改名"))
        an_interaction(session, arrived_at=NOW + timedelta(hours=1))
    last = copied(source, postgres_url)
    assert not last.same
    assert last.halls["H1"]["staff"].keys == ["H1 101"]
    assert set(lived_in["interaction"]) < set(content(store(postgres_url))["interaction"])
    assert lived_in["staff"] == content(store(postgres_url))["staff"]


def test_work_during_the_copy_is_told(source: Store, postgres_url: str) -> None:
    def work(step: Step) -> None:
        if step.table == "staff":
            with source.writing() as session:
                an_interaction(session, arrived_at=NOW + timedelta(seconds=step.done))

    done = copied(source, postgres_url, work)
    assert done.later == ["H1"]
    assert done.same
    assert copied(source, postgres_url).later == []
    assert content(store(postgres_url)) == content(source)
