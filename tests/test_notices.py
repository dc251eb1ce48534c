"""Notices: a failure by one press, what it marks, whom it concerns; and what a hall chooses for itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col, select

from actions.calling import call_next
from actions.counters import sign_on
from actions.hall_rules import set_rules
from actions.notices import LONGEST_WORDS, begin_notice, end_notice
from actions.refusal import Refused
from actions.serving import finish, greet
from actions.tickets import take_ticket
from actions.waiting import divert
from analytics.door import door
from analytics.notices import call_backs
from analytics.visit import visit_story
from models.actor import NotAllowed
from models.store import Store
from models.tables import AuditEvent, Branch
from standards.vocabulary import NoticeKind, Outcome, RestoreRule
from tests.desks import GUIDE, HALL, HEAD, WANG, Desk


@pytest.fixture
def desk(working_hall: Store) -> Desk:
    made = Desk(working_hall)
    made.press(sign_on, WANG, 1)
    return made


def a_ticket(desk: Desk) -> UUID:
    taken = desk.press(take_ticket, GUIDE, "payment").interaction_id
    assert taken is not None
    return taken


def begun(desk: Desk, kind: NoticeKind = NoticeKind.SYSTEM_FAILURE, **named: Any) -> UUID:
    desk.press(begin_notice, GUIDE, kind, **named)
    with desk.store.reading() as session:
        return next(one.id for one in door(session, GUIDE, HALL, now=desk.now).notices if one.kind is kind)


def standing(desk: Desk) -> list[NoticeKind]:
    with desk.store.reading() as session:
        return [notice.kind for notice in door(session, GUIDE, HALL, now=desk.now).notices]


def marks(desk: Desk, interaction_id: UUID) -> list[tuple[NoticeKind, bool]]:
    with desk.store.reading() as session:
        story = visit_story(session, HEAD, HALL, interaction_id)
        assert story is not None
        return [(notice.kind, notice.until_at is None) for notice in story.notices]


def test_a_failure_is_shown_from_one_press_until_it_is_over(desk: Desk) -> None:
    failure = begun(desk)
    assert standing(desk) == [NoticeKind.SYSTEM_FAILURE]
    with pytest.raises(Refused) as refusal:
        desk.press(begin_notice, HEAD, NoticeKind.SYSTEM_FAILURE)
    assert str(refusal.value) == "system_failure: that is shown already."
    desk.wait(minutes=18)
    desk.press(end_notice, HEAD, failure)
    assert standing(desk) == []
    with pytest.raises(Refused):
        desk.press(end_notice, HEAD, failure)
    with desk.store.reading() as session:
        trail = select(AuditEvent).where(col(AuditEvent.subject) == str(failure)).order_by(col(AuditEvent.at))
        assert [(event.actor, event.action) for event in session.exec(trail)] == [
            ("guide", "begin_notice"),
            ("head", "end_notice"),
        ]


def test_a_notice_ends_by_itself_at_its_time(desk: Desk) -> None:
    begun(desk, NoticeKind.NOTICE, words="周五停电检修", until=desk.now + timedelta(minutes=30))
    desk.wait(minutes=29)
    assert standing(desk) == [NoticeKind.NOTICE]
    desk.wait(minutes=1)
    assert standing(desk) == []


@pytest.mark.parametrize(
    "named",
    [
        {"kind": NoticeKind.NOTICE},
        {"kind": NoticeKind.NOTICE, "words": "  "},
        {"kind": NoticeKind.NOTICE, "words": "字" * (LONGEST_WORDS + 1)},
        {"kind": NoticeKind.POWER_CUT, "until": timedelta()},
    ],
)
def test_a_notice_that_says_nothing_or_is_over_is_refused(desk: Desk, named: dict[str, Any]) -> None:
    until = {"until": desk.now + named["until"]} if "until" in named else {}
    with pytest.raises(Refused):
        desk.press(begin_notice, GUIDE, **(named | until))
    assert standing(desk) == []


def test_a_clerk_gives_no_notices(desk: Desk) -> None:
    with pytest.raises(NotAllowed):
        desk.press(begin_notice, WANG, NoticeKind.POWER_CUT)


def test_a_failure_marks_the_visits_that_it_overlapped_and_no_others(desk: Desk) -> None:
    before = a_ticket(desk)
    desk.press(call_next, WANG, 1)
    desk.press(greet, WANG, 1)
    desk.press(finish, WANG, 1)
    desk.wait(minutes=1)
    during = a_ticket(desk)
    begun(desk, NoticeKind.MIDDAY_DUTY)
    failure = begun(desk)
    assert marks(desk, during) == [(NoticeKind.SYSTEM_FAILURE, True)]
    desk.wait(minutes=20)
    desk.press(end_notice, GUIDE, failure)
    desk.wait(minutes=1)
    after = a_ticket(desk)
    assert [marks(desk, one) for one in (before, during, after)] == [[], [(NoticeKind.SYSTEM_FAILURE, False)], []]


def test_the_call_back_list_holds_who_waited_or_was_at_a_counter(desk: Desk) -> None:
    a_ticket(desk)
    waits, goes = a_ticket(desk), a_ticket(desk)
    desk.press(call_next, WANG, 1)
    desk.press(divert, GUIDE, goes)
    from_at = desk.now + timedelta(seconds=1)
    desk.wait(minutes=10)
    until_at = desk.now
    desk.wait(minutes=5)
    a_ticket(desk)
    with desk.store.reading() as session:
        listed = call_backs(session, GUIDE, HALL, from_at, until_at)
        with pytest.raises(NotAllowed):
            call_backs(session, WANG, HALL, from_at, until_at)
    assert [(one.ticket, one.outcome, one.counter_id) for one in listed] == [
        ("A0001", Outcome.CALLED, 1),
        ("A0002", Outcome.WAITING, None),
    ]
    assert listed[1].interaction_id == waits


def test_a_failure_that_is_over_is_offered_for_two_hours(desk: Desk) -> None:
    failure = begun(desk)
    desk.wait(minutes=20)
    desk.press(end_notice, GUIDE, failure)
    with desk.store.reading() as session:
        assert [one.id for one in door(session, GUIDE, HALL, now=desk.now).ended] == [failure]
        assert door(session, GUIDE, HALL, now=desk.now + timedelta(minutes=121)).ended == ()


def test_a_halls_rules_are_set_by_who_runs_it_and_kept_in_the_trail(desk: Desk) -> None:
    rules: dict[str, Any] = {"restore_rule": RestoreRule.AFTER_THREE, "tiny": True, "slip_mm": 58, "now": desk.now}
    with desk.store.writing() as session:
        for bad in ({"slip_mm": 57}, {"restore_rule": RestoreRule.NEXT, "tiny": False, "slip_mm": 80}):
            with pytest.raises(Refused):
                set_rules(session, HEAD, HALL, **(rules | bad))
        with pytest.raises(NotAllowed):
            set_rules(session, GUIDE, HALL, **rules)
        set_rules(session, HEAD, HALL, **rules)
    with desk.store.reading() as session:
        hall = session.get(Branch, HALL)
        assert hall is not None
        assert (hall.restore_rule, hall.tiny, hall.slip_mm) == (RestoreRule.AFTER_THREE, True, 58)
        event = session.exec(select(AuditEvent).where(AuditEvent.action == "set_rules")).one()
        assert (event.actor, event.before[f"branch {HALL}"]["slip_mm"]) == ("head", 80)
