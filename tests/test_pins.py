"""PINs: how a person signs on at a station, what that opens, and how it ends."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import select

from actions.calling import walk_in
from actions.credentials import digest, put_credential
from actions.pins import (
    LOCKED_FOR,
    STATION_LASTS,
    TRIES,
    check_own_pin,
    end_at_station,
    leave_counter,
    reset_pin,
    set_own_pin,
    unlock_pin,
)
from actions.press import Stamp
from actions.refusal import Refused
from actions.sessions import Standing, standing
from actions.throttling import Locked
from analytics.station_list import pin_holders
from models.actor import Actor, Right
from models.sessions import Lasting, Place, at_station, begin_session, digest_of
from models.store import Store
from models.tables import (
    AccountSession,
    AuditEvent,
    Branch,
    Counter,
    CredentialKind,
    Interaction,
    RoleGrant,
    SessionEnd,
    SignInWay,
    Staff,
    Throttle,
)
from standards.vocabulary import Channel, CounterState, DeviceKind, Role
from tests.desks import HALL, MORNING
from tests.stations import MACHINE, OTHER_PIN, PIN, a_paired, a_person, account_named, sign_on_at, whoever

LATER = MORNING + timedelta(minutes=1)


@pytest.fixture
def hall(working_hall: Store) -> Store:
    """Wang and Zhao with a PIN, and a station at counter 1."""
    with working_hall.writing() as session:
        a_person(session, "wang", "S1", Role.CLERK)
        a_person(session, "zhao", "S2", Role.CLERK)
    a_paired(working_hall, "W1", DeviceKind.STATION, counter_id=1)
    return working_hall


def on(hall: Store, name: str = "wang", pin: str = PIN) -> Actor:
    """Whoever signs on at the station now."""
    token = sign_on_at(hall, "W1", account_of(hall, name), pin).token
    actor = whoever(hall, token)
    assert actor is not None
    return actor


def account_of(hall: Store, name: str) -> UUID:
    with hall.reading() as session:
        return account_named(session, name).id


def at_counter(hall: Store, counter_id: int = 1) -> tuple[str | None, CounterState, int]:
    with hall.reading() as session:
        row = session.get_one(Counter, (HALL, counter_id))
        return row.staff_id, row.state, row.version


def end_of(hall: Store, actor: Actor) -> SessionEnd | None:
    with hall.reading() as session:
        return session.get_one(AccountSession, actor.session_id).ended_by


def test_the_right_pin_signs_on_at_the_stations_counter(hall: Store) -> None:
    actor = on(hall)
    assert (actor.name, actor.staff_id, actor.origin) == ("wang", "S1", f"station {HALL}/W1 10.1.1.1")
    assert at_station(actor)
    assert at_counter(hall)[:2] == ("S1", CounterState.IDLE)


def test_whoever_signs_on_next_ends_the_session_before_but_takes_no_counter_away(hall: Store) -> None:
    wang = on(hall)
    begun = sign_on_at(hall, "W1", account_of(hall, "zhao"))
    assert end_of(hall, wang) is SessionEnd.REPLACED
    assert begun.said is not None
    assert str(begun.said).startswith("Somebody else is signed on")
    assert at_counter(hall)[0] == "S1"


def test_after_five_wrong_pins_even_the_right_one_waits_until_a_supervisor_unlocks(hall: Store) -> None:
    for _ in range(TRIES):
        with pytest.raises(Refused, match="not the PIN"):
            on(hall, pin=OTHER_PIN)
    with pytest.raises(Locked):
        on(hall)
    with hall.writing() as session:
        assert session.exec(select(AuditEvent).where(AuditEvent.action == "lock_pin")).one().subject == "wang"
        wang, zhao = pin_holders(session, MACHINE, HALL, now=MORNING)
        assert (wang.locked_until, zhao.locked_until) == (MORNING + LOCKED_FOR, None)
        assert (wang.staff_id, wang.roles, wang.serves) == ("S1", (Role.CLERK,), True)
        unlock_pin(session, MACHINE, wang.account_id, now=MORNING)
    assert on(hall).name == "wang"


def test_a_right_pin_forgives_the_wrong_ones_before_it(hall: Store) -> None:
    for _ in range(2):
        for _ in range(TRIES - 1):
            with pytest.raises(Refused):
                on(hall, pin=OTHER_PIN)
        assert on(hall).name == "wang"


def test_nobody_of_another_hall_and_nobody_who_has_left_signs_on(hall: Store) -> None:
    with hall.writing() as session:
        session.add(Branch(id="H2", name="二号厅", zone="Asia/Shanghai"))
        session.flush()
        session.add(Staff(branch_id="H2", id="S1", name="S1"))
        session.flush()
        a_person(session, "stranger", "S1", Role.CLERK, hall="H2")
        account_named(session, "zhao").leaving_on = MORNING.date() - timedelta(days=1)
    for name in ("stranger", "zhao"):
        with pytest.raises(Refused, match="not the PIN"):
            on(hall, name)


def test_a_pin_opens_the_work_at_counter_and_door_of_that_hall_and_nothing_else_of_what_one_may(hall: Store) -> None:
    with hall.writing() as session:
        head = a_person(session, "head", "S1", Role.SUPERVISOR)
        session.add(RoleGrant(account_id=head, role=Role.ADMINISTRATOR, scope="*"))
    actor = on(hall, "head")
    assert actor.roles == {Role.CLERK, Role.GUIDE}
    kept = {Right.STAMP, Right.CORRECT, Right.GUIDE, Right.READ_HALL, Right.READ_OWN}
    assert {right for right in Right if actor.may(right, HALL)} == kept
    assert not any(actor.may(right, where) for right in Right for where in ("H2", None))


def test_leaving_the_counter_ends_the_session_in_the_same_press(hall: Store) -> None:
    actor = on(hall)
    with hall.writing() as session:
        leave_counter(session, actor, Stamp(HALL, "leave", LATER, at_counter(hall)[2]), 1)
    assert at_counter(hall)[:2] == (None, CounterState.CLOSED)
    assert end_of(hall, actor) is SessionEnd.LEFT


def test_who_serves_somebody_does_not_leave(hall: Store) -> None:
    actor = on(hall)
    with hall.writing() as session:
        stamp = Stamp(HALL, "begin", LATER, at_counter(hall)[2])
        walk_in(session, actor, stamp, 1, business_type="payment", channel=Channel.COUNTER)
    with pytest.raises(Refused), hall.writing() as session:
        leave_counter(session, actor, Stamp(HALL, "leave", LATER, at_counter(hall)[2]), 1)
    assert (at_counter(hall)[0], end_of(hall, actor)) == ("S1", None)


def test_standing_still_ends_the_session_and_loses_nothing_at_the_counter(hall: Store) -> None:
    begun = sign_on_at(hall, "W1", account_of(hall, "wang"))
    actor = whoever(hall, begun.token)
    assert actor is not None
    with hall.writing() as session:
        stamp = Stamp(HALL, "begin", MORNING, at_counter(hall)[2])
        walk_in(session, actor, stamp, 1, business_type="payment", channel=Channel.COUNTER)
    idle = MORNING + STATION_LASTS.idle
    assert whoever(hall, begun.token, now=idle - timedelta(seconds=1)) is not None
    assert whoever(hall, begun.token, now=idle) is None
    assert at_counter(hall)[0] == "S1"
    again = sign_on_at(hall, "W1", account_of(hall, "wang"), now=idle)
    assert again.said is None
    with hall.reading() as session:
        assert session.exec(select(Interaction)).one().counter_id == 1


def test_leaving_ends_no_session_that_a_password_began(hall: Store) -> None:
    with hall.writing() as session:
        lasting = Lasting(timedelta(hours=1), timedelta(hours=1))
        wang = account_named(session, "wang").id
        token = begin_session(session, wang, SignInWay.PASSWORD, Place(), lasting, now=MORNING)
    actor = whoever(hall, token)
    assert actor is not None
    assert not at_station(actor)
    with hall.writing() as session:
        assert not end_at_station(session, actor, now=MORNING)
    assert whoever(hall, token) is not None


def test_a_temporary_pin_ends_what_was_open_and_is_changed_at_its_first_use(hall: Store) -> None:
    before = on(hall)
    temporary = reset_pin(hall, MACHINE, account_of(hall, "wang"), now=MORNING)
    assert end_of(hall, before) is SessionEnd.ENDED
    begun = sign_on_at(hall, "W1", account_of(hall, "wang"), temporary)
    assert begun.must_change
    actor = whoever(hall, begun.token)
    assert actor is not None
    with hall.reading() as session:
        assert standing(session, digest_of(begun.token), now=MORNING) is Standing.MUST_CHANGE_PIN
    for shown, new, reason in (
        (temporary, temporary, "same_pin"),
        (PIN, OTHER_PIN, "not_shown"),
        (temporary, "1234", "pin_weak"),
    ):
        with pytest.raises(Refused) as caught:
            set_own_pin(hall, actor, shown, new, now=MORNING)
        assert caught.value.reason == reason
    set_own_pin(hall, actor, temporary, OTHER_PIN, now=MORNING)
    with hall.reading() as session:
        assert standing(session, digest_of(begun.token), now=MORNING) is Standing.OPEN
    assert on(hall, pin=OTHER_PIN).name == "wang"


def test_with_the_password_one_sets_ones_own_pin_and_who_serves_nowhere_has_none(hall: Store) -> None:
    with hall.writing() as session:
        made = digest(CredentialKind.PASSWORD, "nine-quiet-Herons")
        new = a_person(session, "new", "S1", Role.CLERK, pin=None)
        office = a_person(session, "office", None, Role.SUPERVISOR, pin=None)
        put_credential(session, new, CredentialKind.PASSWORD, made, temporary=False, now=MORNING)
    with pytest.raises(Refused, match="not the password"):
        set_own_pin(hall, Actor(str(new), "new", (), HALL, "S1"), PIN, OTHER_PIN, now=MORNING)
    set_own_pin(hall, Actor(str(new), "new", (), HALL, "S1"), "nine-quiet-Herons", OTHER_PIN, now=MORNING)
    assert on(hall, "new", OTHER_PIN).name == "new"
    with pytest.raises(Refused, match="Only who serves"):
        set_own_pin(hall, Actor(str(office), "office", (), HALL), "nine-quiet-Herons", OTHER_PIN, now=MORNING)
    with pytest.raises(Refused, match="Only who serves"):
        reset_pin(hall, MACHINE, office, now=MORNING)


def test_passwords_guessed_for_another_pin_lock_neither_the_pin_nor_the_account(hall: Store) -> None:
    wang = Actor(str(account_of(hall, "wang")), "wang", (), HALL, "S1")
    for reason in ("not_shown",) * TRIES + ("locked",):
        with pytest.raises(Refused) as told:
            set_own_pin(hall, wang, "a guess", OTHER_PIN, now=MORNING)
        assert told.value.reason == reason
    assert on(hall).name == "wang"
    with hall.reading() as session:
        assert {row.name for row in session.exec(select(Throttle))} == {"password wang"}


def test_the_pin_is_asked_once_more_and_counts_its_tries(hall: Store) -> None:
    actor = on(hall)
    check_own_pin(hall, actor, PIN, now=MORNING)
    for _ in range(TRIES):
        with pytest.raises(Refused, match="not the PIN"):
            check_own_pin(hall, actor, OTHER_PIN, now=MORNING)
    with pytest.raises(Locked):
        check_own_pin(hall, actor, PIN, now=MORNING)


def test_a_trainee_is_let_in_without_the_counter_and_names_a_mentor_there(hall: Store) -> None:
    with hall.writing() as session:
        session.get_one(Staff, (HALL, "S1")).trainee = True
    on(hall)
    assert at_counter(hall)[0] is None
