"""The counter's and the guide's screens within their frame."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import streamlit as st
from sqlmodel import col, select
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from actions.calling import call_next
from actions.counters import sign_on
from actions.press import Stamp
from actions.tickets import take_ticket
from analytics.door import door
from models.actor import machine_actor
from models.store import Store
from models.tables import Interaction
from standards.vocabulary import OPEN, Begun, Outcome, Priority
from tests import small_region as small
from ui.desk_more import Group
from ui.keys import Key

MACHINE = machine_actor("test")
Screen = Callable[..., AppTest]


def the_button(screen: AppTest, name: str) -> Button:
    """The button of a press, whatever the counter's version."""
    found = [button for button in screen.button if button.key and button.key.startswith(f"{Key.DESK_PRESS}-{name}-")]
    assert len(found) == 1, [button.key for button in screen.button]
    return found[0]


def press(screen: AppTest, name: str) -> None:
    """Press, as a finger does: the last one was longer ago than a bounce."""
    if Key.DESK_PRESSED in screen.session_state:
        finger, _ = screen.session_state[Key.DESK_PRESSED]
        screen.session_state[Key.DESK_PRESSED] = (finger, datetime.now(UTC) - timedelta(seconds=1))
    the_button(screen, name).click().run()
    assert not screen.exception


def a_ticket(store: Store, key: str, business: str = "payment", priority: Priority | None = None) -> None:
    with store.writing() as session:
        stamp = Stamp(small.ALWAYS_OPEN, key, datetime.now(UTC) - timedelta(minutes=3))
        take_ticket(session, MACHINE, stamp, business, priority=priority)


def rows(store: Store) -> list[Interaction]:
    with store.reading() as session:
        found = list(session.exec(select(Interaction).order_by(col(Interaction.id))))
        session.expunge_all()
        return found


def at_counter(screen: Screen, **parameters: str) -> AppTest:
    opened = screen("counter-desk", account=small.CLERK, **parameters)
    if any(button.key and button.key.startswith(f"{Key.DESK_PRESS}-on-1-") for button in opened.button):
        press(opened, "on-1")
    return opened


def test_an_empty_hall_offers_a_counter_and_then_says_that_nobody_waits(small_region: Store, screen: Screen) -> None:
    opened = at_counter(screen, lang="en")
    assert [heading.value for heading in opened.subheader] == ["Nobody is waiting"]
    press(opened, "call_next")
    assert [warning.value for warning in opened.warning] == ["Nobody is waiting for counter 1."]


def test_two_presses_log_a_visit(small_region: Store, screen: Screen) -> None:
    a_ticket(small_region, "one")
    opened = at_counter(screen, lang="en")
    for name in ("call_next", "greet", "finish"):
        press(opened, name)
    (row,) = rows(small_region)
    assert row.outcome is Outcome.COMPLETED
    assert row.greeted_at is not None
    assert (row.staff_id, row.counter_id) == ("101", 1)
    said = " ".join(caption.value for caption in opened.caption)
    assert "Greeted within 15 s" in said
    assert "Met" in said


def test_finishing_calls_the_next_who_waits(small_region: Store, screen: Screen) -> None:
    a_ticket(small_region, "one")
    a_ticket(small_region, "two")
    opened = at_counter(screen)
    for name in ("call_next", "greet", "finish_next"):
        press(opened, name)
    assert [row.outcome for row in rows(small_region)] == [Outcome.COMPLETED, Outcome.CALLED]


def test_a_second_press_of_the_same_finger_does_nothing(small_region: Store, screen: Screen) -> None:
    a_ticket(small_region, "one")
    opened = at_counter(screen)
    press(opened, "walk_in-counter")
    press(opened, "hold")
    the_button(opened, "resume").click().run()  # the hold's own key
    assert [row.outcome for row in rows(small_region) if row.begun is Begun.WALK_IN] == [Outcome.HELD]
    press(opened, "resume")
    assert [row.outcome for row in rows(small_region) if row.begun is Begun.WALK_IN] == [Outcome.SERVING]


def test_a_second_tab_that_is_behind_is_told_so(small_region: Store, screen: Screen) -> None:
    a_ticket(small_region, "one")
    first = at_counter(screen, lang="en")
    press(first, "call_next")
    second = at_counter(screen, lang="en")
    press(first, "greet")
    press(second, "no_show")
    assert [row.outcome for row in rows(small_region)] == [Outcome.SERVING]
    assert any("moved on" in warning.value for warning in second.warning)


def test_no_word_of_complaint_stands_on_the_open_counter(small_region: Store, screen: Screen) -> None:
    a_ticket(small_region, "one", business="complaint")
    opened = at_counter(screen, lang="zh")
    press(opened, "call_next")
    press(opened, "greet")
    assert "投诉" not in str(opened.main)


def test_a_phone_call_and_a_walk_in_begin_without_a_ticket(small_region: Store, screen: Screen) -> None:
    opened = at_counter(screen)
    for channel in ("counter", "telephone"):
        press(opened, f"walk_in-{channel}")
        press(opened, "finish")
    assert [row.channel.value for row in rows(small_region)] == ["counter", "telephone"]


@pytest.mark.parametrize(("holding", "back"), [("hold", "resume"), ("phone", "resume")])
def test_holds_stand_on_the_screen_until_resumed(small_region: Store, screen: Screen, holding: str, back: str) -> None:
    a_ticket(small_region, "one")
    opened = at_counter(screen)
    for name in ("call_next", "greet", holding):
        press(opened, name)
    assert [row.outcome for row in rows(small_region)] == [Outcome.HELD]
    press(opened, back)
    assert [row.outcome for row in rows(small_region)] == [Outcome.SERVING]


def test_undo_is_offered_after_a_press(small_region: Store, screen: Screen) -> None:
    a_ticket(small_region, "one")
    opened = at_counter(screen)
    press(opened, "call_next")
    press(opened, "no_show")
    press(opened, "undo")
    assert [row.outcome for row in rows(small_region)] == [Outcome.CALLED]


def test_a_mark_for_attention_is_kept_with_its_note(small_region: Store, screen: Screen) -> None:
    a_ticket(small_region, "one")
    opened = at_counter(screen)
    press(opened, "call_next")
    next(group for group in opened.button_group if group.key and "group" in group.key).set_value(Group.MARKS).run()
    note = next(box for box in opened.text_input if box.key and "attention" in box.key)
    note.set_value("asked for the supervisor").run()
    press(opened, "attention")
    (row,) = rows(small_region)
    assert (row.attention, row.attention_note) == (True, "asked for the supervisor")


def test_a_person_without_a_place_in_the_hall_is_told_so(small_region: Store, screen: Screen) -> None:
    opened = screen("counter-desk", account=small.SUPERVISOR, lang="en")
    press(opened, "on-1")
    assert [warning.value for warning in opened.warning] == ["Your account names nobody who serves in this hall."]


def test_one_press_gives_one_ticket_and_says_its_number(small_region: Store, screen: Screen) -> None:
    opened = screen("guide-desk", account=small.GUIDE, lang="en")
    opened.selectbox(Key.GUIDE_PRIORITY).select(Priority.ELDERLY).run()
    take = next(button for button in opened.button if button.key and "take-payment" in button.key)
    take.click().run()
    (row,) = rows(small_region)
    assert (row.ticket, row.priority) == ("A0001", Priority.ELDERLY)
    assert any("A0001" in text.value and "Payment" in text.value for text in opened.markdown)
    assert opened.session_state[Key.GUIDE_PRIORITY] is None


def test_the_guide_settles_a_waiting_ticket(small_region: Store, screen: Screen) -> None:
    a_ticket(small_region, "one")
    opened = screen("guide-desk", account=small.GUIDE, lang="en")
    (row,) = rows(small_region)
    opened.selectbox(f"{Key.GUIDE_INPUT}-ticket").select(str(row.id)).run()
    divert = next(button for button in opened.button if button.key and "-divert-" in button.key)
    divert.click().run()
    assert [row.outcome for row in rows(small_region)] == [Outcome.DIVERTED]
    assert not opened.exception


def test_the_queues_count_who_waits_and_what_to_expect(small_region: Store) -> None:
    a_ticket(small_region, "one")
    a_ticket(small_region, "two", business="change")
    now = datetime.now(UTC)
    with small_region.reading() as session:
        empty = door(session, MACHINE, small.ALWAYS_OPEN, now=now)
    assert {queue.business_type: queue.waiting for queue in empty.queues if queue.waiting} == {
        "payment": 1,
        "change": 1,
    }
    assert all(queue.expected is None for queue in empty.queues)
    with small_region.writing() as session:
        sign_on(session, MACHINE, Stamp(small.ALWAYS_OPEN, "on", now), 1, staff_id="101")
    with small_region.reading() as session:
        manned = door(session, MACHINE, small.ALWAYS_OPEN, now=now)
    assert {queue.expected for queue in manned.queues} == {timedelta(minutes=15)}
    with small_region.writing() as session:
        call_next(session, MACHINE, Stamp(small.ALWAYS_OPEN, "call", now), 1)
    with small_region.reading() as session:
        calls = door(session, MACHINE, small.ALWAYS_OPEN, now=now).calls
    assert [(call.ticket, call.counter_id) for call in calls] == [("A0001", 1)]


def test_the_desks_speak_chinese_and_english(small_region: Store, screen: Screen) -> None:
    a_ticket(small_region, "one")
    chinese = {button.label for button in at_counter(screen, lang="zh").button}
    st.cache_data.clear()
    english = {button.label for button in at_counter(screen, lang="en").button}
    assert "叫号" in chinese
    assert "Call" in english
    assert all(row.outcome in OPEN for row in rows(small_region))
