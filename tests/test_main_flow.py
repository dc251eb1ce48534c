"""The main job, in real browsers, in both languages: a ticket, presses by key, the board, a correction, verdicts."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from models.store import Store
from tests import small_region as small
from tests.conftest import RunningApp
from ui.language import Translator, translator_of
from ui.wording import Language

pytestmark = pytest.mark.browser

SEEN_WITHIN_SECONDS = 3
PATIENCE = 20_000
expect.set_options(timeout=PATIENCE)


def opened(browser: Browser, app: RunningApp, screen: str, account: str, language: Language, width: int = 1440) -> Page:
    page = browser.new_context(viewport={"width": width, "height": 900}, locale="zh-CN").new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(f"{app.url}/{screen}?as={account}&lang={language}&hall={small.ALWAYS_OPEN}")
    return page


def button(page: Page, name: str) -> Locator:
    return page.get_by_test_id("stMainBlockContainer").get_by_role("button", name=name).first


@pytest.mark.parametrize("language", list(Language))
def test_a_visit_from_the_ticket_to_its_verdicts(
    small_region: Store, app: RunningApp, browser: Browser, language: Language
) -> None:
    t = translator_of(language)
    guide = opened(browser, app, "guide-desk", small.GUIDE, language)
    board = opened(browser, app, "live-board", small.SUPERVISOR, language)
    clerk = opened(browser, app, "counter-desk", small.CLERK, language, width=360)
    sign_on(clerk, t)
    a_ticket_is_taken(guide, t, "A0001")
    seen_on_the_board(board, "A0001")
    two_presses_by_key(clerk, t)
    the_visit_is_corrected(clerk, t)


def sign_on(clerk: Page, t: Translator) -> None:
    button(clerk, t.words("Counter {counter}", counter=1)).click()
    expect(clerk.get_by_role("heading", name=t.words("Nobody is waiting"))).to_be_visible()


def a_ticket_is_taken(guide: Page, t: Translator, number: str) -> None:
    button(guide, t.name("收费", "Payment")).dblclick()
    expect(guide.get_by_text(number).first).to_be_visible()
    assert guide.get_by_text("A0002").count() == 0, "a double press gave two tickets"


def seen_on_the_board(board: Page, number: str) -> None:
    """The press was answered before this begins, so what is measured is at most the board's own delay."""
    began = time.monotonic()
    expect(board.get_by_text(number).first).to_be_visible()
    assert time.monotonic() - began <= SEEN_WITHIN_SECONDS


def two_presses_by_key(clerk: Page, t: Translator) -> None:
    expect(clerk.get_by_role("heading", name="A0001")).to_be_visible()
    clerk.keyboard.press("F8")
    expect(button(clerk, t.words("Greet"))).to_be_visible()
    clerk.wait_for_timeout(700)  # longer than a finger bounces
    clerk.keyboard.press("F9")
    clerk.keyboard.press("F9")
    expect(button(clerk, t.words("Hold"))).to_be_visible()
    expect(clerk.get_by_text(t.words("{time} left", time="").strip()).first).to_be_visible()
    clerk.reload()
    expect(button(clerk, t.words("Hold"))).to_be_visible()
    clerk.wait_for_timeout(2_500)  # right after a load the browser listens for no keys yet
    clerk.keyboard.press("F8")
    expect(clerk.get_by_role("heading", name=t.words("Nobody is waiting"))).to_be_visible()


def the_visit_is_corrected(clerk: Page, t: Translator) -> None:
    clerk.get_by_role("link", name="A0001").click()
    expect(clerk.get_by_role("heading", name="A0001")).to_be_visible()
    expect(
        clerk.get_by_text(t.name("15秒内迎候", "Greeted within 15 s of arrival at the counter")).first
    ).to_be_visible()
    clerk.get_by_text(t.words("Correct this record")).click()
    clerk.get_by_label(t.words("Items"), exact=True).fill("3")
    clerk.get_by_label(t.words("Items"), exact=True).press("Tab")  # a field's hint goes as it is left, and all moves up
    button(clerk, t.words("Correct")).click()
    expect(clerk.get_by_text(t.words("A reason is needed."))).to_be_visible()
    expect(clerk.get_by_label(t.words("Items"), exact=True)).to_have_value("3")
    clerk.get_by_label(t.words("Reason for the correction (required)")).fill("three bills")
    button(clerk, t.words("Correct")).click()
    expect(clerk.get_by_text("three bills").first).to_be_visible()
    expect(clerk.get_by_text("1 → 3")).to_be_visible()
