"""The live board in a real browser: a press elsewhere is seen, clocks go on, and a dead server is said."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from actions.press import Stamp
from actions.tickets import take_ticket
from models.store import Store
from tests import small_region as small
from tests.conftest import RunningApp
from tests.factories import MACHINE

pytestmark = pytest.mark.browser
SEEN_WITHIN, FIRST_LOAD, STALE_WITHIN = 3_000, 60_000, 20_000


@pytest.fixture
def board(small_region: Store, app: RunningApp, browser: Browser) -> Iterator[Page]:
    """The board of the hall that never closes, in Chinese, drawn."""
    context = browser.new_context(locale="zh-CN", viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(f"{app.url}/live-board?hall={small.ALWAYS_OPEN}&as={small.SUPERVISOR}&lang=zh")
    expect(page.locator(".board .part").first).to_have_text("等候 0 人", timeout=FIRST_LOAD)
    expect(page.locator(".js-plotly-plot")).to_have_count(2, timeout=FIRST_LOAD)
    yield page
    context.close()


def take(store: Store) -> None:
    with store.writing() as session:
        take_ticket(session, MACHINE, Stamp(small.ALWAYS_OPEN, str(uuid4()), datetime.now(UTC)), "payment")


def test_a_ticket_taken_elsewhere_is_on_the_board_within_three_seconds(small_region: Store, board: Page) -> None:
    take(small_region)
    expect(board.locator(".row .ticket")).to_have_text(["A0001"], timeout=SEEN_WITHIN)
    expect(board.locator(".board .part").first).to_have_text("等候 1 人")
    take(small_region)
    expect(board.locator(".row .ticket")).to_have_text(["A0001", "A0002"], timeout=SEEN_WITHIN)


def test_the_clocks_go_on_and_a_dead_server_is_said_in_the_readers_language(
    small_region: Store, app: RunningApp, board: Page
) -> None:
    take(small_region)
    clock = board.locator(".row .taken")
    expect(clock).to_have_text(re.compile("秒"), timeout=SEEN_WITHIN)
    first = clock.inner_text()
    expect(clock).not_to_have_text(first)
    expect(board.locator(".stale")).to_be_hidden()
    app.process.kill()
    expect(board.locator(".stale")).to_have_text(re.compile("数据未更新"), timeout=STALE_WITHIN)
    expect(board.get_by_role("dialog")).to_be_hidden()


def test_a_refresh_patches_the_board_and_never_builds_it_anew(small_region: Store, board: Page) -> None:
    board.evaluate(
        "() => { const host = document.querySelector('[data-testid=stBidiComponentIsolated]');"
        " window.first = host.shadowRoot.querySelector('.card'); }"
    )
    take(small_region)
    expect(board.locator(".row .ticket")).to_have_text(["A0001"], timeout=SEEN_WITHIN)
    same = (
        "() => window.first === document.querySelector('[data-testid=stBidiComponentIsolated]')"
        ".shadowRoot.querySelector('.card')"
    )
    assert board.evaluate(same)
