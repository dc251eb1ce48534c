"""What everybody reads of what is stored, what some may change there, and that no answer shows a number in plain."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import Session
from streamlit.testing.v1 import AppTest

from actions.access import Matter
from actions.refusal import Refused
from actions.revealing import reveal
from analytics.audit_trail import Sought, audit_trail
from analytics.hall_day import hall_day
from analytics.hand_over import hand_overs
from analytics.help_now import help_now
from analytics.imports import refused_lines
from analytics.visit import visit_story
from models.actor import Actor, Grant, NotAllowed
from models.audit_check import check_chains
from models.retention import Kept, days_kept
from models.store import Store
from models.tables import HallDay, HelpCall, ImportReject, ImportRun, Interaction, ShiftChange, Staff
from standards.hall_day import OpeningCheck
from standards.vocabulary import Role
from tests import small_region as small
from tests.desks import HALL, HEAD, MORNING
from tests.factories import an_interaction
from tests.trails import a_line, lines_of
from ui.keys import Key
from ui.navigation import screens_for

PHONE, MASKED = "13812345678", "138****5678"
SAID = f"回电{PHONE}"
AUDITOR = Actor("7", "auditor", (Grant(Role.AUDITOR, frozenset({HALL})),), session_id="one")
IMPORTER = Actor("8", "importer", (Grant(Role.ADMINISTRATOR, frozenset({HALL})),))
Screen = Callable[..., AppTest]


def everything_said(session: Session) -> tuple[UUID, UUID]:
    """The number in every text that somebody can type; the visit's and the import's id."""
    visit = an_interaction(
        session, HALL, attention=True, attention_note=SAID, inaccurate="called_at", inaccurate_why=SAID, staff_id="S1"
    )
    run = ImportRun(branch_id=HALL, file_name="x.csv", digest="0", mapping="x 1", by="x", began_at=MORNING)
    session.add(run)
    session.flush()
    content = {"姓名": "王小明", "备注": SAID}
    session.add(ImportReject(branch_id=HALL, import_id=run.id, line=1, reason="x", detail=SAID, content=content))
    session.add(HelpCall(branch_id=HALL, counter_id=1, asked_by="x", asked_at=MORNING, note=SAID))
    standing: dict[str, Any] = {"as_of": MORNING.isoformat(), "held": [], "promised": [], "open": []}
    standing |= {"waiting": 0, "machines": [], "notices": []}
    given: dict[str, Any] = {"day_on": MORNING.date(), "given_by": "x", "given_at": MORNING}
    given |= {"note": SAID, "content": standing}
    session.add(ShiftChange(branch_id=HALL, **given))
    found = {item.value: {"found": False, "note": SAID} for item in OpeningCheck}
    session.add(HallDay(branch_id=HALL, day_on=MORNING.date(), checklist=found, note=SAID, opened_at=MORNING))
    a_line(session, HALL, reason=SAID, after={"interaction x": {"attention_note": SAID}})
    session.flush()
    return visit, run.id


def test_no_answer_shows_a_number_in_plain_to_whoever_gave_no_reason(working_hall: Store) -> None:
    with working_hall.writing() as session:
        visit, import_id = everything_said(session)
        sought = Sought(
            branch_ids=(HALL,), since=datetime(2020, 1, 1, tzinfo=UTC), until=datetime(2030, 1, 1, tzinfo=UTC)
        )
        told = [
            visit_story(session, HEAD, HALL, visit),
            refused_lines(session, HEAD, import_id),
            help_now(session, HALL, MORNING + timedelta(minutes=1)),
            hand_overs(session, HEAD, HALL, now=MORNING),
            hall_day(session, HEAD, HALL, now=MORNING),
            audit_trail(session, AUDITOR, sought),
        ]
    for answer in told:
        assert PHONE not in repr(answer)
        assert MASKED in repr(answer)
    assert "王小明" not in repr(told[1])


def test_a_reason_opens_one_visit_in_one_session_and_stands_in_the_trail(working_hall: Store) -> None:
    with working_hall.writing() as session:
        visit, import_id = everything_said(session)
        visit_id = session.get_one(Interaction, (HALL, visit)).visit_id
        asked: dict[str, Any] = {"reason": "The customer called back", "now": MORNING}
        assert reveal(session, AUDITOR, HALL, Matter.VISIT, visit_id, **asked)
        assert not reveal(session, AUDITOR, HALL, Matter.VISIT, visit_id, **asked)
        own = visit_story(session, AUDITOR, HALL, visit)
        assert own is not None
        assert (own.plain, own.parts[0].attention_note) == (True, SAID)
        for other in (replace(AUDITOR, session_id="two"), HEAD, replace(AUDITOR, name="another")):
            assert PHONE not in repr(visit_story(session, other, HALL, visit))
        assert PHONE not in repr(refused_lines(session, HEAD, import_id))
        (line,) = (line for line in lines_of(session, HALL) if line.action == "reveal_personal")
        assert (line.actor, line.reason, line.subject) == ("auditor", "The customer called back", str(visit_id))
        assert check_chains(session).count == 0


def test_rejected_rows_open_to_who_imports_and_may_see_personal_data(working_hall: Store) -> None:
    with working_hall.writing() as session:
        _, import_id = everything_said(session)
        reveal(session, HEAD, HALL, Matter.REJECTED_ROWS, import_id, reason="To mend it", now=MORNING)
        assert "王小明" in repr(refused_lines(session, HEAD, import_id))
        assert "王小明" not in repr(refused_lines(session, IMPORTER, import_id))


@pytest.mark.parametrize("reason", ["", "   "])
def test_nothing_opens_without_a_reason_a_right_or_a_thing(working_hall: Store, reason: str) -> None:
    with working_hall.writing() as session:
        _, import_id = everything_said(session)
        with pytest.raises(Refused):
            reveal(session, HEAD, HALL, Matter.REJECTED_ROWS, import_id, reason=reason, now=MORNING)
        with pytest.raises(Refused):
            reveal(session, HEAD, HALL, Matter.VISIT, import_id, reason="x", now=MORNING)
        with pytest.raises(NotAllowed):
            reveal(session, IMPORTER, HALL, Matter.REJECTED_ROWS, import_id, reason="x", now=MORNING)


def test_everybody_reads_the_page_but_screens_and_machines() -> None:
    for role in Role:
        offered = {screen.url_path for screen in screens_for({role})}
        assert ("privacy" in offered) == (role not in {Role.DISPLAY, Role.DEVICE}), role


@pytest.mark.parametrize("account", [small.CLERK, small.MANAGER, small.AUDITOR])
def test_who_reads_finds_the_periods_and_nothing_to_press(small_region: Store, screen: Screen, account: str) -> None:
    opened = screen("privacy", account=account, lang="en")
    assert not opened.exception
    table = opened.table[0].value
    assert list(table.columns) == ["What is stored", "Why", "Kept for", "Who sees it"]
    assert "730 days, never fewer than 183" in set(table["Kept for"])
    assert not opened.number_input
    assert not opened.text_input


def test_a_period_is_changed_after_its_preview(small_region: Store, screen: Screen) -> None:
    opened = screen("privacy", account=small.ADMINISTRATOR, lang="en")
    assert not opened.exception
    assert opened.button(key=Key.PRIVACY_SAVE).disabled
    opened.number_input[0].set_value(400).run()
    assert any("With 400 days the next night lets go" in one.value for one in opened.caption)
    opened.button(key=Key.PRIVACY_SAVE).click().run()
    assert not opened.exception
    assert "From now on it is kept for 400 days." in opened.success[0].value
    with small_region.reading() as session:
        assert days_kept(session, Kept.AUDIT) == 400


def test_a_person_is_erased_with_the_number_typed_again(small_region: Store, screen: Screen) -> None:
    opened = screen("privacy", account=small.ADMINISTRATOR, lang="en", hall=small.BY_DAY)
    for again, erased in (("102", False), ("101", True)):
        person = f"{Key.PRIVACY_PERSON} {small.BY_DAY}"
        opened.selectbox(key=person).select("101").run()
        assert any("This can't be undone." in one.value for one in opened.warning)
        opened.text_input(key=Key.PRIVACY_AGAIN).input(again)
        opened.text_input(key=Key.PRIVACY_WHY).input("Asked for")
        next(button for button in opened.button if button.label == "Erase this person").click().run()
        assert not opened.exception
        with small_region.reading() as session:
            assert (session.get_one(Staff, (small.BY_DAY, "101")).erased_at is not None) == erased
    assert "Erased: 101" in opened.success[0].value
    assert Key.PRIVACY_AGAIN not in {one.key for one in opened.text_input}


def test_it_is_in_chinese_for_who_reads_chinese(small_region: Store, screen: Screen) -> None:
    opened = screen("privacy", account=small.ADMINISTRATOR, lang="zh")
    assert opened.title[0].value == "保存哪些信息、保存多久"
    assert list(opened.table[0].value.columns) == ["保存的信息", "用途", "保存期限", "谁能看到"]
