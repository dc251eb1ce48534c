"""The changes' screens: a form says what it would do before it is confirmed, and somebody else decides."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from models.store import Store
from models.tables import BranchHours, BranchWalking, BusinessType, CalendarDay, DatedChange, ServiceStandard
from standards.vocabulary import Decision, Issuer
from tests import small_region as small
from tests.factories import an_interaction, minutes, seconds
from ui import clock

Open = Callable[..., AppTest]


def today() -> date:
    """Asked anew by each test: a run of the tests may last over midnight."""
    return (datetime.now(UTC) + timedelta(hours=8)).date()


def words_of(opened: AppTest) -> str:
    drawn = [*opened.markdown, *opened.caption, *opened.info, *opened.error, *opened.success]
    return "\n".join(str(element.value) for element in drawn)


def field(opened: AppTest, kind: str, label: str) -> Any:
    return next(each for each in getattr(opened, kind) if each.label == label)


def press(opened: AppTest, label: str) -> AppTest:
    run: AppTest = field(opened, "button", label).click().run()
    assert not run.exception
    return run


def form(screen: Open, kind: str, **asked: Any) -> AppTest:
    opened = screen("changes", account=small.ADMINISTRATOR, lang="en", **asked)
    assert not opened.exception
    opened.session_state["change_shown"] = kind
    opened.run()
    assert not opened.exception
    return opened


def kept(store: Store) -> list[DatedChange]:
    with store.reading() as session:
        rows = list(session.exec(select(DatedChange)))
        session.expunge_all()
        return rows


def test_a_limit_is_changed_on_its_card_after_its_effect_was_shown(small_region: Store, screen: Open) -> None:
    yesterday = datetime.now(UTC) - timedelta(days=1)
    with small_region.writing() as session:
        an_interaction(session, small.ALWAYS_OPEN, arrived_at=yesterday, waited=minutes(1), greeted_after=seconds(18))
    opened = screen("standards", account=small.ADMINISTRATOR, lang="en", standard="H01")
    opened.toggle[0].set_value(True).run()
    field(opened, "number_input", "Limit").set_value(20.0)
    press(opened, "See what it changes")
    assert "A reason is needed." in words_of(opened)
    assert field(opened, "number_input", "Limit").value == 20.0
    field(opened, "text_input", "Reason (required)").set_value("This spring's notice")
    press(opened, "See what it changes")
    assert "0 verdicts change so far" in words_of(opened)
    assert "Over the last 28 days it would have changed 1 of 1 verdict." in words_of(opened)
    assert kept(small_region) == []
    press(opened, "Confirm the change")
    assert "Saved." in words_of(opened)
    with small_region.reading() as session:
        row = session.get_one(ServiceStandard, ("H01", Issuer.TRAINING, today() + timedelta(days=1)))
        assert row.limit == 20_000


@pytest.mark.usefixtures("small_region")
def test_a_change_for_all_is_offered_from_the_halls_next_day(screen: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    one_in_the_morning = datetime.combine(datetime.now(UTC), time(17), UTC)  # of the next day, where the halls are
    monkeypatch.setattr(clock, "now", lambda: one_in_the_morning)
    opened = screen("standards", account=small.ADMINISTRATOR, lang="en", standard="H01")
    opened.toggle[0].set_value(True).run()
    tomorrow = one_in_the_morning.date() + timedelta(days=2)
    assert field(opened, "date_input", "From (this day counts)").value == tomorrow
    assert field(form(screen, "calendar"), "date_input", "Day").value == tomorrow


@pytest.mark.usefixtures("small_region")
def test_who_may_not_change_standards_is_shown_no_form(screen: Open) -> None:
    assert not screen("standards", account=small.MANAGER, lang="en", standard="H01").toggle
    opened = screen("changes", account=small.MANAGER, lang="en")
    assert not opened.exception
    assert "No change has been asked for." in words_of(opened)
    assert not [button for button in opened.button if button.label == "See what it changes"]


def test_a_past_allowance_waits_and_the_manager_approves_it(small_region: Store, screen: Open) -> None:
    opened = form(screen, "walking", hall=small.BY_DAY)
    field(opened, "number_input", "From the seat to the counter, in seconds").set_value(25)
    field(opened, "date_input", "From (this day counts)").set_value(today() - timedelta(days=3))
    field(opened, "text_input", "Reason (required)").set_value("Measured anew")
    press(opened, "See what it changes")
    press(opened, "Confirm the change")
    assert "somebody else must approve it" in words_of(opened)
    manager = screen("changes", account=small.MANAGER, lang="en")
    assert not manager.exception
    assert "Measured anew" in words_of(manager)
    press(manager, "Approve")
    (change,) = kept(small_region)
    assert (change.decision, change.decided_by) == (Decision.APPROVED, small.MANAGER)
    with small_region.reading() as session:
        assert [row.walking_ms for row in session.exec(select(BranchWalking))] == [25_000]


def test_new_hours_are_typed_as_people_write_them(small_region: Store, screen: Open) -> None:
    opened = form(screen, "hours", hall=small.BY_DAY)
    field(opened, "text_input", "Every day").set_value("nine to five")
    field(opened, "text_input", "Reason (required)").set_value("Summer")
    press(opened, "See what it changes")
    assert "is no opening interval" in words_of(opened)
    assert field(opened, "text_input", "Every day").value == "nine to five"
    field(opened, "text_input", "Every day").set_value("09:00-12:00,14:00-18:00")
    press(opened, "See what it changes")
    press(opened, "Confirm the change")
    with small_region.reading() as session:
        rows = session.exec(select(BranchHours)).all()
        new = {(row.opens, row.closes) for row in rows if row.from_on > today()}
    assert new == {(540, 720), (840, 1080)}


def test_a_days_hours_a_calendar_day_and_a_business_type_can_be_changed(small_region: Store, screen: Open) -> None:
    opened = form(screen, "day_hours", hall=small.BY_DAY)
    field(opened, "text_input", "Opening hours of a day").set_value("09:00-11:00")
    field(opened, "text_input", "Reason (required)").set_value("A drill")
    press(opened, "See what it changes")
    press(opened, "Confirm the change")
    opened = form(screen, "calendar")
    field(opened, "text_input", "Name of the holiday, if any").set_value("Founding day")
    field(opened, "text_input", "Reason (required)").set_value("The province's notice")
    press(opened, "See what it changes")
    assert "No visit's verdict depends on the calendar" in words_of(opened)
    press(opened, "Confirm the change")
    opened = form(screen, "business_type")
    for label, typed in (
        ("Code", "meter-test"),
        ("Chinese name", "电表校验"),
        ("English name", "Meter test"),
        ("Reason (required)", "Asked for often"),
    ):
        field(opened, "text_input", label).set_value(typed)
    press(opened, "See what it changes")
    press(opened, "Confirm the change")
    assert "Saved." in words_of(opened)
    with small_region.reading() as session:
        assert session.get_one(BusinessType, "meter-test").name_en == "Meter test"
        assert session.get_one(CalendarDay, ("CN", today() + timedelta(days=1))).holiday == "Founding day"
    assert len(kept(small_region)) == 3


@pytest.mark.usefixtures("small_region")
def test_the_screens_open_in_chinese(screen: Open) -> None:
    for kind in ("", "hours", "day_hours", "walking", "calendar", "business_type"):
        opened = screen("changes", account=small.ADMINISTRATOR, lang="zh")
        opened.session_state["change_shown"] = kind
        opened.run()
        assert not opened.exception
        assert opened.title[0].value == "标准与时间变更"
