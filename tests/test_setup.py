"""Halls, people and accounts are set up by whoever may, checked, and kept in the trail."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from actions.hours import openings_of, set_hours
from actions.people import add_account, add_staff, grant
from actions.refusal import Refused
from actions.setup import add_branch, add_business_type, add_counter, add_region
from models.actor import Actor, Grant, NotAllowed
from models.standing import openings
from models.store import Store
from models.tables import (
    Account,
    AuditEvent,
    Branch,
    BranchPulse,
    BusinessType,
    Counter,
    Staff,
)
from standards.business import Business
from standards.vocabulary import CounterState, HallClass, Issuer, Role
from tests.factories import MACHINE

NOW = datetime(2026, 3, 3, 1, 0, tzinfo=UTC)
SHANGHAI = "Asia/Shanghai"


def refused(reason: str, work: Callable[..., object], *arguments: Any, **named: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        work(*arguments, **named)
    assert caught.value.reason == reason
    return caught.value


def test_a_hall_has_what_it_was_given(store: Store) -> None:
    with store.writing() as session:
        add_region(session, MACHINE, "linjiang", name="临江省", name_en="Linjiang", now=NOW)
        add_branch(
            session,
            MACHINE,
            "CD01",
            zone=SHANGHAI,
            name="城东营业厅",
            name_en="East Hall",
            region_id="linjiang",
            hall_class=HallClass.B,
            issuer=Issuer.SOUTHERN_GRID,
            walking=timedelta(seconds=20),
            counters=2,
            openings=openings_of("08:30-12:00,13:30-17:30"),
            now=NOW,
        )
    with store.reading() as session:
        hall = session.get_one(Branch, "CD01")
        assert (hall.name, hall.name_en, hall.zone_info.key) == ("城东营业厅", "East Hall", SHANGHAI)
        assert (hall.hall_class, hall.issuer, hall.walking) == (
            HallClass.B,
            Issuer.SOUTHERN_GRID,
            timedelta(seconds=20),
        )
        counters = session.exec(select(Counter)).all()
        assert [(counter.id, counter.state) for counter in counters] == [
            (1, CounterState.CLOSED),
            (2, CounterState.CLOSED),
        ]
        assert set(openings(session, hall, date(2001, 1, 1))) == set(openings_of("08:30-12:00,13:30-17:30"))


def test_what_was_set_up_is_in_the_trail_and_moves_the_hall(store: Store) -> None:
    with store.writing() as session:
        add_branch(session, MACHINE, "CD01", zone=SHANGHAI, counters=1, now=NOW)
    with store.reading() as session:
        events = session.exec(select(AuditEvent).where(AuditEvent.branch_id == "CD01")).all()
        assert [(event.action, event.actor, event.at) for event in sorted(events, key=lambda event: event.id)] == [
            ("add_branch", "os:test", NOW),
            ("add_counter", "os:test", NOW),
        ]
        added = next(event for event in events if event.action == "add_branch")
        assert added.before == {"branch CD01": None}
        assert added.after["branch CD01"]["zone"] == SHANGHAI
        assert session.get_one(BranchPulse, "CD01").changes == 2


@pytest.mark.parametrize("code", ["", "*", "two words", "城东", "-dash", "x" * 33, "a/b", "a\n"])
def test_a_hall_needs_a_code_that_links_and_files_can_hold(store: Store, code: str) -> None:
    with store.writing() as session:
        refused("code", add_branch, session, MACHINE, code, zone=SHANGHAI, now=NOW)


@pytest.mark.parametrize("zone", ["", "Shanghai", "Asia", "asia/shanghai", "../etc/passwd", "UTC+8"])
def test_a_hall_needs_a_zone_that_exists(store: Store, zone: str) -> None:
    with store.writing() as session:
        refused("unknown_zone", add_branch, session, MACHINE, "CD01", zone=zone, now=NOW)


def test_a_code_is_given_once_whatever_its_case(store: Store) -> None:
    with store.writing() as session:
        add_branch(session, MACHINE, "CD01", zone=SHANGHAI, now=NOW)
        add_region(session, MACHINE, "east", name="East", now=NOW)
        refused("known_code", add_branch, session, MACHINE, "cd01", zone=SHANGHAI, now=NOW)
        refused("known_code", add_branch, session, MACHINE, "East", zone=SHANGHAI, now=NOW)
        refused("known_code", add_region, session, MACHINE, "CD01", name="x", now=NOW)


def test_what_does_not_exist_is_not_referred_to(store: Store) -> None:
    with store.writing() as session:
        refused("unknown_region", add_branch, session, MACHINE, "A", zone=SHANGHAI, region_id="no", now=NOW)
        refused("unknown_region", add_region, session, MACHINE, "A", name="x", parent_id="no", now=NOW)
        refused("unknown_hall", add_counter, session, MACHINE, "no", 1, now=NOW)
        refused("unknown_hall", add_staff, session, MACHINE, "no", "1", name="x", now=NOW)
        refused("unknown_hall", set_hours, session, MACHINE, "no", openings_of("08:00-12:00"), now=NOW)
        add_branch(session, MACHINE, "A", zone=SHANGHAI, now=NOW)
        refused("unknown_business", add_counter, session, MACHINE, "A", 1, business_types=["no"], now=NOW)
        refused("unknown_staff", add_account, session, MACHINE, "x", branch_id="A", staff_id="no", now=NOW)


@pytest.mark.parametrize(
    ("reason", "named"),
    [
        ("counters", {"counters": -1}),
        ("counters", {"counters": 201}),
        ("walking", {"walking": timedelta(seconds=-1)}),
        ("walking", {"walking": timedelta(hours=1)}),
        ("name", {"name": "x" * 121}),
        ("name", {"name": "two\nlines"}),
    ],
)
def test_a_hall_is_not_given_what_cannot_be(store: Store, reason: str, named: dict[str, Any]) -> None:
    with store.writing() as session:
        refused(reason, add_branch, session, MACHINE, "A", zone=SHANGHAI, now=NOW, **named)


def test_a_counter_serves_the_business_it_is_given(store: Store) -> None:
    with store.writing() as session:
        add_branch(session, MACHINE, "A", zone=SHANGHAI, now=NOW)
        assert add_counter(session, MACHINE, "A", 7, business_types=["payment", "invoice"], now=NOW) == 7
        assert session.get_one(Counter, ("A", 7)).business_types == "payment invoice"
        refused("known_counter", add_counter, session, MACHINE, "A", 7, now=NOW)
        refused("counters", add_counter, session, MACHINE, "A", 0, now=NOW)


A_BUSINESS = Business("solar", "光伏", "Solar", "S", timedelta(minutes=9))


def test_a_business_type_comes_after_the_others(store: Store) -> None:
    with store.writing() as session:
        last = max(row.position for row in session.exec(select(BusinessType)))
        assert add_business_type(session, MACHINE, A_BUSINESS, now=NOW) == "solar"
        row = session.get_one(BusinessType, "solar")
        assert (row.position, row.expected_ms, row.active) == (last + 1, 540_000, True)
        refused("known_business", add_business_type, session, MACHINE, A_BUSINESS, now=NOW)


@pytest.mark.parametrize(
    ("reason", "business"),
    [
        ("code", Business("two words", "光伏", "Solar", "S", timedelta(minutes=9))),
        ("name", Business("solar", "", "Solar", "S", timedelta(minutes=9))),
        ("ticket_letter", Business("solar", "光伏", "Solar", "s1", timedelta(minutes=9))),
        ("expected", Business("solar", "光伏", "Solar", "S", timedelta())),
        ("known_business", Business("Payment", "光伏", "Solar", "S", timedelta(minutes=9))),
    ],
)
def test_a_business_type_is_checked(store: Store, reason: str, business: Business) -> None:
    with store.writing() as session:
        refused(reason, add_business_type, session, MACHINE, business, now=NOW)


def test_an_account_is_named_once_and_never_as_the_machine(store: Store) -> None:
    with store.writing() as session:
        add_account(session, MACHINE, "wang", now=NOW)
        refused("known_account", add_account, session, MACHINE, "wang", now=NOW)
        for name in ("", "os:root", "two words", "x" * 65):
            refused("account_name", add_account, session, MACHINE, name, now=NOW)


def test_a_role_is_given_once_in_a_scope_that_exists(store: Store) -> None:
    with store.writing() as session:
        add_branch(session, MACHINE, "A", zone=SHANGHAI, now=NOW)
        account_id = add_account(session, MACHINE, "wang", now=NOW)
        grant(session, MACHINE, account_id, Role.CLERK, "A", now=NOW)
        refused("known_grant", grant, session, MACHINE, account_id, Role.CLERK, "A", now=NOW)
        refused("unknown_scope", grant, session, MACHINE, account_id, Role.CLERK, "B", now=NOW)


def the_administrator_of(hall: str) -> Actor:
    return Actor("1", "admin", (Grant(Role.ADMINISTRATOR, frozenset({hall})),))


def test_who_sets_up_one_hall_sets_up_no_other(store: Store) -> None:
    with store.writing() as session:
        for code in ("A", "B"):
            add_branch(session, MACHINE, code, zone=SHANGHAI, now=NOW)
        actor = the_administrator_of("A")
        account_id = add_account(session, actor, "wang", branch_id="A", now=NOW)
        grant(session, actor, account_id, Role.GUIDE, "A", now=NOW)
        for scope in ("B", "*"):
            with pytest.raises(NotAllowed):
                grant(session, actor, account_id, Role.GUIDE, scope, now=NOW)


def commands(session: Session, actor: Actor) -> list[Callable[[], object]]:
    account_id = session.exec(select(Account.id)).one()
    return [
        lambda: add_region(session, actor, "R", name="R", now=NOW),
        lambda: add_branch(session, actor, "B", zone=SHANGHAI, now=NOW),
        lambda: set_hours(session, actor, "A", openings_of("08:00-12:00"), now=NOW),
        lambda: add_counter(session, actor, "A", 9, now=NOW),
        lambda: add_staff(session, actor, "A", "9", name="x", now=NOW),
        lambda: add_business_type(session, actor, A_BUSINESS, now=NOW),
        lambda: add_account(session, actor, "li", branch_id="A", now=NOW),
        lambda: grant(session, actor, account_id, Role.GUIDE, "A", now=NOW),
    ]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_only_an_administrator_sets_up(store: Store, role: Role) -> None:
    with store.writing() as session:
        add_branch(session, MACHINE, "A", zone=SHANGHAI, now=NOW)
        add_account(session, MACHINE, "wang", now=NOW)
        actor = Actor("1", "someone", (Grant(role, None),))
        for command in commands(session, actor):
            with pytest.raises(NotAllowed):
                command()


def test_an_administrator_sets_up_everything(store: Store) -> None:
    with store.writing() as session:
        add_branch(session, MACHINE, "A", zone=SHANGHAI, now=NOW)
        add_account(session, MACHINE, "wang", now=NOW)
        for command in commands(session, Actor("1", "admin", (Grant(Role.ADMINISTRATOR, None),))):
            command()
        assert session.exec(select(Staff.name)).all() == ["x"]
