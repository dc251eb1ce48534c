"""While the server is away, and where an address leads nowhere, the screens speak the reader's language."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from models.store import Store
from tests import small_region as small
from tests.conftest import RunningApp
from ui.unknown import asked_for

PATIENCE = 30_000


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("http://127.0.0.1:8501/no-such-page", "no-such-page"),
        ("http://127.0.0.1:8501/a/b/?x=1", "b"),
        ("http://127.0.0.1:8501/%E7%9C%8B", "看"),
        ("http://127.0.0.1:8501/", None),
        ("http://127.0.0.1:8501/a%2Fb", None),
        (None, None),
    ],
)
def test_the_page_that_is_asked_for_is_the_last_part_of_the_address(url: str | None, name: str | None) -> None:
    assert asked_for(url) == name


@pytest.fixture
def page(small_region: Store, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


@pytest.mark.browser
def test_a_dead_server_is_said_in_both_languages_and_by_us_alone(app: RunningApp, page: Page) -> None:
    page.goto(f"{app.url}/standards?as={small.SUPERVISOR}&lang=zh")
    expect(page.get_by_test_id("stDataFrame")).to_be_visible(timeout=PATIENCE)
    banner = page.locator(".lost")
    expect(banner).to_be_hidden()
    app.process.kill()
    expect(banner).to_have_text(re.compile(r"\d\d:\d\d:\d\d起与系统的连接中断"), timeout=PATIENCE)
    expect(banner).to_have_text(re.compile(r"Connection lost since \d\d:\d\d:\d\d\."))
    page.wait_for_timeout(3_000)
    expect(page.get_by_role("dialog")).to_be_hidden()


@pytest.mark.browser
@pytest.mark.parametrize(
    ("asked", "said"),
    [("no-such-page", "没有名为“no-such-page”的页面。"), ("compliance", "您的岗位不能查看“达标情况”页面。")],
)
def test_an_address_that_leads_nowhere_is_said_in_the_readers_language(
    app: RunningApp, page: Page, asked: str, said: str
) -> None:
    page.goto(f"{app.url}/{asked}?as={small.CLERK}&lang=zh")
    expect(page.get_by_text(said)).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_test_id("stMain").get_by_role("link", name="前往：窗口办理").click()
    expect(page.get_by_text("选择窗口上岗")).to_be_visible(timeout=PATIENCE)
    assert "lang=zh" in page.url
    assert f"as={small.CLERK}" in page.url
