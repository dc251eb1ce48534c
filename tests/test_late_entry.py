"""Late entry: what was written on paper becomes visits, to the minute, each row once or not at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from actions.late_entry import LateReceipt, add_late_entries
from actions.late_rows import LateRow
from actions.press import Stamp
from actions.refusal import Refused
from actions.tickets import take_ticket
from analytics.late_choices import late_choices
from models.actor import Actor, Grant, NotAllowed
from models.store import Store
from models.tables import DayReport, HallDay, Interaction, Staff
from standards.derive import day_on
from standards.vocabulary import Begun, Outcome, Role, Source
from tests import small_region as small
from tests.desks import GUIDE, HALL, HEAD, MORNING, WANG, Desk
from ui.keys import Key
from ui.late_grid import grid_of, typed_rows
from ui.late_times import minute_of

NINE = MORNING  # nine o'clock


@pytest.fixture
def desk(working_hall: Store) -> Desk:
    return Desk(working_hall, now=NINE + timedelta(hours=3))


def at(minutes: int) -> datetime:
    return NINE + timedelta(minutes=minutes)


def a_row(line: int = 1, **typed: Any) -> LateRow:
    plain: dict[str, Any] = {
        "business_type": "payment",
        "ticket": f"A9{line:03d}",
        "arrived_at": at(0),
        "called_at": at(5),
        "greeted_at": at(6),
        "ended_at": at(15),
        "counter_id": 1,
        "staff_id": "S1",
    }
    return LateRow(line=line, **(plain | typed))


def enter(desk: Desk, *rows: LateRow, actor: Actor = WANG, key: str = "late") -> LateReceipt:
    with desk.store.writing() as session:
        return add_late_entries(session, actor, Stamp(HALL, key, desk.now), rows)


def columns(receipt: LateReceipt) -> list[tuple[int, str]]:
    return [(problem.line, problem.column) for problem in receipt.problems]


def test_a_row_becomes_a_visit_whose_wait_and_handling_count_but_not_its_greeting(desk: Desk) -> None:
    receipt = enter(desk, a_row(items=3))
    (row,) = desk.rows()
    assert [visit for _, visit in receipt.saved] == [row.id]
    assert (row.source, row.begun, row.outcome, row.items) == (Source.LATE_ENTRY, Begun.TICKET, Outcome.COMPLETED, 3)
    assert (row.wait_ms, row.greeting_ms, row.handling_ms) == (300_000, None, 540_000)
    assert row.inaccurate == "arrived_at called_at last_called_at greeted_at started_at ended_at"
    assert (row.counter_id, row.staff_id, row.recorded_at) == (1, "S1", desk.now)


def test_without_a_ticket_or_a_call_there_is_no_wait(desk: Desk) -> None:
    enter(desk, a_row(ticket=None, called_at=None, arrived_at=None, greeted_at=None, started_at=at(3)))
    (row,) = desk.rows()
    assert (row.begun, row.wait_ms, row.handling_ms) == (Begun.WALK_IN, None, 720_000)


def test_who_left_unserved_belongs_to_no_counter(desk: Desk) -> None:
    enter(desk, a_row(called_at=None, greeted_at=None, ended_at=None, left_at=at(20)))
    (row,) = desk.rows()
    assert (row.outcome, row.counter_id, row.staff_id, row.wait_ms) == (Outcome.LEFT, None, None, 1_200_000)


def test_a_double_press_saves_once(desk: Desk) -> None:
    first, again = enter(desk, a_row()), enter(desk, a_row())
    assert first.saved == again.saved
    assert again.problems == ()
    assert len(desk.rows()) == 1


def test_rows_that_are_right_are_saved_beside_rows_that_are_wrong(desk: Desk) -> None:
    receipt = enter(desk, a_row(1), a_row(2, business_type=None, ended_at=at(3)), a_row(3))
    assert [line for line, _ in receipt.saved] == [1, 3]
    assert columns(receipt) == [(2, "business_type"), (2, "ended_at")]
    assert len(desk.rows()) == 2


@pytest.mark.parametrize(
    ("typed", "column"),
    [
        ({"ended_at": NINE + timedelta(hours=4)}, "ended_at"),
        ({"called_at": NINE - timedelta(minutes=1)}, "called_at"),
        ({"ended_at": None}, "outcome"),
        ({"called_at": None}, "called_at"),
        ({"arrived_at": None}, "arrived_at"),
        ({"left_at": NINE + timedelta(minutes=30), "outcome": Outcome.COMPLETED}, "left_at"),
        ({"counter_id": 9}, "counter_id"),
        ({"counter_id": None}, "counter_id"),
        ({"staff_id": "S9"}, "staff_id"),
        ({"items": 0}, "items"),
        ({"business_type": "nothing"}, "business_type"),
    ],
)
def test_what_is_wrong_is_said_by_column(desk: Desk, typed: dict[str, Any], column: str) -> None:
    receipt = enter(desk, a_row(**typed))
    assert columns(receipt) == [(1, column)]
    assert desk.rows() == []


def test_seven_days_back_can_be_entered_and_eight_can_not(desk: Desk) -> None:
    def days_back(days: int) -> LateRow:
        span = timedelta(days=days)
        row = a_row()
        stamps = {name: getattr(row, name) - span for name in ("arrived_at", "called_at", "greeted_at", "ended_at")}
        return replace(row, line=days, **stamps)

    receipt = enter(desk, days_back(7), days_back(8))
    assert [line for line, _ in receipt.saved] == [7]
    assert {line for line, _ in columns(receipt)} == {8}


def test_a_clerk_enters_their_own_visits_and_the_supervisor_anybodys(desk: Desk) -> None:
    theirs = a_row(staff_id="S2")
    assert columns(enter(desk, theirs)) == [(1, "staff_id")]
    assert len(enter(desk, theirs, actor=HEAD).saved) == 1
    with pytest.raises(NotAllowed):
        enter(desk, theirs, actor=GUIDE)


def test_a_ticket_of_the_day_is_not_counted_twice(desk: Desk) -> None:
    desk.press(take_ticket, GUIDE, "payment")
    assert columns(enter(desk, a_row(ticket="A0001"))) == [(1, "ticket")]
    assert columns(enter(desk, a_row(1), a_row(2, ticket="A9001"), key="other")) == [(2, "ticket")]


def test_two_visits_at_one_counter_are_pointed_out_not_refused(desk: Desk) -> None:
    receipt = enter(
        desk,
        a_row(1),
        a_row(2, arrived_at=at(5), called_at=at(10), greeted_at=at(10), ended_at=at(20)),
        a_row(3, arrived_at=at(5), called_at=at(20), greeted_at=at(20), ended_at=at(21)),
    )
    assert len(receipt.saved) == 3
    assert [(one.line, one.ticket, one.counter_id) for one in receipt.overlaps] == [(2, "A9001", 1)]


def test_a_row_with_a_cell_that_cannot_be_read_is_told_of_whatever_else_is_wrong_in_it(desk: Desk) -> None:
    unread = frozenset({"ended_at"})
    receipt = enter(
        desk,
        a_row(1, ended_at=None, unread=unread),
        a_row(2, ended_at=None, unread=unread, business_type=None, called_at=at(-1), counter_id=9),
    )
    assert columns(receipt) == [(2, "business_type"), (2, "called_at"), (2, "counter_id")]
    assert (receipt.saved, desk.rows()) == ((), [])


def test_a_closed_day_takes_late_entries_and_says_so_and_a_signed_report_refuses_them(desk: Desk) -> None:
    assert enter(desk, a_row(1), key="before").closed == ()
    today = day_on(desk.now, ZoneInfo(small.SHANGHAI))
    with desk.store.writing() as session:
        session.add(HallDay(branch_id=HALL, day_on=today, opened_at=NINE, closed_at=desk.now, closed_by="head"))
        session.add(DayReport(branch_id=HALL, day_on=today, written_at=desk.now, written_by="head"))
    assert enter(desk, a_row(2), key="closed").closed == (today,)
    with desk.store.writing() as session:
        report = session.get_one(DayReport, (HALL, today))
        report.signed_at, report.signed_by = desk.now, "head"
    with pytest.raises(Refused) as refusal:
        enter(desk, a_row(3), key="signed")
    assert refusal.value.reason == "report_signed"
    assert len(desk.rows()) == 2


@settings(max_examples=60, deadline=None)
@given(
    hour=st.integers(0, 23),
    minute=st.integers(0, 59),
    form=st.sampled_from(["{}:{:02}", "{:02}{:02}", "{}{:02}", "{}：{:02}", "{}.{:02}"]),
)
def test_times_of_day_are_read_as_they_are_typed(hour: int, minute: int, form: str) -> None:
    read = minute_of(form.format(hour, minute))
    assert read is not None
    assert (read.hour, read.minute) == (hour, minute)


@pytest.mark.parametrize("typed", ["25:00", "960", "9", "9:5", "nine", "12345", "-930"])
def test_what_is_no_time_of_day_is_not_guessed_at(typed: str) -> None:
    assert minute_of(typed) is None


def test_the_grid_keeps_what_is_wrong_and_saves_what_is_right(
    small_region: Store, screen: Callable[..., AppTest]
) -> None:
    zone = ZoneInfo(small.SHANGHAI)
    yesterday = datetime.now(zone).date() - timedelta(days=1)
    opened = screen("late-entry", account=small.CLERK, lang="en")
    opened.date_input(Key.LATE_DAY).set_value(yesterday).run()
    opened.selectbox(Key.LATE_COUNTER).select(1).run()
    right = {"business_type": "payment", "started_at": "905", "ended_at": "9:15", "items": "2"}
    wrong = {"business_type": "payment", "started_at": "9:30", "ended_at": "9:75", "ticket": "a12"}
    opened.session_state[Key.LATE_TYPED] = grid_of([right, wrong])
    opened.session_state[Key.LATE_ROUND] = 1  # a grid that begins with what was typed
    opened.run()
    opened.button(Key.LATE_SAVE).click().run()
    assert not opened.exception
    assert [said.value for said in opened.success] == ["Saved: 1 visit."]
    assert "Row 1, Finished: 9:75 is no time of day" in opened.error[0].value
    kept = typed_rows(opened.session_state[Key.LATE_TYPED])
    assert list(kept) == [1]
    assert {name: cell for name, cell in kept[1].items() if cell} == wrong
    assert list(opened.session_state[Key.LATE_TYPED].index[:2]) == ["✗ 1", "2"]
    opened.button(Key.LATE_SAVE).click().run()
    with small_region.reading() as session:
        (row,) = session.exec(select(Interaction)).all()
        assert (row.source, row.items, row.handling_ms) == (Source.LATE_ENTRY, 2, 600_000)
        assert row.started_at == datetime.combine(yesterday, time(9, 5), zone).astimezone(UTC)


def test_a_clerk_is_offered_themselves_alone(small_region: Store) -> None:
    with small_region.writing() as session:
        session.add(Staff(branch_id=small.ALWAYS_OPEN, id="102", name="李华"))
    clerk = Actor("1", "c", (Grant(Role.CLERK, frozenset({small.ALWAYS_OPEN})),), small.ALWAYS_OPEN, "101")
    head = Actor("2", "h", (Grant(Role.SUPERVISOR, frozenset({small.ALWAYS_OPEN})),), small.ALWAYS_OPEN)
    with small_region.reading() as session:
        offered = {
            actor.name: [one.staff_id for one in late_choices(session, actor, small.ALWAYS_OPEN).staff]
            for actor in (clerk, head)
        }
    assert offered == {"c": ["101"], "h": ["101", "102"]}
