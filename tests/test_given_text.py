"""What people write in their own words is stored on both stores, without what no reader sees."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from actions.closing import close_hall
from actions.day_report import amend, note_incidents, write_report
from actions.exclusions import ask_exclusion
from actions.notices import begin_notice
from actions.refusal import Refused
from actions.shift import hand_over
from actions.text import a_text
from actions.tickets import take_ticket
from actions.waiting import void
from models.stays import Taken
from models.store import Store
from models.tables import AuditEvent, DayReport, Exclusion, HallDay, HallNotice, ShiftChange
from standards.day_report import Column
from standards.vocabulary import ExclusionReason, NoticeKind
from tests.desks import GUIDE, HEAD, MORNING, WANG, Desk
from tests.factories import DAY

GIVEN, KEPT = " 一\x00二\ud800\n\x0b三\t四\r\n", "一二\n三 四"


@pytest.fixture
def desk(working_hall: Store) -> Desk:
    return Desk(working_hall)


def test_control_characters_are_left_out_wherever_somebody_writes(desk: Desk) -> None:
    desk.press(begin_notice, GUIDE, NoticeKind.NOTICE, words=GIVEN)
    ticket = desk.press(take_ticket, GUIDE, "payment").interaction_id
    desk.press(void, GUIDE, ticket, GIVEN)
    desk.press(hand_over, WANG, GIVEN)
    period = Taken(MORNING - timedelta(hours=2), MORNING - timedelta(hours=1))
    desk.press(ask_exclusion, HEAD, period, ExclusionReason.SYSTEM_FAILURE, GIVEN)
    desk.press(write_report, HEAD, DAY, {})
    desk.press(note_incidents, HEAD, DAY, GIVEN)
    desk.press(amend, HEAD, DAY, Column.TICKETS, GIVEN, GIVEN)
    desk.press(close_hall, HEAD, DAY, GIVEN)
    with desk.store.reading() as session:
        report = session.exec(select(DayReport)).one()
        reasons = {event.action: event.reason for event in session.exec(select(AuditEvent))}
        said = [
            session.exec(select(HallNotice)).one().words,
            session.exec(select(ShiftChange)).one().note,
            session.exec(select(Exclusion)).one().why,
            session.exec(select(HallDay)).one().note,
            report.incidents,
            report.edits[Column.TICKETS]["value"],
            reasons["void"],
        ]
    assert said == [KEPT] * len(said)


def test_a_reason_of_nothing_that_can_be_seen_is_none(desk: Desk) -> None:
    ticket = desk.press(take_ticket, GUIDE, "payment").interaction_id
    with pytest.raises(Refused) as caught:
        desk.press(void, GUIDE, ticket, "\x00\x07")
    assert caught.value.reason == "no_reason"


@pytest.mark.parametrize("key", ["k" * 81, "k\x00"])
def test_a_key_that_can_not_be_kept_is_refused(desk: Desk, key: str) -> None:
    with pytest.raises(Refused) as caught:
        desk.press(take_ticket, GUIDE, "payment", key=key)
    assert caught.value.reason == "bad_key"
    assert desk.rows() == []
    desk.press(take_ticket, GUIDE, "payment", key="k" * 80)


@given(st.text(st.characters(), max_size=40), st.integers(1, 30))
def test_a_text_is_whole_short_enough_and_the_same_when_given_again(text: str, most: int) -> None:
    kept = a_text(text, most)
    assert len(kept) <= most
    assert a_text(kept, most) == kept == kept.strip()
    assert kept.encode().decode() == kept
    assert all(letter == "\n" or letter >= " " for letter in kept)
