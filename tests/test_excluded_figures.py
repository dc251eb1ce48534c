"""The figures before and after exclusion against a naive recount: every interaction put before the judge."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from sqlmodel import Session, select

from actions.excluding import mark_taken
from analytics.durations import Duration, durations, grouped_durations
from analytics.exclusion_taken import TakenVisits
from analytics.exclusions import RequestState, exclusion_preview, exclusion_requests, requests_waiting, visits_numbered
from analytics.facts import checks_of, facts_of, verdicts
from analytics.profile import profile
from analytics.selection import By, Selection
from analytics.shares import StandardShare, grouped_shares, replayed, shares, together, what_if
from analytics.side_by_side import side_by_side
from analytics.statistics import nearest_rank
from analytics.summary import as_json, summary
from analytics.summary_table import summary_table
from analytics.today_hours import today_hours
from analytics.traffic import grouped_traffic, traffic
from analytics.visits import visits_behind
from models.actor import Actor, Grant, NotAllowed
from models.standing import catalogue
from models.stays import Taken
from models.store import Store
from models.tables import Account, Branch, Exclusion, Interaction
from standards.judge import judge
from standards.standard import in_force
from standards.vocabulary import (
    NEVER_JUDGED,
    Begun,
    Decision,
    ExclusionReason,
    Measure,
    Outcome,
    Role,
    Source,
    VerdictKind,
)
from tests.factories import DAY, MACHINE, ZONE, a_hall, an_interaction, an_observation, at, minutes, seconds
from tests.random_region import NOW
from tests.test_shares import ALL_DAYS, FEW, H1, REGION, a_standard, counts_of, of, two_halls

__all__ = ["two_halls"]

KINDS = (VerdictKind.MET, VerdictKind.MISSED, VerdictKind.PENDING, VerdictKind.NOT_JUDGED)
TEN_TO_ELEVEN = Taken(at(10), at(11))


def an_exclusion(session: Session, taken: Taken = TEN_TO_ELEVEN, branch_id: str = "H1", **columns: Any) -> Exclusion:
    """An exclusion in force, there before the rows that it takes."""
    plain: dict[str, Any] = {
        "reason": ExclusionReason.SYSTEM_FAILURE,
        "why": "why",
        "asked_by": "head",
        "asked_at": NOW,
        "decision": Decision.APPROVED,
        "decided_by": "manager",
        "decided_at": NOW,
        "decided_why": "why",
        "from_at": taken.from_at,
        "until_at": taken.until_at,
        "visit_id": taken.visit_id,
    }
    made = Exclusion(branch_id=branch_id, **(plain | columns))
    session.add(made)
    session.flush()
    return made


@some.composite
def periods(draw: some.DrawFn) -> tuple[str, Taken]:
    day = DAY + timedelta(draw(some.integers(0, 2)))
    from_at = at(draw(some.integers(8, 11)), draw(some.sampled_from([0, 30])), day=day)
    lasts = timedelta(minutes=draw(some.sampled_from([15, 60, 240])))
    return draw(some.sampled_from(["H1", "H2"])), Taken(from_at, from_at + lasts)


PARTLY = (*REGION, some.lists(periods(), min_size=1, max_size=3))


@contextmanager
def region(
    store: Store, rows: list[dict[str, Any]], seen: list[dict[str, Any]], taken: list[tuple[str, Taken]]
) -> Iterator[Session]:
    """The region with these interactions, checks and exclusions, forgotten afterwards."""
    with Session(store.engine) as session:
        for branch_id, period in taken:
            an_exclusion(session, period, branch_id)
        for row in rows:
            an_interaction(session, waited=None, **row)
        for check in seen if rows else []:
            row = rows[check["index"] % len(rows)]
            an_observation(
                session, row["id"], check["code"], met=check["met"], item=check["item"], branch_id=row["branch_id"]
            )
        yield session
        session.rollback()


def recount(session: Session, *, before: bool) -> dict[tuple[str, str], Counter[Any]]:
    """Verdicts by code and hall, as they stand or as if nothing were excluded; and how many in scope are taken out."""
    counted: dict[tuple[str, str], Counter[Any]] = {}
    halls = {hall.id: hall for hall in session.exec(select(Branch))}
    rows = session.exec(select(Interaction)).all()
    checks, standards = checks_of(session, rows), catalogue(session)
    for row in rows:
        hall = halls[row.branch_id]
        excluded = row.excluded and not before
        facts = facts_of(row, hall.hall_class, checks.get((row.branch_id, row.id)), excluded=excluded)
        for standard in in_force(standards, hall.issuer, row.day_on):
            if standard.judges_interactions and standard.scope.covers(row.channel, row.business_type, hall.hall_class):
                figures = counted.setdefault((standard.code, row.branch_id), Counter())
                figures[judge(facts, standard, NOW).kind] += 1
                figures["excluded"] += excluded and row.outcome not in NEVER_JUDGED
    return counted


def whole(counted: dict[tuple[str, str], Counter[Any]], code: str) -> Counter[Any]:
    return sum((figures for (of_code, _), figures in counted.items() if of_code == code), Counter())


def figures_of(share: StandardShare) -> Counter[Any]:
    return counts_of(share) + Counter({"excluded": share.excluded})


@FEW
@given(*PARTLY)
def test_every_share_before_and_after_is_what_the_judge_says_row_by_row(
    two_halls: Store, rows: list[dict[str, Any]], seen: list[dict[str, Any]], taken: list[tuple[str, Taken]]
) -> None:
    with region(two_halls, rows, seen, taken) as session:
        after, before = recount(session, before=False), recount(session, before=True)
        found = shares(session, MACHINE, ALL_DAYS, now=NOW)
        for code in {share.code for share in found if share.standard.judges_interactions}:
            share = of(code, found)
            assert figures_of(share) == whole(after, code), code
            assert figures_of(share.before_exclusion) == whole(before, code), code


@settings(FEW, max_examples=10)
@given(*PARTLY)
def test_every_group_before_and_after_is_what_the_judge_says_row_by_row(
    two_halls: Store, rows: list[dict[str, Any]], seen: list[dict[str, Any]], taken: list[tuple[str, Taken]]
) -> None:
    with region(two_halls, rows, seen, taken) as session:
        after, before = recount(session, before=False), recount(session, before=True)
        for code in ("H01", "H04", "H05", "H02", "H15"):
            groups = grouped_shares(session, MACHINE, ALL_DAYS, code, (By.HALL,), now=NOW)
            assert {group.key[0] for group in groups} == {hall for of_code, hall in after if of_code == code}
            for group in groups:
                assert figures_of(group.share) == +after[code, group.key[0]]
                assert figures_of(group.share.before_exclusion) == +before[code, group.key[0]]


@settings(FEW, max_examples=6)
@given(*PARTLY)
def test_the_visits_behind_a_figure_are_those_that_it_counts(
    two_halls: Store, rows: list[dict[str, Any]], seen: list[dict[str, Any]], taken: list[tuple[str, Taken]]
) -> None:
    with region(two_halls, rows, seen, taken) as session:
        counted = recount(session, before=False)
        for code in ("H01", "H04", "H05", "H02", "T05"):
            for kind in KINDS:
                behind = visits_behind(session, MACHINE, ALL_DAYS, code, kind, now=NOW, limit=5000)
                assert len(behind) == whole(counted, code)[kind], (code, kind)


@settings(FEW, max_examples=15)
@given(*PARTLY)
def test_means_times_and_traffic_before_and_after_are_those_of_the_rows(
    two_halls: Store, rows: list[dict[str, Any]], seen: list[dict[str, Any]], taken: list[tuple[str, Taken]]
) -> None:
    with region(two_halls, rows, seen, taken) as session:
        everybody = list(session.exec(select(Interaction)))
        kept = [row for row in everybody if not row.excluded]
        mean = of("H03", shares(session, MACHINE, ALL_DAYS, now=NOW))
        times, came = durations(session, MACHINE, ALL_DAYS), traffic(session, MACHINE, ALL_DAYS)
        for some_rows, share, timed, counted in (
            (kept, mean, times, came),
            (everybody, mean.before_exclusion, times.before or times, came.before or came),
        ):
            judged = [row for row in some_rows if row.outcome not in NEVER_JUDGED]
            waits = [row.wait_ms for row in judged if row.wait_ms is not None and row.channel.value == "counter"]
            assert (share.n, share.value_sum_ms) == (len(waits), sum(waits))
            completed = [row for row in some_rows if row.outcome is Outcome.COMPLETED]
            for name in ("wait", "greeting", "handling"):
                values = [value for row in completed if (value := getattr(row, f"{name}_ms")) is not None]
                assert getattr(timed, name) == duration_of(values)
            tickets = [row for row in judged if row.begun.value == "ticket"]
            assert counted.tickets == len(tickets)
            assert counted.interactions == len(judged)
            assert counted.attention == sum(row.attention for row in judged)
        assert dict(came.outcomes) == dict.fromkeys(Outcome, 0) | Counter(row.outcome for row in everybody)


def duration_of(values: list[int]) -> Duration:
    ranked = sorted(values)
    mean = sum(values) / len(values) if values else None
    return Duration(len(values), mean, nearest_rank(ranked, 50), nearest_rank(ranked, 90))


# By hand.


@pytest.fixture
def hall(store: Store) -> Iterator[Session]:
    """A hall of which the hour from ten is taken out: two of its three long waits, one of its three short ones."""
    with store.writing() as session:
        a_hall(session)
        an_exclusion(session)
        for hour in (9, 9, 10):
            an_interaction(session, arrived_at=at(hour, 15), waited=minutes(5))
        for hour in (9, 10, 10):
            an_interaction(session, arrived_at=at(hour, 15), waited=minutes(21))
        yield session


def test_the_figure_before_stands_beside_the_one_after_with_how_many_are_taken_out(hall: Session) -> None:
    share = replayed(hall, MACHINE, H1, what_if(Measure.WAIT, minutes(20)), now=NOW)
    assert (share.met, share.missed, share.not_judged, share.excluded) == (2, 1, 3, 3)
    assert share.before is not None
    assert (share.before.met, share.before.missed, share.before.excluded) == (3, 3, 0)


def test_where_nothing_is_excluded_there_is_no_figure_before(hall: Session) -> None:
    a_hall(hall, "H2")
    an_interaction(hall, "H2")
    other = Selection(branch_ids=("H2",), first_on=DAY, last_on=DAY)
    assert all(share.before is None and share.excluded == 0 for share in shares(hall, MACHINE, other, now=NOW))
    assert traffic(hall, MACHINE, other).before is None
    assert durations(hall, MACHINE, other).before is None


def test_a_mean_leaves_out_what_is_excluded_and_so_do_its_percentiles(hall: Session) -> None:
    share = of("H03", shares(hall, MACHINE, H1, now=NOW))
    assert (share.value, share.n, share.scoped, share.excluded) == (timedelta(seconds=620), 3, 3, 3)
    assert share.spread is not None
    assert (share.spread.p50, share.spread.p90) == (minutes(5), minutes(21))
    assert share.before is not None
    assert (share.before.value, share.before.n) == (minutes(13), 6)
    assert share.before.spread is not None
    assert share.before.spread.p50 == minutes(5)


def test_findings_at_a_visit_that_is_excluded_are_not_counted(hall: Session) -> None:
    an_observation(hall, an_interaction(hall, arrived_at=at(9)), "H11", met=False)
    an_observation(hall, an_interaction(hall, arrived_at=at(10)), "H11", met=False)
    an_observation(hall, an_interaction(hall, arrived_at=at(10), outcome=Outcome.WAITING), "H11", met=False)
    share = of("H11", shares(hall, MACHINE, H1, now=NOW))
    assert (share.findings, share.observed) == (1, 1)
    assert share.before is not None
    assert (share.before.findings, share.before.observed) == (3, 3)
    assert len(visits_behind(hall, MACHINE, H1, "H11", VerdictKind.MISSED, now=NOW)) == 1


def test_an_open_visit_that_is_excluded_is_not_judged_either(hall: Session) -> None:
    an_interaction(hall, arrived_at=at(10, 30), outcome=Outcome.WAITING)
    share = replayed(hall, MACHINE, H1, what_if(Measure.WAIT, minutes(20)), now=NOW)
    assert (share.missed, share.pending, share.excluded) == (1, 0, 4)
    assert share.before is not None
    assert share.before.missed == 4


def test_the_abandoned_share_is_of_the_tickets_that_are_left(hall: Session) -> None:
    an_interaction(hall, arrived_at=at(10), outcome=Outcome.LEFT)
    an_interaction(hall, arrived_at=at(9), outcome=Outcome.LEFT)
    counted = traffic(hall, MACHINE, H1)
    assert (counted.abandoned, counted.tickets, counted.excluded) == (1, 4, 4)
    assert counted.of(Outcome.LEFT) == 2
    assert counted.before is not None
    assert (counted.before.abandoned, counted.before.tickets) == (2, 8)
    [group] = grouped_traffic(hall, MACHINE, H1, (By.HALL,))
    assert group.traffic == counted


def test_times_are_of_the_visits_that_are_left_in_each_group(hall: Session) -> None:
    by_hour = {group.key[0]: group.durations for group in grouped_durations(hall, MACHINE, H1, (By.HOUR,))}
    assert (by_hour[9].excluded, by_hour[9].before) == (0, None)
    assert (by_hour[10].wait.count, by_hour[10].excluded) == (0, 3)
    assert by_hour[10].before is not None
    assert by_hour[10].before.wait.count == 3


def test_the_hours_of_today_count_who_came_but_not_the_waits_that_are_excluded(hall: Session) -> None:
    nine, ten = today_hours(hall, "H1", DAY, ZONE)
    assert (nine.arrivals, nine.waits, ten.arrivals, ten.waits) == (3, 3, 3, 0)


def test_the_verdicts_of_an_excluded_visit_say_for_what_it_was_taken_out(hall: Session) -> None:
    [line, *_] = visits_behind(hall, MACHINE, H1, now=NOW)
    assert line.excluded
    told = verdicts(hall, MACHINE, "H1", line.interaction_id, now=NOW)
    assert told is not None
    kinds = {verdict.kind for verdict in told.verdicts}
    assert kinds == {VerdictKind.NOT_JUDGED, VerdictKind.NOT_APPLICABLE}
    reasons = {verdict.reason.text for verdict in told.verdicts if verdict.kind is VerdictKind.NOT_JUDGED}
    assert reasons == {"Excluded: {reason}."}


def test_the_summary_says_truly_what_was_before(hall: Session) -> None:
    answer = summary(hall, MACHINE, "H1", DAY, DAY, now=NOW)
    told = as_json(answer)
    after = {one["code"]: one for one in told["standards"]}
    before = {one["code"]: one for one in told["excluded"]["standards"]}
    assert told["excluded"]["n"] == 3
    assert (after["H03"]["value"], after["H03"]["n"]) == (620, 3)
    assert (before["H03"]["value"], before["H03"]["n"]) == (780, 6)
    assert told["durations"]["wait"]["count"] == 3
    assert told["counts"]["completed"] == 6
    assert "Before exclusion (3 interactions taken out above" in summary_table(answer)


def test_halls_side_by_side_know_the_figure_before(hall: Session) -> None:
    found = side_by_side(hall, MACHINE, a_standard(hall, "H03"), DAY, DAY, now=NOW)
    assert found.region is not None
    assert found.region.before is not None
    assert (found.region.n, found.region.excluded, found.region.before.n) == (3, 3, 6)


def test_a_dimension_knows_its_share_before(hall: Session) -> None:
    for hour, greeted in ((9, 10), (10, 20)):
        an_interaction(hall, arrived_at=at(hour, 15), greeted_after=seconds(greeted))
    behind = [one for one in profile(shares(hall, MACHINE, H1, now=NOW)) if one.taken_out]
    assert behind
    assert [(one.share, one.share_before) for one in behind] == [
        (one.share, sum(_weighted(one.behind)) / sum(share.standard.weight for share in one.behind)) for one in behind
    ]


def _weighted(behind: tuple[StandardShare, ...]) -> Iterator[float]:
    for share in behind:
        assert share.before_exclusion.share is not None
        yield share.standard.weight * share.before_exclusion.share


def test_editions_and_halls_together_add_what_was_before(hall: Session) -> None:
    a_hall(hall, "H2")
    an_interaction(hall, "H2", waited=minutes(1))
    both = Selection(branch_ids=("H1", "H2"), first_on=DAY, last_on=DAY)
    groups = grouped_shares(hall, MACHINE, both, "H03", (By.HALL,), now=NOW)
    added = together(group.share for group in groups)
    assert added.before is not None
    assert (added.n, added.excluded, added.before.n) == (4, 3, 7)


# What would be.


def test_a_preview_says_what_an_exclusion_would_do_before_it_is_asked_for(hall: Session) -> None:
    found = exclusion_preview(hall, MACHINE, "H1", Taken(at(9), at(10)), now=NOW)
    assert found.takes == TakenVisits(3, 3, DAY, DAY)
    [mean] = [change for change in found.changes if change.now.code == "H03"]
    assert (mean.now.n, mean.then.n) == (3, 0)


def test_a_preview_of_a_request_is_what_its_approval_brings(hall: Session) -> None:
    an_interaction(hall, arrived_at=at(9, 25), outcome=Outcome.WAITING)
    later = Taken(at(9, 21), at(9, 30))
    found = exclusion_preview(hall, MACHINE, "H1", later, now=NOW)
    mark_taken(hall, an_exclusion(hall, later))
    brought = {share.code: share for share in shares(hall, MACHINE, H1, now=NOW)}
    assert found.takes.visits == 4
    assert found.changes
    for change in found.changes:
        assert replace(change.then, before=None) == replace(brought[change.then.code], before=None)


def test_a_preview_of_an_empty_period_takes_nothing(hall: Session) -> None:
    found = exclusion_preview(hall, MACHINE, "H1", Taken(at(7), at(8)), now=NOW)
    assert (found.takes.visits, found.changes) == (0, ())


def test_a_request_says_how_many_visits_another_standing_one_takes_too(hall: Session) -> None:
    before = next(iter(exclusion_requests(hall, MACHINE, "H1"))).takes
    an_exclusion(hall, Taken(at(8), at(11)), decision=None, decided_by=None, decided_at=None)
    waiting, standing = exclusion_requests(hall, MACHINE, "H1")
    assert (before.shared, standing.takes.shared, waiting.takes.shared) == (0, before.visits, before.visits)


def test_the_requests_come_with_their_trail_and_what_they_take(hall: Session) -> None:
    an_exclusion(hall, Taken(at(9), at(10)), decision=None, decided_by=None, decided_at=None)
    an_exclusion(hall, Taken(at(8), at(9)), decision=Decision.REFUSED)
    an_exclusion(hall, Taken(at(7), at(8)), reversed_by="manager", reversed_at=NOW, reversed_why="a mistake")
    found = exclusion_requests(hall, MACHINE, "H1")
    assert found[0].state is RequestState.ASKED
    assert {(one.state, one.takes.visits) for one in found} == {
        (RequestState.ASKED, 3),
        (RequestState.APPROVED, 3),
        (RequestState.REFUSED, 0),
        (RequestState.REVERSED, 0),
    }
    reversed_one = next(one for one in found if one.state is RequestState.REVERSED)
    assert [(step.state, step.by) for step in reversed_one.steps] == [
        (RequestState.ASKED, "head"),
        (RequestState.APPROVED, "manager"),
        (RequestState.REVERSED, "manager"),
    ]


def test_a_step_says_what_its_account_is_called_and_leaves_other_names_as_they_are(hall: Session) -> None:
    hall.add(Account(name="head", display_name="班长", display_name_en="The supervisor"))
    an_exclusion(hall, Taken(at(7), at(8)))
    found = next(one for one in exclusion_requests(hall, MACHINE, "H1") if one.taken.from_at == at(7))
    assert [step.called for step in found.steps] == [("班长", "The supervisor"), ("manager", "manager")]


def test_who_may_decide_is_told_where_requests_wait(hall: Session) -> None:
    an_exclusion(hall, decision=None)
    manager = Actor("9", "manager", (Grant(Role.REGIONAL_MANAGER, frozenset({"H1"})),))
    head = Actor("4", "head", (Grant(Role.SUPERVISOR, frozenset({"H1"})),))
    assert requests_waiting(hall, manager) == (("H1", 1),)
    assert requests_waiting(hall, head) == ()


def test_requests_of_a_hall_out_of_reach_are_not_told(hall: Session) -> None:
    stranger = Actor("a", "a", (Grant(Role.REGIONAL_MANAGER, frozenset({"H2"})),))
    with pytest.raises(NotAllowed):
        exclusion_requests(hall, stranger, "H1")
    with pytest.raises(NotAllowed):
        exclusion_preview(hall, stranger, "H1", TEN_TO_ELEVEN, now=NOW)


def test_a_visit_is_found_by_its_number_and_day(hall: Session) -> None:
    visit = an_interaction(hall, ticket="A012")
    an_interaction(hall, ticket="A012", arrived_at=at(10, day=DAY + timedelta(days=1)))
    [found] = visits_numbered(hall, MACHINE, "H1", DAY, " A012 ")
    assert (found.visit_id, found.interaction_id, found.ticket) == (visit, visit, "A012")


# Where a figure comes from, and whose it is.


def test_a_greeting_logged_by_staff_on_a_devices_call_shows_staff_as_its_source(store: Store) -> None:
    with store.writing() as session:
        a_hall(session)
        an_interaction(session, source=Source.DEVICE, served_source=Source.STAFF)
        an_interaction(
            session, source=Source.DEVICE, served_source=Source.STAFF, outcome=Outcome.SERVING, arrived_at=at(11)
        )
        found = shares(session, MACHINE, H1, now=NOW)
    assert of("H01", found).source_counts == ((Source.STAFF, 2),)
    assert of("H05", found).source_counts == ((Source.STAFF, 2),)
    assert of("H03", found).source_counts == ((Source.DEVICE, 2),)


def test_a_trainees_visits_are_in_the_halls_figures_and_in_nobodys(store: Store) -> None:
    with store.writing() as session:
        a_hall(session)
        an_interaction(session, staff_id="S1")
        an_interaction(session, staff_id="S1", mentor_id="S2")
        by_person = grouped_shares(session, MACHINE, H1, "H01", (By.STAFF,), now=NOW)
        own = Selection(branch_ids=("H1",), first_on=DAY, last_on=DAY, staff_id="S1")
        assert of("H01", shares(session, MACHINE, H1, now=NOW)).judged == 2
        assert [(group.key, group.share.judged) for group in by_person] == [(("S1",), 1)]
        assert of("H01", shares(session, MACHINE, own, now=NOW)).judged == 1
        assert durations(session, MACHINE, own).handling.count == 1


def test_a_preview_by_hand_is_what_its_approval_brings(store: Store) -> None:
    with store.writing() as session:
        a_hall(session)
        visit = an_interaction(session, arrived_at=at(9, 30))
        an_interaction(session, visit_id=visit, begun=Begun.ADDED, arrived_at=at(9, 30), waited=minutes(60))
        an_interaction(session, arrived_at=at(9))
        an_interaction(session, arrived_at=at(10, 15), outcome=Outcome.WAITING)
    with store.reading() as session:
        found = exclusion_preview(session, MACHINE, "H1", TEN_TO_ELEVEN, now=NOW)
    with store.writing() as session:
        mark_taken(session, an_exclusion(session))
    with store.reading() as session:
        brought = {share.code: share for share in shares(session, MACHINE, H1, now=NOW)}
        assert durations(session, MACHINE, H1).excluded == 2
        assert traffic(session, MACHINE, H1).excluded == 3
        missed = visits_behind(session, MACHINE, H1, "H01", VerdictKind.NOT_JUDGED, now=NOW)
        [request] = exclusion_requests(session, MACHINE, "H1")
    assert (found.takes.visits, found.takes.interactions, len(missed), request.takes.visits) == (2, 3, 3, 2)
    for change in found.changes:
        assert replace(change.then, before=None) == replace(brought[change.then.code], before=None)
