"""What a change would do, counted before it is confirmed: exactly what the judge says afterwards, row by row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from actions.changes import ask_change, decide_change
from actions.hours import openings_of, set_hours
from analytics.change_preview import ChangePreview, change_preview
from analytics.facts import checks_of, verdicts_of
from models.actor import EVERYWHERE, Actor, Grant, NotAllowed
from models.standing import catalogue
from models.store import Store
from models.tables import Branch, CalendarDay, Interaction
from standards.standard import in_force
from standards.vocabulary import OPEN, Begun, ChangeKind, Channel, HallClass, Outcome, Role, VerdictKind
from tests.factories import DAY, MACHINE, a_hall, an_interaction, an_observation, at, minutes, seconds

NOW = at(12, day=DAY + timedelta(days=3))
TODAY = NOW.date()
CHIEF = Actor("c", "chief", (Grant(Role.REGIONAL_MANAGER, None),))
JUDGED = {VerdictKind.MET: 1, VerdictKind.MISSED: 2}
Verdicts = dict[tuple[str, Any], int]


@pytest.fixture
def session(store: Store) -> Iterator[Session]:
    with store.writing() as opened:
        a_hall(opened, "A", hall_class=HallClass.A)
        a_hall(opened, "B", hall_class=HallClass.B)
        for code in ("A", "B"):
            set_hours(opened, MACHINE, code, openings_of("08:30-12:00,13:30-17:30"), now=NOW)
        yield opened
        opened.rollback()


def preview(
    session: Session,
    kind: ChangeKind,
    content: dict[str, Any],
    from_on: date,
    *,
    subject: str = "",
    branch_id: str = EVERYWHERE,
    now: datetime = NOW,
    actor: Actor = MACHINE,
) -> ChangePreview:
    return change_preview(session, actor, kind, subject, content, from_on, branch_id=branch_id, now=now)


def apply(
    session: Session,
    kind: ChangeKind,
    content: dict[str, Any],
    from_on: date,
    *,
    subject: str = "",
    branch_id: str = EVERYWHERE,
    now: datetime = NOW,
) -> None:
    change = ask_change(session, MACHINE, kind, subject, content, from_on, "why", {}, branch_id=branch_id, now=now)
    decide_change(session, CHIEF, change, branch_id=branch_id, approve=True, why="", now=now)


def by_row(session: Session, codes: set[str], now: datetime = NOW) -> Verdicts:
    """Every closed interaction's verdict by the judge itself: 1 met, 2 missed."""
    rows = session.exec(
        select(Interaction).where(col(Interaction.outcome).not_in(OPEN), col(Interaction.excluded).is_(False))
    ).all()
    halls = {hall.id: hall for hall in session.exec(select(Branch))}
    standing, checks = catalogue(session), checks_of(session, rows)
    found: Verdicts = {}
    for row in rows:
        hall = halls[row.branch_id]
        standards = [one for one in in_force(standing, hall.issuer, row.day_on) if one.code in codes]
        for verdict in verdicts_of(row, hall.hall_class, standards, checks.get((row.branch_id, row.id)), now):
            found[verdict.standard.code, row.id] = JUDGED.get(verdict.kind, 0)
    return found


def compared(before: Verdicts, after: Verdicts) -> Counter[str]:
    moves: Counter[str] = Counter()
    for key in before.keys() | after.keys():
        was, becomes = before.get(key, 0), after.get(key, 0)
        if was != becomes:
            moves["into" if not was else "out_of" if not becomes else "to_met" if becomes == 1 else "to_missed"] += 1
    return moves


def told(found: ChangePreview) -> Counter[str]:
    return +Counter({name: found.total(name) for name in ("to_met", "to_missed", "into", "out_of")})


visits: st.SearchStrategy[list[dict[str, Any]]] = st.lists(
    st.builds(
        dict,
        branch_id=st.sampled_from(["A", "B"]),
        day=st.integers(-2, 3),
        waited=st.integers(0, 40),
        greeted=st.one_of(st.none(), st.integers(0, 40)),
        handled=st.one_of(st.none(), st.integers(0, 12)),
        items=st.integers(1, 3),
        business_type=st.sampled_from(["payment", "new_connection_lv"]),
        channel=st.sampled_from([Channel.COUNTER, Channel.TELEPHONE]),
        begun=st.sampled_from([Begun.TICKET, Begun.WALK_IN, Begun.ADDED]),
        outcome=st.sampled_from([Outcome.COMPLETED, Outcome.LEFT, Outcome.NO_SHOW, Outcome.VOID, Outcome.WAITING]),
        rating=st.one_of(st.none(), st.integers(1, 5)),
        excluded=st.booleans(),
        checks=st.one_of(st.none(), st.lists(st.booleans(), min_size=1, max_size=6)),
    ),
    min_size=1,
    max_size=10,
)
contents = st.one_of(
    st.tuples(
        st.just("H01 training"), st.fixed_dictionaries({"limit": st.sampled_from([1_000, 10_000, 20_000, 35_000])})
    ),
    st.tuples(st.just("H01 training"), st.just({"channels": []})),
    st.tuples(st.just("H01 training"), st.just({"hall_classes": ["B"], "business_types": ["payment"]})),
    st.tuples(st.just("H05 state_grid"), st.fixed_dictionaries({"limit": st.sampled_from([60_000, 180_000, 420_000])})),
    st.tuples(st.just("H05 state_grid"), st.just({"on": False})),
    st.tuples(st.just("H02 training"), st.fixed_dictionaries({"limit": st.integers(1, 4)})),
    st.tuples(st.just("H15 own"), st.fixed_dictionaries({"limit": st.integers(1, 3)})),
    st.tuples(st.just("H01 training"), st.just({"target": 0.5})),
)


def _put(session: Session, came: list[dict[str, Any]]) -> None:
    for one in came:
        visit = dict(one)
        checks = visit.pop("checks")
        greeted, handled = visit.pop("greeted"), visit.pop("handled")
        interaction = an_interaction(
            session,
            visit.pop("branch_id"),
            arrived_at=at(9, day=DAY + timedelta(days=visit.pop("day"))),
            waited=minutes(visit.pop("waited")),
            greeted_after=None if greeted is None else seconds(greeted),
            handled=None if handled is None else minutes(handled),
            **visit,
        )
        for item, met in enumerate(checks or [], 1):
            an_observation(session, interaction, "H02", met=met, item=item, branch_id=one["branch_id"])


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(came=visits, change=contents)
def test_a_standards_preview_counts_what_the_judge_says_row_by_row(
    session: Session, came: list[dict[str, Any]], change: tuple[str, dict[str, Any]]
) -> None:
    subject, content = change
    codes = {subject.split()[0]}
    nested = session.begin_nested()
    _put(session, came)
    before = by_row(session, codes)
    found = preview(session, ChangeKind.STANDARD, content, DAY, subject=subject)
    of_its_days = {row.id for row in session.exec(select(Interaction)) if DAY <= row.day_on <= TODAY}
    assert found.judged == sum(state > 0 for (_, row), state in before.items() if row in of_its_days)
    try:
        apply(session, ChangeKind.STANDARD, content, DAY, subject=subject)
        assert told(found) == compared(before, by_row(session, codes))
    finally:
        nested.rollback()
        session.expire_all()


derived = st.one_of(
    st.tuples(
        st.just(ChangeKind.WALKING), st.fixed_dictionaries({"walking_ms": st.integers(1, 60).map(lambda n: n * 1000)})
    ),
    st.tuples(
        st.just(ChangeKind.HOURS),
        st.integers(5, 12).map(lambda opens: {"openings": [[day, opens * 60 + 1, 1050] for day in range(7)]}),
    ),
    st.tuples(st.just(ChangeKind.DAY_HOURS), st.just({"intervals": "600-720"})),
    st.tuples(st.just(ChangeKind.DAY_HOURS), st.just({"intervals": ""})),
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(came=visits, change=derived)
def test_a_preview_of_hours_counts_what_the_judge_says_of_visits_derived_anew(
    session: Session, came: list[dict[str, Any]], change: tuple[ChangeKind, dict[str, Any]]
) -> None:
    kind, content = change
    codes = {"H01"} if kind is ChangeKind.WALKING else {"H04"}
    asked = content
    if kind is ChangeKind.DAY_HOURS:
        asked = {"intervals": [[int(n) for n in part.split("-")] for part in content["intervals"].split()]}
    nested = session.begin_nested()
    _put(session, came)
    apply(session, ChangeKind.STANDARD, {"on": True}, DAY - timedelta(days=9), subject="H04 own")
    before = by_row(session, codes)
    found = preview(session, kind, content, DAY, branch_id="A")
    stored = {row.id: (row.wait_ms, row.greeting_ms, row.excluded) for row in session.exec(select(Interaction))}
    try:
        apply(session, kind, asked, DAY, branch_id="A")
        assert told(found) == compared(before, by_row(session, codes))
        again = {row.id: (row.wait_ms, row.greeting_ms, row.excluded) for row in session.exec(select(Interaction))}
        assert found.times == sum(stored[row] != again[row] for row in stored if not stored[row][2])
    finally:
        nested.rollback()
        session.expire_all()


def _greeted(session: Session, *delays: float, day: date = DAY, branch_id: str = "A") -> None:
    for delay in delays:
        an_interaction(session, branch_id, arrived_at=at(9, day=day), greeted_after=seconds(delay))


def test_a_change_to_come_changes_nothing_so_far_and_is_counted_as_if_over_four_weeks(session: Session) -> None:
    _greeted(session, 12, 18, 25)
    found = preview(session, ChangeKind.STANDARD, {"limit": 20_000}, TODAY + timedelta(days=1), subject="H01 training")
    assert found.as_if
    assert (found.first_on, found.last_on) == (TODAY - timedelta(days=28), TODAY - timedelta(days=1))
    assert (found.judged, found.changed, found.total("to_met")) == (3, 1, 1)
    assert [(one.branch_id, one.day_on) for one in found.flipped] == [("A", DAY)]
    hours = {"openings": [[weekday, 540, 1020] for weekday in range(7)]}
    assert preview(session, ChangeKind.HOURS, hours, TODAY + timedelta(days=1), branch_id="A").as_if


def test_a_target_changes_no_verdict_but_which_halls_reach_it(session: Session) -> None:
    _greeted(session, 12, 18, branch_id="A")
    _greeted(session, 12, 12, branch_id="B")
    found = preview(session, ChangeKind.STANDARD, {"target": 0.5}, DAY, subject="H01 training")
    assert (found.judged, found.changed) == (4, 0)
    assert [(one.branch_id, one.before, one.after) for one in found.reaches] == [("A", False, True)]


def test_a_limit_says_the_share_of_all_halls_before_and_after(session: Session) -> None:
    _greeted(session, 12, 18, branch_id="A")
    _greeted(session, 12, 12, branch_id="B")
    found = preview(session, ChangeKind.STANDARD, {"limit": 20_000}, DAY, subject="H01 training")
    assert found.was is not None
    assert found.becomes is not None
    assert (found.was.n, found.was.share, found.becomes.n, found.becomes.share) == (4, 0.75, 4, 1.0)


def test_a_mean_says_which_halls_keep_its_limit(session: Session) -> None:
    an_interaction(session, "A", waited=minutes(10))
    found = preview(session, ChangeKind.STANDARD, {"limit": 300_000}, DAY, subject="H03 southern_grid")
    assert (found.judged, [(one.branch_id, one.before, one.after) for one in found.reaches]) == (
        0,
        [("A", True, False)],
    )


def test_a_row_is_counted_until_the_next_one_begins(session: Session) -> None:
    _greeted(session, 18, day=DAY)
    _greeted(session, 18, day=DAY + timedelta(days=1))
    apply(session, ChangeKind.STANDARD, {"limit": 30_000}, DAY + timedelta(days=1), subject="H01 training")
    found = preview(session, ChangeKind.STANDARD, {"limit": 20_000}, DAY, subject="H01 training")
    assert (found.last_on, found.judged, found.changed) == (DAY, 1, 1)


def test_a_calendar_day_changes_no_verdict_and_loses_its_mark(session: Session) -> None:
    guessed = session.exec(select(CalendarDay).where(col(CalendarDay.provisional)).limit(1)).one()
    free = {"working": False, "holiday": None, "made_up": False}
    found = preview(session, ChangeKind.CALENDAR, free, guessed.day_on, subject=guessed.calendar)
    assert (found.changed, found.provisional) == (0, True)


def test_a_new_business_type_is_told_which_standards_will_judge_it(session: Session) -> None:
    found = preview(session, ChangeKind.BUSINESS_TYPE, {}, TODAY, subject="meter-test")
    assert "H01" in found.judged_by
    assert "H05" not in found.judged_by


def test_a_reader_is_told_of_their_own_halls_alone(session: Session) -> None:
    _greeted(session, 18, branch_id="A")
    _greeted(session, 18, branch_id="B")
    own = Actor("s", "s", (Grant(Role.SUPERVISOR, frozenset({"A"})),))
    limit = {"limit": 20_000}
    assert preview(session, ChangeKind.STANDARD, limit, DAY, subject="H01 training", actor=own).changed == 1
    with pytest.raises(NotAllowed):
        preview(session, ChangeKind.WALKING, {"walking_ms": 1}, DAY, branch_id="B", actor=own)
