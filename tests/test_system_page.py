"""The administrator's first screen: what is wrong comes first, numbers have units, each press tells its outcome."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from actions.backup_settings import MARK
from analytics.system_state import almost_full, system_state
from models.access import BackupRun, Throttle
from models.actor import NotAllowed
from models.store import Store
from models.tables import BranchPulse
from tests import small_region as small
from tests.desks import HEAD
from tests.test_scheduled_backup import KEEPER, set_up
from ui.keys import Key

Page = Callable[..., AppTest]
NOW = datetime.now(UTC)


@pytest.fixture
def page(small_region: Store, screen: Callable[..., AppTest]) -> Page:
    def opened(lang: str = "en", **asked: Any) -> AppTest:
        return sound(screen("system", account=small.ADMINISTRATOR, lang=lang, **asked))

    return opened


def sound(opened: AppTest) -> AppTest:
    assert not opened.exception, opened.exception
    return opened


def words_of(opened: AppTest) -> str:
    drawn = [*opened.title, *opened.subheader, *opened.markdown, *opened.caption]
    drawn += [*opened.info, *opened.warning, *opened.error, *opened.success]
    return "\n".join(str(element.value) for element in drawn)


def test_it_is_what_an_administrator_sees_first(small_region: Store, screen: Callable[..., AppTest]) -> None:
    assert [title.value for title in sound(screen(None, account=small.ADMINISTRATOR, lang="en")).title] == ["System"]


def test_without_a_folder_it_says_loudly_that_nothing_is_backed_up(page: Page) -> None:
    opened = page()
    assert any("No backups are made by themselves" in error.value for error in opened.error)
    assert opened.button(key=Key.SYSTEM_BACK_UP).disabled
    said = words_of(opened)
    assert "Version 0.1.0" in said
    assert "Nobody is locked out" in said


def test_one_press_makes_a_backup_and_tells_its_outcome(page: Page, small_region: Store, tmp_path: Path) -> None:
    (tmp_path / "share").mkdir()
    set_up(small_region, tmp_path / "share")
    opened = sound(page().button(key=Key.SYSTEM_BACK_UP).click().run())
    assert "Backed up and read back whole" in words_of(opened)
    assert len(list((tmp_path / "share").glob("*.age"))) == 1
    assert "Nobody has taken a copy of the backups' key" in words_of(opened)
    (tmp_path / "share" / MARK).unlink()
    again = sound(opened.button(key=Key.SYSTEM_BACK_UP).click().run())
    assert any("No backup was made" in error.value for error in again.error)


def test_what_is_wrong_is_told_in_words(page: Page, small_region: Store, tmp_path: Path) -> None:
    (tmp_path / "monitor-20261101T000000Z-damaged.db").write_bytes(b"x" * 2000)
    old = NOW - timedelta(days=3, hours=1)
    with small_region.writing() as session:
        session.add(BackupRun(id=uuid4(), began_at=old, rehearsed_at=old, by="schedule", path="/mnt/x.backup.age"))
        session.add(BackupRun(id=uuid4(), began_at=NOW - timedelta(minutes=5), error="no_folder", by="schedule"))
        locked = NOW + timedelta(hours=5)
        session.add(Throttle(name="account x", failures=9, first_at=NOW, last_at=NOW, locked_until=locked))
        session.exec(select(BranchPulse)).all()[0].changed_at = NOW + timedelta(hours=2)
    said = words_of(page())
    assert "The last verified backup is of" in said
    assert "3 days ago" in said
    assert "The folder could not be reached." in said
    assert "Locked after wrong passwords or PINs: 1." in said
    assert "set aside as monitor-20261101T000000Z-damaged.db (2 kB)" in said.replace("\\", "")
    assert "clock was set back" in said


def test_the_schedule_is_set_on_the_page(page: Page, small_region: Store, tmp_path: Path) -> None:
    opened = page()
    folder = next(one for one in opened.text_input if one.label.startswith("Folder or share"))
    folder.input(str(tmp_path / "none"))
    save = next(one for one in opened.button if one.label == "Save")
    refused = sound(save.click().run())
    assert any("finds no folder" in error.value for error in refused.error)
    (tmp_path / "none").mkdir()
    next(one for one in refused.button if one.label == "Save").click()
    saved = sound(refused.run())
    assert "Every day at 03:00" in words_of(saved)


def test_the_page_speaks_chinese(page: Page) -> None:
    said = words_of(page(lang="zh"))
    assert "系统" in said
    assert not [word for word in ("Backups", "Version", "backup") if word in said]


def test_only_who_keeps_the_installation_is_answered(working_hall: Store) -> None:
    with working_hall.reading() as session:
        found = system_state(session, KEEPER, now=NOW)
        with pytest.raises(NotAllowed):
            system_state(session, HEAD, now=NOW)
    assert found.store.size > 100_000
    assert (found.last_import, found.locked, found.sessions) == (None, 0, 0)


@pytest.mark.parametrize(
    ("free", "disk", "told"),
    [(10**9 - 1, 10**12, True), (60 * 10**9, 10**12, False), (10**9, 4 * 10**9, False), (10**8, 4 * 10**9, True)],
)
def test_a_disk_is_almost_full_below_a_gigabyte_or_a_twentieth(free: int, disk: int, told: bool) -> None:
    assert almost_full(free, disk) is told
