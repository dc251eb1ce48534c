"""Exclusions 剔除: asked by the hall, decided one level up, reversible; they take the visits that they should."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import count, groupby
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlmodel import Session, col, select

from actions.amending import correct, undo
from actions.bulk import add_interactions
from actions.calling import call_next, no_show
from actions.closing import settle
from actions.counters import sign_on
from actions.exclusions import ask_exclusion, decide_exclusion, reverse_exclusion
from actions.press import Receipt, Stamp
from actions.refusal import Refused, Stale
from actions.serving import add_business, finish, greet, hold
from actions.tickets import take_ticket
from actions.waiting import left_waiting
from models.actor import Actor, Grant, NotAllowed
from models.stays import Taken
from models.store import Store
from models.tables import AuditEvent, Exclusion, Interaction, new_id
from standards.hall_day import Settle
from standards.vocabulary import OPEN, Begun, Channel, Decision, ExclusionReason, HoldKind, Outcome, Role, Stage
from tests.desks import GUIDE, HALL, HEAD, MORNING, WANG, Desk, a_store_with, a_working_hall
from tests.factories import MACHINE, a_hall, an_interaction, an_interaction_row, at, minutes

MANAGER = Actor("9", "manager", (Grant(Role.REGIONAL_MANAGER, frozenset({"H1"})),))
OTHER_MANAGER = Actor("8", "other", (Grant(Role.REGIONAL_MANAGER, frozenset({"H2"})),))
NOW = at(18)
TEN_TO_ELEVEN = Taken(at(10), at(11))
keys = (f"exclusion-{number}" for number in count())


def stamp(now: datetime = NOW) -> Stamp:
    return Stamp("H1", next(keys), now)


def asked(session: Session, taken: Taken = TEN_TO_ELEVEN, actor: Actor = HEAD) -> UUID:
    """A request, by its id."""
    before = set(session.exec(select(Exclusion.id)))
    ask_exclusion(session, actor, stamp(), taken, ExclusionReason.SYSTEM_FAILURE, "the line was cut")
    [made] = set(session.exec(select(Exclusion.id))) - before
    return made


def approved(session: Session, taken: Taken = TEN_TO_ELEVEN) -> UUID:
    made = asked(session, taken)
    decide_exclusion(session, MANAGER, stamp(), made, Decision.APPROVED, "seen in the log")
    return made


def excluded(session: Session, interaction_id: UUID) -> bool:
    session.expire_all()
    return an_interaction_row(session, interaction_id).excluded


@pytest.fixture
def hall(store: Store) -> Iterator[Session]:
    with store.writing() as session:
        a_hall(session)
        yield session


def test_a_request_takes_nothing_until_it_is_approved(hall: Session) -> None:
    visit = an_interaction(hall, arrived_at=at(10, 30))
    made = asked(hall)
    assert not excluded(hall, visit)
    decide_exclusion(hall, MANAGER, stamp(), made, Decision.APPROVED, "seen in the log")
    assert excluded(hall, visit)


def test_what_is_refused_takes_nothing(hall: Session) -> None:
    visit = an_interaction(hall, arrived_at=at(10, 30))
    decide_exclusion(hall, MANAGER, stamp(), asked(hall), Decision.REFUSED, "no failure was reported")
    assert not excluded(hall, visit)


def test_what_is_reversed_counts_again_unless_another_exclusion_takes_it(hall: Session) -> None:
    both, first_alone = an_interaction(hall, arrived_at=at(10, 50)), an_interaction(hall, arrived_at=at(10, 5))
    first, _ = approved(hall), approved(hall, Taken(at(10, 45), at(12)))
    reverse_exclusion(hall, MANAGER, stamp(), first, "the log was of another hall")
    assert excluded(hall, both)
    assert not excluded(hall, first_alone)


@pytest.mark.parametrize(
    ("arrived_at", "takes"),
    [
        (at(9, 48, 49), False),  # it left a second before ten
        (at(9, 48, 50), True),  # it left at ten sharp
        (at(10, 59, 59), True),
        (at(11), False),
    ],
)
def test_a_period_takes_the_visits_whose_stay_overlaps_it(hall: Session, arrived_at: datetime, takes: bool) -> None:
    visit = an_interaction(hall, arrived_at=arrived_at)  # eleven minutes and ten seconds from ticket to leaving
    approved(hall)
    assert excluded(hall, visit) is takes


def test_a_period_takes_every_interaction_of_a_visit(hall: Session) -> None:
    visit = an_interaction(hall, arrived_at=at(9, 30))
    added = an_interaction(hall, visit_id=visit, begun=Begun.ADDED, arrived_at=at(9, 30), waited=minutes(40))
    approved(hall)
    assert excluded(hall, visit)
    assert excluded(hall, added)


def test_a_part_that_comes_later_stretches_the_stay_into_the_period(hall: Session) -> None:
    visit = an_interaction(hall, arrived_at=at(9, 30))
    approved(hall)
    assert not excluded(hall, visit)
    added = an_interaction(hall, visit_id=visit, begun=Begun.ADDED, arrived_at=at(9, 30), waited=minutes(40))
    assert excluded(hall, visit)
    assert excluded(hall, added)


def test_a_visit_whose_end_nobody_knows_may_have_lasted_until_it_was_settled(hall: Session) -> None:
    waited = an_interaction(hall, arrived_at=at(9), outcome=Outcome.WAITING)
    approved(hall)
    assert excluded(hall, waited)
    settle(hall, HEAD, stamp(), at(9).date(), [(waited, 1)], Settle.LEFT)
    assert excluded(hall, waited)


def test_a_visit_is_taken_with_all_its_parts_and_no_other(hall: Session) -> None:
    visit, other = an_interaction(hall), an_interaction(hall)
    transferred = an_interaction(hall, visit_id=visit, begun=Begun.TRANSFER)
    approved(hall, Taken(visit_id=visit))
    assert [excluded(hall, one) for one in (visit, transferred, other)] == [True, True, False]


def test_another_hall_keeps_its_visits(hall: Session) -> None:
    a_hall(hall, "H2")
    visit = an_interaction(hall, "H2", arrived_at=at(10, 30))
    approved(hall)
    assert not an_interaction_row(hall, visit, "H2").excluded


def test_nobody_decides_what_they_asked_for_themselves(hall: Session) -> None:
    made = asked(hall, actor=MACHINE)
    with pytest.raises(Refused, match="yourself"):
        decide_exclusion(hall, MACHINE, stamp(), made, Decision.APPROVED, "my own")


@pytest.mark.parametrize("actor", [WANG, GUIDE, MANAGER])
def test_only_who_runs_the_hall_may_ask(hall: Session, actor: Actor) -> None:
    with pytest.raises(NotAllowed):
        asked(hall, actor=actor)


@pytest.mark.parametrize("actor", [WANG, HEAD, OTHER_MANAGER])
def test_only_the_level_above_decides_and_reverses(hall: Session, actor: Actor) -> None:
    made = asked(hall)
    with pytest.raises(NotAllowed):
        decide_exclusion(hall, actor, stamp(), made, Decision.APPROVED, "why")
    decide_exclusion(hall, MANAGER, stamp(), made, Decision.APPROVED, "why")
    with pytest.raises(NotAllowed):
        reverse_exclusion(hall, actor, stamp(), made, "why")


def test_nothing_is_decided_or_reversed_twice(hall: Session) -> None:
    made = approved(hall)
    with pytest.raises(Stale, match="decided already: approved, manager"):
        decide_exclusion(hall, MANAGER, stamp(), made, Decision.REFUSED, "on second thought")
    reverse_exclusion(hall, MANAGER, stamp(), made, "a mistake")
    with pytest.raises(Stale, match="reversed already: manager"):
        reverse_exclusion(hall, MANAGER, stamp(), made, "a mistake")


def test_what_waits_or_was_refused_can_not_be_reversed(hall: Session) -> None:
    made = asked(hall)
    for _ in range(2):
        with pytest.raises(Refused, match="Only what was approved"):
            reverse_exclusion(hall, MANAGER, stamp(), made, "a mistake")
        if hall.get_one(Exclusion, ("H1", made)).decision is None:
            decide_exclusion(hall, MANAGER, stamp(), made, Decision.REFUSED, "no")


@pytest.mark.parametrize(
    ("taken", "reason"),
    [
        (Taken(at(11), at(10)), "order"),
        (Taken(at(10), at(10)), "order"),
        (Taken(at(17), at(18, 1)), "future"),
        (Taken(at(10) - timedelta(days=31), at(11)), "too_long"),
        (Taken(at(10)), "neither"),
        (Taken(), "neither"),
        (Taken(at(10), at(11), new_id()), "neither"),
        (Taken(visit_id=new_id()), "unknown_visit"),
    ],
)
def test_what_can_not_be_taken_out_is_refused_in_words(hall: Session, taken: Taken, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        asked(hall, taken)
    assert refused.value.reason == reason


def test_the_same_is_not_asked_twice_while_it_waits_or_counts(hall: Session) -> None:
    made = asked(hall)
    with pytest.raises(Refused, match="asked for already"):
        asked(hall)
    decide_exclusion(hall, MANAGER, stamp(), made, Decision.REFUSED, "no")
    assert asked(hall)


@pytest.mark.parametrize("why", ["", "   "])
def test_a_reason_is_needed_for_each_step(hall: Session, why: str) -> None:
    made = asked(hall)
    steps: tuple[Callable[[], Receipt], ...] = (
        lambda: ask_exclusion(hall, HEAD, stamp(), Taken(at(8), at(9)), ExclusionReason.DRILL, why),
        lambda: decide_exclusion(hall, MANAGER, stamp(), made, Decision.APPROVED, why),
        lambda: reverse_exclusion(hall, MANAGER, stamp(), made, why),
    )
    for step in steps:
        with pytest.raises(Refused, match="reason is needed"):
            step()


def test_every_step_stands_in_the_trail_with_who_when_and_why(hall: Session) -> None:
    made = approved(hall)
    reverse_exclusion(hall, MANAGER, stamp(), made, "a mistake")
    trail = hall.exec(select(AuditEvent).where(AuditEvent.subject == str(made)).order_by(col(AuditEvent.id))).all()
    assert [(event.action, event.actor, event.reason) for event in trail] == [
        ("ask_exclusion", "head", "the line was cut"),
        ("decide_exclusion", "manager", "seen in the log"),
        ("reverse_exclusion", "manager", "a mistake"),
    ]


def test_a_step_repeated_with_its_key_does_nothing_twice(hall: Session) -> None:
    once = stamp()
    for repeated in (False, True):
        receipt = ask_exclusion(hall, HEAD, once, TEN_TO_ELEVEN, ExclusionReason.DRILL, "why")
        assert receipt.repeated is repeated
    assert len(hall.exec(select(Exclusion)).all()) == 1


def test_a_press_can_be_undone_after_its_visit_was_excluded(tmp_path: Path) -> None:
    store = a_store_with(tmp_path, _template())
    desk = Desk(store)
    desk.press(sign_on, WANG, 1)
    ticket = desk.press(take_ticket, GUIDE, "payment").interaction_id
    desk.wait(seconds=30)
    desk.press(call_next, WANG, 1)
    with store.writing() as session:
        taken = Taken(MORNING - timedelta(hours=1), desk.now)
        ask_exclusion(session, HEAD, stamp(desk.now), taken, ExclusionReason.DRILL, "a drill")
        [made] = session.exec(select(Exclusion.id))
        decide_exclusion(session, MANAGER, stamp(desk.now), made, Decision.APPROVED, "announced")
    desk.press(undo, WANG, 1)
    row = desk.row(ticket)
    assert (row.outcome, row.excluded) == (Outcome.WAITING, True)
    store.close()


# Any sequence of presses, imports, corrections and decisions.


@lru_cache(maxsize=1)
def _template() -> Path:
    folder = Path(tempfile.mkdtemp())
    store = a_store_with(folder)
    with store.writing() as session:
        a_working_hall(session)
    store.close()
    return folder / "monitor.db"


class AnyExclusions(RuleBasedStateMachine):
    """A morning at a hall of which parts are taken out, put back, and written anew in between."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.store: Store = a_store_with(Path(self.folder.name), _template())
        self.desk = Desk(self.store)
        self.desk.press(sign_on, WANG, 1)

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()

    def give(self, command: Callable[..., Receipt], actor: Actor, *args: Any, **named: Any) -> None:
        try:
            self.desk.press(command, actor, *args, **named)
        except Refused:
            return

    @rule(of_minutes=st.integers(1, 15))
    def time_passes(self, of_minutes: int) -> None:
        self.desk.wait(minutes=of_minutes)

    @rule()
    def a_ticket_is_taken(self) -> None:
        self.give(take_ticket, GUIDE, "payment")

    @rule(command=st.sampled_from([call_next, call_next, greet, finish, finish, no_show, undo]))
    def a_press(self, command: Callable[..., Receipt]) -> None:
        self.give(command, WANG, 1)

    @rule(kind=st.sampled_from([HoldKind.PHONE, HoldKind.AWAY_FOR_PAPERS]))
    def it_is_held(self, kind: HoldKind) -> None:
        self.give(hold, WANG, 1, kind)

    @rule()
    def more_business(self) -> None:
        self.give(add_business, WANG, 1, "enquiry")

    @rule(pick=st.integers(0, 9))
    def somebody_leaves(self, pick: int) -> None:
        rows = self.desk.open_rows()
        if rows:
            self.give(left_waiting, GUIDE, rows[pick % len(rows)].id)

    @rule(pick=st.integers(0, 9), earlier=st.integers(1, 20))
    def a_stamp_is_corrected(self, pick: int, earlier: int) -> None:
        ended = [(row.id, row.ended_at) for row in self.desk.rows() if row.ended_at is not None]
        if ended:
            row_id, ended_at = ended[pick % len(ended)]
            moved = {Stage.ENDED.value: ended_at - timedelta(minutes=earlier)}
            self.give(correct, HEAD, row_id, moved, "misread")

    @rule(
        ago=st.integers(0, 120),
        stays=st.integers(0, 40),
        pick=st.none() | st.integers(0, 9),
        outcome=st.sampled_from([Outcome.COMPLETED, Outcome.LEFT, Outcome.WAITING, Outcome.VOID]),
    )
    def a_row_is_imported(self, ago: int, stays: int, pick: int | None, outcome: Outcome) -> None:
        rows = self.desk.rows()
        arrived_at = self.desk.now - timedelta(minutes=ago)
        row: dict[str, Any] = {
            "id": new_id(),
            "begun": Begun.TICKET,
            "channel": Channel.COUNTER,
            "business_type": "payment",
            "outcome": outcome,
            "arrived_at": arrived_at,
            "ended_at": arrived_at + timedelta(minutes=stays) if outcome is Outcome.COMPLETED else None,
            "left_at": arrived_at + timedelta(minutes=stays) if outcome is Outcome.LEFT else None,
        }
        if rows and pick is not None:
            row |= {"visit_id": rows[pick % len(rows)].visit_id, "begun": Begun.ADDED}
        with self.store.writing() as session:
            add_interactions(session, MACHINE, HALL, [row], now=self.desk.now)

    @rule(ago=st.integers(0, 120), lasts=st.integers(1, 60), at_once=st.sampled_from([True, True, False]))
    def a_period_is_asked_for(self, ago: int, lasts: int, at_once: bool) -> None:
        from_at = self.desk.now - timedelta(minutes=ago)
        until_at = min(self.desk.now, from_at + timedelta(minutes=lasts))
        self.give(ask_exclusion, HEAD, Taken(from_at, until_at), ExclusionReason.POWER_CUT, "why")
        if at_once:
            self.a_request_is_decided(-1, Decision.APPROVED)

    @rule(pick=st.integers(0, 9))
    def a_visit_is_asked_for(self, pick: int) -> None:
        rows = self.desk.rows()
        if rows:
            taken = Taken(visit_id=rows[pick % len(rows)].visit_id)
            self.give(ask_exclusion, HEAD, taken, ExclusionReason.TEST_TICKET, "why")

    @rule(pick=st.integers(0, 9), decision=st.sampled_from([Decision.APPROVED, Decision.APPROVED, Decision.REFUSED]))
    def a_request_is_decided(self, pick: int, decision: Decision) -> None:
        made = self.requests()
        if made:
            self.give(decide_exclusion, MANAGER, made[pick % len(made)].id, decision, "why")

    @rule(pick=st.integers(0, 9))
    def a_decision_is_reversed(self, pick: int) -> None:
        made = self.requests()
        if made:
            self.give(reverse_exclusion, MANAGER, made[pick % len(made)].id, "why")

    def requests(self) -> list[Exclusion]:
        with self.store.reading() as session:
            found = list(session.exec(select(Exclusion).order_by(col(Exclusion.id))))
            session.expunge_all()
            return found

    @invariant()
    def exactly_the_visits_of_the_exclusions_in_force_are_marked(self) -> None:
        counting = [one for one in self.requests() if one.decision is Decision.APPROVED and one.reversed_at is None]
        rows = sorted(self.desk.rows(), key=lambda row: row.visit_id)
        for visit_id, parts in groupby(rows, key=lambda row: row.visit_id):
            visit = list(parts)
            taken = any(_takes(one, visit_id, visit) for one in counting)
            assert {row.excluded for row in visit} == {taken}


def _takes(exclusion: Exclusion, visit_id: UUID, visit: list[Interaction]) -> bool:
    """The definition, word for word: ticket to leaving, and while somebody is there, no end."""
    if exclusion.visit_id is not None:
        return exclusion.visit_id == visit_id
    assert exclusion.from_at is not None
    assert exclusion.until_at is not None
    stamps = [at for row in visit for stage in Stage if (at := getattr(row, stage.value)) is not None]
    there_still = any(row.outcome in OPEN for row in visit)
    begins_at = min(row.arrived_at for row in visit)
    return begins_at < exclusion.until_at and (there_still or max(stamps) >= exclusion.from_at)


TestAnyExclusions = pytest.mark.long(AnyExclusions.TestCase)
TestAnyExclusions.settings = settings(
    max_examples=25, stateful_step_count=30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
