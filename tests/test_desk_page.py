"""The counter's and the guide's screens within their frame."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlmodel import col, select
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from actions.calling import call_next, no_show
from actions.counters import sign_on
from actions.press import Stamp
from actions.tickets import take_ticket
from analytics.door import door
from models.actor import machine_actor
from models.store import Store
from models.tables import Branch, HallDay, Interaction
from standards.derive import day_on
from standards.vocabulary import OPEN, Begun, Outcome, Priority, RestoreRule
from tests import small_region as small
from ui import answers
from ui.desk_more import Group
from ui.guide_waiting import Act
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
    opened.button_group(f"{Key.DESK_INPUT}-group-2").set_value(Group.MARKS).run()
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


def guides_button(screen: AppTest, name: str) -> Button:
    """The one button of the guide's desk for an act."""
    found = [button for button in screen.button if button.key and button.key.startswith(f"{Key.GUIDE_INPUT}-{name}")]
    assert len(found) == 1, [button.key for button in screen.button]
    return found[0]


def chosen_act(store: Store, screen: Screen, act: Act, account: str = small.GUIDE) -> AppTest:
    """The guide's desk in English with the first ticket chosen, and one of the rarer acts."""
    opened = screen("guide-desk", account=account, lang="en")
    row = rows(store)[0]
    opened.selectbox(f"{Key.GUIDE_INPUT}-ticket").select(str(row.id)).run()
    control: Any = next(
        one for one in opened.get("button_group") if getattr(one, "key", "") == f"{Key.GUIDE_INPUT}-act-{row.id}"
    )
    control.set_value(act).run()
    assert not opened.exception
    return opened


def test_the_guide_moves_a_ticket_and_its_business_stays(small_region: Store, screen: Screen) -> None:
    a_ticket(small_region, "one")
    opened = chosen_act(small_region, screen, Act.QUEUE)
    (row,) = rows(small_region)
    opened.selectbox(f"{Key.GUIDE_INPUT}-queue-{row.id}").select("change").run()
    guides_button(opened, "move-change").click().run()
    (row,) = rows(small_region)
    assert (row.business_type, row.queued_as) == ("payment", "change")
    assert any("in the queue Change of supply" in line.value for line in opened.markdown)


def test_the_guide_merges_a_customers_tickets(small_region: Store, screen: Screen) -> None:
    for key in ("one", "two"):
        a_ticket(small_region, key)
    opened = chosen_act(small_region, screen, Act.MERGE)
    first, second = rows(small_region)
    opened.multiselect(f"{Key.GUIDE_INPUT}-merge-{first.id}").select(str(second.id)).run()
    guides_button(opened, "merge-press").click().run()
    assert [row.outcome for row in rows(small_region)] == [Outcome.WAITING, Outcome.VOID]


def test_the_desks_of_a_closed_hall_say_so_and_give_nothing(small_region: Store, screen: Screen) -> None:
    now = datetime.now(UTC)
    with small_region.writing() as session:
        hall = session.get_one(Branch, small.ALWAYS_OPEN)
        session.add(HallDay(branch_id=hall.id, day_on=day_on(now, hall.zone_info), closed_at=now))
    guide = screen("guide-desk", account=small.GUIDE, lang="en")
    counter = screen("counter-desk", account=small.CLERK, lang="en")
    for opened, names in ((guide, f"{Key.GUIDE_INPUT}-take-"), (counter, f"{Key.DESK_PRESS}-on-")):
        assert [info.value for info in opened.info if info.value.startswith("Closed at ")]
        given = [button.disabled for button in opened.button if button.key and button.key.startswith(names)]
        assert given
        assert all(given)


@pytest.mark.parametrize("act", list(Act))
def test_every_act_of_the_guide_has_its_form(small_region: Store, screen: Screen, act: Act) -> None:
    a_ticket(small_region, "one")
    assert chosen_act(small_region, screen, act).button


def test_the_guide_restores_a_no_show_and_is_told_where_it_stands(small_region: Store, screen: Screen) -> None:
    a_ticket(small_region, "one")
    now = datetime.now(UTC)
    with small_region.writing() as session:
        stamp = partial(Stamp, small.ALWAYS_OPEN, now=now)
        sign_on(session, MACHINE, stamp(key="on"), 1, staff_id="101")
        call_next(session, MACHINE, stamp(key="call"), 1)
        no_show(session, MACHINE, stamp(key="gone"), 1)
    opened = screen("guide-desk", account=small.GUIDE, lang="en")
    guides_button(opened, "restore-").click().run()
    assert [row.outcome for row in rows(small_region)] == [Outcome.WAITING]
    assert [info.value for info in opened.info] == ["A0001 is back in the queue and is called next."]


def test_a_failure_takes_one_press_and_its_end_another(small_region: Store, screen: Screen) -> None:
    a_ticket(small_region, "one")
    opened = screen("guide-desk", account=small.SUPERVISOR, lang="en")
    guides_button(opened, "notice-system_failure").click().run()
    assert any("System failure since" in line.value for line in opened.markdown)
    guides_button(opened, "end-").click().run()
    assert any("System failure from" in line.value and "over" in line.value for line in opened.markdown)
    next(toggle for toggle in opened.toggle if toggle.key and "call-back" in toggle.key).set_value(True).run()
    assert not opened.exception
    assert any("at a counter: 1" in caption.value for caption in opened.caption)


def test_only_who_runs_the_hall_sets_its_rules(small_region: Store, screen: Screen) -> None:
    guide = screen("guide-desk", account=small.GUIDE, lang="en")
    assert [box for box in guide.selectbox if box.key == Key.GUIDE_RULE] == []
    head = screen("guide-desk", account=small.SUPERVISOR, lang="en")
    head.selectbox(Key.GUIDE_RULE).select(RestoreRule.AFTER_THREE).run()
    head.button(Key.GUIDE_RULES).click().run()
    assert not head.exception
    with small_region.reading() as session:
        hall = session.get(Branch, small.ALWAYS_OPEN)
        assert hall is not None
        assert hall.restore_rule is RestoreRule.AFTER_THREE


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


def test_a_customer_who_comes_late_is_found_by_number(small_region: Store, screen: Screen) -> None:
    a_ticket(small_region, "one")
    a_ticket(small_region, "two")
    opened = at_counter(screen, lang="en")
    press(opened, "call_next")
    press(opened, "no_show")
    opened.text_input(f"{Key.DESK_INPUT}-number").set_value("2").run()
    assert any("0 before it" in text.value for text in opened.markdown)
    opened.text_input(f"{Key.DESK_INPUT}-number").set_value("a1").run()
    press(opened, "found")
    assert rows(small_region)[0].outcome is not Outcome.NO_SHOW


def test_a_hall_without_a_queue_has_one_press_in_and_one_press_out(small_region: Store, screen: Screen) -> None:
    with small_region.writing() as session:
        session.get_one(Branch, small.ALWAYS_OPEN).tiny = True
    opened = at_counter(screen, lang="en")
    names = {button.key.split("-")[1] for button in opened.button if button.key and "desk_press" in button.key}
    assert not names & {"call_next", "no_show", "call_again"}
    assert not any("queue" in caption.value for caption in opened.caption)
    press(opened, "serve")
    press(opened, "finish")
    (row,) = rows(small_region)
    assert (row.outcome, row.begun, row.wait_ms, row.greeting_ms) == (Outcome.COMPLETED, Begun.WALK_IN, None, None)


def test_a_pause_says_its_reason_and_its_end(small_region: Store, screen: Screen) -> None:
    opened = at_counter(screen, lang="en")
    press(opened, "pause_15")
    assert [heading.value for heading in opened.subheader] == ["Paused: Lunch"]
    assert any(caption.value.startswith("back at") for caption in opened.caption)
    press(opened, "help")
    assert any("nobody has answered yet" in caption.value for caption in opened.caption)
    board = screen("live-board", account=small.SUPERVISOR, lang="en", hall=small.ALWAYS_OPEN)
    next(button for button in board.button if "I am coming" in button.label).click().run()
    opened.run()
    assert any("is coming" in caption.value for caption in opened.caption)


def test_the_desks_speak_chinese_and_english(small_region: Store, screen: Screen) -> None:
    a_ticket(small_region, "one")
    chinese = {button.label for button in at_counter(screen, lang="zh").button}
    answers.forget()
    english = {button.label for button in at_counter(screen, lang="en").button}
    assert "叫号" in chinese
    assert "Call" in english
    assert all(row.outcome in OPEN for row in rows(small_region))
