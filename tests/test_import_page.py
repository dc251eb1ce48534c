"""The page of imports: a file, what its columns mean, a trial, the import once, its history and its undo."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from analytics.imports import imports, refused_lines
from ingest import importing
from ingest.importing import Progress, Watched, import_file
from ingest.known import keep_mapping
from models.store import Store
from models.tables import ImportRun, ImportState, Interaction
from tests import small_region as small
from tests.factories import MACHINE, at
from tests.test_ingest import GOOD, HEADER, a_line, mapped
from tests.test_xlsx_reading import GOOD as GOOD_CELLS
from tests.test_xlsx_reading import HEADER as HEADER_CELLS
from tests.test_xlsx_reading import a_workbook
from ui import import_history
from ui.keys import Key

Screen = Callable[..., AppTest]
BAD = a_line(no="A2", how="vanished")


@pytest.fixture
def page(small_region: Store, screen: Screen) -> Callable[..., AppTest]:
    """The page of the hall that is open round the clock."""

    def opened(account: str = small.SUPERVISOR, lang: str = "en") -> AppTest:
        made = screen("imports", account=account, lang=lang, hall=small.ALWAYS_OPEN)
        assert not made.exception, made.exception
        return made

    return opened


def give(page: AppTest, content: str | bytes, name: str = "visits.csv") -> AppTest:
    page.file_uploader[0].set_value((name, content.encode() if isinstance(content, str) else content, "text/csv")).run()
    assert not page.exception, page.exception
    return page


def save_test_mapping(store: Store) -> None:
    with store.writing() as session:
        keep_mapping(session, MACHINE, small.ALWAYS_OPEN, mapped(), now=at(9))


def widget(kind: Any, label: str) -> Any:
    """The widget with this label."""
    found = [one for one in kind if one.label == label]
    assert found, [one.label for one in kind]
    return found[0]


def press(page: AppTest, label: str) -> AppTest:
    widget(page.button, label).click().run()
    assert not page.exception, page.exception
    return page


def said(page: AppTest) -> str:
    kinds = (page.markdown, page.caption, page.info, page.success, page.warning, page.error)
    return "\n".join(str(one.value) for kind in kinds for one in kind)


def rows(store: Store) -> list[str]:
    with store.reading() as session:
        return [str(one) for one in session.exec(select(Interaction.ticket))]


def test_a_hall_without_imports_says_so(page: Callable[..., AppTest]) -> None:
    assert "Nothing was imported into this hall yet." in said(page())


def test_a_file_is_tried_and_then_imported_once(page: Callable[..., AppTest], small_region: Store) -> None:
    save_test_mapping(small_region)
    opened = give(page(), HEADER + GOOD + BAD)
    assert "1 of the first 2 rows would be rejected." in said(opened)
    press(opened, "Dry run")
    assert rows(small_region) == []
    assert "Of 2 rows 1 would be taken" in said(opened)
    press(opened, "Import 1 row")
    assert "Imported: 1 row is in the hall's records." in said(opened)
    opened.run()
    assert "Imported: 1 row" in said(opened)
    assert rows(small_region) == ["A1"]
    with small_region.reading() as session:
        (line,) = imports(session, MACHINE, small.ALWAYS_OPEN)
        assert (line.by, line.mapping, line.accepted, line.rejected) == (small.SUPERVISOR, "test", 1, 1)


def test_the_same_file_again_adds_nothing_and_says_so(page: Callable[..., AppTest], small_region: Store) -> None:
    save_test_mapping(small_region)
    press(press(give(page(), HEADER + GOOD), "Dry run"), "Import 1 row")
    again = press(give(page(), HEADER + GOOD, "copy.csv"), "Dry run")
    assert "There is nothing new in it to import." in said(again)
    with small_region.reading() as session:
        assert len(session.exec(select(ImportRun)).all()) == 1


def test_a_stopped_import_is_told_of_and_goes_on(
    page: Callable[..., AppTest], small_region: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "PART", 2)
    with small_region.writing() as session:
        known = keep_mapping(session, MACHINE, small.ALWAYS_OPEN, mapped(), now=at(9))
    content = HEADER + "".join(a_line(no=f"A{number}") for number in range(5)) + BAD
    (tmp_path / "visits.csv").write_text(content, "utf-8")

    class Left(BaseException):
        """Whoever looked at it left the page."""

    def leave(progress: Progress) -> None:
        if progress.done == 4:
            raise Left

    with pytest.raises(Left):
        import_file(
            small_region,
            MACHINE,
            small.ALWAYS_OPEN,
            tmp_path / "visits.csv",
            known.mapping,
            now=at(12),
            watched=Watched(leave),
        )
    with monkeypatch.context() as just_now:
        just_now.setattr(import_history, "_SILENT", timedelta.max)
        assert "visits.csv is coming in." in said(page())
    opened = page()
    assert "visits.csv stopped at 4 of 6 rows." in said(opened)
    press(give(opened, content), "Dry run")
    assert "it goes on behind the rows that are in" in said(opened)
    press(opened, "Go on importing")
    assert "Imported: 5 rows are in the hall's records." in said(opened)
    assert "stopped at" not in said(opened)
    assert sorted(rows(small_region)) == ["A0", "A1", "A2", "A3", "A4"]


def test_a_new_mapping_is_made_by_choosing_columns_and_saved(page: Callable[..., AppTest], small_region: Store) -> None:
    opened = give(page(), HEADER + GOOD + a_line(no="A2", business="缴费", how="went", gone="2026-03-02 10:20:00"))
    for field, column in (("First call", "called"), ("Greeted", "greeted"), ("Left", "gone")):
        widget(opened.multiselect, field).set_value([column]).run()
    widget(opened.multiselect, "Started").set_value(["greeted", "called"]).run()
    widget(opened.selectbox, "缴费").set_value("payment").run()
    assert not opened.exception, opened.exception
    assert "rejected" not in said(opened)
    widget(opened.text_input, "Name of the mapping").set_value("取号机").run()
    press(opened, "Save the mapping")
    assert "Saved: 取号机, version 1." in said(opened)
    press(press(opened, "Dry run"), "Import 2 rows")
    assert rows(small_region) == ["A1", "A2"]


def test_a_saved_mapping_is_changed_into_its_next_version(page: Callable[..., AppTest], small_region: Store) -> None:
    save_test_mapping(small_region)
    opened = give(page(), HEADER + GOOD + BAD)
    widget(opened.toggle, "Change it").set_value(True).run()
    widget(opened.selectbox, "vanished").set_value("left").run()
    assert not opened.exception, opened.exception
    press(opened, "Save the mapping")
    assert "Saved: test, version 2." in said(opened)


def test_a_workbook_is_taken_too(page: Callable[..., AppTest], small_region: Store) -> None:
    save_test_mapping(small_region)
    opened = give(page(), a_workbook([HEADER_CELLS, GOOD_CELLS]), "visits.xlsx")
    press(press(opened, "Dry run"), "Import 1 row")
    assert rows(small_region) == ["A1"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "文件是空的"),
        (b"PK\x03\x04 no workbook", "文件不是 Excel 工作簿"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "旧版 Excel 工作簿"),
        (HEADER.encode(), "只有表头"),
        ("no,no\n1,2\n".encode("utf-16"), "UTF-16"),
    ],
)
def test_a_file_that_cannot_be_taken_says_why(
    page: Callable[..., AppTest], small_region: Store, content: bytes, says: str
) -> None:
    save_test_mapping(small_region)
    assert says in said(give(page(lang="zh"), content))


def test_a_mapping_that_does_not_fit_the_file_names_the_columns(page: Callable[..., AppTest]) -> None:
    opened = give(page(), HEADER + GOOD)
    choice = widget(opened.selectbox, "What its columns mean")
    assert choice.value == ""
    choice.set_value("bank_calls").run()
    assert r"The file lacks columns: call\_id" in said(opened)


def undo(opened: AppTest, why: str = "wrong hall") -> AppTest:
    """Choose the newest import and take it back."""
    widget(opened.text_input, "Reason").set_value(why).run()
    widget(opened.checkbox, "Remove these rows").check().run()
    return press(opened, "Take it back")


def choose_first(opened: AppTest, store: Store) -> None:
    """Click the first line of the history."""
    with store.reading() as session:
        newest = imports(session, MACHINE, small.ALWAYS_OPEN)[0]
    opened.session_state[f"{Key.IMPORT_HISTORY} {small.ALWAYS_OPEN} {newest.id}"] = {
        "selection": {"rows": [0], "columns": [], "cells": []}
    }
    opened.run()
    assert not opened.exception, opened.exception


def test_an_import_is_taken_back_with_a_reason(page: Callable[..., AppTest], small_region: Store) -> None:
    save_test_mapping(small_region)
    press(press(give(page(), HEADER + GOOD), "Dry run"), "Import 1 row")
    opened = page()
    choose_first(opened, small_region)
    undo(opened)
    assert "Taken back: 1 row is removed." in said(opened)
    assert rows(small_region) == []
    with small_region.reading() as session:
        (line,) = imports(session, MACHINE, small.ALWAYS_OPEN)
        assert (line.state, line.undone_by, line.undone_why) == (ImportState.UNDONE, small.SUPERVISOR, "wrong hall")


def test_what_was_worked_on_is_refused_in_words(page: Callable[..., AppTest], small_region: Store) -> None:
    save_test_mapping(small_region)
    press(press(give(page(), HEADER + GOOD), "Dry run"), "Import 1 row")
    with small_region.writing() as session:
        session.exec(select(Interaction)).one().version = 2
    opened = page()
    choose_first(opened, small_region)
    undo(opened)
    assert "1 of its visits were worked on since" in said(opened)
    assert rows(small_region) == ["A1"]


def test_who_only_reads_sees_the_history_and_nothing_to_press(
    page: Callable[..., AppTest], small_region: Store
) -> None:
    save_test_mapping(small_region)
    press(press(give(page(), HEADER + GOOD + BAD), "Dry run"), "Import 1 row")
    opened = page(small.AUDITOR)
    assert len(opened.dataframe) == 1
    assert len(opened.file_uploader) == 0
    assert "Choose a row" not in said(opened)
    assert len(opened.get("download_button")) == 0


@pytest.mark.browser
def test_the_real_day_is_uploaded_in_a_browser(small_region: Store, app: Any, browser: Any, shared_data: Path) -> None:
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    page.goto(f"{app.url}/imports?as={small.SUPERVISOR}&lang=en&hall={small.ALWAYS_OPEN}")
    page.locator("input[type=file]").set_input_files(shared_data / "bank_calls_day.csv")
    page.get_by_role("button", name="Dry run").click(timeout=30_000)
    page.get_by_text("Of 2375 rows 2356 would be taken (218").wait_for(timeout=30_000)
    with page.expect_download() as waited:
        page.get_by_role("button", name="Rejected rows as CSV").click()
    rejects = list(csv.DictReader(io.StringIO(Path(waited.value.path()).read_text("utf-8-sig"))))
    assert [row["reason"].partition(":")[0] for row in rejects] == ["A fact is missing"]
    page.get_by_role("button", name="Import 2356 rows").dblclick()
    page.get_by_text("Imported: 2356 rows").wait_for(timeout=60_000)
    page.close()
    with small_region.reading() as session:
        (run,) = session.exec(select(ImportRun)).all()
        assert (run.accepted, run.skipped, run.rejected, run.adjusted) == (2356, 18, 1, 218)
        assert len(refused_lines(session, MACHINE, run.id) or ()) == 1
