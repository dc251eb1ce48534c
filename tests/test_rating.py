"""The customer's rating: asked for when the service ends, given once and in time, private from the clerk."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from actions import calling, rating, serving, tickets
from actions.counters import sign_on
from actions.refusal import Refused
from analytics.ratings import Asked, asked_now, ratings
from analytics.selection import By, Selection
from analytics.shares import grouped_shares, shares
from analytics.visits import visits_behind
from models.actor import Actor, Grant, NotAllowed
from models.store import Store
from standards.catalogue import CATALOGUE
from standards.rating import Level, Tag, tags_for
from standards.vocabulary import Role, VerdictKind
from tests.desks import GUIDE, HALL, HEAD, WANG, Desk
from tests.factories import the_standards
from ui.language import translator_of
from ui.share_words import figure_words
from ui.wording import Language

SCREEN = Actor("9", "screen", (Grant(Role.DISPLAY, frozenset({HALL})),))


@pytest.fixture
def desk(working_hall: Store) -> Desk:
    opened = Desk(working_hall)
    opened.press(sign_on, WANG, 1)
    return opened


def served(desk: Desk, business: str = "payment") -> UUID:
    """Somebody called, greeted and finished at counter 1."""
    desk.press(tickets.take_ticket, GUIDE, business)
    desk.wait(minutes=1)
    desk.press(calling.call_next, WANG, 1)
    desk.wait(seconds=10)
    desk.press(serving.greet, WANG, 1)
    desk.wait(minutes=3)
    done = desk.press(serving.finish, WANG, 1).interaction_id
    assert done is not None
    return done


def asked(desk: Desk, counter: int = 1) -> Asked | None:
    with desk.store.reading() as session:
        return asked_now(session, SCREEN, HALL, counter, now=desk.now)


def answered(desk: Desk, done: UUID, level: Level = Level.SATISFIED) -> None:
    desk.press(rating.ask_rating, SCREEN, done)
    desk.press(rating.rate, SCREEN, done, level)


def test_the_screen_asks_as_soon_as_a_service_has_ended_at_its_counter(desk: Desk) -> None:
    assert asked(desk) is None
    done = served(desk)
    found = asked(desk)
    assert found is not None
    assert (found.interaction_id, found.left.total_seconds(), found.rating) == (done, 20, None)
    assert asked(desk, counter=2) is None


def test_after_twenty_seconds_the_visit_stays_without_a_rating(desk: Desk) -> None:
    done = served(desk)
    desk.press(rating.ask_rating, SCREEN, done)
    desk.wait(seconds=19)
    assert asked(desk) is not None
    desk.wait(seconds=1)
    assert asked(desk) is None
    desk.wait(seconds=6)
    with pytest.raises(Refused) as refused:
        desk.press(rating.rate, SCREEN, done, Level.FAIR)
    assert refused.value.reason == "too_late"
    assert desk.row(done).rating is None


def test_the_first_rating_stands(desk: Desk) -> None:
    done = served(desk)
    answered(desk, done, Level.DISSATISFIED)
    with pytest.raises(Refused) as refused:
        desk.press(rating.rate, SCREEN, done, Level.VERY_SATISFIED)
    assert refused.value.reason == "rated"
    assert desk.row(done).rating == 2


def test_the_same_press_twice_is_one_rating(desk: Desk) -> None:
    done = served(desk)
    desk.press(rating.ask_rating, SCREEN, done)
    first = desk.press(rating.rate, SCREEN, done, Level.FAIR, key="rate")
    again = desk.press(rating.rate, SCREEN, done, Level.FAIR, key="rate")
    assert again.repeated
    assert again.event_id == first.event_id


def test_reasons_are_those_offered_with_the_level(desk: Desk) -> None:
    done = served(desk)
    answered(desk, done, Level.DISSATISFIED)
    with pytest.raises(Refused):
        desk.press(rating.add_reasons, SCREEN, done, (Tag.FRIENDLY,))
    desk.press(rating.add_reasons, SCREEN, done, (Tag.BILL_UNCLEAR, Tag.WAITED_LONG))
    assert desk.row(done).rating_tags == "bill_unclear waited_long"


def test_reasons_fit_the_level_and_the_business() -> None:
    assert Tag.PAPERS_PIECEMEAL in tags_for(1, "new_connection")
    assert Tag.PAPERS_PIECEMEAL not in tags_for(1, "payment")
    assert set(tags_for(5, "payment")).isdisjoint(tags_for(3, "payment"))


def test_added_business_is_rated_once_at_the_end_of_the_visit(desk: Desk) -> None:
    desk.press(tickets.take_ticket, GUIDE, "payment")
    desk.press(calling.call_next, WANG, 1)
    desk.press(serving.greet, WANG, 1)
    desk.wait(minutes=2)
    added = desk.press(serving.add_business, WANG, 1, "enquiry").interaction_id
    assert asked(desk) is None
    desk.wait(minutes=2)
    desk.press(serving.finish, WANG, 1)
    found = asked(desk)
    assert found is not None
    assert found.interaction_id == added


def test_the_next_customer_is_not_asked_about_the_one_before(desk: Desk) -> None:
    served(desk)
    desk.press(tickets.take_ticket, GUIDE, "payment")
    desk.press(calling.call_next, WANG, 1)
    assert asked(desk) is not None  # on the way: whoever was served still stands there
    desk.press(serving.greet, WANG, 1)
    assert asked(desk) is None


def test_a_clerk_can_neither_ask_nor_rate(desk: Desk) -> None:
    done = served(desk)
    with pytest.raises(NotAllowed):
        desk.press(rating.rate, WANG, done, Level.VERY_SATISFIED)
    with desk.store.reading() as session, pytest.raises(NotAllowed):
        asked_now(session, WANG, HALL, 1, now=desk.now)


def test_silence_is_no_satisfied_customer(desk: Desk) -> None:
    for level in (Level.VERY_SATISFIED, Level.FAIR):
        answered(desk, served(desk), level)
        desk.wait(minutes=1)
    desk.press(rating.ask_rating, SCREEN, served(desk))
    served(desk)
    day = desk.rows()[0].day_on
    with desk.store.reading() as session:
        found = ratings(session, HEAD, Selection(branch_ids=(HALL,), first_on=day, last_on=day))
    assert (found.completed, found.asked, found.rated, found.satisfied) == (4, 3, 2, 1)
    assert (found.satisfied_share, found.response_share) == (0.5, 0.5)
    assert found.by_points == ((5, 1), (3, 1))


def test_the_rate_of_answers_stands_beside_every_share_of_satisfied_customers(desk: Desk) -> None:
    with desk.store.writing() as session:
        the_standards(session, next(row for row in CATALOGUE if row.code == "H15"))
    answered(desk, served(desk), Level.SATISFIED)
    for _ in range(3):
        served(desk)
    day = desk.rows()[0].day_on
    selection = Selection(branch_ids=(HALL,), first_on=day, last_on=day)
    with desk.store.reading() as session:
        (share,) = shares(session, HEAD, selection, codes=("H15",), now=desk.now)
    assert (share.share, share.n, share.response_share) == (1.0, 1, 0.25)
    assert figure_words(share, translator_of(Language.EN)) == "100.0% (n=1), response rate 25.0%"


def test_nobody_is_asked_about_a_service_that_ended_long_ago(desk: Desk) -> None:
    done = served(desk)
    desk.wait(minutes=2)
    with pytest.raises(Refused) as refused:
        desk.press(rating.ask_rating, SCREEN, done)
    assert refused.value.reason == "too_late"


def test_a_clerk_is_not_told_which_customer_rated_what_not_even_of_their_own(desk: Desk) -> None:
    with desk.store.writing() as session:
        the_standards(session, next(row for row in CATALOGUE if row.code == "H15"))
    answered(desk, served(desk), Level.VERY_DISSATISFIED)
    day = desk.rows()[0].day_on
    whole = Selection(branch_ids=(HALL,), first_on=day, last_on=day)
    own = replace(whole, staff_id="S1")
    with desk.store.reading() as session:
        with pytest.raises(NotAllowed):
            visits_behind(session, WANG, whole, "H15", VerdictKind.MISSED, now=desk.now)
        with pytest.raises(NotAllowed):
            ratings(session, WANG, own)
        assert shares(session, WANG, own, codes=("H15",), now=desk.now) == ()
        assert grouped_shares(session, WANG, whole, "H15", (By.HOUR,), now=desk.now) == ()
        assert shares(session, HEAD, own, codes=("H15",), now=desk.now)[0].missed == 1
