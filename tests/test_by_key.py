"""One row by its key, as the mapper itself would find it."""

from __future__ import annotations

from sqlmodel import select

from actions.calling import call_next
from actions.counters import sign_on
from actions.serving import finish, greet
from actions.tickets import take_ticket
from models.by_key import row_by_key
from models.store import Store
from models.tables import Branch, Counter, CounterSpell
from tests.desks import GUIDE, HALL, WANG, Desk


def test_a_row_is_found_by_every_part_of_its_key(working_hall: Store) -> None:
    with working_hall.reading() as session:
        counter = row_by_key(session, Counter, HALL, 2)
        assert counter is session.get(Counter, (HALL, 2))
        assert row_by_key(session, Counter, HALL, 9999) is None
        assert row_by_key(session, Counter, "ELSEWHERE", 2) is None


def test_a_loaded_row_keeps_what_was_changed_in_it(working_hall: Store) -> None:
    with working_hall.writing() as session:
        hall = row_by_key(session, Branch, HALL)
        assert hall is not None
        hall.slip_mm = 58
        assert row_by_key(session, Branch, HALL) is hall
        session.flush()
        session.expire(hall)
        found = row_by_key(session, Branch, HALL)
        assert found is hall
        assert hall.slip_mm == 58


def test_one_press_that_frees_a_counter_and_takes_the_next_leaves_one_open_spell(working_hall: Store) -> None:
    desk = Desk(working_hall)
    desk.press(sign_on, WANG, 1)
    for _ in range(2):
        desk.wait(seconds=1)
        desk.press(take_ticket, GUIDE, "payment")
    desk.press(call_next, WANG, 1)
    desk.press(greet, WANG, 1)
    desk.wait(minutes=5)
    desk.press(finish, WANG, 1, then_call=True)
    with desk.store.reading() as session:
        asked = select(CounterSpell.began_at, CounterSpell.ended_at).where(CounterSpell.counter_id == 1)
        spells = session.exec(asked).all()
    ends = [ended_at for _, ended_at in spells]
    assert ends.count(None) == 1
    assert desk.now in ends
    assert {desk.now, None} == {ended_at for began_at, ended_at in spells if began_at == desk.now}
