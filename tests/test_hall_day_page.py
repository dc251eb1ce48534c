"""The screen of the hall's day: what is next, opening, the roster, the hand-over, closing with many still inside."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import col, select
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from actions.closing import settle
from actions.counters import sign_on
from actions.press import Stamp
from actions.tickets import take_ticket
from models.actor import machine_actor
from models.store import Store
from models.tables import Counter, Duty, HallDay, Interaction, ShiftChange
from standards.hall_day import Settle
from standards.vocabulary import DutyPost, Outcome, Settlement
from tests import small_region as small
from ui.hall_day_settle import When
from ui.hall_day_view import DayStep
from ui.keys import Key

MACHINE = machine_actor("test")
HALL = small.ALWAYS_OPEN
Screen = Callable[..., AppTest]


def opened(screen: Screen, step: DayStep, account: str = small.SUPERVISOR, **parameters: str) -> AppTest:
    page = screen("hall-day", account=account, **({"lang": "en"} | parameters))
    page.segmented_control(f"{Key.HALL_DAY_STEP}-{HALL}").set_value(step).run()
    assert not page.exception
    return page


def the_button(page: AppTest, name: str) -> Button:
    found = [button for button in page.button if button.key and f"-press-{name}" in button.key]
    assert len(found) == 1, [button.key for button in page.button]
    return found[0]


def press(page: AppTest, name: str) -> None:
    the_button(page, name).click().run()
    assert not page.exception
    assert Key.DESK_SAID not in page.session_state


def tickets(store: Store, count: int, of_day: timedelta = timedelta()) -> None:
    with store.writing() as session:
        for number in range(count):
            stamp = Stamp(HALL, f"ticket-{of_day}-{number}", datetime.now(UTC) - timedelta(minutes=3) - of_day)
            take_ticket(session, MACHINE, stamp, "payment")


def rows(store: Store) -> list[Interaction]:
    with store.reading() as session:
        found = list(session.exec(select(Interaction).order_by(col(Interaction.id))))
        session.expunge_all()
        return found


def the_day(store: Store) -> HallDay:
    with store.reading() as session:
        found = session.exec(select(HallDay)).one()
        session.expunge(found)
        return found


def said(page: AppTest) -> str:
    parts = [*page.subheader, *page.markdown, *page.caption, *page.info, *page.warning]
    return "\n".join(part.value for part in parts)


def test_a_new_day_begins_with_opening_and_says_who_opened_it(small_region: Store, screen: Screen) -> None:
    page = screen("hall-day", account=small.SUPERVISOR, lang="en")
    assert page.subheader[0].value == "The hall is not opened yet"
    network = next(item for item in page.segmented_control if "-check-network-" in str(item.key))
    network.set_value(False).run()
    assert "Not in order: Network" in said(page)
    (fault,) = [field for field in page.text_input if "-fault-network-" in str(field.key)]
    fault.set_value("*slow*").run()
    assert "Not in order: Network (\\*slow\\*)" in said(page)
    press(page, "open")
    assert the_day(small_region).opened_by == small.SUPERVISOR
    assert the_day(small_region).checklist == {"network": {"found": False, "note": "*slow*"}}
    assert page.subheader[0].value.startswith("Open since")
    assert "Not looked at: 8 of 9" in said(page)
    press(page, "fine-")
    assert "Not looked at: 0 of 9" in said(page)
    assert "Not in order: Network" in said(page)


def test_an_empty_hall_is_closed_with_one_signature_and_opened_again(small_region: Store, screen: Screen) -> None:
    page = opened(screen, DayStep.CLOSE)
    assert "Nobody is left inside." in said(page)
    press(page, "stop")
    assert page.subheader[0].value == "Everything is settled: sign and close"
    page.text_input(f"{Key.HALL_DAY_INPUT}-close-note-{HALL}").set_value("*quiet*").run()
    press(page, "close")
    assert the_day(small_region).closed_by == small.SUPERVISOR
    assert "\\*quiet\\*" in said(page)
    page.text_input(f"{Key.HALL_DAY_INPUT}-reopen-why-{HALL}").set_value("somebody came").run()
    press(page, "reopen")
    assert the_day(small_region).closed_at is None


def test_sixty_who_still_wait_are_settled_in_one_press(small_region: Store, screen: Screen) -> None:
    tickets(small_region, 60)
    page = opened(screen, DayStep.CLOSE)
    assert the_button(page, "close").disabled
    assert [len(table.value) for table in page.table] == [60]
    press(page, f"all-{Outcome.WAITING}-{Settle.LEFT}")
    assert {(row.outcome, row.left_at, row.settlement) for row in rows(small_region)} == {
        (Outcome.LEFT, None, Settlement.AT_CLOSING)
    }
    press(page, "close")
    assert the_day(small_region).closed_at is not None


def test_one_visit_is_settled_by_what_somebody_knows_of_it(small_region: Store, screen: Screen) -> None:
    tickets(small_region, 2)
    first = rows(small_region)[0]
    page = opened(screen, DayStep.CLOSE)
    page.selectbox(f"{Key.HALL_DAY_INPUT}-one-{HALL}").select(str(first.id)).run()
    when = f"{Key.HALL_DAY_INPUT}-when-{first.id}-{HALL}"
    page.segmented_control(when).set_value(When.AT).run()
    page.text_input(f"{Key.HALL_DAY_INPUT}-at-{first.id}-{HALL}").set_value("noon").run()
    assert the_button(page, f"one-{first.id}").disabled
    page.segmented_control(when).set_value(When.NOW).run()
    press(page, f"one-{first.id}")
    settled = rows(small_region)[0]
    assert (settled.outcome, settled.left_at is not None) == (Outcome.LEFT, True)
    assert rows(small_region)[1].outcome is Outcome.WAITING


def test_a_customer_carried_over_is_given_a_ticket_when_back(small_region: Store, screen: Screen) -> None:
    tickets(small_region, 1)
    (row,) = rows(small_region)
    with small_region.writing() as session:
        now = datetime.now(UTC)
        stamp = Stamp(HALL, "carry", now)
        local = now.astimezone(ZoneInfo(small.SHANGHAI)).date()
        settle(session, MACHINE, stamp, local, [(row.id, row.version)], Settle.CARRY_OVER)
    page = opened(screen, DayStep.CLOSE, account=small.GUIDE)
    press(page, f"back-{row.id}")
    assert [one.previous_id for one in rows(small_region)] == [None, row.id]
    assert "Carried over" not in said(page)


def test_a_clerk_reads_and_takes_over_but_neither_opens_nor_closes(small_region: Store, screen: Screen) -> None:
    page = opened(screen, DayStep.HAND_OVER)
    page.text_area(f"{Key.HALL_DAY_INPUT}-shift-note-{HALL}").set_value("<b>keys</b> are in the drawer").run()
    press(page, "give-0-")
    assert "What stands now" not in said(page)
    assert not page.text_area
    page = opened(screen, DayStep.CLOSE, account=small.CLERK)
    assert "Hand-overs that wait for a signature: 1" in said(page)
    assert "Hand-overs that nobody has taken over yet: 1" in said(page)
    assert not [button for button in page.button if button.key and "-press-" in button.key]
    page = opened(screen, DayStep.HAND_OVER, account=small.CLERK)
    assert "\\<b\\>keys" in said(page)
    with small_region.reading() as session:
        (change,) = session.exec(select(ShiftChange)).all()
        change_id = change.id
    press(page, f"take-{change_id}")
    with small_region.reading() as session:
        assert session.get_one(ShiftChange, (HALL, change_id)).taken_by == small.CLERK
    assert "visits with a new owner: 0" in said(page)


@pytest.mark.parametrize("account", [small.MANAGER, small.ADMINISTRATOR, small.AUDITOR])
@pytest.mark.parametrize("step", list(DayStep))
def test_who_oversees_the_hall_reads_every_step_and_presses_nothing(
    small_region: Store, screen: Screen, account: str, step: DayStep
) -> None:
    tickets(small_region, 1)
    page = opened(screen, step, account=account, hall=HALL)
    assert not [button for button in page.button if button.key and "-press-" in button.key]


def test_the_roster_grows_line_by_line_and_a_wrong_span_is_said(small_region: Store, screen: Screen) -> None:
    page = opened(screen, DayStep.DUTY)
    assert [info.value for info in page.info] == ["Nobody is on the roster of this day yet."]
    who = next(box for box in page.selectbox if box.key and "-duty-who-" in box.key)
    who.select("101").run()
    page.text_input(f"{Key.HALL_DAY_INPUT}-duty-span-{HALL}").set_value("8").run()
    assert the_button(page, "on-").disabled
    page.text_input(f"{Key.HALL_DAY_INPUT}-duty-span-{HALL}").set_value("08:30-12:00").run()
    press(page, "on-")
    with small_region.reading() as session:
        (line,) = session.exec(select(Duty)).all()
        assert (line.staff_id, line.post, line.begins, line.ends) == ("101", DutyPost.COUNTER, 510, 720)
    assert "08:30–12:00" in said(page)
    press(page, f"off-101-{DutyPost.COUNTER}")
    with small_region.reading() as session:
        assert session.exec(select(Duty)).all() == []


def test_a_press_on_a_day_that_moved_on_is_refused_in_words(small_region: Store, screen: Screen) -> None:
    one, other = opened(screen, DayStep.CLOSE), opened(screen, DayStep.CLOSE)
    press(one, "stop")
    the_button(other, "close").click().run()
    assert not other.exception
    assert ["This had moved on" in warning.value for warning in other.warning] == [True]


def test_closing_says_which_counters_it_signs_off(small_region: Store, screen: Screen) -> None:
    with small_region.writing() as session:
        sign_on(session, MACHINE, Stamp(HALL, "on", datetime.now(UTC)), 2, staff_id="101")
    page = opened(screen, DayStep.CLOSE)
    assert "signed off by the closing: counter 2" in said(page)
    press(page, "close")
    with small_region.reading() as session:
        assert session.get_one(Counter, (HALL, 2)).staff_id is None


def test_both_languages_name_the_steps(small_region: Store, screen: Screen) -> None:
    page = opened(screen, DayStep.CLOSE, lang="zh")
    assert "停止取号" in [button.label for button in page.button]
    steps = page.segmented_control(f"{Key.HALL_DAY_STEP}-{HALL}")
    assert list(steps.options) == ["开厅", "值班表", "交接班", "闭厅"]
