"""The customers' screen: what it holds and what not, in both languages; its voice; the slip of a ticket."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect
from streamlit.testing.v1 import AppTest

from actions.calling import call_again, call_next, no_show
from actions.counters import sign_on
from actions.notices import begin_notice
from actions.press import Receipt, Stamp
from actions.tickets import take_ticket
from analytics.customers import SPOKEN_WITHIN, CustomersScreen, customers_screen
from analytics.door import door
from models.actor import Actor, Grant, NotAllowed
from models.store import Store
from models.tables import Branch
from standards.vocabulary import NoticeKind, Role
from tests import small_region as small
from tests.conftest import RunningApp
from tests.factories import MACHINE
from ui.customer_screen import customers_said, spoken

HALL = small.ALWAYS_OPEN
SCREEN = Actor("9", "screen", (Grant(Role.DISPLAY, frozenset({HALL})),), HALL)
FIRST_LOAD, SEEN_WITHIN = 60_000, 3_000
VOICE = """
window.spoken = [];
const speech = {
  getVoices: () => [{ lang: "zh-CN", localService: true, name: "a voice" }],
  addEventListener: () => {},
  speak: (said) => { window.spoken.push(said.text); setTimeout(() => said.onend(), 20); },
};
Object.defineProperty(window, "speechSynthesis", { value: speech });
window.AudioContext = class extends AudioContext {
  get state() { return window.pressed ? "running" : "suspended"; }
  resume() { window.pressed = true; return super.resume(); }
};
"""


def give(store: Store, command: Callable[..., Receipt], *args: Any, at: datetime | None = None, **named: Any) -> None:
    with store.writing() as session:
        command(session, MACHINE, Stamp(HALL, str(uuid4()), at or datetime.now(UTC)), *args, **named)


def manned(store: Store, tickets: int = 1) -> Store:
    give(store, sign_on, 1, staff_id="101")
    for _ in range(tickets):
        give(store, take_ticket, "payment")
    return store


def shown(store: Store, now: datetime | None = None) -> CustomersScreen:
    with store.reading() as session:
        return customers_screen(session, SCREEN, HALL, now=now or datetime.now(UTC))


def test_the_screen_shows_number_and_counter_and_nobody(small_region: Store) -> None:
    manned(small_region, tickets=2)
    give(small_region, call_next, 1)
    seen = shown(small_region)
    assert [(call.ticket, call.counter_id) for call in seen.called] == [("A0001", 1)]
    assert {queue.business_type: queue.waiting for queue in seen.queues if queue.waiting} == {"payment": 1}
    said = customers_said(seen)
    assert "A0001" in said
    for staff in ("101", "张敏", "Zhang Min"):
        assert staff not in said


def test_the_estimate_is_the_guides(small_region: Store) -> None:
    manned(small_region, tickets=3)
    now = datetime.now(UTC)
    with small_region.reading() as session:
        assert shown(small_region, now).queues == door(session, MACHINE, HALL, now=now).queues


def test_only_who_may_show_calls_is_answered(small_region: Store) -> None:
    clerk = Actor("1", "clerk", (Grant(Role.CLERK, frozenset({HALL})),), HALL, "101")
    with small_region.reading() as session, pytest.raises(NotAllowed):
        customers_screen(session, clerk, HALL, now=datetime.now(UTC))


def test_a_recall_is_a_call_to_be_spoken_and_an_old_call_is_not(small_region: Store) -> None:
    began = datetime.now(UTC) - timedelta(hours=1)
    give(small_region, sign_on, 1, staff_id="101", at=began)
    give(small_region, take_ticket, "payment", at=began)
    give(small_region, call_next, 1, at=began)
    first = shown(small_region, began + timedelta(seconds=5)).calls
    assert [(call.ticket, call.called_at) for call in first] == [("A0001", began)]
    again = began + SPOKEN_WITHIN + timedelta(seconds=10)
    assert shown(small_region, again).calls == ()
    give(small_region, call_again, 1, at=again)
    assert [call.called_at for call in shown(small_region, again).calls] == [again]
    give(small_region, no_show, 1, at=again)
    late = shown(small_region, again + SPOKEN_WITHIN)
    assert (late.called, late.calls, [call.ticket for call in late.last]) == ((), (), ["A0001"])


def test_a_call_is_spoken_digit_by_digit() -> None:
    assert spoken("A0012", 3) == "请A零零一二号到3号窗口。"


def test_a_notice_and_the_hours_stand_in_both_languages(small_region: Store) -> None:
    give(small_region, begin_notice, NoticeKind.SYSTEM_FAILURE)
    give(small_region, begin_notice, NoticeKind.NOTICE, words="<b>周五</b>检修")
    said = json.loads(customers_said(shown(small_region)))
    failure, notice = said["notices"]
    assert failure["failure"]
    assert failure["words"][0].startswith("业务系统故障")
    assert failure["words"][1].startswith("Our business system")
    assert notice["words"] == ["<b>周五</b>检修"] * 2
    assert said["hours"] == ["今日营业 00:00–24:00", "Open today 00:00–24:00"]


def test_a_closed_hall_says_when_it_opens(small_region: Store) -> None:
    with small_region.reading() as session:
        night = datetime(2026, 3, 3, 20, 0, tzinfo=UTC)
        seen = customers_screen(session, MACHINE, small.BY_DAY, now=night)
    assert json.loads(customers_said(seen))["hours"][1] == "Closed; opens 08:30"


def test_the_display_account_sees_its_two_screens_and_nothing_round_them(
    small_region: Store, screen: Callable[..., AppTest]
) -> None:
    opened = screen("customers-screen", account=small.DISPLAY)
    assert not opened.exception
    assert [box.label for box in opened.sidebar.selectbox] == []
    assert not opened.error


def until(page: Page, condition: str) -> None:
    """Wait for it as somebody who looks now and then: the content policy lets no text be waited for as a script."""
    for _ in range(200):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(100)
    pytest.fail(f"It did not come: {condition}")


@pytest.fixture
def wall(small_region: Store, app: RunningApp, browser: Browser) -> Iterator[Page]:
    """The wall of the hall that never closes, with a voice that notes what it says."""
    manned(small_region, tickets=3)
    context = browser.new_context(locale="zh-CN", viewport={"width": 1920, "height": 1080})
    context.add_init_script(VOICE)
    page = context.new_page()
    page.goto(f"{app.url}/customers-screen?as={small.DISPLAY}")
    expect(page.locator(".wall .nobody .zh")).to_have_text("暂无叫号", timeout=FIRST_LOAD)
    yield page
    context.close()


@pytest.mark.browser
def test_calls_are_shown_and_spoken_one_after_the_other(small_region: Store, wall: Page) -> None:
    wall.locator(".sound").click()
    expect(wall.locator(".foot .state .zh")).to_have_text("声音已打开。")
    give(small_region, call_next, 1)
    expect(wall.locator(".called .number")).to_have_text("A0001", timeout=SEEN_WITHIN)
    expect(wall.locator(".called .call")).to_have_attribute("data-fresh", "true")
    give(small_region, call_again, 1)
    give(small_region, no_show, 1)
    give(small_region, call_next, 1)
    expect(wall.locator(".called .number")).to_have_text("A0002", timeout=SEEN_WITHIN)
    until(wall, "window.spoken.filter((said) => said.includes('A零零零二')).length === 2")
    heard = wall.evaluate("window.spoken")
    assert "请A零零零一号到1号窗口。" in heard
    assert heard == sorted(heard), "the first call was spoken before the second"
    box = wall.locator(".wall").evaluate("(wall) => [wall.scrollWidth <= innerWidth, wall.scrollHeight <= innerHeight]")
    assert box == [True, True]


@pytest.mark.browser
def test_a_slip_holds_the_number_and_is_as_wide_as_the_paper(
    small_region: Store, app: RunningApp, browser: Browser
) -> None:
    with small_region.writing() as session:
        hall = session.get(Branch, HALL)
        assert hall is not None
        hall.slip_mm = 58
    context = browser.new_context(locale="zh-CN", viewport={"width": 1440, "height": 900})
    context.add_init_script("window.print = () => { top.printed = (top.printed || 0) + 1; };")
    page = context.new_page()
    page.goto(f"{app.url}/guide-desk?as={small.GUIDE}&lang=zh")
    page.get_by_text("每张都打印").click(timeout=FIRST_LOAD)
    page.get_by_test_id("stMainBlockContainer").get_by_role("button", name="收费").first.click()
    expect(page.locator("button.print")).to_be_visible()
    until(page, "window.printed === 1")
    page.locator("button.print").click()
    until(page, "window.printed === 2")
    slip = page.frame_locator("iframe.ticket-slip").locator("body")
    expect(slip.locator(".number")).to_have_text("A0001")
    expect(slip).to_contain_text("您前面还有 0 位")
    widths = slip.evaluate("(body) => [body.getBoundingClientRect().width, body.scrollWidth]")
    assert all(57.5 <= pixels * 25.4 / 96 <= 58.5 for pixels in widths)
    assert "size: 58mm" in slip.evaluate("(body) => body.ownerDocument.querySelector('style').textContent")
    context.close()
