"""Accounts: each is managed from within its scope, nobody lifts themselves, and somebody always administers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from sqlmodel import Session, col, select

from actions.accounts import (
    Profile,
    close_account,
    end_account_sessions,
    profile_of,
    put_first_password,
    reopen_account,
    set_leaving,
    set_profile,
    unlock_account,
)
from actions.people import add_account, add_staff, grant, revoke
from actions.refusal import Refused
from actions.separation import keep_duties_apart
from actions.setup import add_branch, add_region
from models.account_scope import reach_of
from models.actor import Actor, NotAllowed, Right, actor_of, machine_actor
from models.sessions import Lasting, Place, actor_at, begin_session, digest_of, sessions_of
from models.store import Store
from models.tables import Account, AuditEvent, Credential, CredentialKind, RoleGrant, SignInWay, Staff, Throttle
from models.tries import account_name
from standards.vocabulary import Role

NOW = datetime(2026, 3, 3, 2, 0, tzinfo=UTC)
TODAY = date(2026, 3, 3)
MACHINE = machine_actor("root")
A_DAY = Lasting(timedelta(hours=8), timedelta(days=1))


@pytest.fixture
def session(empty_store: Store) -> Iterator[Session]:
    """A province with a county: the halls CITY in the one and TOWN in the other; FAR belongs to another province."""
    with empty_store.writing() as writing:
        for code, parent in (("province", None), ("county", "province"), ("other", None)):
            add_region(writing, MACHINE, code, name=code, parent_id=parent, now=NOW)
        for code, region in (("CITY", "province"), ("TOWN", "county"), ("FAR", "other")):
            add_branch(writing, MACHINE, code, zone="Asia/Shanghai", region_id=region, now=NOW)
        yield writing


def someone(session: Session, name: str, *roles: tuple[Role, str], hall: str | None = None) -> UUID:
    return add_account(session, MACHINE, name, branch_id=hall, roles=roles, now=NOW)


def acting(session: Session, account_id: UUID) -> Actor:
    return actor_of(session, session.get_one(Account, account_id))


def an_administrator(session: Session, scope: str = "*", name: str = "admin") -> Actor:
    return acting(session, someone(session, name, (Role.ADMINISTRATOR, scope)))


def signed_in(session: Session, account_id: UUID) -> str:
    return digest_of(begin_session(session, account_id, SignInWay.PASSWORD, Place("10.0.0.7"), A_DAY, now=NOW))


def roles_of(session: Session, account_id: UUID) -> set[tuple[Role, str]]:
    held = session.exec(select(RoleGrant).where(RoleGrant.account_id == account_id))
    return {(row.role, row.scope) for row in held}


def trail(session: Session, action: str) -> AuditEvent:
    return session.exec(select(AuditEvent).where(AuditEvent.action == action).order_by(col(AuditEvent.id).desc())).one()


def test_an_administrator_of_a_region_manages_what_lies_in_it_and_nothing_else(session: Session) -> None:
    regional = an_administrator(session, "county")
    clerk = someone(session, "clerk", (Role.CLERK, "TOWN"), hall="TOWN")
    grant(session, regional, clerk, Role.SUPERVISOR, "TOWN", now=NOW)
    grant(session, regional, clerk, Role.REGIONAL_MANAGER, "county", now=NOW)
    for scope in ("CITY", "FAR", "province", "other", "*"):
        with pytest.raises(NotAllowed):
            grant(session, regional, clerk, Role.CLERK, scope, now=NOW)
    assert roles_of(session, clerk) == {
        (Role.CLERK, "TOWN"),
        (Role.SUPERVISOR, "TOWN"),
        (Role.REGIONAL_MANAGER, "county"),
    }


@pytest.mark.parametrize("beyond", [(Role.CLERK, "FAR"), (Role.CLERK, "province"), (Role.AUDITOR, "*")])
def test_an_account_with_any_role_beyond_the_scope_is_out_of_reach(session: Session, beyond: tuple[Role, str]) -> None:
    regional = an_administrator(session, "county")
    account = someone(session, "both", (Role.CLERK, "TOWN"), beyond, hall="TOWN")
    for attempt in (
        lambda: grant(session, regional, account, Role.GUIDE, "TOWN", now=NOW),
        lambda: revoke(session, regional, account, Role.CLERK, "TOWN", reason="moved", now=NOW),
        lambda: close_account(session, regional, account, reason="moved", now=NOW),
        lambda: reopen_account(session, regional, account, now=NOW),
        lambda: set_leaving(session, regional, account, TODAY, reason="moved", now=NOW),
        lambda: set_profile(session, regional, account, Profile("x"), now=NOW),
        lambda: end_account_sessions(session, regional, account, now=NOW),
        lambda: unlock_account(session, regional, account, now=NOW),
        lambda: put_first_password(session, regional, account, "x", now=NOW),
    ):
        with pytest.raises(NotAllowed):
            attempt()


def test_who_has_every_hall_of_a_region_has_not_the_region(session: Session) -> None:
    hall_admin = an_administrator(session, "TOWN")
    assert reach_of(session, hall_admin, Right.ACCOUNTS).scopes == {"TOWN"}
    clerk = someone(session, "clerk", (Role.CLERK, "TOWN"), hall="TOWN")
    with pytest.raises(NotAllowed):
        grant(session, hall_admin, clerk, Role.SUPERVISOR, "county", now=NOW)


def test_an_account_is_added_only_where_one_administers(session: Session) -> None:
    regional = an_administrator(session, "county")
    add_account(session, regional, "manager", roles=[(Role.REGIONAL_MANAGER, "county")], now=NOW)
    for hall, roles in (
        (None, ()),
        ("FAR", ()),
        ("TOWN", [(Role.CLERK, "FAR")]),
        ("TOWN", [(Role.ADMINISTRATOR, "*")]),
    ):
        with pytest.raises(NotAllowed):
            add_account(session, regional, "new", branch_id=hall, roles=roles, now=NOW)
    assert session.exec(select(Account).where(Account.name == "new")).all() == []


def test_nobody_else_manages_accounts(session: Session) -> None:
    account = someone(session, "clerk", (Role.CLERK, "TOWN"), hall="TOWN")
    for role in Role:
        if role not in {Role.ADMINISTRATOR, Role.DEVICE}:
            actor = acting(session, someone(session, f"the-{role}", (role, "*")))
            with pytest.raises(NotAllowed):
                grant(session, actor, account, Role.SUPERVISOR, "TOWN", now=NOW)


def test_nobody_changes_their_own_rights(session: Session) -> None:
    someone(session, "other", (Role.ADMINISTRATOR, "*"))
    admin = an_administrator(session)
    own = UUID(admin.account_id)
    for attempt in (
        lambda: grant(session, admin, own, Role.AUDITOR, "*", now=NOW),
        lambda: revoke(session, admin, own, Role.ADMINISTRATOR, "*", reason="tired", now=NOW),
        lambda: close_account(session, admin, own, reason="tired", now=NOW),
        lambda: set_leaving(session, admin, own, TODAY, reason="tired", now=NOW),
    ):
        with pytest.raises(Refused) as caught:
            attempt()
        assert caught.value.reason == "own_account"


def test_the_last_administrator_stays(session: Session) -> None:
    last = someone(session, "last", (Role.ADMINISTRATOR, "*"))
    for attempt in (
        lambda: revoke(session, MACHINE, last, Role.ADMINISTRATOR, "*", reason="x", now=NOW),
        lambda: close_account(session, MACHINE, last, reason="x", now=NOW),
        lambda: set_leaving(session, MACHINE, last, TODAY + timedelta(days=300), reason="x", now=NOW),
    ):
        with pytest.raises(Refused) as caught:
            attempt()
        assert caught.value.reason == "last_administrator"
    someone(session, "next", (Role.ADMINISTRATOR, "*"))
    close_account(session, MACHINE, last, reason="retired", now=NOW)


def test_an_administrator_of_a_region_does_not_stand_in_for_the_last_of_everything(session: Session) -> None:
    last = someone(session, "last", (Role.ADMINISTRATOR, "*"))
    someone(session, "regional", (Role.ADMINISTRATOR, "county"))
    leaving = someone(session, "leaving", (Role.ADMINISTRATOR, "*"))
    set_leaving(session, MACHINE, leaving, TODAY, reason="retires", now=NOW)
    with pytest.raises(Refused):
        close_account(session, MACHINE, last, reason="x", now=NOW)


def test_closing_ends_every_session_and_opening_brings_none_back(session: Session) -> None:
    admin = an_administrator(session)
    clerk = someone(session, "clerk", (Role.CLERK, "TOWN"), hall="TOWN")
    first, second = signed_in(session, clerk), signed_in(session, clerk)
    assert actor_at(session, first, now=NOW) is not None
    assert close_account(session, admin, clerk, reason="moved away", now=NOW) == 2
    assert [actor_at(session, one, now=NOW) for one in (first, second)] == [None, None]
    reopen_account(session, admin, clerk, now=NOW)
    assert actor_at(session, first, now=NOW) is None
    assert actor_at(session, signed_in(session, clerk), now=NOW) is not None
    assert trail(session, "close_account").reason == "moved away"


@pytest.mark.parametrize("reason", ["", "  ", "\n\t"])
def test_what_takes_away_needs_a_reason(session: Session, reason: str) -> None:
    clerk = someone(session, "clerk", (Role.CLERK, "TOWN"), hall="TOWN")
    for attempt in (
        lambda: revoke(session, MACHINE, clerk, Role.CLERK, "TOWN", reason=reason, now=NOW),
        lambda: close_account(session, MACHINE, clerk, reason=reason, now=NOW),
        lambda: set_leaving(session, MACHINE, clerk, TODAY, reason=reason, now=NOW),
    ):
        with pytest.raises(Refused) as caught:
            attempt()
        assert caught.value.reason == "no_reason"


def test_a_role_that_is_taken_away_is_gone_from_an_open_session(session: Session) -> None:
    clerk = someone(session, "clerk", (Role.CLERK, "TOWN"), (Role.GUIDE, "TOWN"), hall="TOWN")
    open_one = signed_in(session, clerk)
    revoke(session, MACHINE, clerk, Role.CLERK, "TOWN", reason="is a guide now", now=NOW)
    actor = actor_at(session, open_one, now=NOW)
    assert actor is not None
    assert (actor.may(Right.STAMP, "TOWN"), actor.may(Right.GUIDE, "TOWN")) == (False, True)
    told = trail(session, "revoke")
    assert (told.actor, told.branch_id, told.subject, told.reason) == ("os:root", "TOWN", "clerk", "is a guide now")
    assert [image["role"] for image in told.before.values()] == ["clerk"]


def test_after_the_leaving_date_nobody_gets_in(session: Session) -> None:
    clerk = someone(session, "clerk", (Role.CLERK, "TOWN"), hall="TOWN")
    open_one = signed_in(session, clerk)
    set_leaving(session, MACHINE, clerk, TODAY, reason="retires", now=NOW)
    assert actor_at(session, open_one, now=NOW) is not None
    set_leaving(session, MACHINE, clerk, TODAY - timedelta(days=1), reason="left yesterday", now=NOW)
    assert sessions_of(session, clerk) == []
    set_leaving(session, MACHINE, clerk, None, now=NOW)
    assert actor_at(session, signed_in(session, clerk), now=NOW) is not None


def test_a_changed_profile_makes_the_person_one_of_the_hall(session: Session) -> None:
    clerk = someone(session, "clerk", (Role.CLERK, "TOWN"), hall="TOWN")
    profile = Profile("张敏", "Zhang Min", "CITY", "1017", "综合柜员", "zhangmin@corp")
    assert set_profile(session, MACHINE, clerk, profile, now=NOW)
    assert not set_profile(session, MACHINE, clerk, profile, now=NOW)
    assert profile_of(session.get_one(Account, clerk)) == profile
    assert session.get_one(Staff, ("CITY", "1017")).name == "张敏"
    told = trail(session, "change_account")
    (before,), (after,) = told.before.values(), told.after.values()
    assert (before["branch_id"], after["branch_id"], after["post"]) == ("TOWN", "CITY", "综合柜员")


def test_who_is_renamed_is_renamed_at_the_counter_too(session: Session) -> None:
    clerk = someone(session, "clerk", (Role.CLERK, "TOWN"), hall="TOWN")
    set_profile(session, MACHINE, clerk, Profile("张敏", "", "TOWN", "7"), now=NOW)
    set_profile(session, MACHINE, clerk, Profile("张慧敏", "Zhang Huimin", "TOWN", "7"), now=NOW)
    person = session.get_one(Staff, ("TOWN", "7"))
    assert (person.name, person.name_en) == ("张慧敏", "Zhang Huimin")
    told = session.exec(select(AuditEvent).where(AuditEvent.action == "change_account")).all()[-1]
    assert sorted(image["name"] for image in told.before.values()) == ["clerk", "张敏"]


def test_two_accounts_are_never_one_person(session: Session) -> None:
    add_staff(session, MACHINE, "TOWN", "7", name="seven", now=NOW)
    add_account(session, MACHINE, "one", branch_id="TOWN", staff_id="7", external_name="one@corp", now=NOW)
    other = someone(session, "other", hall="TOWN")
    for profile in (
        Profile("x", branch_id="TOWN", staff_id="7"),
        Profile("x", branch_id="TOWN", external_name="one@corp"),
    ):
        with pytest.raises(Refused):
            set_profile(session, MACHINE, other, profile, now=NOW)
    with pytest.raises(Refused):
        add_account(session, MACHINE, "ONE", branch_id="TOWN", now=NOW)


def test_an_account_moves_only_between_halls_of_its_administrator(session: Session) -> None:
    regional = an_administrator(session, "province")
    clerk = someone(session, "clerk", (Role.CLERK, "TOWN"), hall="TOWN")
    assert set_profile(session, regional, clerk, Profile("clerk", branch_id="CITY"), now=NOW)
    with pytest.raises(NotAllowed):
        set_profile(session, regional, clerk, Profile("clerk", branch_id="FAR"), now=NOW)


def test_a_first_password_is_given_once_and_its_digest_is_not_told(session: Session) -> None:
    clerk = someone(session, "clerk", (Role.CLERK, "TOWN"), hall="TOWN")
    put_first_password(session, MACHINE, clerk, "a digest", now=NOW)
    stored = session.get_one(Credential, (clerk, CredentialKind.PASSWORD))
    assert (stored.temporary, stored.digest) == (True, "a digest")
    with pytest.raises(Refused):
        put_first_password(session, MACHINE, clerk, "another", now=NOW)
    assert "a digest" not in "".join(event.model_dump_json() for event in session.exec(select(AuditEvent)))


def test_a_lock_is_lifted(session: Session) -> None:
    clerk = someone(session, "clerk", (Role.CLERK, "TOWN"), hall="TOWN")
    session.add(Throttle(name=account_name("clerk"), failures=9, first_at=NOW, last_at=NOW, locked_until=NOW))
    session.flush()
    assert unlock_account(session, MACHINE, clerk, now=NOW)
    assert not unlock_account(session, MACHINE, clerk, now=NOW)


def test_sessions_are_ended_by_an_administrator(session: Session) -> None:
    clerk = someone(session, "clerk", (Role.CLERK, "TOWN"), hall="TOWN")
    open_one = signed_in(session, clerk)
    assert end_account_sessions(session, MACHINE, clerk, now=NOW) == 1
    assert actor_at(session, open_one, now=NOW) is None
    assert end_account_sessions(session, MACHINE, clerk, now=NOW) == 0


def test_kept_apart_nobody_gives_roles_and_audits(session: Session) -> None:
    admin = an_administrator(session)
    both = someone(session, "both", (Role.ADMINISTRATOR, "*"), (Role.AUDITOR, "*"))
    with pytest.raises(Refused) as caught:
        keep_duties_apart(session, admin, True, now=NOW)
    assert "both" in str(caught.value)
    revoke(session, admin, both, Role.ADMINISTRATOR, "*", reason="audits", now=NOW)
    assert keep_duties_apart(session, admin, True, now=NOW)
    for role, scope in ((Role.ADMINISTRATOR, "*"), (Role.ADMINISTRATOR, "TOWN")):
        with pytest.raises(Refused) as caught:
            grant(session, admin, both, role, scope, now=NOW)
        assert caught.value.reason == "duties_apart"
    separated = acting(session, UUID(admin.account_id))
    assert not separated.may(Right.READ_AUDIT)
    assert acting(session, both).may(Right.READ_AUDIT)
    with pytest.raises(Refused):
        keep_duties_apart(session, admin, False, now=NOW)
    assert keep_duties_apart(session, separated, False, reason="one person only", now=NOW)
    assert acting(session, UUID(admin.account_id)).may(Right.READ_AUDIT)


def test_only_who_keeps_the_installation_sets_duties_apart(session: Session) -> None:
    for role, scope in ((Role.AUDITOR, "*"), (Role.ADMINISTRATOR, "county")):
        actor = acting(session, someone(session, f"the-{role}", (role, scope)))
        with pytest.raises(NotAllowed):
            keep_duties_apart(session, actor, True, now=NOW)


def test_a_person_that_was_erased_stays_so(session: Session) -> None:
    clerk = someone(session, "clerk", (Role.CLERK, "TOWN"), hall="TOWN")
    session.get_one(Account, clerk).erased_at = NOW
    session.flush()
    with pytest.raises(Refused) as caught:
        reopen_account(session, MACHINE, clerk, now=NOW)
    assert caught.value.reason == "erased_account"
