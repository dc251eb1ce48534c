"""What was forgotten overnight: settled by rule, the first record kept, what may be going on left alone."""

from __future__ import annotations

import shutil
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from actions.counters import sign_on
from actions.hours import openings_of, set_hours
from actions.overnight import RULE, settle_overnight
from actions.tickets import take_ticket
from analytics.hall_day import hall_day
from models.actor import NotAllowed
from models.check import check
from models.store import Store
from models.tables import AuditEvent, Branch, BranchPulse, Correction, Interaction
from standards.derive import day_on
from standards.vocabulary import (
    OPEN,
    Begun,
    Channel,
    CorrectionKind,
    CounterState,
    HoldKind,
    LeftReason,
    Outcome,
    Settlement,
    Stage,
)
from tests.desks import GUIDE, HALL, HEAD, WANG, Desk, the_working_hall
from tests.factories import DAY, MACHINE, ZONE, an_interaction, at, minutes
from web.nightly import run, settle_halls

TOMORROW = DAY + timedelta(days=1)
MORNING = at(7, 0, day=TOMORROW)
AFTERNOON = at(16)


@pytest.fixture
def desk(working_hall: Store) -> Desk:
    return Desk(working_hall, now=at(9))


def night(store: Store, now: datetime = MORNING) -> int:
    with store.writing() as session:
        return len(settle_overnight(session, RULE, HALL, now=now))


def open_one(session: Session, outcome: Outcome, arrived_at: datetime = AFTERNOON, **columns: Any) -> Interaction:
    """Somebody inside: called after 5 minutes, greeted at once, and (on hold) away from the 10th minute on."""
    stamps: dict[str, Any] = {}
    if outcome is Outcome.HELD:
        stamps = {"held_since_at": arrived_at + minutes(10), "hold_kind": HoldKind.AWAY_FOR_PAPERS}
        stamps |= {
            name: arrived_at + minutes(5) for name in ("called_at", "last_called_at", "greeted_at", "started_at")
        }
    if outcome is not Outcome.WAITING:
        stamps |= {"counter_id": 1, "staff_id": "S1"}
    row_id = an_interaction(
        session, HALL, arrived_at=arrived_at, outcome=outcome, handled=None, **{**stamps, **columns}
    )
    return session.get_one(Interaction, (HALL, row_id))


def test_each_state_is_settled_by_what_is_known_of_it(desk: Desk) -> None:
    with desk.store.writing() as session:
        ids = {outcome: open_one(session, outcome).id for outcome in (*OPEN,)}
        waiting: dict[str, Any] = {
            "held_since_at": at(16, 10),
            "hold_kind": HoldKind.WAITING,
            "counter_id": 2,
            "staff_id": "S2",
        }
        other = open_one(session, Outcome.HELD, **waiting).id
    assert night(desk.store) == 5
    waited, called = desk.row(ids[Outcome.WAITING]), desk.row(ids[Outcome.CALLED])
    assert (waited.outcome, waited.left_at, waited.wait_ms) == (Outcome.LEFT, None, None)
    assert (called.outcome, called.wait_ms) == (Outcome.NO_SHOW, 300_000)
    served, held = desk.row(ids[Outcome.SERVING]), desk.row(ids[Outcome.HELD])
    assert (served.outcome, served.ended_at, served.handling_ms) == (Outcome.COMPLETED, None, None)
    assert (held.outcome, held.left_at, held.left_reason) == (Outcome.LEFT, at(16, 10), LeftReason.PAPERS_MISSING)
    assert desk.row(other).left_reason is LeftReason.OTHER
    assert {row.settlement for row in desk.rows()} == {Settlement.BY_RULE}
    assert check(desk.store).whole


def test_the_first_record_is_kept_and_the_trail_names_the_rule(desk: Desk) -> None:
    with desk.store.writing() as session:
        row_id = open_one(session, Outcome.WAITING).id
    night(desk.store)
    with desk.store.reading() as session:
        (kept,) = session.exec(select(Correction)).all()
        assert (kept.field, kept.was, kept.became) == ("outcome", "waiting", "left")
        assert (kept.by, kept.kind, kept.interaction_id) == ("rule", CorrectionKind.RULE, row_id)
        event = session.exec(select(AuditEvent).where(AuditEvent.action == "settle_overnight")).one()
        assert event.actor == "rule"
        day = hall_day(session, HEAD, HALL, now=MORNING)
        assert (day.ruled_total, [one.id for one in day.ruled]) == (1, [row_id])


def test_todays_visits_are_left_alone_and_nothing_to_settle_writes_nothing(desk: Desk) -> None:
    with desk.store.writing() as session:
        open_one(session, Outcome.WAITING)
    assert night(desk.store, at(23, 59)) == 0
    with desk.store.reading() as session:
        assert session.exec(select(AuditEvent)).all() == []


def test_a_late_visit_goes_on_past_midnight_until_it_has_been_quiet(desk: Desk) -> None:
    with desk.store.writing() as session:
        row = open_one(session, Outcome.SERVING, at(23, 50))
        last_at = row.started_at
    assert last_at is not None
    assert night(desk.store, at(0, 1, day=TOMORROW)) == 0
    assert night(desk.store, last_at + timedelta(hours=2)) == 0
    assert night(desk.store, last_at + timedelta(hours=2, seconds=1)) == 1


@pytest.mark.parametrize("hours", ["00:00-24:00", "16:00-24:00", "18:00-02:00"])
def test_where_the_hall_is_open_into_the_night_a_visit_is_given_half_a_day(desk: Desk, hours: str) -> None:
    with desk.store.writing() as session:
        set_hours(session, MACHINE, HALL, openings_of(hours), from_on=DAY, now=at(0))
        open_one(session, Outcome.WAITING, at(23, 55))
    assert night(desk.store, at(0, 1, day=TOMORROW)) == 0
    assert night(desk.store, at(11, 55, day=TOMORROW)) == 0
    assert night(desk.store, at(11, 56, day=TOMORROW)) == 1


def test_a_call_on_the_telephone_line_is_given_half_a_day(desk: Desk) -> None:
    with desk.store.writing() as session:
        an_interaction(
            session,
            HALL,
            arrived_at=at(17),
            begun=Begun.WALK_IN,
            channel=Channel.TELEPHONE,
            outcome=Outcome.SERVING,
            waited=None,
            started_at=at(17),
            counter_id=1,
        )
    assert night(desk.store, at(4, 59, day=TOMORROW)) == 0
    assert night(desk.store, at(5, 1, day=TOMORROW)) == 1


def test_the_counter_of_a_forgotten_visit_and_one_that_was_left_on_are_closed(desk: Desk) -> None:
    desk.press(sign_on, WANG, 1)
    with desk.store.writing() as session:
        open_one(session, Outcome.SERVING, counter_id=1)
    night(desk.store)
    assert (desk.counter().state, desk.counter().staff_id) == (CounterState.CLOSED, None)
    desk.now = MORNING
    desk.press(sign_on, WANG, 1)
    assert night(desk.store, at(23, day=TOMORROW)) == 0
    assert desk.counter().staff_id == "S1"
    night(desk.store, at(7, day=TOMORROW + timedelta(days=1)))
    assert (desk.counter().state, desk.counter().staff_id) == (CounterState.CLOSED, None)


def test_a_clerk_is_not_told_to_settle_by_rule(desk: Desk) -> None:
    with pytest.raises(NotAllowed), desk.store.writing() as session:
        settle_overnight(session, WANG, HALL, now=MORNING)


def test_the_nightly_job_goes_through_the_halls_and_stops_when_it_is_told(desk: Desk) -> None:
    desk.press(take_ticket, GUIDE, "payment")
    stop = Event()
    running = Thread(target=run, args=(desk.store, stop, lambda: MORNING))
    running.start()
    while desk.open_rows():
        assert running.is_alive()
    stop.set()
    running.join(10)
    assert not running.is_alive()
    assert settle_halls(desk.store, Event(), MORNING) == 0


def test_a_demo_hall_first_catches_up_with_the_day(desk: Desk) -> None:
    desk.press(take_ticket, GUIDE, "payment")
    with desk.store.writing() as session:
        session.get_one(Branch, HALL).demo = True
    assert settle_halls(desk.store, Event(), MORNING) == 0
    with desk.store.writing() as session:
        session.get_one(BranchPulse, HALL).changed_at = MORNING
    assert settle_halls(desk.store, Event(), MORNING) == 1


def test_a_database_that_is_away_ends_no_job(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'empty.db'}")
    assert settle_halls(store, Event(), MORNING) == 0
    store.close()


ANY_OPEN = st.fixed_dictionaries(
    {
        "outcome": st.sampled_from(sorted(OPEN)),
        "hours_ago": st.integers(0, 100),
        "begun": st.sampled_from(Begun),
        "channel": st.sampled_from(Channel),
        "kind": st.sampled_from(HoldKind),
        "counter": st.sampled_from([1, 2]),
    }
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    visits=st.lists(ANY_OPEN, max_size=8),
    now=st.integers(0, 3 * 1440).map(lambda minute: at(0, day=DAY + timedelta(days=8)) + minutes(minute)),
    hours=st.sampled_from(["08:30-17:30", "00:00-24:00", "20:00-02:00"]),
)
def test_whatever_is_open_nothing_of_an_earlier_day_stays_so(
    visits: list[dict[str, object]], now: datetime, hours: str
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(the_working_hall(), Path(folder) / "monitor.db")
        store = Store(f"sqlite:///{Path(folder) / 'monitor.db'}")
        _put(store, visits, now, hours)
        before = _rows(store)
        night(store, now)
        after = _rows(store)
        for row_id, row in after.items():
            was = before[row_id]
            _no_fact_is_lost_or_made_up(was, row)
            if row.outcome in OPEN:
                assert day_on(row.arrived_at, ZONE) == day_on(now, ZONE) or now - row.arrived_at < timedelta(hours=14)
            else:
                assert row.settlement is Settlement.BY_RULE
                assert day_on(row.arrived_at, ZONE) < day_on(now, ZONE)
        assert night(store, now) == 0
        assert {row_id: row.model_dump() for row_id, row in _rows(store).items()} == {
            row_id: row.model_dump() for row_id, row in after.items()
        }
        store.close()


def _no_fact_is_lost_or_made_up(was: Interaction, row: Interaction) -> None:
    for stage in Stage:
        stamped = getattr(was, stage.value)
        if stamped is not None:
            assert getattr(row, stage.value) == stamped
        elif stage is Stage.LEFT:
            assert row.left_at in {None, was.held_since_at}
        else:
            assert getattr(row, stage.value) is None
    assert row.handling_ms is None


def _put(store: Store, visits: list[dict[str, object]], now: datetime, hours: str) -> None:
    with store.writing() as session:
        set_hours(session, MACHINE, HALL, openings_of(hours), from_on=DAY, now=at(0))
        for one in visits:
            arrived_at = now - timedelta(hours=int(str(one["hours_ago"])), minutes=15)
            columns = {"begun": one["begun"], "channel": one["channel"], "counter_id": one["counter"]}
            if one["outcome"] is Outcome.WAITING:
                columns["counter_id"] = None
            if one["outcome"] is Outcome.HELD:
                columns["hold_kind"] = one["kind"]
            open_one(session, Outcome(str(one["outcome"])), arrived_at, **columns)


def _rows(store: Store) -> dict[object, Interaction]:
    with store.reading() as session:
        rows = session.exec(select(Interaction).order_by(col(Interaction.id))).all()
        session.expunge_all()
        return {row.id: row for row in rows}
