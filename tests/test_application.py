"""The real application: it starts on an empty folder, and what a reader chose outlives a turn of the page."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from models.store import Store
from tests import small_region as small
from tests.conftest import ROOT, RunningApp
from tests.running_app import running_app


def answered(url: str, **headers: str) -> tuple[int, str]:
    asked = urllib.request.Request(url, headers={name.replace("_", "-"): value for name, value in headers.items()})
    try:
        with urllib.request.urlopen(asked, timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()


def test_it_starts_on_an_empty_folder_and_makes_its_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "not yet there" / "monitor.db"
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{file}")
    with running_app(tmp_path / "app.log") as running:
        assert file.exists()
        assert answered(f"{running.url}/healthz") == (200, json.dumps({"status": "alive"}, separators=(",", ":")))
        status, page = answered(f"{running.url}/live-board", X_Forwarded_For="10.1.2.3")
    assert status == 401
    assert page == "Not signed in."
    assert (file.parent / "first-administrator.txt").stat().st_mode & 0o777 == 0o600


def test_a_newer_schema_stops_the_start_with_one_sentence(embedded_store: Store, tmp_path: Path) -> None:
    with embedded_store.writing() as session:
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = 'from_the_future'")
    command = [sys.executable, "-m", "streamlit", "run", "dashboard.py", "--server.port", "0"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    said = ended.stdout + ended.stderr
    assert said.count("The database has a schema that this version does not know (from_the_future).") == 1
    assert "CommandError" not in said
    assert 'File "' not in said


def role_of(page: Page) -> Locator:
    return page.get_by_test_id("stSidebar").get_by_role("combobox").first


@pytest.mark.browser
def test_without_a_demo_region_a_reader_is_led_to_the_sign_in(app: RunningApp, browser: Browser) -> None:
    page = browser.new_context(locale="zh-CN").new_page()
    hosts: set[str] = set()
    page.on("request", lambda asked: hosts.add(urlsplit(asked.url).hostname or ""))
    page.goto(f"{app.url}/live-board?hall=H01")
    page.get_by_role("heading", name="登录").wait_for()
    assert page.url == f"{app.url}/auth/sign-in?next=/live-board%3Fhall%3DH01"
    assert hosts == {"127.0.0.1"}


@pytest.mark.browser
def test_language_and_account_outlive_a_turn_of_the_page_and_a_reload(
    small_region: Store, app: RunningApp, browser: Browser
) -> None:
    page = browser.new_context(locale="zh-CN").new_page()
    page.goto(f"{app.url}/standards?as={small.AUDITOR}")
    page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for(timeout=60_000)
    page.get_by_test_id("stSidebar").get_by_text("English").click()
    page.get_by_test_id("stSidebarNavLink").filter(has_text="Halls side by side").click()
    page.wait_for_url("**/halls?*lang=en*")
    page.reload()
    expect(role_of(page)).to_have_value("Auditor", timeout=30_000)
    assert f"as={small.AUDITOR}" in page.url
