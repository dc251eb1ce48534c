"""The page of the audit trail: nothing, one line, too many; what each says, what is taken along, and who sees it."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO, StringIO
from typing import Any

import pytest
from openpyxl import load_workbook
from streamlit.testing.v1 import AppTest

from analytics.audit_trail import Sought
from models.actor import Actor, Grant
from models.store import Store
from standards.vocabulary import Role
from tests import small_region as small
from tests.trails import a_line, lines_of, tamper
from ui.audit_file import comma_separated, whole_file, workbook
from ui.audit_filters import View, filter_codes
from ui.audit_lines import MOST as A_PAGE
from ui.keys import Key
from ui.language import translator_of
from ui.navigation import screens_for
from ui.wording import Language

HALL = small.ALWAYS_OPEN
NOW = datetime.now(UTC)
T = translator_of(Language.EN).plain
AUDITOR = Actor("1", "auditor", (Grant(Role.AUDITOR, None),))
FORMULA = '=HYPERLINK("http://x","y")'
Page = Callable[..., AppTest]


@pytest.fixture
def page(small_region: Store, screen: Callable[..., AppTest]) -> Page:
    def opened(account: str = small.AUDITOR, lang: str = "en", **asked: Any) -> AppTest:
        return sound(screen("audit", account=account, lang=lang, **asked))

    return opened


def sound(opened: AppTest) -> AppTest:
    assert not opened.exception, opened.exception
    return opened


def words_of(opened: AppTest) -> str:
    drawn = [*opened.title, *opened.markdown, *opened.caption, *opened.info, *opened.error, *opened.success]
    return "\n".join(str(element.value) for element in drawn)


def lines_written(target: Store, number: int, hall: str = HALL, **said: Any) -> None:
    with target.writing() as session:
        for nth in range(number):
            a_line(session, hall, at=datetime.now(UTC) - timedelta(seconds=number - nth), subject=f"v{nth}", **said)


def shown(opened: AppTest) -> list[str]:
    return [] if not opened.dataframe else list(opened.dataframe[0].value["About"])


def test_nothing_found_is_said(page: Page) -> None:
    opened = page(hall=HALL)
    assert "Nothing was done that fits this" in words_of(opened)
    assert not opened.dataframe


def test_one_line_is_shown_in_words(page: Page, small_region: Store) -> None:
    lines_written(small_region, 1, reason="客户**要求** [x](http://y)")
    opened = page(hall=HALL)
    (row,) = opened.dataframe[0].value.to_dict("records")
    assert (row["Who"], row["What was done"], row["About"], row["Counter"]) == ("keeper", "Call", "v0", "3")
    assert row["Reason"] == "客户**要求** [x](http://y)"
    assert "1 line" in words_of(opened)


def test_too_many_lines_are_turned_page_by_page_and_back(page: Page, small_region: Store) -> None:
    lines_written(small_region, 2 * A_PAGE + 1)
    opened = page(hall=HALL)
    seen = shown(opened)
    assert "and there are older ones" in words_of(opened)
    for _ in range(2):
        sound(opened.button(key=Key.AUDIT_OLDER).click().run())
        seen += shown(opened)
    assert seen == [f"v{nth}" for nth in reversed(range(2 * A_PAGE + 1))]
    assert "the oldest that fit" in words_of(opened)
    sound(opened.button(key=Key.AUDIT_NEWEST).click().run())
    assert shown(opened) == seen[:A_PAGE]


def test_another_question_begins_at_the_newest(page: Page, small_region: Store) -> None:
    lines_written(small_region, A_PAGE + 1)
    opened = page(hall=HALL)
    sound(opened.button(key=Key.AUDIT_OLDER).click().run())
    sound(opened.text_input(key=Key.AUDIT_WHO).set_value("keeper").run())
    assert shown(opened)[0] == f"v{A_PAGE}"
    sound(opened.text_input(key=Key.AUDIT_WHO).set_value("nobody").run())
    assert shown(opened) == []


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"about": "v1"}, ["v1"]),
        ({"origin": "10.0.0.9"}, []),
        ({"search": "规定"}, ["v2", "v1", "v0"]),
        ({"counter": 4}, []),
        ({"action": "call_next"}, ["v2", "v1", "v0"]),
        ({"action": "void"}, []),
        ({"hall": small.BY_DAY}, []),
        ({"from": "2020-01-01", "to": "2020-01-02"}, []),
    ],
)
def test_a_link_carries_what_is_looked_for(
    page: Page, small_region: Store, asked: dict[str, Any], expected: list[str]
) -> None:
    lines_written(small_region, 3)
    assert shown(page(**({"hall": HALL} | asked))) == expected


def test_the_trail_is_checked_where_it_is_shown(page: Page, small_region: Store) -> None:
    lines_written(small_region, 3)
    opened = page(hall=HALL)
    sound(opened.button(key=Key.AUDIT_CHECK).click().run())
    assert "Whole: 3 lines read at" in words_of(opened)
    with small_region.writing() as session:
        assert f"line 3, hash {lines_of(session, HALL)[-1].hash}" in opened.code[0].value
        tamper(session, 2, reason="otherwise", hall=HALL)
    sound(opened.button(key=Key.AUDIT_CHECK).click().run())
    assert "1 fault in 3 lines" in words_of(opened)
    assert "Downtown Hall, line 2: It was changed, or the line before it was" in words_of(opened)


def test_only_who_audits_sees_the_page(page: Page, small_region: Store) -> None:
    lines_written(small_region, 1, hall="*")
    assert shown(page(small.ADMINISTRATOR, hall="*", about="v")) == ["v0"]
    for role in Role:
        offered = {screen.url_path for screen in screens_for({role})}
        assert ("audit" in offered) == (role in {Role.AUDITOR, Role.ADMINISTRATOR}), role


def test_it_is_in_chinese_for_who_reads_chinese(page: Page, small_region: Store) -> None:
    lines_written(small_region, 1)
    opened = page(lang="zh", hall=HALL)
    assert opened.title[0].value == "审计日志"
    assert list(opened.dataframe[0].value["操作"]) == ["叫号"]


def a_view(**narrowed: Any) -> View:
    sought = Sought(branch_ids=(HALL,), since=NOW - timedelta(days=1), until=NOW + timedelta(days=1), **narrowed)
    return View(sought, NOW.date(), NOW.date(), {})


def test_a_file_holds_its_filters_and_every_line_and_no_formula(small_region: Store) -> None:
    lines_written(small_region, 3, reason=FORMULA, actor="@keeper")
    view = a_view(account="@keep")
    counted: list[int] = []
    made = {make: whole_file(small_region, AUDITOR, view, T, make, counted) for make in (workbook, comma_separated)}
    assert sum(counted) == 3
    sheet = load_workbook(BytesIO(made[workbook])).worksheets[0]
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    texts = list(csv.reader(StringIO(made[comma_separated].decode("utf-8-sig"))))
    assert ["Who (account)", "@keep"] in [row[:2] for row in cells]
    assert ["Who (account)", "'@keep"] in texts
    assert [row[8] for row in cells[-3:]] == [FORMULA] * 3
    assert [row[8] for row in texts[-3:]] == [f"'{FORMULA}"] * 3
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} <= {"s", "inlineStr"}
    assert filter_codes(view)["account"] == "@keep"


def test_what_changed_stands_side_by_side_and_no_digest_is_shown(small_region: Store) -> None:
    after = {"credential 1 pin": {"digest": "$argon2id$secret"}, "counter DEMO-01 3": {"state": "serving", "x_y": [1]}}
    before = {"credential 1 pin": None, "counter DEMO-01 3": {"state": "idle", "x_y": None}}
    lines_written(small_region, 1, before=before, after=after)
    data = whole_file(small_region, AUDITOR, a_view(), T, comma_separated, []).decode("utf-8-sig")
    assert "Counter 3 · State: Idle → Serving" in data
    assert "Counter 3 · x_y: – → [1]" in data
    assert "•••" in data
    assert "argon2id" not in data


def test_a_day_that_nobody_can_read_is_shown_as_it_is_stored(small_region: Store) -> None:
    lines_written(small_region, 1, before={}, after={"hall_day 1": {"opened_at": "soon", "day_on": "never", "n": 1.5}})
    data = whole_file(small_region, AUDITOR, a_view(), T, comma_separated, []).decode("utf-8-sig")
    assert "soon" in data
    assert "never" in data


def test_times_and_sources_are_said_in_words_and_not_as_they_are_stored(small_region: Store) -> None:
    stamps = "called_at=device items=unheard-of"
    after = {"interaction v0": {"greeting_ms": 640, "recalls": 2, "stamp_sources": stamps, "opens": 510}}
    lines_written(small_region, 1, before={}, after=after)
    data = whole_file(small_region, AUDITOR, a_view(), T, comma_separated, []).decode("utf-8-sig")
    assert "Greeting delay: – → 0.7 s" in data
    assert "Calls again: – → 2" in data
    assert "Sources of the stamps: – → First call: Device; items=unheard-of" in data
    assert "Opens: – → 08:30" in data
