"""The day's report: recounted to the last ticket, amended with a trail, signed by two, carried away as documents."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlmodel import select
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from actions.day_report import amend, note_incidents, review, sign, write_report
from actions.press import Receipt, Stamp
from actions.refusal import Refused, Stale
from analytics.day_figures import as_json, day_figures
from analytics.day_report import Report, day_report
from charts.sheet import Line, Section, Sheet
from charts.sheet_docx import docx_of
from charts.sheet_xlsx import xlsx_of
from models.actor import Actor, Grant, NotAllowed
from models.store import Store
from models.tables import AuditEvent, Duty, Interaction, Staff
from standards.day_report import Column, Figures, Part, columns_of
from standards.vocabulary import Begun, Channel, DutyPost, Outcome, Role, Settlement
from tests import small_region as small
from tests.factories import DAY, a_hall, an_interaction, at, minutes, seconds
from ui.day_sheet import exclusions_said
from ui.language import translator_of
from ui.wording import Language

HEAD = Actor("4", "head", (Grant(Role.SUPERVISOR, frozenset({"H1"})),), "H1")
MANAGER = Actor("5", "manager", (Grant(Role.REGIONAL_MANAGER, frozenset({"H1"})),))
CLERK = Actor("1", "wang", (Grant(Role.CLERK, frozenset({"H1"})),), "H1", "S1")
EVENING = at(18)


@pytest.fixture
def hall(store: Store) -> Store:
    with store.writing() as session:
        a_hall(session)
    return store


def counted(hall: Store) -> Figures:
    with hall.reading() as session:
        figures = day_figures(session, HEAD, "H1", DAY, now=EVENING)
    assert figures is not None
    return figures


def values(figures: Figures, *columns: Column) -> tuple[Any, ...]:
    return tuple(figures[column].value for column in columns)


def given_(hall: Store, command: Callable[..., Receipt], actor: Actor, *args: Any, seen: int | None = None) -> Receipt:
    with hall.writing() as session:
        key = f"{command.__name__}-{actor.name}-{args!r}-{seen}"[:80]
        return command(session, actor, Stamp("H1", key, EVENING, seen), DAY, *args)


def written(hall: Store) -> None:
    given_(hall, write_report, HEAD, as_json(counted(hall)))


def the_report(hall: Store) -> Report:
    with hall.reading() as session:
        report = day_report(session, HEAD, "H1", DAY, now=EVENING)
    assert report is not None
    return report


def test_every_column_stands_in_one_part_of_the_report() -> None:
    assert [column for part in Part for column in columns_of(part)] == list(Column)


def test_a_day_without_customers_has_no_data_and_no_noughts_for_shares(hall: Store) -> None:
    figures = counted(hall)
    assert set(figures) == set(Column)
    assert values(figures, Column.TICKETS, Column.COMPLETED, Column.MEAN_WAIT) == (0, 0, None)
    assert values(figures, Column.ABANDONED_SHARE, Column.GREETING_SHARE, Column.SATISFIED_SHARE) == (None, None, None)
    assert values(figures, Column.COMPLAINTS, Column.COUNTERS_DUE) == (None, None)


@given(outcomes=st.lists(st.sampled_from(list(Outcome)), max_size=25), walk_ins=st.integers(0, 3))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_report_recounts_to_the_last_ticket(
    reference_file: Path, tmp_path_factory: pytest.TempPathFactory, outcomes: list[Outcome], walk_ins: int
) -> None:
    file = tmp_path_factory.mktemp("day") / "monitor.db"
    file.write_bytes(reference_file.read_bytes())
    hall = Store(f"sqlite:///{file}")
    with hall.writing() as session:
        a_hall(session)
        for outcome in outcomes:
            an_interaction(session, outcome=outcome)
        for _ in range(walk_ins):
            an_interaction(session, begun=Begun.WALK_IN, waited=timedelta())
    figures = counted(hall)
    hall.close()
    wrong = outcomes.count(Outcome.VOID) + outcomes.count(Outcome.TEST)
    assert figures[Column.TICKETS].value == len(outcomes) - wrong
    assert figures[Column.COMPLETED].value == outcomes.count(Outcome.COMPLETED) + walk_ins
    assert figures[Column.DIVERTED].value == outcomes.count(Outcome.DIVERTED)
    assert figures[Column.NO_SHOWS].value == outcomes.count(Outcome.NO_SHOW)
    assert figures[Column.ABANDONED].value == outcomes.count(Outcome.NO_SHOW) + outcomes.count(Outcome.LEFT)
    assert figures[Column.PAYMENT].value == figures[Column.COMPLETED].value


def test_waits_count_everybody_whose_wait_ended_and_times_those_who_were_served(hall: Store) -> None:
    with hall.writing() as session:
        an_interaction(session, waited=minutes(2), handled=minutes(4))
        an_interaction(session, waited=minutes(30), outcome=Outcome.LEFT, arrived_at=at(11, 20))
        an_interaction(session, waited=minutes(4), outcome=Outcome.NO_SHOW)
        an_interaction(session, waited=minutes(90), outcome=Outcome.DIVERTED)
    figures = counted(hall)
    assert figures[Column.MEAN_WAIT].value == 12 * 60_000
    assert values(figures, Column.MEDIAN_WAIT, Column.P90_WAIT) == (4 * 60_000, 30 * 60_000)
    assert values(figures, Column.LONGEST_WAIT, Column.LONGEST_WAIT_AT) == (30 * 60_000, "11:00–12:00")
    assert (figures[Column.MEAN_HANDLING].value, figures[Column.MEAN_HANDLING].n) == (4 * 60_000, 1)


def test_shares_come_with_n_interval_limit_and_source(hall: Store) -> None:
    with hall.writing() as session:
        an_interaction(session, greeted_after=seconds(10), handled=minutes(4))
        an_interaction(session, greeted_after=seconds(40), handled=minutes(9))
    greeted, payment = counted(hall)[Column.GREETING_SHARE], counted(hall)[Column.PAYMENT_SHARE]
    assert (greeted.value, greeted.n, greeted.limit_ms, greeted.source) == (0.5, 2, 15_000, "staff")
    assert (payment.value, payment.limit_ms) == (0.5, 300_000)
    assert greeted.low is not None


def test_the_telephone_has_no_say_in_a_report_of_the_counters(hall: Store) -> None:
    with hall.writing() as session:
        an_interaction(session, channel=Channel.TELEPHONE, waited=seconds(3))
        an_interaction(session, counter_id=4)
    figures = counted(hall)
    assert values(figures, Column.COMPLETED, Column.COUNTERS_OPEN) == (1, 1)
    assert figures[Column.WAIT_SHARE].limit_ms is None


def test_a_counter_with_three_shifts_is_due_to_open_once(hall: Store) -> None:
    with hall.writing() as session:
        for staff_id, counter_id in (("early", 1), ("late", 1), ("night", 1), ("other", 2), ("relief", None)):
            session.add(Staff(branch_id="H1", id=staff_id, name=staff_id))
            session.flush()
            post = DutyPost.COUNTER
            session.add(Duty(branch_id="H1", day_on=DAY, staff_id=staff_id, post=post, counter_id=counter_id))
    assert counted(hall)[Column.COUNTERS_DUE].value == 3


def test_what_is_excluded_stands_beside_with_its_n(hall: Store) -> None:
    with hall.writing() as session:
        an_interaction(session, waited=minutes(2))
        taken = an_interaction(session, waited=minutes(20))
        session.get_one(Interaction, ("H1", taken)).excluded = True
    mean = counted(hall)[Column.MEAN_WAIT]
    assert (mean.value, mean.n, mean.before, mean.n_before) == (2 * 60_000, 1, 11 * 60_000, 2)
    assert counted(hall)[Column.EXCLUDED].value == 1


def test_carried_over_open_and_forgotten_visits_are_told(hall: Store) -> None:
    with hall.writing() as session:
        an_interaction(session, outcome=Outcome.LEFT, settlement=Settlement.CARRIED_OVER)
        an_interaction(session, outcome=Outcome.LEFT, settlement=Settlement.BY_RULE, left_at=None)
        an_interaction(session, outcome=Outcome.WAITING)
    assert values(counted(hall), Column.UNFINISHED, Column.FORGOTTEN) == (2, 1)


def test_the_report_keeps_its_figures_when_the_day_changes_afterwards(hall: Store) -> None:
    written(hall)
    with hall.writing() as session:
        an_interaction(session)
    assert the_report(hall).figure(Column.TICKETS).value == 0
    assert counted(hall)[Column.TICKETS].value == 1


def test_an_amendment_stands_beside_the_counted_figure_with_who_when_and_why(hall: Store) -> None:
    written(hall)
    given_(hall, amend, HEAD, Column.COUNTERS_DUE, "4", "the roster was on paper")
    report = the_report(hall)
    edit = report.edit(Column.COUNTERS_DUE)
    assert edit is not None
    assert (edit.value, edit.why, edit.by) == ("4", "the roster was on paper", "head")
    assert report.figure(Column.COUNTERS_DUE).value is None
    with hall.reading() as session:
        reason = session.exec(select(AuditEvent.reason).where(AuditEvent.action == "amend_report")).one()
    assert reason == "the roster was on paper"
    given_(hall, amend, HEAD, Column.COUNTERS_DUE, "", "a slip")
    assert the_report(hall).edit(Column.COUNTERS_DUE) is None


def test_an_amendment_needs_its_reason_and_a_version_that_still_stands(hall: Store) -> None:
    written(hall)
    with pytest.raises(Refused):
        given_(hall, amend, HEAD, Column.COUNTERS_DUE, "4", " ")
    given_(hall, amend, HEAD, Column.COUNTERS_DUE, "4", "paper", seen=1)
    with pytest.raises(Stale):
        given_(hall, amend, HEAD, Column.COUNTERS_DUE, "5", "paper", seen=1)


def test_two_people_sign_and_a_later_amendment_takes_both_signatures_back(hall: Store) -> None:
    written(hall)
    given_(hall, sign, HEAD)
    given_(hall, review, MANAGER)
    report = the_report(hall)
    assert report.signed is not None
    assert report.reviewed is not None
    given_(hall, note_incidents, HEAD, "the printer failed, slips by hand")
    report = the_report(hall)
    assert (report.signed, report.reviewed, report.incidents) == (None, None, "the printer failed, slips by hand")


def test_nobody_reviews_their_own_report_nor_one_that_is_unsigned(hall: Store) -> None:
    both = Actor("6", "both", (*HEAD.grants, *MANAGER.grants), "H1")
    written(hall)
    with pytest.raises(Refused):
        given_(hall, review, MANAGER)
    given_(hall, sign, both)
    with pytest.raises(Refused):
        given_(hall, review, both)
    with pytest.raises(NotAllowed):
        given_(hall, review, HEAD)


def test_figures_written_anew_must_be_signed_again_and_a_clerk_writes_none(hall: Store) -> None:
    with pytest.raises(NotAllowed):
        given_(hall, write_report, CLERK, {})
    written(hall)
    given_(hall, sign, HEAD)
    given_(hall, write_report, HEAD, {"tickets": {"value": 99}})
    assert the_report(hall).figure(Column.TICKETS).value == 99
    assert the_report(hall).signed is None


def test_what_is_excluded_after_the_report_was_written_is_said(hall: Store) -> None:
    with hall.writing() as session:
        later = an_interaction(session)
    written(hall)
    given_(hall, sign, HEAD)
    with hall.writing() as session:
        session.get_one(Interaction, ("H1", later)).excluded = True
    report = the_report(hall)
    assert (report.excluded_since, report.signed is not None) == (1, True)
    assert "1 more interaction was excluded" in " ".join(exclusions_said(report, translator_of(Language.EN)))


def test_abandoned_and_ratings_stand_beside_what_they_were_before_exclusion(hall: Store) -> None:
    with hall.writing() as session:
        an_interaction(session, rating=5)
        taken = [an_interaction(session, outcome=Outcome.LEFT), an_interaction(session, rating=1)]
        for one in taken:
            session.get_one(Interaction, ("H1", one)).excluded = True
    figures = counted(hall)
    abandoned, satisfied = figures[Column.ABANDONED_SHARE], figures[Column.SATISFIED_SHARE]
    assert (abandoned.value, abandoned.n, abandoned.before, abandoned.n_before) == (0.0, 1, 1 / 3, 3)
    assert (satisfied.value, satisfied.n, satisfied.before, satisfied.n_before) == (1.0, 1, 0.5, 2)


def a_sheet() -> Sheet:
    lines = (
        Line("平均等候", "12分05秒", "分钟", 131, "剔除前11分钟", 12.1, "0.0"),
        Line("异常", "=HYPERLINK(1)", "", None, "pasted\x0bfrom elsewhere\x00"),
    )
    return Sheet(
        "营业厅日报",
        ("营业厅:城中", "日期:2026-03-02"),
        ("项目", "数值", "单位", "n", "说明"),
        (Section("等候与办理", lines),),
        (("异常与处置", "打印机故障"),),
        (("填报人:", "张敏"), ("审核人:", "")),
        "&P",
    )


def test_the_workbook_is_a4_landscape_with_numbers_that_calculate_and_texts_that_do_not() -> None:
    page = load_workbook(io.BytesIO(xlsx_of(a_sheet()))).worksheets[0]
    cells = {cell.value: cell for row in page.iter_rows() for cell in row if cell.value is not None}
    assert (page.page_setup.orientation, str(page.page_setup.paperSize)) == ("landscape", "9")
    assert page.print_area
    assert page.oddFooter.center.text == "&P"
    assert cells[12.1].number_format == "0.0"
    assert cells["=HYPERLINK(1)"].data_type != "f"
    assert "填报人:张敏" in cells
    assert any(str(value).startswith("审核人:__") for value in cells)


def test_the_document_holds_every_figure_in_a_table_that_can_be_edited() -> None:
    document = Document(io.BytesIO(docx_of(a_sheet())))
    rows = [[cell.text for cell in row.cells] for table in document.tables for row in table.rows]
    assert ["平均等候", "12分05秒", "分钟", "131", "剔除前11分钟"] in rows
    assert "打印机故障" in [paragraph.text for paragraph in document.paragraphs]
    section = document.sections[0]
    assert section.page_width is not None
    assert round(section.page_width.cm) == 21


def _button(page: AppTest, name: str) -> Button:
    return next(button for button in page.button if str(button.key).startswith(name))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_writes_amends_and_signs(small_region: Store, screen: Callable[..., AppTest], lang: str) -> None:
    page = screen("day-report", account=small.SUPERVISOR, hall=small.ALWAYS_OPEN, lang=lang)
    assert not page.exception
    _button(page, "report_write").click().run()
    page.text_input(key="report_value").set_value("3")
    page.text_input(key="report_why").set_value("on paper")
    page.run()
    page.button(key="report_amend").click().run()
    assert not page.exception
    assert page.text_input(key="report_value").value == ""
    _button(page, "report_sign").click().run()
    with small_region.reading() as session:
        actions = session.exec(select(AuditEvent.action).order_by(AuditEvent.at)).all()  # type: ignore[arg-type]
    assert [action for action in actions if "report" in action] == ["write_report", "amend_report", "sign_report"]


def test_a_manager_reads_and_reviews_but_does_not_write(small_region: Store, screen: Callable[..., AppTest]) -> None:
    page = screen("day-report", account=small.MANAGER, hall=small.ALWAYS_OPEN)
    assert not page.exception
    assert not [button for button in page.button if str(button.key).startswith(("report_write", "report_sign"))]
    assert page.table
