"""The one cache: an answer is kept for its reader, its question and its change counter, and for nothing else."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlmodel import Session, select

from charts.shared import SharedFigure
from models.actor import Actor, Grant
from models.tables import Region
from standards.vocabulary import Role
from ui import answers

NOW = datetime(2026, 3, 1, tzinfo=UTC)
ONE = Actor("1", "one", (Grant(Role.CLERK, frozenset({"H1"})),))
OTHER = Actor("2", "other", (Grant(Role.CLERK, frozenset({"H2"})),))
asked: list[str] = []

pytestmark = pytest.mark.usefixtures("embedded_store")


@pytest.fixture(autouse=True)
def _nothing_asked_yet() -> None:
    asked.clear()


def regions(*, session: Session, actor: Actor, like: str = "", now: datetime = NOW) -> tuple[str, ...]:
    asked.append(actor.name)
    return tuple(region for region in session.exec(select(Region.id)) if like in region)


def add_region(*, session: Session, actor: Actor, code: str) -> str:
    session.add(Region(id=code, name=actor.name))
    return code


def test_the_same_question_is_asked_once_whatever_the_time() -> None:
    for minute in range(3):
        answers.answer(regions, ONE, now=NOW.replace(minute=minute))
    assert asked == ["one"]


def test_another_reader_another_question_and_a_moved_counter_are_asked_anew() -> None:
    answers.answer(regions, ONE)
    answers.answer(regions, OTHER)
    answers.answer(regions, ONE, like="x")
    answers.answer(regions, ONE, changes=1)
    answers.live(regions, ONE, changes=1)
    assert asked == ["one", "other", "one", "one", "one"]


def test_an_order_is_committed_and_a_fresh_question_sees_it() -> None:
    assert answers.answer(regions, ONE) == ()
    assert answers.order(add_region, ONE, code="R1") == "R1"
    assert answers.fresh(regions, ONE) == ("R1",)
    assert answers.answer(regions, ONE, changes=1) == ("R1",)


def test_a_figure_is_made_once_for_all_who_look() -> None:
    made = [answers.shared(lambda: SharedFigure(), "empty", "H1", "zh", 7) for _ in range(3)]
    assert made[0] is made[1] is made[2]
    assert answers.shared(lambda: SharedFigure(), "empty", "H1", "zh", 8) is not made[0]
