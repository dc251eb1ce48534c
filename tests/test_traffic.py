"""Who came, who gave up, and the visits behind a figure."""

from __future__ import annotations

from dataclasses import replace

from analytics.replay import what_if
from analytics.selection import By, Selection
from analytics.shares import shares
from analytics.traffic import grouped_traffic, traffic
from analytics.visits import visits_behind
from models.actor import Actor, Grant
from models.store import Store
from standards.vocabulary import Begun, Measure, Outcome, Role, VerdictKind
from tests.factories import DAY, MACHINE, a_hall, an_interaction, an_observation, at, minutes

NOW = at(12)
H1 = Selection(branch_ids=("H1",), first_on=DAY, last_on=DAY)


def test_the_abandoned_are_those_who_left_before_the_call_and_the_no_shows(store: Store) -> None:
    with store.writing() as session:
        a_hall(session)
        an_interaction(session, outcome=Outcome.LEFT)
        an_interaction(session, outcome=Outcome.NO_SHOW)
        an_interaction(session, outcome=Outcome.LEFT, called_at=at(10, 1), started_at=at(10, 1))
        an_interaction(session, outcome=Outcome.WAITING)
        an_interaction(session)
        found = traffic(session, MACHINE, H1)
    assert (found.abandoned, found.tickets, found.abandoned_share) == (2, 5, 0.4)


def test_voided_test_and_diverted_tickets_and_visits_without_a_ticket_are_no_tickets(store: Store) -> None:
    with store.writing() as session:
        a_hall(session)
        for outcome in (Outcome.VOID, Outcome.TEST, Outcome.DIVERTED):
            an_interaction(session, outcome=outcome)
        an_interaction(session, begun=Begun.WALK_IN)
        found = traffic(session, MACHINE, H1)
    assert (found.tickets, found.abandoned_share, found.abandoned_interval) == (0, None, None)
    assert (found.interactions, found.of(Outcome.VOID)) == (1, 1)


def test_marks_for_attention_are_told_per_thousand_with_their_interval(store: Store) -> None:
    with store.writing() as session:
        a_hall(session)
        for attention in (True, False, False, False):
            an_interaction(session, attention=attention)
        found = traffic(session, MACHINE, H1)
    assert found.attention_per_1000 == 250
    assert found.attention_interval is not None
    assert found.attention_interval.low < 250 < found.attention_interval.high


def test_arrivals_by_hour_count_open_visits_too(store: Store) -> None:
    with store.writing() as session:
        a_hall(session)
        an_interaction(session, arrived_at=at(9, 59))
        an_interaction(session, arrived_at=at(10), outcome=Outcome.WAITING)
        groups = grouped_traffic(session, MACHINE, H1, (By.HOUR,))
    assert [(group.key, group.traffic.interactions) for group in groups] == [((9,), 1), ((10,), 1)]


def test_the_visits_behind_a_figure_are_as_many_as_it_says(store: Store) -> None:
    with store.writing() as session:
        a_hall(session)
        for index, outcome in enumerate(Outcome):
            for waited in (5, 25):
                seen = an_interaction(session, waited=minutes(waited), outcome=outcome, rating=1 + index % 5)
                an_observation(session, seen, "H07", met=bool(index % 2))
        for share in shares(session, MACHINE, H1, now=NOW):
            for kind in (VerdictKind.MET, VerdictKind.MISSED, VerdictKind.PENDING, VerdictKind.NOT_JUDGED):
                behind = visits_behind(session, MACHINE, H1, share.code, kind, now=NOW)
                assert len(behind) == getattr(share, kind.value), (share.code, kind)


def test_behind_a_count_stand_the_visits_with_findings(store: Store) -> None:
    with store.writing() as session:
        a_hall(session)
        for outcome in (Outcome.COMPLETED, Outcome.SERVING, Outcome.VOID):
            an_observation(session, an_interaction(session, outcome=outcome), "H11", met=False)
        an_observation(session, an_interaction(session), "H11", met=True)
        behind = visits_behind(session, MACHINE, H1, "H11", VerdictKind.MISSED, now=NOW)
    assert {line.outcome for line in behind} == {Outcome.COMPLETED, Outcome.SERVING}


def test_visits_come_newest_first_and_in_pages_with_open_ones_among_them(store: Store) -> None:
    over = what_if(Measure.WAIT, minutes(1))
    with store.writing() as session:
        a_hall(session)
        an_interaction(session, arrived_at=at(9))
        an_interaction(session, arrived_at=at(10), outcome=Outcome.WAITING)
        an_interaction(session, arrived_at=at(11))
        pages = [
            visits_behind(session, MACHINE, H1, over, VerdictKind.MISSED, now=NOW, limit=2, offset=offset)
            for offset in (0, 2)
        ]
        everything = visits_behind(session, MACHINE, H1, now=NOW)
    assert [[line.arrived_at for line in page] for page in pages] == [[at(11), at(10)], [at(9)]]
    assert [line.arrived_at for line in everything] == [at(11), at(10), at(9)]


def test_who_may_not_see_results_by_person_gets_no_staff_numbers_but_their_own(store: Store) -> None:
    clerk = Actor("a", "a", (Grant(Role.CLERK, frozenset({"H1"})),), branch_id="H1", staff_id="S1")
    with store.writing() as session:
        a_hall(session)
        for staff_id in ("S1", "S2"):
            an_interaction(session, staff_id=staff_id)
        seen = visits_behind(session, clerk, H1, now=NOW)
        own = visits_behind(session, clerk, replace(H1, staff_id="S1"), now=NOW)
    assert {line.staff_id for line in seen} == {"S1", None}
    assert [line.staff_id for line in own] == ["S1"]
