"""Halls, people and accounts are set up by whoever may, checked, and kept in the trail."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from actions.__main__ import main
from actions.calling import call_next
from actions.counters import sign_on
from actions.hours import openings_of, set_hours
from actions.people import add_account, add_staff, grant
from actions.press import Stamp
from actions.refusal import Refused
from actions.serving import finish, greet
from actions.setup import add_branch, add_business_type, add_counter, add_region
from actions.tickets import take_ticket
from models.actor import Actor, Grant, NotAllowed, actor_of
from models.check import check
from models.migrate import upgrade
from models.standing import openings
from models.store import Store
from models.store import store as store_of
from models.tables import (
    Account,
    AuditEvent,
    Branch,
    BranchHours,
    BranchPulse,
    BusinessType,
    Counter,
    Interaction,
    RoleGrant,
    ServiceStandard,
    Staff,
)
from standards.business import Business
from standards.derive import Opening
from standards.vocabulary import CounterState, HallClass, Issuer, Outcome, Role
from tests.factories import DAY, MACHINE, an_interaction

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


def test_hours_are_read_as_people_write_them() -> None:
    assert openings_of("08:30-12:00, 13:30–17:30", [0]) == (Opening(0, 510, 720), Opening(0, 810, 1050))
    assert openings_of("00:00-24:00", [6]) == (Opening(6, 0, 1440),)
    assert openings_of("22:00-02:00", [4]) == (Opening(4, 1320, 1560),)


@pytest.mark.parametrize("text", ["", "8", "08:30", "08:30-08:30", "25:00-26:00", "08:60-09:00", "24:00-25:00", "a-b"])
def test_what_is_no_interval_is_refused(text: str) -> None:
    refused("hours", openings_of, text)


@given(
    opens=st.integers(0, 1439),
    lasts=st.integers(1, 1439),
)
def test_every_interval_comes_back_from_its_words(opens: int, lasts: int) -> None:
    closes = (opens + lasts) % 1440
    written = f"{opens // 60:02d}:{opens % 60:02d}-{closes // 60:02d}:{closes % 60:02d}"
    assert openings_of(written, [0]) == (Opening(0, opens, opens + lasts),)


def test_hours_that_overlap_are_refused_even_across_midnight(store: Store) -> None:
    with store.writing() as session:
        add_branch(session, MACHINE, "A", zone=SHANGHAI, now=NOW)
        for overlapping in (
            openings_of("08:00-12:00,11:59-13:00", [0]),
            (Opening(6, 1320, 1500), Opening(0, 30, 90)),
            (*openings_of("00:00-24:00"), Opening(3, 10, 20)),
        ):
            refused("hours_overlap", set_hours, session, MACHINE, "A", overlapping, now=NOW)
        for wrong in (
            (),
            (Opening(7, 0, 10),),
            (Opening(0, 10, 10),),
            (Opening(0, 0, 1441),),
            (Opening(0, 1440, 1450),),
        ):
            refused("hours", set_hours, session, MACHINE, "A", wrong, now=NOW)
        set_hours(session, MACHINE, "A", openings_of("00:00-24:00"), now=NOW)
        set_hours(session, MACHINE, "A", openings_of("22:00-02:00,02:00-03:00"), now=NOW)


def test_new_hours_hold_from_their_day_and_the_old_ones_until_it(store: Store) -> None:
    with store.writing() as session:
        add_branch(session, MACHINE, "A", zone=SHANGHAI, openings=openings_of("08:00-12:00"), now=NOW)
        set_hours(session, MACHINE, "A", openings_of("09:00-17:00"), from_on=DAY, now=NOW)
        hall = session.get_one(Branch, "A")
        assert openings(session, hall, DAY - timedelta(days=1))[0].opens == 480
        assert openings(session, hall, DAY)[0].opens == 540


def test_hours_of_days_with_visits_stand(store: Store) -> None:
    with store.writing() as session:
        add_branch(session, MACHINE, "A", zone=SHANGHAI, openings=openings_of("08:00-12:00"), now=NOW)
        an_interaction(session, "A")
        new = openings_of("11:00-17:00")
        refused("hours_in_use", set_hours, session, MACHINE, "A", new, now=NOW)
        said = refused("hours_in_use", set_hours, session, MACHINE, "A", new, from_on=DAY, now=NOW)
        assert dict(said.message.values) == {"day": DAY}
        set_hours(session, MACHINE, "A", new, from_on=DAY + timedelta(days=1), now=NOW)
    assert check(store).whole


def test_hours_that_are_replaced_stay_in_the_trail(store: Store) -> None:
    with store.writing() as session:
        add_branch(session, MACHINE, "A", zone=SHANGHAI, openings=openings_of("08:00-12:00", [0]), now=NOW)
        set_hours(session, MACHINE, "A", openings_of("09:00-13:00", [0]), now=NOW)
        assert [row.opens for row in session.exec(select(BranchHours))] == [540]
        event = session.exec(select(AuditEvent).where(AuditEvent.action == "set_hours")).all()[-1]
        assert [row["closes"] for row in event.before.values() if row] == [720]
        assert [row["closes"] for row in event.after.values()] == [780]


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


def test_the_commands_make_a_fresh_database_ready_for_its_first_customer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    db = ["--db", f"sqlite:///{tmp_path / 'new' / 'monitor.db'}", "--json"]
    hours = ["--hours", "08:30-12:00,13:30-17:30", "--weekdays", "12345"]
    assert (
        main(["branch", "add", "CD01", "--zone", SHANGHAI, "--name", "城东营业厅", "--counters", "2", *hours, *db]) == 0
    )
    answer = json.loads(capsys.readouterr().out)
    assert answer == {"branch": "CD01", "zone": SHANGHAI, "counters": 2, "intervals": 10}
    assert main(["account", "add", "wang", "--role", "clerk", "--scope", "CD01", *db]) == 0
    assert json.loads(capsys.readouterr().out)["staff"] == "wang"
    made = store_of(db[1])
    with made.reading() as session:
        assert session.exec(select(ServiceStandard)).first() is not None
        assert session.get(BusinessType, "payment") is not None
        assert session.exec(select(RoleGrant.role, RoleGrant.scope)).all() == [(Role.CLERK, "CD01")]
        assert session.get_one(Staff, ("CD01", "wang")).name == "wang"
    made.close()


def test_the_first_customer_of_a_new_hall_is_served(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'monitor.db'}"
    for arguments in (
        ["branch", "add", "CD01", "--zone", SHANGHAI],
        ["account", "add", "wang", "--role", "clerk", "--scope", "CD01"],
        ["account", "add", "li", "--role", "guide", "--scope", "CD01"],
    ):
        assert main([*arguments, "--db", url]) == 0
    made = store_of(url)
    with made.writing() as session:
        li, wang = (actor_of(session, row) for row in session.exec(select(Account).order_by(col(Account.name))))
        stamps = (Stamp("CD01", f"key {number}", NOW + timedelta(seconds=number)) for number in count())
        sign_on(session, wang, next(stamps), 1)
        taken = take_ticket(session, li, next(stamps), "payment")
        assert call_next(session, wang, next(stamps), 1).interaction_id == taken.interaction_id
        greet(session, wang, next(stamps), 1)
        finish(session, wang, next(stamps), 1)
        served = session.exec(select(Interaction)).one()
        assert (served.outcome, served.staff_id, served.wait_ms) == (Outcome.COMPLETED, "wang", 1000)
    assert check(made).whole
    made.close()


def test_a_refused_command_leaves_nothing_and_says_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    db = ["--db", f"sqlite:///{tmp_path / 'monitor.db'}", "--json"]
    assert main(["branch", "add", "A", "--zone", "Nowhere", *db]) == 1
    said = capsys.readouterr()
    assert json.loads(said.out)["refused"] == "unknown_zone"
    assert "Nowhere is no time zone" in said.err
    assert main(["account", "add", "wang", "--role", "clerk", "--scope", "A", *db]) == 1
    made = store_of(db[1])
    with made.reading() as session:
        assert session.exec(select(Account)).all() == []
    made.close()


def test_a_manager_of_a_region_needs_no_staff_number(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'monitor.db'}"
    upgrade(url)
    assert main(["account", "add", "chen", "--role", "regional_manager", "--scope", "*", "--db", url]) == 0
    assert main(["account", "add", "roving", "--role", "clerk", "--scope", "*", "--db", url]) == 0
    with store_of(url).reading() as session:
        assert session.exec(select(Staff)).all() == []
    store_of(url).close()


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["branch"],
        ["branch", "add", "A"],
        ["branch", "add", "A", "--zone", SHANGHAI, "--weekdays", "08"],
        ["account", "add", "wang", "--role", "emperor", "--scope", "*"],
    ],
)
def test_wrong_usage_is_told_apart(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
