"""The rating screen in a real browser: it appears by itself, takes one answer, and shows it to nobody."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlmodel import select

from actions import calling, counters, serving
from actions.press import Stamp
from models.actor import machine_actor
from models.store import Store
from models.tables import Interaction
from standards.vocabulary import Outcome
from tests.conftest import RunningApp
from tests.small_region import ALWAYS_OPEN, SUPERVISOR

MACHINE = machine_actor("test")


def _press(store: Store, command: object, name: str, *args: object, **named: object) -> None:
    with store.writing() as session:
        command(session, MACHINE, Stamp(ALWAYS_OPEN, name, datetime.now(UTC)), *args, **named)  # type: ignore[operator]


def _finished(store: Store) -> UUID:
    """A service at counter 1 that has just ended."""
    _press(store, counters.sign_on, "on", 1, staff_id="101")
    _press(store, calling.walk_in, "in", 1, "payment")
    _press(store, serving.finish, "out", 1)
    with store.reading() as session:
        return session.exec(select(Interaction.id).where(Interaction.outcome == Outcome.COMPLETED)).one()


def _rating(store: Store, done: UUID) -> tuple[int | None, str]:
    with store.reading() as session:
        row = session.get_one(Interaction, (ALWAYS_OPEN, done))
        return row.rating, row.rating_tags


def _screen(browser: Browser, app: RunningApp) -> Page:
    page = browser.new_page(viewport={"width": 800, "height": 1280}, locale="en-GB")
    page.goto(f"{app.url}/rating?as={SUPERVISOR}&hall={ALWAYS_OPEN}&counter=1&strip=1")
    expect(page.get_by_text("欢迎光临")).to_be_visible(timeout=30_000)
    return page


@pytest.mark.browser
def test_the_faces_appear_when_the_service_ends_and_one_answer_is_stored(
    small_region: Store, app: RunningApp, browser: Browser
) -> None:
    page = _screen(browser, app)
    done = _finished(small_region)
    faces = page.locator(".face")
    expect(faces).to_have_count(5, timeout=10_000)
    expect(page.get_by_text("非常满意")).to_be_visible()
    expect(page.get_by_text("Very satisfied")).to_be_visible()
    faces.nth(4).dblclick()
    expect(page.locator(".tag").first).to_be_visible(timeout=10_000)
    assert _rating(small_region, done) == (1, "")
    page.locator(".tag").nth(1).click()
    page.locator(".done").click()
    expect(page.get_by_text("感谢您的评价")).to_be_visible(timeout=10_000)
    assert _rating(small_region, done) == (1, "slow")
    assert page.locator(".face, .tag").count() == 0
    page.close()


@pytest.mark.browser
def test_after_twenty_seconds_nobody_is_asked_any_more(small_region: Store, app: RunningApp, browser: Browser) -> None:
    page = _screen(browser, app)
    done = _finished(small_region)
    expect(page.locator(".face")).to_have_count(5, timeout=10_000)
    began = time.monotonic()
    expect(page.get_by_text("欢迎光临")).to_be_visible(timeout=30_000)
    assert time.monotonic() - began > 10
    assert _rating(small_region, done) == (None, "")
    page.close()
