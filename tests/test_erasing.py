"""A person or a text is erased for good; every figure stays as it was, and the trail stays whole."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import Session, select

from actions.erasing import CALLED_EN, erase_account, erase_staff
from actions.erasing_text import Erasable, erase_text
from actions.refusal import Refused
from analytics.selection import Selection
from analytics.summary import summary
from analytics.traffic import traffic
from analytics.visit import visit_story
from models.actor import Actor, Grant, NotAllowed, actor_of, machine_actor
from models.audit_check import check_chains
from models.rollups import refresh
from models.store import Store
from models.tables import (
    Account,
    AccountSession,
    Correction,
    Counter,
    Credential,
    CredentialKind,
    ImportReject,
    ImportRun,
    Interaction,
    RoleGrant,
    SignInWay,
    Staff,
)
from standards.vocabulary import CorrectionKind, Role
from tests.desks import HALL, HEAD
from tests.factories import DAY, an_interaction, at
from tests.trails import lines_of

NOW = datetime(2026, 4, 1, 2, tzinfo=UTC)
KEEPER = Actor("00000000-0000-0000-0000-000000000009", "keeper", (Grant(Role.ADMINISTRATOR, frozenset({HALL})),))
EVERYWHERE = Actor("00000000-0000-0000-0000-000000000008", "above", (Grant(Role.ADMINISTRATOR, None),))
NAME, PHONE = "王小明", "13812345678"


def a_person(session: Session) -> UUID:
    """S1 with a name, an account, a password and a session."""
    person = session.get_one(Staff, (HALL, "S1"))
    person.name, person.name_en = NAME, "Wang Xiaoming"
    account = Account(
        name="wangxm", display_name=NAME, display_name_en="Wang", branch_id=HALL, staff_id="S1", post="值班长",
        external_name="wang@corp",
    )  # fmt: skip
    session.add(account)
    session.flush()
    session.add(Credential(account_id=account.id, kind=CredentialKind.PASSWORD, digest="x", set_at=NOW))
    session.add(RoleGrant(account_id=account.id, role=Role.CLERK, scope=HALL))
    times: dict[str, Any] = {"began_at": NOW, "seen_at": NOW, "idle_until": NOW + timedelta(hours=1), "ends_at": NOW}
    session.add(AccountSession(id="s", account_id=account.id, way=SignInWay.PASSWORD, address="10.0.0.7", **times))
    session.flush()
    return account.id


def figures(store: Store) -> list[Any]:
    asked = Selection(branch_ids=(HALL,), first_on=DAY, last_on=DAY)
    of_person = Selection(branch_ids=(HALL,), first_on=DAY, last_on=DAY, staff_id="S1")
    with store.reading() as session:
        told = [summary(session, HEAD, branch_id=HALL, first_on=DAY, last_on=DAY, now=NOW)]
        return [*told, *(traffic(session, HEAD, one) for one in (asked, of_person))]


def test_every_figure_is_the_same_before_and_after_a_person_is_erased(working_hall: Store) -> None:
    with working_hall.writing() as session:
        a_person(session)
        for nth, waited in enumerate((2, 7, 30)):
            an_interaction(session, HALL, arrived_at=at(9 + nth), waited=timedelta(minutes=waited), staff_id="S1")
    refresh(working_hall, over_by=NOW)
    before = figures(working_hall)
    with working_hall.writing() as session:
        erase_staff(session, KEEPER, HALL, "S1", again="S1", reason="Left", now=NOW)
    refresh(working_hall, over_by=NOW)
    assert figures(working_hall) == before
    with working_hall.reading() as session:
        assert {row.staff_id for row in session.exec(select(Interaction))} == {"S1"}


def test_nothing_of_a_person_is_left_but_the_number(working_hall: Store) -> None:
    with working_hall.writing() as session:
        account_id = a_person(session)
        assert erase_staff(session, KEEPER, HALL, "S1", again=" S1 ", reason="Asked for", now=NOW) == 1
    with working_hall.reading() as session:
        person, account = session.get_one(Staff, (HALL, "S1")), session.get_one(Account, account_id)
        assert (person.name_en, person.active, person.erased_at) == (f"{CALLED_EN} S1", False, NOW)
        assert (account.name, account.display_name_en) == (str(account_id), f"{CALLED_EN} S1")
        assert (account.post, account.external_name, account.active, account.erased_at) == ("", None, False, NOW)
        for table in (Credential, AccountSession, RoleGrant):
            assert session.exec(select(table)).first() is None
        assert actor_of(session, account).grants == ()
        told = [str((line.before, line.after, line.reason, line.subject)) for line in lines_of(session, HALL)]
        assert len(told) == 2
        assert not any(NAME in line or "wang" in line.lower() for line in told)
        assert check_chains(session).count == 0


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ({"again": "S2"}, "not_again"),
        ({"again": ""}, "not_again"),
        ({"reason": "  "}, "no_reason"),
        ({"staff_id": "S9", "again": "S9"}, "unknown_staff"),
    ],
)
def test_an_erasure_needs_the_number_twice_and_a_reason(
    working_hall: Store, asked: dict[str, str], reason: str
) -> None:
    with working_hall.writing() as session:
        a_person(session)
        with pytest.raises(Refused) as refused:
            erase_staff(session, KEEPER, HALL, **({"staff_id": "S1", "again": "S1", "reason": "x"} | asked), now=NOW)
        assert refused.value.reason == reason
        assert session.get_one(Staff, (HALL, "S1")).name == NAME


@pytest.mark.parametrize("column", ["staff_id", "mentor_id"])
def test_nobody_is_erased_while_at_a_counter_and_nobody_twice(working_hall: Store, column: str) -> None:
    asked: dict[str, Any] = {"again": "S1", "reason": "x", "now": NOW}
    with working_hall.writing() as session:
        counter = session.get_one(Counter, (HALL, 1))
        setattr(counter, column, "S1")
        session.flush()
        with pytest.raises(Refused) as refused:
            erase_staff(session, KEEPER, HALL, "S1", **asked)
        assert refused.value.reason == "signed_on"
        setattr(counter, column, None)
        erase_staff(session, KEEPER, HALL, "S1", **asked)
        with pytest.raises(Refused) as refused:
            erase_staff(session, KEEPER, HALL, "S1", **asked)
        assert refused.value.reason == "erased_already"


def test_only_who_may_erases_and_nobody_beyond_their_scope_or_themselves(working_hall: Store) -> None:
    with working_hall.writing() as session:
        account_id = a_person(session)
        session.add(RoleGrant(account_id=account_id, role=Role.AUDITOR, scope="*"))
        session.flush()
        for who in (HEAD, KEEPER):
            with pytest.raises(NotAllowed):
                erase_staff(session, who, HALL, "S1", again="S1", reason="x", now=NOW)
        own = Actor(str(account_id), "wangxm", (Grant(Role.ADMINISTRATOR, None),))
        with pytest.raises(Refused):
            erase_staff(session, own, HALL, "S1", again="S1", reason="x", now=NOW)
        erase_account(session, EVERYWHERE, account_id, again="S1", reason="x", now=NOW)
        assert session.get_one(Staff, (HALL, "S1")).erased_at == NOW


def test_an_account_of_no_counter_is_erased_by_its_name(working_hall: Store) -> None:
    with working_hall.writing() as session:
        account = Account(name="auditor", display_name=NAME)
        session.add(account)
        session.flush()
        with pytest.raises(Refused):
            erase_account(session, EVERYWHERE, account.id, again="wrong", reason="x", now=NOW)
        erase_account(session, EVERYWHERE, account.id, again="auditor", reason="x", now=NOW)
        assert (account.name, account.erased_at) == (str(account.id), NOW)


def a_noted_visit(session: Session) -> UUID:
    visit = an_interaction(session, HALL, attention=True, attention_note=f"回电{PHONE}", staff_id="S1")
    said: dict[str, Any] = {
        "field": "attention_note",
        "was": f"打{PHONE}",
        "became": f"回电{PHONE}",
        "why": f"客户{PHONE}",
    }
    session.add(
        Correction(branch_id=HALL, interaction_id=visit, at=NOW, by="head", kind=CorrectionKind.CORRECT, **said)
    )
    session.flush()
    return visit


def test_a_text_goes_and_the_visit_stays_as_it_was_judged(working_hall: Store) -> None:
    with working_hall.writing() as session:
        visit = a_noted_visit(session)
        kept = session.get_one(Interaction, (HALL, visit)).model_dump(exclude={"attention_note", "version"})
    before = figures(working_hall)
    with working_hall.writing() as session:
        assert erase_text(session, KEEPER, HALL, Erasable.VISIT, visit, reason="Customer asked", now=NOW) == 4
    assert figures(working_hall) == before
    with working_hall.reading() as session:
        row = session.get_one(Interaction, (HALL, visit))
        assert row.model_dump(exclude={"attention_note", "version"}) == kept
        story = visit_story(session, HEAD, HALL, visit)
        assert story is not None
        assert story.parts[0].attention_note == "已删除 erased 2026-04-01"
        assert PHONE not in str(session.exec(select(Correction)).all())
        (line,) = (line for line in lines_of(session, HALL) if line.action == "erase_text")
        assert PHONE not in str(tuple(line))
        assert (line.actor, line.reason, line.subject) == ("keeper", "Customer asked", str(visit))
        assert check_chains(session).count == 0


def test_a_text_is_erased_once_with_a_reason_and_by_whom_it_is_given_to(working_hall: Store) -> None:
    with working_hall.writing() as session:
        visit = a_noted_visit(session)
        with pytest.raises(NotAllowed):
            erase_text(session, HEAD, HALL, Erasable.VISIT, visit, reason="x", now=NOW)
        with pytest.raises(Refused):
            erase_text(session, KEEPER, HALL, Erasable.VISIT, visit, reason=" ", now=NOW)
        erase_text(session, KEEPER, HALL, Erasable.VISIT, visit, reason="x", now=NOW)
        for what in Erasable:
            with pytest.raises(Refused) as refused:
                erase_text(session, KEEPER, HALL, what, visit, reason="x", now=NOW)
            assert refused.value.reason == "no_text"


def test_a_rejected_row_goes_and_its_reason_stays(working_hall: Store) -> None:
    with working_hall.writing() as session:
        run = ImportRun(branch_id=HALL, file_name="x.csv", digest="0", mapping="x 1", by="head", began_at=NOW)
        session.add(run)
        session.flush()
        said: dict[str, Any] = {"reason": "bad_time", "detail": PHONE, "content": {"电话": PHONE}}
        session.add(ImportReject(branch_id=HALL, import_id=run.id, line=3, **said))
        session.flush()
        erase_text(session, KEEPER, HALL, Erasable.REJECTED_ROW, run.id, line=3, reason="x", now=NOW)
        row = session.get_one(ImportReject, (HALL, run.id, 3))
        assert (row.reason, row.content) == ("bad_time", {})
        assert PHONE not in row.detail


def test_the_machine_may_erase_as_an_administrator_may(working_hall: Store) -> None:
    with working_hall.writing() as session:
        a_person(session)
        assert erase_staff(session, machine_actor("root"), HALL, "S1", again="S1", reason="x", now=NOW) == 1
