"""Who may do what where: roles, and scopes from one hall to everything."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlmodel import Session, select

from actions.people import add_account, grant
from actions.setup import add_branch, add_region
from models.actor import Actor, Grant, NotAllowed, Right, actor_of, machine_actor
from models.store import Store
from models.tables import Account
from standards.vocabulary import Role

NOW = datetime(2026, 3, 3, tzinfo=UTC)
MACHINE = machine_actor("root")
HALLS = frozenset({"CITY", "TOWN", "VILLAGE", "ELSEWHERE"})


@pytest.fixture
def session(empty_store: Store) -> Iterator[Session]:
    """A province with a county and its district, a hall in each, and one in another province."""
    with empty_store.writing() as writing:
        for code, parent in (("province", None), ("county", "province"), ("district", "county"), ("other", None)):
            add_region(writing, MACHINE, code, name=code, parent_id=parent, now=NOW)
        for code, region in (("CITY", "province"), ("TOWN", "county"), ("VILLAGE", "district"), ("ELSEWHERE", "other")):
            add_branch(writing, MACHINE, code, zone="Asia/Shanghai", region_id=region, now=NOW)
        yield writing


def someone(session: Session, *granted: tuple[Role, str]) -> Actor:
    account_id = add_account(session, MACHINE, "someone", now=NOW)
    for role, scope in granted:
        grant(session, MACHINE, account_id, role, scope, now=NOW)
    account = session.exec(select(Account)).one()
    return actor_of(session, account)


def test_a_hall_is_a_scope_of_its_own(session: Session) -> None:
    actor = someone(session, (Role.SUPERVISOR, "TOWN"))
    assert actor.halls(Right.READ_HALL, HALLS) == {"TOWN"}


@pytest.mark.parametrize(
    ("region", "halls"),
    [
        ("province", {"CITY", "TOWN", "VILLAGE"}),
        ("county", {"TOWN", "VILLAGE"}),
        ("district", {"VILLAGE"}),
        ("other", {"ELSEWHERE"}),
    ],
)
def test_a_region_takes_in_all_below_it(session: Session, region: str, halls: set[str]) -> None:
    actor = someone(session, (Role.REGIONAL_MANAGER, region))
    assert actor.halls(Right.READ_HALL, HALLS) == halls
    assert not actor.may(Right.READ_HALL)


def test_a_hall_that_joins_a_region_is_in_its_scope(session: Session) -> None:
    someone(session, (Role.REGIONAL_MANAGER, "county"))
    add_branch(session, MACHINE, "NEW", zone="Asia/Shanghai", region_id="district", now=NOW)
    account = session.exec(select(Account)).one()
    assert actor_of(session, account).may(Right.READ_HALL, "NEW")


def test_everything_takes_in_what_is_still_to_come(session: Session) -> None:
    actor = someone(session, (Role.AUDITOR, "*"))
    assert actor.halls(Right.READ_HALL, HALLS) == HALLS
    assert actor.may(Right.READ_HALL, "of tomorrow")
    assert actor.may(Right.READ_HALL)


def test_each_role_holds_in_its_own_scope_alone(session: Session) -> None:
    actor = someone(session, (Role.CLERK, "TOWN"), (Role.REGIONAL_MANAGER, "other"))
    assert actor.may(Right.STAMP, "TOWN")
    assert not actor.may(Right.STAMP, "ELSEWHERE")
    assert actor.may(Right.READ_STAFF, "ELSEWHERE")
    assert not actor.may(Right.READ_STAFF, "TOWN")
    assert actor.roles == {Role.CLERK, Role.REGIONAL_MANAGER}


def test_an_account_without_a_role_may_nothing(session: Session) -> None:
    actor = someone(session)
    assert [right for right in Right for hall in HALLS if actor.may(right, hall)] == []


ALLOWED = {
    Role.CLERK: {Right.READ_HALL, Right.STAMP, Right.CORRECT, Right.READ_OWN},
    Role.GUIDE: {Right.READ_HALL, Right.GUIDE, Right.READ_OWN},
    Role.SUPERVISOR: {
        *(Right.READ_HALL, Right.READ_STAFF, Right.STAMP, Right.GUIDE, Right.CORRECT, Right.IMPORT),
        *(Right.RUN_HALL, Right.DISPLAY),
        Right.DEVICES,
        Right.PERSONAL,
        Right.READ_OWN,
    },
    Role.REGIONAL_MANAGER: {Right.READ_HALL, Right.READ_STAFF, Right.APPROVE, Right.PERSONAL},
    Role.ADMINISTRATOR: {
        Right.READ_HALL,
        Right.IMPORT,
        Right.SET_UP,
        Right.ACCOUNTS,
        Right.DEVICES,
        Right.OPERATE,
        Right.READ_AUDIT,
        Right.ERASE,
    },
    Role.AUDITOR: {Right.READ_HALL, Right.READ_STAFF, Right.READ_AUDIT, Right.PERSONAL},
    Role.DISPLAY: {Right.DISPLAY},
    Role.DEVICE: {Right.FEED},
}


@pytest.mark.parametrize("role", Role)
def test_a_role_may_what_its_work_needs_and_no_more(role: Role) -> None:
    actor = Actor("1", "someone", (Grant(role, frozenset({"TOWN"})),))
    assert {right for right in Right if actor.may(right, "TOWN")} == ALLOWED[role]
    assert {right for right in Right if actor.may(right, "CITY")} == set()


def test_what_is_not_allowed_is_refused_in_words() -> None:
    actor = Actor("1", "someone", (Grant(Role.GUIDE, frozenset({"TOWN"})),))
    actor.require(Right.GUIDE, "TOWN")
    with pytest.raises(NotAllowed) as caught:
        actor.require(Right.SET_UP, "TOWN")
    assert dict(caught.value.message.values) == {"right": Right.SET_UP}


def test_the_user_at_the_machine_may_everything_and_is_named_so() -> None:
    assert all(MACHINE.may(right, hall) for right in Right for hall in (*HALLS, None))
    assert MACHINE.name == "os:root"
